"""Tonnage, rate and withdrawal: twins, laws and common sense."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
from scipy import stats

import forceflow as ff
from forceflow.flows.event_draws import SOURCE_SHARE, prepare
from forceflow.flows.quantile_tables import tabulate
from forceflow.kernels.addressed import address
from forceflow.kernels.philox_tiles import philox32_block, tile_keys
from forceflow.results.estimate import bin_edges, day_of, moment_of

DRAWS = 500 if vars(config)["DISABLE_JIT"] else 2_000


def word(seed: int, purpose: str, entity: int, lane: int, draw: int) -> int:
    """One 32-bit word by its address, from the plain statement of the layout."""
    keys = tile_keys(seed, purpose)
    block = 1024 * (draw // 4096) + draw % 1024
    low, high = np.uint64(entity & 0xFFFFFFFF), np.uint64(entity >> 32)
    words = philox32_block(np.uint64(block), np.uint64(lane), low, high, keys[0], keys[1])
    return int(words[(draw % 4096) // 1024])


def twin(
    events: tuple[ff.FlowEvent, ...], edges: tuple[dt.datetime, ...], draws: list[int], seed: int
) -> np.ndarray:
    """The kernel's work, one event and one draw at a time."""
    flows = prepare(events)
    steps = np.linspace(0, 1, 1025)
    out = np.zeros((len(edges) - 1, len(draws)))
    for e, event in enumerate(flows.events):
        entity = int(flows.entities[e])
        for column, d in enumerate(draws):
            own = word(seed, "events", entity, 0, d)
            if event.roots and (own & 255) < SOURCE_SHARE * 256:
                own = word(seed, "sources", address(event.roots[0]), 0, d)
            amount = np.interp(own / 2**32, steps, flows.tables[flows.counts[e]])
            rows = flows.part_load[flows.first_part[e] : flows.first_part[e + 1]]
            weight = [1.0]
            if len(rows) > 1:
                raw = [
                    -np.log((word(seed, "events", entity, 2 + j, d) + 0.5) / 2**32)
                    for j in range(len(rows))
                ]
                weight = [w / sum(raw) for w in raw]
            each = 0.0
            for w, row in zip(weight, rows, strict=True):
                platform, payload_row, load_row = flows.loads[row]
                address_of = int(flows.platforms[platform])
                payload = np.interp(
                    word(seed, "platforms", address_of, 0, d) / 2**32,
                    steps,
                    flows.tables[payload_row],
                )
                load = np.interp(
                    word(seed, "platforms", address_of, 1, d) / 2**32, steps, flows.tables[load_row]
                )
                each += w * payload * load
            amount *= each
            begin, end = day_of(event.start), day_of(event.stop)
            when = begin + word(seed, "events", entity, 1, d) / 2**32 * (end - begin)
            for b, (left, right) in enumerate(pairwise(edges)):
                lo, hi = day_of(left), day_of(right)
                if event.is_stream:
                    out[b, column] += (
                        amount * max(0.0, min(end, hi) - max(begin, lo)) / (end - begin)
                    )
                elif lo <= when < hi:
                    out[b, column] += amount
    return out


@pytest.mark.kernel
def test_kernel_against_its_slow_twin(events: tuple[ff.FlowEvent, ...]) -> None:
    edges = bin_edges(min(e.start for e in events), max(e.stop for e in events), every="1w")
    some = [0, 1, 1023, 1024, 3000, 4095, 4096, 4500]
    fast = prepare(events).draws(edges, draws=4501, seed=11)[:, some]
    np.testing.assert_allclose(fast, twin(events, edges, some, 11), rtol=1e-10, atol=1e-9)


def test_order_threads_and_workers_change_no_bit(events: tuple[ff.FlowEvent, ...]) -> None:
    edges = bin_edges(min(e.start for e in events), max(e.stop for e in events), every="1mo")
    whole = prepare(events).draws(edges, draws=4100, seed=7)
    shuffled = list(events)
    random.Random(2).shuffle(shuffled)
    with ThreadPoolExecutor(1) as one:
        np.testing.assert_array_equal(
            prepare(shuffled).draws(edges, draws=4100, seed=7, executor=one), whole
        )
    np.testing.assert_array_equal(prepare(events).draws(edges, draws=100, seed=7), whole[:, :100])


def equal(one: ff.Estimate, other: ff.Estimate) -> None:
    for name in (
        "low",
        "middle",
        "high",
        "mean",
        "low_error",
        "mean_error",
        "cumulative_high",
        "group_cumulative_low",
    ):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.total, one.total.errors, one.group_totals) == (
        other.total,
        other.total.errors,
        other.group_totals,
    )


def test_an_executor_of_threads_changes_no_bit(events: tuple[ff.FlowEvent, ...]) -> None:
    given: dict[str, Any] = {"by": "mode", "every": "1mo", "draws": 4_200, "seed": 7}
    whole = ff.estimate_tonnage(events, **given)
    with ThreadPoolExecutor(3) as three:
        equal(ff.estimate_tonnage(events[::-1], executor=three, **given), whole)


def test_an_executor_of_processes_changes_no_bit(events: tuple[ff.FlowEvent, ...]) -> None:
    few = tuple(event for event in events if event.mode == "sea")
    given: dict[str, Any] = {"draws": 4_200, "seed": 7}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        equal(ff.estimate_tonnage(few, executor=other, **given), ff.estimate_tonnage(few, **given))


def test_monte_carlo_errors_are_the_spread_over_seeds(events: tuple[ff.FlowEvent, ...]) -> None:
    runs = [ff.estimate_tonnage(events, every="1y", draws=400, seed=seed) for seed in range(60)]
    for name in ("low", "middle", "high", "mean"):
        values, errors = (
            np.array([getattr(run, name + tail) for run in runs]) for tail in ("", "_error")
        )
        np.testing.assert_allclose(np.median(errors, axis=0), values.std(axis=0), rtol=0.4)
    means = np.array([run.total_mean for run in runs])
    assert runs[0].total_mean_error == pytest.approx(means.std(), rel=0.3)
    middles = np.array([run.total.middle for run in runs])
    assert np.median([run.total.errors[1] for run in runs]) == pytest.approx(middles.std(), rel=0.4)


def test_errors_stand_in_the_frame_when_asked_for(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, every="1mo", draws=DRAWS, seed=7)
    plain, full = moved.to_frame(), moved.to_frame(errors=True)
    assert set(full.columns) - set(plain.columns) == {
        "low_error",
        "middle_error",
        "high_error",
        "mean_error",
    }
    assert full["mean_error"].to_list() == moved.mean_error.tolist()
    with pytest.raises(ff.errors.EstimateError, match="by"):
        ff.estimate_tonnage(events, by="mode", draws=DRAWS, seed=7).to_frame(errors=True)


def test_groups_have_a_cumulative_curve_each(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, every="1w", by="mode", draws=DRAWS, seed=7)
    for g, name in enumerate(moved.groups):
        alone = ff.estimate_tonnage(
            [e for e in events if e.mode == name], every="1w", draws=DRAWS, seed=7
        )
        assert (
            moved.group_cumulative_high[g, -1]
            == alone.cumulative_high[-1]
            == moved.group_totals[g].high
        )
        assert np.all(np.diff(moved.group_cumulative_low[g]) >= 0)
    frame = moved.to_frame()
    assert frame["cumulative_middle"].to_list() == moved.group_cumulative_middle.ravel().tolist()


@pytest.mark.kernel
@pytest.mark.parametrize(
    "quantity",
    [
        ff.Quantity(0, 1, 10),
        ff.Quantity(5, 5, 9),
        ff.Quantity(1, 3, 3),
        ff.Quantity.parse("nearly 100"),
        ff.Quantity(2, 2, 2),
    ],
)
def test_tables_stand_in_for_the_exact_inverse(quantity: ff.Quantity) -> None:
    p = np.linspace(0.001, 0.999, 777)
    got = np.interp(p, np.linspace(0, 1, 1025), tabulate([quantity])[0])
    width = float(np.ptp(quantity.quantile([0.01, 0.99])))
    np.testing.assert_allclose(got, quantity.quantile(p), atol=2e-3 * width + 1e-12)


def test_same_seed_same_numbers_in_any_frame_library(
    events: tuple[ff.FlowEvent, ...], backend: Any
) -> None:
    reference = ff.estimate_tonnage(events, draws=DRAWS, seed=7)
    moved = ff.estimate_tonnage(ff.to_frame(events, backend=backend), draws=DRAWS, seed=7)
    np.testing.assert_array_equal(moved.low, reference.low)
    np.testing.assert_array_equal(moved.high, reference.high)
    assert type(moved.to_frame()).__module__.startswith(backend)
    other = ff.estimate_tonnage(events, draws=DRAWS, seed=8)
    assert other.total != moved.total


@pytest.mark.parametrize(
    "by", ["mode", "direction", "platform", "origin", "destination", "corridor", "event"]
)
@pytest.mark.parametrize("every", ["1d", "1w", "1mo"])
def test_bins_and_groups_sum_to_the_total(
    events: tuple[ff.FlowEvent, ...], by: str, every: str
) -> None:
    moved = ff.estimate_tonnage(events, every=every, by=by, draws=500, seed=7)
    assert moved.mean.sum() == pytest.approx(moved.total_mean, rel=1e-9)
    np.testing.assert_allclose(moved.group_mean.sum(axis=0), moved.mean, rtol=1e-9, atol=1e-9)
    assert np.all(moved.low <= moved.middle)
    assert np.all(moved.middle <= moved.high)
    assert moved.cumulative_middle[-1] == pytest.approx(moved.total.middle)
    assert len(moved.group_totals) == len(moved.groups)
    assert moved.to_frame().height == len(moved.groups) * len(moved.starts)


def test_groups_by_either_end(events: tuple[ff.FlowEvent, ...]) -> None:
    """An end is named as a corridor names it, and holds all of its corridors."""
    ways = ff.estimate_tonnage(events, by="corridor", draws=200, seed=7)
    means = dict(zip(ways.groups, ways.group_mean.sum(axis=1), strict=True))
    for end, by in enumerate(("origin", "destination")):
        moved = ff.estimate_tonnage(events, by=by, draws=200, seed=7)
        assert set(moved.groups) == {way.split(" - ")[end] for way in means}
        assert 1 < len(moved.groups) < len(means)
        for name, total in zip(moved.groups, moved.group_mean.sum(axis=1), strict=True):
            wanted = sum(mean for way, mean in means.items() if way.split(" - ")[end] == name)
            assert total == pytest.approx(wanted, rel=1e-9)
        assert by in moved.to_frame().columns


def test_events_nobody_counted_stand_in_the_line() -> None:
    told, silent = (
        flights(5, 10),
        replace(flights(5, 10), event_id="silent", movements=ff.Quantity.nothing("")),
    )
    others = replace(silent, event_id="others")
    for ask in (ff.estimate_tonnage, ff.estimate_rate):
        found = ask((told, silent, others), draws=200, seed=7)
        assert found.uncounted == ("others", "silent")
        assert "2 of 3 events not counted" in str(found)
        assert "2 of 3 events not counted" in found._repr_html_()
        assert any("nothing added for: others, silent" in note for note in found.notes)
        assert "not counted" not in str(ask((told,), draws=200, seed=7))
    people = replace(told, personnel=ff.Quantity.exactly(400.0))
    some = ff.estimate_rate((people, others), measure="personnel", draws=200, seed=7)
    assert "1 of 2 events not counted" in str(some)
    with pytest.raises(
        ff.errors.EstimateError, match="no number of personnel was published for any of: e, others"
    ):
        ff.estimate_rate((told, others), measure="personnel", draws=200, seed=7)
    with pytest.raises(
        ff.errors.EstimateError,
        match="no number of movements was published for any of: others, silent",
    ):
        ff.estimate_rate((silent, others), draws=200, seed=7)


def test_the_damascus_convoy_takes_nothing_out(events: tuple[ff.FlowEvent, ...]) -> None:
    convoy = tuple(e for e in events if e.event_id == "damascus-convoy")
    moved = ff.estimate_tonnage(convoy, by="direction", draws=DRAWS, seed=7)
    assert moved.groups == ("internal",)
    assert moved.total.low > 100
    with pytest.raises(ff.errors.EstimateError, match="outbound"):
        ff.estimate_tonnage(convoy, direction="outbound", draws=DRAWS, seed=7)
    with pytest.raises(ff.errors.EstimateError, match="crosses"):
        ff.estimate_withdrawal(convoy, stock_t=30_000, draws=DRAWS, seed=7)


def test_no_aircraft_carries_more_than_its_structural_payload(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    one = tuple(e for e in events if e.event_id == "libya-14dec")
    heavy = ff.find_platform(one[0].platform)
    assert isinstance(heavy, ff.world.Aircraft)
    moved = ff.estimate_tonnage(one, coverage=0.998, draws=DRAWS, seed=7)
    assert 0 < moved.total.low < moved.total.high <= heavy.structural_payload_t.value.high


def test_events_without_a_number_add_nothing_and_are_named(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    mute = tuple(e for e in events if e.event_id == "officers-to-moscow")
    both = ff.estimate_tonnage(events, draws=DRAWS, seed=7)
    less = ff.estimate_tonnage([e for e in events if e not in mute], draws=DRAWS, seed=7)
    assert both.total == less.total
    assert any("officers-to-moscow" in note for note in both.notes)
    assert "officers-to-moscow" not in both.events


@pytest.mark.kernel
def test_a_fresh_draw_per_event_would_be_too_narrow(events: tuple[ff.FlowEvent, ...]) -> None:
    """The classic mistake: twenty sorties of one type with a load factor each, where the type shares one."""
    one = next(e for e in events if e.event_id == "libya-14dec")
    twenty = tuple(replace(one, event_id=f"s{i}") for i in range(20))
    shared = ff.estimate_tonnage(twenty, draws=DRAWS, seed=7).total
    alone = ff.estimate_tonnage((one,), draws=DRAWS, seed=7).total
    assert shared.high - shared.low == pytest.approx(20 * (alone.high - alone.low), rel=0.01)
    independent = np.sqrt(20) * (alone.high - alone.low)
    assert shared.high - shared.low > 3 * independent


def test_what_a_source_says_of_several_events_errs_together(
    events: tuple[ff.FlowEvent, ...],
) -> None:
    one = replace(
        next(e for e in events if e.event_id == "libya-14dec"),
        movements=ff.Quantity.parse("dozens"),
    )
    same = tuple(replace(one, event_id=f"s{i}", roots=("paper",)) for i in range(8))
    apart = tuple(replace(one, event_id=f"s{i}", roots=(f"paper {i}",)) for i in range(8))
    width = {
        name: (r := ff.estimate_tonnage(e, measure="movements", draws=DRAWS, seed=7).total).high
        - r.low
        for name, e in (("same", same), ("apart", apart))
    }
    assert width["same"] > 1.3 * width["apart"]


@pytest.mark.kernel
@pytest.mark.parametrize("measure", ["vehicles", "personnel", "movements"])
def test_other_measures(events: tuple[ff.FlowEvent, ...], measure: Any) -> None:
    moved = ff.estimate_tonnage(events, measure=measure, draws=DRAWS, seed=7)
    assert moved.unit == measure
    assert moved.total.low > 0


def test_a_wider_hedge_never_narrows_the_estimate(events: tuple[ff.FlowEvent, ...]) -> None:
    one = next(e for e in events if e.event_id == "libya-14dec")
    width = []
    for spread in (0.0, 2.0, 5.0):
        event = replace(one, movements=ff.Quantity(10 - spread, 10, 10 + spread))
        total = ff.estimate_tonnage((event,), measure="movements", draws=DRAWS, seed=7).total
        width.append(total.high - total.low)
    assert width[0] == 0 < width[1] < width[2]


def test_coverage_is_monotone(events: tuple[ff.FlowEvent, ...]) -> None:
    narrow, wide = (
        ff.estimate_tonnage(events, coverage=c, draws=DRAWS, seed=7) for c in (0.5, 0.9)
    )
    assert np.all(wide.low <= narrow.low)
    assert np.all(narrow.high <= wide.high)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"coverage": 1.0}, "coverage"),
        ({"draws": 10}, "draws"),
        ({"every": "fortnight"}, "every"),
        ({"every": "6h", "draws": 100}, ""),
        ({"by": "colour"}, "mode"),
        ({"measure": "litres"}, "tonnes"),
        ({"direction": "sideways"}, "outbound"),
    ],
)
def test_arguments_out_of_bounds(
    events: tuple[ff.FlowEvent, ...], given: dict[str, Any], message: str
) -> None:
    if not message:
        assert len(ff.estimate_tonnage(events, seed=1, **given).starts) > 200
        return
    with pytest.raises(ff.errors.EstimateError, match=message):
        ff.estimate_tonnage(events, seed=1, **given)
    with pytest.raises(ff.errors.EstimateError, match="no events"):
        ff.estimate_tonnage((), seed=1)


@given(
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 1, 1)),
    st.integers(1, 400),
    st.sampled_from(["6h", "1d", "3d", "1w", "1mo", "1q", "1y"]),
)
@settings(max_examples=60, deadline=None)
def test_bins_cover_the_span_without_gaps(start: dt.datetime, days: int, every: str) -> None:
    begin = start.replace(tzinfo=dt.UTC)
    stop = begin + dt.timedelta(days=days)
    edges = bin_edges(begin, stop, every=every)
    assert edges[0] <= begin
    assert edges[-2] < stop <= edges[-1]
    assert list(edges) == sorted(set(edges))
    assert moment_of(day_of(begin)) - begin < dt.timedelta(seconds=1)


def test_too_many_bins_are_refused() -> None:
    with pytest.raises(ff.errors.EstimateError, match="bins"):
        bin_edges(
            dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
            dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
            every="1h",
        )


# -- rate -----------------------------------------------------------------------------------------------------------


def flights(n: float, days: int, direction: str = "outbound", event_id: str = "e") -> ff.Sortie:
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    return ff.Sortie(
        event_id=event_id,
        platform="Il-76MD",
        origin="OSLK",
        destination=ff.find_place("al-Khadim").id,
        start=start,
        stop=start + dt.timedelta(days=days),
        direction=direction,  # type: ignore[arg-type]
        movements=ff.Quantity.exactly(n),
        is_stream=True,
    )


def test_a_known_count_gives_the_jeffreys_interval() -> None:
    rate = ff.estimate_rate((flights(15, 400),), every="1y", coverage=0.95, draws=100_000, seed=7)
    wanted = stats.gamma(15.5, scale=1 / 400).ppf(
        [0.025, 0.5, 0.975]
    )  # the days the flights cover, not the bin
    np.testing.assert_allclose(list(rate.per_day), wanted, rtol=0.02)


def test_detection_scales_the_rate_and_widens_it() -> None:
    events = (flights(50, 50),)
    plain = ff.estimate_rate(events, every="1y", draws=20_000, seed=7).per_day
    seen = ff.estimate_rate(
        events, every="1y", detection=ff.Detection(0.3, 0.8), draws=20_000, seed=7
    )
    assert seen.per_day.middle > 1.5 * plain.middle
    assert seen.per_day.high / seen.per_day.low > 1.5 * plain.high / plain.low
    assert any("cannot both be learnt" in note for note in seen.notes)


@pytest.mark.parametrize(("low", "high"), [(0.3, 0.8), (0.05, 0.2), (0.9, 0.99), (0.5, 1.0)])
def test_detection_puts_nine_tenths_between_its_ends(low: float, high: float) -> None:
    a, b = ff.Detection(low, high).beta()
    inside = stats.beta(a, b).cdf(high) - stats.beta(a, b).cdf(low)
    assert inside == pytest.approx(0.95 if high == 1 else 0.9, abs=0.01)  # nothing lies above 1


def test_two_types_do_not_share_a_draw() -> None:
    one = replace(flights(1, 1), movements=ff.Quantity.exactly(1.0))
    other = replace(one, event_id="o", platform="An-124")
    both = [prepare([e]).draws((e.start, e.stop), draws=4_000, seed=7)[0] for e in (one, other)]
    assert abs(np.corrcoef(both[0], both[1])[0, 1]) < 0.1
    twins = [
        prepare([e]).draws((e.start, e.stop), draws=4_000, seed=7)[0]
        for e in (one, replace(one, event_id="t"))
    ]
    np.testing.assert_array_equal(*twins)  # the same type carries the same in the same draw


def test_what_came_in_is_not_what_left() -> None:
    out, back = flights(40, 28), replace(flights(10, 28, "inbound", "back"))
    plain, with_back = left((out,)), left((out, back))
    assert with_back.moved.middle == pytest.approx(0.75 * plain.moved.middle, rel=0.1)
    assert with_back.net_per_day.middle < plain.net_per_day.middle


def test_reinforcement_counts_against_the_withdrawal() -> None:
    out, back = flights(40, 28), flights(40, 28, "inbound", "back")
    net = ff.estimate_rate((out, back), draws=DRAWS, seed=7).per_day
    gross = ff.estimate_rate((out, back), direction="outbound", draws=DRAWS, seed=7).per_day
    assert net.low < 0 < net.high
    assert gross.low > 0
    tonnes = ff.estimate_rate((out,), measure="tonnes", draws=DRAWS, seed=7)
    assert tonnes.unit == "t/day"
    assert tonnes.per_day.middle > gross.middle


def test_rates_that_cannot_be_had() -> None:
    with pytest.raises(ff.errors.EstimateError, match="no outbound or inbound"):
        ff.estimate_rate((flights(5, 5, "internal"),), seed=7)
    with pytest.raises(ff.errors.EstimateError, match="sideways"):
        ff.estimate_rate((flights(5, 5),), direction="sideways", seed=7)
    for low, high in ((0.8, 0.3), (0.0, 0.5), (0.5, 1.2)):
        with pytest.raises(ff.errors.EstimateError, match="detection"):
            ff.Detection(low, high)


# -- withdrawal -----------------------------------------------------------------------------------------------------


def left(events: Any, **given: Any) -> ff.Withdrawal:
    fields: dict[str, Any] = {
        "stock_t": ff.Quantity(20_000, 35_000, 60_000),
        "draws": DRAWS,
        "seed": 7,
    }
    return ff.estimate_withdrawal(events, **{**fields, **given})


def test_estimates_print_one_sentence_and_html(events: tuple[ff.FlowEvent, ...]) -> None:
    for thing in (
        ff.estimate_tonnage(events, by="mode", draws=DRAWS, seed=7),
        ff.estimate_rate(events, draws=DRAWS, seed=7),
        left(events),
    ):
        assert "seed 7" in str(thing)
        assert "claims from" in str(thing)
        assert str(thing).count("\n") == 0
        assert "<p>" in thing._repr_html_()
        assert thing.to_frame(backend="pandas").shape[0] > 1
