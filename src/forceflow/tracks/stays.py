"""Batches of messages through the kernel: stays in zones, gates crossed, draughts and names reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from ..feeds.columns import COLUMNS, empty_batch
from ..kernels import port_tables as tables
from ..kernels.port_stays import advance
from ..kernels.ship_index import find_changes, hash_ships, index_ships
from .growing import Growing, OutOfOrderError, moved

__all__ = ["NAMED", "READ", "Request", "StayPass", "Stays", "sort_messages"]

NAMED = ("name", "imo", "ship_type", "length_m", "beam_m")
"""Static columns that say what a ship is."""

READ = ("latitude", "longitude", "speed_kn", "draught_m", *NAMED)
"""Columns that the pass needs beside `ship` and `time`."""

_SORTED_BY = ["ship", "time", "latitude", "longitude", "speed_kn", "draught_m"]


@dataclass(frozen=True, slots=True)
class Request:
    """What the kernel needs to know beside the messages."""

    zones: tables.Zones
    gates: tables.Gates
    rules: tables.Rules

    owner = "ship"
    columns = READ

    def begin(self) -> StayPass:
        """A new pass."""
        return StayPass(self)

    @staticmethod
    def empty() -> pl.DataFrame:
        """No messages, in the columns that the pass reads."""
        return empty_batch(READ)

    @staticmethod
    def sort(batch: pl.DataFrame) -> pl.DataFrame:
        """Messages by ship and time."""
        return sort_messages(batch)

    @staticmethod
    def join(parts: Iterable[Stays]) -> Stays:
        """Parts that share no ship, as one."""
        return Stays.join(parts)


@dataclass(frozen=True, slots=True)
class Stays:
    """What one pass found; rows of the kernel's tables, and what was said of each ship.

    Parameters
    ----------
    ships, tracks, stays, crossings, draughts
        Structured arrays of `kernels.port_tables`.
    named
        Frame of `ship_row`, `track`, `time` and the columns of `NAMED`: what a ship said of itself, when it changed.
    """

    ships: Any
    tracks: Any
    stays: Any
    crossings: Any
    draughts: Any
    named: pl.DataFrame

    @classmethod
    def join(cls, parts: Iterable[Stays]) -> Stays:
        """Parts that share no ship, as one; row numbers are moved on."""
        parts = list(parts)
        columns: dict[str, list[Any]] = {
            name: [] for name in ("ships", "tracks", "stays", "crossings", "draughts")
        }
        named = []
        n_ships = n_tracks = 0
        for part in parts:
            columns["ships"].append(part.ships)
            columns["tracks"].append(moved(part.tracks, ship=n_ships))
            columns["stays"].append(moved(part.stays, track=n_tracks))
            columns["crossings"].append(moved(part.crossings, track=n_tracks))
            columns["draughts"].append(moved(part.draughts, ship=n_ships, track=n_tracks))
            on = pl.col("track")
            named.append(
                part.named.with_columns(
                    pl.col("ship_row") + n_ships, pl.when(on < 0).then(on).otherwise(on + n_tracks)
                )
            )
            n_ships += len(part.ships)
            n_tracks += len(part.tracks)
        joined = {name: np.concatenate(arrays) for name, arrays in columns.items()}
        return cls(**joined, named=pl.concat(named))


_FEW = 4 * tables.ROOM


class StayPass:
    """One pass over batches of messages; `read` each, then `finish`."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._known = 0
        self._hashed = np.full(256, -1, np.int64)
        self._ships = Growing(tables.SHIP, 128)
        self._tables = [
            Growing(dtype, _FEW)
            for dtype in (tables.TRACK, tables.STAY, tables.CROSSING, tables.DRAUGHT)
        ]
        self._counts = np.zeros(4, np.int64)
        self._keys = (np.zeros(128, np.uint64), np.zeros(_FEW, np.uint64))
        self._named: list[pl.DataFrame] = []

    def read(self, batch: pl.DataFrame) -> None:
        """Read one batch.

        Raises
        ------
        OutOfOrderError
            A message is older than one of the same ship in an earlier batch.
        """
        if batch.is_empty():
            return
        messages = _messages_of(batch)
        known, ships = self._known, self._ships.rows[: self._known].copy()
        row_of_ship = np.empty(len(batch), np.int32)
        if not self._index(messages, row_of_ship):
            self._forget_since(known, ships)
            batch = sort_messages(batch)
            messages = _messages_of(batch)
            if not self._index(messages, row_of_ship):
                raise OutOfOrderError
        self._advance(batch, messages, row_of_ship)

    def _index(self, messages: tables.Messages, row_of_ship: NDArray[np.int32]) -> bool:
        """Find each message's ship; whether all are in order."""
        start, all_in_order = 0, True
        while start < len(row_of_ship):
            start, self._known, in_order = index_ships(
                start, messages, self._hashed, self._ships.rows, self._known, row_of_ship
            )
            all_in_order = all_in_order and in_order
            if start < len(row_of_ship):
                self._ships.grow(self._known, self._known + 1)
                self._hashed = np.empty(2 * len(self._hashed), np.int64)
                hash_ships(self._hashed, self._ships.rows, self._known)
        return all_in_order

    def _forget_since(self, known: int, ships: Any) -> None:
        """Ships as they were before a batch."""
        self._known = known
        self._ships.rows[:known] = ships
        hash_ships(self._hashed, self._ships.rows, known)

    def _advance(
        self, batch: pl.DataFrame, messages: tables.Messages, row_of_ship: NDArray[np.int32]
    ) -> None:
        track_of = np.empty(len(batch), np.int32)
        start = 0
        while start < len(batch):
            for table, used in zip(self._tables, self._counts, strict=True):
                table.grow(int(used), _FEW)
            tracks, stays, crossings, draughts = (table.rows for table in self._tables)
            start = advance(
                start,
                row_of_ship,
                messages,
                tables.Tables(self._ships.rows, tracks, stays, crossings, draughts),
                self._counts,
                track_of,
                self._request.zones,
                self._request.gates,
                self._request.rules,
            )
        self._note_names(batch, row_of_ship, track_of)

    def _note_names(
        self, batch: pl.DataFrame, row_of_ship: NDArray[np.int32], track_of: NDArray[np.int32]
    ) -> None:
        """Keep what ships said of themselves where it differs from what they said before."""
        if all(batch[name].null_count() == len(batch) for name in NAMED):
            return
        self._keys = (
            _longer(self._keys[0], len(self._ships.rows)),
            _longer(self._keys[1], len(self._tables[0].rows)),
        )
        changed = np.empty(len(batch), np.int64)
        of_ship, of_track = self._keys
        n = find_changes(row_of_ship, track_of, _said_in(batch), of_ship, of_track, changed)
        rows = changed[:n]
        if n:
            found = batch.select("time", *NAMED)[rows]
            owner = pl.DataFrame({"ship_row": row_of_ship[rows], "track": track_of[rows]})
            self._named.append(pl.concat([owner, found], how="horizontal"))

    def finish(self) -> Stays:
        """Close what is open and hand over the tables."""
        n_tracks, n_stays, n_crossings, n_draughts = map(int, self._counts)
        tracks, stays, crossings, draughts = (table.rows for table in self._tables)
        return Stays(
            ships=self._ships.rows[: self._known].copy(),
            tracks=tracks[:n_tracks].copy(),
            stays=np.concatenate([stays[:n_stays], _open_stays(tracks[:n_tracks])]),
            crossings=crossings[:n_crossings].copy(),
            draughts=draughts[:n_draughts].copy(),
            named=pl.concat([_nothing_named(), *self._named]),
        )


def sort_messages(batch: pl.DataFrame) -> pl.DataFrame:
    """Messages by ship and time; ties by position, speed and draught, so that any order of rows ends in one."""
    return batch.sort(_SORTED_BY, nulls_last=True)


def _messages_of(batch: pl.DataFrame) -> tables.Messages:
    """Columns for the kernel; NaN for what is missing, a position without its other half is none."""
    latitude = pl.when(pl.col("longitude").is_not_null()).then("latitude")
    wanted = batch.select("ship", pl.col("time").to_physical(), latitude, *_SORTED_BY[3:])
    # Nulls filled by polars are three times as fast as those that to_numpy turns into NaN.
    wanted = wanted.with_columns(cs.float().fill_null(float("nan")))
    return tables.Messages(*(wanted[name].to_numpy() for name in _SORTED_BY))


def _said_in(batch: pl.DataFrame) -> tables.Said:
    """What messages say of their ship, for the kernel; hashing the name alone is five times as fast as whole rows."""
    name = batch["name"].hash(seed=1).to_numpy()
    if batch["name"].null_count():
        name = np.where(batch["name"].is_null().to_numpy(), np.uint64(0), name)
    numbers = batch.select(pl.col(NAMED[1:]).fill_null(-1))
    return tables.Said(name, *(numbers[column].to_numpy() for column in NAMED[1:]))


def _longer(keys: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    if len(keys) >= length:
        return keys
    longer = np.zeros(length, np.uint64)
    longer[: len(keys)] = keys
    return longer


def _nothing_named() -> pl.DataFrame:
    schema = {name: COLUMNS[name] for name in ("time", *NAMED)}
    return pl.DataFrame(schema={"ship_row": pl.Int32, "track": pl.Int32, **schema})


def _open_stays(tracks: Any) -> Any:
    """The stays that tracks are in at the end of the record."""
    rows = np.flatnonzero(tracks["zone"] >= 0)
    found = np.zeros(len(rows), tables.STAY)
    found["track"] = rows
    found["after"] = tables.NEVER
    for name in ("before", "first", "fixes", "slow", "gap", "silent"):
        found[name] = tracks[f"stay_{name}"][rows]
    for name, field in (("zone", "zone"), ("last", "last"), ("gap_before", "gap_between")):
        found[name] = tracks[field][rows]
    return found
