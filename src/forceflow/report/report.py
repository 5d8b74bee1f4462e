"""The report: one page that opens from disk, its figures, and its tables."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..evidence.events import FlowEvent
from ..evidence.reports import Claim, Report
from ..lift.bridges.amounts import Amount
from ..plots.bars import plot_capacity, plot_cycle
from ..plots.maps import plot_routes
from ..plots.rate import plot_rate
from ..plots.style import GROUP_STYLES
from ..plots.text import worded
from ..plots.timeline import plot_events
from ..plots.tonnage import plot_tonnage
from ..plots.withdrawal import plot_remaining, plot_scenarios, plot_withdrawal
from ..results.estimate import few
from ..withdrawal.depletion import STALL
from ..withdrawal.result import day_words
from ..world import find_place
from ..world.geography.gazetteer import Place, places
from ..world.geography.routes import Route
from .analysis import WAYS, Findings, find
from .case import Case
from .output_folder import check_folder, replaced_folder
from .platform_figures import compact, figure_rows
from .tables import write_tables

__all__ = ["anchor", "write_findings", "write_report"]

_PNG_DPI = 150


def write_report(
    events: Any,
    out: str | Path,
    *,
    reports: Iterable[Report] | None = None,
    direction: str | None = None,
    stock: Amount | None = None,
    stock_t: Amount | None = None,
    floor_t: float = 0.0,
    stall: Amount = STALL,
    as_of: str | None = None,
    bridge: Any = None,
    case: Case | str | Path | None = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int = 7,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write one self-contained page with every number, its range and its claims, and figures and tables beside it.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns.
    out
        Folder to make: ``report.html``, ``figures`` (PNG and SVG), ``tables`` (CSV and Parquet). An earlier report
        there is replaced, and only when the new one is whole; a folder with anything else in it is refused.
    reports
        The reports the events were merged from, for the table of claims; by default those they carry.
    direction
        "outbound", "inbound", "internal" or "external": of which flow tonnage, rate and people are shown. By default
        outbound where anything goes out, or else what most events have.
    stock, stock_t, floor_t, stall, as_of
        As in `estimate_withdrawal`; ``stock="1,450 people"`` says its unit. Where people or vehicles were published,
        only a stock of them is carried forward. Without a stock the withdrawal is forecast from the prior of the case;
        without a case nothing is assumed.
    bridge
        An `AirBridge` whose capacity is shown; by default that of the case, where the events fly it.
    case
        What the study assumes of its own theatre (stock, bridge, scenarios): a case file, a folder that holds a
        ``case.toml``, or a `Case`. By default the ``case.toml`` in the folder of the reports, if there is one.
    coverage, draws, seed
        As in `estimate_tonnage`; the same seed gives the same page and tables, byte for byte.
    progress
        Called with the name of each step when it begins.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    ReportError
        `out` cannot be written or holds something else, or the case cannot be used.
    EstimateError
        There are no events, or an argument is out of bounds.

    Examples
    --------
    >>> import tempfile, forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ff.write_report(events, folder + "/out", draws=500).name
    'report.html'
    """
    check_folder(out)
    findings = find(
        events,
        reports=reports,
        direction=direction,
        stock=stock,
        stock_t=stock_t,
        floor_t=floor_t,
        stall=stall,
        as_of=as_of,
        bridge=bridge,
        case=case,
        coverage=coverage,
        draws=draws,
        seed=seed,
        progress=progress,
    )
    return write_findings(findings, out, progress=progress)


def write_findings(
    findings: Findings, out: str | Path, *, progress: Callable[[str], None] | None = None
) -> Path:
    """Write the page, figures and tables of `find`; see `write_report`."""
    tell = progress or (lambda stage: None)
    with replaced_folder(out) as folder, _plain_style():
        (folder / "figures").mkdir()
        (folder / "tables").mkdir()
        tell("tables")
        written = write_tables(findings, folder / "tables")
        tell("figures")
        figures = {
            drawing.key: _write(drawing, folder / "figures") for drawing in _drawings(findings)
        }
        tell("page")
        (folder / "report.html").write_text(_page(findings, figures, written), encoding="utf-8")
    return Path(out) / "report.html"


def anchor(kind: str, name: str) -> str:
    """Anchor of an event, a claim or a headline in the page; two names never share one."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9.-]", lambda mark: f"_{ord(mark[0]):x}_", name)


@contextmanager
def _plain_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults whatever the user has set, and give the user's settings back."""
    from matplotlib import style

    with style.context(["default", {"svg.hashsalt": "forceflow", "svg.fonttype": "path"}]):
        yield


@dataclass(frozen=True, slots=True)
class _Drawing:
    key: str
    draw: Callable[[], Axes]
    alt: str


@dataclass(frozen=True, slots=True)
class _Picture:
    name: str
    alt: str
    source: str
    png: str
    svg: str


def _drawings(findings: Findings) -> Iterator[_Drawing]:
    events = findings.events
    ways = sorted({event.direction for event in events})
    first, last = min(e.start for e in events), max(e.stop for e in events)
    yield _Drawing(
        "timeline",
        lambda: plot_events(events),
        f"Timeline of {len(events)} events from {first:%Y-%m-%d} to {last:%Y-%m-%d}, by mode and direction "
        f"({', '.join(ways)}). The table of events below holds the same.",
    )
    if (moved := findings.tonnage) is not None:
        if len(moved.groups) == 1:
            moved = replace(moved, groups=(), group_totals=(), by=None)
        yield _Drawing(
            "tonnage",
            lambda: plot_tonnage(moved),
            f"Tonnes that {WAYS[findings.direction][2]} over time, rising to {moved.total} "
            f"({moved.coverage:.0%} range).",
        )
    if (rate := findings.rate) is not None:
        yield _Drawing(
            "rate",
            lambda: plot_rate(rate),
            f"{rate.measure.capitalize()} by week with its range; over the whole span {rate.total}.",
        )
    if (left := findings.withdrawal) is not None:
        half = day_words(left, 0.5)
        when = f"are complete {half}" if half else "are never complete"
        yield _Drawing(
            "withdrawal",
            lambda: plot_withdrawal(left),
            f"Probability that the withdrawal is complete by each day. Half of the draws {when}; "
            f"{left.stall_probability:.0%} never.",
        )
        yield _Drawing(
            "remaining",
            lambda: plot_remaining(left),
            f"What would still be there on each day, falling from {left.stock} less {left.moved} that had left by the "
            f"day of the forecast; in {left.stall_probability:.0%} of the draws it never comes down to what stays.",
        )
        if 0 < len(left.scenarios) < len(GROUP_STYLES):
            yield _Drawing(
                "scenarios",
                lambda: plot_scenarios(left),
                "Probability of completion by scenario: "
                + "; ".join(f"{name}, {part.answer}" for name, part in left.scenarios.items())
                + ". The table below holds the same.",
            )
    if (capacity := findings.capacity) is not None:
        yield _Drawing(
            "capacity",
            lambda: plot_capacity(capacity),
            f"What each constraint of the bridge would let through; {capacity.bottleneck} binds and "
            f"{capacity.tonnes_per_day} can be carried.",
        )
        yield _Drawing(
            "cycle",
            lambda: plot_cycle(capacity),
            f"The parts of one round trip, {capacity.cycle_h} in all: "
            + ", ".join(f"{name} {part}" for name, part in capacity.cycle_parts_h.items())
            + ".",
        )
    for key, routes in _maps(findings).items():
        yield _Drawing(
            key,
            partial(
                plot_routes,
                routes,
                title=_map_titles(findings)[key],
                note=_stand_ins(findings, routes),
            ),
            f"{_map_titles(findings)[key]}: "
            + "; ".join(f"{r.origin.name} to {r.destination.name} by {r.mode}" for r in routes)
            + ".",
        )


_BEYOND = {"inbound": "Ways into the theatre", "external": "Ways outside the theatre"}


def _map_titles(findings: Findings) -> dict[str, str]:
    ways = {event.direction for event in findings.events} - {"internal"}
    beyond = _BEYOND.get(ways.pop(), "") if len(ways) == 1 else ""
    return {"map": beyond or "Ways beyond the theatre", "map-inside": "Ways inside the theatre"}


def _maps(findings: Findings) -> dict[str, list[Route]]:
    """Ways that leave the theatre or lie outside it, and ways inside it, each once."""
    split: dict[str, list[Route]] = {"map": [], "map-inside": []}
    for event in findings.events:
        way = findings.routes.get(event.event_id)
        routes = split["map-inside" if event.direction == "internal" else "map"]
        if way is not None and way not in routes:
            routes.append(way)
    return {key: routes for key, routes in split.items() if routes}


def _stand_ins(findings: Findings, routes: Iterable[Route] = ()) -> str:
    """Regions at the ends of events, and the place each was put at for want of a better one."""
    shown = list(routes)
    found: dict[str, None] = {}
    for event in findings.events:
        way = findings.routes.get(event.event_id)
        if way is not None and (not shown or way in shown):
            for name, place in ((event.origin, way.origin), (event.destination, way.destination)):
                region = find_place(name)
                if region.kind == "region":
                    found[f"{region.name} by {way.mode} stands at {_named_point(place)}"] = None
    return "; ".join(sorted(found))


def _named_point(place: Place) -> str:
    """Name of a place; of a region that of the place whose position it has."""
    if place.kind != "region":
        return place.name
    at = (place.latitude, place.longitude)
    here = [
        p.name for p in places().values() if p.kind != "region" and (p.latitude, p.longitude) == at
    ]
    return here[0] if here else f"{place.latitude:.2f} N, {place.longitude:.2f} E"


def _write(drawing: _Drawing, folder: Path) -> _Picture:
    """Save one picture as PNG and SVG, without dates, and keep the SVG for the page."""
    figure = drawing.draw().get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.savefig(folder / f"{drawing.key}.png", dpi=_PNG_DPI, metadata={"Software": None})
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "forceflow"})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # a notebook would show every figure that is left open
    svg = text.getvalue().encode()
    (folder / f"{drawing.key}.svg").write_bytes(svg)
    source = "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
    name = drawing.key.replace("-", " ").capitalize()
    return _Picture(
        name, drawing.alt, source, f"figures/{drawing.key}.png", f"figures/{drawing.key}.svg"
    )


def _page(findings: Findings, figures: Mapping[str, _Picture], written: Iterable[str]) -> str:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["anchor"] = lambda name, kind: anchor(kind, name)
    environment.filters["worded"] = lambda thing: worded(str(thing))
    environment.filters["sentence"] = lambda thing: _sentence(worded(str(thing)))
    environment.filters["day"] = lambda moment: f"{moment:%Y-%m-%d}"
    template = environment.from_string(
        (files(__package__) / "report.html.j2").read_text(encoding="utf-8")
    )
    claims, figure_list = findings.claims, list(figure_rows(findings.events))
    environment.globals["ways"] = WAYS[findings.direction]
    environment.globals["sources_of"] = lambda ids: _sources(findings, ids)
    environment.globals["window"] = lambda claim: _window(claim.start, claim.stop)
    return template.render(
        findings=findings,
        figures=figures,
        tables=sorted(written),
        events=[_event_row(event) for event in findings.events],
        claims=[_claim_row(claim, report, findings) for claim, report in claims],
        claim_kinds={claim.id: claim.kind for claim, _ in claims},
        uncounted=[event for event in findings.events if not _is_counted(event)],
        stand_ins=_stand_ins(findings),
        conflicts=[event for event in findings.events if event.conflicts],
        figure_rows=figure_list,
        compact_figures=compact(figure_list),
        key_rows=list(_key_rows(findings)),
        map_titles=_map_titles(findings),
        no_scenarios=_no_scenarios_words(findings),
        span=(
            min(e.start for e in findings.events),
            max(e.stop for e in findings.events) - dt.timedelta(seconds=1),
        ),
    )


def _no_scenarios_words(findings: Findings) -> str:
    """Why the page shows no scenarios, and how to add some."""
    see = "see [[scenarios]] in a case.toml beside the reports."
    case = findings.case
    if case is None:
        return f"no case says how the withdrawal may go. To add one, {see}"
    if not case.scenarios:
        return f"the case has none. To add one, {see}"
    return f"those of the case are of {case.scope}, and none fits these events."


def _key_rows(findings: Findings) -> Iterator[dict[str, Any]]:
    """The numbers asked for first: how much, how fast, until when; the last only where anything goes out."""
    told = {headline.key: headline for headline in findings.headlines}
    first = findings.headlines[0].key if findings.headlines else ""
    moved = (first,) if first in ("people", "vehicles") else (WAYS[findings.direction][0],)
    asked = [("Tonnes moved", "tonnage", moved), ("Rate", "rate", ("net", "movements", "rate"))]
    if findings.direction == "outbound":
        asked.append(("Withdrawal complete", "withdrawal", ("completion",)))
    for label, section, keys in asked:
        headline = next((told[key] for key in keys if key in told), None)
        middle, _, spread = (headline.value if headline is not None else "").partition(" (")
        yield {
            "label": headline.label if headline is not None else label,
            "section": section,
            "headline": headline,
            "middle": middle,
            "range": spread.removesuffix(")"),
        }


def _sources(findings: Findings, ids: Iterable[str]) -> str:
    """Who reported some events, for events that came without claims; the first few of many."""
    wanted = set(ids)
    return few(
        list(
            dict.fromkeys(
                name for e in findings.events if e.event_id in wanted for name in e.sources
            )
        )
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _is_counted(event: FlowEvent) -> bool:
    return event.movements.has_content or any((event.vehicles, event.personnel, event.tonnes))


def _window(start: dt.datetime, stop: dt.datetime) -> str:
    last = stop - dt.timedelta(seconds=1)
    return f"{start:%Y-%m-%d}" + (f" to {last:%Y-%m-%d}" if last.date() != start.date() else "")


def _event_row(event: FlowEvent) -> dict[str, Any]:
    loads = [("vehicles", event.vehicles), ("people", event.personnel), ("tonnes", event.tonnes)]
    return {
        "event": event,
        "ends": f"{find_place(event.origin).name} to {find_place(event.destination).name}",
        "window": _window(event.start, event.stop),
        "movements": worded(str(event.movements)) if event.movements.has_content else "not counted",
        "loads": [
            worded(f"{name}: {quantity}") for name, quantity in loads if quantity is not None
        ],
    }


def _claim_row(claim: Claim, report: Report, findings: Findings) -> dict[str, Any]:
    moved = {event.event_id: event for event in findings.events}
    event = moved.get(claim.event)
    return {
        "claim": claim,
        "report": report,
        "window": _window(claim.start, claim.stop),
        "event": claim.event if event is not None and claim.id in event.claims else "",
        "related": event is not None and claim.id in event.related,
        "about": claim.event,
        "headlines": [headline for headline in findings.headlines if claim.id in headline.claims],
    }
