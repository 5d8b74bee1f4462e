"""Every picture: axes in, axes out, units, ranges, sources, nothing clipped, nothing left behind."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import forceflow as ff
from forceflow.pictures.palette import DIRECTION_STYLES, MODE_STYLES, number, span_text

Make = Callable[[tuple[ff.FlowEvent, ...]], Any]

THINGS: dict[str, Make] = {
    "events": lambda events: events,
    "one event": lambda events: events[0],
    "frame": lambda events: ff.to_frame(events, backend="pandas"),
    "tonnage": lambda events: ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7),
    "weekly tonnage": lambda events: ff.estimate_tonnage(events, every="1w", by="mode", draws=300, seed=7),
    "rate": lambda events: ff.estimate_rate(events, draws=300, seed=7),
    "withdrawal": lambda events: _left(events),
    "capacity": lambda events: ff.airlift_capacity(_bridge(), draws=300),
    "air route": lambda events: ff.route("Hmeimim", "al-Khadim", mode="air"),
    "sea routes": lambda events: [ff.route("Tartus", name, mode="sea") for name in ("Novorossiysk", "Baltiysk")],
    "road": lambda events: ff.route("Damascus", "Hmeimim", mode="road"),
    "nearly": lambda events: ff.Quantity.parse("nearly 100 vehicles"),
    "floor": lambda events: ff.Quantity.parse("at least 400 soldiers"),
    "several": lambda events: ff.Quantity.parse("several"),
    "one": lambda events: ff.Quantity.exactly(1),
    "rate phrase": lambda events: ff.Quantity.parse("regular flights"),
}


def _left(events: tuple[ff.FlowEvent, ...], **more: Any) -> ff.Withdrawal:
    return ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=300, seed=7, **more)


def _bridge() -> ff.AirBridge:
    way = ff.route("Hmeimim", "al-Khadim", mode="air")
    return ff.AirBridge(fleet={"An-124-100": 2, "Il-76MD": (2, 4, 8)}, route=way, onload_mog=3, offload_mog=2)


def _texts(ax: Axes) -> list[str]:
    root = ax.get_figure(root=True)
    assert isinstance(root, Figure)
    root.savefig(io.BytesIO())
    return [text.get_text() for text in root.findobj(Text) if isinstance(text, Text) and text.get_text()]


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
    ax = ff.plot(THINGS[name](events))
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


@pytest.mark.parametrize("name", [name for name in THINGS if name not in ("events", "one event", "frame")])
def test_axes_given_are_the_axes_drawn_on(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    ax = Figure().add_subplot()
    assert ff.plot(THINGS[name](events), ax=ax, title="mine") is ax
    assert "mine" in _texts(ax)


@pytest.mark.parametrize("name", THINGS)
def test_axes_carry_units(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    ax = ff.plot(THINGS[name](events))
    assert ax.get_xlabel()
    shown = f"{ax.get_xlabel()} {ax.get_ylabel()}"
    units = ("(UTC)", "(t)", "/day", "degrees", "(%)", "probability", "printed", "vehicles", "soldiers")
    assert any(unit in shown for unit in units), shown


@pytest.mark.parametrize("name", ["events", "tonnage", "rate", "withdrawal"])
def test_the_caption_counts_the_sources(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    assert any("claims from" in text and "report" in text for text in _texts(ff.plot(THINGS[name](events))))


def test_a_notebook_gets_its_figure_from_pyplot(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import pyplot

    monkeypatch.setattr(matplotlib, "get_backend", lambda **_: "module://matplotlib_inline.backend_inline")
    ax = ff.plot(ff.Quantity.parse("several"))
    assert [pyplot.figure(n) for n in pyplot.get_fignums()] == [ax.figure]
    pyplot.close("all")


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (3, "int"),
        ("events", "str"),
        ([], "no events"),
        ([ff.Quantity.exactly(1)], "sequence of Quantity"),
        (ff.Quantity.parse("large amounts"), "large amounts"),
    ],
)
def test_what_cannot_be_drawn_is_said(thing: Any, words: str) -> None:
    with pytest.raises(ff.ForceflowError, match=words):
        ff.plot(thing)


def test_styles_differ_without_colour() -> None:
    for styles in (DIRECTION_STYLES, MODE_STYLES):
        assert len({style.hatch for style in styles.values()}) == len(styles)
        assert len({style.dash for style in styles.values()}) == len(styles)


def test_a_stream_is_a_bar_and_a_single_movement_a_point() -> None:
    many = ff.Quantity(2, 5, 9, "sorties")
    stream = ff.plot([_event(is_stream=True, movements=many)])
    single = ff.plot([_event(movements=ff.Quantity.exactly(1, unit="sorties"))])
    assert not [line for line in stream.lines if line.get_marker() == "o"]
    assert [line for line in single.lines if line.get_marker() == "o"]
    assert "5 (2 to 9) sorties" in _texts(stream)
    assert "1 sortie" in _texts(single)
    assert "not counted" in _texts(ff.plot([_event()]))


def test_many_events_share_rows_and_none_is_lost() -> None:
    from forceflow.world.places import places

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
    labels = [label.get_text() for label in ax.get_yticklabels()]
    counts = [int(text.split("\n")[1].split()[0]) for text in labels if text]
    assert sum(counts) == 3_000
    assert any("one row for each way" in text for text in _texts(ax))


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
def test_a_withdrawal_that_always_or_never_ends_is_drawn(stall: float, events: tuple[ff.FlowEvent, ...]) -> None:
    texts = _texts(ff.plot(_left(events, stall=stall)))
    assert any("never complete" in text for text in texts) == (_left(events, stall=stall).stall_probability > 0)


def test_the_binding_constraint_is_named() -> None:
    capacity = ff.airlift_capacity(_bridge(), draws=300)
    assert f"{capacity.bottleneck}\n(binds)" in _texts(ff.plot(capacity))


def test_a_date_axis_never_lacks_the_year(events: tuple[ff.FlowEvent, ...]) -> None:
    ax = ff.plot(ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7))
    assert any("2024" in text for text in _texts(ax))
    short = ff.plot(ff.estimate_tonnage([_event(movements=ff.Quantity.exactly(2))], every="1h", draws=300, seed=7))
    assert any("2025" in text for text in _texts(short))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (float("inf"), "never"), (12_345.6, "12,346"), (0.0698, "0.07"), (7.26, "7.3"), (34.2, "34")],
)
def test_numbers_are_printed_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_range_is_always_printed() -> None:
    assert span_text(1, 2, 3) == "2 (1 to 3)"
    assert span_text(2, 2, 2) == "2"
