"""Fields near a position, and fields weighed, beside a search through all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from slow_legs import km_between

from forceflow.kernels.earth import bearing_deg
from forceflow.kernels.field_search import MOST, Loose, Reach, field_at, low_field, weigh_fields
from forceflow.tracks.leg_fields import LegFields, _Field, _lay

pytestmark = pytest.mark.kernel

REACH = Reach(600.0, 1_000.0, 0.02, 0.02)


def some_fields(seed: int, number: int = 300) -> tuple[LegFields, list[_Field]]:
    """Fields all over the globe, many near the date line and the poles, and some near Hmeimim."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(number):
        lat, lon = (
            rng.choice([-89.5, -60.0, 0.0, 35.4, 70.0, 89.0]),
            rng.choice([-180.0, 35.9, 179.9]),
        )
        lat = (
            90.0 - abs(90.0 - abs(lat + rng.normal(0, 2)))
            if lat > 0
            else lat + abs(rng.normal(0, 2))
        )
        lon = (lon + rng.normal(0, 2) + 180) % 360 - 180
        height = math.nan if rng.random() < 0.2 else float(rng.uniform(-100, 6_000))
        found.append(_Field(f"F{n}", lat, lon, height, float(rng.choice([0.05, 0.3, 0.8, 1.0]))))
    return _lay(found), found


def places(seed: int, number: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    _, found = some_fields(seed)
    picked = [found[int(n)] for n in rng.integers(0, len(found), number)]
    return [
        (
            float(np.clip(one.latitude + rng.normal(0, 0.3), -90, 90)),
            (one.longitude + rng.normal(0, 0.3) + 180) % 360 - 180,
        )
        for one in picked
    ]


@pytest.mark.parametrize("km", [5.0, 30.0, 150.0])
def test_the_nearest_field_is_that_of_a_search_through_all(km: float) -> None:
    laid, found = some_fields(1)
    hits = 0
    for here in places(1, 150):
        near = sorted(
            (km_between(here, (one.latitude, one.longitude)), one.id, one) for one in found
        )
        near = [entry for entry in near if entry[0] <= km]
        large = [entry for entry in near if entry[2].weight >= 0.3]
        expected = (large or near or [(math.inf, "", found[0])])[0]
        number, away = field_at(*here, km, laid.fields, 0.3)
        assert (laid.ids[number] if number >= 0 else "") == expected[1]
        assert away == pytest.approx(expected[0], abs=1e-6)
        low = [
            entry for entry in near
            if 4_000.0 - (0.0 if math.isnan(entry[2].elevation_ft) else entry[2].elevation_ft) <= 3_000
        ]  # fmt: skip
        number, _ = low_field(*here, 4_000.0, km, 3_000.0, laid.fields)
        assert (laid.ids[number] if number >= 0 else "") == (low[0][1] if low else "")
        hits += bool(near)
    assert hits > 10
    assert low_field(*places(1, 1)[0], math.nan, km, 1e9, laid.fields)[0] == -1


def weight_of(one: _Field, here: tuple[float, float], fix: dict[str, float], side: int) -> float:
    """Weight of a field by the rule as it is written down."""
    away = km_between(here, (one.latitude, one.longitude))
    height = fix["altitude"] - (0.0 if math.isnan(one.elevation_ft) else one.elevation_ft)
    sink = -side * fix["climb"]
    glide = max(height, 0) * 1.852 / 318
    leaves = sink < -300
    weight = one.weight * math.exp(-away / (300 if leaves else 10 + glide))
    bearing = bearing_deg(*here, one.latitude, one.longitude)
    track = fix["track"] if side > 0 else fix["track"] + 180
    error = (bearing - track) % 360
    error = min(error, 360 - error)
    weight *= math.exp(-0.5 * (error / (30 + 900 / (away + 10))) ** 2)
    if sink > 300:
        far = fix["speed"] * 1.852 * max(height, 0) / sink / 60
        return weight * math.exp(-0.5 * ((away - far) / (10 + far / 2)) ** 2)
    short = max(0.7 * glide - away, 0)
    return weight * math.exp(-0.5 * (short / (10 + 0.3 * glide)) ** 2)


@pytest.mark.parametrize("side", [1, -1])
def test_weights_are_those_of_the_rule_for_every_field(side: int) -> None:
    laid, found = some_fields(2)
    rng = np.random.default_rng(side + 5)
    several = 0
    for here in places(2, 60):
        fix = {
            "altitude": float(np.float32(rng.uniform(0, 35_000))),
            "speed": float(np.float32(rng.uniform(120, 450))),
            "track": float(np.float32(rng.uniform(0, 360))),
            "climb": float(rng.choice([-1_500.0, -200.0, 0.0, 900.0])),
        }
        hours = float(rng.choice([0.05, 0.4, np.inf]))
        within = min(1_000.0, hours * 600 * 1.852)
        weights = {
            one.id: weight_of(one, here, fix, side)
            for one in found
            if km_between(here, (one.latitude, one.longitude)) <= within
        }
        total = sum(weights.values()) + 0.02
        best = sorted(((w / total, name) for name, w in weights.items()), reverse=True)[:MOST]
        expected = [(name, share) for share, name in best if share >= 0.02]
        number, shares = np.empty((1, MOST), np.int32), np.empty((1, MOST))
        altitude, speed, track, climb = (
            np.array([fix[name]], np.float32) for name in ("altitude", "speed", "track", "climb")
        )
        lat, lon = np.array([here[0]]), np.array([here[1]])
        sides = np.array([side], np.int8)
        asked = Loose(lat, lon, altitude, speed, track, climb, np.array([hours]), sides)
        weigh_fields(asked, laid.fields, REACH, number, shares)
        assert [laid.ids[int(n)] for n in number[0] if n >= 0] == [name for name, _ in expected]
        np.testing.assert_allclose(
            shares[0][: len(expected)], [share for _, share in expected], rtol=1e-6
        )
        several += len(expected) > 1
    assert several > 10
