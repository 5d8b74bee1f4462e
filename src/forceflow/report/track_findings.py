"""What a report shows of ships' tracks: their calls, and the reports beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ReportError
from ..evidence.events import FlowEvent
from ..tracks.beside_reports import reports_beside_tracks
from ..tracks.port_calls import port_calls
from ..tracks.read_ais import read_ais
from ..tracks.ship_tracks import ShipTracks
from ..tracks.track_line import TrackLines
from ..tracks.track_lines import track_lines

__all__ = ["TrackFindings", "find_tracks"]


@dataclass(frozen=True, slots=True, eq=False)
class TrackFindings:
    """Tracks of ships, as the page shows them.

    Parameters
    ----------
    lines
        Fixes, draughts and calls as arrays.
    calls, beside
        Frames of port calls, and of the claims beside them.
    rows
        The rows of `beside`.
    notes
        What a reader of the tracks must know.
    """

    lines: TrackLines
    calls: Any
    beside: Any
    rows: Sequence[Mapping[str, Any]]
    notes: tuple[str, ...]

    @property
    def verdicts(self) -> tuple[int, int, int]:
        """How many claims fit the track, how many do not, and of how many the record says nothing."""
        fits = [row["fits"] for row in self.rows if row["claim"]]
        return fits.count(True), fits.count(False), fits.count(None)


def find_tracks(tracks: Any, calls: Any, events: Sequence[FlowEvent]) -> TrackFindings | None:
    """Read tracks and set the claims behind these events beside them; None where no tracks are given.

    Parameters
    ----------
    tracks
        What `read_ais` gives, or a file, several, or a frame that it reads.
    calls
        Their port calls; by default as `port_calls` finds them by default.
    events
        Flow events with their reports.

    Raises
    ------
    ReportError
        There are calls and no tracks.
    TracksError, FrameError
        The tracks or the calls cannot be read.
    """
    if tracks is None:
        if calls is not None:
            raise ReportError("calls= goes with tracks=, as ff.tracks.read_ais gives them")
        return None
    read = tracks
    if not isinstance(tracks, ShipTracks):
        read = read_ais(_as_paths(tracks))
    if calls is None:
        calls = port_calls(read)
    beside = reports_beside_tracks(events, calls)
    return TrackFindings(
        lines=track_lines(read, calls=calls),
        calls=calls,
        beside=beside,
        rows=beside.rows(named=True),
        notes=read.notes,
    )


def _as_paths(tracks: Any) -> Any:
    """Paths in a tuple as a list, which is how several files are read."""
    if isinstance(tracks, tuple) and all(isinstance(part, str | os.PathLike) for part in tracks):
        return [Path(part) for part in tracks]
    return tracks
