"""Names as they are compared, and the data files of the world."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ..blanks import is_blank
from ..errors import UnknownNameError

__all__ = ["DATA", "check_name", "fold", "read_data"]

DATA = files("forceflow.world") / "data"


_PLAIN_LETTERS = str.maketrans("øłı", "oli")
"""Letters that no normal form of Unicode takes apart into a plain one and a mark."""


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """`name` without accents, case, punctuation and blanks, for comparison."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, text)).translate(_PLAIN_LETTERS)


def check_name(kind: str, name: object) -> None:
    """Refuse what cannot be a name: a placeholder such as "TBC" or "n/a", and what is no text.

    Raises
    ------
    UnknownNameError
        Without suggestions.
    """
    if is_blank(name):
        raise UnknownNameError(kind, str(name), (), blank=True)
    if not isinstance(name, str):
        raise UnknownNameError(
            kind, str(name), (), otherwise=f"A name is text, not {type(name).__name__}"
        )


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """One of our TOML files."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
