"""What each picture shows is what the thing it shows holds."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from test_pictures import (
    KINDS,
    THINGS,
    _bridge,
    _changes,
    _comparison,
    _left,
    _score,
    _sweep,
    _texts,
    _thing,
)

import forceflow as ff
from forceflow.plots.plot import _ONE, _SEVERAL

Events = tuple[ff.FlowEvent, ...]


def _line(ax: Axes, words: str) -> np.ndarray:
    return np.asarray(
        next(line for line in ax.lines if words in str(line.get_label())).get_ydata(), float
    )


def _bars(ax: Axes) -> list[Rectangle]:
    return [
        patch
        for patch in ax.patches
        if isinstance(patch, Rectangle) and patch.get_height() == pytest.approx(0.36)
    ]


@pytest.mark.parametrize("size", [(6.0, 4.0), (3.4, 2.4)])
@pytest.mark.parametrize("name", THINGS)
def test_nothing_is_cut_off_on_axes_of_ones_own(
    name: str, size: tuple[float, float], events: Events
) -> None:
    figure = Figure(figsize=size, dpi=100)
    ax = ff.plot(_thing(name, events), kind=KINDS.get(name, ""), ax=figure.add_subplot())
    figure.draw_without_rendering()
    drawn, box = figure.get_tightbbox(), ax.get_window_extent()
    assert min(drawn.x0, drawn.y0) >= -0.03
    assert drawn.x1 <= size[0] + 0.03
    assert drawn.y1 <= size[1] + 0.03
    for words in ax.texts:
        assert words.get_window_extent().x1 <= size[0] * 100 + 2, words.get_text()
    assert box.height > 0.15 * size[1] * 100
    assert box.width > 0.35 * size[0] * 100


def test_a_layout_of_ones_own_is_left_alone() -> None:
    ours, theirs = Figure(), Figure()
    ff.plot(ff.Quantity.parse("several"), ax=ours.add_subplot())
    ax = theirs.add_subplot()
    theirs.subplots_adjust(left=0.3)
    ff.plot(ff.Quantity.parse("several"), ax=ax)
    assert ours.get_layout_engine() is not None
    assert theirs.get_layout_engine() is None


def test_an_unknown_kind_names_those_there_are(events: Events) -> None:
    with pytest.raises(
        ff.ForceflowError, match="kind 'pie' of Withdrawal; there is 'completion', 'remaining', 'sc"
    ):
        ff.plot(_left(events), kind="pie")
    with pytest.raises(
        ff.ForceflowError, match="no picture of kind 'pie' of flow events; there is 'timeline'"
    ):
        ff.plot(events, kind="pie")


def test_every_kind_is_told_of() -> None:
    assert ff.plot.__doc__
    for kinds in (*_ONE.values(), *_SEVERAL.values()):
        for kind in kinds:
            assert f'"{kind}"' in ff.plot.__doc__


def test_ranges_are_drawn_by_name_in_one_unit() -> None:
    spans = {
        "closed form": ff.Range(2.0, 3.0, 5.0, "t/day"),
        "simulated": ff.Range(1.0, 2.5, 4.0, "t/day"),
    }
    ax = ff.plot(spans)
    assert [bar.get_width() for bar in _bars(ax)] == [3.0, 2.5]
    assert ax.get_xlabel() == "value (t/day)"
    assert f"closed form: {spans['closed form']}" in [words.get_text() for words in ax.texts]
    assert f"number 1: {spans['closed form']}" in [
        words.get_text() for words in ff.plot([*spans.values()]).texts
    ]
    with pytest.raises(ff.errors.QuantityError, match="need one unit, got 'h', 't/day'"):
        ff.plot({**spans, "cycle": ff.Range(1, 2, 3, "h")})


def test_waiting_is_drawn_by_station_and_the_bounds_with_what_is_reached(events: Events) -> None:
    cycle = _thing("waiting", events)
    bars = _bars(ff.plot(cycle))
    limited = [name for name in cycle.stations if name in cycle.bounds_per_h]
    assert limited == ["onload", "offload"]
    np.testing.assert_allclose(
        [bar.get_width() for bar in bars], [cycle.wait_h[name].middle for name in limited]
    )
    ax = ff.plot(cycle, kind="bottleneck")
    middles = sorted(bound.middle for bound in cycle.bounds_per_h.values())
    np.testing.assert_allclose([bar.get_width() for bar in _bars(ax)], middles)
    assert cycle.throughput_per_h.middle in [
        float(np.asarray(line.get_xdata())[0]) for line in ax.lines
    ]
    nobody = ff.plot(
        ff.cycle_capacity(fleet=3, service_h=[1.0, 2.0], servers=[None, None], draws=100)
    )
    assert "no station has a limit: there is no waiting" in _texts(nobody)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("tonnage", "matrix", "by='corridor'"),
        ("grouped", "map", "by='corridor'"),
        ("rate", "detection", "detection="),
        ("withdrawal", "scenarios", "scenarios="),
    ],
)
def test_a_picture_says_what_it_needs(name: str, kind: str, words: str, events: Events) -> None:
    with pytest.raises(ff.errors.EstimateError, match=words):
        ff.plot(_thing(name, events), kind=kind)


def test_what_is_still_there_is_the_fan_of_the_forecast(events: Events) -> None:
    left = _left(events, floor_t=(1_000, 4_000, 6_000))
    ax = ff.plot(left, kind="remaining")
    shown = _line(ax, "still there")
    np.testing.assert_array_equal(shown, left.remaining_middle[: shown.size])
    band = ax.collections[0].get_paths()[0].vertices
    assert np.max(np.asarray(band)[:, 1]) == left.remaining_high.max()
    assert any(text == f"stays on purpose: {left.floor}" for text in _texts(ax))


def test_vehicles_are_not_called_tonnes(events: Events) -> None:
    left = _left(events)
    turned = dataclasses.replace(left, unit="vehicles", stock=ff.Range(10, 20, 30, "vehicles"))
    ax = ff.plot(turned, kind="remaining")
    assert "(vehicles)" in ax.get_ylabel()
    assert any("stock 20 vehicles (10 to 30)" in text.replace("\n", " ") for text in _texts(ax))


def test_each_scenario_has_its_curve_and_its_answer(events: Events) -> None:
    left = _thing("scenarios", events)
    ax = ff.plot(left, kind="scenarios")
    for name, part in left.scenarios.items():
        shown = _line(ax, f"{name}: {part.answer}")
        np.testing.assert_array_equal(shown, part.probability[: shown.size])


def test_the_parts_of_a_cycle_stand_end_to_end() -> None:
    capacity = ff.airlift_capacity(_bridge(), draws=300)
    *parts, whole = _bars(ff.plot(capacity, kind="cycle"))
    assert len(parts) == len(capacity.cycle_parts_h)
    ends = [0.0, *np.cumsum([part.middle for part in capacity.cycle_parts_h.values()])]
    np.testing.assert_allclose([bar.get_x() for bar in parts], ends[:-1])
    np.testing.assert_allclose([bar.get_x() + bar.get_width() for bar in parts], ends[1:])
    assert whole.get_width() == capacity.cycle_h.middle


def test_a_limit_that_never_binds_reaches_the_edge() -> None:
    capacity = ff.airlift_capacity(_bridge(), draws=300)
    endless = ff.Range(np.inf, np.inf, np.inf, "t/day")
    bounds = {**capacity.bounds_t_per_day, "crews": endless}
    shares = {**capacity.bottleneck_share, "crews": 0.0}
    ax = ff.plot(dataclasses.replace(capacity, bounds_t_per_day=bounds, bottleneck_share=shares))
    widest = max(bound.high for bound in capacity.bounds_t_per_day.values())
    assert _bars(ax)[-1].get_width() == widest


def test_a_sweep_has_a_line_for_each_fleet_and_a_mark_for_what_binds() -> None:
    found = _sweep()
    ax = ff.plot(found)
    lines = [
        np.asarray(line.get_ydata(), float) for line in ax.lines if line.get_linewidth() == 2.0
    ]
    np.testing.assert_array_equal(lines, found.middle)
    texts = _texts(ax)
    assert {"fleet 4", "fleet 16"} <= set(texts)
    marks = [line.get_marker() for line in ax.lines if len(np.asarray(line.get_xdata())) == 1]
    assert len(set(marks)) == len(np.unique(found.bottleneck))
    for name in np.unique(found.bottleneck):
        assert f"{name} binds" in texts


def test_a_sweep_over_what_are_no_numbers_is_drawn_over_words() -> None:
    found = ff.sweep(_bridge(), onload_mog=[(1, 2), (2, 3, 5)], draws=100)
    assert {"1 to 2", "2 to 5"} <= set(_texts(ff.plot(found)))


def test_a_sweep_that_cannot_be_read_is_refused() -> None:
    three = ff.sweep(_bridge(), fleet=[4], onload_mog=[1], offload_mog=[1], draws=100)
    with pytest.raises(ff.errors.EstimateError, match="over one or two inputs"):
        ff.plot(three)
    many = ff.sweep(_bridge(), fleet=list(range(1, 9)), onload_mog=[1, 2, 3], draws=100)
    with pytest.raises(ff.errors.EstimateError, match="8 lines of fleet"):
        ff.plot(many)


def test_fans_open_at_their_origins_and_misses_are_marked() -> None:
    score = _score()
    ax = ff.plot(score)
    fans = [line for line in ax.lines if line.get_linestyle() == "--"]
    origins = np.unique(score.origin)
    assert len(fans) == origins.size
    np.testing.assert_allclose(
        [np.asarray(f.get_ydata(), float)[0] for f in fans], score.series.value[origins]
    )
    only = np.zeros_like(score.inside)
    only[1:, 3] = True  # all but the first lie in the widest ranges, none in the narrower ones
    ax = ff.plot(dataclasses.replace(score, inside=only))
    (marks,) = [line for line in ax.lines if "outside" in str(line.get_label())]
    np.testing.assert_allclose(np.asarray(marks.get_ydata(), float), score.observed[:1])
    assert f"{1 - 1 / len(score):.0%} of what happened lay in the" in " ".join(_texts(ax)).replace(
        "\n", " "
    )


def test_many_origins_are_thinned_and_it_is_said() -> None:
    dates = np.arange("2021-01-01", "2021-03-02", dtype="datetime64[D]")
    import polars as pl

    frame = pl.DataFrame({"date": dates, "value": np.arange(dates.size) * 2.0})
    ax = ff.plot(ff.backtest(frame, horizon=1, draws=100, method="last window"))
    assert sum(line.get_linestyle() == "--" for line in ax.lines) <= 24
    assert any("one origin in 3 drawn" in text.replace("\n", " ") for text in _texts(ax))


def test_tenths_of_a_backtest_are_its_histogram() -> None:
    score = _score()
    ax = ff.plot(score, kind="coverage")
    bars = [
        patch
        for patch in ax.patches
        if isinstance(patch, Rectangle) and 0.09 < patch.get_width() < 0.11
    ]
    np.testing.assert_allclose([bar.get_height() for bar in bars], score.pit_histogram)


def test_a_forecast_opens_where_its_history_ends() -> None:
    made = ff.forecast(ff.load_drawdown("kabul-2021"), horizon=4)
    middle = _line(ff.plot(made), "forecast, middle")
    np.testing.assert_allclose(middle, [made.history.value[-1], *made.middle])


def test_the_chance_of_a_change_stands_under_the_counts() -> None:
    found = _changes(start="2025-01-01")
    ax = ff.plot(found)
    strip = ax.child_axes[0]
    segments: Any = strip.collections[0]
    np.testing.assert_allclose([path[1, 1] for path in segments.get_segments()], found.change)
    assert min(tick for tick in ax.get_yticks()) >= 0
    bars = [patch.get_height() for patch in ax.patches if isinstance(patch, Rectangle)]
    np.testing.assert_allclose(bars, found.counts)
    assert "most likely 1 change " in " ".join(_texts(ax)).replace("\n", " ")


def test_a_tornado_has_the_widest_on_top(events: Events) -> None:
    ranked = _thing("tornado", events)
    bars = _bars(ff.plot(tuple(reversed(ranked))))
    np.testing.assert_allclose(
        [bar.get_width() for bar in bars], [driver.total for driver in ranked]
    )
    many = [dataclasses.replace(ranked[0], name=f"input {i}", total=1 / (i + 1)) for i in range(20)]
    ax = ff.plot(many)
    assert len(_bars(ax)) == 12
    assert any("8 smaller ones are not shown" in text.replace("\n", " ") for text in _texts(ax))


def test_a_look_is_worth_what_it_takes_from_the_width(events: Events) -> None:
    looks = _thing("looks", events)
    ax = ff.plot(looks)
    np.testing.assert_allclose([bar.get_x() for bar in _bars(ax)], [look.width for look in looks])
    ends = [bar.get_x() + bar.get_width() for bar in _bars(ax)]
    np.testing.assert_allclose(ends, [look.expected_width for look in looks])
    assert ax.get_xlabel() == "standard deviation of the total (t)"
    whiskers = [segment for bars in ax.collections for segment in bars.get_segments()]  # type: ignore[attr-defined]
    spans = [(segment[:, 0].min(), segment[:, 0].max()) for segment in whiskers]
    np.testing.assert_allclose(spans, [(look.low, look.high) for look in looks])
    assert all(look.low < look.expected_width <= look.high <= look.width for look in looks)
    assert (
        ff.plot([dataclasses.replace(looks[0], unit="", low=np.nan, high=np.nan)])
        .get_xlabel()
        .endswith("estimate)")
    )


def test_differences_stand_under_the_totals(events: Events) -> None:
    found = _comparison(events)
    bars = _bars(ff.plot(found))
    spans = [*found.totals.values(), *found.differences.values()]
    np.testing.assert_allclose([bar.get_width() for bar in bars], [span.middle for span in spans])


def test_every_share_reported_has_its_rate(events: Events) -> None:
    rate = _thing("detection", events)
    bars = _bars(ff.plot(rate, kind="detection"))
    np.testing.assert_allclose(
        [bar.get_width() for bar in bars],
        [*(part.per_day.middle for part in rate.tornado), rate.total.middle],
    )


def test_a_cell_holds_the_range_of_its_corridor_and_more_is_darker(events: Events) -> None:
    moved = _thing("matrix", events)
    ax = ff.plot(moved, kind="matrix")
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(cells) == len(moved.groups)
    rows, columns = ([label.get_text().replace("\n", " ") for label in labels]
                     for labels in (ax.get_yticklabels(), ax.get_xticklabels()))  # fmt: skip
    total = dict(zip(moved.groups, moved.group_totals, strict=True))
    light = {}
    for cell in cells:
        x, y = round(cell.get_x() + 0.48), round(cell.get_y() + 0.46)
        light[total[f"{rows[y]} - {columns[x]}"].middle] = sum(to_rgb(cell.get_facecolor()))
    in_order = [light[amount] for amount in sorted(light)]
    assert in_order == sorted(in_order, reverse=True)
    assert len(set(in_order)) == len(in_order)


def test_an_arc_is_as_wide_as_what_moved(events: Events) -> None:
    moved = _thing("flow map", events)
    ax = ff.plot(moved, kind="map")
    wide = sorted(
        line.get_linewidth()
        for line in ax.lines
        if line.get_linewidth() > 0.6 and np.size(line.get_xdata()) == 33
    )
    spans = [value for total in moved.group_totals for value in total]
    want = sorted(15.0 * value / max(spans) for value in spans if 15.0 * value / max(spans) > 0.6)
    np.testing.assert_allclose(wide, want)


def test_a_timeline_on_small_axes_sums_up(events: Events) -> None:
    ax = ff.plot(events, ax=Figure(figsize=(3.4, 2.4)).add_subplot())
    counts = [
        int(t.split(": ")[1].split()[0]) for t in _texts(ax) if t.startswith("by ") and "event" in t
    ]
    assert sum(counts) == len(events)
