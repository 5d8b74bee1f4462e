"""Laws of port calls: order of rows, cuts, repeats, silences, added fixes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ship_messages import START, TARTUS, frame_of, tracks_of

import forceflow as ff
from forceflow.tracks.ship_tracks import FramePiece, ShipTracks

LATAKIA = (35.523414, 35.774919)
PLACES = ["tartus", "latakia"]


def month_of(seed: int, *, ships: int = 3, steps: int = 60) -> list[dict[str, Any]]:
    """Ships between two ports and the sea, with draughts typed now and then."""
    rng = np.random.default_rng(seed)
    spots = [TARTUS, TARTUS, LATAKIA, (35.2, 35.5), (34.95, 35.8), (35.2, 35.0)]
    rows = []
    for ship in range(273_000_001, 273_000_001 + ships):
        time, earlier, here = START, START, TARTUS
        for _ in range(steps):
            time += dt.timedelta(seconds=int(rng.choice([600, 3600, 7200, 14_400, 200_000])))
            # Far enough apart in time for any ship to sail there, or the number would be split.
            if rng.random() < 0.4 and time - earlier >= dt.timedelta(hours=2):
                here = spots[rng.integers(len(spots))]
            earlier = time
            row: dict[str, Any] = {
                "ship": ship,
                "time": time,
                "speed_kn": float(rng.choice([0.0, 9.0])),
            }
            row["latitude"], row["longitude"] = here
            if rng.random() < 0.4:
                row["draught_m"] = float(np.float32(rng.choice([4.0, 5.5, 7.1])))
            if rng.random() < 0.2:
                row["name"] = f"SHIP {rng.integers(2)}"
            rows.append(row)
    return rows


class Reread:
    """A piece that is read anew each time, as a file is."""

    label = "file"

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def read(self, columns: Any = None) -> Any:
        yield self.frame if columns is None else self.frame.select("ship", "time", *columns)


def calls_of(rows: list[dict[str, Any]], **options: Any) -> pl.DataFrame:
    found = ff.tracks.port_calls(tracks_of(rows), places=PLACES, **options)
    assert isinstance(found, pl.DataFrame)
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, random: Any) -> None:
    rows = month_of(seed)
    expected = calls_of(rows)
    random.shuffle(rows)
    assert calls_of(rows).equals(expected)
    by_time = sorted(rows, key=lambda row: row["time"])
    assert calls_of(by_time).equals(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 170), max_size=6, unique=True))
def test_cuts_anywhere_change_nothing(seed: int, cuts: list[int]) -> None:
    rows = sorted(month_of(seed), key=lambda row: row["time"])
    cut = ff.tracks.port_calls(tracks_of(rows, pieces=cuts), places=PLACES)
    assert cut.equals(calls_of(rows))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_files_out_of_order_are_sorted_on_disk_to_the_same_result(seed: int, random: Any) -> None:
    rows = month_of(seed)
    expected = calls_of(rows)
    random.shuffle(rows)
    pieces = tuple(Reread(frame_of(rows[start : start + 40])) for start in range(0, len(rows), 40))
    shuffled = ShipTracks(pieces, "forceflow", ("table",))
    assert ff.tracks.port_calls(shuffled, places=PLACES).equals(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 179), min_size=1, max_size=20))
def test_rows_that_are_there_twice_change_nothing(seed: int, again: list[int]) -> None:
    rows = month_of(seed)
    assert calls_of([*rows, *(rows[number] for number in again)]).equals(calls_of(rows))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 58), st.integers(3, 2000))
def test_a_silence_put_in_adds_no_presence(seed: int, number: int, hours: int) -> None:
    rows = month_of(seed, ships=1)
    later = [
        {**row, "time": row["time"] + dt.timedelta(hours=hours)} if n >= number else row
        for n, row in enumerate(rows)
    ]
    assert present_h(calls_of(later)) <= present_h(calls_of(rows)) + 1e-6


def present_h(calls: pl.DataFrame) -> float:
    """Hours in port without those of the silences."""
    hours = (calls["left_after"] - calls["arrived_by"]).dt.total_microseconds() / 3.6e9
    return float((hours - calls["silent_h"]).sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 58), st.floats(0.01, 0.99), st.booleans())
def test_a_fix_added_on_the_way_never_widens_a_window(
    seed: int, number: int, share: float, is_speed_known: bool
) -> None:
    rows = month_of(seed, ships=1)
    before, after = rows[number], rows[number + 1]
    added = {
        "ship": before["ship"],
        "time": before["time"] + share * (after["time"] - before["time"]),
        "speed_kn": 9.0 if is_speed_known else None,
        **{
            name: before[name] + share * (after[name] - before[name])
            for name in ("latitude", "longitude")
        },
    }
    # Every stay is a call here: else a fix outside that parts a call may leave a sighting, which is none.
    every: dict[str, Any] = {"min_fixes": 1, "stop_kn": 1000.0}
    fewer, more = calls_of(rows, **every), calls_of([*rows, added], **every)
    for call in fewer.iter_rows(named=True):
        same = more.filter(
            pl.col("place") == call["place"],
            pl.col("kind") == call["kind"],
            pl.col("arrived_by") <= call["left_after"],
            pl.col("left_after") >= call["arrived_by"],
        )
        assert len(same) >= 1, call
        first, last = same.row(0, named=True), same.row(-1, named=True)
        for a, b, c, d in (
            (
                call["arrived_after"],
                first["arrived_after"],
                first["arrived_by"],
                call["arrived_by"],
            ),
            (call["left_after"], last["left_after"], last["left_by"], call["left_by"]),
        ):
            assert a is None or a <= b
            assert d is None or c <= d


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_call_cut_at_the_edge_of_a_file_is_one_call(cut: int) -> None:
    rows = [
        {"ship": 1_000_001, "time": START + dt.timedelta(hours=n), "speed_kn": 0.0,
         "latitude": TARTUS[0] - (0.3 if n in (0, 11) else 0.0), "longitude": TARTUS[1]}
        for n in range(12)
    ]  # fmt: skip
    calls = ff.tracks.port_calls(
        ShipTracks(
            (FramePiece("a", frame_of(rows[:cut])), FramePiece("b", frame_of(rows[cut:]))),
            "forceflow",
            ("a", "b"),
        ),
        anchorage_km=None,
    )
    assert calls["fixes"].to_list() == [10]
    assert calls["left_by"][0] - calls["arrived_after"][0] == dt.timedelta(hours=11)
