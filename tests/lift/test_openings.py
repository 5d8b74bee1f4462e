"""Parts of the simulation on their own: daylight, openings, spread of times, and tallies in bins."""

from __future__ import annotations

import datetime as dt
import math
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from forceflow.lift.simulation.accumulator import Tally
from forceflow.lift.simulation.operating_windows import Openings, daylight_h
from forceflow.lift.simulation.scenario import spread_table

JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"


def test_daylight_is_that_of_the_place() -> None:
    equator = daylight_h(dt.date(2025, 6, 21), latitude=0, longitude=0)
    assert 12.0 < equator[1] - equator[0] < 12.2
    summer, winter = (
        daylight_h(dt.date(2025, m, 21), latitude=35.4, longitude=35.9) for m in (6, 12)
    )
    assert_allclose(summer[1] - summer[0], 14.5, atol=0.1)
    assert_allclose(winter[1] - winter[0], 9.8, atol=0.1)
    assert_allclose(sum(summer) / 2, 12 - 35.9 / 15, atol=0.1)
    assert daylight_h(dt.date(2025, 6, 21), latitude=80, longitude=0) == (0.0, 24.0)
    assert daylight_h(dt.date(2025, 12, 21), latitude=80, longitude=0) == (0.0, 0.0)


def test_openings_are_what_they_say() -> None:
    plan = Openings.plan(
        ("x",), horizon_days=3, windows={"x": (6, 18)}, closures={"x": [(1.5, 1.6)]}
    )
    start, stop = plan.of(np.full(4, 24.0), first=0, seed=1)
    assert_allclose(start[0, 0], [0.25, 1.25, 1.6, 2.25, 3.25])
    assert_allclose(stop[0, 0], [0.75, 1.5, 1.75, 2.75, 3.75])
    always = Openings.plan(("x", "y"), horizon_days=3, always_h=True).of(
        np.full(4, 24.0), first=0, seed=1
    )
    assert always[0].shape == (1, 2, 0)


def test_tally_in_bins_is_the_tally_of_rows() -> None:
    random = np.random.default_rng(5)
    rows = np.stack(
        [random.gamma(4, 10, 3_000), np.full(3_000, 7.0), random.poisson(5, 3_000)], axis=1
    )[:, None, :]
    rows = rows if JIT else rows[:1_100]
    whole, parts = Tally(), Tally()
    whole.add(rows)
    for part in np.array_split(rows, 13):
        parts.add(part)
    levels = np.array([0.05, 0.5, 0.95])
    exact = np.quantile(rows, levels, axis=0)
    assert_array_equal(parts.quantiles(levels), whole.quantiles(levels))
    assert_array_equal(parts.mean(), whole.mean())
    assert_allclose(whole.quantiles(levels), exact, rtol=0.02)
    assert_array_equal(whole.quantiles(levels)[:, 0, 1:], exact[:, 0, 1:])
    assert_allclose(whole.mean(), rows.mean(axis=0))
    assert_allclose(
        whole.mean_error(), rows.std(axis=0, ddof=1) / math.sqrt(len(rows)), rtol=1e-9, atol=1e-10
    )
    assert_allclose(whole.share_at_least(5.0, row=0), (rows >= 5.0).mean(axis=0)[0], atol=0.01)
    single = Tally()
    single.add(rows[:1])
    assert np.isnan(single.mean_error()).all()


@pytest.mark.parametrize("cv", [0.1, 0.3, 1.0, 1.5])
def test_times_spread_with_the_right_mean_and_variance(cv: float) -> None:
    table = spread_table(cv, name="x")
    steps = (np.arange(200_000) + 0.5) / 200_000
    drawn = np.interp(steps, np.linspace(0, 1, table.size), table)
    assert_allclose(drawn.mean(), 1.0, rtol=1e-6)
    assert_allclose(drawn.std(), cv, rtol=2e-3)
    assert spread_table(0.0, name="x").tolist() == [1.0]
