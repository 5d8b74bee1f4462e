"""What counts as a blank cell: nothing at all, or a placeholder that people type where a value is missing.

One table for every reader (places, platforms, numbers, dates, sources), so that a cell is blank for all of them or
for none.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["BLANK_WORDS", "NO_PLACE_WORDS", "is_blank", "is_missing"]

BLANK_WORDS: Final = frozenset(
    {
        "", "-", "--", "---", ".", "..", "...", "?", "??", "???", "*", "/", "\\", "_",
        "#n/a", "#na", "<na>", "n.a.", "n.a", "n/a", "na", "nan", "nat", "none", "null",
        "n.d.", "n/d", "nd", "n/k", "n.k.", "nk", "not applicable", "not available", "not given", "not known",
        "not provided", "not reported", "not specified", "not stated", "no data", "no info", "no information",
        "no value", "blank", "empty cell", "missing",
        "tba", "tbc", "tbd", "to be announced", "to be confirmed", "to be determined",
        "undisclosed", "unidentified", "unk", "unkn", "unknown", "unnamed", "unspecified", "various",
    }
)  # fmt: skip
"""Placeholders, in lower case: what spreadsheets, pandas and people write where a value is missing."""

NO_PLACE_WORDS: Final = frozenset(
    {
        "abroad", "airbase", "airfield", "airport", "as above", "barracks", "base", "camp", "ditto", "elsewhere",
        "field", "foreign", "here", "home", "home base", "ibid", "idem", "nowhere", "overseas", "same", "same as above",
        "same place", "see above", "somewhere", "the base", "there", "as before", "see below",
    }
)  # fmt: skip
"""Words that name no one place, in lower case. They are not blank: who writes "same" or "base" means a place, and
must name it."""

_DASHES: Final = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | {"\u2026": "..."}
)


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT or pandas.NA.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing("")
    (True, True, False)
    """
    # A comparison with pandas.NA gives NA, which is neither true nor false.
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        # NaN and NaT differ from themselves.
        return bool(value != value)
    except (TypeError, ValueError):
        # Arrays and the like have no one truth.
        return False


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing or a placeholder such as "n/a", "unknown", "TBC" or a dash.

    Examples
    --------
    >>> is_blank(" N/A "), is_blank("\u2014"), is_blank("(unknown)"), is_blank("Norway"), is_blank(0)
    (True, True, True, False, False)
    """
    if not isinstance(value, str):
        return is_missing(value)
    text = " ".join(value.translate(_DASHES).casefold().split())
    return text in BLANK_WORDS or text.strip("()[]<>\"' ") in BLANK_WORDS
