"""Cells that hold several texts: the claims, sources and caveats of a row."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import filterfalse
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ...blanks import is_blank
from .columns import Faults

__all__ = ["SEPARATOR", "read_text_lists"]

SEPARATOR = " | "
"""Between the texts of a cell that holds several."""


def read_text_lists(
    table: nw.DataFrame[Any], name: str, faults: Faults, *, coded: Sequence[object]
) -> list[tuple[str, ...]]:
    """Texts of cells that may hold several: a list, or one text with " | " between them.

    In a row with no claims, where `coded` is empty, someone wrote the cell by hand, and ";" parts them too.
    """
    lists: list[tuple[str, ...]] = [()] * len(coded)
    if name not in table.columns:
        return lists
    wrong = np.zeros(len(coded), dtype=bool)
    values = table[name].to_list()
    for row, value in enumerate(values):
        # Most cells of these columns are empty, and a call for each would take most of the time.
        if value is None or (isinstance(value, str) and not value):
            continue
        texts = _texts_of(value, by_hand=not coded[row])
        if texts is None:
            wrong[row] = True
        else:
            lists[row] = texts
    faults.add(
        wrong, lambda row: f"{name}: a text or a list of texts was wanted, got {values[row]!r:.40}"
    )
    return lists


def _texts_of(value: Any, *, by_hand: bool) -> tuple[str, ...] | None:
    """The texts of one cell without its blank ones; None where it holds something else."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return _only_texts(value)
    if isinstance(value, str):
        return _split_text(value, by_hand)
    if isinstance(value, bytes) or not isinstance(value, Hashable):
        return None
    if is_blank(value):
        return ()
    if isinstance(value, float):
        # A library turns a column of numbers with gaps into floats: the id 7 comes as 7.0.
        return (f"{value:g}",)
    return (str(value),)


def _only_texts(parts: Sequence[Any]) -> tuple[str, ...] | None:
    if not all(isinstance(part, str) for part in parts):
        return None
    return _without_blanks(parts)


@lru_cache(maxsize=8192)
def _split_text(text: str, by_hand: bool) -> tuple[str, ...]:
    if by_hand and SEPARATOR not in text:
        return _without_blanks(map(str.strip, text.split(";")))
    return _without_blanks(text.split(SEPARATOR))


def _without_blanks(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(filterfalse(is_blank, parts))
