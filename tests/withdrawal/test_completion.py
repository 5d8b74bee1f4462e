"""Stocks and what moves between them, step by step: nothing is lost, and time is what remains over the net rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import forceflow as ff
from forceflow.withdrawal.depletion import OUTSIDE, Flow, run_course, steps_ahead


def test_nothing_is_lost_between_stocks() -> None:
    """100 in the interior go to a port at 10 a day, which holds 50 and ships 20 a day: worked out by hand."""
    one = np.ones(1)
    flows = (Flow(0, 1, 10 * one), Flow(1, OUTSIDE, 20 * one))
    steps = np.array([7.0] * 10)
    given: dict[str, Any] = {
        "floors": np.zeros((2, 1)), "pace": np.ones((steps.size, 1)), "steps": steps, "tail_share": 0.0,
        "stall": ff.Quantity.exactly(0.0), "ceiling": None, "tail_pace": ff.Quantity.exactly(1.0), "coverage": 0.9,
        "seed": 1,
    }  # fmt: skip
    whole, interior, port = run_course(np.array([[100.0], [50.0]]), flows, **given)
    assert (interior.days[0], port.days[0], whole.days[0]) == pytest.approx((10.0, 5.0, 10.0))
    np.testing.assert_allclose(interior.fan[1, :3], [100, 30, 0])
    np.testing.assert_allclose(port.fan[1, :3], [50, 0, 0])
    np.testing.assert_allclose(whole.fan[1, :3], [150, 30, 0])
    # With no way out, all of it ends up in the port.
    whole, interior, port = run_course(np.array([[100.0], [50.0]]), flows[:1], **given)
    np.testing.assert_allclose(interior.fan[1] + port.fan[1], 150.0)
    assert np.isinf(port.days[0])
    assert np.isinf(whole.days[0])
    # Half of what stops for good is still there, wherever it is.
    whole, *stopped = run_course(
        np.array([[100.0], [50.0]]), flows, **{**given, "stall": ff.Quantity.exactly(1.0)}
    )
    rest = sum(course.fan[1, -1] for course in stopped)
    assert 0 < rest < 150
    assert whole.fan[1, -1] == pytest.approx(rest)
    # Two that feed each other lose nothing either.
    ring = (Flow(0, 1, 30 * one), Flow(1, 0, 25 * one), Flow(1, OUTSIDE, 10 * one))
    whole, *_ = run_course(np.array([[100.0], [50.0]]), ring[:2], **given)
    np.testing.assert_allclose(whole.fan[1], 150.0)
    whole, *_ = run_course(np.array([[100.0], [50.0]]), ring, **given)
    assert np.all(np.diff(whole.fan[1]) <= 1e-9)
    assert whole.fan[1, 2] == pytest.approx(150 - 2 * 7 * 10, abs=10)


def slowly(
    stock: float, out: float, into: float, tail: float, slow: float, pace: list[float], step: float
) -> float:
    """Days until a stock is empty, in small steps of time: the rule in words."""
    left, day, dt_ = stock, 0.0, 0.005
    while left > 0:
        now = out * (pace[int(day / step)] if day < step * len(pace) else 1.0)
        net = now - into
        left -= dt_ * (net * slow if net > 0 and left <= tail else net)
        day += dt_
    return day


@pytest.mark.parametrize("slow", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("into", [0.0, 50.0, 75.0])
def test_what_comes_in_is_passed_on_in_the_tail_too(into: float, slow: float) -> None:
    """Remaining over net rate, the tail at a share of the net rate; whatever the steps, also as the pace changes."""
    one = np.ones(1)
    flows = (Flow(0, OUTSIDE, 100 * one), Flow(OUTSIDE, 0, into * one))
    given: dict[str, Any] = {
        "floors": np.zeros((1, 1)), "stall": ff.Quantity.exactly(0.0), "ceiling": None, "tail_share": 0.2,
        "tail_pace": ff.Quantity.exactly(slow), "coverage": 0.9, "seed": 1,
    }  # fmt: skip
    wanted = 0.8 * 1_000 / (100 - into) + 0.2 * 1_000 / ((100 - into) * slow)
    for steps in (steps_ahead(), np.array([1.0] * 200), np.array([1e9])):
        whole, *_ = run_course(
            np.array([[1_000.0]]), flows, pace=np.ones((steps.size, 1)), steps=steps, **given
        )
        assert whole.days[0] == pytest.approx(wanted)
    assert slowly(1_000, 100, into, 200, slow, [], 1) == pytest.approx(wanted, abs=0.05)
    pace = [0.5, 1.5, 0.2, 2.0, 0.9]
    steps = np.array([3.0] * 5 + [1e6])
    whole, *_ = run_course(
        np.array([[1_000.0]]), flows, pace=np.array([[*pace, 1.0]]).T, steps=steps, **given
    )
    assert whole.days[0] == pytest.approx(slowly(1_000, 100, into, 200, slow, pace, 3), abs=0.05)
