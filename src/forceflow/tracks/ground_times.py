"""Time on the ground between two legs of an aircraft: a window for each stay, and the mean of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from ..feeds.columns import TIME
from ..feeds.native_frame import in_library
from ..quantity import Quantity
from .leg_aircraft import AircraftTypes
from .leg_rows import legs_by_aircraft, read_legs
from .trips import Stay, stays_between

__all__ = ["GROUND_COLUMNS", "ground_times", "mean_ground_h"]

GROUND_COLUMNS: Final[dict[str, pl.DataType]] = {
    "aircraft": pl.String(),
    "registration": pl.String(),
    "platform": pl.String(),
    "field": pl.String(),
    "came_from": pl.String(),
    "went_to": pl.String(),
    "landed_after": TIME,
    "landed_by": TIME,
    "took_off_after": TIME,
    "took_off_by": TIME,
    "shortest_h": pl.Float64(),
    "longest_h": pl.Float64(),
    "source": pl.String(),
}
"""Columns of the table of ground times: whose, where, between which legs, and from when to when.

`platform` is null where the catalogue has none, `came_from` and `went_to` where the other end of the leg is not known;
`shortest_h` and `longest_h` are what the windows of landing and take-off allow, in h.
"""

_TAIL = 0.05
"""The mean of measured stays is below, or above, its range with this probability, as far as sampling goes."""


def ground_times(legs: Any, *, types: Any = None, backend: str | None = None) -> Any:
    """Time on the ground between each two legs of an aircraft that meet at a field, as [shortest, longest].

    Parameters
    ----------
    legs
        Legs, as `legs` returns them, of any library.
    types
        Platform by hex address or registration, as in `sorties`; here an aircraft without one is kept.
    backend
        "polars" (None too), "pandas" or "pyarrow": library of the frame.

    Returns
    -------
    frame
        `GROUND_COLUMNS`, a row for each stay in order of landing. A stay is not split from a night parked: see
        `bridge_from`.

    Raises
    ------
    FrameError
        The legs are no frame of legs; the message names row and column.
    TracksError
        The library is not known.

    Notes
    -----
    The longest time is that between the last fix in the air before the stay and the first one after it. The shortest is
    that between the first and the last fix on the ground, 0 h where the aircraft was not seen on the ground at both
    ends: nothing is interpolated.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import forceflow as ff
    >>> def moment(hour, minute):
    ...     return dt.datetime(2024, 12, 14, hour, minute, tzinfo=dt.UTC)
    >>> rows = {
    ...     "aircraft": ["152e10", "152e10"], "callsign": ["RFF7084", None], "type": ["A124", "A124"],
    ...     "origin": ["OSLK", "HL59"], "destination": ["HL59", "OSLK"],
    ...     "took_off_after": [moment(4, 2), moment(10, 1)], "took_off_by": [moment(4, 9), moment(10, 4)],
    ...     "landed_after": [moment(6, 12), moment(12, 10)], "landed_by": [moment(6, 20), moment(12, 14)],
    ... }
    >>> frame = ff.tracks.ground_times(pl.DataFrame(rows))
    >>> frame.select("field", "platform", pl.col("shortest_h", "longest_h").round(2)).row(0)
    ('HL59', 'An-124', 3.68, 3.87)
    """
    known = AircraftTypes(types)
    rows: list[dict[str, Any]] = []
    for own in legs_by_aircraft(read_legs(legs)).values():
        platform = known.aircraft_of(own).platform
        rows += (_row_of(stay, platform) for stay in stays_between(own))
    # A stay without a landing seen stands where it ended at the latest.
    rows.sort(key=lambda row: (row["landed_by"] or row["took_off_by"], row["aircraft"]))
    return in_library(pl.DataFrame(rows, schema=GROUND_COLUMNS), backend)


def _row_of(stay: Stay, platform: str) -> dict[str, Any]:
    reached, left = stay.reached, stay.left
    return {
        "aircraft": reached.aircraft,
        "registration": left.registration or reached.registration or None,
        "platform": platform or None,
        "field": stay.field,
        "came_from": reached.origin or None,
        "went_to": left.destination or None,
        "landed_after": reached.last_aloft,
        "landed_by": reached.landed_by,
        "took_off_after": left.took_off_after,
        "took_off_by": left.first_aloft,
        "shortest_h": stay.shortest_h,
        "longest_h": stay.longest_h,
        "source": reached.source or None,
    }


def mean_ground_h(stays: Sequence[Stay], *, words: str) -> Quantity:
    """Mean time of several stays, h, with what their windows and their number leave open.

    The mean lies between that of the shortest and that of the longest times, as windows err together: where receivers
    are blind at a field, all of them are wide. To either side comes what a mean of so few stays may be off, by
    Student's t from the middles of the windows; no mean is below the shortest stay or above the longest.

    Parameters
    ----------
    stays
        Two or more.
    words
        Where they come from.
    """
    from scipy.stats import t

    shortest, longest, middle = (
        np.array([getattr(stay, name) for stay in stays])
        for name in ("shortest_h", "longest_h", "middle_h")
    )
    many = len(stays)
    margin = float(t.ppf(1 - _TAIL, many - 1)) * float(middle.std(ddof=1)) / many**0.5
    low = max(float(shortest.mean()) - margin, float(shortest.min()))
    high = min(float(longest.mean()) + margin, float(longest.max()))
    best = float(middle.mean())
    # Stays that are all alike to the second leave nothing to draw from.
    if low == high:
        return Quantity.exactly(best, unit="h", words=words)
    return Quantity(low, best, high, unit="h", words=words)
