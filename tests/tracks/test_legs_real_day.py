"""One airliner's day out of the wheel of `traffic` (MIT licence), where that is at hand: four flights.

`pip download --no-deps traffic==2.13 -d FOLDER` fetches it; FORCEFLOW_TRAFFIC_WHEEL names the file.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import os
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aircraft_messages import Row, legs_of

SAMPLE = "data/samples/readsb/trace_full_ac671b.json"


def _day() -> dict[str, Any] | None:
    """The trace, from the wheel named or from the package installed, which need not import."""
    if wheel := os.environ.get("FORCEFLOW_TRAFFIC_WHEEL"):
        with zipfile.ZipFile(wheel) as file:
            return json.loads(file.read(f"traffic/{SAMPLE}"))  # type: ignore[no-any-return]
    found = importlib.util.find_spec("traffic")
    for folder in (found and found.submodule_search_locations) or []:
        path = Path(folder) / SAMPLE
        if path.exists():
            return json.loads(path.read_text())  # type: ignore[no-any-return]
    return None


DAY = _day()
pytestmark = pytest.mark.skipif(DAY is None, reason="the wheel of traffic 2.13 is not here")


def rows_of(day: dict[str, Any], *, marks: bool) -> list[Row]:
    rows = []
    start = dt.datetime.fromtimestamp(day["timestamp"], dt.UTC)
    for seconds, lat, lon, feet, kn, track, flags, climb, said, *_ in day["trace"]:
        is_down = feet == "ground"
        flight = ((said or {}).get("flight") or "").strip() or None
        rows.append({
            "aircraft": int(day["icao"], 16), "time": start + dt.timedelta(seconds=seconds),
            "latitude": lat, "longitude": lon, "altitude_ft": None if is_down else feet,
            "ground": "ground" if is_down else "air", "speed_kn": kn, "track_deg": None if is_down else track,
            "climb_ft_min": climb, "new_leg": bool(flags & 2) if marks else None, "callsign": flight,
            "type": day["t"],
        })  # fmt: skip
    return rows


@pytest.mark.parametrize("marks", [True, False])
def test_four_flights_with_the_marks_and_without(marks: bool) -> None:
    assert DAY is not None
    legs = legs_of(rows_of(DAY, marks=marks))
    assert legs["callsign"].to_list() == ["DAL1812", "DAL2418", "DAL1615", "DAL2927"]
    assert legs["origin"].to_list() == [None, "KMSP", None, "KMSP"]
    assert legs["destination"].to_list() == ["KMSP", None, "KMSP", "KDEN"]
    # The one field of which nothing was heard below 8,400 ft leads both lists.
    assert legs["destination_may_be"][1].startswith("KGEG ")
    assert legs["origin_may_be"][2].startswith("KGEG ")
    why = "mark" if marks else "silence"
    assert legs["begins"].to_list() == ["record", "ground", why, "ground"]
    assert legs["ends"].to_list() == ["ground", why, "ground", "ground"]


def test_each_mark_of_the_source_lies_between_two_of_our_legs() -> None:
    assert DAY is not None
    rows = rows_of(DAY, marks=True)
    marks = [row["time"] for row in rows if row["new_leg"]]
    legs = legs_of(rows_of(DAY, marks=False))
    assert len(marks) == 3
    for number, mark in enumerate(marks):
        assert legs["landed_after"][number] < mark <= legs["took_off_by"][number + 1]


def test_no_length_of_a_gap_alone_gives_the_four() -> None:
    assert DAY is not None
    times = [row["time"] for row in rows_of(DAY, marks=False)]
    gaps = [(b - a).total_seconds() / 60 for a, b in pairwise(times)]
    counts = {limit: 1 + sum(gap > limit for gap in gaps) for limit in (10, 30, 60, 180)}
    assert counts == {10: 9, 30: 7, 60: 3, 180: 2}
