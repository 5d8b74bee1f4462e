"""Places that tables name, as places of the gazetteer that a mode of transport reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..errors import AmbiguousNameError, FrameError, RouteError, UnknownNameError
from ..modes import ModeId
from ..world import Place, find_end

__all__ = ["NamedPlaces"]


class NamedPlaces:
    """Places of a table as places of the gazetteer, each looked up once.

    Parameters
    ----------
    given
        Place of the gazetteer by the name in the table, for places of the user's own.
    mode, words
        "sea" and "port calls", or "air" and "legs".
    example
        A place that could be given, for errors.
    """

    def __init__(
        self, given: Mapping[str, str] | None, *, mode: ModeId, words: str, example: str
    ) -> None:
        self.given = dict(given or {})
        self.mode = mode
        self.words = words
        self.example = example
        self.found: dict[str, Place] = {}

    def read(self, named: Iterable[tuple[int, str, str]]) -> None:
        """Look up all places named, given as (row, column, name).

        Raises
        ------
        FrameError
            Some are unknown; the message names all of them.
        """
        faults: dict[str, str] = {}
        columns: dict[str, None] = {}
        for row, column, name in named:
            if name in self.found or name in faults:
                continue
            try:
                self.found[name] = find_end(self.given.get(name, name), self.mode)
            except (UnknownNameError, AmbiguousNameError, RouteError) as error:
                faults[name] = f"row {row}: {error}"
                columns[column] = None
        if faults:
            name = next(iter(faults))
            raise FrameError(
                f"{self.words}, column {' and '.join(map(repr, columns))}: {'; '.join(faults.values())}; say which "
                f"place it is with places={{{name!r}: {self.example!r}}}, or make it known by add_place"
            )

    def __getitem__(self, name: str) -> Place:
        return self.found[name]
