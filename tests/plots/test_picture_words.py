"""Names are drawn as they are written, whatever letters they are made of."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from typing import Any

import matplotlib
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from test_pictures import KINDS, THINGS, _event, _left, _thing

import forceflow as ff

WILD = ("lot $2_$", "$x^2$ of $5", "50 % \\alpha {x}_1^2", "_hidden", "\\$9", "#&~<b>")
FEW = ff.Quantity(3, 5, 9, "flights")
ODD = ("", " ", "two\nlines", "x" * 300, "\u0634\u062d\u0646\u0629 \u05d0\u05d1\u05d2")


def drawn(ax: Axes) -> str:
    """All words of a picture as a reader of the page gets them."""
    root, file = ax.get_figure(root=True), io.BytesIO()
    assert isinstance(root, Figure)
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        root.savefig(file, format="svg")
    tree = ElementTree.fromstring(file.getvalue())
    return " ".join(" ".join(tree.itertext()).split())


@pytest.mark.parametrize("name", THINGS)
def test_a_title_is_drawn_as_written_on_every_picture(
    name: str, events: tuple[ff.FlowEvent, ...]
) -> None:
    title = WILD[1]
    assert title in drawn(ff.plot(_thing(name, events), kind=KINDS.get(name, ""), title=title))


@pytest.mark.parametrize("name", WILD)
def test_names_of_events_are_drawn_as_written(name: str) -> None:
    pair = [
        _event(event_id=name, sources=(name,), movements=FEW),
        _event(event_id="plain", movements=FEW),
    ]
    assert name in drawn(ff.plot(pair))
    ax = ff.plot(ff.estimate_tonnage(pair, by="event", draws=100, seed=1))
    assert name in drawn(ax)
    moved = ff.estimate_tonnage(pair, draws=100, seed=1)
    assert name in drawn(ff.plot(ff.next_look(moved, draws=256)))
    assert name in drawn(ff.plot(ff.drivers(moved, draws=128)))


@pytest.mark.parametrize("name", WILD)
def test_names_of_other_things_are_drawn_as_written(
    name: str, events: tuple[ff.FlowEvent, ...]
) -> None:
    left = _left(events, scenarios={name: {"stall": 0.0}})
    spans: list[Any] = [
        {name: ff.Quantity.parse("nearly 100"), "b": ff.Quantity.parse("several")},
        {name: ff.Range(1.0, 2.0, 3.0, "t/day")},
        ff.compare({name: events, "b": events}, draws=100, seed=1),
        ff.cycle_capacity(fleet=3, service_h={name: 1.0, "b": 2.0}, servers=[1, None], draws=100),
    ]
    for thing in spans:
        assert name in drawn(ff.plot(thing))
    assert name in drawn(ff.plot(left, kind="scenarios"))


@pytest.mark.parametrize("name", ODD)
def test_odd_names_can_be_drawn(name: str, events: tuple[ff.FlowEvent, ...]) -> None:
    pair = [
        _event(event_id=name or "one", sources=(name,), movements=FEW),
        _event(event_id="plain", movements=FEW),
    ]
    moved = ff.estimate_tonnage(pair, by="event", draws=100, seed=1)
    for thing in (pair, moved, {name: ff.Quantity.parse("several")}):
        words = drawn(ff.plot(thing, title=name))
        assert " ".join(name.split())[:40] in words


def test_words_of_ones_own_figure_are_drawn_as_written_with_tex_on() -> None:
    with matplotlib.rc_context({"text.usetex": True}):
        ax = ff.plot([_event(event_id="a_b % $")], ax=Figure().add_subplot())
        assert "a_b % $" in drawn(ax)
