"""All messages of a source through the kernel: in their order, sorted in bounded memory, or on a Dask cluster."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from .columns import empty_batch
from .ship_tracks import FramePiece, Piece, ShipTracks
from .stays import READ, OutOfOrderError, Request, StayPass, Stays, sort_messages

__all__ = ["find_stays"]

_BUCKETS = 61
"""Parts by ship that are sorted one at a time; a prime, as ship numbers of one flag are not spread evenly."""


def find_stays(tracks: ShipTracks, request: Request, *, client: Any = None) -> Stays:
    """Stays, crossings and draughts of all messages; the same for any order of rows and any cut into batches.

    Parameters
    ----------
    tracks
        What `read_ais` returned.
    request
        Zones, gates and rules.
    client
        A `distributed.Client`: each piece is read, and each part of the ships gone through, by a worker.
    """
    if client is not None:
        return _find_on_cluster(tracks, request, client)
    try:
        return _pass_over(tracks.batches(READ), request)
    except OutOfOrderError:
        if all(isinstance(piece, FramePiece) for piece in tracks.pieces):
            return _pass_over([sort_messages(pl.concat(tracks.batches(READ)))], request)
        return _find_by_buckets(tracks, request)


def _pass_over(batches: Any, request: Request) -> Stays:
    one_pass = StayPass(request)
    for batch in batches:
        one_pass.read(batch)
    return one_pass.finish()


def _split_by_ship(batch: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """Messages by the bucket of their ship."""
    bucket = (pl.col("ship") % _BUCKETS).alias("bucket")
    parts = batch.with_columns(bucket).partition_by("bucket", as_dict=True, include_key=False)
    return {int(key[0]): part for key, part in parts.items()}


def _find_by_buckets(tracks: ShipTracks, request: Request) -> Stays:
    """Write the messages to disk by parts of the ships, then sort and go through one part after the other."""
    with tempfile.TemporaryDirectory(prefix="forceflow-") as name:
        folder = Path(name)
        for number, batch in enumerate(tracks.batches(READ)):
            for bucket, part in _split_by_ship(batch).items():
                (folder / str(bucket)).mkdir(exist_ok=True)
                part.write_ipc(folder / str(bucket) / f"{number}.arrow", compression="lz4")
        found = []
        for part_folder in sorted(folder.iterdir()):
            files = sorted(part_folder.iterdir())
            messages = pl.concat([pl.read_ipc(file) for file in files])
            found.append(_pass_over([sort_messages(messages)], request))
    return Stays.join(found or [_pass_over([], request)])


def _find_on_cluster(tracks: ShipTracks, request: Request, client: Any) -> Stays:
    """Read pieces and go through parts of the ships on the workers; only the findings come back."""
    request = client.scatter(request, broadcast=True)
    split = client.map(_split_piece, tracks.pieces, pure=False)
    found = []
    for bucket in range(_BUCKETS):
        parts = [client.submit(dict.get, piece, bucket, pure=False) for piece in split]
        found.append(client.submit(_pass_over_parts, parts, request, pure=False))
    return Stays.join(client.gather(found))


def _split_piece(piece: Piece) -> dict[int, pl.DataFrame]:
    """The messages of one piece by the bucket of their ship."""
    parts: dict[int, list[pl.DataFrame]] = {}
    for batch in piece.read(READ):
        for bucket, part in _split_by_ship(batch).items():
            parts.setdefault(bucket, []).append(part)
    return {bucket: pl.concat(frames) for bucket, frames in parts.items()}


def _pass_over_parts(parts: list[pl.DataFrame | None], request: Request) -> Stays:
    """Go through all messages of one bucket; None stands for a piece without any."""
    messages = pl.concat([empty_batch(READ), *(part for part in parts if part is not None)])
    return _pass_over([sort_messages(messages)], request)
