"""Port calls from ships' messages: arrival and departure as windows, silences, draughts."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from ..errors import TracksError
from ..evidence.tables.event_frames import make_frame
from ..feeds.columns import TIME
from ..kernels.port_tables import Rules
from ..quantity.values import as_float
from .call_notes import notes_of_calls
from .call_times import Calls, find_calls
from .passes import find
from .ship_tracks import ShipTracks
from .stays import Request, Stays
from .zones import Zone, gates, lay_zones, read_zones

__all__ = ["CALL_COLUMNS", "port_calls"]

_HOUR = 3_600_000_000
_FASTEST_KN = 60.0
"""No ship that carries cargo is faster; a jump that needs more is a fault or another hull (a prior)."""

_SLACK_KM = 2.0
"""Error of positions and clocks that is no jump (a prior)."""

_GATE_H = 6.0
"""Over a longer silence a straight line between two fixes is no evidence of the strait it crosses (a prior)."""

_STALE_H = 6.0
"""Of several tracks of one number, one silent for longer goes on only where no other can (a prior)."""

CALL_COLUMNS: dict[str, pl.DataType] = {
    "ship": pl.String(),
    "name": pl.String(),
    "place": pl.String(),
    "kind": pl.String(),
    "arrived_after": TIME,
    "arrived_by": TIME,
    "left_after": TIME,
    "left_by": TIME,
    "fixes": pl.Int64(),
    "longest_silence_h": pl.Float64(),
    "draught_in_m": pl.Float64(),
    "draught_out_m": pl.Float64(),
    "draught_in_at": TIME,
    "draught_port_m": pl.Float64(),
    "draught_port_at": TIME,
    "draught_out_at": TIME,
    "imo": pl.String(),
    "ship_type": pl.String(),
    "length_m": pl.Float64(),
    "beam_m": pl.Float64(),
    "silent_h": pl.Float64(),
    "longest_silence_after_h": pl.Float64(),
    "passages_after": pl.String(),
    "source": pl.String(),
    "notes": pl.String(),
}
"""Columns of the table of port calls."""


def port_calls(
    tracks: ShipTracks,
    *,
    places: Any = None,
    radius_km: float = 5.0,
    anchorage_km: float | None = 20.0,
    margin: float = 0.2,
    stop_kn: float = 3.0,
    min_fixes: int = 2,
    silence_h: float = 2.0,
    draught_h: float = 72.0,
    backend: str | None = None,
    client: Any = None,
) -> Any:
    """Port calls of all ships, one row a call, by ship and arrival.

    Arrival lies in ``(arrived_after, arrived_by]``: the last fix outside and the first inside. Departure lies in
    ``(left_after, left_by]``: the last fix inside and the first outside. A bound is null where the ship's record begins
    or ends. Nothing is added in a silence: how long the longest one inside a call was is a column.

    Parameters
    ----------
    tracks
        What `read_ais` returned.
    places
        None for the ports of the gazetteer; names of places; a frame with `name`, `lat`, `lon` and, where wanted,
        `kind` ("berth" or "anchorage") and `radius_km`; or GeoJSON polygons with the property `name` (a file, a
        mapping, or an object with ``__geo_interface__``). Rows or polygons of one name are one place.
    radius_km
        A fix within this distance of the place is in the port, km.
    anchorage_km
        Beyond it, a fix within this distance is at the anchorage of the port, km; None for no anchorages.
    margin
        A ship has left a circle when it is farther than the radius by this share, so that one at its edge makes one
        call. Polygons have no margin.
    stop_kn
        One fix of a call must be no faster, knots; where no speed was sent, the mean speed since the fix before counts.
    min_fixes
        Fewest fixes of a call; fewer are a sighting, which is no call. Fixes that repeat another count once.
    silence_h
        Gaps between fixes longer than this add to `silent_h`, hours.
    draught_h
        How long after departure a new draught is taken as that of the departure, hours: a person types it, and late.
    backend
        "polars", "pandas" or "pyarrow"; by default polars.
    client
        A `distributed.Client` whose workers read the pieces; the result is the same.

    Returns
    -------
    frame
        With the columns `CALL_COLUMNS`. Times are UTC, draughts and lengths metres to two decimals, silences hours.
        `draught_in_m` is the last one first reported before the call, `draught_out_m` the first new one after it, else
        the one still reported then; `draught_in_at`, `draught_port_at` and `draught_out_at` say when each was first
        reported. A draught of 25.5 means that or more. `passages_after` lists straits seen crossed before the ship's
        next call.

    Raises
    ------
    TracksError
        A place or a number cannot be used.
    UnknownNameError
        A place named is not in the gazetteer.

    Notes
    -----
    A ship number heard at two places between which no ship can sail in the time (60 knots, a prior) is two hulls, or
    one with false positions: they become "273123456 (1)" and "273123456 (2)". One or two such fixes are set aside.
    Both are said in `notes`.

    Examples
    --------
    >>> import polars as pl
    >>> import forceflow as ff
    >>> table = pl.DataFrame({
    ...     "ship": [273123456] * 4,
    ...     "time": ["2025-01-21 20:00", "2025-01-21 21:40", "2025-01-22 04:00", "2025-01-22 04:10"],
    ...     "latitude": [34.887, 34.887, 34.70, 34.69],
    ...     "longitude": [35.881, 35.881, 35.40, 35.38],
    ...     "speed_kn": [0.0, 0.1, 9.0, 9.0],
    ... }).with_columns(pl.col("time").str.to_datetime("%Y-%m-%d %H:%M", time_zone="UTC"))
    >>> calls = ff.tracks.port_calls(ff.tracks.read_ais(table))
    >>> calls["place"][0], str(calls["left_after"][0]), str(calls["left_by"][0])
    ('tartus', '2025-01-21 21:40:00+00:00', '2025-01-22 04:00:00+00:00')
    """
    if not isinstance(tracks, ShipTracks):
        raise TracksError(
            f"port_calls needs the tracks that read_ais returned, got {type(tracks).__name__}"
        )
    zones = read_zones(places, radius_km=radius_km, anchorage_km=anchorage_km)
    numbers = _check_numbers(
        margin=margin,
        stop_kn=stop_kn,
        silence_h=silence_h,
        draught_h=draught_h,
        min_fixes=min_fixes,
    )
    rules = Rules(
        stop_kn=numbers["stop_kn"],
        fastest_kn=_FASTEST_KN,
        slack_km=_SLACK_KM,
        silence=round(numbers["silence_h"] * _HOUR),
        gate_gap=round(_GATE_H * _HOUR),
        stale=round(_STALE_H * _HOUR),
    )
    gate_ids, gate_lines = gates()
    request = Request(lay_zones(zones, margin=numbers["margin"]), gate_lines, rules)
    found = find(tracks, request, client=client)
    calls = find_calls(
        found,
        min_fixes=int(min_fixes),
        draught_h=numbers["draught_h"],
        silence=rules.silence,
    )
    table = _call_table(calls, found, zones, gate_ids, tracks)
    if backend is None or backend == "polars":
        return table
    return make_frame(table.to_dict(as_series=False), backend=backend, schema=_schema())


def _schema() -> dict[str, Any]:
    """Types of the columns for any frame library."""
    types = {pl.String(): nw.String(), pl.Int64(): nw.Int64(), pl.Float64(): nw.Float64()}
    moment = nw.Datetime("us", "UTC")
    return {name: types.get(dtype, moment) for name, dtype in CALL_COLUMNS.items()}


def _check_numbers(**numbers: object) -> dict[str, float]:
    """Arguments as numbers, none below zero."""
    checked = {}
    for name, value in numbers.items():
        number = as_float(value, name=name)
        if not 0 <= number < 1e6:
            raise TracksError(f"{name} is {value!r}; give a number from 0 on")
        checked[name] = number
    if checked["min_fixes"] != int(checked["min_fixes"]) or checked["min_fixes"] < 1:
        raise TracksError(f"min_fixes is {numbers['min_fixes']!r}; give a whole number from 1 on")
    return checked


def _call_table(
    calls: Calls,
    found: Stays,
    zones: tuple[Zone, ...],
    gate_ids: tuple[str, ...],
    tracks: ShipTracks,
) -> pl.DataFrame:
    """The table that users see."""
    frame = calls.frame
    hull = frame["hull"].to_numpy()
    zone = frame["zone"].to_numpy()
    places = pl.Series([z.name for z in zones], dtype=pl.String)
    kinds = pl.Series(["berth", "anchorage"])
    labels = _labels_of_hulls(calls, found)
    return (
        frame.with_columns(
            ship=labels.gather(hull),
            place=places.gather(zone // 2),
            kind=kinds.gather(zone % 2),
            imo=pl.col("imo").cast(pl.String),
            passages_after=pl.Series(_passages_after(calls, found, gate_ids), dtype=pl.String),
            source=pl.lit(source_of(tracks)),
            notes=pl.Series(notes_of_calls(calls, found), dtype=pl.String),
        )
        .select(_as_reported(name).cast(dtype) for name, dtype in CALL_COLUMNS.items())
        .sort("ship", "arrived_by", "place")
    )


def _as_reported(name: str) -> pl.Expr:
    """A column of the table; metres to the centimetre, as 5.4 kept in four bytes is 5.400000095 in eight."""
    column = pl.col(name)
    if name.endswith("_m"):
        return column.cast(pl.Float64).round(2)
    return column


def source_of(tracks: ShipTracks) -> str:
    """Publisher and files of tracks, in a line."""
    files = tracks.sources[0]
    if len(tracks.sources) > 1:
        files = f"{tracks.sources[0]} to {tracks.sources[-1]} ({len(tracks.sources)} files)"
    return ", ".join(filter(None, (tracks.publisher, files)))


def _labels_of_hulls(calls: Calls, found: Stays) -> pl.Series:
    """MMSI or IMO number as text, with the number of the hull where there are several."""
    hulls = calls.hulls
    numbers = found.ships["number"][hulls.ship]
    labels = [
        f"{number} ({hull})" if hull else str(number)
        for number, hull in zip(numbers, hulls.number, strict=True)
    ]
    return pl.Series(labels, dtype=pl.String)


def _passages_after(calls: Calls, found: Stays, gate_ids: tuple[str, ...]) -> list[str]:
    """Straits crossed between each call and the next one of its ship."""
    texts = [""] * len(calls.frame)
    crossings = found.crossings
    hull = calls.hulls.of_track[crossings["track"]]
    seen = pl.DataFrame({"hull": hull, "at": crossings["before"], "row": np.arange(len(crossings))})
    departures = calls.frame.select("hull", pl.col("left_after").to_physical()).with_row_index(
        "call"
    )
    matched = seen.sort("hull", "at", "row").join_asof(
        departures, left_on="at", right_on="left_after", by="hull", check_sortedness=False
    )
    for row, call in matched.select("row", "call").drop_nulls().iter_rows():
        texts[call] += f"; {_passage_text(crossings[row], gate_ids)}"
    return [text.removeprefix("; ") for text in texts]


def _passage_text(crossing: Any, gate_ids: tuple[str, ...]) -> str:
    before, after = (
        np.datetime_as_string(np.datetime64(int(crossing[end]), "us"), unit="m")
        for end in ("before", "after")
    )
    return f"{gate_ids[crossing['gate']]} {before}Z/{after}Z"
