"""What carried it: the platforms that printed words name."""

from __future__ import annotations

import re

from ..blanks import is_blank
from ..errors import EventError
from ..modes import MODES, mode_of_kind
from ..world import find_platform

__all__ = ["moving_ids", "platform_ids"]


def platform_ids(platform: str, mode: str | None) -> tuple[str, ...]:
    """Ids of the platforms named in a printed string; a type that was not printed becomes the mode's general one.

    Raises
    ------
    UnknownNameError
        One of the names is not known; the message lists the nearest.
    """
    printed = map(str.strip, re.split(r";|\s\+\s", platform))
    names = [name for name in printed if not is_blank(name)]
    if not names and mode:
        names.append(MODES[mode].generic_platform)
    return tuple(find_platform(name).id for name in names)


def moving_ids(platform: str, mode: str) -> tuple[str, ...]:
    """Ids as `platform_ids` gives them; an `EventError` where one of them does not move so, a ship by air."""
    ids = platform_ids(platform, mode)
    wanted = MODES[mode]
    for found in map(find_platform, ids):
        if found.kind != wanted.platform_kind:
            own = mode_of_kind(found.kind)
            raise EventError(
                f"platform {found.id!r} does not move by {mode}; write mode {own!r}, or "
                f"{wanted.generic_platform!r} for a type that was not printed"
            )
    return ids
