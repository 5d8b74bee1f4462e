"""The tables of a report, as plain columns and as frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, starmap
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from ..evidence.reports import Claim, Report
from ..evidence.tables.event_frames import make_frame, to_frame, write_table
from ..flows.rate import Rate
from ..lift.capacity.capacity import Capacity
from ..world.geography.routes import Route
from .assumption import Assumption
from .contradictions import Disagreement
from .findings import Findings, Headline
from .platform_figures import figure_rows
from .scenarios import ScenarioRow

__all__ = ["BACKEND", "claim_columns", "tables", "write_tables"]

BACKEND: Final = "polars"
"""Library that writes the tables."""

Columns = dict[str, list[Any]]


def tables(findings: Findings) -> dict[str, Any]:
    """Frames of a report by name of file: what was published, and every estimate it shows."""
    found: dict[str, Any] = {
        "summary": _make_frame(map(partial(_summary_row, findings), findings.headlines), _SUMMARY),
        "events": to_frame(findings.events, backend=BACKEND),
    }
    if findings.reports:
        found["claims"] = make_frame(claim_columns(findings), backend=BACKEND)
    found |= _flow_tables(findings)
    if findings.withdrawal is not None:
        found["withdrawal"] = findings.withdrawal.to_frame(backend=BACKEND)
    if findings.scenarios:
        found["scenarios"] = _make_frame(map(_scenario_row, findings.scenarios))
    if findings.capacity is not None:
        found["capacity"] = _make_frame(_constraint_rows(findings.capacity))
    if findings.routes:
        found["routes"] = _make_frame(starmap(_route_row, findings.routes.items()))
    figures = [dict(zip(_FIGURE, row, strict=True)) for row in figure_rows(findings.events)]
    if figures:
        found["platform-figures"] = _make_frame(figures)
    if findings.disagreements:
        found["disagreements"] = _make_frame(map(_disagreement_row, findings.disagreements))
    found |= _track_tables(findings)
    if findings.assumptions:
        found["assumptions"] = _make_frame(map(_assumption_row, findings.assumptions))
    return found


def _track_tables(findings: Findings) -> dict[str, Any]:
    """What was seen of ships and aircraft."""
    found: dict[str, Any] = {}
    if findings.tracks is not None:
        found["port-calls"] = findings.tracks.calls
        found["reports-beside-tracks"] = findings.tracks.beside
    if findings.legs is not None:
        found["legs"] = findings.legs.legs
        found["ground-times"] = findings.legs.ground
        found["sorties-seen"] = to_frame(findings.legs.sorties, backend=BACKEND)
    return found


def _flow_tables(findings: Findings) -> dict[str, Any]:
    """What moved, and how fast."""
    found: dict[str, Any] = {}
    if findings.tonnage is not None:
        whole = dataclasses.replace(findings.tonnage, groups=(), group_totals=(), by=None)
        found["tonnage"] = whole.to_frame(backend=BACKEND)
        found["tonnage-by-mode"] = findings.tonnage.to_frame(backend=BACKEND)
    if findings.rate is not None:
        found["rate"] = make_frame(_rate_columns(findings.rate), backend=BACKEND)
    return found


def write_tables(findings: Findings, folder: Path) -> tuple[str, ...]:
    """Write every table as CSV and as Parquet; give back the names of the files."""
    written = []
    for name, frame in tables(findings).items():
        for ending in ("csv", "parquet"):
            written.append(write_table(frame, folder / f"{name}.{ending}").name)
    return tuple(written)


_SUMMARY = (
    *("key", "label", "value", "low", "middle", "high"),
    *("unit", "coverage", "seed", "claims", "events", "note"),
)
_FIGURE = ("platform", "figure", "value", "standing", "source", "note")


def _columns_of(rows: Iterable[Mapping[str, Any]], names: Iterable[str] = ()) -> Columns:
    """Rows as columns; `names` are those of a table that may have no rows."""
    columns: Columns = {name: [] for name in names}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns


def _make_frame(rows: Iterable[Mapping[str, Any]], names: Iterable[str] = ()) -> Any:
    return make_frame(_columns_of(rows, names), backend=BACKEND)


def claim_columns(findings: Findings) -> Columns:
    """Every claim with its report and the headlines it supports, one row each.

    `moves` tells the movement claims of the events from the others, which add no number.
    """
    moving = set(chain.from_iterable(map(attrgetter("claims"), findings.events)))
    behind: dict[str, list[str]] = {}
    for headline in findings.headlines:
        for claim_id in headline.claims:
            behind.setdefault(claim_id, []).append(headline.key)
    rows = []
    for claim, report in findings.claims:
        row = _claim_row(claim, report)
        row["moves"] = claim.id in moving
        row["inferred"] = "; ".join(claim.inferred)
        row["note"] = claim.note
        row["behind"] = "; ".join(behind.get(claim.id, ()))
        rows.append(row)
    return _columns_of(rows)


def _claim_row(claim: Claim, report: Report) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "report": report.id,
        "publisher": report.publisher,
        "published": report.published,
        "grade": report.grade,
        "kind": claim.kind,
        "mode": claim.mode or "",
        "platform": claim.platform,
        "as_printed": claim.quantity,
        "unit": claim.unit,
        "start": claim.start,
        "stop": claim.stop,
        "origin": claim.origin,
        "destination": claim.destination,
        "cargo": claim.cargo,
        "text": claim.text,
        "locator": claim.locator,
        # A claim that relays nobody is the word of its own report.
        "goes_back_to": "; ".join(claim.relays) or report.id,
        "event": claim.event,
    }


def _summary_row(findings: Findings, headline: Headline) -> dict[str, Any]:
    return {
        "key": headline.key,
        "label": headline.label,
        "value": headline.value,
        "low": headline.low,
        "middle": headline.middle,
        "high": headline.high,
        "unit": headline.unit,
        "coverage": findings.coverage,
        "seed": findings.seed,
        "claims": " | ".join(headline.claims),
        "events": " | ".join(headline.events),
        "note": headline.note,
    }


def _rate_columns(rate: Rate) -> Columns:
    return {
        "start": list(rate.starts),
        "stop": list(rate.stops),
        "low": rate.low.tolist(),
        "middle": rate.middle.tolist(),
        "high": rate.high.tolist(),
        "mean": rate.mean.tolist(),
        "unit": [rate.unit] * len(rate.starts),
    }


def _scenario_row(row: ScenarioRow) -> dict[str, Any]:
    return {
        "scenario": row.name,
        "answer": row.answer,
        "date": row.date,
        "probability": row.probability,
        "changes": "; ".join(map(attrgetter("words"), row.changes)),
    }


def _disagreement_row(pair: Disagreement) -> dict[str, Any]:
    return {
        "claim": pair.claims[0].id,
        "against": pair.claims[1].id,
        "says": pair.words[0],
        "says_against": pair.words[1],
        "why": pair.why,
    }


def _assumption_row(row: Assumption) -> dict[str, Any]:
    return dataclasses.asdict(row) | {"claims": " | ".join(row.claims)}


def _constraint_rows(capacity: Capacity) -> Iterator[dict[str, Any]]:
    """What is carried, then what each constraint alone would let through."""
    for name, value in {"carried": capacity.tonnes_per_day, **capacity.bounds_t_per_day}.items():
        yield {
            "constraint": name,
            "low": value.low,
            "middle": value.middle,
            "high": value.high,
            "unit": value.unit,
            "binds_share": capacity.bottleneck_share.get(name),
        }


def _route_row(event_id: str, way: Route) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "mode": way.mode,
        "origin": way.origin.id,
        "destination": way.destination.id,
        "distance_km": way.distance_km,
        "distance_low_km": way.distance_range_km.low,
        "distance_high_km": way.distance_range_km.high,
        "passages": "; ".join(way.passages),
    }
