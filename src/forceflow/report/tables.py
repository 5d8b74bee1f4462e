"""The tables of a report, as plain columns and as frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..evidence.tables.event_frames import make_frame, to_frame, write_table
from .analysis import Findings
from .platform_figures import figure_rows

__all__ = ["BACKEND", "claim_columns", "tables", "write_tables"]

BACKEND: Final = "polars"
"""Library that writes the tables."""


def tables(findings: Findings) -> dict[str, Any]:
    """Frames of a report by name of file: what was published, and every estimate it shows."""
    found: dict[str, Any] = {
        "summary": _frame(_summary(findings)),
        "events": to_frame(findings.events, backend=BACKEND),
    }
    if findings.reports:
        found["claims"] = _frame(claim_columns(findings))
    if findings.tonnage is not None:
        whole = dataclasses.replace(findings.tonnage, groups=(), group_totals=(), by=None)
        found["tonnage"] = whole.to_frame(backend=BACKEND)
        found["tonnage-by-mode"] = findings.tonnage.to_frame(backend=BACKEND)
    if findings.rate is not None:
        found["rate"] = _frame(_bins(findings))
    if findings.withdrawal is not None:
        found["withdrawal"] = findings.withdrawal.to_frame(backend=BACKEND)
    if findings.scenarios:
        found["scenarios"] = _frame(_scenarios(findings))
    if findings.capacity is not None:
        found["capacity"] = _frame(_constraints(findings))
    if findings.routes:
        found["routes"] = _frame(_ways(findings))
    if figures := list(figure_rows(findings.events)):
        names = ("platform", "figure", "value", "standing", "source", "note")
        found["platform-figures"] = _frame(
            dict(zip(names, map(list, zip(*figures, strict=True)), strict=True))
        )
    if findings.disagreements:
        found["disagreements"] = _frame(_disagreements(findings))
    if findings.assumptions:
        rows = [dataclasses.asdict(assumption) for assumption in findings.assumptions]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        found["assumptions"] = _frame(
            columns | {"claims": [" | ".join(names) for names in columns["claims"]]}
        )
    return found


def write_tables(findings: Findings, folder: Path) -> tuple[str, ...]:
    """Write every table as CSV and as Parquet; give back the names of the files."""
    written = []
    for name, frame in tables(findings).items():
        for ending in ("csv", "parquet"):
            written.append(write_table(frame, folder / f"{name}.{ending}").name)
    return tuple(written)


def claim_columns(findings: Findings) -> dict[str, list[Any]]:
    """Every claim with its report and the headlines it stands behind, one row each.

    `moves` tells the movement claims of the events from what else was said, which adds no number.
    """
    moving = {claim for event in findings.events for claim in event.claims}
    behind: dict[str, list[str]] = {}
    for headline in findings.headlines:
        for claim in headline.claims:
            behind.setdefault(claim, []).append(headline.key)
    pairs = findings.claims
    return {
        "claim": [claim.id for claim, _ in pairs],
        "report": [report.id for _, report in pairs],
        "publisher": [report.publisher for _, report in pairs],
        "published": [report.published for _, report in pairs],
        "grade": [report.grade for _, report in pairs],
        "kind": [claim.kind for claim, _ in pairs],
        "mode": [claim.mode or "" for claim, _ in pairs],
        "platform": [claim.platform for claim, _ in pairs],
        "as_printed": [claim.quantity for claim, _ in pairs],
        "unit": [claim.unit for claim, _ in pairs],
        "start": [claim.start for claim, _ in pairs],
        "stop": [claim.stop for claim, _ in pairs],
        "origin": [claim.origin for claim, _ in pairs],
        "destination": [claim.destination for claim, _ in pairs],
        "cargo": [claim.cargo for claim, _ in pairs],
        "text": [claim.text for claim, _ in pairs],
        "locator": [claim.locator for claim, _ in pairs],
        "goes_back_to": ["; ".join(claim.relays) or report.id for claim, report in pairs],
        "event": [claim.event for claim, _ in pairs],
        "moves": [claim.id in moving for claim, _ in pairs],
        "inferred": ["; ".join(claim.inferred) for claim, _ in pairs],
        "note": [claim.note for claim, _ in pairs],
        "behind": ["; ".join(behind.get(claim.id, ())) for claim, _ in pairs],
    }


def _frame(columns: Mapping[str, list[Any]]) -> Any:
    return make_frame(columns, backend=BACKEND)


def _summary(findings: Findings) -> dict[str, list[Any]]:
    rows = findings.headlines
    return {
        "key": [row.key for row in rows],
        "label": [row.label for row in rows],
        "value": [row.value for row in rows],
        "low": [row.low for row in rows],
        "middle": [row.middle for row in rows],
        "high": [row.high for row in rows],
        "unit": [row.unit for row in rows],
        "coverage": [findings.coverage for _ in rows],
        "seed": [findings.seed for _ in rows],
        "claims": [" | ".join(row.claims) for row in rows],
        "events": [" | ".join(row.events) for row in rows],
        "note": [row.note for row in rows],
    }


def _bins(findings: Findings) -> dict[str, list[Any]]:
    rate = findings.rate
    assert rate is not None
    return {
        "start": list(rate.starts),
        "stop": list(rate.stops),
        "low": rate.low.tolist(),
        "middle": rate.middle.tolist(),
        "high": rate.high.tolist(),
        "mean": rate.mean.tolist(),
        "unit": [rate.unit for _ in rate.starts],
    }


def _scenarios(findings: Findings) -> dict[str, list[Any]]:
    rows = findings.scenarios
    return {
        "scenario": [row.name for row in rows],
        "answer": [row.answer for row in rows],
        "date": [row.date for row in rows],
        "probability": [row.probability for row in rows],
        "changes": ["; ".join(change.words for change in row.changes) for row in rows],
    }


def _disagreements(findings: Findings) -> dict[str, list[Any]]:
    rows = findings.disagreements
    return {
        "claim": [row.claims[0].id for row in rows],
        "against": [row.claims[1].id for row in rows],
        "says": [row.words[0] for row in rows],
        "says_against": [row.words[1] for row in rows],
        "why": [row.why for row in rows],
    }


def _constraints(findings: Findings) -> dict[str, list[Any]]:
    capacity = findings.capacity
    assert capacity is not None
    bounds = capacity.bounds_t_per_day
    rows = {"carried": capacity.tonnes_per_day, **bounds}
    return {
        "constraint": list(rows),
        "low": [value.low for value in rows.values()],
        "middle": [value.middle for value in rows.values()],
        "high": [value.high for value in rows.values()],
        "unit": [value.unit for value in rows.values()],
        "binds_share": [capacity.bottleneck_share.get(name) for name in rows],
    }


def _ways(findings: Findings) -> dict[str, list[Any]]:
    names, ways = list(findings.routes), list(findings.routes.values())
    return {
        "event_id": names,
        "mode": [way.mode for way in ways],
        "origin": [way.origin.id for way in ways],
        "destination": [way.destination.id for way in ways],
        "distance_km": [way.distance_km for way in ways],
        "distance_low_km": [way.distance_range_km.low for way in ways],
        "distance_high_km": [way.distance_range_km.high for way in ways],
        "passages": ["; ".join(way.passages) for way in ways],
    }
