"""What a stock says of the numbers that left it, and where in its window a published number fell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import forceflow as ff

DRAWS = 4_000
FORCE = 1_450


def convoys(*rows: tuple[str, str, Any], **given: Any) -> tuple[ff.FlowEvent, ...]:
    """People by road from Niamey to Chad, spread over windows."""
    table = pd.DataFrame(rows, columns=["start", "stop", "personnel"])
    table["event_id"] = [f"convoy {row}" for row in range(len(table))]
    fixed = {
        "mode": "road",
        "platform": "trucks",
        "origin": "Niamey",
        "destination": "Chad",
        "direction": "outbound",
    }
    return ff.from_frame(table.assign(**{**fixed, "movements": None, "is_stream": True, **given}))


def left(events: Any, **given: Any) -> ff.Withdrawal:
    fixed: dict[str, Any] = {"measure": "personnel", "stock": FORCE, "draws": DRAWS, "seed": 7}
    return ff.estimate_withdrawal(events, **{**fixed, **given})


FIFTY_DAYS = ("2023-10-10", "2023-12-01")


@pytest.mark.parametrize("words", ["more than 1,300", "at least 1,300", "about 1,400"])
@pytest.mark.parametrize("stock", [FORCE, (1_400, 1_450, 1_500)])
def test_no_more_can_have_left_than_there_was(words: str, stock: Any) -> None:
    found = left(convoys((*FIFTY_DAYS, words)), stock=stock)
    assert found.moved.high <= found.stock.high
    assert not (found.completion_days == 0).any()
    assert found.remaining_low[0] > 0
    assert any("were drawn again within the stock" in note for note in found.notes)
    assert not any("it counts as empty" in note for note in found.notes)
    assert found.stock == left(convoys((*FIFTY_DAYS, 100)), stock=stock).stock


def test_a_number_cut_off_at_the_stock_keeps_its_shape_below() -> None:
    """The quantiles of the words' own distribution, up to the chance that they lie below the stock."""
    words = ff.Quantity.parse("more than 1,300")
    free = left(convoys((*FIFTY_DAYS, "more than 1,300")), stock=1_000_000)
    grid = words.quantile(np.linspace(0.0005, 0.9995, 1_000))
    inside = grid[grid <= FORCE]
    found = left(convoys((*FIFTY_DAYS, "more than 1,300")))
    assert found.moved.middle == pytest.approx(np.median(inside), rel=0.005)
    assert found.moved.high == pytest.approx(np.quantile(inside, 0.95), rel=0.005)
    assert free.moved.high > FORCE


@pytest.mark.parametrize("number", [1_503, "more than 1,600"])
def test_a_number_above_the_stock_for_certain_is_said(number: Any) -> None:
    found = left(convoys((*FIFTY_DAYS, number)))
    assert any(
        "more had left by 2023-11-30 than the stock given in 100% of the draws" in note
        for note in found.notes
    )
    assert found.moved.low >= 1_503


def test_each_place_is_bounded_by_its_own_stock() -> None:
    out = convoys((*FIFTY_DAYS, "more than 900")) + convoys(
        (*FIFTY_DAYS, 40), origin="Agadez", event_id="other"
    )
    found = left(out, stock={"Niamey": 1_000, "Agadez": 100})
    assert found.places["Niamey"].moved.high <= 1_000
    assert found.places["Agadez"].moved.high == 40
    assert not (found.places["Niamey"].completion_days == 0).any()


def test_a_place_that_nothing_leaves_may_still_be_cleared() -> None:
    """Two places, one without a movement: its pace is that of a count of zero, months of silence or not."""
    out = convoys(*((f"2023-10-{day:02d}", f"2023-10-{day + 2:02d}", 60) for day in (1, 8, 15, 22)))
    for as_of in (None, "2023-12-15", "2024-01-31"):
        found = left(out, stock={"Niamey": 1_000, "Agadez": 500}, as_of=as_of)
        for part in (found, *found.places.values()):
            assert 0.1 < part.stall_probability < 0.75
        assert found.places["Agadez"].net_per_day.high > 0
        assert any("that of a count of zero" in note for note in found.notes)
