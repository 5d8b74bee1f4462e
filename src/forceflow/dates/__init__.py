"""Moments and days: the one reader of them, for every argument, cell and claim.

A date is read as a window, as long as it was printed to: "2024-12-08" is a day, "December 2024" a month,
"2024-12-08T22:00Z" a minute. `read_when` reads one value, `read_column` a column of a table, `read_day`,
`read_moment` and `end_of` what an argument needs of it.
"""

from __future__ import annotations

from .columns import Cell, read_column
from .numeric import without_dayfirst
from .periods import Label, period_edges
from .reading import end_of, read_day, read_moment, read_when
from .window import MONTH_PARTS, Window, write_edtf

__all__ = [
    "MONTH_PARTS",
    "Cell",
    "Label",
    "Window",
    "end_of",
    "period_edges",
    "read_column",
    "read_day",
    "read_moment",
    "read_when",
    "without_dayfirst",
    "write_edtf",
]
