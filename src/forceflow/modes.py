"""Modes of transport: a row each, with the words and kinds that the rest of the library reads from it.

A further mode needs its row here, an event class of that mode (`evidence.events`), a platform for movements whose type
was not printed (`world/data`), and a colour (`plots.style`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .errors import UnknownNameError

__all__ = ["MODES", "Mode", "ModeId", "check_mode"]

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
    trips, vehicles
        What is counted, and what carries it, in the plural: "sorties", "aircraft".
    trip
        One of them with its article: "a flight".
    """

    id: ModeId
    platform_kind: Literal["aircraft", "vessel", "vehicles", "train"]
    generic_platform: str
    trips: str
    vehicles: str
    trip: str


MODES: dict[str, Mode] = {
    mode.id: mode
    for mode in (
        Mode("air", "aircraft", "cargo aircraft", "sorties", "aircraft", "a flight"),
        Mode("sea", "vessel", "cargo ship", "sailings", "ships", "a sailing"),
        Mode("road", "vehicles", "military vehicles", "columns", "vehicles", "a column"),
        Mode("rail", "train", "freight train", "trains", "trains", "a train"),
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
