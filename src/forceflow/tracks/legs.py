"""Legs from aircraft's messages: take-off and landing as windows, fields or where the aircraft was last seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import TracksError
from ..feeds.aircraft_columns import NOT_ICAO
from ..feeds.columns import TIME
from ..feeds.native_frame import in_library
from ..kernels.field_search import Fields
from ..kernels.leg_chain import LEG, chain_runs
from ..kernels.leg_kinds import ChainRules, Kinds, judge_runs
from ..kernels.leg_tables import RunRules
from ..kernels.port_tables import NEVER
from ..quantity.values import as_float
from .aircraft_tracks import AircraftTracks
from .leg_columns import LEG_COLUMNS, hex_of
from .leg_ends import End, weigh_ends
from .leg_fields import LARGE, LegFields, read_fields
from .leg_runs import RunRequest, Runs
from .leg_texts import may_be, seen_at
from .passes import find

__all__ = ["legs"]

_MINUTE = 60_000_000

_NO_GROUND_KN = 200.0
"""Faster than this nothing rolls: a flag "on the ground" is then a fault (a prior)."""

_FLYING_KN = 180.0
"""Faster than this an aircraft that does not say so is in the air (a prior)."""

_SLOW_KN = 50.0
"""Slower than this no transport aircraft flies (a prior)."""

_FIELD_KM, _FIELD_FT = 5.0, 1_000.0
"""How far from a field's point, and how high above it by pressure altitude, an aircraft is at the field (priors)."""

_FLICKER = 3 * _MINUTE
"""A shorter time in the air between two fixes on the ground of one place is a fault of the flag (a prior)."""

_FASTEST_KN, _CRUISE_KN = 600.0, 400.0
"""Fastest speed over ground of a transport aircraft, and the usual one where none was sent (priors)."""

_MOVED_KM, _BEHIND_KM = 20.0, 100.0
"""Between two fixes on the ground farther apart there was a flight; nearer than this a heading says little (priors)."""

_BEGINS = pl.Series(["ground", "low", "mark", "silence", "record"])


def legs(
    tracks: AircraftTracks,
    *,
    places: Any = None,
    near_km: float = 30.0,
    low_ft: float = 5_000.0,
    min_ground_min: float = 10.0,
    aloft_gap_h: float = 1.0,
    backend: str | None = None,
    client: Any = None,
) -> Any:
    """Flights of all aircraft, one row each, by aircraft and take-off.

    Take-off lies in ``(took_off_after, took_off_by]``: the last fix on the ground and the first in the air. Landing
    lies in ``(landed_after, landed_by]``. A bound is null where the record begins or ends. Nothing is added in a
    silence.

    Parameters
    ----------
    tracks
        What `read_adsb` returned.
    places
        None for the airfields of the gazetteer and of airportsdata; names of places; or a frame with `name` (or `id`),
        `lat`, `lon` and, where known, `elevation_ft`.
    near_km, low_ft
        An aircraft that falls silent within this distance of a field and no higher above it has landed there, where
        the silence leaves time for it. Where it is next heard so, it has taken off there.
    min_ground_min
        Shortest time on the ground that is a landing, minutes; a shorter one is a touch-and-go, which is counted. In a
        shorter silence no landing is sought.
    aloft_gap_h
        A silence aloft that is longer than the direct flight by this parts two legs, hours; the field is not known.
    backend
        "polars", "pandas" or "pyarrow"; by default polars.
    client
        A `distributed.Client` whose workers read the pieces; the result is the same.

    Returns
    -------
    frame
        With the columns `LEG_COLUMNS`. Times are UTC.

    Raises
    ------
    TracksError
        These are no tracks of aircraft, or a place or a number cannot be used.
    UnknownNameError
        A place named is not known.

    Notes
    -----
    A new leg begins after a time on the ground, at the source's own mark, after a silence low near a field, or after a
    silence aloft that is too long. No gap alone is right: aircraft are silent for hours over the sea, and land and
    leave within minutes. A flag "on the ground" at more than 200 knots is a fault; a slow aircraft (below 50 knots)
    within 5 km of a field and 1,000 ft of its level is on the ground whatever its flag says.

    Where a leg begins or ends aloft, fields that 600 knots reach in the silence, up to 1,000 km away, are weighed; all
    weights are priors. That of a field (1 where it is in the gazetteer or given, 0.05 for a strip) is multiplied by
    a bell of 30 degrees for the error of its bearing, wider nearby; by how well its distance goes with the height (as
    far as the rate of descent takes, or no nearer than a path of 3 degrees); and by a fall of e for each 10 km and the
    way of a glide from that height. A weight of 0.02 for no field of the list is added, and all are shared out to 1.
    `origin` and `destination` are set only for a field with 0.8 or more that the aircraft is low near.

    Examples
    --------
    >>> import polars as pl
    >>> import forceflow as ff
    >>> from forceflow.feeds.aircraft_columns import GROUND
    >>> from forceflow.tracks.aircraft_tracks import AircraftTracks
    >>> from forceflow.tracks.ship_tracks import FramePiece
    >>> rows = pl.DataFrame({
    ...     "aircraft": [0x152E10] * 4,
    ...     "time": ["2024-12-14 04:00", "2024-12-14 04:10", "2024-12-14 06:20", "2024-12-14 06:30"],
    ...     "latitude": [35.401, 35.30, 32.20, 31.9985],
    ...     "longitude": [35.949, 35.60, 21.60, 21.1918],
    ...     "ground": pl.Series(["ground", "air", "air", "ground"], dtype=pl.Enum(GROUND)),
    ... }).with_columns(pl.col("time").str.to_datetime("%Y-%m-%d %H:%M", time_zone="UTC"))
    >>> found = ff.tracks.legs(AircraftTracks((FramePiece("table", rows),), "forceflow", ("table",)))
    >>> found.row(0)[:5], str(found["landed_by"][0])
    (('152e10', None, None, 'OSLK', 'HL59'), '2024-12-14 06:30:00+00:00')
    """
    if not isinstance(tracks, AircraftTracks):
        raise TracksError(
            f"legs needs the tracks that read_adsb returned, got {type(tracks).__name__}"
        )
    rules = _rules(
        near_km=near_km, low_ft=low_ft, min_ground_min=min_ground_min, aloft_gap_h=aloft_gap_h
    )
    fields = read_fields(places)
    run_rules = RunRules(rules.min_ground, _NO_GROUND_KN, _FLYING_KN, _SLOW_KN)
    found = find(tracks, RunRequest(run_rules), client=client)
    table = _leg_table(found, fields, rules, _source_of(tracks))
    if tracks.listed is not None:
        table = pl.concat([table, tracks.listed.select([*LEG_COLUMNS]).cast(LEG_COLUMNS)])  # type: ignore[arg-type]
    return in_library(table, backend)


def _rules(**numbers: object) -> ChainRules:
    """Arguments as the kernel's rules, none below zero."""
    checked = {}
    for name, value in numbers.items():
        number = as_float(value, name=name)
        if not 0 < number <= 1e5:
            raise TracksError(f"{name} is {value!r}; give a number above 0")
        checked[name] = number
    return ChainRules(
        min_ground=round(checked["min_ground_min"] * _MINUTE),
        flicker=_FLICKER,
        aloft_gap_h=checked["aloft_gap_h"],
        near_km=checked["near_km"],
        low_ft=checked["low_ft"],
        field_km=_FIELD_KM,
        field_ft=_FIELD_FT,
        moved_km=_MOVED_KM,
        fastest_kn=_FASTEST_KN,
        cruise_kn=_CRUISE_KN,
        behind_km=_BEHIND_KM,
        large=LARGE,
    )


def _source_of(tracks: AircraftTracks) -> str:
    """Publisher and files of tracks, in a line."""
    files = tracks.sources[0]
    if len(tracks.sources) > 1:
        files = f"{tracks.sources[0]} to {tracks.sources[-1]} ({len(tracks.sources)} files)"
    return ", ".join(filter(None, (tracks.publisher, files)))


def _chain(runs: Any, fields: Fields, rules: ChainRules) -> tuple[Any, NDArray[np.int32]]:
    """Flights of runs in order, and which flight each run belongs to."""
    n = len(runs)
    kinds = Kinds(np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n, np.int32))
    judge_runs(runs, fields, rules, kinds)
    found = np.zeros(n, LEG).view(np.recarray)
    leg_of = np.empty(n, np.int32)
    return found[: chain_runs(runs, kinds, fields, rules, found, leg_of)], leg_of


def _leg_table(found: Runs, fields: LegFields, rules: ChainRules, source: str) -> pl.DataFrame:
    """The table that users see."""
    numbers = found.crafts["number"]
    order = np.argsort(numbers[found.runs["aircraft"]], kind="stable")
    runs = found.runs[order].view(np.recarray)
    flights, leg_of = _chain(runs, fields.fields, rules)
    ends = weigh_ends(
        flights,
        runs,
        fields,
        fastest_kn=rules.fastest_kn,
        near_km=rules.near_km,
        low_ft=rules.low_ft,
    )
    leg_of_run = np.empty(len(runs), np.int32)
    leg_of_run[order] = leg_of
    craft = flights["aircraft"]
    table = pl.DataFrame(
        {
            "number": numbers[craft],
            "craft": craft,
            "begins": _BEGINS.gather(flights["begins"]),
            "ends": _BEGINS.gather(flights["ends"]),
            **{name: _moments(flights[name]) for name in _WINDOWS},
            "fixes": flights["fixes"],
            "longest_silence_h": flights["gap"] / 3.6e9,
            "touch_and_goes": flights["touches"],
            "highest_ft": pl.Series(flights["highest"]).fill_nan(None),
            **_side("first", "origin", ends.first, fields),
            **_side("last", "destination", ends.last, fields),
            "source": pl.repeat(source, len(flights), eager=True),
        }
    )
    table = table.with_row_index("leg").join(
        _said(found), on="craft", how="left", maintain_order="left"
    )
    callsigns = _callsigns(found.votes, leg_of_run)
    table = table.join(callsigns, on="leg", how="left", maintain_order="left")
    return table.with_columns(
        hex_of(pl.col("number")).alias("aircraft"), _notes().alias("notes")
    ).select(pl.col(name).cast(dtype) for name, dtype in LEG_COLUMNS.items())


_WINDOWS = ("took_off_after", "took_off_by", "landed_after", "landed_by")


def _moments(times: NDArray[np.int64]) -> pl.Series:
    known = pl.Series(times).to_frame("at").select(pl.when(pl.col("at") != NEVER).then("at"))["at"]
    return known.cast(TIME)


def _side(side: str, field: str, end: End, fields: LegFields) -> dict[str, pl.Series]:
    """Columns of one end of the legs."""
    number = pl.Series(end.field)
    known = number.to_frame("n").select(pl.when(pl.col("n") >= 0).then("n"))["n"]
    return {
        field: fields.ids.gather(known.fill_null(0))
        .to_frame("id")
        .select(pl.when(known.is_not_null()).then("id"))["id"],
        f"{field}_may_be": may_be(end, fields),
        f"{side}_seen": seen_at(end),
        f"{side}_latitude": end.point["latitude"],
        f"{side}_longitude": end.point["longitude"],
    }


def _said(found: Runs) -> pl.DataFrame:
    """Type and registration of each aircraft: the first that was sent."""
    words = found.said.sort("time", "type", "registration", nulls_last=True)
    first = [pl.col(name).drop_nulls().first() for name in ("type", "registration")]
    return words.group_by("craft").agg(first)


def _callsigns(votes: pl.DataFrame, leg_of: NDArray[np.int32]) -> pl.DataFrame:
    """The callsign that each leg sent most often; of several the first."""
    leg = pl.Series("leg", leg_of).gather(votes["run"]).cast(pl.Int64)
    counted = votes.with_columns(leg).filter(pl.col("leg") >= 0)
    counted = counted.group_by("leg", "callsign").agg(pl.col("count").sum(), pl.col("time").min())
    best = counted.sort(
        "leg", "count", "time", "callsign", descending=[False, True, False, False]
    ).unique("leg", keep="first", maintain_order=True)
    return best.select(pl.col("leg").cast(pl.UInt32), "callsign")


def _notes() -> pl.Expr:
    """What a reader must know of a leg; null for nothing."""
    unheard = pl.lit("not heard in the air: on the ground at both fields")
    foreign = pl.lit("address is no ICAO address")
    return pl.concat_str(
        pl.when(pl.col("fixes") == 0).then(unheard),
        pl.when(pl.col("number") >= NOT_ICAO).then(foreign),
        separator="; ",
        ignore_nulls=True,
    ).replace("", None)
