"""What a notebook shows of each thing: well-formed, escaped, and with the number that `str` gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

import forceflow as ff
from forceflow.display import Listed

Events = tuple[ff.FlowEvent, ...]
EVIL = "<script>alert('&')</script>"


class Nested(HTMLParser):
    """Refuses a tag that is closed out of turn or left open; collects the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.words = ""
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a beginning"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def _bridge() -> ff.AirBridge:
    return ff.AirBridge({"Il-76MD": (2, 4, 8)}, ff.route("Hmeimim", "al-Khadim", mode="air"), 3, 2)


THINGS: dict[str, Callable[[Events], tuple[Any, str]]] = {
    "event": lambda events: (events[0], events[0].event_id),
    "quantity": lambda events: (ff.Quantity.parse("nearly 100 vehicles"), "nearly 100"),
    "air route": lambda events: (ff.route("Hmeimim", "al-Khadim", mode="air"), "1,418 km"),
    "sea route": lambda events: (
        ff.route("Tartus", "Novorossiysk", mode="sea"),
        "Dardanelles, Bosphorus",
    ),
    "road": lambda events: (ff.route("Damascus", "Hmeimim", mode="road"), "whole way"),
    "estimate": lambda events: _told(ff.estimate_tonnage(events, draws=300, seed=7), "total"),
    "rate": lambda events: _told(ff.estimate_rate(events, draws=300, seed=7), "total"),
    "withdrawal": lambda events: _told(
        ff.estimate_withdrawal(events, stock_t=(2e4, 3e4, 6e4), draws=300, seed=7), "moved"
    ),
    "air bridge": lambda events: (_bridge(), "Hmeimim to al-Khadim by air"),
    "sea bridge": lambda events: (
        ff.SeaBridge(["Sparta II"], ff.route("Tartus", "Novorossiysk", mode="sea")),
        "Tartus to Novorossiysk by sea",
    ),
    "capacity": lambda events: _told(ff.airlift_capacity(_bridge(), draws=300), "tonnes_per_day"),
    "sweep": lambda events: (ff.sweep(_bridge(), fleet=[4, 8], draws=100), "fleet"),
    "march": lambda events: (ff.convoy_march(96, draws=300), "96 vehicles"),
    "backtest": lambda events: (
        ff.backtest(ff.load_drawdown("kabul-2021"), min_history=8, draws=200),
        "crps",
    ),
    "forecast": lambda events: (
        ff.forecast(ff.load_drawdown("kabul-2021"), horizon=2),
        "2021-09-01",
    ),
    "drawdown": lambda events: (ff.load_drawdown("kabul-2021"), "116,700"),
    "drivers": lambda events: (ff.drivers(_moved(events), draws=128), "load of Sparta II"),
    "looks": lambda events: (
        ff.next_look(_moved(events), draws=128),
        "learn the load of Sparta II",
    ),
    "simulation": lambda events: (
        ff.simulate_airlift(_bridge(), days=3, replications=10, seed=7),
        "tonnes",
    ),
    "change points": lambda events: (
        ff.change_points([9, 8, 9, 1, 1, 2], start="2025-01-01"),
        "2025-01-04",
    ),
}


def _moved(events: Events) -> ff.Estimate:
    return ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7)


def _told(thing: Any, name: str) -> tuple[Any, str]:
    return thing, str(getattr(thing, name))


@pytest.mark.parametrize("name", THINGS)
def test_a_notebook_shows_it_with_its_number(name: str, events: Events) -> None:
    thing, words = THINGS[name](events)
    page = Nested(thing._repr_html_())
    assert words in page.words


@pytest.mark.parametrize("name", THINGS)
def test_a_prompt_shows_it_in_a_few_lines(name: str, events: Events) -> None:
    """No arrays: they made a quarter of a million characters of one withdrawal."""
    thing, _ = THINGS[name](events)
    assert len(repr(thing)) < 1_500


def test_a_result_shows_its_line_at_a_prompt(events: Events) -> None:
    moved = _moved(events)
    assert repr(moved) == f"<Estimate: {moved}>"
    assert repr(ff.estimate_rate(events, draws=300, seed=7)).startswith(
        "<Rate: net outflow of movements"
    )


def test_a_report_shows_its_claims_as_printed(reports: tuple[ff.Report, ...]) -> None:
    for report in reports:
        page = Nested(report._repr_html_())
        assert report.title in page.words
        assert f"grade {report.grade}" in page.words
        for claim in report.claims:
            assert claim.text in page.words
            assert claim.quantity in page.words


def test_words_of_others_are_escaped(reports: tuple[ff.Report, ...], events: Events) -> None:
    way = ff.route("Hmeimim", "al-Khadim", mode="air")
    evil: list[Any] = [
        reports[0].model_copy(update={"title": EVIL}),
        dataclasses.replace(way, origin=dataclasses.replace(way.origin, name=EVIL)),
        dataclasses.replace(events[0], event_id=EVIL),
        ff.Quantity(1, 2, 3, EVIL),
        dataclasses.replace(ff.airlift_capacity(_bridge(), draws=100), origin=EVIL),
        dataclasses.replace(ff.estimate_tonnage(events, draws=100, seed=7), measure=EVIL),
    ]
    for thing in evil:
        page = Nested(thing._repr_html_())
        assert "script" not in page.seen
        assert EVIL in page.words


@dataclasses.dataclass(frozen=True)
class Row:
    who_said: str
    number: float
    roots: tuple[str, ...] = ()


def test_a_list_shows_the_fields_of_its_things_cell_by_cell() -> None:
    things = Listed(
        (Row("A & B", 1_000.0, ("CNN", "AFP")), Row("C", 999.0), "plain", Row("D", 0.12345))
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("who said", "number", "roots", ""))
    rows = (
        ("A &amp; B", "1,000", "CNN, AFP", ""),
        ("C", "999", "", ""),
        ("", "", "", "plain"),
        ("D", "0.123", "", ""),
    )
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    assert (
        things._repr_html_()
        == f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    assert repr(things[2:3]) == "(\n  plain\n)"
    many = Listed(range(1_030))
    assert many._repr_html_().endswith("</table><p>... and 1,010 more of 1,030</p>")
    assert many.to_html(caption="<x>", shown=2).startswith("<table><caption>&lt;x&gt;</caption>")
    assert many.to_html(shown=2).count("<td>") == 2
    assert repr(many).splitlines()[-3:] == ["  19", "  ... and 1,010 more of 1,030", ")"]
    assert (repr(Listed()), Listed()._repr_html_()[-11:]) == ("()", "<p>none</p>")


def test_a_list_of_events_has_a_heading_for_each_of_its_cells(events: Events) -> None:
    page = Listed(events[:1])._repr_html_()
    names = ("id", "mode", "platform", "from", "to", "window (UTC)", "movements", "sources")
    assert "".join(f'<th scope="col">{name}</th>' for name in names) in page
    assert f"<td>{events[0].event_id}</td><td>{events[0].mode}</td>" in page
