"""How well ships were heard in port, held to plain loops, and silences near ports."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_calls import at, tracks_of
from scipy.stats import beta

import forceflow as ff
from forceflow.errors import FrameError, QuantityError, TracksError, UnknownNameError
from forceflow.flows import detection_from_coverage
from forceflow.quantity.units import KM_PER_NM
from forceflow.tracks import coverage, detection, silences
from forceflow.tracks.place_points import PlacePoints, distance_km
from forceflow.tracks.share_posterior import share_interval
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks
from forceflow.world import find_place
from forceflow.world.geography.geodesy import geodesic_km

TARTUS = (find_place("tartus").latitude, find_place("tartus").longitude)
LIMASSOL = (find_place("limassol").latitude, find_place("limassol").longitude)
AT_SEA = (34.5, 34.5)
SPOTS = {"t": TARTUS, "l": LIMASSOL, "s": AT_SEA}
NAMES = {"t": "tartus", "l": "limassol"}
PORTS = tuple(NAMES.values())

Fix = tuple[int, int, str]
"""Ship, minute of January 2025, spot."""

fixes = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 12_000), st.sampled_from("tls")),
    max_size=40,
    unique_by=lambda fix: fix[:2],
)


def moment(minute: int) -> str:
    return (at("2025-01-01 00:00") + dt.timedelta(minutes=minute)).isoformat(sep=" ")[:19]


def tracks(seen: list[Fix], *, batches: int = 1) -> ShipTracks:
    return tracks_of(*((ship, moment(t), *SPOTS[spot]) for ship, t, spot in seen), batches=batches)


def hours_by_loop(
    seen: list[Fix], silence_h: float, longest_h: float
) -> dict[tuple[str, str], list[float]]:
    """Hours known, heard and open by place and ship, the slow way."""
    hours: dict[tuple[str, str], list[float]] = {}
    for (ship, t, spot), (other, later, there) in pairwise(sorted(seen)):
        if ship != other or spot != there or spot == "s":
            continue
        own = hours.setdefault((NAMES[spot], str(ship)), [0.0, 0.0, 0.0])
        gap = (later - t) / 60
        if gap > max(longest_h, silence_h):
            own[2] += gap
            continue
        own[0] += gap
        own[1] += gap * (gap <= silence_h)
    return hours


@given(
    seen=fixes, silence_h=st.sampled_from([0.5, 2.0, 30.0]), longest_h=st.sampled_from([10.0, 90.0])
)
@settings(max_examples=40)
def test_hours_are_those_of_a_plain_loop(
    seen: list[Fix], silence_h: float, longest_h: float
) -> None:
    found = coverage(tracks(seen), places=PORTS, silence_h=silence_h, longest_h=longest_h)
    wanted = hours_by_loop(seen, silence_h, longest_h)
    rows = found.by_ship.select("place", "ship", "known_h", "heard_h", "open_h").iter_rows()
    assert {row[:2]: pytest.approx(list(row[2:])) for row in rows} == wanted


@given(seen=fixes, every=st.sampled_from(["1h", "1d", "1w", "1mo"]))
@settings(max_examples=25)
def test_bins_sum_to_the_total(seen: list[Fix], every: str) -> None:
    found = coverage(tracks(seen), places=PORTS, every=every)
    for name in ("known_h", "heard_h"):
        assert found.by_time[name].sum() == pytest.approx(found.by_ship[name].sum())
    assert (found.by_time["heard_h"] <= found.by_time["known_h"] + 1e-9).all()
    width = found.by_time["stop"] - found.by_time["start"]
    assert (found.by_time["known_h"] <= 3 * width.dt.total_minutes() / 60 + 1e-9).all()


@given(seen=fixes, batches=st.integers(1, 7), order=st.randoms())
@settings(max_examples=25)
def test_batches_and_the_order_of_messages_are_irrelevant(
    seen: list[Fix], batches: int, order: Any
) -> None:
    mixed = list(seen)
    order.shuffle(mixed)
    one, other = (
        coverage(tracks(sorted(seen)), places=PORTS),
        coverage(tracks(mixed, batches=batches), places=PORTS),
    )
    assert one.by_ship.equals(other.by_ship)
    assert one.by_time.equals(other.by_time)
    options: dict[str, Any] = {"longer_than_h": 5.0, "near_km": 20.0, "places": PORTS}
    assert silences(tracks(sorted(seen)), **options).equals(
        silences(tracks(mixed, batches=batches), **options)
    )


@given(seen=fixes)
@settings(max_examples=20)
def test_a_longer_silence_hears_no_less(seen: list[Fix]) -> None:
    heard = [
        coverage(tracks(seen), places=PORTS, silence_h=hours).by_ship["heard_h"].sum()
        for hours in (1, 4, 16)
    ]
    assert heard == sorted(heard)


def test_a_gap_with_a_fix_elsewhere_is_not_known() -> None:
    stayed = [(1, 0, "t"), (1, 600, "t")]
    assert coverage(tracks(stayed)).by_ship["known_h"].sum() == 10
    assert coverage(tracks([*stayed, (1, 300, "s")])).by_ship["known_h"].sum() == 0
    assert coverage(tracks([*stayed, (2, 300, "s")])).by_ship["known_h"].sum() == 10


def test_silences_and_stretches_are_counted() -> None:
    minutes = [0, 60, 120, 720, 780, 3000, 3060]
    found = coverage(tracks([(1, minute, "t") for minute in minutes]))
    row = found.by_ship.row(0, named=True)
    # Heard, silent, heard, silent, heard.
    assert (row["silences"], row["stretches"]) == (2, 5)
    assert (row["known_h"], row["heard_h"]) == (51.0, 4.0)
    # Away in between: two times heard without a silence.
    away = [(1, 0, "t"), (1, 60, "t"), (1, 90, "s"), (1, 120, "t"), (1, 180, "t")]
    row = coverage(tracks(away)).by_ship.row(0, named=True)
    assert (row["silences"], row["stretches"], row["known_h"]) == (0, 2, 2.0)


def test_static_reports_are_no_presence() -> None:
    seen = tracks([(1, 0, "t"), (1, 600, "t")])
    (piece,) = seen.pieces
    static = next(iter(piece.read())).with_columns(
        time=pl.col("time") + pl.duration(minutes=90),
        latitude=pl.lit(None, pl.Float64),
        longitude=pl.lit(None, pl.Float64),
    )
    both = ShipTracks((piece, FramePiece("table", static)), "forceflow", ("table",))
    assert coverage(both).by_ship.equals(coverage(seen).by_ship)


def test_a_gap_is_cut_at_midnight() -> None:
    found = coverage(tracks([(1, 23 * 60, "t"), (1, 26 * 60, "t")]), silence_h=4)
    assert found.by_time.select("start", "known_h", "heard_h", "share").rows() == [
        (at("2025-01-01 00:00"), 1.0, 1.0, 1.0),
        (at("2025-01-02 00:00"), 2.0, 2.0, 1.0),
    ]


def test_the_object_answers_and_shows() -> None:
    found = coverage(tracks([(1, 0, "t"), (1, 60, "t"), (1, 300, "t"), (2, 0, "l"), (2, 60, "l")]))
    assert found.share() == 2 / 6
    assert found.share("tartus") == 1 / 5
    assert found.share("limassol") == 1.0
    assert "2 ships heard 33% of the 6 h" in str(found)
    assert str(found) in repr(found)
    assert "<table" in found._repr_html_()
    with pytest.raises(TracksError, match=r"'latakia'; places: limassol, tartus"):
        found.share("latakia")
    nothing = coverage(tracks([]))
    assert math.isnan(nothing.share())
    assert "no ship" in str(nothing)


def test_tables_come_in_the_library_wanted(backend: str) -> None:
    seen = tracks([(1, 0, "t"), (1, 60, "t"), (1, 3000, "t")])
    for frame in (coverage(seen).to_frame(backend=backend), silences(seen, backend=backend)):
        assert backend in type(frame).__module__
        assert len(frame) > 0


@given(latitude=st.floats(-89, 89), longitude=st.floats(-180, 180), radius=st.floats(1, 90))
def test_the_nearest_port_is_that_of_a_plain_search(
    latitude: float, longitude: float, radius: float
) -> None:
    points = PlacePoints(None, radius_km=radius)
    rows = np.array([latitude, np.nan]), np.array([longitude, 0.0])
    found = points.nearest(*rows)
    km = distance_km(points.latitude, points.longitude, latitude, longitude)
    nearest = int(np.argmin(km))
    assert found.place[0] == (nearest if km[nearest] <= radius else -1)
    assert found.place[1] == -1


@given(north=st.floats(-1, 1), east=st.floats(-1, 1), port=st.integers(0, 98))
def test_ports_are_found_from_nearby_too(north: float, east: float, port: int) -> None:
    points = PlacePoints(None, radius_km=50)
    port %= len(points.zones)
    here = points.latitude[port] + north, points.longitude[port] + east
    km = distance_km(points.latitude, points.longitude, *here)
    nearest = int(np.argmin(km))
    found = points.nearest(np.array([here[0]]), np.array([here[1]]))
    assert found.place[0] == (nearest if km[nearest] <= 50 else -1)


@pytest.mark.parametrize("centre", [179.95, 180.0, -180.0, -179.95])
def test_a_place_reaches_across_the_date_line(centre: float) -> None:
    reef = pl.DataFrame({"name": ["reef"], "lat": [-17.0], "lon": [centre]})
    days = ("2025-01-01 00:00", "2025-01-01 01:00", "2025-01-01 02:00")
    # 0.08 degrees are 8.5 km there, 0.2 degrees 21 km: the place reaches 10 km.
    near = [centre - 0.08, centre + 0.08, centre - 0.08]
    far = [centre - 0.2, centre + 0.2, centre - 0.2]
    for east, hours in ((near, [2.0]), (far, [])):
        wrapped = [(one + 180) % 360 - 180 for one in east]
        seen = tracks_of(*((1, day, -17.0, one) for day, one in zip(days, wrapped, strict=True)))
        assert coverage(seen, places=reef).by_ship["heard_h"].to_list() == hours


def test_distances_are_those_of_the_ellipsoid_to_half_a_percent() -> None:
    wanted = geodesic_km((TARTUS[1], TARTUS[0]), (LIMASSOL[1], LIMASSOL[0]))
    assert distance_km(*TARTUS, *LIMASSOL) == pytest.approx(wanted, rel=0.006)


def test_places_of_ones_own_and_polygons() -> None:
    seen = tracks([(1, 0, "t"), (1, 60, "t")])
    frame = pl.DataFrame({"name": ["quay"], "lat": [TARTUS[0]], "lon": [TARTUS[1]]})
    assert coverage(seen, places=frame).by_ship["place"].to_list() == ["quay"]
    assert coverage(seen, places="tartus").by_ship["place"].to_list() == ["tartus"]
    assert coverage(seen, places=["limassol"]).by_ship["place"].to_list() == []
    lat, lon = TARTUS
    ring = [
        [lon - 0.1, lat - 0.1],
        [lon + 0.1, lat - 0.1],
        [lon, lat + 0.2],
        [lon - 0.1, lat - 0.1],
    ]
    for shift, known in ((0.0, ["basin"]), (0.12, []), (0.3, [])):
        corners = [[east + shift, north] for east, north in ring]
        basin = {
            "type": "Feature",
            "properties": {"name": "basin"},
            "geometry": {"type": "Polygon", "coordinates": [corners]},
        }
        assert coverage(seen, places=basin).by_ship["place"].to_list() == known


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"radius_km": 0}, "radius_km"),
        ({"silence_h": -1}, "silence_h must be above 0"),
        ({"longest_h": float("nan")}, "longest_h"),
        ({"every": "a day"}, "every='a day' is no duration"),
        ({"every": 3}, "every=3 is no duration"),
        ({"places": pl.DataFrame({"name": ["a"]})}, "'lat' and 'lon' are needed"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises((TracksError, QuantityError), match=named):
        coverage(tracks([(1, 0, "t")]), **options)


def test_what_is_no_track_is_refused() -> None:
    table: Any = pl.DataFrame({"ship": [1]})
    for function in (coverage, silences):
        with pytest.raises(TracksError, match="read_ais"):
            function(table)
        with pytest.raises(UnknownNameError, match="Atlantis"):
            function(tracks([]), places=["Atlantis"])


# The share of movements.


def test_ships_that_are_alike_make_a_binomial() -> None:
    """Many ships, each with one trial: the mean is a Jeffreys beta, whatever the size of the shares' own beta."""
    trials, hits = np.ones(60), np.r_[np.ones(45), np.zeros(15)]
    low, high = share_interval(hits, trials)
    np.testing.assert_allclose([low, high], beta(45.5, 15.5).ppf([0.05, 0.95]), atol=2e-3)


def test_ships_that_differ_are_wider_than_their_trials() -> None:
    alike = share_interval(np.full(10, 10.0), np.full(10, 20.0))
    differing = share_interval(np.repeat([0.0, 20.0], 5), np.full(10, 20.0))
    as_one_lot = beta(100.5, 100.5).ppf([0.05, 0.95])
    assert alike[0] < as_one_lot[0] < as_one_lot[1] < alike[1]
    assert differing[0] < alike[0] < alike[1] < differing[1]
    # Ten ships, each heard always or never, are ten trials.
    ten = beta(5.5, 5.5).ppf([0.05, 0.95])
    np.testing.assert_allclose(differing, ten, atol=0.05)


@given(hits=st.integers(0, 20), more=st.floats(0.5, 0.99))
def test_a_range_holds_its_middle_and_widens_with_its_probability(hits: int, more: float) -> None:
    inner = share_interval(np.array([hits, 3.0]), np.array([20.0, 4.0]), coverage=more / 2)
    outer = share_interval(np.array([hits, 3.0]), np.array([20.0, 4.0]), coverage=more)
    assert 0 <= outer[0] <= inner[0] <= inner[1] <= outer[1] <= 1


def test_ninety_percent_ranges_hold_nine_times_in_ten() -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        shares = random.beta(7.0, 3.0, 12)
        trials = random.integers(1, 9, 12)
        hits = random.binomial(trials, shares)
        low, high = share_interval(hits.astype(np.float64), trials.astype(np.float64))
        held += low <= 0.7 <= high
    # Five standard deviations of 200 trials around 0.9.
    assert 0.79 <= held / 200 <= 1.0


def test_detection_takes_the_place_of_a_prior() -> None:
    seen: list[Fix] = []
    for ship in range(1, 9):
        # Heard for 12 h, silent for 6 h, heard for 12 h.
        seen += [(ship, minute, "t") for minute in (*range(0, 721, 60), *range(1080, 1801, 60))]
    seen += [(9, minute, "l") for minute in range(0, 1801, 60)]
    found = coverage(tracks(seen))
    ranges = detection(found)
    assert set(ranges) == {"limassol", "sea", "tartus"}
    assert ranges["tartus"][0] < 24 / 30 < ranges["tartus"][1]
    # One ship is one witness: its range is wider than that of eight.
    assert np.ptp(ranges["limassol"]) > np.ptp(ranges["tartus"])
    share = detection_from_coverage(found, place="tartus")
    assert (share.low, share.high) == ranges["tartus"] == detection(found, place="tartus")["tartus"]
    assert detection_from_coverage(found) == ff.Detection(*ranges["sea"])
    row = {
        "mode": "sea",
        "platform": "Sparta",
        "origin": "Tartus",
        "destination": "Tobruk",
        "movements": 1,
    }
    events = ff.from_frame(
        pl.DataFrame(
            [{**row, "event_id": f"{day}", "start": f"2025-01-{day:02d}"} for day in (3, 8, 13, 18)]
        )
    )
    between = ("2025-01-01", "2025-01-21")
    plain = ff.estimate_rate(events, between=between, seed=1)
    corrected = ff.estimate_rate(events, between=between, seed=1, detection={"sea": share})
    # The share is about four fifths, so that the rate is about five fourths.
    assert corrected.per_day.middle / plain.per_day.middle == pytest.approx(30 / 24, rel=0.1)


def test_nobody_known_is_no_detection() -> None:
    found = coverage(tracks([(1, 0, "s"), (1, 60, "s")]))
    with pytest.raises(TracksError, match="nothing says how ships are heard"):
        detection(found)
    with pytest.raises(TracksError, match="'tartus'; places: none"):
        detection_from_coverage(found, place="tartus")
    open_only = coverage(tracks([(1, 0, "t"), (1, 12_000, "t")]))
    with pytest.raises(TracksError, match="nothing says how ships are heard"):
        detection(open_only)
    with pytest.raises(TracksError, match="nothing says how ships are heard"):
        detection(open_only, place="tartus")
    with pytest.raises(TracksError, match="coverage is a share"):
        share_interval(np.ones(1), np.ones(1), coverage=1.0)


# Silences near ports.


def silences_by_loop(seen: list[Fix], longer: float) -> list[tuple[str, int, int | None, str, str]]:
    """Ship, minutes, and spots at both ends of each silence that begins or ends in a port."""
    end = max((minute for _, minute, _ in seen), default=0)
    found: list[tuple[str, int, int | None, str, str]] = []
    for ship in sorted({ship for ship, _, _ in seen}):
        own = sorted((minute, spot) for one, minute, spot in seen if one == ship)
        for (t, spot), (later, there) in pairwise(own):
            if (later - t) / 60 > longer and {spot, there} != {"s"}:
                found.append((str(ship), t, later, spot, there))
        last, spot = own[-1]
        if (end - last) / 60 > longer and spot != "s":
            found.append((str(ship), last, None, spot, ""))
    return found


@given(seen=fixes, longer=st.sampled_from([1.0, 7.3, 40.0]), batches=st.integers(1, 4))
@settings(max_examples=40)
def test_silences_are_those_of_a_plain_loop(seen: list[Fix], longer: float, batches: int) -> None:
    table = silences(
        tracks(seen, batches=batches), longer_than_h=longer, near_km=20.0, places=PORTS
    )
    spots = {name: spot for spot, name in NAMES.items()}
    start = at("2025-01-01 00:00")
    found = []
    for row in table.iter_rows(named=True):
        ends = [
            None if row[name] is None else int((row[name] - start).total_seconds() // 60)
            for name in ("silent_from", "silent_to")
        ]
        after = "" if row["silent_to"] is None else spots.get(row["place_after"], "s")
        found.append((row["ship"], *ends, spots.get(row["place"], "s"), after))
    assert found == silences_by_loop(seen, longer)


def test_a_silence_says_where_and_what_was_within_reach() -> None:
    seen = tracks_of((1, "2025-01-01 00:00", *TARTUS), (1, "2025-01-02 00:00", *LIMASSOL))
    (row,) = silences(seen).to_dicts()
    km = float(distance_km(*TARTUS, *LIMASSOL))
    assert (row["place"], row["place_after"], row["hours"]) == ("tartus", "limassol", 24.0)
    assert row["moved_km"] == pytest.approx(km)
    assert row["least_speed_kn"] == pytest.approx(km / 24 / KM_PER_NM)
    reachable = row["reachable"].split("; ")
    points = PlacePoints(None, radius_km=1)
    for zone in points.zones:
        over = sum(
            float(distance_km(zone.latitude, zone.longitude, *end)) for end in (TARTUS, LIMASSOL)
        )
        # Within 24 h at 14 kn, but for the rounding of the prior in km/h.
        if over < 24 * 13.9 * KM_PER_NM:
            assert zone.name in reachable
        if over > 24 * 14.1 * KM_PER_NM:
            assert zone.name not in reachable
    assert "tobruk" not in reachable
    (fast,) = silences(seen, top_kn=30).to_dicts()
    assert set(reachable) < set(fast["reachable"].split("; "))


def test_a_silence_without_an_end_lasts_to_the_end_of_the_record() -> None:
    seen = tracks_of(
        (1, "2025-01-01 00:00", *TARTUS),
        (2, "2025-01-01 00:00", *AT_SEA),
        (2, "2025-01-01 10:00", *AT_SEA),
    )
    (row,) = silences(seen).to_dicts()
    assert (row["ship"], row["silent_to"], row["hours"]) == ("1", None, 10.0)
    assert row["moved_km"] is None
    # 10 h at 14 kn are 259 km: Beirut lies within them and Tobruk does not.
    assert "beirut" in row["reachable"].split("; ")
    assert "tobruk" not in row["reachable"]


def test_names_are_the_last_ones_sent() -> None:
    seen = tracks([(1, 0, "t"), (1, 3000, "t")])
    (piece,) = seen.pieces
    named = next(iter(piece.read())).with_columns(name=pl.Series(["OLD", "NEW"]))
    table = silences(ShipTracks((FramePiece("table", named[::-1]),), "forceflow", ("table",)))
    assert table["name"].to_list() == ["NEW"]
    assert silences(seen)["name"].to_list() == [None]


def test_a_silence_is_no_movement() -> None:
    table = silences(
        tracks_of((1, "2025-01-01 00:00", *TARTUS), (1, "2025-01-03 00:00", *LIMASSOL))
    )
    with pytest.raises(FrameError, match="lacks the columns"):
        ff.from_frame(table)


@pytest.mark.parametrize("options", [{"longer_than_h": 0}, {"near_km": -1}, {"top_kn": -5}])
def test_wrong_numbers_are_named(options: dict[str, float]) -> None:
    with pytest.raises(TracksError, match=next(iter(options))):
        silences(tracks([(1, 0, "t")]), **options)  # type: ignore[arg-type]
