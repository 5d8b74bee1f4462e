"""Modes of transport: a row each, with the words and kinds that the rest of the library reads from it.

A further mode needs its row here, an event class of that mode (`evidence.events`), a platform for movements whose type
was not printed (`world/data`, read in `world.platforms.catalogue`), a colour (`plots.style`), its ends and ways
(`world.geography.ends` and `.routes`), and the load of one movement (`flows.event_draws`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .errors import UnknownNameError

__all__ = ["MODES", "Mode", "ModeId", "check_mode", "list_modes", "mode_of_kind"]

ModeId = Literal["air", "sea", "road", "rail"]
"""The modes as types; one id a row of `MODES`."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode of transport.

    Parameters
    ----------
    id
        Name in claims, tables and arguments.
    platform_kind
        Kind of the platforms that move so.
    generic_platform
        Platform of a movement whose type was not printed.
    trips, vehicles, vehicle
        What is counted, and what carries it: "sailings", "ships", "ship".
    trip
        One movement with its article: "a flight".
    """

    id: ModeId
    platform_kind: Literal["aircraft", "vessel", "vehicles", "train"]
    generic_platform: str
    trips: str
    vehicles: str
    vehicle: str
    trip: str


MODES: dict[str, Mode] = {
    mode.id: mode
    for mode in (
        Mode("air", "aircraft", "cargo aircraft", "sorties", "aircraft", "aircraft", "a flight"),
        Mode("sea", "vessel", "cargo ship", "sailings", "ships", "ship", "a sailing"),
        Mode("road", "vehicles", "military vehicles", "columns", "vehicles", "vehicle", "a column"),
        Mode("rail", "train", "freight train", "trains", "trains", "train", "a train"),
    )
}
"""By id, in the order of legends and tables."""

assert tuple(MODES) == get_args(ModeId)


def check_mode(name: str, *, among: tuple[str, ...] = tuple(MODES)) -> Mode:
    """The mode of a name.

    Raises
    ------
    UnknownNameError
        It is none of `among`; the message lists them.
    """
    if name not in among:
        raise UnknownNameError("mode", name, among)
    return MODES[name]


def mode_of_kind(platform_kind: str) -> ModeId:
    """The mode by which platforms of a kind move; a KeyError for a kind of no mode."""
    mode_of: dict[str, ModeId] = {mode.platform_kind: mode.id for mode in MODES.values()}
    return mode_of[platform_kind]


def list_modes() -> str:
    """The modes for the end of a message: "'air', 'sea' or 'road'"."""
    *first, last = map(repr, MODES)
    return f"{', '.join(first)} or {last}"
