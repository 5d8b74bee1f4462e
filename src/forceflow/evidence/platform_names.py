"""What carried it: the platforms that printed words name."""

from __future__ import annotations

import re

from ..blanks import is_blank
from ..errors import EventError
from ..world import find_platform

__all__ = ["moving_ids", "platform_ids"]

_GENERIC = {"air": "cargo aircraft", "sea": "cargo ship", "road": "military vehicles"}
"""Platform of a movement whose type was not printed."""

_KIND_OF_MODE = {"air": "aircraft", "sea": "vessel", "road": "vehicles"}


def platform_ids(platform: str, mode: str | None) -> tuple[str, ...]:
    """Ids of the platforms named in a printed string; a type that was not printed becomes the mode's general one.

    Raises
    ------
    UnknownNameError
        One of the names is not known; the message lists the nearest.
    """
    names = [name.strip() for name in re.split(r";|\s\+\s", platform)]
    told = [name for name in names if not is_blank(name)]
    if not told and mode:
        told = [_GENERIC[mode]]
    return tuple(find_platform(name).id for name in told)


def moving_ids(platform: str, mode: str) -> tuple[str, ...]:
    """Ids as `platform_ids` gives them; an `EventError` where one of them does not move so, a ship by air."""
    ids = platform_ids(platform, mode)
    for wrong in (p for name in ids if (p := find_platform(name)).kind != _KIND_OF_MODE[mode]):
        own = next(other for other, kind in _KIND_OF_MODE.items() if kind == wrong.kind)
        raise EventError(
            f"platform {wrong.id!r} does not move by {mode}; write mode {own!r}, or {_GENERIC[mode]!r} for a type that "
            "nobody told"
        )
    return ids
