"""Layouts that are known by name.

Sources, each read in November 2026 unless marked `recalled`:

danish
    Danish Maritime Authority, "Columns in *.csv file" (the list of 26 columns beside the files), and rows of files of
    2018, 2023 and 2025 as printed in public repositories; times are UTC. Files of 2006 to 2015 have no header, ";",
    decimal commas and CRLF (rows of aisdk-2015-07.zip, printed so); a header before ";" and times with dots are known
    from a note on the files of 2014 and are `recalled`.
marinecadastre
    NOAA, Nationwide Automatic Identification System, data dictionary of 2022 and first rows of AIS_2022_06_20.csv. The
    other names and the other order from 2024 on: headers of ais-2025-12-31.csv and later files in public repositories.
digitraffic
    Fintraffic, Digitraffic marine API, GET /api/ais/v1/locations and /vessels: fields as typed in public clients; the
    speed is in knots, the draught in tenths of a metre, times are milliseconds. The names of the MQTT messages
    (time, lat, lon, refA, type) are read in a public client, that their `time` is in seconds is `recalled`.
"""

from __future__ import annotations

from typing import Final

from .columns import COLUMNS
from .layout import Layout

__all__ = ["LAYOUTS"]

_DANISH_NAMES: Final = tuple(
    "# Timestamp|Type of mobile|MMSI|Latitude|Longitude|Navigational status|ROT|SOG|COG|Heading|IMO|Callsign|Name|"
    "Ship type|Cargo type|Width|Length|Type of position fixing device|Draught|Destination|ETA|Data source type".split(
        "|"
    )
)

_DANISH: Final = {
    "# Timestamp": "time",
    "Timestamp": "time",
    "Type of mobile": "station",
    "MMSI": "ship",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Navigational status": "status",
    "SOG": "speed_kn",
    "COG": "course_deg",
    "Heading": "heading_deg",
    "IMO": "imo",
    "Callsign": "callsign",
    "Name": "name",
    "Ship type": "ship_type",
    "Width": "beam_m",
    "Length": "length_m",
    "Draught": "draught_m",
    "Destination": "destination",
    "ETA": "eta",
    "A": "to_bow_m",
    "B": "to_stern_m",
    "C": "to_starboard_m",
    "D": "to_port_m",
    "Size A": "to_bow_m",
    "Size B": "to_stern_m",
    "Size C": "to_starboard_m",
    "Size D": "to_port_m",
}
_DANISH_TIMES: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H.%M.%S",
    "%d-%m-%Y %H.%M.%S",
    "%d/%m/%Y %H.%M",
    "%d-%m-%Y %H.%M",
)
_DANISH_MARKS: Final = ("Type of mobile",)
_DMA: Final = "Danish Maritime Authority"
_NOAA: Final = "NOAA MarineCadastre"

_KNOWN: Final = (
    Layout(
        name="danish",
        publisher=_DMA,
        columns=_DANISH,
        time_format=_DANISH_TIMES,
        units={"eta": "day first"},
        marks=_DANISH_MARKS,
        source="web.ais.dk/aisdata, list of columns",
    ),
    Layout(
        name="danish-2014",
        publisher=_DMA,
        columns=_DANISH,
        time_format=_DANISH_TIMES,
        units={"eta": "day first"},
        separator=";",
        decimal=",",
        marks=_DANISH_MARKS,
        source="recalled",
    ),
    Layout(
        name="danish-2006",
        publisher=_DMA,
        columns=_DANISH,
        time_format=_DANISH_TIMES,
        units={"eta": "day first"},
        separator=";",
        decimal=",",
        names=_DANISH_NAMES,
        source="rows of aisdk-2015-07.zip",
    ),
    Layout(
        name="marinecadastre",
        publisher=_NOAA,
        columns={
            "MMSI": "ship",
            "BaseDateTime": "time",
            "LAT": "latitude",
            "LON": "longitude",
            "SOG": "speed_kn",
            "COG": "course_deg",
            "Heading": "heading_deg",
            "VesselName": "name",
            "IMO": "imo",
            "CallSign": "callsign",
            "VesselType": "ship_type",
            "Status": "status",
            "Length": "length_m",
            "Width": "beam_m",
            "Draft": "draught_m",
            "Cargo": "cargo_type",
        },
        time_format="iso",
        source="Nationwide Automatic Identification System 2022, data dictionary",
    ),
    Layout(
        name="marinecadastre-2024",
        publisher=_NOAA,
        columns={
            "mmsi": "ship",
            "base_date_time": "time",
            "longitude": "longitude",
            "latitude": "latitude",
            "sog": "speed_kn",
            "cog": "course_deg",
            "heading": "heading_deg",
            "vessel_name": "name",
            "imo": "imo",
            "call_sign": "callsign",
            "vessel_type": "ship_type",
            "status": "status",
            "length": "length_m",
            "width": "beam_m",
            "draft": "draught_m",
            "cargo": "cargo_type",
        },
        time_format="iso",
        source="header of ais-2025-12-31.csv.zst",
    ),
    Layout(
        name="digitraffic",
        publisher="Fintraffic, Digitraffic",
        columns={
            "mmsi": "ship",
            "timestampExternal": "time",
            "time": "time",
            "timestamp": "time",
            "lat": "latitude",
            "latitude": "latitude",
            "lon": "longitude",
            "longitude": "longitude",
            "sog": "speed_kn",
            "cog": "course_deg",
            "heading": "heading_deg",
            "navStat": "status",
            "name": "name",
            "imo": "imo",
            "callSign": "callsign",
            "shipType": "ship_type",
            "type": "ship_type",
            "draught": "draught_m",
            "destination": "destination",
            "eta": "eta",
            "referencePointA": "to_bow_m",
            "referencePointB": "to_stern_m",
            "referencePointC": "to_port_m",
            "referencePointD": "to_starboard_m",
            "refA": "to_bow_m",
            "refB": "to_stern_m",
            "refC": "to_port_m",
            "refD": "to_starboard_m",
        },
        time_format="epoch",
        units={"draught_m": "0.1 m", "eta": "packed"},
        marks=("timestampExternal", "navStat", "posType", "callSign", "referencePointA", "refA"),
        source="meri.digitraffic.fi/api/ais/v1",
    ),
    Layout(
        name="forceflow",
        columns={name: name for name in COLUMNS},
        time_format="iso",
        source="forceflow.tracks.COLUMNS",
    ),
)

LAYOUTS: Final[dict[str, Layout]] = {layout.name: layout for layout in _KNOWN}
"""Layouts of tables by name; "auto" tries them in this order. Besides, "nmea" names lines of sentences."""
