"""Which layout a file or a table has, by its header or its first lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..errors import TracksError
from .layout import Layout
from .layouts import LAYOUTS
from .line_blocks import Dialect

__all__ = ["TextForm", "is_json", "is_nmea", "layout_of_columns", "named_layout", "text_form"]

_SEPARATORS: Final = (",", ";", "\t", "|")
_SENTENCE: Final = re.compile(
    rb"^(?:\\[^\\]*\\|\$?\d{9,16}[\s,;:]+|[\d:.TZ /-]+\s+)?[!$](?:AI|AB|BS|SA|AN|AD|AR|AS|AT|AX)VD[MO],"
)
_DATE: Final = re.compile(r"^\d\d[/-]\d\d[/-]\d{4}[ T]\d\d[:.]\d\d")

_USUAL: Final = {
    "ship": ("mmsi", "userid", "vessel_id", "ship", "ship_id"),
    "time": (
        "time",
        "timestamp",
        "datetime",
        "date_time",
        "basedatetime",
        "base_date_time",
        "date_time_utc",
        "t",
        "dt_pos_utc",
    ),
    "latitude": ("lat", "latitude", "y", "lat_deg"),
    "longitude": ("lon", "lng", "long", "longitude", "x", "lon_deg"),
    "speed_kn": ("sog", "speed", "speed_kn"),
    "course_deg": ("cog", "course"),
    "heading_deg": ("heading", "true_heading", "hdg"),
    "draught_m": ("draught", "draft"),
    "name": ("name", "shipname", "vessel_name", "vesselname"),
    "imo": ("imo", "imo_nr"),
    "aircraft": ("hex", "icao", "icao24", "mode_s", "address", "aircraft"),
    "altitude_ft": ("altitude", "alt", "alt_baro", "altitude_ft"),
    "callsign": ("callsign", "flight"),
}
"""Names that columns often have, for the hint in an error; nothing is read by them."""


_OF_OTHERS: Final = {
    "ship": ("aircraft", "altitude_ft", "callsign"),
    "aircraft": ("ship", "course_deg", "heading_deg", "draught_m", "name", "imo"),
}


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is read: its layout, its cells, and the bytes before its first row."""

    layout: Layout
    dialect: Dialect
    skip: int
    first_line: int


def is_nmea(head: bytes) -> bool:
    """Whether a file holds sentences, plain or after a tag block or a time."""
    lines = [line.strip() for line in head[:8192].splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(b"#")]
    return any(_SENTENCE.match(line) for line in lines[:20])


def is_json(head: bytes) -> bool:
    """Whether a file holds JSON."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def named_layout(layout: str | Layout, known: Mapping[str, Layout] = LAYOUTS) -> Layout:
    """A layout by its name.

    Raises
    ------
    TracksError
        There is none of that name.
    """
    if isinstance(layout, Layout):
        return layout
    if layout not in known:
        more = " and nmea" if known is LAYOUTS else ""
        kind = type(next(iter(known.values()))).__name__
        raise TracksError(
            f"unknown layout {layout!r}; there are auto, {', '.join(known)}{more}, or give a ff.tracks.{kind}"
        )
    return known[layout]


def text_form(
    head: bytes, label: str, layout: str | Layout, known: Mapping[str, Layout] = LAYOUTS
) -> TextForm:
    """How a text file is read.

    Raises
    ------
    TracksError
        The header is of no known layout, or not of the one that was given.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TracksError(f"{label}: the text is UTF-16; save it as UTF-8")
    skip, number, line = _first_line(head, label)
    if layout == "auto":
        return _recognised(line, label, skip, number, known)
    wanted = named_layout(layout, known)
    if wanted.names:
        return _without_header(wanted, line, label, skip - len(line), number)
    names = _split_header(line.decode("utf-8", "replace"), wanted.separator)
    if not wanted.fits(names):
        raise TracksError(f"{label}: {_misfit(wanted, names, line.decode('utf-8', 'replace'))}")
    return TextForm(wanted, Dialect(_unlike(names), wanted.separator), skip, number + 1)


def _first_line(head: bytes, label: str) -> tuple[int, int, bytes]:
    """Bytes up to the end of the first line that is not blank, its number from 1, and its bytes."""
    begin = len(b"\xef\xbb\xbf") if head.startswith(b"\xef\xbb\xbf") else 0
    for number, line in enumerate(head[begin:].splitlines(keepends=True), start=1):
        begin += len(line)
        if line.strip():
            return begin, number, line
    raise TracksError(f"{label}: the file is empty")


def _split_header(line: str, separator: str) -> list[str]:
    """Cells of one line, without quotes."""
    cells = next(csv.reader([line.strip("\r\n")], delimiter=separator), [])
    return [cell.strip().strip('"').strip() for cell in cells]


def _unlike(names: list[str]) -> tuple[str, ...]:
    """The names, with a number behind each that stood before."""
    seen: dict[str, int] = {}
    unlike = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unlike.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unlike)


def _recognised(
    line: bytes, label: str, skip: int, number: int, known: Mapping[str, Layout]
) -> TextForm:
    """The form of a file by its first line."""
    text = line.decode("utf-8", "replace")
    for separator in _SEPARATORS:
        names = _split_header(text, separator)
        for layout in known.values():
            if not layout.names and len(names) > 1 and layout.fits(names):
                fitting = _with_separator(layout, separator, known)
                return TextForm(fitting, Dialect(_unlike(names), separator), skip, number + 1)
    if _DATE.match(text.strip('"')):
        for layout in known.values():
            if layout.names and len(_split_header(text, layout.separator)) >= len(layout.names):
                return _without_header(layout, line, label, skip - len(line), number)
    raise TracksError(f"{label}: {_unknown_header(text, known)}")


def _with_separator(layout: Layout, separator: str, known: Mapping[str, Layout]) -> Layout:
    """The layout, or its sister with this separator (the Danish one changed commas for semicolons)."""
    if layout.separator == separator:
        return layout
    for sister in known.values():
        if sister.columns == layout.columns and sister.separator == separator and not sister.names:
            return sister
    return replace(layout, separator=separator)


def _without_header(layout: Layout, line: bytes, label: str, skip: int, number: int) -> TextForm:
    """The form of a file whose first line is a row."""
    text = line.decode("utf-8", "replace")
    cells = len(_split_header(text, layout.separator))
    wanted = len(layout.names)
    if cells < wanted:
        raise TracksError(
            f"{label}: the first line has {cells} cells when it is cut at {layout.separator!r}, but layout "
            f"{layout.name!r} has {wanted}{_other_separator(text, layout.separator)}"
        )
    names = (*layout.names, *(f"column {place + 1}" for place in range(wanted, cells)))
    return TextForm(layout, Dialect(names, layout.separator), skip, number)


def layout_of_columns(
    names: Iterable[str], label: str, layout: str | Layout, known: Mapping[str, Layout] = LAYOUTS
) -> Layout:
    """The layout of a table with these columns.

    Raises
    ------
    TracksError
        They are of no known layout, or not of the one that was given.
    """
    names = list(names)
    if layout != "auto":
        wanted = named_layout(layout, known)
        if not wanted.fits(names):
            raise TracksError(f"{label}: {_misfit(wanted, names, '')}")
        return wanted
    for one in known.values():
        if one.fits(names):
            return one
    raise TracksError(f"{label}: {_unknown_columns(names, known)}")


def _misfit(layout: Layout, names: list[str], line: str) -> str:
    """Why a header is not of a layout."""
    lacking = layout.missing(names)
    message = f"layout {layout.name!r} needs the columns {', '.join(lacking)}"
    if not lacking:
        message = f"layout {layout.name!r} has one of the columns {', '.join(layout.marks)}"
    return f"{message}, but the columns are {', '.join(names)}{_other_separator(line, layout.separator)}"


def _other_separator(line: str, separator: str) -> str:
    """A hint where another character cuts a line into more cells."""
    counts = {other: line.count(other) for other in _SEPARATORS}
    best = max(counts, key=lambda other: counts[other])
    if best == separator or counts[best] <= counts.get(separator, 0):
        return ""
    return (
        f"; cut at {best!r} the line has {counts[best] + 1} cells: give a Layout with separator={best!r}, "
        "or layout='auto'"
    )


def _unknown_header(line: str, known: Mapping[str, Layout]) -> str:
    """What to say of a header of no known layout."""
    separator = max(_SEPARATORS, key=line.count)
    return _unknown_columns(_split_header(line, separator), known, separator)


def _unknown_columns(names: list[str], known: Mapping[str, Layout], separator: str = ",") -> str:
    """What to say of columns of no known layout: the nearest one, and how to write one's own."""
    nearest = max(known.values(), key=lambda layout: _likeness(layout.columns, names))
    lacking = nearest.missing(names) or nearest.marks
    guess = _guessed_columns(names, nearest.KEY)
    own = f"ff.tracks.{type(nearest).__name__}(name='mine', columns={guess!r}"
    if separator != ",":
        own += f", separator={separator!r}"
    return (
        f"the columns are of no known layout: {', '.join(names)}. The nearest is {nearest.name!r}, which also has "
        f"{', '.join(lacking)}. Say what the columns hold: layout={own})"
    )


def _likeness(columns: Mapping[str, str], names: list[str]) -> int:
    """How many of the names a layout knows; one in another spelling counts a third."""
    known = {name.casefold() for name in columns}
    return sum(2 * (name in columns) + (name.casefold() in known) for name in names)


def _guessed_columns(names: list[str], key: str) -> dict[str, str]:
    """A mapping that may be right, to be looked at and mended."""
    guess: dict[str, str] = {}
    for name in names:
        for ours, usual in _USUAL.items():
            if (
                name.casefold() in usual
                and ours not in guess.values()
                and ours not in _OF_OTHERS[key]
            ):
                guess[name] = ours
    for ours in (key, "time"):
        if ours not in guess.values():
            guess["..."] = ours
    return guess
