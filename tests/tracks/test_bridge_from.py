"""Ground times and an air bridge out of legs, held to what the legs were made with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_calls import at
from made_legs import bridge_legs, frame_of_legs, leg, shuttle

import forceflow as ff
from forceflow.errors import EstimateError, FrameError, TracksError, UnknownNameError
from forceflow.tracks.ground_times import mean_ground_h
from forceflow.tracks.leg_rows import Leg, read_legs
from forceflow.tracks.seen_pace import (
    block_h_per_day,
    closed_hours,
    is_night,
    most_at_once,
    operating_hours,
)
from forceflow.tracks.trips import Stay, stays_between, trips_of
from forceflow.world import find_platform

WAY: dict[str, Any] = {"origin": "Hmeimim", "destination": "al-Khadim"}


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def stays_of(*windows: tuple[float, float]) -> list[Stay]:
    """Stays of these shortest and longest times, h."""
    rows = []
    for number, (shortest, longest) in enumerate(windows):
        landed, margin = (
            at("2024-12-10 06:00") + dt.timedelta(days=number),
            (longest - shortest) / 2,
        )
        aloft = {
            "took_off_after": landed - hours(2),
            "took_off_by": landed - hours(2),
            "landed_after": landed,
        }
        rows.append(
            leg(
                "OSLK",
                "2024-12-10 04:00",
                "HL59",
                "2024-12-10 06:00",
                **aloft,
                landed_by=landed + hours(margin),
            )
        )
        left = landed + hours(longest)
        aloft = {"took_off_by": left, "landed_after": left + hours(2), "landed_by": left + hours(2)}
        rows.append(
            leg(
                "HL59",
                "2024-12-10 04:00",
                "OSLK",
                "2024-12-10 06:00",
                took_off_after=left - hours(margin),
                **aloft,
            )
        )
    found = stays_between(read_legs(frame_of_legs(*rows)))
    return [stay for stay in found if stay.field == "HL59"]


# -- stays and trips ------------------------------------------------------------------------------------------------


def test_a_stay_is_as_long_as_its_windows_allow() -> None:
    frame = ff.tracks.ground_times(frame_of_legs(*shuttle("2024-12-14")))
    assert frame.height == 1
    row = frame.row(0, named=True)
    assert (row["field"], row["came_from"], row["went_to"], row["platform"]) == (
        "HL59",
        "OSLK",
        "OSLK",
        "An-124",
    )
    assert (row["landed_after"], row["landed_by"]) == (
        at("2024-12-14 06:00"),
        at("2024-12-14 06:07"),
    )
    assert (row["took_off_after"], row["took_off_by"]) == (
        at("2024-12-14 08:53"),
        at("2024-12-14 09:00"),
    )
    assert row["shortest_h"] == pytest.approx(2 + 46 / 60)
    assert row["longest_h"] == pytest.approx(3.0)


def test_without_a_fix_on_the_ground_the_shortest_stay_is_0() -> None:
    out, back = shuttle("2024-12-14")
    for row, column in ((out, "landed_by"), (back, "took_off_after")):
        changed = [{**one, column: None} if one is row else one for one in (out, back)]
        (stay,) = ff.tracks.ground_times(frame_of_legs(*changed)).iter_rows(named=True)
        assert (stay["shortest_h"], stay["longest_h"]) == (0.0, 3.0)


def test_legs_that_do_not_meet_make_no_stay() -> None:
    legs = frame_of_legs(
        leg("OSLK", "2024-12-14 04:00", "HL59", "2024-12-14 06:00"),
        leg("HL69", "2024-12-14 09:00", "OSLK", "2024-12-14 11:00"),
        leg(None, "2024-12-14 12:00", "OSLK", "2024-12-14 13:00"),
    )
    assert ff.tracks.ground_times(legs).is_empty()


def test_two_aircraft_make_no_stay_with_each_other() -> None:
    out, back = shuttle("2024-12-14")
    assert ff.tracks.ground_times(frame_of_legs(out, {**back, "aircraft": "155001"})).is_empty()


def test_ground_times_come_in_the_library_that_is_asked_for() -> None:
    legs = bridge_legs(2)
    frame = ff.tracks.ground_times(legs, backend="pandas")
    assert list(frame.columns) == list(ff.tracks.GROUND_COLUMNS)
    assert len(frame) == len(ff.tracks.ground_times(legs))
    with pytest.raises(TracksError, match="unknown frame library"):
        ff.tracks.ground_times(legs, backend="dask")
    assert ff.tracks.ground_times(frame_of_legs()).schema == pl.Schema(ff.tracks.GROUND_COLUMNS)


def test_aircraft_without_a_platform_have_ground_times_too() -> None:
    legs = frame_of_legs(*shuttle("2024-12-14", type="B738"))
    assert ff.tracks.ground_times(legs)["platform"].to_list() == [None]


fields = st.sampled_from(["OSLK", "HL59", "HL69", None])


@given(ends=st.lists(st.tuples(fields, fields), max_size=12))
def test_each_leg_between_two_fields_is_in_one_trip(
    ends: list[tuple[str | None, str | None]],
) -> None:
    start = at("2024-12-10 00:00")
    rows = []
    for number, (origin, destination) in enumerate(ends):
        took_off = start + hours(4 * number)
        rows.append(
            leg(
                origin,
                f"{took_off:%Y-%m-%d %H:%M}",
                destination,
                f"{took_off + hours(2):%Y-%m-%d %H:%M}",
            )
        )
    legs = read_legs(frame_of_legs(*rows))
    trips = trips_of(legs)
    inside = [one.row for trip in trips for one in trip.legs]
    going = [
        one.row for one in legs if one.origin and one.destination and one.origin != one.destination
    ]
    assert inside == going
    for trip in trips:
        for before, after in zip(trip.legs, trip.legs[1:], strict=False):
            assert before.destination == after.origin
            # Nothing but flights around the field lies between two legs of a trip.
            assert all(
                one.origin == one.destination == before.destination
                for one in legs[before.row + 1 : after.row]
            )
        # It ends when the aircraft is back, and not before.
        assert all(one.destination != trip.legs[0].origin for one in trip.legs[:-1])


# -- the mean of stays ----------------------------------------------------------------------------------------------


def test_the_mean_of_stays_worked_out_by_hand() -> None:
    mean = mean_ground_h(
        stays_of((1.0, 2.0), (2.0, 3.0), (3.0, 4.0), (4.0, 5.0)), words="four stays"
    )
    # Middles 1.5, 2.5, 3.5, 4.5: standard deviation 1.29099, Student's t at 95 % with 3 degrees 2.35336 (tables).
    margin = 2.35336 * 1.29099 / 2
    assert mean.best == pytest.approx(3.0)
    assert mean.low == pytest.approx(max(2.5 - margin, 1.0), abs=1e-4)
    assert mean.high == pytest.approx(min(3.5 + margin, 5.0), abs=1e-4)
    assert (mean.unit, mean.words) == ("h", "four stays")


def test_stays_known_to_the_second_and_alike_have_one_mean() -> None:
    assert mean_ground_h(stays_of((2.0, 2.0), (2.0, 2.0)), words="").ends == (2.0, 2.0)


@given(
    middles=st.lists(st.floats(3, 8), min_size=2, max_size=6),
    wider=st.floats(0, 2),
    width=st.floats(0, 1),
)
def test_wider_windows_never_narrow_the_mean(
    middles: list[float], wider: float, width: float
) -> None:
    narrow, wide = (
        mean_ground_h(stays_of(*((one - half, one + half) for one in middles)), words="")
        for half in (width, width + wider)
    )
    assert wide.low <= narrow.low + 1e-6
    assert wide.high >= narrow.high - 1e-6


def test_the_true_mean_is_in_the_range_as_often_as_stated() -> None:
    # Gamma times with mean 3 h, as the simulation draws them, seen through windows of 0 to 30 min.
    draws = np.random.default_rng(5)
    inside = 0
    for _ in range(200):
        times = draws.gamma(1 / 0.3**2, 3.0 * 0.3**2, size=6)
        before, after = draws.uniform(0, 0.25, size=(2, 6))
        mean = mean_ground_h(stays_of(*zip(times - before, times + after, strict=True)), words="")
        inside += mean.low <= 3.0 <= mean.high
    # 90 % stated of the sampling alone; the windows only add to it.
    assert inside >= 0.87 * 200


# -- the pace -------------------------------------------------------------------------------------------------------


def test_hours_of_operation_go_round_midnight() -> None:
    moments = [at(f"2024-12-{day} {hour:02d}:00") for day in range(10, 20) for hour in (22, 2)]
    found = operating_hours(moments)
    assert found is not None
    assert found.best == pytest.approx(4.0)
    assert found.high == pytest.approx(4.0 * 21 / 19)


def test_nine_moments_say_nothing_of_the_hours() -> None:
    moments = [at(f"2024-12-10 {hour:02d}:00") for hour in range(9)]
    assert operating_hours(moments) is None
    assert operating_hours([*moments, moments[0]]) is not None


@given(shift=st.integers(0, 23), seed=st.integers(0, 1_000))
def test_hours_of_operation_do_not_hang_on_the_time_zone(shift: int, seed: int) -> None:
    draws = np.random.default_rng(seed).uniform(0, 240, size=15)
    start = at("2024-12-10 00:00")
    one = operating_hours([start + hours(value) for value in draws])
    other = operating_hours([start + hours(value + shift) for value in draws])
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(
        [one.low, one.best, one.high], [other.low, other.best, other.high], atol=1e-6
    )
    assert 0 < one.low <= one.best <= one.high <= 24


def test_hours_flown_count_by_aircraft_and_day() -> None:
    legs = read_legs(frame_of_legs(*shuttle("2024-12-10"), *shuttle("2024-12-11")[:1]))
    # Each leg between 2 h and 2 h 14 min.
    one = 2 + 7 / 60
    np.testing.assert_allclose(block_h_per_day(legs, lambda _: 0.0), [1.5 * one, 2 * one, 2])
    np.testing.assert_allclose(block_h_per_day(legs, lambda _: 3.0), [4.5, 6.0, 2])


def test_aircraft_on_the_ground_at_once_are_counted_where_they_surely_are() -> None:
    def at_khadim(*rows: dict[str, Any]) -> int:
        legs = read_legs(frame_of_legs(*rows))
        by_address: dict[str, list[Leg]] = {}
        for one in legs:
            by_address.setdefault(one.aircraft, []).append(one)
        return most_at_once(stay for own in by_address.values() for stay in stays_between(own))

    first = shuttle("2024-12-10", 4)
    # On the ground from 06:07 to 08:53; one that comes an hour later meets it, one three hours later does not.
    assert at_khadim(*first) == 1
    assert at_khadim(*first, *shuttle("2024-12-10", 5, aircraft="155001")) == 2
    assert at_khadim(*first, *shuttle("2024-12-10", 7, aircraft="155001")) == 1
    assert at_khadim({**first[0], "landed_by": None}, first[1]) == 0
    # One whose landing and take-off may have been in either order was surely there at no time.
    blind = leg("OSLK", "2024-12-10 04:00", "HL59", "2024-12-10 06:00", aircraft="155002")
    away = leg("HL59", "2024-12-10 09:10", "OSLK", "2024-12-10 11:00", aircraft="155002")
    unsure = [
        {**blind, "landed_by": at("2024-12-10 08:58")},
        {**away, "took_off_after": at("2024-12-10 07:00")},
    ]
    assert at_khadim(*unsure) == 0
    assert at_khadim(*first, *shuttle("2024-12-10", 5, aircraft="155001"), *unsure) == 2


# -- the bridge -----------------------------------------------------------------------------------------------------


def busy_legs() -> pl.DataFrame:
    """Two Il-76, each out and back twice a day, 1 h on the ground at home."""
    rows = []
    for day in range(10, 16):
        for number in (1, 2):
            own = {"aircraft": f"15500{number}", "registration": f"RA-7800{number}", "type": "IL76"}
            rows += shuttle(f"2024-12-{day}", 4, **own)
            rows += shuttle(f"2024-12-{day}", 12, **own)
    return frame_of_legs(*rows)


def test_a_bridge_holds_what_was_seen() -> None:
    bridge = ff.tracks.bridge_from(busy_legs(), **WAY)
    assert (bridge.route.origin.name, bridge.route.destination.name) == ("Hmeimim", "al-Khadim")
    fleet = bridge.fleet["Il-76MD"]
    assert isinstance(fleet, ff.Quantity)
    assert fleet.ends == (2.0, 2.0)
    assert fleet.words == (
        "2 aircraft seen, 24 flights in 6 days: 2.00 per aircraft and day (10 Dec 2024 to 15 Dec 2024)"
    )
    offload, onload = (getattr(bridge, name)["Il-76MD"] for name in ("offload_h", "onload_h"))
    assert offload.low == pytest.approx(2 + 46 / 60)
    assert offload.high == pytest.approx(3.0)
    assert (onload.low, onload.high) == (pytest.approx(46 / 60), pytest.approx(1.0))
    assert (
        offload.words == "mean of 24 stays of 2 aircraft at al-Khadim, 10 Dec 2024 to 15 Dec 2024"
    )
    for mog in (bridge.onload_mog, bridge.offload_mog):
        assert isinstance(mog, ff.Quantity)
        assert mog.low == 2.0
        assert mog.family == "at_least"
    block = find_platform("Il-76MD").block_speed_km_per_h(bridge.route.distance_km)  # type: ignore[union-attr]
    flown = max(4 * bridge.route.distance_km / block.best, 4 * (2 + 7 / 60))
    assert isinstance(bridge.utilisation_h_per_day, dict)
    assert bridge.utilisation_h_per_day["Il-76MD"].best == pytest.approx(flown, rel=1e-3)
    assert isinstance(bridge.operating_h_per_day, ff.Quantity)
    assert bridge.operating_h_per_day.best == pytest.approx(15.0)


def test_the_pace_seen_can_be_flown_by_the_bridge() -> None:
    seen = 4.0
    can = ff.airlift_capacity(ff.tracks.bridge_from(busy_legs(), **WAY, operating_h_per_day=24))
    assert can.sorties_per_day.high >= 0.95 * seen


def test_nights_parked_are_no_ground_times() -> None:
    bridge = ff.tracks.bridge_from(bridge_legs(6), **WAY)
    assert isinstance(bridge.onload_h, dict)
    onload = bridge.onload_h["An-124"]
    assert onload.words == "published: 0 stays at Hmeimim seen, 3 are wanted"
    assert onload.ends == find_platform("An-124").ground_time_h("onload").ends  # type: ignore[union-attr]


def drifting_legs(
    destination: str = "HL59", *, there_h: float, home_h: float
) -> list[dict[str, Any]]:
    """Ten times out and back round the clock, two hours each way, with these times on the ground."""
    rows, now = [], at("2024-12-10 00:00")
    for _ in range(10):
        for ends, rest_h in ((("OSLK", destination), there_h), ((destination, "OSLK"), home_h)):
            landed = now + hours(2)
            rows.append(leg(ends[0], f"{now:%Y-%m-%d %H:%M}", ends[1], f"{landed:%Y-%m-%d %H:%M}"))
            now = landed + hours(rest_h)
    return rows


def test_a_rest_is_no_ground_time_unless_the_user_says_so() -> None:
    legs = frame_of_legs(*drifting_legs(there_h=13, home_h=1.5))
    bridge = ff.tracks.bridge_from(legs, **WAY)
    assert isinstance(bridge.offload_h, dict)
    assert bridge.offload_h["An-124"].words.startswith("published: 0 stays at al-Khadim")
    longer = ff.tracks.bridge_from(legs, **WAY, longest_ground_h=14)
    assert isinstance(longer.offload_h, dict)
    assert (longer.offload_h["An-124"].low, longer.offload_h["An-124"].high) == (
        pytest.approx(13 - 14 / 60),
        pytest.approx(13.0),
    )


def test_only_stays_before_and_after_the_flights_of_the_bridge_count() -> None:
    own: dict[str, Any] = {"aircraft": "155001", "registration": "RA-78001"}
    elsewhere = [row | own for row in drifting_legs("HL69", there_h=6, home_h=5)]
    legs = frame_of_legs(*drifting_legs(there_h=4, home_h=1.5), *elsewhere)
    bridge = ff.tracks.bridge_from(legs, **WAY)
    assert isinstance(bridge.onload_h, dict)
    assert (bridge.onload_h["An-124"].low, bridge.onload_h["An-124"].high) == (
        pytest.approx(1.5 - 14 / 60),
        pytest.approx(1.5),
    )


@pytest.mark.parametrize(
    ("landed", "took_off", "night"),
    [
        ("2024-12-10 19:00", "2024-12-11 04:00", True),
        ("2024-12-10 22:00", "2024-12-11 04:00", True),
        ("2024-12-11 00:00", "2024-12-11 04:00", False),
        ("2024-12-10 11:00", "2024-12-10 19:00", False),
        ("2024-12-10 11:00", "2024-12-12 12:00", True),
    ],
)
def test_a_night_is_half_of_the_quiet_hours(landed: str, took_off: str, night: bool) -> None:
    moments = [
        at(f"2024-12-{day} {hour:02d}:00")
        for day in (10, 11)
        for hour in (4, 4, 4, 11, 12, 19, 19, 19)
    ]
    closed = closed_hours(moments)
    assert closed == (19.0, 9.0)
    first = leg("OSLK", "2024-12-09 04:00", "HL59", landed, landed_by=at(landed))
    second = leg("HL59", took_off, "OSLK", "2024-12-15 04:00", took_off_after=at(took_off))
    (stay,) = stays_between(read_legs(frame_of_legs(first, second)))
    assert is_night(stay, closed) is night
    assert not is_night(stay, None)


def test_a_field_that_works_round_the_clock_has_no_night() -> None:
    moments = [at(f"2024-12-10 {hour:02d}:00") for hour in range(24)]
    assert closed_hours(moments) is None
    assert closed_hours(moments[:9]) is None


def test_what_is_given_takes_the_place_of_what_was_seen() -> None:
    bridge = ff.tracks.bridge_from(
        busy_legs(), **WAY, onload_mog=5, utilisation_h_per_day=None, onload_h=2.0, cargo="vehicles"
    )
    assert (bridge.onload_mog, bridge.utilisation_h_per_day, bridge.cargo) == (5, None, "vehicles")
    with pytest.raises(EstimateError, match="onload_mog"):
        ff.tracks.bridge_from(busy_legs(), **WAY, onload_mog=0)


def test_few_take_offs_leave_the_whole_day() -> None:
    legs = frame_of_legs(*(row for day in (10, 11, 12) for row in shuttle(f"2024-12-{day}")[:1]))
    bridge = ff.tracks.bridge_from(legs, **WAY)
    assert isinstance(bridge.operating_h_per_day, ff.Quantity)
    assert bridge.operating_h_per_day.ends == (24.0, 24.0)
    assert bridge.operating_h_per_day.words == "all day, as only 6 take-offs and landings were seen"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"destination": "al-Jufra"},
            TracksError,
            r"0 legs .* Hmeimim to al-Jufra; .* go to al-Khadim \(24\)",
        ),
        ({"least_flights": 25}, TracksError, "24 legs .*least_flights=25"),
        ({"least_flights": 0}, TracksError, "least_flights"),
        ({"longest_ground_h": 0}, TracksError, "longest_ground_h"),
        ({"offload_mogs": 3}, TracksError, "no argument 'offload_mogs'; nearest: offload_mog"),
        ({"destination": "nowhere7"}, UnknownNameError, "nowhere7"),
        (
            {"types": {"155001": None, "155002": None}},
            TracksError,
            "48 legs are of aircraft without a platform",
        ),
    ],
)
def test_too_little_is_refused(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ff.tracks.bridge_from(busy_legs(), **{**WAY, **arguments})


def test_a_frame_that_is_none_is_refused() -> None:
    with pytest.raises(FrameError, match="lack the columns"):
        ff.tracks.bridge_from(pl.DataFrame({"hex": ["152e10"]}), **WAY)


def world_of(seed: int, *, onload_h: float, offload_h: float) -> pl.DataFrame:
    """Three Il-76 that go round for ten days without a night, with gamma times on the ground and windows of minutes."""
    draws = np.random.default_rng(seed)
    rows = []
    for number in (1, 2, 3):
        own = {
            "aircraft": f"15500{number}",
            "registration": f"RA-7800{number}",
            "type": "IL76",
            "callsign": None,
        }
        now = at("2024-12-10 00:00") + hours(draws.uniform(0, 8))
        while now < at("2024-12-20 00:00"):
            for origin, destination, mean_h in (
                ("OSLK", "HL59", offload_h),
                ("HL59", "OSLK", onload_h),
            ):
                on, off = (hours(draws.uniform(0, 0.3)) for _ in range(2))
                landed = now + hours(2.2)
                # Last seen on the ground a while before the wheels leave it, first seen in the air a while after.
                moments = {
                    "took_off_after": now - on,
                    "took_off_by": now + off,
                    "landed_after": landed - on,
                    "landed_by": landed + off,
                }
                rows.append(
                    leg(origin, "2024-12-10 00:00", destination, "2024-12-10 02:00", **own)
                    | moments
                )
                now = landed + hours(max(draws.gamma(1 / 0.3**2, mean_h * 0.3**2), 0.7))
    return frame_of_legs(*rows)


def test_a_world_gives_back_its_ground_times_and_its_pace() -> None:
    onload, offload, pace = 0, 0, 0
    for seed in range(60):
        legs = world_of(seed, onload_h=3.0, offload_h=2.0)
        bridge = ff.tracks.bridge_from(
            legs, **WAY, onload_mog=3, offload_mog=3, queueing_efficiency=1.0
        )
        assert isinstance(bridge.onload_h, dict)
        assert isinstance(bridge.offload_h, dict)
        onload += bridge.onload_h["Il-76MD"].low <= 3.0 <= bridge.onload_h["Il-76MD"].high
        offload += bridge.offload_h["Il-76MD"].low <= 2.0 <= bridge.offload_h["Il-76MD"].high
        if seed < 10:
            seen = legs.filter(pl.col("origin") == "OSLK").height / 10
            can = ff.airlift_capacity(bridge, draws=400).sorties_per_day
            pace += can.low <= 1.05 * seen and seen <= 1.05 * can.high
    # 90 % is stated of the sampling, and windows only widen it.
    assert onload >= 0.87 * 60
    assert offload >= 0.87 * 60
    assert pace >= 9
