"""Every picture: axes in, axes out, units, ranges, sources, nothing clipped, nothing left behind."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Text

import forceflow as ff
from forceflow.lift.simulation.simulate import simulate_airlift
from forceflow.plots.style import DIRECTION_STYLES, GROUP_STYLES, MODE_STYLES
from forceflow.plots.text import number, span_text, worded

Make = Callable[[tuple[ff.FlowEvent, ...]], Any]


@functools.cache
def _score() -> ff.forecasting.Backtest:
    return ff.backtest(ff.load_drawdown("kabul-2021"), min_history=6, draws=200)


THINGS: dict[str, Make] = {
    "events": lambda events: events,
    "one event": lambda events: events[0],
    "frame": lambda events: ff.to_frame(events, backend="pandas"),
    "tonnage": lambda events: ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7),
    "weekly tonnage": lambda events: ff.estimate_tonnage(
        events, every="1w", by="mode", draws=300, seed=7
    ),
    "rate": lambda events: ff.estimate_rate(events, draws=300, seed=7),
    "withdrawal": lambda events: _left(events),
    "capacity": lambda events: ff.airlift_capacity(_bridge(), draws=300),
    "air route": lambda events: ff.route("Hmeimim", "al-Khadim", mode="air"),
    "sea routes": lambda events: [
        ff.route("Tartus", name, mode="sea") for name in ("Novorossiysk", "Baltiysk")
    ],
    "road": lambda events: ff.route("Damascus", "Hmeimim", mode="road"),
    "nearly": lambda events: ff.Quantity.parse("nearly 100 vehicles"),
    "floor": lambda events: ff.Quantity.parse("at least 400 soldiers"),
    "several": lambda events: ff.Quantity.parse("several"),
    "one": lambda events: ff.Quantity.exactly(1),
    "grouped": lambda events: ff.estimate_tonnage(
        events, by="mode", direction="outbound", draws=300, seed=7
    ),
    "many groups": lambda events: ff.estimate_tonnage(events, by="event", draws=300, seed=7),
    "march": lambda events: ff.convoy_march((80, 100), columns=2, draws=300),
    "march on a road": lambda events: ff.convoy_march(
        96, route=ff.route("Damascus", "Hmeimim", mode="road")
    ),
    "simulation": lambda events: simulate_airlift(_bridge(), days=5, replications=20, seed=7),
    "quantities": lambda events: {
        "a": ff.Quantity.parse("nearly 100"),
        "b": ff.Quantity.parse("several"),
    },
    "quantities far apart": lambda events: [
        ff.Quantity.parse(words) for words in ("several", "dozens", "hundreds")
    ],
    "rate phrase": lambda events: ff.Quantity.parse("regular flights"),
    "remaining": lambda events: _left(events, floor_t=(1_000, 4_000, 6_000)),
    "scenarios": lambda events: _left(
        events, scenarios={"no stall": {"stall": 0.0}, "air only": {"pace": {"sea": 0.0}}}
    ),
    "cycle": lambda events: ff.airlift_capacity(_bridge(), draws=300),
    "waiting": lambda events: ff.cycle_capacity(_bridge(), draws=200, seed=7),
    "bounds of the cycle": lambda events: ff.cycle_capacity(_bridge(), draws=200, seed=7),
    "simulated days": lambda events: simulate_airlift(_bridge(), days=5, replications=20, seed=7),
    "detection": lambda events: ff.estimate_rate(
        events, detection=ff.Detection(0.4, 0.9), draws=300, seed=7
    ),
    "matrix": lambda events: ff.estimate_tonnage(events, by="corridor", draws=300, seed=7),
    "flow map": lambda events: ff.estimate_tonnage(events, by="corridor", draws=300, seed=7),
    "sweep": lambda events: _sweep(),
    "one line": lambda events: ff.sweep(_bridge(), operating_h_per_day=[8, 16, 24], draws=100),
    "changes": lambda events: _changes(start="2025-01-01"),
    "changes without dates": lambda events: _changes(),
    "changes of a rate": lambda events: ff.estimate_rate(events, draws=300, seed=7).changes,
    "tornado": lambda events: ff.drivers(
        ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7), draws=128
    ),
    "looks": lambda events: ff.next_look(
        ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7), draws=256
    ),
    "comparison": lambda events: _comparison(events),
    "forecast fans": lambda events: _score(),
    "coverage": lambda events: _score(),
    "forecast": lambda events: ff.forecast(ff.load_drawdown("kabul-2021"), horizon=4),
}

KINDS = {
    "remaining": "remaining",
    "scenarios": "scenarios",
    "cycle": "cycle",
    "bounds of the cycle": "bottleneck",
    "simulated days": "days",
    "detection": "detection",
    "matrix": "matrix",
    "flow map": "map",
    "coverage": "coverage",
}
"""Kind of the picture, where it is not the default."""


@functools.cache
def _thing(name: str, events: tuple[ff.FlowEvent, ...]) -> Any:
    return THINGS[name](events)


def _draw(name: str, events: tuple[ff.FlowEvent, ...], **more: Any) -> Axes:
    return ff.plot(_thing(name, events), kind=KINDS.get(name, ""), **more)


def _sweep() -> ff.lift.Sweep:
    return ff.sweep(_bridge(), fleet=[4, 16], offload_mog=[1, 2, 3], draws=100)


def _changes(**more: Any) -> ff.flows.ChangePoints:
    return ff.change_points([9, 12, 10, 11, 8, 10, 2, 1, 3, 2, 1, 2], **more)


def _comparison(events: tuple[ff.FlowEvent, ...]) -> ff.sensitivity.Comparison:
    no_ships = [event for event in events if event.mode != "sea"]
    return ff.compare({"as reported": events, "without ships": no_ships}, draws=300, seed=7)


def _left(events: tuple[ff.FlowEvent, ...], **more: Any) -> ff.Withdrawal:
    return ff.estimate_withdrawal(
        events, stock_t=(20_000, 35_000, 60_000), draws=300, seed=7, **more
    )


def _bridge() -> ff.AirBridge:
    way = ff.route("Hmeimim", "al-Khadim", mode="air")
    return ff.AirBridge(
        fleet={"An-124-100": 2, "Il-76MD": (2, 4, 8)}, route=way, onload_mog=3, offload_mog=2
    )


def _texts(ax: Axes) -> list[str]:
    root = ax.get_figure(root=True)
    assert isinstance(root, Figure)
    root.savefig(io.BytesIO())
    return [
        text.get_text() for text in root.findobj(Text) if isinstance(text, Text) and text.get_text()
    ]


def _event(**changes: Any) -> ff.FlowEvent:
    given: dict[str, Any] = {
        "event_id": "one",
        "platform": "Il-76MD",
        "origin": "OSLK",
        "destination": "HL59",
        "start": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
        "stop": dt.datetime(2025, 1, 11, tzinfo=dt.UTC),
        "direction": "outbound",
    }
    return ff.Sortie(**{**given, **changes})


@pytest.mark.parametrize("name", THINGS)
def test_a_picture_is_axes_with_nothing_clipped_and_nothing_left_behind(
    name: str, events: tuple[ff.FlowEvent, ...]
) -> None:
    from matplotlib import pyplot

    before, open_before = dict(matplotlib.rcParams), pyplot.get_fignums()
    ax = _draw(name, events)
    assert isinstance(ax, Axes)
    root = ax.get_figure(root=True)
    assert isinstance(root, Figure)
    root.savefig(io.BytesIO())
    drawn, (width, height) = root.get_tightbbox(), root.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= -0.03
    assert drawn.x1 <= width + 0.03
    assert drawn.y1 <= height + 0.03
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == open_before


@pytest.mark.parametrize("name", THINGS)
def test_axes_given_are_the_axes_drawn_on(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    ax = Figure().add_subplot()
    assert _draw(name, events, ax=ax, title="mine") is ax
    assert "mine" in _texts(ax)


@pytest.mark.parametrize("name", THINGS)
def test_axes_carry_units(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    ax = _draw(name, events)
    assert ax.get_xlabel()
    shown = f"{ax.get_xlabel()} {ax.get_ylabel()}"
    units = (
        "(UTC)",
        "(t)",
        "/day",
        "/h",
        "degrees",
        "(%)",
        "(h)",
        "(persons)",
        "probability",
        "printed",
        "vehicles",
        "soldiers",
        "per bin",
    )
    assert any(unit in shown for unit in units), shown


@pytest.mark.parametrize(
    "name",
    [
        "events",
        "tonnage",
        "rate",
        "withdrawal",
        "remaining",
        "scenarios",
        "detection",
        "matrix",
        "flow map",
        "tornado",
        "looks",
        "comparison",
        "changes of a rate",
    ],
)
def test_the_caption_counts_the_sources(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    assert any(
        "claims from" in text.replace("\n", " ") and "report" in text
        for text in _texts(_draw(name, events))
    )


def test_a_notebook_gets_its_figure_from_pyplot(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import pyplot

    monkeypatch.setattr(
        matplotlib, "get_backend", lambda **_: "module://matplotlib_inline.backend_inline"
    )
    ax = ff.plot(ff.Quantity.parse("several"))
    assert [pyplot.figure(n) for n in pyplot.get_fignums()] == [ax.figure]
    pyplot.close("all")


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (3, "int"),
        ("events", "str"),
        ([], "no events"),
        ([ff.Quantity.exactly(1), 3], "sequence of Quantity, int"),
        ({"a": 3}, "dict of int"),
        ({}, "no quantities"),
        ({"a": ff.Quantity.parse("large amounts")}, "no number to draw in: a"),
        (
            {"a": ff.Quantity.exactly(1, unit="t"), "b": ff.Quantity.exactly(1, unit="vehicles")},
            "one unit",
        ),
        (ff.Quantity.parse("large amounts"), "large amounts"),
    ],
)
def test_what_cannot_be_drawn_is_said(thing: Any, words: str) -> None:
    with pytest.raises(ff.ForceflowError, match=words):
        ff.plot(thing)


def test_the_error_names_all_that_can_be_drawn() -> None:
    with pytest.raises(ff.ForceflowError) as caught:
        ff.plot(object())
    for name in (
        "Estimate",
        "March",
        "Simulation",
        "Capacity",
        "Withdrawal",
        "Route",
        "Quantity",
        "Sweep",
        "Backtest",
    ):
        assert name in str(caught.value)


def _ends(ax: Axes) -> list[tuple[float, float]]:
    """Low and high of the ranges at the end of the lines, from the left."""
    bars = [s for c in ax.collections if isinstance(c, LineCollection) for s in c.get_segments()]
    return [(s[:, 1].min(), s[:, 1].max()) for s in sorted(bars, key=lambda s: float(s[0, 0]))]


def test_groups_are_named_and_add_up(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, by="mode", direction="outbound", draws=300, seed=7)
    ax = ff.plot(moved)
    assert {"air", "sea"} <= set(_texts(ax))
    ends = {str(line.get_label()): np.asarray(line.get_ydata(), float)[-1] for line in ax.lines}
    for name, total in zip(moved.groups, moved.group_totals, strict=True):
        assert ends[name] == pytest.approx(total.middle)
    np.testing.assert_allclose(
        sorted(_ends(ax)), sorted((total.low, total.high) for total in moved.group_totals)
    )
    bars = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    np.testing.assert_allclose(np.max([bar.get_data()[0] for bar in bars]), moved.mean.max())
    assert {bar.get_hatch() for bar in bars} == {MODE_STYLES[mode].hatch for mode in moved.groups}


def test_the_smallest_of_many_groups_share_a_line(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, by="event", draws=300, seed=7)
    assert len(moved.groups) > len(GROUP_STYLES)
    ax = ff.plot(moved)
    lines = {str(line.get_label()): np.asarray(line.get_ydata(), float) for line in ax.lines}
    rest = f"{len(moved.groups) - len(GROUP_STYLES) + 1} others, mean"
    assert len(set(moved.groups) & set(lines)) == len(GROUP_STYLES) - 1
    assert rest in _texts(ax)
    left_out = [g for g, name in enumerate(moved.groups) if name not in lines]
    np.testing.assert_allclose(lines[rest][-1], moved.group_mean[left_out].sum())
    others = [
        event for event in moved.used if event.event_id in {moved.groups[g] for g in left_out}
    ]
    total = ff.estimate_tonnage(others, by="event", draws=300, seed=7).total
    assert (total.low, total.high) == pytest.approx(_ends(ax)[-1])
    bare = dataclasses.replace(moved, again=None)
    assert f"{rest} only" in _texts(ff.plot(bare))
    assert len(_ends(ff.plot(bare))) == len(GROUP_STYLES) - 1
    narrow = ff.plot(moved, ax=Figure(figsize=(3.4, 2.4)).add_subplot())
    assert f"{len(moved.groups) - 3} others, mean" in _texts(narrow)


@pytest.mark.parametrize("name", ["tonnage", "grouped", "many groups", "rate", "simulation"])
def test_the_legend_covers_nothing(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    ax = _draw(name, events)
    _texts(ax)
    legend = ax.get_legend()
    assert legend is not None
    box, title = legend.get_window_extent(), ax.title.get_window_extent()
    assert box.y0 >= ax.get_window_extent().y1 - 1
    assert box.y1 <= title.y0 + 1


def test_a_march_shows_its_closure_only_with_a_way() -> None:
    march = ff.convoy_march(96, distance_km=300, draws=300)
    assert any("closure" in text for text in _texts(ff.plot(march)))
    assert f"closure: {march.closure_h}" in _texts(ff.plot(march))
    assert not any("closure" in text for text in _texts(ff.plot(ff.convoy_march(96, draws=300))))


def test_the_fan_of_a_simulation_ends_at_its_total() -> None:
    found = simulate_airlift(_bridge(), days=5, replications=20, seed=7)
    ax = ff.plot(found)
    middle = next(line for line in ax.lines if "middle" in str(line.get_label()))
    np.testing.assert_allclose(
        np.asarray(middle.get_ydata(), float)[-1], found.cumulative_t.total.middle
    )
    assert any("20 replications" in text for text in _texts(ax))


def test_single_days_of_a_simulation_are_seen_beside_their_sum() -> None:
    found = simulate_airlift(_bridge(), days=40, replications=20, seed=7)
    ax = ff.plot(found)
    right = next(child for child in ax.child_axes if child.get_ylabel() == "in a day (t/day)")
    _texts(ax)  # draws it
    to_days = right.get_ylim()[1] / ax.get_ylim()[1]
    heights = np.array([bar.get_height() for bar in ax.patches if isinstance(bar, Rectangle)])
    np.testing.assert_allclose(heights * to_days, found.tonnes.mean)
    assert 0.05 < heights.max() / ax.get_ylim()[1] < 0.5


def test_several_quantities_stand_in_their_order_with_their_numbers() -> None:
    things = {"near": ff.Quantity.parse("nearly 100"), "some": ff.Quantity.parse("several")}
    ax = ff.plot(things)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["near", "some"]
    for quantity in things.values():
        assert span_text(
            quantity.interval(0.9)[0], quantity.best, quantity.interval(0.9)[1]
        ) in _texts(ax)
    same = ff.plot([ff.Quantity.parse("several"), ff.Quantity.parse("several")])
    assert len({label.get_text() for label in same.get_yticklabels()}) == 2


def test_passages_go_by_their_names() -> None:
    text = " ".join(_texts(ff.plot(ff.route("Tartus", "Novorossiysk", mode="sea")))).replace(
        "\n", " "
    )
    assert "Dardanelles, Bosphorus" in text
    assert "dardanelles" not in text
    assert "not tracks" in text
    assert "shortest" not in text.lower()


def test_presence_is_not_counted_among_the_claims() -> None:
    event = _event(
        movements=ff.Quantity.exactly(1), claims=("a",), related=("b", "c"), sources=("r",)
    )
    assert any("1 claim from 1 report;" in text for text in _texts(ff.plot([event])))


def test_own_figures_are_called_so_and_one_is_singular() -> None:
    event = _event(movements=ff.Quantity.exactly(1))
    texts = _texts(ff.plot(ff.estimate_tonnage([event], measure="movements", draws=300, seed=7)))
    assert any("own figures, no claims" in text for text in texts)
    assert any("in all 1 movement" in text for text in texts)
    assert not any(
        "1 movements" in text or "0 claims" in text or "1 events" in text for text in texts
    )


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("1 movements/day", "1 movement/day"),
        ("11 movements, 0.1 movements, 1 events", "11 movements, 0.1 movements, 1 event"),
        ("0 claims from 0 reports, seed 7", "own figures, no claims, seed 7"),
        ("10 claims from 1 reports", "10 claims from 1 report"),
    ],
)
def test_wording(text: str, better: str) -> None:
    assert worded(text) == better


def test_styles_differ_without_colour() -> None:
    assert len({(style.hatch, style.dash) for style in GROUP_STYLES}) == len(GROUP_STYLES)
    for styles in (DIRECTION_STYLES, MODE_STYLES):
        assert len({style.hatch for style in styles.values()}) == len(styles)
        assert len({style.dash for style in styles.values()}) == len(styles)


def test_a_stream_is_a_bar_and_a_single_movement_a_point() -> None:
    many = ff.Quantity(2, 5, 9, "sorties")
    stream = ff.plot([_event(is_stream=True, movements=many)])
    single = ff.plot([_event(movements=ff.Quantity.exactly(1, unit="sorties"))])
    assert not [line for line in stream.lines if line.get_marker() == "o"]
    assert [line for line in single.lines if line.get_marker() == "o"]
    for picture, words in (
        (stream, "5 (2 to 9) sorties"),
        (single, "1 sortie"),
        (ff.plot([_event()]), "not counted"),
    ):
        assert any(text.endswith(f"(one): {words}") for text in _texts(picture))


def test_many_events_share_rows_and_none_is_lost() -> None:
    from forceflow.world.geography.known_places import places

    ends = [place.id for place in places().values() if place.kind == "airfield"]
    many = []
    for number_ in range(3_000):
        start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number_)
        end = ends[number_ % len(ends)] if ends[number_ % len(ends)] != "OSLK" else "HL59"
        many.append(
            _event(
                event_id=str(number_),
                destination=end,
                direction=("outbound", "internal")[number_ % 2],
                start=start,
                stop=start + dt.timedelta(days=2),
            )
        )
    ax = ff.plot(many)
    root = ax.get_figure(root=True)
    assert isinstance(root, Figure)
    assert root.get_figheight() < 20
    counts = [
        int(text.split(": ")[1].split()[0]) for text in _texts(ax) if text.endswith(" events")
    ]
    assert sum(counts) == 3_000
    assert any("share a row" in text for text in _texts(ax))


def test_direction_sets_colour_and_hatch() -> None:
    ax = ff.plot([_event(is_stream=True, direction="internal", destination="OSKL")])
    assert ax.patches[0].get_hatch() == DIRECTION_STYLES["internal"].hatch


def test_the_fan_ends_at_the_total(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, draws=300, seed=7)
    ax = ff.plot(moved)
    middle = next(line for line in ax.lines if "middle" in str(line.get_label()))
    np.testing.assert_allclose(np.asarray(middle.get_ydata(), float)[-1], moved.total.middle)
    assert np.asarray(middle.get_ydata(), float)[0] == 0.0


def test_the_gap_that_never_closes_is_the_stall_share(events: tuple[ff.FlowEvent, ...]) -> None:
    left = _left(events)
    ax = ff.plot(left)
    dashed = next(line for line in ax.lines if line.get_linestyle() == "--")
    np.testing.assert_allclose(np.asarray(dashed.get_ydata(), float), 1 - left.stall_probability)
    assert ax.get_ylim() == (0.0, 1.0)
    assert any(f"{left.stall_probability:.0%}" in text for text in _texts(ax))


@pytest.mark.parametrize("stall", [0.0, 1.0])
def test_a_withdrawal_that_always_or_never_ends_is_drawn(
    stall: float, events: tuple[ff.FlowEvent, ...]
) -> None:
    texts = _texts(ff.plot(_left(events, stall=stall)))
    assert any("never complete" in text for text in texts) == (
        _left(events, stall=stall).stall_probability > 0
    )


def test_the_binding_constraint_is_named() -> None:
    capacity = ff.airlift_capacity(_bridge(), draws=300)
    bound = capacity.bounds_t_per_day[capacity.bottleneck]
    assert any(
        text.startswith(f"{capacity.bottleneck} (binds): {bound}")
        for text in _texts(ff.plot(capacity))
    )


def test_a_date_axis_never_lacks_the_year(events: tuple[ff.FlowEvent, ...]) -> None:
    ax = ff.plot(ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7))
    assert any("2024" in text for text in _texts(ax))
    short = ff.plot(
        ff.estimate_tonnage(
            [_event(movements=ff.Quantity.exactly(2))], every="1h", draws=300, seed=7
        )
    )
    assert any("2025" in text for text in _texts(short))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (float("inf"), "never"),
        (12_345.6, "12,346"),
        (0.0698, "0.07"),
        (7.26, "7.3"),
        (34.2, "34"),
    ],
)
def test_numbers_are_printed_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_range_is_always_printed() -> None:
    assert span_text(1, 2, 3) == "2 (1 to 3)"
    assert span_text(2, 2, 2) == "2"
