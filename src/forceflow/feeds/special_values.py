"""The one table of AIS values that mean "not available" or "no ship", applied whatever the decoder.

Sources: ITU-R M.1371-5, tables of messages 1, 5, 24 and 27 (recalled); the special values that decoders hand on and
that published tables keep were seen by running them (pyais 3.3.1, gpsdecode 3.22) or read in their files.

=================  =========================================  =================================
column             not available                              kept, as a floor
=================  =========================================  =================================
latitude           91, or beyond 90: the whole position
longitude          181, or beyond 180: the whole position
speed_kn           102.3; below 0; 63 in a long-range report  102.2 means that or more
course_deg         360, 511; below 0
heading_deg        511; 360 and above; below 0
draught_m          0; below 0; above 25.5                     25.5 means that or more
length_m, beam_m   0; above 1022 and 126                      1022 and 126 mean that or more
ship_type          0; above 99
imo                0; not of seven digits
status             15
eta                month 0, day 0, hour 24, minute 60         what of it is given
texts              blank; what follows an "@"; "Unknown", "Undefined", "Unknown value"
=================  =========================================  =================================

A value that AIS cannot carry is taken as not available and not as an error: receivers and people make them every day.
What makes a whole table wrong (degrees swapped, draughts in tenths) is an error in `read_ais`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from ..blanks import BLANK_WORDS
from .columns import COLUMNS

__all__ = [
    "DEEPEST_SENT_M",
    "NO_NUMBER_WORDS",
    "NO_TEXT_WORDS",
    "STATUS_WORDS",
    "clean_texts",
    "clear_special_values",
    "eta_text",
    "no_ship",
    "off_earth",
]

NO_TEXT_WORDS: Final = (
    "",
    "unknown",
    "undefined",
    "unknown value",
    "null",
    "nan",
    "none",
    "<na>",
)
"""Texts, in lower case, that stand where a name, a callsign or a destination is not known."""

NO_NUMBER_WORDS: Final = BLANK_WORDS | set(NO_TEXT_WORDS)
"""Texts, in lower case, that stand where a number is not known."""

STATUS_WORDS: Final[dict[int, str | None]] = {
    0: "Under way using engine",
    1: "At anchor",
    2: "Not under command",
    3: "Restricted maneuverability",
    4: "Constrained by her draught",
    5: "Moored",
    6: "Aground",
    7: "Engaged in fishing",
    8: "Under way sailing",
    9: "Reserved (9)",
    10: "Reserved (10)",
    11: "Power-driven vessel towing astern",
    12: "Power-driven vessel pushing ahead or towing alongside",
    13: "Reserved (13)",
    14: "AIS-SART",
    15: None,
}
"""Words of a navigational status by its code (ITU-R M.1371-5, table 48, recalled)."""

DEEPEST_SENT_M: Final = 25.55
"""25.5 m is the deepest draught that AIS can send, and means that or more; half of a last digit is added."""

# From above `low` up to and with `high`; the half of a last digit is added, as tables of floats are not exact.
_ABOVE_AND_UP_TO: Final = {
    "draught_m": (0.0, DEEPEST_SENT_M),
    "length_m": (0.0, 1022.5),
    "beam_m": (0.0, 126.5),
}
_FROM_AND_BELOW: Final = {
    "speed_kn": (0.0, 102.25),
    "course_deg": (0.0, 359.95),
    "heading_deg": (0.0, 359.95),
    "ship_type": (1, 100),
    "imo": (1_000_000, 10_000_000),
}

# First digits of an MMSI that are no ship's (ITU-R M.585, recalled): 00 coast stations, 0 groups, 111 SAR aircraft,
# 970 search and rescue transmitters, 972 man overboard, 974 distress beacons, 98 craft of a parent ship, 99 aids.
_STATIONS: Final = (
    (0, 10_000_000, "base stations (MMSI 00...)"),
    (10_000_000, 100_000_000, "groups of ships (MMSI 0...)"),
    (111_000_000, 112_000_000, "SAR aircraft (MMSI 111...)"),
    (970_000_000, 971_000_000, "SAR transmitters (MMSI 970...)"),
    (972_000_000, 973_000_000, "man-overboard devices (MMSI 972...)"),
    (974_000_000, 975_000_000, "distress beacons (MMSI 974...)"),
    (980_000_000, 990_000_000, "craft of a parent ship (MMSI 98...)"),
    (990_000_000, 1_000_000_000, "aids to navigation (MMSI 99...)"),
)
_TEXTS: Final = ("name", "callsign", "destination", "eta")


def clear_special_values(frame: pl.DataFrame, *, long_range: bool = False) -> pl.DataFrame:
    """A table of messages with nulls for special values, its columns in the types of `COLUMNS`.

    Parameters
    ----------
    frame
        Any of the columns of `COLUMNS`, in their units, as a decoder hands them on: numbers of any type, and texts.
    long_range
        The messages are long-range reports (message 27), where a speed of 63 kn is not available.

    Examples
    --------
    >>> decoded = pl.DataFrame({"draught_m": [0.0, 6.5, 25.5], "speed_kn": [102.3, 63.0, 0.0]})
    >>> clear_special_values(decoded).rows()
    [(None, None), (6.5, 63.0), (25.5, 0.0)]
    """
    names = frame.columns
    cleaned: list[pl.Expr | pl.Series] = [
        *_clean_numbers(names, long_range),
        *_clean_position(names),
    ]
    cleaned += [clean_texts(frame[name]) for name in _TEXTS if _is_of_texts(frame, name)]
    frame = frame.with_columns(cleaned)
    return frame.cast({name: kind for name, kind in COLUMNS.items() if name in names})


def _is_of_texts(frame: pl.DataFrame, name: str) -> bool:
    """Whether a column is there and not all null."""
    return name in frame.columns and frame[name].null_count() < frame.height


def _clean_numbers(names: Iterable[str], long_range: bool) -> list[pl.Expr]:
    """Numbers with nulls outside of what AIS can carry."""
    cleaned = []
    for name in names:
        value = pl.col(name)
        if name in _ABOVE_AND_UP_TO:
            low, high = _ABOVE_AND_UP_TO[name]
            cleaned.append(pl.when((value > low) & (value <= high)).then(value).alias(name))
        elif name in _FROM_AND_BELOW:
            low, high = _FROM_AND_BELOW[name]
            wanted = (value >= low) & (value < high)
            if long_range and name == "speed_kn":
                wanted &= value != 63
            cleaned.append(pl.when(wanted).then(value).alias(name))
    return cleaned


def _clean_position(names: Iterable[str]) -> list[pl.Expr]:
    """Both coordinates, or neither."""
    if "latitude" not in names or "longitude" not in names:
        return []
    latitude, longitude = pl.col("latitude"), pl.col("longitude")
    on_earth = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    return [
        pl.when(on_earth).then(latitude).alias("latitude"),
        pl.when(on_earth).then(longitude).alias("longitude"),
    ]


def eta_text(month: int, day: int, hour: int, minute: int) -> str | None:
    """The estimated time of arrival as "12-31 18:30", as far as it was given; None without month and day.

    AIS gives no year. Month 0, day 0, hour 24 and minute 60 mean "not available"; what lies beyond them is sent too and
    means as little.

    Examples
    --------
    >>> eta_text(2, 3, 4, 10), eta_text(2, 3, 24, 60), eta_text(0, 3, 4, 10)
    ('02-03 04:10', '02-03', None)
    """
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    text = f"{month:02d}-{day:02d}"
    if not 0 <= hour <= 23:
        return text
    if not 0 <= minute <= 59:
        return f"{text} {hour:02d}"
    return f"{text} {hour:02d}:{minute:02d}"


def off_earth() -> pl.Expr:
    """Whether a position lies off the earth without being the special one (91, 181)."""
    latitude, longitude = pl.col("latitude").abs(), pl.col("longitude").abs()
    special = (latitude == 91) | (longitude == 181)
    return ((latitude > 90) | (longitude > 180)) & ~special


def clean_texts(texts: pl.Series) -> pl.Series:
    """Texts without padding; null where they say nothing."""
    # A ship sends the same few texts all day: each is read once, which takes a tenth of the time.
    kinds = texts.unique().drop_nulls()
    # AIS fills a text of fixed length with "@"; what follows the first is no part of it.
    short = kinds.str.split_exact("@", 1).struct.field("field_0").str.strip_chars()
    clean = short.set(short.str.to_lowercase().is_in(NO_TEXT_WORDS), None)
    changed = clean.ne_missing(kinds)
    if not changed.any():
        return texts
    return texts.replace(kinds.filter(changed), clean.filter(changed))


def no_ship() -> pl.Expr:
    """What kind of station the MMSI in `ship` is of, null for a ship's."""
    ship = pl.col("ship")
    kind = pl.lit(None, dtype=pl.String)
    for first, behind, words in _STATIONS:
        kind = pl.when((ship >= first) & (ship < behind)).then(pl.lit(words)).otherwise(kind)
    beyond = (ship < 0) | (ship >= 1_000_000_000)
    return pl.when(beyond).then(pl.lit("numbers that are no MMSI")).otherwise(kind)
