"""From stays to calls: which stays count, what came after each, and the draughts around it; times as integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..feeds.columns import TIME
from ..kernels.port_tables import NEVER
from .hulls import SET_ASIDE, Hulls, find_hulls, stays_of_hulls
from .stays import NAMED, Stays

__all__ = ["Calls", "find_calls"]

_HOUR = 3_600_000_000


def _moment(name: str) -> pl.Expr:
    """A time of the kernel's tables; never becomes null."""
    return pl.when(pl.col(name) != NEVER).then(pl.col(name)).cast(TIME)


def _hours(name: str) -> pl.Expr:
    return pl.col(name) / _HOUR


class Calls:
    """Calls of one pass as a frame, one row a call, and the hulls that made them."""

    def __init__(self, frame: pl.DataFrame, hulls: Hulls) -> None:
        self.frame = frame
        self.hulls = hulls


def find_calls(found: Stays, *, min_fixes: int, draught_h: float, silence: int) -> Calls:
    """Calls with their draughts, names and what came after each, by hull and time.

    Parameters
    ----------
    found
        What the pass over the messages found.
    min_fixes
        Fewest fixes of a call.
    draught_h
        How long after departure a new draught is still taken as that of the departure.
    silence
        Longest gap that is no silence, in microseconds.
    """
    hulls = find_hulls(found)
    stays = _frame_of_stays(*stays_of_hulls(found, hulls, silence=silence))
    calls = _calls_of_stays(stays, min_fixes)
    calls = _with_draughts(calls, _draught_changes(found, hulls), draught_h)
    calls = _with_names(calls, _names_said(found, hulls))
    return Calls(calls, hulls)


def _frame_of_stays(
    stays: Any, hull: NDArray[np.int32], trailing: NDArray[np.int64]
) -> pl.DataFrame:
    """Stays as a frame, with the gap that follows each."""
    frame = pl.DataFrame({name: stays[name] for name in stays.dtype.names or ()})
    frame = frame.with_columns(hull=pl.Series(hull), trailing=pl.Series(trailing[hull]))
    following = pl.col("gap_before").shift(-1).over("hull").fill_null(pl.col("trailing"))
    return frame.with_columns(gap_after=following)


def _calls_of_stays(stays: pl.DataFrame, min_fixes: int) -> pl.DataFrame:
    """The stays that are calls; others lie between calls and only lengthen the silence there."""
    is_call = (pl.col("fixes") >= min_fixes) & (pl.col("slow") >= 1)
    numbered = stays.with_columns(is_call=is_call).with_columns(
        number=pl.col("is_call").cast(pl.Int32).cum_sum().over("hull")
    )
    longest = pl.max_horizontal("gap_after", pl.when(~pl.col("is_call")).then("gap").otherwise(0))
    after = numbered.group_by("hull", "number").agg(longest.max().alias("silence_after"))
    return (
        numbered.filter("is_call")
        .join(after, on=["hull", "number"], how="left", maintain_order="left")
        .select(
            "hull",
            "zone",
            arrived_after=_moment("before"),
            arrived_by=_moment("first"),
            left_after=_moment("last"),
            left_by=_moment("after"),
            fixes="fixes",
            longest_silence_h=_hours("gap"),
            silent_h=_hours("silent"),
            longest_silence_after_h=_hours("silence_after"),
            last_is_open=pl.col("after") == NEVER,
        )
        .with_columns(next_by=pl.col("arrived_by").shift(-1).over("hull"))
        .sort("hull", "arrived_by")
    )


def _hull_of_rows(
    track: NDArray[np.int32], ship: NDArray[np.int32], hulls: Hulls
) -> NDArray[np.int32]:
    """Hull of rows that name a track, or -1 and a ship; -1 where that ship has several hulls or none."""
    count = np.bincount(hulls.ship, minlength=int(ship.max(initial=0)) + 1)
    only = np.full(len(count), SET_ASIDE, np.int32)
    only[hulls.ship] = np.arange(len(hulls.ship), dtype=np.int32)
    only[count != 1] = SET_ASIDE
    if len(hulls.of_track) == 0:
        return np.asarray(only[ship])
    return np.asarray(np.where(track >= 0, hulls.of_track[track], only[ship]))


def _draught_changes(found: Stays, hulls: Hulls) -> pl.DataFrame:
    """Draughts of hulls, one row for each new value: since when, and until when it was still reported."""
    rows = found.draughts
    frame = pl.DataFrame(
        {
            "hull": _hull_of_rows(rows["track"], rows["ship"], hulls),
            "since": rows["since"],
            "until": rows["until"],
            "draught": rows["draught"],
        },
        schema_overrides={"hull": pl.Int32},
    )
    # Reports with and without a position overlap; what they repeat of each other is one row.
    frame = frame.filter(pl.col("hull") != SET_ASIDE).sort("hull", "since", "until", "draught")
    is_new = (pl.col("draught") != pl.col("draught").shift(1)).over("hull").fill_null(True)
    return (
        frame.with_columns(value=is_new.cast(pl.Int32).cum_sum().over("hull"))
        .group_by("hull", "value", maintain_order=True)
        .agg(pl.col("since").first(), pl.col("until").max(), pl.col("draught").first())
        .select("hull", pl.col("since", "until").cast(TIME), "draught")
    )


def _with_draughts(calls: pl.DataFrame, changes: pl.DataFrame, draught_h: float) -> pl.DataFrame:
    """Draughts before, in and after each call, with the time at which each was first reported."""
    for name, moment in (("in", "arrived_by"), ("end", "left_after")):
        said = changes.rename(
            {"since": f"{name}_at", "draught": f"{name}_m", "until": f"{name}_until"}
        )
        calls = _latest(calls, said, moment, f"{name}_at")
    said = changes.rename({"since": "new_at", "draught": "new_m"}).drop("until")
    calls = calls.join_asof(
        said,
        left_on="left_after",
        right_on="new_at",
        by="hull",
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
    horizon = pl.col("left_after") + pl.duration(hours=draught_h)
    is_new = (
        (pl.col("new_at") <= horizon)
        & (pl.col("new_at") < pl.col("next_by").fill_null(pl.col("new_at").dt.offset_by("1us")))
        & ~pl.col("last_is_open")
    )
    is_new = is_new.fill_null(False)
    is_same = (pl.col("end_until") > pl.col("left_after")) & ~pl.col("last_is_open")
    in_port = pl.col("end_at") > pl.col("arrived_by")
    return calls.with_columns(
        draught_in_m=pl.col("in_m"),
        draught_in_at=pl.col("in_at"),
        draught_port_m=pl.when(in_port).then("end_m"),
        draught_port_at=pl.when(in_port).then("end_at"),
        draught_out_m=pl.when(is_new).then("new_m").when(is_same).then("end_m"),
        draught_out_at=pl.when(is_new).then("new_at").when(is_same).then("end_at"),
    )


def _latest(calls: pl.DataFrame, said: pl.DataFrame, moment: str, at: str) -> pl.DataFrame:
    """Join the last row of `said` at or before a moment of each call."""
    return calls.join_asof(
        said,
        left_on=moment,
        right_on=at,
        by="hull",
        strategy="backward",
        coalesce=False,
        check_sortedness=False,
    )


def _names_said(found: Stays, hulls: Hulls) -> pl.DataFrame:
    """What hulls said of themselves, each column filled forward, then back to the first time."""
    named = found.named
    track, ship = named["track"].to_numpy(), named["ship_row"].to_numpy()
    hull = _hull_of_rows(track, ship, hulls)
    return (
        named.drop("track", "ship_row")
        .with_columns(pl.Series("hull", hull, pl.Int32))
        .filter(pl.col("hull") != SET_ASIDE)
        .sort("hull", "time", *NAMED)
        .with_columns(pl.col(NAMED).forward_fill().backward_fill().over("hull"))
        .rename({"time": "said_at"})
    )


def _with_names(calls: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Name and size of the ship as last reported by the end of the call, else as first reported after it."""
    first = said.group_by("hull", maintain_order=True).first().drop("said_at")
    calls = _latest(calls, said, "left_after", "said_at")
    calls = calls.join(first, on="hull", how="left", suffix="_first", maintain_order="left")
    filled = [pl.coalesce(name, f"{name}_first") for name in NAMED]
    return calls.with_columns(filled)
