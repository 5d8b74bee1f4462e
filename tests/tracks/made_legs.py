"""Legs made by hand, with the columns that the package's own have."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from made_calls import at

from forceflow.tracks import LEG_COLUMNS

__all__ = ["bridge_legs", "frame_of_legs", "leg", "shuttle"]


def leg(
    origin: str | None, took_off: str, destination: str | None, landed: str, **fields: Any
) -> dict[str, Any]:
    """One leg of an An-124, last seen on the ground 7 min before it was seen in the air, and so at its end.

    `took_off` and `landed` are the first and the last moment in the air.
    """
    lag = dt.timedelta(minutes=7)
    row = {
        "aircraft": "152e10",
        "callsign": "RFF7084",
        "type": "A124",
        "registration": "RA-82014",
        "origin": origin,
        "destination": destination,
        "took_off_after": at(took_off) - lag if origin else None,
        "took_off_by": at(took_off),
        "landed_after": at(landed),
        "landed_by": at(landed) + lag if destination else None,
        "fixes": 300,
        "longest_silence_h": 0.3,
        "begins": "ground" if origin else "record",
        "ends": "ground" if destination else "record",
        "touch_and_goes": 0,
        "source": "OpenSky Network, states.csv",
    }
    return {**row, **fields}


def frame_of_legs(*rows: dict[str, Any]) -> pl.DataFrame:
    """Legs as a frame."""
    return pl.DataFrame(list(rows), schema=LEG_COLUMNS)


def shuttle(day: str, hour: int = 4, **fields: Any) -> list[dict[str, Any]]:
    """Out from Hmeimim to al-Khadim and back on one day: 2 h in the air, 3 h on the ground at al-Khadim."""
    start = at(f"{day} {hour:02d}:00")
    moments = [f"{start + dt.timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (0, 2, 5, 7)]
    return [
        leg("OSLK", moments[0], "HL59", moments[1], **fields),
        leg("HL59", moments[2], "OSLK", moments[3], **fields),
    ]


def bridge_legs(days: int = 6) -> pl.DataFrame:
    """One An-124 and two Il-76, each out and back once a day."""
    rows = []
    for day in range(10, 10 + days):
        rows += shuttle(f"2024-12-{day}", 4)
        for number, hour in ((1, 6), (2, 9)):
            own = {
                "aircraft": f"15500{number}",
                "registration": f"RA-7800{number}",
                "type": "IL76",
                "callsign": None,
            }
            rows += shuttle(f"2024-12-{day}", hour, **own)
    return frame_of_legs(*rows)
