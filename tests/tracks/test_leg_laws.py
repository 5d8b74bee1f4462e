"""Laws of legs: order of rows, cuts, repeats, silences, added fixes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from aircraft_messages import (
    HMEIMIM,
    KHADIM,
    Row,
    down,
    flight,
    frame_of,
    knots,
    legs_of,
    tracks_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.tracks.aircraft_tracks import AircraftTracks

JUFRA = (29.1981, 16.001)
FIELDS = (HMEIMIM, KHADIM, JUFRA)


def days_of(seed: int, *, craft: int = 3, flights: int = 4, holes: bool = True) -> list[Row]:
    """Aircraft between three fields, with holes in what is heard, flags that are missing, callsigns that change."""
    rng = np.random.default_rng(seed)
    rows = []
    for address in range(0x152E10, 0x152E10 + craft):
        minutes, here = float(rng.uniform(0, 300)), int(rng.integers(3))
        mine = []
        for _ in range(flights):
            stay, there = float(rng.choice([12, 25, 60, 600])), int((here + rng.integers(1, 3)) % 3)
            mine += [down(minutes + share * stay, FIELDS[here]) for share in (0.0, 0.3, 0.99)]
            minutes += stay
            name = f"RFF{rng.integers(3)}" if rng.random() < 0.7 else None
            lasts = 60 * knots(FIELDS[here], FIELDS[there], 60.0) / float(rng.uniform(330, 430))
            mine += flight(
                minutes, minutes + lasts, FIELDS[here], FIELDS[there], every=7.0, callsign=name
            )
            minutes, here = minutes + lasts, there
        if holes:
            begins = rng.uniform(0, minutes, 6)
            lengths = rng.choice([10.0, 40.0, 120.0, 400.0], 6)
            mine = [row for row in mine if not _is_in_a_hole(row, begins, lengths)]
        for row in mine:
            row["aircraft"] = address
            if rng.random() < 0.1:
                row["ground"] = "unknown"
            if rng.random() < 0.2:
                row["speed_kn"] = None
            if rng.random() < 0.01:
                row["new_leg"] = True
        rows += mine
    return rows


def _is_in_a_hole(row: Row, begins: Any, lengths: Any) -> bool:
    minutes = (row["time"] - dt.datetime(2024, 12, 14, tzinfo=dt.UTC)).total_seconds() / 60
    return bool(((begins <= minutes) & (minutes <= begins + lengths)).any())


class Reread:
    """A piece that is read anew each time, as a file is."""

    label = "file"

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def read(self, columns: Any = None) -> Any:
        yield self.frame if columns is None else self.frame.select("aircraft", "time", *columns)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, random: Any) -> None:
    rows = days_of(seed)
    expected = legs_of(rows)
    random.shuffle(rows)
    assert legs_of(rows).equals(expected)
    assert legs_of(sorted(rows, key=lambda row: row["time"])).equals(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 200), max_size=6, unique=True))
def test_cuts_anywhere_change_nothing(seed: int, cuts: list[int]) -> None:
    rows = sorted(days_of(seed), key=lambda row: row["time"])
    cuts = [cut for cut in cuts if cut < len(rows)]
    assert ff.tracks.legs(tracks_of(rows, pieces=cuts)).equals(legs_of(rows))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_files_out_of_order_are_sorted_on_disk_to_the_same_result(seed: int, random: Any) -> None:
    rows = days_of(seed)
    expected = legs_of(rows)
    random.shuffle(rows)
    pieces = tuple(Reread(frame_of(rows[start : start + 40])) for start in range(0, len(rows), 40))
    assert ff.tracks.legs(AircraftTracks(pieces, "forceflow", ("table",))).equals(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_rows_that_are_there_twice_change_nothing(seed: int, again: list[int]) -> None:
    rows = days_of(seed)
    twice = [*rows, *(rows[number % len(rows)] for number in again)]
    assert legs_of(twice).equals(legs_of(rows))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_rows_of_one_moment_that_differ_give_the_same_in_any_order(seed: int, random: Any) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for row in days_of(seed, craft=2):
        rows.append(row)
        if rng.random() < 0.3:
            changed = dict(row)
            name = str(
                rng.choice(["latitude", "speed_kn", "ground", "callsign", "altitude_ft", "new_leg"])
            )
            values: dict[str, Any] = {
                "latitude": row["latitude"] + 0.001, "speed_kn": 30.0, "ground": "unknown",
                "callsign": f"X{rng.integers(3)}", "altitude_ft": 900.0, "new_leg": True,
            }  # fmt: skip
            rows.append({**changed, name: values[name]})
    expected = legs_of(rows)
    random.shuffle(rows)
    assert legs_of(rows).equals(expected)


def shifted(rows: list[Row], number: int, hours: float) -> list[Row]:
    """Rows with a silence before the one of a number, in order of time."""
    return [
        {**row, "time": row["time"] + dt.timedelta(hours=hours)} if n >= number else row
        for n, row in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.02, 2000.0))
def test_a_silence_put_in_on_the_ground_adds_no_flight(seed: int, at: int, hours: float) -> None:
    rows = days_of(seed, craft=1, holes=False)
    grounds = [
        n for n in range(1, len(rows)) if rows[n - 1]["ground"] == rows[n]["ground"] == "ground"
    ]
    later = shifted(rows, grounds[at % len(grounds)], hours)
    before, after = legs_of(rows), legs_of(later)
    assert len(after) == len(before)
    assert after["fixes"].equals(before["fixes"])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.02, 0.99))
def test_a_silence_put_in_aloft_that_is_not_too_long_adds_no_flight(
    seed: int, at: int, hours: float
) -> None:
    rows = [{**row, "new_leg": None} for row in days_of(seed, craft=1, holes=False)]
    high = [n for n in range(1, len(rows)) if min(_height(rows[n - 1]), _height(rows[n])) > 12_000]
    number = high[at % len(high)]
    assert len(legs_of(shifted(rows, number, hours), aloft_gap_h=1.2)) == len(legs_of(rows))
    # And a hole in what is heard adds none either, as long as the flight across it is straight.
    stop = number + int(hours * 20)
    stop = stop if stop < len(rows) and set(range(number, stop)) <= set(high) else number
    assert len(legs_of(rows[:number] + rows[stop:])) == len(legs_of(rows))


def _height(row: Row) -> float:
    return row.get("altitude_ft") or 0.0


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.01, 0.99))
def test_a_fix_added_on_the_way_never_widens_a_window(seed: int, at: int, share: float) -> None:
    rows = [{**row, "new_leg": None} for row in days_of(seed, craft=1)]
    if len(rows) < 2:
        return
    number = at % (len(rows) - 1)
    a, b = rows[number], rows[number + 1]
    # Between two fixes in one state: between others nobody knows what the aircraft was doing.
    if a["ground"] != b["ground"] or a["ground"] == "unknown":
        return
    added = {**a, "time": a["time"] + share * (b["time"] - a["time"])}
    for name in ("latitude", "longitude", "altitude_ft"):
        if a.get(name) is not None and b.get(name) is not None:
            added[name] = a[name] + share * (b[name] - a[name])
    fewer, more = legs_of(rows), legs_of([*rows, added])
    for leg in fewer.iter_rows(named=True):
        same = more.filter(
            pl.col("took_off_by") <= leg["landed_after"],
            pl.col("landed_after") >= leg["took_off_by"],
        )
        if leg["fixes"] == 0:
            continue
        assert len(same) >= 1, leg
        first, last = same.row(0, named=True), same.row(-1, named=True)
        assert _lies_in(
            leg["took_off_after"], leg["took_off_by"], first["took_off_after"], first["took_off_by"]
        )
        assert _lies_in(
            leg["landed_after"], leg["landed_by"], last["landed_after"], last["landed_by"]
        )


def _lies_in(after: Any, by: Any, other_after: Any, other_by: Any) -> bool:
    """Whether the other window lies in the first; None is open."""
    return (after is None or (other_after is not None and after <= other_after)) and (
        by is None or (other_by is not None and other_by <= by)
    )


@pytest.mark.parametrize("cut", range(1, 30, 3))
def test_a_flight_cut_at_the_edge_of_a_file_is_one(cut: int) -> None:
    rows = [down(0), *flight(5, 170, every=6.0), down(171, KHADIM)]
    legs = ff.tracks.legs(tracks_of(rows, pieces=[cut]))
    assert legs["fixes"].to_list() == [len(rows) - 2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_windows_are_in_order_and_legs_do_not_overlap(seed: int) -> None:
    legs = legs_of(days_of(seed))
    for leg in legs.iter_rows(named=True):
        assert leg["took_off_after"] is None or leg["took_off_after"] < leg["took_off_by"]
        assert leg["landed_by"] is None or leg["landed_after"] < leg["landed_by"]
        if leg["fixes"]:
            assert leg["took_off_by"] <= leg["landed_after"]
        assert (leg["origin"] is None) == (leg["first_seen"] is not None)
        assert (leg["destination"] is None) == (leg["last_seen"] is not None)
    for _, one in legs.group_by("aircraft"):
        later = one["took_off_by"].shift(-1) >= one["landed_after"]
        assert later.all(ignore_nulls=True)
