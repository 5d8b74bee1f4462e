"""Columns of a table of aircraft's messages inside forceflow, whatever the file called them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from .columns import TIME

__all__ = ["AIRCRAFT_COLUMNS", "GROUND", "NOT_ICAO", "aircraft_in_order", "empty_aircraft_batch"]

GROUND: Final = ("unknown", "air", "ground")
"""Whether an aircraft says that it is on the ground; "unknown" where the source does not say."""

NOT_ICAO: Final = 1 << 24
"""Added to addresses that are no ICAO addresses (TIS-B, ADS-R, anonymous); as text they begin with "~"."""

AIRCRAFT_COLUMNS: Final[dict[str, pl.DataType]] = {
    "aircraft": pl.Int64(),
    "time": TIME,
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "altitude_ft": pl.Float32(),
    "geometric_altitude_ft": pl.Float32(),
    "ground": pl.Enum(GROUND),
    "speed_kn": pl.Float32(),
    "track_deg": pl.Float32(),
    "climb_ft_min": pl.Float32(),
    "new_leg": pl.Boolean(),
    "callsign": pl.String(),
    "squawk": pl.String(),
    "type": pl.String(),
    "registration": pl.String(),
}
"""Column and type of every message; a null is "not available".

- `aircraft`: the 24-bit address as a number, plus `NOT_ICAO` where it is none; public tables show it as text.
- `altitude_ft`: pressure altitude (1013.25 hPa), null on the ground; `geometric_altitude_ft`: above the ellipsoid.
- `speed_kn`, `track_deg`: over the ground, true.
- `new_leg`: the source itself says that a flight begins here; null where the source marks none.
- `callsign`: without padding, null where blank; `squawk`: four digits as text; `type`: ICAO type designator.
"""


def aircraft_in_order(columns: Collection[str] | None) -> list[str]:
    """The columns wanted, `aircraft` and `time` always, in the order of `AIRCRAFT_COLUMNS`; all for None."""
    if columns is None:
        return list(AIRCRAFT_COLUMNS)
    return [name for name in AIRCRAFT_COLUMNS if name in ("aircraft", "time") or name in columns]


def empty_aircraft_batch(columns: Collection[str] | None = None) -> pl.DataFrame:
    """A table of no messages."""
    return pl.DataFrame(
        schema={name: AIRCRAFT_COLUMNS[name] for name in aircraft_in_order(columns)}
    )
