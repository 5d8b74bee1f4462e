"""One table of blanks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forceflow.blanks import BLANK_WORDS, is_blank, is_missing


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        pd.NaT,
        pd.NA,
        np.datetime64("NaT"),
        np.float64("nan"),
        pd.Timedelta("NaT"),
    ],
)
def test_nothing_is_missing_and_blank(value: object) -> None:
    assert is_missing(value)
    assert is_blank(value)


@pytest.mark.parametrize(
    "value",
    [" N/A ", "\u2014", "(unknown)", "TBC", "unk", "<NA>", "", "  ", "\u2026", "[?]", "n.a."],
)
def test_placeholders_are_blank_but_not_missing(value: str) -> None:
    assert is_blank(value)
    assert not is_missing(value)


@pytest.mark.parametrize(
    "value", ["Norway", "0", 0, False, "no flights", "nil", "Nauru", "Nadi", [], np.zeros(2)]
)
def test_values_are_not_blank(value: object) -> None:
    assert not is_blank(value)
    assert not is_missing(value)


def test_the_table_is_written_as_it_is_compared() -> None:
    assert all(word == " ".join(word.casefold().split()) for word in BLANK_WORDS)
