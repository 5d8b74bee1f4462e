"""Frames of other libraries as rows: converted once, only the columns that are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from ..blanks import is_missing
from ..errors import TracksError
from ..evidence.tables.native_frames import with_text_names
from .raw_rows import BATCH_ROWS, DaskRows, FrameRows, LazyRows, RawRows

__all__ = ["column_names", "rows_of_frame"]

_LABEL = "table"
_LAZY_ROWS = 8 * BATCH_ROWS


def is_dask(source: Any) -> bool:
    """Whether it is a Dask dataframe."""
    return nw.dependencies.is_dask_dataframe(source)


def column_names(source: Any) -> list[str]:
    """Names of the columns of any frame.

    Raises
    ------
    TracksError
        It is no frame, or a column stands twice.
    """
    if is_dask(source):
        return list(map(str, source.columns))
    try:
        names = list(nw.from_native(with_text_names(source)).collect_schema().names())
    except (TypeError, AttributeError):
        raise TracksError(
            f"cannot read {type(source).__name__}; give a path, a list of paths, a folder, a glob, or a pandas, "
            "polars, pyarrow or Dask frame"
        ) from None
    except nw.exceptions.DuplicateError:
        raise TracksError("a column of the frame stands twice; keep one of each name") from None
    return names


def rows_of_frame(source: Any, names: Sequence[str]) -> list[RawRows]:
    """Some columns of a frame as rows, one part for each partition of a Dask dataframe.

    Raises
    ------
    TracksError
        It cannot be read as a table.
    """
    names = tuple(names)
    if is_dask(source):
        parts = [source.get_partition(place) for place in range(source.npartitions)]
        return [DaskRows(_LABEL, part, names) for part in parts]
    frame = nw.from_native(with_text_names(source)).select(*names)
    if isinstance(frame, nw.LazyFrame):
        return _lazy_rows(frame, names)
    return [FrameRows(_LABEL, _polars_frame(frame))]


def _lazy_rows(frame: nw.LazyFrame[Any], names: tuple[str, ...]) -> list[RawRows]:
    """A lazy frame in parts; one that is not of polars is collected."""
    native = frame.to_native()
    if not isinstance(native, pl.LazyFrame):
        return [FrameRows(_LABEL, _polars_frame(frame.collect()))]
    count = native.select(pl.len()).collect().item()
    starts = range(0, max(count, 1), _LAZY_ROWS)
    return [
        LazyRows(_LABEL, native, names, start, min(_LAZY_ROWS, count - start)) for start in starts
    ]


def _polars_frame(frame: nw.DataFrame[Any]) -> pl.DataFrame:
    """A frame of any library as a polars frame."""
    if frame.implementation.is_pandas_like():
        return pl.DataFrame([_polars_series(frame[name]) for name in frame.columns])
    return frame.to_polars()


def _polars_series(column: nw.Series[Any]) -> pl.Series:
    """A column of pandas as one of polars."""
    if column.dtype in (nw.Object, nw.Unknown):
        return _series_of_objects(column.name, column.to_list())
    try:
        return column.to_polars()
    except ModuleNotFoundError:
        # Without pyarrow polars takes a column of pandas value by value.
        return pl.Series(column.name, _missing_as_none(column.to_list()), strict=False)


def _missing_as_none(cells: list[Any]) -> list[Any]:
    """The cells, with None for NaN, NaT and NA."""
    return [None if is_missing(cell) else cell for cell in cells]


def _series_of_objects(name: str, cells: list[Any]) -> pl.Series:
    """A column that may hold anything, as texts."""
    texts = [None if is_missing(cell) else str(cell) for cell in cells]
    return pl.Series(name, texts, dtype=pl.String)
