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
    [
        "at least 1",
        "at least 60",
        "more than ten",
        "60+",
        "no more than 1,000",
        "up to 150",
        "10 to 1000",
        "about 100",
    ],
)
@pytest.mark.parametrize("grade", [0.2, 0.7, 1.0])
def test_one_witness_beside_an_empty_claim_keeps_its_number(empty: str, grade: float) -> None:
    """About 100 is 67 to 150 alone: half its last digit on the log scale, 100 / 1.5 and 100 x 1.5."""
    for parts in ([q("about 100"), q(empty)], [q(empty), q("about 100")]):
        pooled = pool_numbers(parts, [0.7, grade])
        np.testing.assert_allclose(
            pooled.quantity.quantile([0.05, 0.5, 0.95]), [100 / 1.5, 100, 150], rtol=1e-3
        )
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
@given(
    NUMBERS,
    st.sampled_from(["at least", "more than", "up to", "range"]),
    st.floats(1.1, 30),
    RELIABLE,
)
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
    np.testing.assert_array_equal(
        after.quantile([0.05, 0.5, 0.95]), before.quantile([0.05, 0.5, 0.95])
    )


@settings(max_examples=60, deadline=None)
@given(
    NUMBERS,
    st.lists(st.integers(5, 900), min_size=2, max_size=6),
    RELIABLE,
    RELIABLE,
    st.integers(5, 200),
)
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
@given(
    NUMBERS,
    st.permutations(["at least 30", "at least 150", "up to 300", "more than 90", "10 to 900"]),
    st.data(),
)
def test_the_order_of_witnesses_does_not_matter(
    numbers: list[Quantity], words: list[str], data: Any
) -> None:
    told = [
        *((n, 0.7) for n in numbers),
        *((q(w), 0.3 + 0.1 * len(w) / 2) for w in sorted(words)[:3]),
    ]
    mixed = data.draw(st.permutations(told))
    one, other = (pool_numbers(*zip(*order, strict=True)).quantity for order in (told, mixed))
    p = [0.02, 0.25, 0.5, 0.75, 0.98]
    np.testing.assert_allclose(one.quantile(p), other.quantile(p), rtol=1e-9)


# -- any witnesses at all ----------------------------------------------------------------------------------------------

UNITS = st.sampled_from(["", " flights", " soldiers", " t", " kg", " vehicles"])
PHRASES = [
    "about {a}", "{a}", "{a} to {b}", "at least {a}", "more than {a}", "up to {a}", "nearly {a}", "several", "dozens",
    "a few", "fewer than {b}", "{a}-plus", "no more than {b}",
]  # fmt: skip
FEW = st.sampled_from([1, 2, 3, 5, 8, 17, 40, 53, 123, 1_000, 5_000])


@st.composite
def witnesses(draw: Any, most: int = 4) -> tuple[list[Quantity], list[float]]:
    """Two to four numbers of any kind in one unit, with their reliabilities."""
    unit, told = draw(UNITS), list[Quantity]()
    for _ in range(draw(st.integers(2, most))):
        a, b = draw(FEW), draw(FEW)
        told.append(q(draw(st.sampled_from(PHRASES)).format(a=a, b=a + b) + unit))
    return told, [draw(RELIABLE) for _ in told]


@settings(max_examples=150, deadline=None)
@given(witnesses())
def test_any_numbers_make_one_finite_number(told: tuple[list[Quantity], list[float]]) -> None:
    pooled = pool_numbers(*told).quantity
    low, best, high = pooled.low, pooled.best, pooled.high
    assert 0 <= low <= best <= high < np.inf
    assert np.all(np.diff(pooled.quantile(np.linspace(0, 1, 101))) >= 0)
    mixed = pool_numbers(told[0][::-1], told[1][::-1]).quantity
    np.testing.assert_allclose(
        mixed.quantile([0.05, 0.5, 0.95]), pooled.quantile([0.05, 0.5, 0.95]), rtol=1e-9
    )
    parts = pooled.words.split(" / ")
    assert len(parts) == len(set(parts))


@settings(max_examples=150, deadline=None)
@given(witnesses(3), st.sampled_from(["floor", "ceiling"]), st.floats(1, 30), RELIABLE)
def test_a_bound_that_every_source_satisfies_moves_nothing(
    told: tuple[list[Quantity], list[float]], kind: str, factor: float, grade: float
) -> None:
    """Of floors and ceilings alone a ceiling that each satisfies moves nothing; what a floor adds, they do not say."""
    numbers, grades = told
    bounds = [n for n in numbers if n.family in ("at_least", "over", "at_most")]
    unit = numbers[0].unit
    limit = (
        min(n.low for n in numbers) / factor
        if kind == "floor"
        else max(n.high for n in numbers) * factor
    )
    if limit <= 0 or (kind == "floor" and len(bounds) == len(numbers)):
        return
    bound = (
        Quantity.at_least(limit, unit=unit)
        if kind == "floor"
        else q(f"up to {int(limit) + 1} {unit}".strip())
    )
    before = pool_numbers(numbers, grades).quantity
    after = pool_numbers([*numbers, bound], [*grades, grade]).quantity
    low, best, high = before.quantile([0.05, 0.5, 0.95])
    now = after.quantile([0.05, 0.5, 0.95])
    assert now[1] == pytest.approx(best, rel=0.01)
    assert now[0] >= low * (1 - 1e-9)
    assert now[2] <= high * (1 + 1e-9)


@pytest.mark.parametrize(
    ("words", "like"),
    [
        (("37 to 75 tonnes", "at least 123 tonnes"), None),
        (("up to 37 t", "at least 100 t"), None),
        (("1000 to 2000 t", "up to 5 t"), None),
        (("8 to 17 t", "up to 1 t"), None),
        (("about 40 t", "at least 1000 t"), ("about 40", "at least 1000")),
    ],
)
def test_measured_numbers_in_conflict_make_a_pool(
    words: tuple[str, str], like: tuple[str, str] | None
) -> None:
    """Half of each: the lower end is that of the one, the upper end that of the other."""
    pooled = pool_numbers([q(w) for w in words], [0.85, 0.85])
    one, other = sorted((q(w) for w in words), key=lambda n: n.best)
    assert pooled.method == "linear pool"
    assert one.low * 0.9 <= pooled.quantity.low <= one.high
    assert other.low <= pooled.quantity.high <= other.high * 1.5
    if like is not None:
        counted = pool_numbers([q(w) for w in like], [0.85, 0.85]).quantity
        np.testing.assert_allclose(
            pooled.quantity.quantile([0.05, 0.95]), counted.quantile([0.05, 0.95]), rtol=0.02
        )


def test_three_numbers_in_conflict_reach_a_stated_factor_beyond_them() -> None:
    parts = [q("200 t"), q("15 t"), q("5000 t")]
    alone = pool_numbers(parts, [0.85] * 3).quantity
    lowest, highest = min(p.low for p in parts), max(p.high for p in parts)
    assert lowest / 3 <= alone.low
    assert alone.high <= highest * 3
    assert pool_numbers([*parts, q("at least 5 t")], [0.85] * 4).quantity == alone


def test_a_ceiling_beside_a_floor_only_cuts_it() -> None:
    for words in ("more than 40 flights", "at least 3", "at least 30 t"):
        floor, tops = q(words), (400.0, 100.0, 53.0, 45.0)
        found = [
            pool_numbers([floor, q(f"up to {top:g} {floor.unit}".strip())], [0.85] * 2).quantity for top in tops
        ]  # fmt: skip
        for pooled, top in zip(found, tops, strict=True):
            assert floor.quantile(0.0) <= pooled.low * (1 + 1e-9)
            assert pooled.high <= min(floor.high, top)
        assert np.all(np.diff([floor.best, *(pooled.best for pooled in found)]) <= 1e-9)
    cut = pool_numbers([q("at least 3"), q("up to 14")], [0.85] * 2).quantity
    assert (cut.low, cut.best, cut.high <= 14) == (3, 5, True)


def test_words_of_a_pool_stand_once() -> None:
    for order in (("up to 10", "at least 20", "up to 10"), ("at least 20", "up to 10", "up to 10")):
        assert (
            pool_numbers([q(w) for w in order], [0.85] * 3).quantity.words
            == "up to 10 / at least 20"
        )


def test_a_floor_inside_the_range_sharpens_upward_and_one_above_it_is_in_conflict() -> None:
    alone, inside = (
        q("about 100").interval(0.9),
        pool_numbers([q("about 100"), q("at least 85")], [0.7, 0.7]),
    )
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
            claim(
                f"c{i}",
                quantity=words,
                start=first + dt.timedelta(span[0]),
                stop=first + dt.timedelta(span[1]),
            ),
            grade="C3",
        )
        for i, (words, span) in enumerate(told)
    ]
    (event,) = ff.merge_claims(reports)
    return event


def test_two_reports_of_flights_one_of_them_a_low_floor() -> None:
    event = merged(("about 100", (0, 7)), ("at least two", (0, 7)))
    np.testing.assert_allclose(
        event.movements.quantile([0.05, 0.5, 0.95]), [100 / 1.5, 100, 150], atol=0.5
    )
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
    alone, beside = (
        merged(("40", (0, 2)), ("60", (20, 22)), *more) for more in ((), (("up to 10", (0, 10)),))
    )
    assert beside.movements == alone.movements
    only = merged(("up to 10", (0, 3)), ("", (20, 22)))
    assert (only.days, only.movements.high) == (3, 10)


def test_a_rate_with_a_floor_still_runs_over_the_days_of_the_event() -> None:
    event = merged(("at least one flight a day", (0, 62)), ("", (3, 20)))
    assert event.movements.low == 17
    several = merged(("several", (0, 62)), ("", (3, 20)))
    assert (several.movements.best, several.days) == (6, 62)


def test_a_low_floor_in_a_part_of_the_days_takes_nothing_from_a_number() -> None:
    alone, beside = (
        merged(("about 100", (0, 62))),
        merged(("about 100", (0, 62)), ("at least two", (31, 48))),
    )
    assert (beside.movements, beside.start, beside.stop) == (
        alone.movements,
        alone.start,
        alone.stop,
    )
    np.testing.assert_allclose(
        beside.movements.quantile([0.05, 0.5, 0.95]), [100 / 1.5, 100, 150], atol=0.5
    )


def test_the_shipped_air_bridge_lies_between_its_sources() -> None:
    """CNN has more than one flight a day over 17 days; the other source at least eight flights in a longer window."""
    (bridge,) = [
        e
        for e in ff.merge_claims(ff.load_reports("syria-2024-extended"))
        if e.event_id == "khadim-air-bridge"
    ]
    np.testing.assert_allclose(
        [bridge.movements.low, bridge.movements.best, bridge.movements.high],
        [17, 23, 42],
        rtol=0.03,
    )
