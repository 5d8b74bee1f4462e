"""Classes of merchant ships that reports name without a ship: what a sailing of each carries."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import forceflow as ff
from forceflow.world import Vessel, find_platform


@pytest.mark.parametrize(
    ("words", "ship"),
    [
        ("bulk carrier", "bulk carrier"), ("Bulk Carriers", "bulk carrier"), ("bulker", "bulk carrier"),
        ("grain ships", "bulk carrier"), ("container ship", "container ship"), ("containership", "container ship"),
        ("tankers", "tanker"), ("oil tanker", "tanker"), ("general cargo ship", "cargo ship"),
    ],
)  # fmt: skip
def test_classes_of_ships_are_found_by_the_words_of_reports(words: str, ship: str) -> None:
    found = find_platform(words)
    assert isinstance(found, Vessel)
    assert found.id == ship


def moved(**row: Any) -> ff.Estimate:
    table = pl.DataFrame(
        [{"mode": "sea", "origin": "Odesa", "destination": "Varna", "start": "2022-08-01", **row}]
    )
    return ff.estimate_tonnage(ff.from_frame(table, theatre="UA"), seed=7, draws=4_000)


def test_a_grain_ship_carries_what_those_of_the_corridor_carried() -> None:
    """5,903,748 t in 260 voyages and nearly 33 million t in some 1,000 are 22,700 and 33,000 t a voyage."""
    total = moved(platform="bulk carrier", movements=1).total
    assert 22_700 <= total.middle <= 33_000
    assert 10_000 < total.low < 15_000
    assert 40_000 < total.high < 60_000
