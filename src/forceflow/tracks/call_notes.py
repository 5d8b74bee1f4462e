"""What a reader of each port call must know: silences, hulls that share a number, clocks."""

from __future__ import annotations

import numpy as np
import polars as pl

from .call_times import Calls
from .stays import Stays

__all__ = ["notes_of_calls"]

_LONG_SILENCE_H = 24.0
_LONG_WINDOW_DAYS = 30
"""A window this wide is no longer that of one call: the ship was out of reach, or a clock is wrong (a choice)."""

_MOST_NAMED = 3


def notes_of_calls(calls: Calls, found: Stays) -> list[str]:
    """Notes of each call, joined by " | "."""
    of_hull = _notes_of_hulls(calls, found)
    days = (
        (pl.col(f"{end}_by") - pl.col(f"{end}_after")).dt.total_days()
        for end in ("arrived", "left")
    )
    rows = calls.frame.select(
        "hull", "longest_silence_h", *(d.alias(str(i)) for i, d in enumerate(days))
    )
    notes = []
    for hull, silence, *widths in rows.iter_rows():
        lines = list(of_hull.get(hull, ()))
        if silence > _LONG_SILENCE_H:
            lines.append(
                f"silent for {silence:.0f} h inside the call: it may have left and come back"
            )
        for what, width in zip(("arrival", "departure"), widths, strict=True):
            if width is not None and width >= _LONG_WINDOW_DAYS:
                lines.append(
                    f"{what} within {width:,} days: silent for so long, or a clock at fault"
                )
        notes.append(" | ".join(lines))
    return notes


def _notes_of_hulls(calls: Calls, found: Stays) -> dict[int, list[str]]:
    """Notes of the hulls whose number was heard where no ship could be."""
    hulls = calls.hulls
    notes: dict[int, list[str]] = {}
    strange = (hulls.number > 0) | (hulls.jumps > 0) | (hulls.fixes_set_aside > 0)
    for hull in map(int, np.flatnonzero(strange)):
        number = int(found.ships["number"][hulls.ship[hull]])
        lines = notes.setdefault(hull, [])
        if hulls.number[hull]:
            lines.append(
                f"{number} was heard at two places at once: two ships with one number, or false positions"
            )
        if hulls.jumps[hull]:
            lines.append(
                f"{hulls.jumps[hull]} jump(s) that no ship could sail: positions or clock at fault"
            )
        if hulls.fixes_set_aside[hull]:
            lines.append(
                f"{hulls.fixes_set_aside[hull]} fix(es) of {number} set aside: no ship could have reached them"
            )
    for hull, imos in _numbers_mixed(calls, found).items():
        notes.setdefault(hull, []).append(
            f"sent the IMO numbers {imos}: two ships with one number, whose fixes and names may be mixed"
        )
    return notes


def _numbers_mixed(calls: Calls, found: Stays) -> dict[int, str]:
    """IMO numbers of hulls whose number was sent with several."""
    said = found.named.filter(pl.col("imo").is_not_null())
    imos = said.group_by("ship_row").agg(pl.col("imo").unique().sort())
    several = dict(imos.filter(pl.col("imo").list.len() > 1).iter_rows())
    mixed = {}
    for hull, ship in enumerate(map(int, calls.hulls.ship)):
        if ship in several:
            mixed[hull] = " and ".join(map(str, several[ship][:_MOST_NAMED]))
    return mixed
