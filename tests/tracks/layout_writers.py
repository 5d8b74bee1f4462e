"""Writers of each published layout, from messages of ours; what a layout cannot carry is said beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Message = dict[str, Any]

DANISH_HEADER = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,C,D"
)
NOAA_HEADER = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass"
)
NOAA_2024_HEADER = (
    "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,length,width,"
    "draft,cargo,transceiver"
)
STATUS_CODES = {"Under way using engine": 0, "At anchor": 1, "Moored": 5}
SHIP_WORDS = {30: "Fishing", 52: "Tug", 70: "Cargo", 80: "Tanker"}


def message(**values: Any) -> Message:
    """A message with the values given and blanks otherwise."""
    blank = dict.fromkeys(
        "latitude longitude speed_kn course_deg heading_deg status draught_m name imo callsign ship_type length_m "
        "beam_m destination eta".split()
    )
    return {
        **blank,
        "ship": 273123456,
        "time": datetime(2025, 1, 27, 21, 40, tzinfo=UTC),
        **values,
    }


def _cell(value: Any, otherwise: str = "", form: str = "{}") -> str:
    """A cell, or what the layout writes where there is none."""
    if value is None:
        return otherwise
    return form.format(value)


def _quoted(text: str, separator: str) -> str:
    """A text in quotes where it needs them."""
    if separator in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _eta_day_first(eta: str | None) -> str:
    """02-03 04:10 as the Danish files write it; the year is theirs."""
    if eta is None:
        return ""
    return f"{eta[3:5]}/{eta[:2]}/2025 {eta[6:]}:00"


def danish_row(
    row: Message, *, separator: str = ",", decimal: str = ".", lost_longitude: str = "0"
) -> str:
    """A row as the Danish Maritime Authority writes it."""
    cells = [
        f"{row['time']:%d/%m/%Y %H:%M:%S}",
        "Class A",
        str(row["ship"]),
        _cell(row["latitude"], "91"),
        _cell(row["longitude"], lost_longitude),
        _cell(row["status"], "Unknown value"),
        "",
        _cell(row["speed_kn"]),
        _cell(row["course_deg"]),
        _cell(row["heading_deg"]),
        _cell(row["imo"], "Unknown"),
        _quoted(_cell(row["callsign"], "Unknown"), separator),
        _quoted(_cell(row["name"]), separator),
        SHIP_WORDS.get(row["ship_type"], "Undefined"),
        "",
        _cell(row["beam_m"]),
        _cell(row["length_m"]),
        "Undefined",
        _cell(row["draught_m"]),
        _quoted(_cell(row["destination"], "Unknown"), separator),
        _eta_day_first(row["eta"]),
        "AIS",
    ]
    if decimal == ",":
        for place in (3, 4, 7, 8, 9, 15, 16, 18):
            cells[place] = cells[place].replace(".", ",")
    return separator.join(cells)


def write_danish(rows: list[Message], path: Path) -> Path:
    """A file of today's layout, of 26 columns."""
    lines = [DANISH_HEADER, *(danish_row(row) + ",,,," for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_danish_2014(rows: list[Message], path: Path) -> Path:
    """A header, semicolons, decimal commas, 22 columns, longitude 181 where there is none."""
    header = ";".join(DANISH_HEADER.split(",")[:22])
    lines = [danish_row(row, separator=";", decimal=",", lost_longitude="181") for row in rows]
    path.write_text("\r\n".join([header, *lines, ""]), encoding="utf-8", newline="")
    return path


def write_danish_2006(rows: list[Message], path: Path) -> Path:
    """No header."""
    lines = [danish_row(row, separator=";", decimal=",", lost_longitude="181,0") for row in rows]
    path.write_text("\r\n".join([*lines, ""]), encoding="utf-8", newline="")
    return path


def write_noaa(rows: list[Message], path: Path) -> Path:
    """MarineCadastre up to 2023; it has neither destination nor ETA."""
    lines = [NOAA_HEADER]
    for row in rows:
        cells = [
            str(row["ship"]),
            f"{row['time']:%Y-%m-%dT%H:%M:%S}",
            _cell(row["latitude"], "91.0"),
            _cell(row["longitude"], "181.0"),
            _cell(row["speed_kn"], "102.3"),
            _cell(row["course_deg"], "360.0"),
            _cell(row["heading_deg"], "511.0"),
            _quoted(_cell(row["name"]), ","),
            _cell(row["imo"], "IMO0000000", "IMO{}"),
            _quoted(_cell(row["callsign"]), ","),
            _cell(row["ship_type"], "0"),
            _cell(STATUS_CODES.get(row["status"]), "15"),
            _cell(row["length_m"]),
            _cell(row["beam_m"]),
            _cell(row["draught_m"]),
            _cell(row["ship_type"]),
            "A",
        ]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_noaa_2024(rows: list[Message], path: Path) -> Path:
    """MarineCadastre from 2024 on: other names, longitude first, blanks for what is not available."""
    lines = [NOAA_2024_HEADER]
    for row in rows:
        cells = [
            str(row["ship"]),
            f"{row['time']:%Y-%m-%d %H:%M:%S}",
            _cell(row["longitude"]),
            _cell(row["latitude"]),
            _cell(row["speed_kn"]),
            _cell(row["course_deg"]),
            _cell(row["heading_deg"]),
            _quoted(_cell(row["name"]), ","),
            _cell(row["imo"], "", "IMO{}"),
            _quoted(_cell(row["callsign"]), ","),
            _cell(row["ship_type"]),
            _cell(STATUS_CODES.get(row["status"])),
            _cell(row["length_m"]),
            _cell(row["beam_m"]),
            _cell(row["draught_m"]),
            "",
            "A",
        ]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def packed_eta(eta: str | None) -> int:
    """The twenty bits of a time of arrival; 1596 says that there is none."""
    month, day, hour, minute = 0, 0, 24, 60
    if eta is not None:
        month, day, hour, minute = int(eta[:2]), int(eta[3:5]), int(eta[6:8]), int(eta[9:])
    return month << 16 | day << 11 | hour << 6 | minute


def digitraffic_row(row: Message) -> dict[str, Any]:
    """One message of Digitraffic: special values as numbers, the draught in tenths."""
    draught, length, beam = row["draught_m"] or 0, row["length_m"] or 0, row["beam_m"] or 0
    return {
        "mmsi": row["ship"],
        "timestampExternal": round(row["time"].timestamp() * 1000),
        "lat": 91.0 if row["latitude"] is None else row["latitude"],
        "lon": 181.0 if row["longitude"] is None else row["longitude"],
        "sog": 102.3 if row["speed_kn"] is None else row["speed_kn"],
        "cog": 360.0 if row["course_deg"] is None else row["course_deg"],
        "heading": 511 if row["heading_deg"] is None else round(row["heading_deg"]),
        "navStat": STATUS_CODES.get(row["status"], 15),
        "name": row["name"] or "",
        "callSign": (row["callsign"] or "") + "@@@",
        "imo": row["imo"] or 0,
        "shipType": row["ship_type"] or 0,
        "draught": round(draught * 10),
        "destination": row["destination"],
        "eta": packed_eta(row["eta"]),
        "referencePointA": round(length) // 2,
        "referencePointB": round(length) - round(length) // 2,
        "referencePointC": round(beam) // 2,
        "referencePointD": round(beam) - round(beam) // 2,
    }


def write_digitraffic(rows: list[Message], path: Path) -> Path:
    """Messages, one a line."""
    path.write_text("\n".join(json.dumps(digitraffic_row(row)) for row in rows) + "\n")
    return path


@dataclass(frozen=True)
class Written:
    """A layout: how it is written and what it does not carry."""

    name: str
    write: Callable[[list[Message], Path], Path]
    suffix: str = ".csv"
    lost: tuple[str, ...] = ()


WRITERS = (
    Written("danish", write_danish),
    Written("danish-2014", write_danish_2014),
    Written("danish-2006", write_danish_2006),
    Written("marinecadastre", write_noaa, lost=("destination", "eta")),
    Written("marinecadastre-2024", write_noaa_2024, lost=("destination", "eta")),
    Written("digitraffic", write_digitraffic, suffix=".jsonl"),
)
