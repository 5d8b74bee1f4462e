"""How tables of aircraft's messages are laid out, and the layouts that are known by name.

Sources (field lists of public documents and of the formats' own code, all `recalled`):

opensky
    OpenSky Network, state vectors as CSV or Parquet: time, icao24, lat, lon, velocity, heading, vertrate, callsign,
    onground, squawk, baroaltitude, geoaltitude, lastposupdate, lastcontact; metres, m/s, seconds since 1970. A state
    goes on for up to 300 s after the last message, so the time of the position is read and not that of the state.
pyopensky
    The same in the names of traffic's tables, still in metres and m/s.
fr24
    Flightradar24, CSV of one flight: Timestamp, UTC, Callsign, Position "lat,lon", Altitude (ft, 0 on the ground),
    Speed (kn), Direction; no address.
sbs
    BaseStation lines on port 30003: 22 cells without a header; field 22 is -1 on the ground, 0 in the air, or blank;
    an altitude with "H" is geometric. Dates and times carry no zone.
readsb
    A table with the names of aircraft.json, each row with a time of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from .aircraft_columns import AIRCRAFT_COLUMNS
from .layout import Layout

__all__ = ["AIRCRAFT_LAYOUTS", "AIRCRAFT_UNITS", "AircraftLayout"]

AIRCRAFT_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "ft": {"ft": 1.0, "m": 0.3048},
    "kn": {"kn": 1.0, "m/s": 1852 / 3600, "km/h": 1.852},
    "ft_min": {"ft/min": 1.0, "m/s": 0.3048 / 60},
}
"""Units by the end of our column's name, with how many of them make one of ours."""


@dataclass(frozen=True, kw_only=True)
class AircraftLayout(Layout):
    """A table of aircraft's messages, for `read_adsb`: as `Layout`, with columns and units of aircraft.

    Parameters
    ----------
    zero_is_ground
        Whether an altitude of 0 means that the aircraft is on the ground.
    name, columns, time_format, units, separator, decimal, names, marks, publisher, source
        As in `Layout`. A column may hold what `AIRCRAFT_COLUMNS` names, "position" (a text "lat,lon"), or "date" and
        "clock", the two halves of a time. Altitudes may be in "ft" or "m", speeds in "kn", "m/s" or "km/h", climbs in
        "ft/min" or "m/s".

    Examples
    --------
    >>> mine = AircraftLayout(
    ...     name="spotters",
    ...     columns={"hex": "aircraft", "seen": "time", "y": "latitude", "x": "longitude", "alt": "altitude_ft"},
    ...     units={"altitude_ft": "m"},
    ... )
    >>> mine.missing(["hex", "y", "x"])
    ('seen',)
    """

    zero_is_ground: bool = False

    KEY: ClassVar[str] = "aircraft"
    HELD: ClassVar[tuple[str, ...]] = (*AIRCRAFT_COLUMNS, "position", "date", "clock")

    @staticmethod
    def units_for(name: str) -> tuple[str, ...]:
        """Units that a column may have."""
        for end, units in AIRCRAFT_UNITS.items():
            if name.endswith(f"_{end}"):
                return tuple(units)
        return ()


_OPENSKY: Final = {
    "icao24": "aircraft",
    "lat": "latitude",
    "lon": "longitude",
    "velocity": "speed_kn",
    "heading": "track_deg",
    "vertrate": "climb_ft_min",
    "callsign": "callsign",
    "onground": "ground",
    "squawk": "squawk",
    "baroaltitude": "altitude_ft",
    "geoaltitude": "geometric_altitude_ft",
    "lastposupdate": "time",
    "time": "time",
}
_TRAFFIC: Final = {
    "icao24": "aircraft",
    "latitude": "latitude",
    "longitude": "longitude",
    "groundspeed": "speed_kn",
    "track": "track_deg",
    "vertical_rate": "climb_ft_min",
    "callsign": "callsign",
    "onground": "ground",
    "squawk": "squawk",
    "altitude": "altitude_ft",
    "geoaltitude": "geometric_altitude_ft",
    "typecode": "type",
    "registration": "registration",
    "last_position": "time",
    "timestamp": "time",
}
_METRIC: Final = {
    "altitude_ft": "m",
    "geometric_altitude_ft": "m",
    "speed_kn": "m/s",
    "climb_ft_min": "m/s",
}
_SBS_NAMES: Final = tuple(
    "message|transmission|session|aircraft_id|hex|flight_id|date|clock|logged_date|logged_clock|callsign|altitude|speed|"
    "track|lat|lon|vertical_rate|squawk|alert|emergency|spi|on_ground".split("|")
)

AIRCRAFT_LAYOUTS: Final[Mapping[str, AircraftLayout]] = {
    layout.name: layout
    for layout in (
        AircraftLayout(
            name="forceflow",
            columns={name: name for name in AIRCRAFT_COLUMNS},
            time_format="iso",
            marks=("aircraft",),
        ),
        # The time of the position stands before that of the state: the first that is filled counts.
        AircraftLayout(
            name="opensky",
            columns=_OPENSKY,
            time_format=("epoch", "iso"),
            units=_METRIC,
            marks=("baroaltitude", "vertrate"),
            publisher="OpenSky Network",
        ),
        AircraftLayout(
            name="pyopensky",
            columns=_TRAFFIC,
            time_format=("epoch", "iso"),
            units=_METRIC,
            marks=("geoaltitude",),
            publisher="OpenSky Network",
        ),
        AircraftLayout(
            name="traffic", columns=_TRAFFIC, time_format=("epoch", "iso"), marks=("geoaltitude",)
        ),
        AircraftLayout(
            name="fr24",
            columns={
                "Timestamp": "time",
                "Callsign": "callsign",
                "Position": "position",
                "Altitude": "altitude_ft",
                "Speed": "speed_kn",
                "Direction": "track_deg",
                "aircraft": "aircraft",
            },
            time_format="epoch_s",
            marks=("Position",),
            zero_is_ground=True,
            publisher="Flightradar24",
        ),
        # Without a header, so "auto" finds it by how its lines begin.
        AircraftLayout(
            name="sbs",
            columns={
                "hex": "aircraft",
                "date": "date",
                "clock": "clock",
                "callsign": "callsign",
                "altitude": "altitude_ft",
                "speed": "speed_kn",
                "track": "track_deg",
                "lat": "latitude",
                "lon": "longitude",
                "vertical_rate": "climb_ft_min",
                "squawk": "squawk",
                "on_ground": "ground",
                "time": "time",
            },
            time_format=("%Y/%m/%d %H:%M:%S%.f", "iso"),
            names=_SBS_NAMES,
        ),
        AircraftLayout(
            name="readsb",
            columns={
                "hex": "aircraft",
                "icao": "aircraft",
                "time": "time",
                "timestamp": "time",
                "lat": "latitude",
                "lon": "longitude",
                "alt_baro": "altitude_ft",
                "alt_geom": "geometric_altitude_ft",
                "gs": "speed_kn",
                "track": "track_deg",
                "baro_rate": "climb_ft_min",
                "geom_rate": "climb_ft_min",
                "flight": "callsign",
                "squawk": "squawk",
                "t": "type",
                "r": "registration",
            },
            time_format=("epoch", "iso"),
            marks=("alt_baro",),
        ),
    )
}
"""Layouts of tables by name; readsb's JSON and flight lists are recognised by what they hold."""
