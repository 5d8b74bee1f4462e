"""All messages of a source through a kernel: in their order, sorted in bounded memory, or on a Dask cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import polars as pl

from .growing import OutOfOrderError
from .ship_tracks import FramePiece, Piece

__all__ = ["OnePass", "Request", "Source", "find"]

_BUCKETS = 61
"""Parts by owner that are sorted one at a time; a prime, as numbers of one flag are not spread evenly."""

Found = TypeVar("Found")
Found_co = TypeVar("Found_co", covariant=True)


class Source(Protocol):
    """What `read_ais` or `read_adsb` returned."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Parts of the source, in its order."""
        ...

    def batches(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """All messages in batches."""
        ...


class OnePass(Protocol[Found_co]):
    """One pass over batches of messages."""

    def read(self, batch: pl.DataFrame) -> None:
        """Read one batch; OutOfOrderError where a message is older than one of an earlier batch."""
        ...

    def finish(self) -> Found_co:
        """What was found."""
        ...


class Request(Protocol[Found]):
    """What is looked for in the messages of ships or of aircraft."""

    @property
    def owner(self) -> str:
        """The column that says whose message it is."""
        ...

    @property
    def columns(self) -> Collection[str]:
        """Columns that the pass needs beside that and `time`."""
        ...

    def begin(self) -> OnePass[Found]:
        """A new pass."""
        ...

    def empty(self) -> pl.DataFrame:
        """A table of no messages."""
        ...

    def sort(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Messages by owner and time."""
        ...

    def join(self, parts: Iterable[Found]) -> Found:
        """What was found in parts that share no owner, as one."""
        ...


def find(tracks: Source, request: Request[Found], *, client: Any = None) -> Found:
    """What a pass finds in all messages; the same for any order of rows and any cut into batches.

    Parameters
    ----------
    tracks
        What `read_ais` or `read_adsb` returned.
    request
        What is looked for.
    client
        A `distributed.Client`: each piece is read, and each part of the owners gone through, by a worker.
    """
    if client is not None:
        return _find_on_cluster(tracks, request, client)
    try:
        return _pass_over(tracks.batches(request.columns), request)
    except OutOfOrderError:
        if all(isinstance(piece, FramePiece) for piece in tracks.pieces):
            messages = pl.concat(tracks.batches(request.columns))
            return _pass_over([request.sort(messages)], request)
        return _find_by_buckets(tracks, request)


def _pass_over(batches: Iterable[pl.DataFrame], request: Request[Found]) -> Found:
    one_pass = request.begin()
    for batch in batches:
        one_pass.read(batch)
    return one_pass.finish()


def _split_by_owner(batch: pl.DataFrame, owner: str) -> dict[int, pl.DataFrame]:
    """Messages by the bucket of their owner."""
    bucket = (pl.col(owner) % _BUCKETS).alias("bucket")
    parts = batch.with_columns(bucket).partition_by("bucket", as_dict=True, include_key=False)
    return {int(key[0]): part for key, part in parts.items()}


def _find_by_buckets(tracks: Source, request: Request[Found]) -> Found:
    """Write the messages to disk by parts of the owners, then sort and go through one part after the other."""
    # Disk is the only place where a source larger than memory can be put in order.
    with tempfile.TemporaryDirectory(prefix="forceflow-") as name:
        folder = Path(name)
        for number, batch in enumerate(tracks.batches(request.columns)):
            for bucket, part in _split_by_owner(batch, request.owner).items():
                (folder / str(bucket)).mkdir(exist_ok=True)
                part.write_ipc(folder / str(bucket) / f"{number}.arrow", compression="lz4")
        found = []
        for part_folder in sorted(folder.iterdir()):
            files = sorted(part_folder.iterdir())
            messages = pl.concat([pl.read_ipc(file) for file in files])
            found.append(_pass_over([request.sort(messages)], request))
    return request.join(found or [_pass_over([], request)])


def _find_on_cluster(tracks: Source, request: Request[Found], client: Any) -> Found:
    """Read pieces and go through parts of the owners on the workers; only the findings come back."""
    asked = client.scatter(request, broadcast=True)
    split = client.map(_split_piece, tracks.pieces, request=asked, pure=False)
    found = []
    for bucket in range(_BUCKETS):
        parts = [client.submit(dict.get, piece, bucket, pure=False) for piece in split]
        found.append(client.submit(_pass_over_parts, parts, asked, pure=False))
    return request.join(client.gather(found))


def _split_piece(piece: Piece, *, request: Request[Any]) -> dict[int, pl.DataFrame]:
    """The messages of one piece by the bucket of their owner."""
    parts: dict[int, list[pl.DataFrame]] = {}
    for batch in piece.read(request.columns):
        for bucket, part in _split_by_owner(batch, request.owner).items():
            parts.setdefault(bucket, []).append(part)
    return {bucket: pl.concat(frames) for bucket, frames in parts.items()}


def _pass_over_parts(parts: list[pl.DataFrame | None], request: Request[Found]) -> Found:
    """Go through all messages of one bucket; None stands for a piece without any."""
    messages = pl.concat([request.empty(), *(part for part in parts if part is not None)])
    return _pass_over([request.sort(messages)], request)
