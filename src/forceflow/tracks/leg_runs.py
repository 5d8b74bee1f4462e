"""Batches of aircraft's messages through the kernel: runs in the air and on the ground, callsigns, types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from ..feeds.aircraft_columns import AIRCRAFT_COLUMNS, GROUND
from ..kernels import leg_tables as tables
from ..kernels.flight_runs import close_runs, hash_crafts, read_messages, settle
from .growing import Growing, OutOfOrderError, moved

__all__ = ["NAMED", "READ", "RunPass", "RunRequest", "Runs"]

NAMED = ("type", "registration")

READ = (
    "latitude",
    "longitude",
    "altitude_ft",
    "ground",
    "speed_kn",
    "track_deg",
    "climb_ft_min",
    "new_leg",
    "callsign",
    *NAMED,
)
"""Columns that the pass needs beside `aircraft` and `time`."""

_FEW, _MANY = 4_096, 1_000_000
"""Messages of small batches are put together; a large one is cut, so that its columns stay near the processor."""


@dataclass(frozen=True, slots=True)
class Runs:
    """What one pass found.

    Parameters
    ----------
    crafts, runs
        Structured arrays of `kernels.leg_tables`; the runs of one aircraft are in order of time.
    votes
        Frame of `run`, `callsign`, `count`, `time`: callsigns as they were sent.
    said
        Frame of `craft`, `time`, `type`, `registration`: what each aircraft is, when it changed.
    """

    crafts: Any
    runs: Any
    votes: pl.DataFrame
    said: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `find` of `passes.py` asks for."""

    rules: tables.RunRules

    owner = "aircraft"
    columns = READ

    def begin(self) -> RunPass:
        """A new pass."""
        return RunPass(self.rules)

    @staticmethod
    def empty() -> pl.DataFrame:
        """No messages, in the columns that the pass reads."""
        return pl.DataFrame(
            schema={name: AIRCRAFT_COLUMNS[name] for name in ("aircraft", "time", *READ)}
        )

    @staticmethod
    def sort(batch: pl.DataFrame) -> pl.DataFrame:
        """Messages by aircraft and time; the pass sorts those of one time itself."""
        return batch.sort("aircraft", "time")

    @staticmethod
    def join(parts: Iterable[Runs]) -> Runs:
        """Parts that share no aircraft, as one; row numbers are moved on."""
        crafts, runs, votes, said = [], [], [], []
        n_crafts = n_runs = 0
        for part in parts:
            crafts.append(part.crafts)
            runs.append(moved(part.runs, aircraft=n_crafts))
            votes.append(part.votes.with_columns(pl.col("run") + n_runs))
            said.append(part.said.with_columns(pl.col("craft") + n_crafts))
            n_crafts += len(part.crafts)
            n_runs += len(part.runs)
        return Runs(np.concatenate(crafts), np.concatenate(runs), pl.concat(votes), pl.concat(said))


class RunPass:
    """One pass over batches of messages; `read` each, then `finish`."""

    def __init__(self, rules: tables.RunRules) -> None:
        self._rules = rules
        self._counts = np.zeros(4, np.int64)
        self._hashed = np.full(256, -1, np.int64)
        dtypes = (tables.CRAFT, tables.RUN, tables.VOTE, tables.SAID)
        self._tables = [Growing(dtype, 128) for dtype in dtypes]
        self._votes: list[pl.DataFrame] = []
        self._said: list[pl.DataFrame] = []
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = 0

    def read(self, batch: pl.DataFrame) -> None:
        """Read one batch, now or together with the next ones.

        Raises
        ------
        OutOfOrderError
            A message is older than one of the same aircraft in an earlier batch.
        """
        if batch.is_empty():
            return
        self._waiting.append(_with_missing(batch))
        self._n_waiting += batch.height
        if self._n_waiting >= _MANY:
            self._read_waiting()

    def _read_waiting(self) -> None:
        if not self._waiting:
            return
        batch = pl.concat(self._waiting)
        self._waiting, self._n_waiting = [], 0
        for part in batch.iter_slices(_MANY):
            self._read_part(part)

    def _read_part(self, batch: pl.DataFrame) -> None:
        columns = _columns_of(batch)
        before = self._counts.copy()
        crafts = self._tables[0].rows[: before[0]].copy()
        heard = _heard(columns)
        if not self._advance(heard):
            self._go_back(before, crafts)
            order = _sorted_rows(columns)
            batch, columns = batch[order], columns[order]
            heard = _heard(columns)
            if not self._advance(heard):
                raise OutOfOrderError
        settle(self._tables[0].rows, self._counts[0], heard)
        self._note_words(batch, before)

    def _advance(self, heard: tables.Heard) -> bool:
        """Read all messages of a batch; False once one is out of order."""
        start, n = 0, len(heard.number)
        while True:
            start, in_order = read_messages(
                start,
                heard,
                self._hashed,
                tables.RunTables(*(table.rows for table in self._tables)),
                self._counts,
                self._rules,
            )
            if start == n or not in_order:
                return bool(in_order)
            self._make_room()

    def _make_room(self) -> None:
        for table, used in zip(self._tables, self._counts, strict=True):
            table.grow(int(used), 64)
        if 8 * (self._counts[0] + 1) > len(self._hashed):
            self._hashed = np.empty(4 * len(self._hashed), np.int64)
            hash_crafts(self._hashed, self._tables[0].rows, self._counts[0])

    def _go_back(self, counts: NDArray[np.int64], crafts: Any) -> None:
        """All as it was before a batch."""
        self._counts[:] = counts
        self._tables[0].rows[: len(crafts)] = crafts
        hash_crafts(self._hashed, self._tables[0].rows, counts[0])

    def _note_words(self, batch: pl.DataFrame, before: NDArray[np.int64]) -> None:
        """Keep the texts behind the hashes of a batch."""
        votes = self._tables[2].rows[before[2] : self._counts[2]]
        if len(votes):
            self._votes.append(batch.select("callsign")[votes["row"]])
        said = self._tables[3].rows[before[3] : self._counts[3]]
        if len(said):
            owner = pl.DataFrame({"craft": said["aircraft"]})
            found = batch.select("time", *NAMED)[said["row"]]
            self._said.append(pl.concat([owner, found], how="horizontal"))

    def finish(self) -> Runs:
        """Close what is open and hand over the tables."""
        self._read_waiting()
        crafts, runs, votes, _ = (table.rows for table in self._tables)
        n_crafts, n_runs, n_votes, _ = map(int, self._counts)
        close_runs(crafts, n_crafts, runs, votes)
        votes = votes[:n_votes]
        words = pl.concat([pl.DataFrame(schema={"callsign": pl.String}), *self._votes])
        counted = pl.DataFrame({name: votes[name] for name in ("run", "count", "time")})
        schema = {name: AIRCRAFT_COLUMNS[name] for name in ("time", *NAMED)}
        nothing = pl.DataFrame(schema={"craft": pl.Int32, **schema})
        return Runs(
            crafts=crafts[:n_crafts].copy(),
            runs=runs[:n_runs].copy(),
            votes=pl.concat([counted, words], how="horizontal"),
            said=pl.concat([nothing, *self._said]),
        )


def _with_missing(batch: pl.DataFrame) -> pl.DataFrame:
    """A batch with all columns that the pass reads; nulls where the table has none."""
    missing = [name for name in READ if name not in batch.columns]
    if missing:
        nothing = [pl.lit(None, AIRCRAFT_COLUMNS[name]).alias(name) for name in missing]
        batch = batch.with_columns(nothing)
    return batch.select("aircraft", "time", *READ)


def _columns_of(batch: pl.DataFrame) -> pl.DataFrame:
    """Columns for the kernel; NaN for what is missing, a position without its other half is none, 0 for no text."""
    # Nulls filled by polars are three times as fast as those that to_numpy turns into NaN.
    latitude = pl.col("latitude")
    if batch["longitude"].null_count():
        latitude = pl.when(pl.col("longitude").is_not_null()).then(latitude).otherwise(None)
    columns = batch.select(
        "aircraft",
        pl.col("time").to_physical(),
        latitude,
        "longitude",
        "altitude_ft",
        pl.col("ground").to_physical().fill_null(GROUND.index("unknown")),
        "speed_kn",
        "track_deg",
        "climb_ft_min",
        pl.col("new_leg").fill_null(False).cast(pl.UInt8),
        _hash_of(batch["callsign"]),
        _named_in(batch),
    )
    return columns.with_columns(cs.float().fill_null(float("nan")))


def _named_in(batch: pl.DataFrame) -> pl.Series:
    """A number of type and registration together, 0 for neither."""
    if all(batch[name].null_count() == len(batch) for name in NAMED):
        return _zeros(len(batch)).alias("named")
    kind, registration = (_hash_of(batch[name]) for name in NAMED)
    return (kind ^ (registration * 3)).alias("named")


def _hash_of(texts: pl.Series) -> pl.Series:
    """A number of each text, 0 for none."""
    if texts.null_count() == len(texts):
        return _zeros(len(texts)).alias(texts.name)
    hashed = texts.hash(seed=1)
    if texts.null_count():
        known = pl.when(texts.is_not_null()).then(hashed).otherwise(0)
        hashed = hashed.to_frame().select(known)[texts.name]
    return hashed


@lru_cache(maxsize=2)
def _zeros(length: int) -> pl.Series:
    """So many zeros, kept: memory taken anew for each batch costs more than what is read from it."""
    return pl.Series("zero", np.zeros(length, np.uint64))


def _sorted_rows(columns: pl.DataFrame) -> pl.Series:
    """Numbers of the rows by aircraft, time and all else, as `_order` of the kernel compares them."""
    by = [
        "aircraft",
        "time",
        "latitude",
        "longitude",
        "new_leg",
        "altitude_ft",
        "speed_kn",
        "track_deg",
        "climb_ft_min",
        "ground",
        "callsign",
        "named",
    ]
    return columns.select(pl.arg_sort_by(by, descending=[name == "new_leg" for name in by]))[
        columns.columns[0]
    ]


def _heard(columns: pl.DataFrame) -> tables.Heard:
    return tables.Heard(*(columns[name].to_numpy() for name in columns.columns))
