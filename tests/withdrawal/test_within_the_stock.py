"""What a stock says of the numbers that left it, and where in its window a published number fell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import forceflow as ff

DRAWS = 4_000
FORCE = 1_450


def convoys(*rows: tuple[str, str, Any], **given: Any) -> tuple[ff.FlowEvent, ...]:
    """People by road from Niamey to Chad, spread over windows."""
    table = pd.DataFrame(rows, columns=["start", "stop", "personnel"])
    table["event_id"] = [f"convoy {row}" for row in range(len(table))]
    fixed = {"mode": "road", "platform": "trucks", "origin": "Niamey", "destination": "Chad", "direction": "outbound"}
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
    assert any("more had left by 2023-11-30 than the stock given in 100% of the draws" in note for note in found.notes)
    assert found.moved.low >= 1_503


def test_each_place_is_bounded_by_its_own_stock() -> None:
    out = convoys((*FIFTY_DAYS, "more than 900")) + convoys((*FIFTY_DAYS, 40), origin="Agadez", event_id="other")
    found = left(out, stock={"Niamey": 1_000, "Agadez": 100})
    assert found.places["Niamey"].moved.high <= 1_000
    assert found.places["Agadez"].moved.high == 40
    assert not (found.places["Niamey"].completion_days == 0).any()


def test_a_day_inside_a_published_window_has_a_range() -> None:
    """282 and a part of 1,018: 11 of the 41 days, shared out among its weeks in every way alike."""
    given = convoys(("2023-10-10", "2023-10-21", 282), ("2023-10-21", "2023-12-01", 1_018))
    found = left(given, as_of="2023-10-31").moved
    share = stats.beta(11 / 7, 30 / 7)  # the mean of the share is 11 / 41
    assert found.low == pytest.approx(282 + 1_018 * share.ppf(0.05), rel=0.03)
    assert found.middle == pytest.approx(282 + 1_018 * share.median(), rel=0.03)
    assert found.high == pytest.approx(282 + 1_018 * share.ppf(0.95), rel=0.03)
    assert found.low < 282 + 11 / 41 * 1_018 < found.high
    for day, wanted in (("2023-10-20", 282), ("2023-11-30", 1_300)):  # at the ends of the windows nothing is in doubt
        whole = left(given, as_of=day).moved
        assert [whole.low, whole.high] == pytest.approx([wanted, wanted])


def test_a_short_window_has_two_parts() -> None:
    """One day of three: Beta(2/3, 4/3), from hardly anyone to nearly all."""
    found = left(convoys(("2023-10-10", "2023-10-13", 300)), as_of="2023-10-10").moved
    share = stats.beta(2 / 3, 4 / 3)
    assert [found.low, found.middle, found.high] == pytest.approx(
        [300 * share.ppf(p) for p in (0.05, 0.5, 0.95)], rel=0.1, abs=1
    )


def test_a_place_that_nothing_leaves_may_still_be_cleared() -> None:
    """Two places, one without a movement: its pace is that of a count of zero, months of silence or not."""
    out = convoys(*((f"2023-10-{day:02d}", f"2023-10-{day + 2:02d}", 60) for day in (1, 8, 15, 22)))
    for as_of in (None, "2023-12-15", "2024-01-31"):
        found = left(out, stock={"Niamey": 1_000, "Agadez": 500}, as_of=as_of)
        for part in (found, *found.places.values()):
            assert 0.1 < part.stall_probability < 0.75
        assert found.places["Agadez"].net_per_day.high > 0
        assert any("that of a count of zero" in note for note in found.notes)


def test_what_comes_from_a_place_without_a_stock_is_said() -> None:
    out = convoys(("2023-10-01", "2023-10-11", 100)) + convoys(
        ("2023-10-05", "2023-10-08", 60), origin="Agadez", destination="Niamey", direction="internal", event_id="in"
    )
    notes = left(out, stock={"Niamey": 1_000, "Ouallam": 200}).notes
    assert any("places of the theatre without a stock" in note for note in notes)
    assert not any("without a stock" in note for note in left(out, stock={"Niamey": 1_000, "rest": 200}).notes)
