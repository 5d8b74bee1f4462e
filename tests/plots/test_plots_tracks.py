"""Pictures of ships' tracks: each line, bar and step is what the ship sent, and a silence is never presence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import forceflow as ff
from forceflow.feeds.columns import COLUMNS
from forceflow.plots.axes import day_numbers
from forceflow.plots.port_traffic import _HALF
from forceflow.tracks.port_days import port_days
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks
from forceflow.tracks.track_line import middle_of
from forceflow.tracks.track_lines import track_lines

KINDS = ("map", "calendar", "traffic")
START = dt.datetime(2025, 1, 20, tzinfo=dt.UTC)
MOMENTS = ("arrived_after", "arrived_by", "left_after", "left_by")
EARLY, LATE = 273_000_001, 273_000_002
_DAY = float(day_numbers([START])[0])
"""The 20th of January, as matplotlib counts days."""

TARTUS = ff.find_place("Tartus")


def _at(hours: float) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def _messages(rows: list[dict[str, Any]]) -> ShipTracks:
    """Tracks of these rows; what a row leaves out is not available."""
    frame = pl.DataFrame(rows, schema=COLUMNS)
    return ShipTracks((FramePiece("table", frame),), layout="forceflow", sources=("table",))


def _voyage(ship: int, name: str, hours: list[float]) -> list[dict[str, Any]]:
    """A ship that lies in Tartus until hour 40 and then goes west, with a fix at each of these hours."""
    rows = []
    for hour in hours:
        west = max(hour - 40.0, 0.0) * 0.2
        draught = 5.4 if hour < 41 else 6.9
        rows.append(
            {
                "ship": ship,
                "time": _at(hour),
                "latitude": TARTUS.latitude,
                "longitude": TARTUS.longitude - west,
                "draught_m": draught,
                "name": name,
            }
        )
    return rows


HOURS = [*np.arange(0.0, 10.0), *np.arange(20.0, 41.0), *np.arange(48.0, 60.0)]
"""Silent from hour 9 to 20, in port, and from 40 to 48."""


def _call(ship: int = EARLY, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ship": str(ship),
        "name": "SPARTA",
        "place": TARTUS.id,
        "kind": "berth",
        "arrived_after": None,
        "arrived_by": _at(0),
        "left_after": _at(40),
        "left_by": _at(48),
        "fixes": 31,
        "longest_silence_h": 11.0,
        "draught_in_m": 5.4,
        "draught_out_m": 6.9,
    }
    return {**row, **more}


def _calls(*rows: dict[str, Any]) -> pl.DataFrame:
    moments = dict.fromkeys(MOMENTS, pl.Datetime("us", "UTC"))
    return pl.DataFrame(list(rows or [_call()]), schema_overrides=moments)


@pytest.fixture(name="tracks")
def one_ship() -> ShipTracks:
    return _messages(_voyage(EARLY, "SPARTA", HOURS))


@pytest.fixture(name="two")
def two_ships() -> ShipTracks:
    return _messages(
        [*_voyage(EARLY, "SPARTA", HOURS), *_voyage(LATE, "SPARTA II", list(np.arange(30.0, 70.0)))]
    )


def _lines(ax: Axes, label: str) -> list[np.ndarray]:
    """Lines of the map under a label."""
    (found,) = (
        lines
        for lines in ax.collections
        if isinstance(lines, LineCollection) and lines.get_label() == label
    )
    return [np.asarray(line) for line in found.get_segments()]


def _spans(ax: Axes, doing: str) -> np.ndarray:
    """First and last hour of each bar of a kind, shape (n, 2)."""
    spans = []
    for bars in ax.collections:
        if isinstance(bars, PolyCollection) and bars.get_label() == f"_{doing}":
            x = np.asarray(bars.get_paths()[0].vertices)[:, 0]
            spans.append((x.min(), x.max()))
    hours: np.ndarray = (np.array(spans).reshape(-1, 2) - _DAY) * 24.0
    return hours


def _texts(ax: Axes) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in ax.texts)


def test_a_track_is_broken_at_silences_and_they_are_straight(tracks: ShipTracks) -> None:
    ax = ff.plot(tracks, calls=_calls())
    heard, silent = _lines(ax, f"heard {EARLY}"), _lines(ax, f"silent {EARLY}")
    assert [len(part) for part in heard] == [10, 21, 12]
    # 9 to 20 in port, 40 to 48 on the way: the second one ends eight hours west.
    np.testing.assert_allclose(
        [line[:, 0] for line in silent],
        [[TARTUS.longitude] * 2, [TARTUS.longitude, TARTUS.longitude - 8 * 0.2]],
    )
    legend = ax.get_legend()
    assert legend is not None
    words = [text.get_text() for text in legend.get_texts()]
    assert words == [f"SPARTA ({EARLY})", "silent over 2 h: way not known", "at berth"]
    assert "is no track" in _texts(ax)
    assert "Tartus" in [text.get_text() for text in ax.texts]


def test_a_gap_of_two_hours_is_no_silence() -> None:
    just, over = [0.0, 2.0, 4.0], [0.0, 2.0, 4.01]
    for hours, parts in ((just, 1), (over, 2)):
        (line,) = track_lines(_messages(_voyage(EARLY, "A", hours)), calls=_calls()).lines
        assert len(line.parts()) == parts
        silences = [stretch for stretch in line.stretches() if stretch.doing == "silence"]
        assert len(silences) == len(line.silences()) == parts - 1


def test_an_anchorage_is_marked_apart_and_named_once(two: ShipTracks) -> None:
    both = _calls(_call(), _call(LATE, kind="anchorage", arrived_by=_at(30), left_after=_at(40)))
    ax = ff.plot(two, calls=both)
    names = [text.get_text() for text in ax.texts if "Tartus" in text.get_text()]
    assert names == ["Tartus"]
    diamonds = [
        line for line in ax.lines if line.get_marker() == "D" and np.size(line.get_xdata()) == 1
    ]
    assert len(diamonds) == 1
    alone = ff.plot(two, calls=_calls(_call(kind="anchorage")))
    assert "off Tartus" in [text.get_text() for text in alone.texts]


def test_the_calendar_has_every_hour_once_and_silence_is_no_presence(tracks: ShipTracks) -> None:
    ax = ff.plot(tracks, kind="calendar", calls=_calls())
    np.testing.assert_allclose(_spans(ax, "berth"), [(0, 9), (20, 40)], atol=1e-5)
    np.testing.assert_allclose(_spans(ax, "silence"), [(9, 20), (40, 48)], atol=1e-5)
    np.testing.assert_allclose(_spans(ax, "sea"), [(48, 59)], atol=1e-5)


def test_an_anchorage_has_bars_of_its_own(tracks: ShipTracks) -> None:
    ax = ff.plot(tracks, kind="calendar", calls=_calls(_call(kind="anchorage")))
    np.testing.assert_allclose(_spans(ax, "anchorage"), [(0, 9), (20, 40)], atol=1e-5)
    assert _spans(ax, "berth").size == 0


def test_a_call_open_at_both_ends_fills_the_record(tracks: ShipTracks) -> None:
    open_call = _call(left_after=_at(59), left_by=None)
    ax = ff.plot(tracks, kind="calendar", calls=_calls(open_call))
    np.testing.assert_allclose(_spans(ax, "berth"), [(0, 9), (20, 40), (48, 59)], atol=1e-5)


def test_the_draught_is_drawn_in_steps_the_deeper_the_lower(tracks: ShipTracks) -> None:
    ax = ff.plot(tracks, kind="calendar", calls=_calls())
    (steps,) = (line for line in ax.lines if line.get_label() == f"_draught {EARLY}")
    hours = (np.asarray(steps.get_xdata(), float) - _DAY) * 24
    # The first of each draught, and the last that was sent.
    np.testing.assert_allclose(hours, [0, 48, 59], atol=1e-5)
    high, low, last = np.asarray(steps.get_ydata(), float)
    assert high < low == last, "the axis runs downwards"
    assert steps.get_drawstyle() == "steps-post"
    assert "5.4 m" in _texts(ax)
    assert "6.9 m" in _texts(ax)


def test_the_largest_draught_that_can_be_sent_is_a_floor() -> None:
    rows = [{**row, "draught_m": 25.5} for row in _voyage(EARLY, "VALEMAX", HOURS)]
    ax = ff.plot(_messages(rows), kind="calendar", calls=_calls())
    assert "25.5 m or more" in _texts(ax)


def test_ships_that_have_no_room_are_counted(two: ShipTracks) -> None:
    figure = Figure(figsize=(3.4, 1.6), dpi=100)
    ax = ff.plot(two, kind="calendar", calls=_calls(), ax=figure.add_subplot())
    assert f"SPARTA ({EARLY}): 1 call" in _texts(ax)
    assert f"({LATE})" not in _texts(ax)
    assert "1 ship with fewer calls not shown" in _texts(ax)


def _bars(ax: Axes) -> list[tuple[Any, ...]]:
    """Day of January, calls (up is above nought) and whether it is hatched, of each bar."""
    found: list[tuple[Any, ...]] = []
    for bar in ax.patches:
        assert isinstance(bar, Rectangle)
        day = bar.get_x() + bar.get_width() / 2 - (_DAY - 20)
        found.append((float(np.floor(day)), -bar.get_height() / _HALF, bool(bar.get_hatch())))
    return found


def test_a_window_in_one_day_is_a_full_bar(tracks: ShipTracks) -> None:
    call = _call(arrived_after=_at(1), arrived_by=_at(2), left_after=_at(50), left_by=_at(51))
    assert _bars(ff.plot(tracks, kind="traffic", calls=_calls(call))) == [
        (20.0, pytest.approx(1.0), False),
        (22.0, pytest.approx(-1.0), False),
    ]


def test_a_window_over_midnight_is_spread_by_its_hours_and_hatched(tracks: ShipTracks) -> None:
    call = _call(left_after=_at(23), left_by=_at(26))
    assert _bars(ff.plot(tracks, kind="traffic", calls=_calls(call))) == [
        (20.0, pytest.approx(-1 / 3), True),
        (21.0, pytest.approx(-2 / 3), True),
    ]
    words = _texts(ff.plot(tracks, kind="traffic", calls=_calls(call)))
    assert "Tartus: 0 came, 1 there before the record, 1 left" in words
    assert "hatched: a window over midnight" in words


def test_no_call_is_lost_or_counted_twice() -> None:
    rng = np.random.default_rng(7)
    rows = []
    for ship in range(60):
        edges = sorted(rng.uniform(0, 300, 4))
        row = _call(ship)
        for name, hour in zip(MOMENTS, edges, strict=True):
            row[name] = _at(hour)
        row["kind"] = ("berth", "anchorage")[ship % 2]
        if ship % 5 == 0:
            row["left_by"] = None
        rows.append(row)
    spans = track_lines(_messages(_voyage(EARLY, "A", HOURS)), calls=_calls(*rows)).calls
    places = port_days(spans)
    assert [place.kind for place in places] == ["anchorage", "berth"]
    for place in places:
        came = place.arrived.sum() + place.arrived_spread.sum()
        left = place.left.sum() + place.left_spread.sum()
        np.testing.assert_allclose(came + place.open_arrivals, place.arrivals)
        np.testing.assert_allclose(left + place.open_departures, place.departures)
    assert sum(place.open_departures for place in places) == 12


def test_thinning_keeps_every_silence_and_the_ends() -> None:
    rng = np.random.default_rng(11)
    # Some fixes a minute, with silences of three hours thrown in; the last of a span is needed beside the first.
    seconds = np.cumsum(np.where(rng.random(3_000) < 0.01, 10_800.0, rng.integers(5, 60, 3_000)))
    times = [START + dt.timedelta(seconds=float(second)) for second in seconds]
    rows = [{"ship": EARLY, "time": time, "latitude": 35.0, "longitude": 35.0} for time in times]
    (line,) = track_lines(_messages(rows), calls=_calls()).lines
    assert line.times.size < 2_000
    assert line.fixes == 3_000
    gaps = np.diff(seconds)
    kept = np.diff(line.times) / np.timedelta64(1, "s")
    np.testing.assert_allclose(kept[kept > 7_200], gaps[gaps > 7_200])
    assert (line.times[-1] - line.times[0]) / np.timedelta64(1, "s") == seconds[-1] - seconds[0]


def test_order_and_batches_of_messages_are_irrelevant(two: ShipTracks) -> None:
    (piece,) = two.pieces
    frame = next(piece.read()).sample(fraction=1.0, shuffle=True, seed=3)
    parts = tuple(FramePiece("table", frame[at : at + 7]) for at in range(0, len(frame), 7))
    mixed = ShipTracks(parts, layout="forceflow", sources=("table",))
    for one, other in zip(
        track_lines(two, calls=_calls()).lines,
        track_lines(mixed, calls=_calls()).lines,
        strict=True,
    ):
        assert (one.ship, one.name, one.fixes) == (other.ship, other.name, other.fixes)
        np.testing.assert_array_equal(one.times, other.times)
        np.testing.assert_array_equal(one.longitude, other.longitude)
        np.testing.assert_array_equal(one.draught_m, other.draught_m)


def test_static_reports_give_draughts_and_no_positions() -> None:
    rows = _voyage(EARLY, "SPARTA", HOURS)
    still = [{**row, "latitude": None, "longitude": None} for row in rows]
    tracks = _messages([{**row, "draught_m": None, "name": None} for row in rows] + still)
    (line,) = track_lines(tracks, calls=_calls()).lines
    assert (line.times.size, line.fixes, line.name) == (len(HOURS), len(HOURS), "SPARTA")
    assert line.draught_m.size == len(HOURS)
    with pytest.raises(ff.errors.TracksError, match="no positions to draw"):
        ff.plot(_messages(still), calls=_calls())
    with pytest.raises(ff.errors.TracksError, match="no ship sent two positions"):
        ff.plot(_messages(still), kind="calendar", calls=_calls())


def test_no_call_has_no_traffic(tracks: ShipTracks) -> None:
    with pytest.raises(ff.errors.TracksError, match="no port call with a known arrival"):
        ff.plot(tracks, kind="traffic", calls=_calls().clear())
    assert _spans(ff.plot(tracks, kind="calendar", calls=_calls().clear()), "berth").size == 0


@pytest.mark.parametrize("backend", ["polars", "lazy", "pandas", "pyarrow"])
def test_calls_may_be_any_frame(tracks: ShipTracks, backend: str) -> None:
    frame = _calls()
    given = {
        "polars": lambda: frame,
        "lazy": frame.lazy,
        "pandas": frame.to_pandas,
        "pyarrow": frame.to_arrow,
    }[backend]()
    ax = ff.plot(tracks, kind="calendar", calls=given)
    np.testing.assert_allclose(_spans(ax, "berth"), [(0, 9), (20, 40)], atol=1e-5)


def test_what_is_no_frame_of_calls_is_refused(tracks: ShipTracks) -> None:
    with pytest.raises(ff.errors.FrameError, match="lack the columns kind, left_by"):
        ff.plot(tracks, calls=_calls().drop("kind", "left_by"))
    with pytest.raises(ff.errors.FrameError, match="not a frame: int"):
        ff.plot(tracks, calls=3)
    with pytest.raises(ff.ForceflowError, match="calls= goes with ships' tracks"):
        ff.plot(ff.Quantity.parse("several"), calls=_calls())


def test_a_place_of_ones_own_keeps_its_name(tracks: ShipTracks) -> None:
    ax = ff.plot(tracks, calls=_calls(_call(place="North pier")))
    assert "North pier" in [text.get_text() for text in ax.texts]


def test_an_unknown_kind_names_those_there_are(tracks: ShipTracks) -> None:
    with pytest.raises(ff.ForceflowError, match="there is 'map', 'calendar', 'traffic'"):
        ff.plot(tracks, kind="pie", calls=_calls())


@pytest.mark.parametrize("ships", [1, 9])
@pytest.mark.parametrize("size", [(6.8, 4.2), (3.4, 2.6)])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off(kind: str, size: tuple[float, float], ships: int) -> None:
    rows = []
    for ship in range(ships):
        rows += _voyage(EARLY + ship, f"$A_{ship}$ OF A LONG NAME", HOURS)
    given = _calls(*(_call(EARLY + ship) for ship in range(ships)))
    figure = Figure(figsize=size, dpi=100)
    ax = ff.plot(_messages(rows), kind=kind, calls=given, ax=figure.add_subplot())
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert min(drawn.x0, drawn.y0) >= -0.03
    assert drawn.x1 <= size[0] + 0.03
    assert drawn.y1 <= size[1] + 0.03
    for words in ax.texts:
        assert words.get_window_extent().x1 <= size[0] * 100 + 2, words.get_text()
    assert ax.get_window_extent().height > 0.15 * size[1] * 100


@pytest.mark.parametrize("hours", [[0.0, 1.0], [50.0, 51.0, 52.0]])
def test_a_track_without_a_call_has_a_map(hours: list[float]) -> None:
    """At sea all the time, or at a berth without a call that counts."""
    none = pl.DataFrame(schema=ff.tracks.CALL_COLUMNS)
    ax = ff.plot(_messages(_voyage(EARLY, "SPARTA", hours)), calls=none)
    assert ax.get_title(loc="left") == "Where SPARTA was heard"
    assert "Tartus" not in _texts(ax)


def test_a_berth_on_the_date_line_is_drawn_there() -> None:
    fiji = pl.DataFrame({"name": ["Fiji"], "lat": [-17.0], "lon": [180.0]})
    rows = [
        {
            "ship": EARLY,
            "time": _at(hour),
            "latitude": -17.0,
            "longitude": 179.98 - 359.97 * (hour % 2),
        }
        for hour in range(10)
    ]
    tracks = _messages(rows)
    calls = ff.tracks.port_calls(tracks, places=fiji)
    ax = ff.plot(tracks, calls=calls)
    (label,) = (text for text in ax.texts if "Fiji" in text.get_text())
    assert abs(middle_of(np.array([179.98, -179.99]), np.array([-17.0, -17.0]))[0]) > 179.9
    figure = ax.figure
    figure.canvas.draw()
    at = ax.transData.inverted().transform(label.get_window_extent().get_points().mean(axis=0))
    assert abs(at[0]) > 90
