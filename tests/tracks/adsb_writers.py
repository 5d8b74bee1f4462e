"""Writers of each layout of aircraft's messages, from messages of ours, and what a layout cannot carry."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

Message = dict[str, Any]

START = datetime(2024, 12, 14, 4, 10, tzinfo=UTC)
CRAFT = "152e10"
OPENSKY_HEADER = (
    "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude,"
    "lastposupdate,lastcontact"
)
FR24_HEADER = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction"
BLANK = dict.fromkeys(
    "latitude longitude altitude_ft geometric_altitude_ft speed_kn track_deg climb_ft_min callsign squawk".split()
)


def heard(**values: Any) -> Message:
    """A message of one aircraft with the values given and blanks otherwise."""
    return {**BLANK, "aircraft": CRAFT, "time": START, "ground": "air", "new_leg": False, **values}


def epoch(row: Message) -> float:
    """Seconds since 1970."""
    return float(row["time"].timestamp())


def trace(rows: list[Message], *, cells: int = 14, **more: Any) -> dict[str, Any]:
    """A trace of readsb; rows of 9 or 14 cells, all of one aircraft."""
    begin = epoch(rows[0])
    return {
        "icao": rows[0]["aircraft"],
        "r": "RA-78830",
        "t": "IL76",
        "timestamp": begin,
        "trace": [_trace_row(row, begin)[:cells] for row in rows],
        **more,
    }


def _trace_row(row: Message, begin: float) -> list[Any]:
    said = {
        name: row[key]
        for name, key in {
            "flight": "callsign",
            "squawk": "squawk",
            "alt_geom": "geometric_altitude_ft",
        }.items()
        if row[key] is not None
    }
    if "flight" in said:
        said["flight"] = f"{said['flight']:8}"
    down = row["ground"] == "ground"
    return [
        epoch(row) - begin,
        row["latitude"],
        row["longitude"],
        "ground" if down else row["altitude_ft"],
        row["speed_kn"],
        # On the ground it is the heading, which is not the track.
        123.0 if down else row["track_deg"],
        2 * row["new_leg"],
        row["climb_ft_min"],
        {"type": "adsb_icao", **said},
        "adsb_icao",
        row["geometric_altitude_ft"],
        None,
        None,
        None,
    ]


def snapshot(
    rows: Iterable[Message], now: datetime, *, unit: float = 1.0, key: str = "aircraft"
) -> dict[str, Any]:
    """A snapshot of readsb; `unit` 1000 for the milliseconds of the API."""
    names = {
        "lat": "latitude", "lon": "longitude", "gs": "speed_kn", "track": "track_deg", "baro_rate": "climb_ft_min",
        "flight": "callsign", "squawk": "squawk", "alt_geom": "geometric_altitude_ft", "alt_baro": "altitude_ft",
    }  # fmt: skip
    listed = []
    for row in rows:
        one = {name: row[key] for name, key in names.items() if row[key] is not None}
        if row["ground"] == "ground":
            one["alt_baro"] = "ground"
            one.pop("track", None)
        age = now.timestamp() - epoch(row)
        listed.append(
            {
                "hex": row["aircraft"],
                "type": "adsb_icao",
                "t": "IL76",
                "seen_pos": age,
                "seen": 0.1,
                **one,
            }
        )
    return {"now": now.timestamp() * unit, "messages": 7, key: listed}


def _text(value: Any, form: str = "{}") -> str:
    return "" if value is None else form.format(value)


def sbs_line(row: Message) -> str:
    """A line of BaseStation with all that it can carry."""
    clock = row["time"].strftime("%Y/%m/%d,%H:%M:%S.%f")[:-3]
    ground = {"ground": "-1", "air": "0", "unknown": ""}[row["ground"]]
    altitude = _text(row["altitude_ft"])
    if row["geometric_altitude_ft"] is not None and row["altitude_ft"] is None:
        altitude = f"{row['geometric_altitude_ft']}H"
    cells = [
        "MSG,3,1,1", row["aircraft"].upper(), "1", clock, clock, _text(row["callsign"], "{:8}"), altitude,
        _text(row["speed_kn"]), _text(row["track_deg"]), _text(row["latitude"]), _text(row["longitude"]),
        _text(row["climb_ft_min"]), _text(row["squawk"]), "0,0,0", ground,
    ]  # fmt: skip
    return ",".join(cells)


def opensky_row(row: Message) -> str:
    """A row of OpenSky's state vectors, in metres and m/s; the state is three seconds younger than its position."""
    cells = [
        f"{epoch(row) + 3:.0f}", row["aircraft"], _text(row["latitude"]), _text(row["longitude"]),
        _scaled(row["speed_kn"], 1852 / 3600), _text(row["track_deg"]), _scaled(row["climb_ft_min"], 0.3048 / 60),
        _text(row["callsign"], "{:8}"), str(row["ground"] == "ground"), "False", "False", _text(row["squawk"]),
        _scaled(row["altitude_ft"], 0.3048), _scaled(row["geometric_altitude_ft"], 0.3048),
        f"{epoch(row):.3f}", f"{epoch(row):.3f}",
    ]  # fmt: skip
    return ",".join(cells)


def _scaled(value: float | None, factor: float) -> str:
    return "" if value is None else repr(value * factor)


def fr24_row(row: Message) -> str:
    """A row of Flightradar24's file of one flight, which names no aircraft and has 0 ft on the ground."""
    stamp = f"{epoch(row):.0f},{row['time']:%Y-%m-%dT%H:%M:%SZ}"
    altitude = 0 if row["ground"] == "ground" else row["altitude_ft"]
    place = f'"{row["latitude"]},{row["longitude"]}"'
    cells = [stamp, _text(row["callsign"]), place]
    return ",".join(
        [*cells, *(_text(value) for value in (altitude, row["speed_kn"], row["track_deg"]))]
    )


def write_trace(rows: list[Message], path: Path, **options: Any) -> Path:
    """A trace as tar1090 serves it: gzip under a name without .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(trace(rows, **options)).encode()))
    return path


def write_plain_old_trace(rows: list[Message], path: Path) -> Path:
    """A trace of nine cells a row, as older files are."""
    path.write_text(json.dumps(trace(rows, cells=9)))
    return path


def write_snapshots(rows: list[Message], path: Path) -> Path:
    """One snapshot a line, each with one aircraft."""
    lines = [
        json.dumps(snapshot([row], datetime.fromtimestamp(epoch(row) + 2, UTC))) for row in rows
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_snapshot_of_api(rows: list[Message], path: Path) -> Path:
    """Snapshots of the API, in milliseconds."""
    lines = [
        json.dumps(
            snapshot([row], datetime.fromtimestamp(epoch(row) + 2, UTC), unit=1000, key="ac")
        )
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_sbs(rows: list[Message], path: Path) -> Path:
    """Lines of BaseStation with line ends of DOS, and one that is no message of an aircraft."""
    lines = ["STA,,5,179,400AE7,10103,2024/12/14,14:58:51.153,2024/12/14,14:58:51.153,RM"]
    path.write_text("\r\n".join([*map(sbs_line, rows), *lines]) + "\r\n", newline="")
    return path


def write_opensky(rows: list[Message], path: Path) -> Path:
    """State vectors as CSV."""
    path.write_text("\n".join([OPENSKY_HEADER, *map(opensky_row, rows)]) + "\n")
    return path


def write_opensky_parquet(rows: list[Message], path: Path) -> Path:
    """State vectors as Parquet, typed."""
    text = "\n".join([OPENSKY_HEADER, *map(opensky_row, rows)]) + "\n"
    numbers = "lat lon velocity heading vertrate baroaltitude geoaltitude lastposupdate lastcontact".split()
    kinds = dict.fromkeys(numbers, pl.Float64) | {"time": pl.Int64}
    table = pl.read_csv(text.encode(), infer_schema=False)
    flags = [(pl.col(name) == "True").alias(name) for name in ("onground", "alert", "spi")]
    table.cast(kinds).with_columns(flags).write_parquet(path)  # type: ignore[arg-type]
    return path


def write_fr24(rows: list[Message], path: Path) -> Path:
    """The file of one flight."""
    path.write_text("\n".join([FR24_HEADER, *map(fr24_row, rows)]) + "\n")
    return path


@dataclass(frozen=True)
class Writer:
    """A writer, the end of its file's name, and what its layout cannot carry."""

    write: Callable[[list[Message], Path], Path]
    suffix: str
    lost: frozenset[str] = frozenset()
    ground_known: bool = True


def _lost(*names: str) -> frozenset[str]:
    return frozenset(names)


WRITERS = {
    "trace": Writer(write_trace, ".json"),
    "old trace": Writer(write_plain_old_trace, ".json"),
    "snapshots": Writer(write_snapshots, ".json", _lost("new_leg")),
    "snapshots of the API": Writer(write_snapshot_of_api, ".jsonl", _lost("new_leg")),
    "SBS": Writer(write_sbs, ".txt", _lost("new_leg", "geometric_altitude_ft")),
    "OpenSky": Writer(write_opensky, ".csv", _lost("new_leg")),
    "OpenSky Parquet": Writer(write_opensky_parquet, ".parquet", _lost("new_leg")),
}
