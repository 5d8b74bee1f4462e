"""The report: one page that opens from disk, its figures, and its tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from itertools import filterfalse
from pathlib import Path
from typing import Any

import jinja2

from ..evidence.events import FlowEvent
from ..evidence.reports import Claim, Report
from ..lift.bridges.amounts import Amount
from ..plots.text import worded
from ..results.estimate import few
from ..withdrawal.depletion import STALL
from ..world import find_place
from .analysis import find
from .case import Case
from .findings import WAYS, Findings
from .output_folder import check_folder, replaced_folder
from .pictures import Picture, map_titles, plain_style, stand_ins, write_pictures
from .platform_figures import compact, figure_rows
from .tables import write_tables

__all__ = ["anchor", "write_findings", "write_report"]


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
    tracks: Any = None,
    calls: Any = None,
    legs: Any = None,
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
    tracks
        Tracks of ships, as `tracks.read_ais` gives or takes them: a section shows where they were heard, their days
        and their draughts, and every claim on one of these ships beside its track.
    calls
        Their port calls, as `tracks.port_calls` gives them; by default as it finds them by default.
    legs
        Legs of aircraft, a frame as `tracks.legs` gives it: a section shows where they flew, their days, and their
        times on the ground beside the published ones. What an aircraft is, its column `type` says.
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
    # Before any long work: a folder that may not be replaced is no reason to wait for the estimates.
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
        tracks=tracks,
        calls=calls,
        legs=legs,
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
    with replaced_folder(out) as folder, plain_style():
        (folder / "figures").mkdir()
        (folder / "tables").mkdir()
        tell("tables")
        written = write_tables(findings, folder / "tables")
        tell("figures")
        figures = write_pictures(findings, folder / "figures")
        tell("page")
        (folder / "report.html").write_text(_page(findings, figures, written), encoding="utf-8")
    return Path(out) / "report.html"


def anchor(kind: str, name: str) -> str:
    """Anchor of an event, a claim or a headline in the page; two names never share one."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9.-]", lambda mark: f"_{ord(mark[0]):x}_", name)


def _page(findings: Findings, figures: Mapping[str, Picture], written: Iterable[str]) -> str:
    """The page as HTML."""
    template = _template_of(findings)
    figure_list = list(figure_rows(findings.events))
    claims = [_claim_row(claim, report, findings) for claim, report in findings.claims]
    return template.render(
        findings=findings,
        figures=figures,
        tables=sorted(written),
        events=list(map(_event_row, findings.events)),
        claims=claims,
        claim_kinds={claim.id: claim.kind for claim, _ in findings.claims},
        uncounted=list(filterfalse(_is_counted, findings.events)),
        stand_ins=stand_ins(findings),
        conflicts=[event for event in findings.events if event.conflicts],
        figure_rows=figure_list,
        compact_figures=compact(figure_list),
        key_rows=list(_key_rows(findings)),
        map_titles=map_titles(findings),
        no_scenarios=_no_scenarios_words(findings),
        span=findings.span,
        beside=_beside_rows(findings),
    )


def _template_of(findings: Findings) -> jinja2.Template:
    """The template, with the filters and functions it uses."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["anchor"] = lambda name, kind: anchor(kind, name)
    environment.filters["worded"] = lambda thing: worded(str(thing))
    environment.filters["sentence"] = lambda thing: _sentence_of(worded(str(thing)))
    # StrictUndefined above: a misspelt name in the template is an error and no blank on the page.
    environment.filters["day"] = "{:%Y-%m-%d}".format
    environment.globals["ways"] = WAYS[findings.direction]
    environment.globals["sources_of"] = partial(_sources_words, findings)
    environment.globals["window"] = lambda claim: _window_words(claim.start, claim.stop)
    source = files(__package__) / "report.html.j2"
    return environment.from_string(source.read_text(encoding="utf-8"))


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
    """The first numbers of the page: how much, how fast, until when; the last only where anything goes out."""
    by_key = {headline.key: headline for headline in findings.headlines}
    first = next(iter(by_key), "")
    moved = WAYS[findings.direction][0]
    if first in ("people", "vehicles"):
        moved = first
    asked = [("Tonnes moved", "tonnage", (moved,)), ("Rate", "rate", ("net", "movements", "rate"))]
    if findings.direction == "outbound":
        asked.append(("Withdrawal complete", "withdrawal", ("completion",)))
    for label, section, keys in asked:
        headline = next(filter(None, map(by_key.get, keys)), None)
        value = ""
        if headline is not None:
            label, value = headline.label, headline.value
        middle, _, spread = value.partition(" (")
        yield {
            "label": label,
            "section": section,
            "headline": headline,
            "middle": middle,
            "range": spread.removesuffix(")"),
        }


def _sources_words(findings: Findings, ids: Iterable[str]) -> str:
    """Who reported some events, for events that came without claims; the first few of many."""
    wanted = set(ids)
    names: dict[str, None] = {}
    for event in findings.events:
        if event.event_id in wanted:
            names.update(dict.fromkeys(event.sources))
    return few(list(names))


def _sentence_of(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _is_counted(event: FlowEvent) -> bool:
    return event.movements.has_content or any((event.vehicles, event.personnel, event.tonnes))


def _window_words(start: dt.datetime, stop: dt.datetime) -> str:
    """First and last day of a window; its end is the moment after the last."""
    last = stop - dt.timedelta(seconds=1)
    if last.date() == start.date():
        return f"{start:%Y-%m-%d}"
    return f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"


def _beside_rows(findings: Findings) -> list[dict[str, Any]]:
    """Claims on ships beside calls in their tracks, with windows in words; those without a call are in the table."""
    if findings.tracks is None:
        return []
    rows = []
    for row in findings.tracks.rows:
        if row["seen_after"] is None:
            continue
        reported = ""
        if row["reported_start"] is not None:
            reported = _window_words(row["reported_start"], row["reported_stop"])
        heard = _moments_words(row["seen_after"], row["seen_by"])
        rows.append({**row, "reported": reported, "heard": heard})
    return rows


def _moments_words(start: dt.datetime, stop: dt.datetime | None) -> str:
    """From a moment to a moment; without an end the record ends first."""
    if stop is None:
        return f"after {start:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M}"


def _event_row(event: FlowEvent) -> dict[str, Any]:
    loads = []
    for name in ("vehicles", "personnel", "tonnes"):
        load = getattr(event, name)
        if load is not None:
            loads.append(worded(f"{_LOADS.get(name, name)}: {load}"))
    movements = "not counted"
    if event.movements.has_content:
        movements = worded(str(event.movements))
    return {
        "event": event,
        "ends": f"{find_place(event.origin).name} to {find_place(event.destination).name}",
        "window": _window_words(event.start, event.stop),
        "movements": movements,
        "loads": loads,
    }


_LOADS = {"personnel": "people"}


def _claim_row(claim: Claim, report: Report, findings: Findings) -> dict[str, Any]:
    """A claim with the event it speaks of, where that is among the events."""
    moving, related = _claims_of_event(findings, claim.event)
    event = ""
    if claim.id in moving:
        event = claim.event
    return {
        "claim": claim,
        "report": report,
        "window": _window_words(claim.start, claim.stop),
        "event": event,
        "related": claim.id in related,
        "about": claim.event,
        "headlines": [headline for headline in findings.headlines if claim.id in headline.claims],
    }


def _claims_of_event(findings: Findings, name: str) -> tuple[Sequence[str], Sequence[str]]:
    """Claims that an event counts, and those that are only about it; none of an event that is not there."""
    for event in findings.events:
        if event.event_id == name:
            return event.claims, event.related
    return (), ()
