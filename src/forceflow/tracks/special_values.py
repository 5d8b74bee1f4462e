"""Values of AIS that mean "not available", turned into nulls; one table for every layout and decoder.

Decoders and tables hand them on as numbers: a draught of 0.0 m, a speed of 102.3 kn, a latitude of 91 degrees.
"""

from __future__ import annotations

import polars as pl

__all__ = ["clear_special_values", "eta_text"]

_TEXT_COLUMNS = ("name", "callsign", "destination")
_PADDING = "@"
# Half a step above the last true value, so that 102.2 read as a 32-bit float is kept and 102.3 is not.
_SPEED_ABOVE_KN = 102.25
_FULL_CIRCLE_DEG = 360.0


def clear_special_values(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with null where AIS says "not available"; columns that it does not have are no matter.

    A draught of 25.5 m ("25.5 or more") and a speed of 102.2 kn ("102.2 or more") are kept. A latitude or longitude
    that is none takes the other with it.
    """
    found = set(frame.columns)
    changes = [*_cleared_numbers(found), *_cleared_texts(found)]
    if {"latitude", "longitude"} <= found:
        changes += _cleared_positions()
    return frame.with_columns(changes)


def eta_text(month: int, day: int, hour: int, minute: int) -> str | None:
    """The expected time of arrival as "MM-DD HH:MM", as far as it was given; null without month and day.

    AIS gives no year. Month 0, day 0, hour 24 and minute 60 mean "not available"; months 13 to 15, hours 25 to 31
    and minutes 61 to 63, which the bits allow and ships send, are read the same way.
    """
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    text = f"{month:02d}-{day:02d}"
    if not 0 <= hour <= 23:
        return text
    if not 0 <= minute <= 59:
        return f"{text} {hour:02d}"
    return f"{text} {hour:02d}:{minute:02d}"


def _cleared_numbers(found: set[str]) -> list[pl.Expr]:
    ranges = {
        "speed_kn": pl.col("speed_kn").is_between(0, _SPEED_ABOVE_KN),
        "course_deg": pl.col("course_deg").is_between(0, _FULL_CIRCLE_DEG, closed="left"),
        "heading_deg": pl.col("heading_deg").is_between(0, _FULL_CIRCLE_DEG, closed="left"),
        "draught_m": pl.col("draught_m") > 0,
        "imo": pl.col("imo") > 0,
        "ship_type": pl.col("ship_type") > 0,
        "length_m": pl.col("length_m") > 0,
        "beam_m": pl.col("beam_m") > 0,
    }
    return [pl.when(holds).then(pl.col(name)) for name, holds in ranges.items() if name in found]


def _cleared_texts(found: set[str]) -> list[pl.Expr]:
    changes = []
    for name in _TEXT_COLUMNS:
        if name in found:
            # Six-bit text ends at its first "@"; what follows is filling.
            text = pl.col(name).str.split(_PADDING).list.first().str.strip_chars()
            changes.append(pl.when(text.str.len_bytes() > 0).then(text).alias(name))
    return changes


def _cleared_positions() -> list[pl.Expr]:
    on_earth = pl.col("latitude").is_between(-90, 90) & pl.col("longitude").is_between(-180, 180)
    return [pl.when(on_earth).then(pl.col(name)) for name in ("latitude", "longitude")]
