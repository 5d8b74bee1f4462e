"""Laws of pooling: a floor never drags a number down, an empty claim changes nothing, order does not matter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_merge import claim, report

import forceflow as ff
from forceflow import Quantity
from forceflow.evidence.pooling import pool_numbers

RELIABLE = st.sampled_from([0.2, 0.45, 0.6, 0.7, 0.85, 0.95, 1.0])


def q(words: str) -> Quantity:
    return Quantity.parse(words)


@pytest.mark.parametrize(
    "empty",
    ["at least 1", "at least 60", "more than ten", "60+", "no more than 1,000", "up to 150", "10 to 1000", "about 100"],
)
@pytest.mark.parametrize("grade", [0.2, 0.7, 1.0])
def test_one_witness_beside_an_empty_claim_keeps_its_number(empty: str, grade: float) -> None:
    """About 100 is 67 to 150 alone: half its last digit on the log scale, 100 / 1.5 and 100 x 1.5."""
    for parts in ([q("about 100"), q(empty)], [q(empty), q("about 100")]):
        pooled = pool_numbers(parts, [0.7, grade])
        np.testing.assert_allclose(pooled.quantity.quantile([0.05, 0.5, 0.95]), [100 / 1.5, 100, 150], rtol=1e-3)
        assert pooled.method == "agreement"


NUMBERS = st.lists(
    st.one_of(
        st.integers(20, 400).map(lambda n: q(f"about {n}")),
        st.integers(20, 400).map(lambda n: Quantity.exactly(n)),
        st.integers(20, 200).map(lambda n: q(f"{n} to {2 * n}")),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.sampled_from(["at least", "more than", "up to", "range"]), st.floats(1.1, 30), RELIABLE)
def test_a_claim_that_contains_the_others_changes_nothing(
    numbers: list[Quantity], kind: str, factor: float, grade: float
) -> None:
    before = pool_numbers(numbers, [0.7] * len(numbers)).quantity
    low, high = (min(n.low for n in numbers), max(n.high for n in numbers))
    low, high = min(low, before.low) / factor, max(high, before.high) * factor
    wide = {
        "at least": Quantity.at_least(low), "more than": q(f"more than {max(int(low) - 1, 1)}"),
        "up to": q(f"up to {int(high) + 1}"), "range": Quantity.between(low, high),
    }[kind]  # fmt: skip
    after = pool_numbers([*numbers, wide], [0.7] * len(numbers) + [grade]).quantity
    np.testing.assert_array_equal(after.quantile([0.05, 0.5, 0.95]), before.quantile([0.05, 0.5, 0.95]))


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.lists(st.integers(5, 900), min_size=2, max_size=6), RELIABLE, RELIABLE, st.integers(5, 200))
def test_a_higher_floor_never_lowers_the_median_and_no_floor_does(
    numbers: list[Quantity], floors: list[int], grade: float, other: float, second: int
) -> None:
    given_ = [grade] * len(numbers)
    medians = [float(pool_numbers(numbers, given_).quantity.quantile(0.5))]
    for floor in sorted(floors):
        parts = [*numbers, q(f"at least {floor}"), q(f"at least {second}")]
        medians.append(float(pool_numbers(parts, [*given_, other, 0.6]).quantity.quantile(0.5)))
    assert np.all(np.diff(medians) >= -0.01 * np.array(medians[1:]) - 0.5), medians


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.lists(st.integers(5, 900), min_size=2, max_size=6), RELIABLE, RELIABLE)
def test_a_lower_ceiling_never_raises_the_median(
    numbers: list[Quantity], ceilings: list[int], grade: float, other: float
) -> None:
    medians = [
        float(
            pool_numbers([*numbers, q(f"up to {top}")], [grade] * len(numbers) + [other]).quantity.quantile(0.5)
        )
        for top in sorted(ceilings)
    ]  # fmt: skip
    assert np.all(np.diff(medians) >= -0.01 * np.array(medians[1:]) - 0.5), medians


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.permutations(["at least 30", "at least 150", "up to 300", "more than 90", "10 to 900"]), st.data())
def test_the_order_of_witnesses_does_not_matter(numbers: list[Quantity], words: list[str], data: Any) -> None:
    told = [*((n, 0.7) for n in numbers), *((q(w), 0.3 + 0.1 * len(w) / 2) for w in sorted(words)[:3])]
    mixed = data.draw(st.permutations(told))
    one, other = (pool_numbers(*zip(*order, strict=True)).quantity for order in (told, mixed))
    p = [0.02, 0.25, 0.5, 0.75, 0.98]
    np.testing.assert_allclose(one.quantile(p), other.quantile(p), rtol=1e-9)


def test_a_floor_inside_the_range_sharpens_upward_and_one_above_it_is_in_conflict() -> None:
    alone, inside = q("about 100").interval(0.9), pool_numbers([q("about 100"), q("at least 85")], [0.7, 0.7])
    low, high = inside.quantity.interval(0.9)
    assert alone[0] < 75 < low < 85
    assert high < 1.05 * alone[1]
    assert high / low < alone[1] / alone[0]
    assert inside.method == "agreement"
    above = pool_numbers([q("about 100"), q("at least 300")], [0.7, 0.7])
    low, high = above.quantity.interval(0.9)
    assert above.method == "linear pool"
    assert low < 100 < 300 < high
    trusted = pool_numbers([q("about 100"), q("at least 300")], [0.2, 0.95])
    doubted = pool_numbers([q("about 100"), q("at least 300")], [0.95, 0.2])
    assert doubted.quantity.best < 130
    assert trusted.quantity.best > 300


def test_a_floor_also_cuts_numbers_that_are_in_conflict() -> None:
    pooled = pool_numbers([q("97"), q("253"), q("at least 200")], [0.7] * 3)
    assert pooled.quantity.best == 253
    assert (
        pool_numbers([q("97"), q("253"), q("at least 20")], [0.7] * 3).quantity
        == pool_numbers([q("97"), q("253")], [0.7, 0.7]).quantity
    )


# -- through merge_claims: what a count says of part of its days -------------------------------------------------------


def merged(*told: tuple[str, tuple[int, int]]) -> ff.FlowEvent:
    """Claims (words, first and last day after of February and on) by sources of their own, graded C3."""
    first = dt.date(2025, 2, 1)
    reports = [
        report(
            f"r{i}",
            claim(f"c{i}", quantity=words, start=first + dt.timedelta(span[0]), stop=first + dt.timedelta(span[1])),
            grade="C3",
        )
        for i, (words, span) in enumerate(told)
    ]
    (event,) = ff.merge_claims(reports)
    return event


def test_two_reports_of_flights_one_of_them_a_low_floor() -> None:
    event = merged(("about 100", (0, 7)), ("at least two", (0, 7)))
    np.testing.assert_allclose(event.movements.quantile([0.05, 0.5, 0.95]), [100 / 1.5, 100, 150], atol=0.5)
    conflict = merged(("about 100", (0, 7)), ("at least 300", (0, 7)))
    assert "linear pool" in conflict.conflicts[0]


@pytest.mark.parametrize("floor", ["at least eight", "more than seven", "8+", "at least 500"])
def test_a_floor_says_nothing_of_a_part_of_its_days(floor: str) -> None:
    alone, beside = merged(("about 20", (0, 17))), merged(("about 20", (0, 17)), (floor, (-30, 32)))
    assert beside.movements == alone.movements
    assert (beside.start, beside.stop) == (alone.start, alone.stop)


def test_a_floor_without_another_number_keeps_its_own_days() -> None:
    event = merged(("at least eight", (0, 62)), ("", (3, 20)))
    assert event.days == 62
    assert event.movements == Quantity.parse("at least eight", unit="sorties")
    both = merged(("at least eight", (0, 62)), ("more than 20", (-10, 30)), ("", (3, 20)))
    assert both.days == 72
    assert both.movements == Quantity.parse("more than 20", unit="sorties")


def test_a_floor_holds_over_more_days_and_a_ceiling_over_fewer() -> None:
    """Windows that do not meet are joined: what was at least eight in two days is so in twenty, not so for at most."""
    assert merged(("at least eight", (0, 2)), ("", (20, 22))).movements.low == 8
    ceiling = merged(("up to 10", (0, 10)), ("", (3, 5)))
    assert (ceiling.movements, ceiling.days) == (Quantity.parse("up to 10", unit="sorties"), 2)
    alone, beside = (merged(("40", (0, 2)), ("60", (20, 22)), *more) for more in ((), (("up to 10", (0, 10)),)))
    assert beside.movements == alone.movements
    only = merged(("up to 10", (0, 3)), ("", (20, 22)))
    assert (only.days, only.movements.high) == (3, 10)


def test_a_rate_with_a_floor_still_runs_over_the_days_of_the_event() -> None:
    event = merged(("at least one flight a day", (0, 62)), ("", (3, 20)))
    assert event.movements.low == 17
    several = merged(("several", (0, 62)), ("", (3, 20)))
    assert several.movements.best == pytest.approx(6 * 17 / 62, rel=0.02)


def test_the_shipped_air_bridge_lies_between_its_sources() -> None:
    """CNN has more than one flight a day over 17 days; the other source at least eight flights in a longer window."""
    (bridge,) = [
        e for e in ff.merge_claims(ff.load_reports("syria-2024-extended")) if e.event_id == "khadim-air-bridge"
    ]
    np.testing.assert_allclose(
        [bridge.movements.low, bridge.movements.best, bridge.movements.high], [17, 23, 42], rtol=0.03
    )
