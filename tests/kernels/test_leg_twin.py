"""Legs beside their slow twin, on fixes drawn to meet every rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from aircraft_messages import HMEIMIM, KHADIM, Row, fix, legs_of, tracks_of
from slow_legs import Field, SlowLegs

import forceflow as ff
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS

pytestmark = pytest.mark.kernel

FIELDS = (
    Field("a", HMEIMIM, 157.0),
    Field("b", (35.46, 35.99), 20.0),
    Field("c", KHADIM, None),
    Field("d", (33.0, 30.0), 3_000.0),
)
PLACES = pl.DataFrame(
    {
        "name": [one.id for one in FIELDS],
        "lat": [one.place[0] for one in FIELDS],
        "lon": [one.place[1] for one in FIELDS],
        "elevation_ft": [one.elevation for one in FIELDS],
    }
)
SPOTS = (*(one.place for one in FIELDS), (35.43, 35.97), (35.2, 35.7), (34.5, 33.0), (33.1, 29.8))


def wild(seed: int, *, craft: int = 3, steps: int = 80) -> list[Row]:
    """Fixes that jump between few places, with flags, speeds, heights and marks that agree in nothing."""
    rng = np.random.default_rng(seed)
    rows = []
    for address in range(1, craft + 1):
        minutes, spot, flag = 0.0, 0, "ground"
        for _ in range(steps):
            minutes += float(rng.choice([0.05, 0.5, 1.5, 4.0, 9.0, 10.0, 11.0, 40.0, 75.0, 300.0]))
            if rng.random() < 0.5:
                spot = int(rng.integers(len(SPOTS)))
            if rng.random() < 0.4:
                flag = str(rng.choice(["ground", "air", "unknown"]))
            row = fix(minutes, SPOTS[spot], ground=flag, aircraft=address)
            row |= {
                "altitude_ft": pick(rng, 100.0, 900.0, 1_500.0, 4_000.0, 7_000.0, 30_000.0),
                "speed_kn": pick(rng, 0.0, 30.0, 49.0, 120.0, 190.0, 250.0, 400.0),
                "track_deg": pick(rng, 0.0, 90.0, 200.0, 300.0),
                "climb_ft_min": pick(rng, -900.0, -100.0, 200.0, 1_000.0),
                "callsign": pick(rng, "A1", "B2", "C3"),
                "new_leg": True if rng.random() < 0.02 else None,
            }
            rows.append(row)
            if rng.random() < 0.05:
                rows.append(row)
    return rows


def pick(rng: Any, *values: Any) -> Any:
    """One of some values, or none."""
    number = int(rng.integers(len(values) + 1))
    return values[number] if number < len(values) else None


def summaries(legs: pl.DataFrame) -> list[tuple[Any, ...]]:
    known = legs.with_columns(
        pl.when(begins="ground").then("origin").alias("origin"),
        pl.when(ends="ground").then("destination").alias("destination"),
        pl.col("longest_silence_h").round(6),
        pl.col("aircraft").str.to_integer(base=16),
    )
    return known.select(
        "aircraft", "callsign", "begins", "ends", "took_off_after", "took_off_by", "landed_after", "landed_by",
        "fixes", "longest_silence_h", "touch_and_goes", "highest_ft", "origin", "destination",
    ).rows()  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_legs_equal_those_of_the_twin(seed: int) -> None:
    rows = wild(seed)
    full = [dict.fromkeys(AIRCRAFT_COLUMNS) | row for row in rows]
    expected = [leg.summary() for leg in SlowLegs(FIELDS).legs(full)]
    found = summaries(legs_of(rows, places=PLACES))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == other


@pytest.mark.parametrize(
    "rules",
    [
        {"min_ground_min": 30.0},
        {"aloft_gap_h": 3.0},
        {"near_km": 8.0, "low_ft": 1_000.0},
        {"near_km": 120.0, "low_ft": 8_000.0},
    ],
)
def test_other_rules_mean_the_same_to_both(rules: dict[str, float]) -> None:
    counts = set()
    for seed in range(100, 110):
        rows = wild(seed)
        full = [dict.fromkeys(AIRCRAFT_COLUMNS) | row for row in rows]
        expected = [leg.summary() for leg in SlowLegs(FIELDS, **rules).legs(full)]
        found = legs_of(rows, places=PLACES, **rules)
        assert summaries(found) == expected
        counts |= {*found["begins"], *found["ends"]}
    assert counts == {"ground", "low", "mark", "silence", "record"}


@pytest.mark.parametrize("step", [1, 7, 50])
def test_batches_of_any_size_give_the_same(step: int) -> None:
    rows = sorted(wild(7), key=lambda row: row["time"])
    cuts = list(range(step, len(rows), step))
    assert ff.tracks.legs(tracks_of(rows, pieces=cuts), places=PLACES).equals(
        legs_of(rows, places=PLACES)
    )
