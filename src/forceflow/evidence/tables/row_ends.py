"""What moved and where to: the mode, the ends, the platforms and the direction of each row of an event frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, get_args

import numpy as np

from ...arrays import Bools
from ...blanks import is_blank, is_missing
from ...world import (
    Place,
    Platform,
    direction,
    find_end,
    read_theatre,
)
from ..events import EVENT_OF_MODE
from ..platform_names import moving_ids, platform_ids
from .columns import mask, resolve
from .sheet import Sheet

__all__ = [
    "by_id",
    "has_a_known_mode",
    "has_a_mode_or_kind",
    "is_a_direction",
    "is_written",
    "leads_elsewhere",
    "read_directions",
    "read_end",
    "read_modes",
    "read_platforms",
]

_MODE_OF_KIND = {cls.kind: mode for mode, cls in EVENT_OF_MODE.items()}
_DIRECTIONS = ("outbound", "inbound", "internal", "external")
_WITH_IDS = (Place, *get_args(Platform))


def by_id(values: Iterable[Any]) -> list[Any]:
    """Places and platforms by their ids, and all else as it is."""
    return list(map(_id_or_self, values))


def _id_or_self(value: Any) -> Any:
    if isinstance(value, _WITH_IDS):
        return value.id
    return value


def read_modes(sheet: Sheet, name: str) -> list[Any]:
    """The mode of each row: from the column of that name, or from the kind of a row that leaves it blank."""
    return list(map(_find_mode, sheet.cells(name), sheet.cells("kind")))


@lru_cache(maxsize=1024)
def _find_mode(mode: Any, kind: Any) -> Any:
    """A mode from itself or from the kind that moves so ("Sea", "convoy"); what is neither comes back as it is."""
    given = mode
    if is_blank(mode):
        given = kind
    word = str(given).strip().lower()
    if word in EVENT_OF_MODE:
        return word
    return _MODE_OF_KIND.get(word, mode)


def has_a_mode_or_kind(sheet: Sheet, name: str) -> None:
    """Every row says how it moved, by its mode or its kind."""
    sheet.faults.add_blank(_lacks_mode(sheet), name)


def _lacks_mode(sheet: Sheet) -> Bools:
    return mask(sheet.cells("mode"), is_blank) & mask(sheet.cells("kind"), is_blank)


def has_a_known_mode(sheet: Sheet, name: str) -> None:
    """The mode is one of those that have events."""
    modes = sheet.columns[name]
    is_unknown = mask(modes, lambda mode: mode not in EVENT_OF_MODE)
    known = ", ".join(EVENT_OF_MODE)
    sheet.faults.add(
        is_unknown & ~_lacks_mode(sheet), lambda row: f"mode {modes[row]!r} is none of {known}"
    )


def read_end(sheet: Sheet, name: str) -> list[str | None]:
    """Ids of the origins or destinations; the places themselves are kept for the direction."""
    pairs = _pair_with_modes(sheet, name, is_blank)
    places = resolve(pairs, lambda pair: find_end(*pair), sheet.faults, name)
    sheet.places[name] = places
    return by_id(places)


def _pair_with_modes(
    sheet: Sheet, name: str, is_empty: Callable[[Any], bool]
) -> list[tuple[str, Any] | None]:
    """The text of each cell with the mode of its row, on which its meaning depends; None for an empty cell."""
    cells = by_id(sheet.cells(name))
    pairs: list[Any] = list(zip(map(str, cells), sheet.columns["mode"], strict=True))
    for row in np.flatnonzero(mask(cells, is_empty)).tolist():
        pairs[row] = None
    return pairs


def leads_elsewhere(sheet: Sheet, name: str) -> None:
    """A movement goes from one place to another."""
    origins, destinations = sheet.places["origin"], sheet.places["destination"]
    is_one = map(_is_one_place, origins, destinations, sheet.columns["mode"])
    sheet.faults.add(
        np.fromiter(is_one, bool, len(sheet.table)),
        lambda row: (
            f"origin and destination are both {origins[row].id}; a movement goes from one place to another"
        ),
    )


def _is_one_place(origin: Place | None, destination: Place | None, mode: Any) -> bool:
    if origin is None or destination is None or origin.id != destination.id:
        return False
    # A ship or a convoy may go from one part of a region to another; a flight has an airfield at each end.
    return mode == "air" or origin.kind != "region"


def read_platforms(sheet: Sheet, name: str) -> list[Any]:
    """Ids of the platforms of each row; a placeholder such as "unknown" is the general one of its mode."""
    pairs = _pair_with_modes(sheet, name, _has_no_text)
    return resolve(pairs, _find_platforms, sheet.faults)


def _find_platforms(pair: tuple[str, Any]) -> str:
    platform, mode = pair
    if mode in EVENT_OF_MODE:
        return " + ".join(moving_ids(platform, mode))
    # The mode is a fault already; the platform may be one too.
    return " + ".join(platform_ids(platform, mode))


def _has_no_text(value: Any) -> bool:
    return is_missing(value) or not str(value).strip()


def is_written(sheet: Sheet, name: str) -> None:
    """There is some text, if only a placeholder."""
    sheet.faults.add_blank(mask(sheet.cells(name), _has_no_text), name)


def read_directions(sheet: Sheet, name: str) -> list[Any]:
    """The direction of each row as given, else from its ends and the theatre."""
    # A wrong theatre is refused even where every row has a direction of its own.
    read_theatre(sheet.theatre)
    given = list(map(_direction_word, sheet.cells(name)))
    by_ends: dict[tuple[str, str], str] = {}
    pairs = zip(sheet.places["origin"], sheet.places["destination"], strict=True)
    for row, (origin, destination) in enumerate(pairs):
        if given[row] is not None or origin is None or destination is None:
            continue
        ends = origin.id, destination.id
        if ends not in by_ends:
            by_ends[ends] = direction(origin, destination, sheet.theatre)
        given[row] = by_ends[ends]
    sheet.is_directed = bool(by_ends)
    return given


def _direction_word(cell: Any) -> Any:
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return cell.strip().lower()
    return cell


def is_a_direction(sheet: Sheet, name: str) -> None:
    """The direction is one of the four, or blank."""
    given = sheet.columns[name]
    known = {None, *_DIRECTIONS}
    sheet.faults.add(
        mask(given, lambda word: word not in known),
        lambda row: f"direction {given[row]!r} is none of {', '.join(_DIRECTIONS)}",
    )
