"""A frame of any library as rows of one kind of table: checked column by column, one value each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ..errors import FrameError, nearest
from ..evidence.tables.native_frames import table_of, with_nearest
from ..feeds.columns import TIME

__all__ = ["TableOfRows"]


@dataclass(frozen=True, slots=True)
class TableOfRows:
    """What the columns of a table of port calls or of legs hold.

    Parameters
    ----------
    words
        What its rows are called in errors: "port calls".
    maker
        The function that makes it.
    needed
        Columns that must be there; the others are read where they stand.
    times, numbers, texts
        Columns by what they hold.
    numbered
        A column of texts that may have been read as whole numbers without a loss.
    addresses
        A column of hex addresses, which were broken where they were read as numbers.
    """

    words: str
    maker: str = field(kw_only=True)
    needed: tuple[str, ...] = field(kw_only=True)
    times: tuple[str, ...] = field(kw_only=True)
    numbers: tuple[str, ...] = field(kw_only=True)
    texts: tuple[str, ...] = field(kw_only=True)
    numbered: tuple[str, ...] = field(default=(), kw_only=True)
    addresses: str = field(default="", kw_only=True)

    def read_rows(self, frame: Any) -> Iterator[dict[str, Any]]:
        """Rows of a frame as values by column, in its order; columns of other names are left alone.

        Raises
        ------
        FrameError
            It is no frame, or a column is missing or of another kind; the message names it.
        """
        table = table_of(frame)
        self._check_columns(table.columns)
        wanted = (*self.texts, *self.times, *self.numbers)
        known = [name for name in wanted if name in table.columns]
        plain = table.select(known).to_polars()
        columns = [self._typed_column(plain[name]) for name in known]
        return pl.DataFrame(columns).iter_rows(named=True)

    def check_order(self, row: int, values: Mapping[str, Any], *names: str) -> None:
        """Refuse a row whose moments, as far as they are known, do not follow each other.

        Raises
        ------
        FrameError
            One is before the one named before it.
        """
        before = ""
        for name in names:
            if values[name] is None:
                continue
            if before and values[name] < values[before]:
                raise FrameError(
                    f"{self.words}, row {row}: {name} ({values[name]:%Y-%m-%d %H:%M}) is before {before} "
                    f"({values[before]:%Y-%m-%d %H:%M})"
                )
            before = name

    def _check_columns(self, found: list[str]) -> None:
        missing = [name for name in self.needed if name not in found]
        if missing:
            hints = [with_nearest(name, nearest(name, found)) for name in missing]
            raise FrameError(
                f"the {self.words} lack the columns {', '.join(hints)}; give the frame that {self.maker} returns"
            )

    def _typed_column(self, series: pl.Series) -> pl.Series:
        """A column in the type that is wanted of it."""
        if series.name in self.times:
            return self._moments_of(series)
        if series.name in self.numbers:
            return self._numbers_of(series)
        if series.name in self.numbered and series.dtype.is_numeric():
            return self._digits_of(series)
        if series.name == self.addresses and series.dtype.is_numeric():
            raise FrameError(
                f"{self.words}, column {series.name!r}: the addresses were read as numbers, which breaks codes such as "
                f"152e10 and 001a2b; read the file with this column as text, pandas.read_csv(file, "
                f"dtype={{{series.name!r}: str}}) or polars.read_csv(file, "
                f"schema_overrides={{{series.name!r}: polars.String}})"
            )
        if series.dtype in (pl.Categorical, pl.Enum):
            return series.cast(pl.String)
        return self._of_type(series, pl.String, "texts")

    def _digits_of(self, series: pl.Series) -> pl.Series:
        """Ships' numbers as text; a CSV file read by inference has them as numbers, as floats where some are blank."""
        whole = series.cast(pl.Float64).fill_nan(None).cast(pl.Int64, strict=False)
        wrong = (whole.cast(pl.Float64) != series).arg_true()
        if len(wrong):
            row = wrong[0]
            raise FrameError(
                f"{self.words}, row {row}, column {series.name!r}: a whole number was wanted, got {series[row]!r}"
            )
        return whole.cast(pl.String)

    def _moments_of(self, series: pl.Series) -> pl.Series:
        """Moments in UTC; texts are read as ISO 8601 with a zone, as a CSV file has them."""
        if series.dtype == pl.String:
            return self._cast_cells(
                series, _read_moments, "a moment with its zone, 2025-01-27T21:40Z"
            )
        if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
            raise FrameError(
                f"{self.words}, column {series.name!r}: the moments have no time zone; give UTC"
            )
        if isinstance(series.dtype, pl.Datetime):
            return series.dt.convert_time_zone("UTC").cast(TIME)
        return self._of_type(series, TIME, "moments in UTC")

    def _numbers_of(self, series: pl.Series) -> pl.Series:
        if series.dtype == pl.String:
            return self._cast_cells(series, _read_numbers, "a number")
        if series.dtype.is_numeric():
            return series.cast(pl.Float64).fill_nan(None)
        return self._of_type(series, pl.Float64, "numbers")

    def _cast_cells(
        self, series: pl.Series, read: Callable[[pl.Series], pl.Series], wanted: str
    ) -> pl.Series:
        """A column of texts as something else; the first that is none is named."""
        texts = series.str.strip_chars().replace("", None)
        made = read(texts)
        wrong = (made.is_null() & texts.is_not_null()).arg_true()
        if len(wrong):
            row = wrong[0]
            raise FrameError(
                f"{self.words}, row {row}, column {series.name!r}: {wanted} was wanted, got {series[row]!r}"
            )
        return made

    def _of_type(self, series: pl.Series, wanted: Any, kinds: str) -> pl.Series:
        """A column that has the type wanted, or nothing in it."""
        if series.dtype == wanted:
            return series
        if series.null_count() == len(series):
            return pl.Series(series.name, [None] * len(series), wanted)
        raise FrameError(
            f"{self.words}, column {series.name!r}: {kinds} were wanted, got {series.dtype} "
            f"({series.drop_nulls()[0]!r:.40})"
        )


def _read_numbers(texts: pl.Series) -> pl.Series:
    return texts.cast(pl.Float64, strict=False)


def _read_moments(series: pl.Series) -> pl.Series:
    # polars reads a text without a zone as UTC too, which would be a guess.
    has_zone = series.str.contains(r"(Z|[+-]\d\d:?\d\d)$")
    minutes = series.str.replace(r"T(\d\d:\d\d)(Z|[+-])", "T$1:00$2").str.replace(" ", "T")
    read = minutes.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    blank = pl.Series(series.name, [None] * len(series), TIME)
    return read.zip_with(has_zone.fill_null(False), blank)
