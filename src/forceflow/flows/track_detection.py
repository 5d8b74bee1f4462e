"""The share of movements that tracks show, as a `Detection`, from how well ships in port were heard."""

from __future__ import annotations

from ..tracks.coverage import Coverage, detection
from .detection import Detection

__all__ = ["detection_from_coverage"]

_INTERVAL = 0.9
"""The probability between the two numbers of a `Detection`."""


def detection_from_coverage(heard: Coverage, *, place: str | None = None) -> Detection:
    """The share of movements that tracks show, with its range, in place of a prior.

    Parameters
    ----------
    heard
        What `ff.tracks.coverage` returned.
    place
        Id of one place; by default all places together.

    Returns
    -------
    Detection
        For ``estimate_rate(events, detection={"sea": ...})``.

    Raises
    ------
    TracksError
        No ship was known to be at such a place.

    Notes
    -----
    `ff.tracks.detection` says how the range comes about. It is the share of ships that were heard at both ends of a
    stay; ships that were never heard are not in it, so that the true share may be lower.

    Examples
    --------
    >>> import forceflow as ff
    >>> share = ff.flows.detection_from_coverage(heard, place="tartus")  # doctest: +SKIP
    >>> ff.estimate_rate(events, detection={"sea": share}, seed=7)  # doctest: +SKIP
    """
    ranges = detection(heard, place=place, range_coverage=_INTERVAL)
    low, high = ranges[place or "sea"]
    return Detection(low, high)
