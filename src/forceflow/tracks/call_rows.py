"""Port calls as the rows of any frame give them: checked column by column, one value each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from ..errors import FrameError, nearest
from ..evidence.tables.native_frames import table_of, with_nearest
from .columns import TIME

__all__ = ["Call", "Crossing", "read_calls"]

_NEEDED = ("ship", "name", "place", "kind", "arrived_after", "arrived_by", "left_after", "left_by")
_TIMES = ("arrived_after", "arrived_by", "left_after", "left_by", "draught_in_at", "draught_out_at")
_NUMBERS = (
    "draught_in_m",
    "draught_out_m",
    "length_m",
    "beam_m",
    "ship_type",
    "longest_silence_after_h",
)
_TEXTS = ("ship", "name", "place", "kind", "imo", "passages_after", "source", "notes")
_KINDS = ("berth", "anchorage")
_CROSSING = re.compile(r"([\w-]+) (\S+Z)/(\S+Z)")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A passage that a ship was seen in: its id, the first moment and the last."""

    passage: str
    start: dt.datetime
    stop: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One row of `port_calls`; what the frame does not say is None, or "" of a text."""

    row: int
    ship: str
    name: str
    place: str
    kind: str
    arrived_after: dt.datetime | None
    arrived_by: dt.datetime
    left_after: dt.datetime
    left_by: dt.datetime | None
    draught_in_at: dt.datetime | None
    draught_out_at: dt.datetime | None
    draught_in_m: float | None
    draught_out_m: float | None
    length_m: float | None
    beam_m: float | None
    ship_type: float | None
    longest_silence_after_h: float | None
    imo: str
    passages_after: str
    crossings: tuple[Crossing, ...]
    source: str
    notes: str

    @property
    def last_moment(self) -> dt.datetime:
        """The last moment of the record that the row speaks of."""
        known = (self.left_after, self.left_by, self.draught_out_at)
        return max(moment for moment in known if moment is not None)


def read_calls(frame: Any) -> list[Call]:
    """The rows of a frame of port calls, by ship and time.

    Parameters
    ----------
    frame
        As `port_calls` returns it, of any library; further columns are left alone, and those beyond the public ones may
        be missing.

    Raises
    ------
    FrameError
        It is no frame, a column is missing or of another kind, or a row is wrong; the message names it.
    """
    table = table_of(frame)
    _check_columns(table.columns)
    known = [name for name in (*_TEXTS, *_TIMES, *_NUMBERS) if name in table.columns]
    plain = table.select(known).to_polars()
    columns = [_typed_column(plain[name]) for name in known]
    calls = [_read_row(row, cells) for row, cells in enumerate(_rows_of(columns))]
    calls.sort(key=lambda call: (call.ship, call.arrived_by, call.left_after, call.row))
    return calls


def _check_columns(found: list[str]) -> None:
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        hints = [with_nearest(name, nearest(name, found)) for name in missing]
        raise FrameError(
            f"the port calls lack the columns {', '.join(hints)}; give the frame that port_calls returns"
        )


def _rows_of(columns: list[pl.Series]) -> Iterator[dict[str, Any]]:
    return pl.DataFrame(columns).iter_rows(named=True)


def _typed_column(series: pl.Series) -> pl.Series:
    """A column in the type that is wanted of it."""
    if series.name in _TIMES:
        return _moments_of(series)
    if series.name in _NUMBERS:
        return _numbers_of(series)
    if series.name in ("ship", "imo") and series.dtype.is_numeric():
        return _digits_of(series)
    if series.dtype in (pl.Categorical, pl.Enum):
        return series.cast(pl.String)
    return _of_type(series, pl.String, "texts")


def _digits_of(series: pl.Series) -> pl.Series:
    """Ships' numbers as text; a CSV file read by inference has them as numbers, and as floats where some are blank."""
    whole = series.cast(pl.Float64).fill_nan(None).cast(pl.Int64, strict=False)
    wrong = (whole.cast(pl.Float64) != series).arg_true()
    if len(wrong):
        row = wrong[0]
        raise FrameError(
            f"port calls, row {row}, column {series.name!r}: a whole number was wanted, got {series[row]!r}"
        )
    return whole.cast(pl.String)


def _moments_of(series: pl.Series) -> pl.Series:
    """Moments in UTC; texts are read as ISO 8601 with a zone, as a CSV file has them."""
    if series.dtype == pl.String:
        return _cast_cells(series, _read_moments, "a moment with its zone, 2025-01-27T21:40Z")
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
        raise FrameError(
            f"port calls, column {series.name!r}: the moments have no time zone; give UTC"
        )
    if isinstance(series.dtype, pl.Datetime):
        return series.dt.convert_time_zone("UTC").cast(TIME)
    return _of_type(series, TIME, "moments in UTC")


def _read_moments(series: pl.Series) -> pl.Series:
    # polars reads a text without a zone as UTC too, which would be a guess.
    has_zone = series.str.contains(r"(Z|[+-]\d\d:?\d\d)$")
    minutes = series.str.replace(r"T(\d\d:\d\d)(Z|[+-])", "T$1:00$2").str.replace(" ", "T")
    read = minutes.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    blank = pl.Series(series.name, [None] * len(series), TIME)
    return read.zip_with(has_zone.fill_null(False), blank)


def _numbers_of(series: pl.Series) -> pl.Series:
    if series.dtype == pl.String:
        return _cast_cells(series, lambda texts: texts.cast(pl.Float64, strict=False), "a number")
    if series.dtype.is_numeric():
        return series.cast(pl.Float64).fill_nan(None)
    return _of_type(series, pl.Float64, "numbers")


def _cast_cells(
    series: pl.Series, read: Callable[[pl.Series], pl.Series], wanted: str
) -> pl.Series:
    """A column of texts as something else; the first that is none is named."""
    texts = series.str.strip_chars().replace("", None)
    made = read(texts)
    wrong = (made.is_null() & texts.is_not_null()).arg_true()
    if len(wrong):
        row = wrong[0]
        raise FrameError(
            f"port calls, row {row}, column {series.name!r}: {wanted} was wanted, got {series[row]!r}"
        )
    return made


def _of_type(series: pl.Series, wanted: Any, words: str) -> pl.Series:
    """A column that has the type wanted, or nothing in it."""
    if series.dtype == wanted:
        return series
    if series.null_count() == len(series):
        return pl.Series(series.name, [None] * len(series), wanted)
    raise FrameError(
        f"port calls, column {series.name!r}: {words} were wanted, got {series.dtype} ({series.drop_nulls()[0]!r:.40})"
    )


def _read_row(row: int, cells: dict[str, Any]) -> Call:
    """The call of a row."""
    values: dict[str, Any] = {name: cells.get(name) for name in (*_TIMES, *_NUMBERS)}
    values.update({name: (cells.get(name) or "").strip() for name in _TEXTS})
    for name in ("ship", "place", "kind", "arrived_by", "left_after"):
        if not values[name]:
            raise FrameError(f"port calls, row {row}: {name} is blank")
    if values["kind"] not in _KINDS:
        raise FrameError(
            f"port calls, row {row}, column 'kind': 'berth' or 'anchorage' was wanted, got {values['kind']!r}"
        )
    _check_order(row, values)
    return Call(row=row, crossings=_read_crossings(row, values["passages_after"]), **values)


def _check_order(row: int, values: dict[str, Any]) -> None:
    """Refuse a call that ends before it begins."""
    before = ""
    for name in ("arrived_after", "arrived_by", "left_after", "left_by"):
        if values[name] is None:
            continue
        if before and values[name] < values[before]:
            raise FrameError(
                f"port calls, row {row}: {name} ({values[name]:%Y-%m-%d %H:%M}) is before {before} "
                f"({values[before]:%Y-%m-%d %H:%M})"
            )
        before = name


def _read_crossings(row: int, text: str) -> tuple[Crossing, ...]:
    """The passages of a cell such as "bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z; ..."."""
    crossings = []
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _CROSSING.fullmatch(part)
        try:
            if found is None:
                raise ValueError
            start, stop = map(dt.datetime.fromisoformat, found.groups()[1:])
        except ValueError:
            raise FrameError(
                f"port calls, row {row}, column 'passages_after': "
                f"'bosphorus 2025-02-03T04:10Z/2025-02-03T05:30Z' was wanted, got {part!r}"
            ) from None
        crossings.append(Crossing(found[1], start, stop))
    return tuple(crossings)
