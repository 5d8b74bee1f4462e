"""Addresses as text, numbered."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from forceflow.feeds.aircraft_columns import NOT_ICAO
from forceflow.feeds.hex_numbers import numbers_of_hex
from forceflow.tracks.leg_columns import hex_of


def test_addresses_of_either_case_and_those_that_are_none() -> None:
    texts = pl.Series(
        "hex", ["152e10", "152E10", "~2a1b3c", " 000001 ", None, "1.52e12", "152e1", "", "xyzxyz"]
    )
    found = numbers_of_hex(texts)
    assert found.name == "hex"
    assert found.to_list() == [
        0x152E10,
        0x152E10,
        NOT_ICAO + 0x2A1B3C,
        1,
        None,
        None,
        None,
        None,
        None,
    ]
    assert numbers_of_hex(pl.Series("hex", [], dtype=pl.String)).to_list() == []


@pytest.mark.parametrize("different", [1, 200, 300, 5_000])
def test_many_addresses_come_back_as_they_were(different: int) -> None:
    """More than the table holds at first, so that it grows while it is filled."""
    rng = np.random.default_rng(different)
    some = rng.choice(1 << 24, different, replace=False) + NOT_ICAO * rng.integers(0, 2, different)
    numbers = pl.Series("hex", some[rng.integers(0, different, 20_000)])
    texts = numbers.to_frame().select(hex_of(pl.col("hex")).alias("hex"))["hex"]
    assert numbers_of_hex(texts).equals(numbers)
