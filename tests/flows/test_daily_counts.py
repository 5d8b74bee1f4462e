"""Tables of daily counts, days nobody counted, and printed totals: the days times the pace are the sum."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from scipy import stats
from test_rate import flights, frame_of, many_draws, rate_of

import forceflow as ff
from forceflow.flows.compare_rates import compare_rates
from forceflow.flows.counts.dispersion import inflations_for, is_obvious

FLIGHTS = [58, 89, 94]


def rows(counts: Any, **given: Any) -> tuple[ff.Sortie, ...]:
    """A dated row for each day; None is a day with movements nobody counted."""
    blank = ff.Quantity.nothing("")
    return tuple(
        flights(
            blank if n is None else ff.Quantity.exactly(n), start=float(i), is_stream=False, **given
        )
        for i, n in enumerate(counts)
    )


@many_draws
@pytest.mark.parametrize(
    "counts", [FLIGHTS, [80] * 7, [80] * 14, [80] * 28, [3, 1, 0, 2, 1], [1] * 6, [5, 9]]
)
def test_rows_that_follow_each_other_are_watched_days(counts: list[int]) -> None:
    """Gamma(n + 1/2) over the days of the table, as of a stream over the same days."""
    found = rate_of(rows(counts), dispersion="poisson", draws=20_000).per_day
    exact = stats.gamma(sum(counts) + 0.5, scale=1 / len(counts))
    for got, share in zip((found.low, found.middle, found.high), (0.05, 0.5, 0.95), strict=True):
        assert got == pytest.approx(exact.ppf(share), rel=0.02)
    assert found.middle * len(counts) == pytest.approx(sum(counts), abs=0.5 + 0.02 * sum(counts))


@many_draws
def test_windows_of_a_day_that_begin_in_the_morning() -> None:
    """Three windows from 07:00 to 07:00 are three days, not the four that they touch."""
    given = [flights(n, start=i + 7 / 24, is_stream=False) for i, n in enumerate(FLIGHTS)]
    assert rate_of(given).per_day.middle == pytest.approx(241 / 3, rel=0.02)
    streams = [flights(n, start=i + 7 / 24) for i, n in enumerate(FLIGHTS)]
    assert rate_of(streams).per_day.middle == pytest.approx(241 / 3, rel=0.02)


@many_draws
def test_sightings_with_gaps_stay_sightings() -> None:
    """Two packets a month apart, and two single flights on two days: the gaps say how long somebody watched."""
    apart = (flights(6, start=0, is_stream=False), flights(6, start=30, is_stream=False))
    assert rate_of(apart, dispersion="poisson").per_day.middle < 12 / 31
    assert any("days watched are drawn" in note for note in rate_of(apart).notes)
    assert any("days watched are drawn" in note for note in rate_of(rows([1, 1])).notes)
    # Half of the days have a row: a table with holes, which are said.
    holes = tuple(event for event in rows([80, 80, 0, 80, 80]) if event.movements.best)
    found = rate_of(holes, dispersion="poisson")
    assert found.per_day.middle == pytest.approx(320 / 5, rel=0.02)
    assert any("1 day without a row is taken as watched" in note for note in found.notes)


@many_draws
@pytest.mark.parametrize("every", ["1d", "2d", "1w"])
@pytest.mark.parametrize("between", [("2025-01-01", "2025-01-05"), None])
@pytest.mark.parametrize("counts", [[*FLIGHTS, None], [58, None, 89, 94], [None, *FLIGHTS]])
def test_a_day_without_a_count_is_no_exposure(
    every: str, between: Any, counts: list[int | None]
) -> None:
    found = rate_of(rows(counts), between=between, every=every)
    assert found.per_day.middle == pytest.approx(241 / 3, rel=0.02)
    assert found.exposure_days.sum() == pytest.approx(3)
    if between or counts[1] is None:
        assert "1 day with uncounted movements is left out of the days watched" in found.notes


@many_draws
def test_uncounted_movements_beside_counted_ones_change_no_exposure() -> None:
    """A long report without a number leaves the days that others counted; a sighting in it shows that somebody did."""
    long = flights(ff.Quantity.nothing(""), start=0.5, days=9.5, is_stream=False)
    found = rate_of((*rows(FLIGHTS), long), between=("2025-01-01", "2025-01-11"))
    assert found.per_day.middle == pytest.approx(241 / 3, rel=0.02)
    assert any("7 days with uncounted movements are left out" in note for note in found.notes)
    sparse = [flights(1, start=float(day), is_stream=False) for day in (2, 20, 24)]
    given: dict[str, Any] = {"between": ("2025-01-01", "2025-03-01"), "dispersion": "poisson"}
    assert rate_of((*sparse, long), **given).per_day == rate_of(sparse, **given).per_day


def test_a_span_in_which_nothing_was_counted_is_refused() -> None:
    given = rows([*FLIGHTS, None])
    with pytest.raises(ff.errors.EstimateError, match="none was counted"):
        rate_of(given, between=("2025-01-04", "2025-01-05"))
    with pytest.raises(ff.errors.EstimateError, match=r"second .* none counted"):
        compare_rates(
            given, first=("2025-01-01", "2025-01-04"), second=("2025-01-04", "2025-01-05"), seed=7
        )


@many_draws
def test_periods_with_a_day_nobody_counted() -> None:
    given = rows([*FLIGHTS, None, 40, 42])
    found = compare_rates(
        given, first=("2025-01-01", "2025-01-05"), second=("2025-01-05", "2025-01-07"), seed=7
    )
    assert found.first.middle == pytest.approx(241 / 3, rel=0.02)
    assert found.second.middle == pytest.approx(82 / 2, rel=0.02)
    assert found.ratio.middle == pytest.approx(41 / (241 / 3), rel=0.02)
    assert any("first: 1 day with uncounted" in note for note in found.notes)


@many_draws
@pytest.mark.parametrize("counts", [[7_760, 16_300, 21_600], [7_760, None, 16_300, 21_600]])
def test_people_a_day_without_a_count_of_flights(counts: list[int | None]) -> None:
    blank = ff.Quantity.nothing("")
    given = tuple(
        flights(
            blank,
            start=float(i),
            is_stream=False,
            personnel=None if n is None else ff.Quantity.exactly(n),
        )
        for i, n in enumerate(counts)
    )
    assert rate_of(given, measure="personnel").per_day.middle == pytest.approx(45_660 / 3)


@many_draws
@pytest.mark.parametrize("movements", [1, 2, 10, None])
@pytest.mark.parametrize("measure", ["personnel", "tonnes"])
def test_a_printed_total_is_the_middle_whatever_moved_it(
    movements: int | None, measure: str
) -> None:
    """A thousand in ten days are 100 a day; the count of movements says how much doubt that has."""
    count = ff.Quantity.nothing("") if movements is None else ff.Quantity.exactly(movements)
    given: dict[str, Any] = {measure: ff.Quantity.exactly(1_000)}
    found = rate_of((flights(count, days=10, **given),), measure=measure, draws=20_000).per_day
    assert found.middle == pytest.approx(100, rel=0.02)
    if movements:
        exact = stats.gamma(movements + 0.5)
        assert found.high == pytest.approx(100 * exact.ppf(0.95) / exact.median(), rel=0.03)


@many_draws
@pytest.mark.parametrize("counts", [[7_760, 16_300, 21_600], [16_300, 21_600]])
def test_few_counts_of_people_do_not_scatter_like_arrivals(counts: list[int]) -> None:
    """Three days of people: the standard error of their mean is 4,029, not the 71 of a Poisson count."""
    found = rate_of(frame_of(counts), every="1d")
    assert found.dispersion["outbound"] == "negative-binomial"
    assert found.per_day.low < min(counts) * 1.05
    assert found.per_day.high > max(counts)


def test_when_few_bins_are_enough() -> None:
    assert is_obvious([7_760, 16_300, 21_600])
    assert is_obvious([100, 150, 220])
    assert not is_obvious([0, 30, 0, 0])  # a single odd one
    assert not is_obvious(FLIGHTS)  # index of dispersion 9.47 of 2 degrees of freedom: p = 0.009
    assert inflations_for(FLIGHTS)[-1] == 17
    # variance over mean of the three days is 48.7 million / 15,220 = 3,199
    assert 64 * 3_199 <= inflations_for([7_760, 16_300, 21_600])[-1] < 128 * 3_199


@pytest.mark.parametrize("method", ["mid-p", "exact"])
def test_a_p_value_is_the_same_for_either_order_and_never_zero(method: Any) -> None:
    one, two = (
        ff.counts.rate_ratio((71, 61), (450, 94), method=method),
        ff.counts.rate_ratio((450, 94), (71, 61), method=method),
    )
    exact = stats.binom(521, 61 / 155).cdf(71)  # both tails: between this and twice that
    assert one.p_value == two.p_value
    assert 0.5 * exact < one.p_value <= 2 * exact
    far = ff.counts.rate_ratio((100_000, 1), (1, 1), method=method)
    assert far.p_value > 0
    assert "p < 1e-300" in str(far)


def test_a_headline_says_the_days_of_the_record() -> None:
    """August and September are 61 days; the last of nine weeks reaches beyond them."""
    begin = (dt.datetime(2022, 8, 1, tzinfo=dt.UTC) - dt.datetime(2025, 1, 1, tzinfo=dt.UTC)).days
    grain = flights(241, start=begin, days=61, tonnes=ff.Quantity.exactly(5_500_000))
    for found in (
        ff.estimate_tonnage((grain,), every="1w", draws=200, seed=7),
        rate_of((grain,), every="1w"),
    ):
        assert "in 61 days (2022-08-01 to 2022-09-30, 90%)" in str(found)
        assert found.days == 61
        assert len(found.starts) == 9
