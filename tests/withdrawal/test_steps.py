"""The steps of a withdrawal one by one: request, record at a day, depletion, description."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import forceflow as ff
from forceflow.withdrawal.describe import describe
from forceflow.withdrawal.known_record import record_at
from forceflow.withdrawal.request import read_request
from forceflow.withdrawal.stock_courses import deplete

BY_PLACE = {"Hmeimim": 15_000, "Tartus": 8_000, "elsewhere": 4_000}


@pytest.fixture(scope="module")
def events() -> tuple[ff.FlowEvent, ...]:
    return tuple(ff.merge_claims(ff.load_reports("syria-2024")))


@pytest.mark.parametrize("stock", [(20_000, 35_000, 60_000), BY_PLACE])
def test_the_steps_by_hand_are_the_estimate(events: tuple[ff.FlowEvent, ...], stock: Any) -> None:
    left = ff.estimate_withdrawal(events, stock_t=stock, draws=500, seed=7)
    request = read_request(left.again.keywords, {})  # type: ignore[union-attr]
    known = record_at(events, request)
    depletion = deplete(known, request.plan)
    found = describe(depletion, known)
    assert np.array_equal(found.completion_days, left.completion_days)
    assert found.notes == left.notes[: len(found.notes)]


def test_a_step_can_be_replaced(events: tuple[ff.FlowEvent, ...]) -> None:
    """Twice the pace in every step is twice as much gone, where nothing else slows it down."""
    plain: dict[str, Any] = {"stall": 0.0, "tail_share": 0.0, "draws": 500, "seed": 7}
    left = ff.estimate_withdrawal(events, stock_t=35_000, drift_gsd=1.0, **plain)
    request = read_request(left.again.keywords, {})  # type: ignore[union-attr]
    known = record_at(events, request)
    twice = replace(known, pace_of=lambda **given: 2 * known.pace_of(**given))
    slow, fast = (deplete(record, request.plan) for record in (known, twice))
    assert np.allclose(2 * fast.courses[0].days, slow.courses[0].days)
