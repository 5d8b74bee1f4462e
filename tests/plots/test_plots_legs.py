"""Pictures of aircraft's legs: each arc, bar and line is what the legs say, and what is not known is drawn as that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import forceflow as ff
from forceflow.errors import ForceflowError, TracksError
from forceflow.feeds.aircraft_columns import AIRCRAFT_COLUMNS
from forceflow.plots.axes import day_numbers
from forceflow.tracks.aircraft_tracks import AircraftTracks
from forceflow.tracks.ship_tracks import FramePiece

KINDS = ("map", "calendar", "traffic", "ground")
START = dt.datetime(2024, 12, 14, tzinfo=dt.UTC)
DAY = float(day_numbers([START])[0])
"""The 14th of December, as matplotlib counts days."""


def _leg(origin: str | None, destination: str | None, hour: float, **more: Any) -> dict[str, Any]:
    """Two hours in the air from this hour on, half an hour between ground and air at either end."""
    took_off, landed = (START + dt.timedelta(hours=hour + hours) for hours in (0, 2))
    lag = dt.timedelta(hours=0.5)
    row = {
        "aircraft": "152e10",
        "registration": "RA-82014",
        "type": "A124",
        "origin": origin,
        "destination": destination,
        "took_off_after": took_off - lag if origin else None,
        "took_off_by": took_off,
        "landed_after": landed,
        "landed_by": landed + lag if destination else None,
        "source": "OpenSky Network, states.csv",
    }
    return {**row, **more}


def _frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ff.tracks.LEG_COLUMNS)


LEGS = _frame(
    _leg("OSLK", "HL59", 4),
    _leg("HL59", "OSLK", 10),
    _leg("OSLK", "HL59", 28),
    _leg("HL59", None, 34, last_latitude=34.0, last_longitude=28.0),
    _leg("OSLK", "HL59", 52),
    _leg("OSLK", "HL69", 5, aircraft="155001", registration=None, type="IL76"),
    _leg("HL69", "OSLK", 9, aircraft="155001", registration=None, type="IL76"),
)


def _texts(ax: Axes) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in ax.texts)


def _legend(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    assert legend is not None
    return [" ".join(text.get_text().split()) for text in legend.get_texts()]


def _spans(ax: Axes, doing: str) -> np.ndarray:
    """First and last hour of each bar of a kind, shape (n, 2)."""
    spans = []
    for bars in ax.collections:
        if isinstance(bars, PolyCollection) and bars.get_label() == f"_{doing}":
            x = np.asarray(bars.get_paths()[0].vertices)[:, 0]
            spans.append((x.min(), x.max()))
    hours: np.ndarray = (np.array(spans).reshape(-1, 2) - DAY) * 24.0
    return hours


def test_an_arc_for_each_way_with_its_number_of_legs() -> None:
    ax = ff.plot(LEGS)
    ways = sorted(
        int(str(line.get_label()).split()[1])
        for line in ax.lines
        if str(line.get_label()).startswith("_way")
    )
    # Hmeimim to al-Khadim three times, and once each: back, to al-Jufra, and back from there.
    assert ways == [1, 1, 1, 3]
    thick = {line.get_label(): line.get_linewidth() for line in ax.lines}
    assert thick["_way 3"] > thick["_way 1"]
    assert "one end not known: to where it was seen first or last" in _legend(ax)
    assert "are not tracks" in _texts(ax)
    assert "7 legs of 2 aircraft" in _texts(ax)


def test_out_and_back_lie_apart() -> None:
    ax = ff.plot(_frame(_leg("OSLK", "HL59", 4), _leg("HL59", "OSLK", 10)))
    out, back = (
        np.asarray(line.get_ydata(), dtype=float)
        for line in ax.lines
        if str(line.get_label()).startswith("_way")
    )
    middle = len(out) // 2
    assert abs(out[middle] - back[middle]) > 0.5


def test_legs_without_positions_are_counted_and_not_drawn() -> None:
    ax = ff.plot(_frame(_leg("OSLK", "HL59", 4), _leg("HL59", None, 10), _leg("OSLK", "OSLK", 30)))
    assert "2 legs around one field or without positions not shown" in _texts(ax)
    with pytest.raises(TracksError, match="add_place"):
        ff.plot(_frame(_leg("strip 7", None, 4)))


def test_the_calendar_shows_air_windows_ground_and_what_is_not_known() -> None:
    only = LEGS.filter(pl.col("aircraft") == "152e10")
    ax = ff.plot(only, kind="calendar")
    np.testing.assert_allclose(
        _spans(ax, "air"), [[4, 6], [10, 12], [28, 30], [34, 36], [52, 54]], atol=1e-6
    )
    np.testing.assert_allclose(
        _spans(ax, "ground"), [[6.5, 9.5], [12.5, 27.5], [30.5, 33.5]], atol=1e-6
    )
    # From its last fix in the air on the second evening to the next take-off nobody knows where it was.
    np.testing.assert_allclose(_spans(ax, "unknown"), [[36, 51.5]], atol=1e-6)
    edges = _spans(ax, "edge")
    assert len(edges) == 9
    np.testing.assert_allclose(edges[:, 1] - edges[:, 0], 0.5, atol=1e-6)
    assert "RA-82014 (152e10), An-124: 5 legs" in _texts(ax)


def test_a_stay_that_was_not_seen_on_the_ground_is_a_window_as_a_whole() -> None:
    legs = _frame(_leg("OSLK", "HL59", 4, landed_by=None), _leg("HL59", "OSLK", 10))
    ax = ff.plot(legs, kind="calendar")
    assert not len(_spans(ax, "ground"))
    assert [6.0, 10.0] in _spans(ax, "edge").round(6).tolist()


def test_every_landing_and_take_off_is_in_the_traffic() -> None:
    ax = ff.plot(LEGS, kind="traffic")
    words = _texts(ax)
    assert "Hmeimim: 2 landed, 4 took off" in words
    assert "al-Khadim: 3 landed, 2 took off" in words
    assert "al-Jufra: 1 landed, 1 took off" in words


def test_landings_without_a_window_are_counted_in_words() -> None:
    ax = ff.plot(_frame(_leg("OSLK", "HL59", 4, landed_by=None)), kind="traffic")
    assert "al-Khadim: 0 landed, 1 landings without a window" in _texts(ax)
    with pytest.raises(TracksError, match="no landing or take-off"):
        ff.plot(_frame(_leg(None, None, 4)), kind="traffic")


def test_ground_times_lie_beside_the_published_ranges() -> None:
    ax = ff.plot(LEGS, kind="ground")
    lines = [
        np.asarray(line.get_xdata(), dtype=float)
        for line in ax.lines
        if line.get_label() == "_stay"
    ]
    # Two stays of the An-124 at al-Khadim, one of the Il-76 at al-Jufra; the night at home is over 12 h.
    np.testing.assert_allclose(lines, [[3, 4], [3, 4], [1, 2]], atol=1e-6)
    published = ff.find_platform("An-124").ground_time_h("onload")  # type: ignore[union-attr]
    bands = [
        patch
        for patch in ax.patches
        if isinstance(patch, Rectangle) and patch.get_label() == "_onload"
    ]
    assert len(bands) == 2
    assert (bands[0].get_x(), bands[0].get_width()) == pytest.approx(
        (published.low, published.high - published.low)
    )
    assert "al-Khadim, An-124: 2 stays, mean 3.5 (3 to 4) h" in _texts(ax)
    assert {"published onload", "published offload", "mean"} <= set(_legend(ax))


def test_a_type_without_a_platform_has_no_published_range() -> None:
    legs = _frame(_leg("OSLK", "HL59", 4, type="B738"), _leg("HL59", "OSLK", 10, type="B738"))
    ax = ff.plot(legs, kind="ground")
    assert "al-Khadim, B738: 1 stay" in _texts(ax)
    assert _legend(ax) == ["a stay, shortest to longest"]
    with pytest.raises(TracksError, match="within 12 h"):
        ff.plot(_frame(_leg("OSLK", "HL59", 4)), kind="ground")


def test_frames_of_every_library_are_known_as_legs(backend: str) -> None:
    make: dict[str, Any] = {"pandas": LEGS.to_pandas, "pyarrow": LEGS.to_arrow, "polars": LEGS.lazy}
    native = make[backend]()
    assert ff.plot(native).get_title(loc="left") == "Legs from field to field"


def test_tracks_of_aircraft_are_drawn_by_their_legs() -> None:
    rows = pl.DataFrame(
        {
            "aircraft": [0x152E10] * 4,
            "time": [START + dt.timedelta(minutes=minutes) for minutes in (0, 10, 140, 150)],
            "latitude": [35.401, 35.30, 32.20, 31.9985],
            "longitude": [35.949, 35.60, 21.60, 21.1918],
            "ground": pl.Series(
                ["ground", "air", "air", "ground"], dtype=AIRCRAFT_COLUMNS["ground"]
            ),
        }
    )
    tracks = AircraftTracks((FramePiece("table", rows),), "forceflow", ("table",))
    assert "1 leg of 1 aircraft" in _texts(ff.plot(tracks))


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(ForceflowError, match="'map', 'calendar', 'traffic', 'ground'"):
        ff.plot(LEGS, kind="bars")
    with pytest.raises(ForceflowError, match="calls= goes with ships' tracks"):
        ff.plot(LEGS, calls=LEGS)
    with pytest.raises(TracksError):
        ff.plot(_frame(), kind="calendar")


@pytest.mark.parametrize("size", [(6.8, 5.0), (3.4, 2.8)])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_on_axes_of_ones_own(kind: str, size: tuple[float, float]) -> None:
    figure = Figure(figsize=size, dpi=100)
    ax = ff.plot(LEGS, kind=kind, ax=figure.add_subplot())
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert min(drawn.x0, drawn.y0) >= -0.03
    assert drawn.x1 <= size[0] + 0.03
    assert drawn.y1 <= size[1] + 0.03
    for words in ax.texts:
        assert words.get_window_extent().x1 <= size[0] * 100 + 2, words.get_text()


def test_rows_without_room_are_counted_in_the_caption() -> None:
    rows = [
        _leg("OSLK", "HL59", 4, aircraft=f"1550{number:02d}", registration=None)
        for number in range(12)
    ]
    ax = ff.plot(_frame(*rows), kind="calendar", ax=Figure(figsize=(3.4, 2.8)).add_subplot())
    assert "aircraft with fewer legs not shown" in _texts(ax)
