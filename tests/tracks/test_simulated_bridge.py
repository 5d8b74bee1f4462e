"""A simulated bridge, sent as ADS-B with holes and read back: what is found is what the stated shares say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from simulated_flights import messages_of, tracks_of

import forceflow as ff

_START = dt.datetime(2024, 12, 10, tzinfo=dt.UTC)
_DAYS = 12
_SHARE, _REPORTED = 0.7, 0.4
_FIRST = 0x152000


def simulated() -> ff.lift.Simulation:
    """One Il-76 between Hmeimim and al-Khadim for twelve days, about three trips a day."""
    way = ff.route("Hmeimim", "al-Khadim", mode="air")
    bridge = ff.AirBridge({"Il-76MD": 1}, way, 2, 2)
    return ff.simulate_airlift(bridge, days=_DAYS, seed=1, replications=1, start="2024-12-10")


def report_of(trip: ff.FlowEvent) -> ff.Sortie:
    """What a witness at the field says: a flight in a quarter of the day."""
    first = trip.start.replace(hour=trip.start.hour // 6 * 6, minute=0, second=0, microsecond=0)
    return ff.Sortie(
        event_id=f"report of {trip.event_id}",
        platform="Il-76MD",
        origin=trip.origin,
        destination=trip.destination,
        start=first,
        stop=first + dt.timedelta(hours=6),
        direction="outbound",
        movements=ff.Quantity.exactly(1),
        roots=("a witness",),
    )


def read_back(worlds: int) -> tuple[list[tuple[ff.FlowEvent, ...]], list[list[ff.FlowEvent]]]:
    """Trips of each world, and the outbound sorties that its messages give; all worlds in one table."""
    simulation = simulated()
    trips = [simulation.trace(world) for world in range(worlds)]
    rows = [
        messages_of(own, share=_SHARE, seed=world, first_address=_FIRST + 2 * world)
        for world, own in enumerate(trips)
    ]
    legs = ff.tracks.legs(tracks_of(pl.concat(rows)))
    found: list[list[ff.FlowEvent]] = [[] for _ in range(worlds)]
    for sortie in ff.tracks.sorties(legs):
        if sortie.direction == "outbound":
            address = int(sortie.event_id.split("-")[0], 16)
            found[(address - _FIRST) // 2].append(sortie)
    return trips, found


def check_worlds(worlds: int) -> None:
    """Every trip that was heard is read back, and the ranges hold the truth in nine worlds of ten."""
    trips, found = read_back(worlds)
    share_held = total_held = 0
    for world, (own, seen) in enumerate(zip(trips, found, strict=True)):
        draw = np.random.default_rng(world + 10_000)
        reports = [report_of(trip) for trip in own if draw.random() < _REPORTED]
        between = (_START, _START + dt.timedelta(days=_DAYS))
        match = ff.match(reports, seen, between=between, draws=300, seed=world)
        assert not match.left_out
        share = match.share_tracked
        share_held += share.low <= len(seen) / len(own) <= share.high
        total_held += len(own) in match.how_many
    # Nine in ten, less three standard errors.
    least = 0.9 * worlds - 3 * np.sqrt(0.09 * worlds)
    assert share_held >= least
    assert total_held >= least


def test_what_was_heard_is_read_back() -> None:
    trips, found = read_back(3)
    for world, (own, seen) in enumerate(zip(trips, found, strict=True)):
        draw = np.random.default_rng(world)
        heard = []
        for trip in own:
            if draw.random() < _SHARE:
                heard.append(trip)
            draw.uniform(0.3, 0.6, 2)
            draw.choice([0.0, 0.0, 35.0], 2)
        assert len(seen) == len(heard)
        for trip, sortie in zip(heard, seen, strict=True):
            assert sortie.start <= trip.start < sortie.stop


def test_stated_shares_hold_the_true_ones() -> None:
    check_worlds(30)


@pytest.mark.nightly
def test_stated_shares_hold_the_true_ones_in_200_worlds() -> None:
    check_worlds(200)
