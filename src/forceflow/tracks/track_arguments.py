"""Arguments that the questions asked of tracks share."""

from __future__ import annotations

from ..errors import TracksError
from ..quantity.values import as_float
from .ship_tracks import ShipTracks

__all__ = ["check_asked"]


def check_asked(asker: str, tracks: object, **numbers: object) -> None:
    """Refuse what are no tracks, and numbers that are not above 0.

    Raises
    ------
    TracksError
        The message names the function that was asked and the argument.
    QuantityError
        An argument is no number.
    """
    if not isinstance(tracks, ShipTracks):
        raise TracksError(
            f"{asker} needs the tracks that read_ais returned, got {type(tracks).__name__}"
        )
    for name, number in numbers.items():
        if not as_float(number, name=name) > 0:
            raise TracksError(f"{asker}: {name} must be above 0, got {number!r}")
