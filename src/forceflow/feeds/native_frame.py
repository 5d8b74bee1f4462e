"""A polars frame handed over in the library the user works with."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..errors import TracksError

__all__ = ["in_library"]


def in_library(frame: pl.DataFrame, backend: str | None) -> Any:
    """The frame as one of "polars" (None too), "pandas" or "pyarrow".

    Raises
    ------
    TracksError
        The library is none of these, or pyarrow is missing.
    """
    if backend in (None, "polars"):
        return frame
    if backend not in ("pandas", "pyarrow"):
        raise TracksError(f"unknown frame library {backend!r}; use 'polars', 'pandas' or 'pyarrow'")
    try:
        if backend == "pyarrow":
            return frame.to_arrow()
        return frame.to_pandas()
    except ImportError:
        raise TracksError(
            f"a {backend} frame needs a package: pip install forceflow[arrow]"
        ) from None
