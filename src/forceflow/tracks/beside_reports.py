"""Reports of ships beside their tracks: what each claim says, and what the track allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ..errors import UnknownNameError
from ..evidence.events import FlowEvent, Sailing
from ..evidence.reports import Claim, Report
from ..feeds.columns import TIME
from ..feeds.native_frame import in_library
from ..world import find_place
from .call_labels import place_name
from .call_rows import Call, read_calls
from .call_ships import ShipNames
from .voyages import calls_by_ship

__all__ = ["BESIDE_COLUMNS", "reports_beside_tracks"]

BESIDE_COLUMNS: dict[str, pl.DataType] = {
    "ship": pl.String(),
    "says": pl.String(),
    "publisher": pl.String(),
    "claim": pl.String(),
    "event": pl.String(),
    "reported_start": TIME,
    "reported_stop": TIME,
    "seen_after": TIME,
    "seen_by": TIME,
    "fits": pl.Boolean(),
    "verdict": pl.String(),
}
"""Columns of the table of reports beside tracks."""

_FARTHEST = dt.timedelta(days=14)
"""A departure further from what was reported is another voyage (a choice; a round trip to the Baltic takes a month)."""

_LONG_H = 48.0

_Row = dict[str, Any]


def reports_beside_tracks(
    events: Iterable[FlowEvent],
    calls: Any,
    *,
    platforms: Mapping[str, str | None] | None = None,
    backend: str | None = None,
) -> Any:
    """One row for each claim on a ship in the tracks: what was reported, what was heard, and whether both can be.

    Parameters
    ----------
    events
        Flow events that were merged from reports. Sailings of ships that the tracks do not hold are left out.
    calls
        Port calls, as `port_calls` returns them.
    platforms
        Platform by MMSI, IMO number or name of a ship, as in `sailings`; by default by IMO number, then by name.
    backend
        "polars" (None too), "pandas" or "pyarrow".

    Returns
    -------
    frame
        With the columns `BESIDE_COLUMNS`, by ship and time. A claim that the ship left a place is set beside the
        departure from there nearest to it, `seen_after` and `seen_by`; one that she was at a port beside her nearest
        call there. `fits` is null where the record does not say. A departure of such a ship that no claim speaks of
        has a row of its own, with an empty `claim`.

    Raises
    ------
    FrameError
        It is no frame of port calls.

    Notes
    -----
    A claim fits when its window and that of the track have a moment in common; it need not be right then. Tracks can be
    wrong or spoofed, and a track that was made from the reports proves nothing about them.

    Examples
    --------
    >>> import polars as pl
    >>> import forceflow as ff
    >>> table = pl.DataFrame({
    ...     "ship": ["273000002"], "name": ["SPARTA II"], "place": ["tartus"], "kind": ["berth"],
    ...     "arrived_after": ["2025-01-21T17:20Z"], "arrived_by": ["2025-01-21T17:40Z"],
    ...     "left_after": ["2025-01-26T18:00Z"], "left_by": ["2025-01-27T06:20Z"],
    ... })
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> beside = ff.tracks.reports_beside_tracks(events, table)
    >>> beside.filter(pl.col("claim") == "bne-1")["verdict"].item()
    '2.7 days after she had left'
    """
    ships = _ships_of(read_calls(calls), platforms)
    rows: list[_Row] = []
    spoken: set[int] = set()
    for event in events:
        if not isinstance(event, Sailing) or event.platform not in ships:
            continue
        for claim, report in _claims_of(event):
            row, call = _beside_claim(event, claim, report, ships[event.platform])
            if row is None:
                continue
            rows.append(row)
            if call is not None:
                spoken.add(id(call))
    for platform, own in ships.items():
        rows += _unreported(platform, own, spoken)
    table = pl.DataFrame(rows, schema=BESIDE_COLUMNS)
    order = pl.coalesce("seen_after", "reported_start")
    return in_library(
        table.sort("ship", order, "reported_start", "claim", nulls_last=True), backend
    )


def _ships_of(
    calls: Sequence[Call], platforms: Mapping[str, str | None] | None
) -> dict[str, list[Call]]:
    """Calls at berths by platform, of ships that the catalogue knows by themselves."""
    names = ShipNames(platforms)
    found: dict[str, list[Call]] = {}
    for own in calls_by_ship(calls).values():
        ship = names.ship_of(own)
        # A claim on Sparta says nothing of "a cargo ship".
        if ship.platform and not ship.is_generic:
            berths = [call for call in own if call.kind == "berth"]
            found.setdefault(ship.platform, []).extend(berths)
    return found


def _claims_of(event: FlowEvent) -> Iterator[tuple[Claim, Report]]:
    """Movements and sightings behind an event, with their reports."""
    if event.provenance is None:
        return
    wanted = {*event.claims, *event.related}
    for report in event.provenance.reports:
        for claim in report.claims:
            if claim.id in wanted and claim.kind in ("movement", "presence"):
                yield claim, report


def _beside_claim(
    event: FlowEvent, claim: Claim, report: Report, calls: Sequence[Call]
) -> tuple[_Row | None, Call | None]:
    """The row of a claim and the call it was set beside; no row where the claim names no port."""
    place = _port_of(claim)
    if not place:
        return None, None
    there = [call for call in calls if call.place == place]
    leaves = claim.kind == "movement"
    row: _Row = {
        "ship": event.platform,
        "says": f"{'left' if leaves else 'at'} {find_place(place).name}",
        "publisher": report.publisher,
        "claim": claim.id,
        "event": event.event_id,
        "reported_start": claim.start,
        "reported_stop": claim.stop,
    }
    call = _nearest_call(there, claim, leaves)
    if call is None:
        row["verdict"] = "no such call in the record"
        return row, None
    if leaves:
        row.update(_beside_departure(claim, call))
    else:
        row.update(_beside_stay(claim, call))
    return row, call


def _port_of(claim: Claim) -> str:
    """Id of the port that a claim has a ship at or leaving, "" for open water and places not known."""
    try:
        place = find_place(claim.origin)
    except UnknownNameError:
        return ""
    if place.kind != "port":
        return ""
    return place.id


def _nearest_call(calls: Sequence[Call], claim: Claim, leaves: bool) -> Call | None:
    """The call nearest in time to a claim, or None where all are too far away."""
    apart = []
    for call in calls:
        first, last = call.arrived_after or call.arrived_by, call.left_by or call.left_after
        if leaves:
            first = call.left_after
        apart.append((max(first - claim.stop, claim.start - last), call.row, call))
    if not apart:
        return None
    far, _, call = min(apart)
    if far > _FARTHEST:
        return None
    return call


def _beside_departure(claim: Claim, call: Call) -> _Row:
    """Whether the ship can have left in the window of a claim."""
    if claim.stop <= call.arrived_by:
        return _beside_arrival(claim, call)
    seen: _Row = {"seen_after": call.left_after, "seen_by": call.left_by}
    if claim.stop <= call.left_after:
        early = _apart_words(call.left_after - claim.stop)
        return {**seen, "fits": False, "verdict": f"still at the berth {early} later"}
    if call.left_by is None:
        return {**seen, "verdict": "still at the berth at the end of the record"}
    if claim.start >= call.left_by:
        late = _apart_words(claim.start - call.left_by)
        return {**seen, "fits": False, "verdict": f"{late} after she had left"}
    return {**seen, "fits": True, "verdict": "fits"}


def _beside_stay(claim: Claim, call: Call) -> _Row:
    """Whether the ship can have been at the place in the window of a claim."""
    if claim.stop <= call.arrived_by:
        return _beside_arrival(claim, call)
    seen: _Row = {"seen_after": call.arrived_by, "seen_by": call.left_after}
    if claim.start <= call.left_after:
        return {**seen, "fits": True, "verdict": "fits"}
    if call.left_by is not None and claim.start >= call.left_by:
        late = _apart_words(claim.start - call.left_by)
        return {**seen, "fits": False, "verdict": f"{late} after she had left"}
    return {**seen, "verdict": "not heard then"}


def _beside_arrival(claim: Claim, call: Call) -> _Row:
    """Whether the ship can have been there in the window of a claim that ends before she was first heard there."""
    seen: _Row = {"seen_after": call.arrived_after, "seen_by": call.arrived_by}
    if call.arrived_after is not None and claim.stop <= call.arrived_after:
        early = _apart_words(call.arrived_by - claim.stop)
        return {**seen, "fits": False, "verdict": f"came {early} later"}
    return {**seen, "verdict": "not heard then"}


def _unreported(platform: str, calls: Sequence[Call], spoken: set[int]) -> Iterator[_Row]:
    """Departures that no claim was set beside."""
    for call in calls:
        if id(call) in spoken or call.left_by is None:
            continue
        yield {
            "ship": platform,
            "says": f"left {place_name(call)}",
            "publisher": call.source,
            "claim": "",
            "event": "",
            "seen_after": call.left_after,
            "seen_by": call.left_by,
            "verdict": "in the track alone",
        }


def _apart_words(apart: dt.timedelta) -> str:
    """How far apart, in hours up to two days."""
    hours = apart.total_seconds() / 3600
    if hours < _LONG_H:
        return f"{hours:.0f} h"
    return f"{hours / 24:.1f} days"
