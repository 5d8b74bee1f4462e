"""The withdrawals shipped: every figure with its source, and as it was published."""

from __future__ import annotations

import math

import pytest

import forceflow as ff
from forceflow.evidence.drawdowns import DRAWDOWNS, load_drawdown
from forceflow.forecasting.series import as_series

LOADS = [60.0, 104, 115, 160, 300, 500, 611, 896, 984, 984]


@pytest.mark.parametrize("name", list(DRAWDOWNS))
def test_drawdowns_carry_their_sources(name: str) -> None:
    for measure in DRAWDOWNS[name][1]:
        shown = load_drawdown(name, measure=measure)
        assert shown.measures[0] == next(iter(DRAWDOWNS[name][1]))
        assert len(as_series(shown)) == len(shown.points) >= 8
        for point in (*shown.points, *shown.left_out):
            assert point.source
            assert point.status in ("read", "derived")
            assert "/work" not in point.url
        assert {
            "date",
            "value",
            "done_low",
            "done_high",
            "qualifier",
            "status",
            "source",
            "url",
            "note",
        } == set(shown.to_frame().columns)


def test_drawdowns_as_published() -> None:
    loads = load_drawdown("afghanistan-2021")
    assert [point.value for point in loads.points] == LOADS
    assert (loads.points[5].low, loads.points[5].high) == (450.0, 550.0)
    percent = load_drawdown("afghanistan-2021", measure="percent")
    assert (percent.points[5].value, percent.points[5].low, percent.points[5].high) == (
        None,
        50.0,
        None,
    )
    daily = load_drawdown("kabul-2021", measure="evacuees_24h")
    assert daily.points[1].value == 4_000.0
    assert "116,700 persons at the end" in str(load_drawdown("kabul-2021"))
    with pytest.raises(ff.errors.UnknownNameError, match="kabul-2021"):
        load_drawdown("kabul")
    with pytest.raises(ff.errors.UnknownNameError, match="evacuees"):
        load_drawdown("kabul-2021", measure="evacuated")


def test_daily_figures_are_summed_with_their_ends_and_sources() -> None:
    daily = load_drawdown("kabul-2021", measure="evacuees_24h")
    printed = [2_000, 2_000, 6_000, 3_800]
    for i, point in enumerate(daily.points[:4]):
        assert point.low == point.value == point.high == sum(printed[: i + 1])
    assert {point.status for point in daily.points} == {"derived"}
    assert "White House ~3,000 on 16 C-17" in daily.points[2].note
    assert daily.points[2].source == "US DoD"


def test_a_frame_of_figures_has_nothing_where_nothing_was_published() -> None:
    """A floor has neither a value nor an upper end."""
    for name in DRAWDOWNS:
        for measure in DRAWDOWNS[name][1]:
            shown = load_drawdown(name, measure=measure)
            rows = shown.to_frame().to_dicts()
            for point, row in zip(shown.points, rows, strict=True):
                assert (row["date"], row["done_low"], row["note"]) == (
                    point.date,
                    point.low,
                    point.note,
                )
                for told, cell in ((point.value, row["value"]), (point.high, row["done_high"])):
                    assert (told is None) == math.isnan(cell)
                    assert told is None or told == cell


def test_everything_that_ships_is_listed_with_its_title() -> None:
    listed = {data.name: data for data in ff.list_datasets()}
    assert list(listed)[2:] == [f"{name} (drawdown)" for name in DRAWDOWNS]
    for name, (title, _) in DRAWDOWNS.items():
        assert str(listed[f"{name} (drawdown)"]).startswith(
            f"{name} (drawdown): {title}. Cite: the sources in its frame, and forceflow. The coding"
        )
    with pytest.raises(ff.errors.UnknownNameError) as caught:
        ff.load_reports("zzz")
    assert (
        str(caught.value) == "unknown data set 'zzz'; did you mean syria-2024, syria-2024-extended?"
    )
