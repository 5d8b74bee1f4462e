"""Rates: clumps, packets, observed days, plain series, and periods compared."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import math
import os
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from test_merge import claim, report

import forceflow as ff
from forceflow.evidence.tables.event_frames import make_frame
from forceflow.flows.compare_rates import compare_rates
from forceflow.flows.counts.censored import censored_quantile
from forceflow.flows.event_counts import arrival_counts, observed_exposure
from forceflow.flows.rate import Rate
from forceflow.results.estimate import bin_edges

FIRST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
JIT = os.environ.get("NUMBA_DISABLE_JIT") != "1"
DRAWS = 4_000 if JIT else 200
many_draws = pytest.mark.skipif(
    not JIT, reason="needs many draws; the same lines run elsewhere without compiling"
)


def flights(
    n: float | ff.Quantity, *, start: float = 0.0, days: float = 1.0, **given: Any
) -> ff.Sortie:
    begin = FIRST + dt.timedelta(days=start)
    fields: dict[str, Any] = {
        "event_id": f"e{start}",
        "platform": "Il-76MD",
        "origin": "OSLK",
        "destination": ff.find_place("al-Khadim").id,
        "direction": "outbound",
        "movements": n if isinstance(n, ff.Quantity) else ff.Quantity.exactly(n),
        "is_stream": True,
    }
    return ff.Sortie(start=begin, stop=begin + dt.timedelta(days=days), **{**fields, **given})


def daily(counts: Any, **given: Any) -> tuple[ff.Sortie, ...]:
    return tuple(flights(float(n), start=i, **given) for i, n in enumerate(counts))


def frame_of(counts: Any, backend: Any = "polars", **columns: Any) -> Any:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=i) for i in range(len(counts))]
    return make_frame({"date": days, "count": [int(c) for c in counts], **columns}, backend=backend)


def rate_of(events: Any, **given: Any) -> Rate:
    return ff.estimate_rate(events, **{"draws": DRAWS, "seed": 7, **given})


# -- clumps ---------------------------------------------------------------------------------------------------------


@many_draws
def test_poisson_counts_stay_poisson_and_clumped_ones_widen() -> None:
    rng = np.random.default_rng(2)
    even, bursts = rng.poisson(4, 60), 8 * rng.poisson(0.5, 60)
    one, other = rate_of(daily(even)), rate_of(daily(bursts))
    assert one.dispersion == {"outbound": "poisson"}
    assert other.dispersion == {"outbound": "negative-binomial"}
    assert any("Dean test" in note and "negative-binomial used" in note for note in other.notes)
    plain = rate_of(daily(bursts), dispersion="poisson").per_day
    assert other.per_day.high - other.per_day.low > 2 * (plain.high - plain.low)
    assert other.per_day.middle == pytest.approx(plain.middle, rel=0.1)


@many_draws
def test_a_negative_binomial_with_known_clumps_is_covered() -> None:
    """Bursts of mean 5: the interval is about sqrt(variance over mean) times the Poisson one."""
    rng = np.random.default_rng(9)
    y = rng.negative_binomial(1.0, 0.2, 200)  # mean 4, variance over mean 5
    given = {"every": "1d", "draws": 4_000}
    clumped = rate_of(daily(y), **given).per_day
    plain = rate_of(daily(y), dispersion="poisson", **given).per_day
    assert (clumped.high - clumped.low) / (plain.high - plain.low) == pytest.approx(
        np.sqrt(5), rel=0.2
    )


def test_few_bins_decide_nothing_by_themselves() -> None:
    events = daily([0, 30, 0, 0])
    assert rate_of(events, every="1d").dispersion["outbound"] == "poisson"
    assert (
        rate_of(events, every="1d", dispersion="negative-binomial").dispersion["outbound"]
        == "negative-binomial"
    )
    assert any("almost no power" in note for note in rate_of(events, every="1d").notes)
    with pytest.raises(ff.errors.EstimateError, match="dispersion"):
        rate_of(events, dispersion="odd")


@pytest.mark.parametrize("way", ["internal", "external"])
def test_events_of_another_direction_are_named(way: str) -> None:
    """What the message says to ask for is answered."""
    others: Any = daily([3, 4], direction=way)
    with pytest.raises(
        ff.errors.EstimateError,
        match=rf"no outbound or inbound events .* direction='{way}', or say which way",
    ):
        rate_of(others)
    assert rate_of(others, direction=way).per_day.middle == pytest.approx(7 / 2, rel=0.1)
    with pytest.raises(
        ff.errors.EstimateError,
        match=rf"direction 'outbound'; those given are {way}: ask for direction='{way}'",
    ):
        ff.estimate_tonnage(others, direction="outbound", seed=7)
    assert ff.estimate_tonnage(others, direction=way, draws=200, seed=7).total.middle > 0
    with pytest.raises(
        ff.errors.EstimateError,
        match=rf"crosses the boundary .*those given are {way}: say which way",
    ) as told:
        ff.estimate_withdrawal(others, stock_t=1_000, seed=7)
    assert "ask for" not in str(told.value)
    with pytest.raises(
        ff.errors.EstimateError, match="none of outbound, inbound, internal, external"
    ):
        rate_of(others, direction="sideways")
    with pytest.raises(ff.errors.EstimateError, match=r"estimate a rate from$"):
        rate_of([])


def test_a_frame_of_events_elsewhere_says_which_way_they_went() -> None:
    """Neither end lies in Syria; the constant that the message names makes them outbound, and so does a theatre."""
    frame = make_frame({
        "event_id": ["a", "b"], "mode": ["air"] * 2, "platform": ["C-17"] * 2, "origin": ["Moscow"] * 2,
        "destination": ["al-Khadim"] * 2, "start": ["2025-01-01", "2025-01-20"], "movements": [4, 6],
    })  # fmt: skip
    with pytest.raises(ff.errors.EstimateError, match="those given are external") as told:
        rate_of(frame)
    constant = re.findall(r"columns=(\{.*?\})", str(told.value))[0]
    events = ff.from_frame(frame, columns=ast.literal_eval(constant))
    assert {event.direction for event in events} == {"outbound"}
    assert "theatre=[" in str(told.value)
    assert {event.direction for event in ff.from_frame(frame, theatre=["RU"])} == {"outbound"}
    found = rate_of(events, between=("2025-01-01", "2025-01-21"), dispersion="poisson")
    assert found.per_day.middle == pytest.approx(10.5 / 20, rel=0.1)


# -- packets --------------------------------------------------------------------------------------------------------


@many_draws
def test_packets_of_one_size_are_counted_as_packets() -> None:
    convoys = tuple(flights(10, start=3 * i, is_stream=False) for i in range(20))
    packets = rate_of(
        convoys, packets=True, every="1y", between=("2025-01-01", "2025-02-28"), draws=40_000
    )
    days = 31 + 27
    wanted = stats.gamma(20.5, scale=10 / days).ppf([0.05, 0.5, 0.95])
    np.testing.assert_allclose(list(packets.per_day), wanted, rtol=0.02)
    single = rate_of(
        convoys, dispersion="poisson", every="1y", between=("2025-01-01", "2025-02-28")
    ).per_day
    assert packets.per_day.high - packets.per_day.low > 2.5 * (single.high - single.low)
    assert packets.dispersion["outbound"] == "packets"
    hint = "20 of 20 events were several movements at one moment"
    assert any(hint in note for note in rate_of(convoys).notes)
    assert not any(hint in note for note in packets.notes)


@many_draws
def test_packets_of_a_stream_are_its_movements() -> None:
    one = (flights(60, days=60),)
    given = {"every": "1y", "draws": 40_000}
    np.testing.assert_allclose(
        list(rate_of(one, packets=True, **given).per_day),
        list(rate_of(one, **given).per_day),
        rtol=0.02,
    )


@many_draws
def test_sizes_of_packets_vary_too() -> None:
    same = tuple(flights(10, start=3 * i, is_stream=False) for i in range(20))
    mixed = tuple(flights(19 if i % 2 else 1, start=3 * i, is_stream=False) for i in range(20))
    width = [
        (r := rate_of(e, packets=True, every="1y").per_day).high - r.low for e in (same, mixed)
    ]
    assert width[1] > 1.2 * width[0]


def test_packets_of_the_record(events: tuple[ff.FlowEvent, ...]) -> None:
    for measure in ("movements", "tonnes", "personnel"):
        found = rate_of(events, packets=True, measure=measure, every="1mo")
        assert np.isfinite(found.high).all()
        assert found.per_day.low < found.per_day.middle < found.per_day.high
    tonnes = [
        rate_of(events, measure="tonnes", packets=p, direction="outbound").per_day
        for p in (False, True)
    ]
    assert tonnes[1].high > tonnes[0].high


# -- exposure -------------------------------------------------------------------------------------------------------


def test_observed_days_are_the_exposure() -> None:
    events = daily([3] * 28)
    full = rate_of(events, dispersion="poisson")
    half = rate_of(events, observed_days=0.5, dispersion="poisson")
    np.testing.assert_allclose(half.middle, 2 * full.middle)
    assert any("14.0 observed days of 28" in note for note in half.notes)
    clouds = {f"2025-01-{day:02d}": 0.0 for day in range(1, 7)}
    some = rate_of(events, observed_days=clouds, dispersion="poisson")
    np.testing.assert_allclose(some.exposure_days, [1, 7, 7, 7])
    np.testing.assert_allclose(some.middle[0], 7 * full.middle[0])
    np.testing.assert_allclose(some.middle[1:], full.middle[1:])


@pytest.mark.parametrize("every", ["1d", "1mo"])
def test_the_rate_does_not_hang_on_the_width_of_its_bins(every: str) -> None:
    """Three movements a day for sixty days are three a day, also where the last bin reaches far beyond them."""
    found = rate_of(daily([3] * 60), every=every, dispersion="poisson")
    assert found.exposure_days.sum() == 60
    wanted = stats.gamma(180.5, scale=1 / 60).ppf([0.05, 0.5, 0.95])
    np.testing.assert_allclose(list(found.per_day), wanted, rtol=0.05)
    assert any("60.0 observed days" in note for note in found.notes) == (every != "1d")


def test_observed_days_of_bins() -> None:
    edges = bin_edges(FIRST, FIRST + dt.timedelta(days=6), every="3d")
    np.testing.assert_allclose(
        observed_exposure(edges, {dt.date(2025, 1, 2): 0.25, "2025-03-01": 0}), [2.25, 3]
    )
    for bad, message in (
        (0.0, "share"),
        (1.2, "share"),
        ({"soon": 1}, "is no date"),
        ({"2025-01-02": 2}, "share"),
        ({f"2025-01-0{i}": 0 for i in (1, 2, 3)}, "no day was observed"),
    ):
        with pytest.raises(ff.errors.EstimateError, match=message):
            observed_exposure(edges, bad)


# -- detection ------------------------------------------------------------------------------------------------------


@many_draws
def test_the_tornado_shows_what_the_share_does() -> None:
    found = rate_of(daily([3] * 28), detection=ff.Detection(0.3, 0.8), draws=20_000)
    low, middle, high = found.tornado
    assert [row.share for row in (low, high)] == [0.3, 0.8]
    assert low.per_day.middle > middle.per_day.middle > high.per_day.middle
    known = rate_of(daily([3] * 28), draws=20_000).per_day
    for row in found.tornado:
        np.testing.assert_allclose(np.array(list(row.per_day)) * row.share, list(known), rtol=1e-9)
    assert found.per_day.high - found.per_day.low > middle.per_day.high - middle.per_day.low
    assert "share reported: low (30%)" in str(low)
    assert f"if 30% was reported: {low.per_day}" in found.notes
    assert f"if 80% was reported: {high.per_day}" in found.notes
    assert rate_of(daily([3] * 28)).tornado == ()


def sailings(n: float, *, start: float = 0.0, days: float = 1.0, **given: Any) -> ff.Sailing:
    plane = flights(
        n, start=start, days=days, **{"event_id": f"s{start}", "platform": "Sparta II", **given}
    )
    fields = {
        name: getattr(plane, name)
        for name in ("event_id", "platform", "start", "stop", "direction", "movements")
    }
    return ff.Sailing(
        **fields, is_stream=True, origin=ff.find_place("Tartus").id, destination="russia"
    )


@many_draws
def test_each_mode_has_its_own_share() -> None:
    """Ships are all seen, flights by half: what is added for the unseen is added to the flights alone."""
    air, sea = (flights(90, days=30),), (sailings(60, days=30),)
    given: dict[str, Any] = {"every": "30d", "draws": 20_000, "dispersion": "poisson"}
    found = rate_of(air + sea, detection={"air": 0.5}, **given)
    rng = np.random.default_rng(1)
    wanted = rng.gamma(90.5, 1 / 15, 400_000) + rng.gamma(60.5, 1 / 30, 400_000)
    np.testing.assert_allclose(
        list(found.per_day), np.quantile(wanted, [0.05, 0.5, 0.95]), rtol=0.01
    )
    assert found.tornado == ()
    share = ff.Detection(0.3, 0.8)
    wide = rate_of(air + sea, detection={"air": share, "sea": ff.Detection(0.9, 0.99)}, **given)
    names = [row.name for row in wide.tornado]
    assert names == [
        f"share reported ({mode}): {end}"
        for mode in ("air", "sea")
        for end in ("low", "middle", "high")
    ]
    middle = [row.per_day.middle for row in wide.tornado]
    assert middle[0] - middle[2] == pytest.approx(3 / 0.3 - 3 / 0.8, rel=0.05)
    assert middle[3] - middle[5] == pytest.approx(2 / 0.9 - 2 / 0.99, rel=0.2)
    for mode, band in (("air", "30% to 80%"), ("sea", "90% to 99%")):
        assert any(
            f"share reported ({mode}): Beta(" in note and band in note for note in wide.notes
        )
    only = rate_of(air, detection={"air": share}, **given).per_day
    one = rate_of(air, detection=share, **given).per_day
    np.testing.assert_allclose(list(only), list(one), rtol=0.03)
    ratio = compare_rates(
        [*daily([3] * 40), *(sailings(2, start=i) for i in range(20, 40))],
        **PERIODS,
        detection={"air": 0.5},
        seed=7,
    ).ratio
    assert ratio.middle == pytest.approx((6 + 2) / 6, rel=0.05)


def test_shares_that_are_none() -> None:
    with pytest.raises(
        ff.errors.EstimateError, match="not a mode; use 'air', 'sea', 'road' or 'rail'"
    ):
        rate_of(daily([3]), detection={"tube": 0.5})
    with pytest.raises(ff.errors.EstimateError, match="share of air"):
        rate_of(daily([3]), detection={"air": 1.5})
    with pytest.raises(ff.errors.EstimateError, match="no modes"):
        rate_of(frame_of([3, 3]), detection={"air": 0.5})


# -- plain series ---------------------------------------------------------------------------------------------------


def test_a_plain_series_is_its_events(backend: Any) -> None:
    counts = [3, 0, 2, 5, 1, 4, 2, 0, 0, 6, 1, 2, 3, 1]
    found = rate_of(frame_of(counts, backend), every="1d", dispersion="poisson")
    same = rate_of(daily(counts), every="1d", dispersion="poisson")
    np.testing.assert_allclose(found.middle, same.middle)
    assert type(found.to_frame()).__module__.startswith(backend)
    assert any("plain series of 14 counts" in note for note in found.notes)
    with pytest.raises(ff.errors.EstimateError, match="plain series"):
        rate_of(frame_of(counts), measure="tonnes")
    with pytest.raises(ff.errors.EstimateError, match="plain series"):
        rate_of(frame_of(counts), direction="inbound")


@many_draws
def test_bounds_of_a_series_enter_by_their_likelihood() -> None:
    """Exact counts of four a day say what "at least 2" stands for; the prior of the lexicon would say 3."""
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=i) for i in range(12)]
    low, high = [4] * 6 + [2] * 4 + [3, 0], [4] * 6 + [None] * 4 + [6, 0]
    found = rate_of(
        make_frame({"date": days, "count_low": low, "count_high": high}), every="12d", draws=20_000
    )
    counts: list[Any] = [*[4] * 6, *[(2, None)] * 4, (3, 6), 0]
    wanted = censored_quantile(counts, [0.05, 0.5, 0.95])
    np.testing.assert_allclose(list(found.per_day), wanted, rtol=0.02)
    assert any("by their likelihood" in note for note in found.notes)
    unseen = rate_of(
        make_frame({"date": days, "count_low": low, "count_high": high}),
        every="12d",
        draws=20_000,
        observed_days={"2025-01-12": 0.0, "2025-01-01": 0.5},
        detection=ff.Detection(0.49, 0.51),
    )
    wanted = censored_quantile(counts[:-1], [0.05, 0.5, 0.95], exposure=[0.5] + [1] * 10)
    np.testing.assert_allclose(np.array(list(unseen.per_day)) * 0.5, wanted, rtol=0.02)
    # Where nothing bounds from above, or a best count is given, or the counts are clumped, draws stand in.
    open_ended = make_frame({"date": days, "count_low": [2] * 12, "count_high": [None] * 12})
    best = make_frame(
        {"date": days, "count_low": [2] * 12, "count_best": [3] * 12, "count_high": [9] * 12}
    )
    bounds = make_frame({"date": days, "count_low": low, "count_high": high})
    for frame, dispersion in (
        (open_ended, "poisson"),
        (best, "poisson"),
        (bounds, "negative-binomial"),
    ):
        notes = rate_of(frame, every="1d", dispersion=dispersion).notes
        assert not any("by their likelihood" in note for note in notes)


@many_draws
def test_a_series_with_bounds_enters_by_its_draws() -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=i) for i in range(10)]
    bounded = make_frame(
        {"date": days, "count_low": [2] * 10, "count_high": [None] + [2.0] * 8 + [6.0]}
    )
    floor = make_frame({"date": days, "count": [2] * 10})
    one, other = rate_of(bounded, every="10d"), rate_of(floor, every="10d")
    assert one.middle[0] > 1.05 * other.middle[0]
    assert one.per_day.middle > other.per_day.middle
    assert one.per_day.high > other.per_day.high
    assert any("1 of 10 counts were given as a bound" in note for note in one.notes)
    pert = make_frame(
        {"date": days, "count_low": [2] * 10, "count_best": [3] * 10, "count_high": [9] * 10}
    )
    assert rate_of(pert, every="10d").per_day.middle > other.per_day.middle


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"date": ["2025-01-01"], "count": [1]}, "two or more rows"),
        ({"date": ["2025-01-01", "2025-01-02", "2025-01-05"], "count": [1, 2, 3]}, "unequal"),
        ({"date": ["2025-01-01", "2025-01-01"], "count": [1, 2]}, "twice"),
        ({"date": ["soon", "later"], "count": [1, 2]}, "no date"),
        ({"date": ["2025-01-01", "2025-01-02"], "count": [1, -2]}, "count of 0 or above"),
        ({"date": ["2025-01-01", "2025-01-02"], "counts": [1, 2]}, "lacks"),
    ],
)
def test_series_that_cannot_be_read(columns: Any, message: str) -> None:
    with pytest.raises(ff.errors.FrameError, match=message):
        rate_of(make_frame(columns))


def test_series_by_month_and_with_zones() -> None:
    months = [dt.datetime(2025, m, 1, tzinfo=dt.UTC) for m in (1, 2, 3, 4)]
    found = rate_of(make_frame({"date": months, "count": [31, 28, 31, 30]}), every="1mo")
    np.testing.assert_allclose(found.middle, 1, rtol=0.05)


# -- changes of pace ------------------------------------------------------------------------------------------------


def test_the_change_of_pace_is_part_of_the_result() -> None:
    found = rate_of(frame_of([4, 3, 5, 4, 4, 3, 5, 4, 4, 4, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0]), every="1d",
                    dispersion="poisson")  # fmt: skip
    assert found.changes.probability > 0.98
    assert found.changes is found.changes
    assert found.changes.probability_between("2025-01-10", "2025-01-13") > 0.9
    assert found.changes.unit == "reported movements/day"
    with pytest.raises(ff.errors.EstimateError, match="two or more bins"):
        _ = rate_of(daily([3, 4]), every="1w").changes
    with pytest.raises(ff.errors.EstimateError, match="without a series"):
        _ = replace(found, find_changes=None).changes


@many_draws
def test_vague_dates_blur_the_change() -> None:
    sharp = daily([5] * 8 + [0] * 8)
    vague = (flights(40, days=12), flights(0, start=12, days=4))
    assert (
        rate_of(sharp, every="1d").changes.change.max()
        > rate_of(vague, every="1d").changes.change.max()
    )


def test_arrivals_are_whole_and_all_there() -> None:
    events = (
        flights(12, days=5),
        flights(7, start=2, is_stream=False),
        flights(ff.Quantity(2, 3, 9), start=4),
    )
    edges = bin_edges(FIRST, FIRST + dt.timedelta(days=6), every="1d")
    rows = arrival_counts(events, edges, seed=3, versions=30)
    assert rows.shape == (30, 6)
    assert rows[:, 2].min() >= 7
    totals = rows.sum(axis=1)
    assert totals.min() >= 21
    assert totals.max() <= 28
    assert len(set(totals.tolist())) > 1
    np.testing.assert_array_equal(
        arrival_counts(events[::-1], edges, seed=3, versions=10), rows[:10]
    )


# -- laws -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{}, {"measure": "tonnes"}, {"packets": True}, {"detection": ff.Detection(0.3, 0.8)}]
)
def test_a_wider_coverage_holds_the_narrower(
    events: tuple[ff.FlowEvent, ...], given: dict[str, Any]
) -> None:
    rates = [
        rate_of(events, coverage=coverage, every="1mo", **given) for coverage in (0.5, 0.8, 0.95)
    ]
    for narrow, wide in itertools.pairwise(rates):
        assert np.all((wide.low <= narrow.low) & (narrow.high <= wide.high))
        assert wide.per_day.low < narrow.per_day.low < narrow.per_day.high < wide.per_day.high


@pytest.mark.parametrize(
    "relay", ["more than one flight a day", "several flights a day", "dozens of flights"]
)
def test_a_relay_moves_no_rate_and_no_tonne(relay: str) -> None:
    own = report(
        "cnn",
        claim("a1", quantity="more than one flight a day", relays=("CNN 2025-02-05",)),
        publisher="CNN",
    )
    later = report("b", claim("b1", quantity=relay, relays=("CNN 2025-02-05",)))
    alone, both = ff.merge_claims([own]), ff.merge_claims([own, later])
    assert rate_of(alone).per_day == rate_of(both).per_day
    assert (
        ff.estimate_tonnage(alone, draws=DRAWS, seed=7).total
        == ff.estimate_tonnage(both, draws=DRAWS, seed=7).total
    )
    another = report("b", claim("b1", quantity="six flights", relays=("AP 2025-02-06",)))
    assert rate_of(ff.merge_claims([own, another])).per_day != rate_of(alone).per_day


@many_draws
def test_segments_agree_with_their_counts_and_over_seeds() -> None:
    """Two days of "dozens" among days of ten: the segment holds the mean of the counts, whatever the seed."""
    dozens = ff.Quantity.parse("dozens", unit="movements")
    events = [flights(dozens if i in (4, 9) else 10 if i < 14 else 2, start=i) for i in range(28)]
    many = dozens.quantile((np.arange(1000) + 0.5) / 1000)
    wanted, middles = (12 * 10 + 2 * np.mean(many)) / 14, []
    error = math.sqrt(2 * np.var(many) / 500) / 14  # of the mean of five hundred versions
    for seed in range(4):
        found = rate_of(events, every="1d", between=("2025-01-01", "2025-01-29"), seed=seed).changes
        first, last = found.segments
        assert (first.last, last.last) == (14, 28)
        counted = found.counts[:14].mean()
        assert first.rate.low < counted < first.rate.high
        assert abs(first.rate.middle - wanted) < 4 * error + 0.05 * wanted  # a median and a mean
        assert last.rate.middle == pytest.approx(2, rel=0.05)
        assert (
            first.rate.high - first.rate.low > 2 * 1.645 * math.sqrt(10 / 14) * 1.2
        )  # wider than exact tens
        middles.append(first.rate.middle)
    assert np.ptp(middles) < 4 * error


# -- two periods ----------------------------------------------------------------------------------------------------

PERIODS: dict[str, Any] = {
    "first": ("2025-01-01", "2025-01-21"),
    "second": ("2025-01-21", "2025-02-10"),
}


@many_draws
def test_two_periods_with_known_counts() -> None:
    events = daily([3] * 20 + [1] * 20)
    found = compare_rates(events, **PERIODS, draws=40_000, seed=7)
    beta = stats.beta(20.5, 60.5)
    wanted = [beta.ppf(p) / beta.sf(0) / (1 - beta.ppf(p)) for p in (0.05, 0.5, 0.95)]
    np.testing.assert_allclose(list(found.ratio), wanted, rtol=0.02)
    assert found.probability_faster < 1e-3
    assert found.test is not None
    assert found.test.ratio.middle == pytest.approx(1 / 3)
    assert found.test.p_value < 1e-4
    assert "middle counts 20 in 20 days against 60 in 20" in "".join(found.notes)
    assert "times" in str(found)
    assert "<ul>" in found._repr_html_()


@many_draws
def test_how_probable_it_is_that_the_second_was_faster() -> None:
    found = compare_rates(daily([3] * 20 + [2] * 10 + [3] * 10), **PERIODS, draws=40_000, seed=7)
    assert found.probability_faster == pytest.approx(stats.beta(50.5, 60.5).sf(0.5), abs=0.01)


@many_draws
def test_a_common_share_cancels_and_two_shares_do_not() -> None:
    events, share = daily([3] * 20 + [2] * 20), ff.Detection(0.3, 0.8)
    plain = compare_rates(events, **PERIODS, draws=DRAWS, seed=7)
    common = compare_rates(events, **PERIODS, detection=share, draws=DRAWS, seed=7)
    apart = compare_rates(events, **PERIODS, detection=(share, share), draws=DRAWS, seed=7)
    np.testing.assert_allclose(list(common.ratio), list(plain.ratio), rtol=1e-9)
    assert common.first.middle > 1.5 * plain.first.middle
    assert apart.ratio.high / apart.ratio.low > 1.5 * plain.ratio.high / plain.ratio.low
    assert any("cancels" in note for note in common.notes)


def test_periods_with_gaps_clouds_and_other_measures() -> None:
    events = daily([2] * 40)
    found = compare_rates(events, first=("2025-01-03", "2025-01-13"), second=(dt.date(2025, 1, 20), "2025-01-30"),
                          observed_days={"2025-01-04": 0.0}, draws=DRAWS, seed=7)  # fmt: skip
    assert found.test is not None
    assert found.test.ratio.middle == pytest.approx(0.9)
    tonnes = compare_rates(events, **PERIODS, measure="tonnes", packets=True, draws=DRAWS, seed=7)
    assert tonnes.first.unit == "t/day"
    assert compare_rates(frame_of([2] * 40), **PERIODS, draws=DRAWS, seed=7).test is not None
    with pytest.raises(
        ff.errors.EstimateError, match=r"None is none of outbound, .* a net rate may be negative"
    ):
        compare_rates(events, **PERIODS, direction=None, draws=DRAWS, seed=7)  # type: ignore[arg-type]
    with pytest.raises(ff.errors.EstimateError, match="before the other"):
        compare_rates(events, first=PERIODS["second"], second=PERIODS["first"], seed=7)
    with pytest.raises(ff.errors.EstimateError, match="no date"):
        compare_rates(events, first=("soon", "later"), second=PERIODS["second"], seed=7)
