"""Stops on the way of an air bridge: which, in which order, and how they are shared."""

from __future__ import annotations

import numpy as np

import forceflow as ff
from forceflow.lift.bridges.air_cycle import air_cycle, leg_times_h
from forceflow.lift.bridges.draws import Draws


def test_the_way_back_lands_at_the_stops_in_reverse_order() -> None:
    way = ff.route("Hmeimim", "al-Khadim", mode="air", via=["OSDI", "HECA"])
    bridge = ff.AirBridge({"Il-76MD": 4}, way, 3, 2, enroute_mog=2)
    cycle = air_cycle(bridge, drawn=Draws(50, 7, 0.9))
    assert len(cycle.outbound_stops) == 2
    assert cycle.return_stops == cycle.outbound_stops[::-1]
    back = ff.route("al-Khadim", "Hmeimim", mode="air", via=["HECA"])
    named = ff.AirBridge({"Il-76MD": 4}, way, 3, 2, enroute_mog=2, return_route=back)
    assert air_cycle(named, drawn=Draws(50, 7, 0.9)).return_stops == cycle.outbound_stops[1:]


def test_the_way_back_flies_the_legs_in_reverse_order() -> None:
    way = ff.route("Hmeimim", "al-Khadim", mode="air", via=["OSDI", "HECA"])
    bridge = ff.AirBridge({"Il-76MD": 4}, way, 3, 2, enroute_mog=2)
    out, back = leg_times_h(bridge, drawn=Draws(50, 7, 0.9))
    assert len({float(leg.mean()) for leg in out}) == 3
    for there, home in zip(out, back[::-1], strict=True):
        np.testing.assert_array_equal(there, home)
