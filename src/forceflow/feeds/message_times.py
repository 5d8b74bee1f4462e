"""Times of messages, as UTC: from moments, epochs and texts; the order of day and month is never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from .cells import read_numbers, text_of
from .columns import TIME
from .layout import Layout
from .origin import Origin
from .special_values import NO_TEXT_WORDS

__all__ = ["evidence_of_order", "has_orders", "ordered_formats", "read_times"]

_EPOCHS: Final = {"epoch_s": 1e6, "epoch_ms": 1e3, "epoch_us": 1.0, "epoch_ns": 1e-3}
_OFFSET: Final = r"(?:Z|z|[+-]\d\d:?\d\d)$"
_PARTS: Final = r"^\s*\"?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_TAILS: Final = (" %H:%M:%S%.f", " %H:%M", " %H.%M.%S", " %H.%M", "T%H:%M:%S%.f")

# Before 1980 nothing was AIS; smaller numbers are seconds of a minute or rows.
_FIRST_EPOCH_S: Final = 315_532_800.0


def read_times(column: pl.Series, layout: Layout, origin: Origin) -> pl.Series:
    """Moments in UTC, null where the cell is blank.

    Raises
    ------
    TracksError
        A cell is no time in the layout's formats, or the column holds days without times.
    """
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        return _moments(column, kind)
    if kind == pl.Date:
        raise origin.fault("the cells are days without a time of day", column=column.name)
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return _times_of_texts(text_of(column), layout, origin)
    return _times_of_numbers(read_numbers(column, origin), layout, origin)


def _moments(column: pl.Series, kind: pl.Datetime) -> pl.Series:
    """Moments of any unit and zone; one without a zone is in UTC."""
    if kind.time_zone is None:
        return column.dt.cast_time_unit("us").dt.replace_time_zone("UTC")
    return column.dt.cast_time_unit("us").dt.convert_time_zone("UTC")


def _times_of_numbers(values: pl.Series, layout: Layout, origin: Origin) -> pl.Series:
    """Moments from the time since 1970."""
    formats = layout.time_formats or ("epoch",)
    words = [word for word in formats if word.startswith("epoch")]
    if not words:
        words = ["epoch"]
    if words[0] in _EPOCHS:
        microseconds = values * _EPOCHS[words[0]]
    else:
        microseconds = _sized(values)
    rounded = microseconds.round(0)
    return rounded.cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _sized(values: pl.Series) -> pl.Series:
    """Microseconds from seconds, milli-, micro- or nanoseconds, told by size; null before 1980."""
    value = pl.col(values.name)
    sized = (
        pl.when(value < _FIRST_EPOCH_S)
        .then(None)
        .when(value < 1e11)
        .then(value * 1e6)
        .when(value < 1e14)
        .then(value * 1e3)
        .when(value < 1e17)
        .then(value)
        .otherwise(value / 1e3)
    )
    return values.to_frame().select(sized.cast(pl.Float64)).to_series()


def _times_of_texts(texts: pl.Series, layout: Layout, origin: Origin) -> pl.Series:
    """Moments from texts, each in the first format that reads it."""
    moments = pl.Series(texts.name, [None], dtype=TIME).new_from_index(0, len(texts))
    formats = layout.time_formats or ("iso",)
    for pattern in formats:
        if moments.null_count() == texts.null_count():
            return moments
        found = _with_format(texts, pattern, origin)
        moments = (
            found
            if moments.null_count() == len(moments)
            else moments.zip_with(moments.is_not_null(), found)
        )
    _refuse_unread(texts, moments, layout, origin)
    return moments


def _with_format(texts: pl.Series, pattern: str, origin: Origin) -> pl.Series:
    """Moments of the cells that have this format."""
    if pattern == "iso":
        return _iso(texts)
    if pattern.startswith("epoch"):
        numbers = texts.cast(pl.Float64, strict=False)
        layout = Layout(name="", columns={"": "ship", " ": "time"}, time_format=pattern)
        return _times_of_numbers(numbers, layout, origin)
    kind = pl.Datetime("us")
    if "%z" in pattern:
        return texts.str.strptime(TIME, pattern, strict=False)
    return texts.str.strptime(kind, pattern, strict=False).dt.replace_time_zone("UTC")


def _iso(texts: pl.Series) -> pl.Series:
    """Moments as ISO 8601 writes them, with T or a blank, fractions and offset."""
    plain = texts.str.strptime(pl.Datetime("us"), "%Y-%m-%dT%H:%M:%S%.f", strict=False)
    for pattern in ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        if plain.null_count() == texts.null_count():
            break
        plain = plain.fill_null(texts.str.strptime(pl.Datetime("us"), pattern, strict=False))
    moments = plain.dt.replace_time_zone("UTC")
    if moments.null_count() == texts.null_count() or not texts.str.contains(_OFFSET).any():
        return moments
    offset = texts.str.replace("T", " ", literal=True).str.replace(r"[Zz]$", "+0000")
    for pattern in ("%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%d %H:%M%z", "%Y-%m-%d %H:%M:%S%.f %z"):
        moments = moments.fill_null(offset.str.strptime(TIME, pattern, strict=False))
    return moments


def _refuse_unread(texts: pl.Series, moments: pl.Series, layout: Layout, origin: Origin) -> None:
    """An error for the first cell that is no time and not blank."""
    unread = moments.is_null() & texts.is_not_null()
    if not unread.any():
        return
    blank = texts.str.strip_chars(' "').str.to_lowercase().is_in(NO_TEXT_WORDS)
    unread &= ~blank.fill_null(False)
    row = unread.arg_max()
    if row is None or not unread[row]:
        return
    cell = texts[row]
    raise origin.fault(
        f"{cell!r} is no time {_wanted(layout)}{_order_hint(texts, row, layout)}",
        row=row,
        column=texts.name,
    )


def _wanted(layout: Layout) -> str:
    """What the times of a layout look like."""
    formats = layout.time_formats
    if not formats:
        return "such as 2025-02-01 04:10:00"
    return f"of layout {layout.name!r}, which has {formats[0]!r}"


def _order_hint(texts: pl.Series, row: int, layout: Layout) -> str:
    """What to do about a file whose days and months stand the other way round."""
    parts = pl.Series([texts[row]]).str.extract_groups(_PARTS).struct.unnest()
    first, second = (parts[name].cast(pl.Int64)[0] for name in parts.columns[:2])
    if first is None or not layout.time_formats:
        return ""
    is_day_first = layout.time_formats[0].startswith("%d")
    if is_day_first and first <= 12 < second:
        return (
            "; here the month stands first: give dayfirst=False, and be sure that all rows are so"
        )
    if not is_day_first and second <= 12 < first:
        return "; here the day stands first: give dayfirst=True, and be sure that all rows are so"
    return ""


def evidence_of_order(texts: Iterable[pl.Series]) -> bool | None:
    """Whether the day stands first in times such as 12/08/2024, None where no cell makes it certain.

    Cells that contradict each other are no matter of this function: one of them then has no format.
    """
    for column in texts:
        parts = column.drop_nulls().unique().str.extract_groups(_PARTS).struct.unnest()
        first, second = (parts[name].cast(pl.Int64) for name in parts.columns[:2])
        if (first > 12).any():
            return True
        if (second > 12).any():
            return False
    return None


def has_orders(texts: pl.Series) -> bool:
    """Whether times are written with day, month and year in an order that differs by country."""
    return bool(texts.str.contains(_PARTS).any())


def ordered_formats(layout: Layout, *, dayfirst: bool) -> Layout:
    """The layout with day and month in the order given."""
    if layout.time_formats:
        formats = tuple(_turned(pattern, dayfirst) for pattern in layout.time_formats)
        return replace(layout, time_format=formats)
    dates = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
    if not dayfirst:
        dates = ["%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"]
    formats = tuple(date + tail for date in dates for tail in _TAILS)
    return replace(layout, time_format=(*formats, "iso"))


def _turned(pattern: str, dayfirst: bool) -> str:
    """A format with day and month in the order given."""
    day, month = pattern.find("%d"), pattern.find("%m")
    is_day_first = day < month
    if (
        min(day, month) < 0
        or max(day, month) > max(pattern.find("%Y"), 0)
        or is_day_first == dayfirst
    ):
        return pattern
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
