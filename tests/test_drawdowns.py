"""The withdrawals shipped: every figure with its source, and as it was published."""

from __future__ import annotations

import pytest

import forceflow as ff
from forceflow.estimates.series import as_series
from forceflow.evidence.drawdowns import DRAWDOWNS, load_drawdown

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
        assert {"date", "value", "done_low", "done_high", "qualifier", "status", "source", "url", "note"} == set(
            shown.to_frame().columns
        )


def test_drawdowns_as_published() -> None:
    loads = load_drawdown("afghanistan-2021")
    assert [point.value for point in loads.points] == LOADS
    assert (loads.points[5].low, loads.points[5].high) == (450.0, 550.0)
    percent = load_drawdown("afghanistan-2021", measure="percent")
    assert (percent.points[5].value, percent.points[5].low, percent.points[5].high) == (None, 50.0, None)
    daily = load_drawdown("kabul-2021", measure="evacuees_24h")
    assert daily.points[1].value == 4_000.0
    assert "116,700 persons at the end" in str(load_drawdown("kabul-2021"))
    with pytest.raises(ff.UnknownNameError, match="kabul-2021"):
        load_drawdown("kabul")
    with pytest.raises(ff.UnknownNameError, match="evacuees"):
        load_drawdown("kabul-2021", measure="evacuated")
