"""Tables of a pass: they grow, and parts of them are joined."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Growing", "OutOfOrderError", "moved"]


class OutOfOrderError(Exception):
    """A message is older than one of its owner in an earlier batch; the caller sorts and begins again."""


class Growing:
    """A structured array that grows."""

    def __init__(self, dtype: np.dtype[Any], length: int) -> None:
        self.rows: Any = np.zeros(length, dtype).view(np.recarray)

    def grow(self, used: int, free: int) -> None:
        """Make room for `free` rows more."""
        if len(self.rows) - used >= free:
            return
        longer = np.zeros(2 * (used + free), self.rows.dtype).view(np.recarray)
        longer[:used] = self.rows[:used]
        self.rows = longer


def moved(rows: Any, **by: int) -> Any:
    """A copy with row numbers moved on; -1 stays."""
    rows = rows.copy()
    for field, step in by.items():
        rows[field] += np.where(rows[field] >= 0, step, 0).astype(np.int32)
    return rows
