"""Tables of this wing in the frame library that is wanted."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from ..evidence.tables.event_frames import make_frame

__all__ = ["native_frame"]


def native_frame(table: pl.DataFrame, backend: str | None) -> Any:
    """A table in "polars" (also for None), "pandas" or "pyarrow".

    Raises
    ------
    FrameError
        The library is none of these, or is not installed.
    """
    if backend is None or backend == "polars":
        return table
    schema = nw.from_native(table, eager_only=True).schema
    return make_frame(table.to_dict(as_series=False), backend=backend, schema=schema)
