"""Every error forceflow raises on purpose.

::

    ForceflowError
    ├── QuantityError        a published number or hedge that cannot be read, or bounds out of order
    ├── ReportError          a report file, its claims or a field of one; names file, claim and field
    ├── EventError           a flow event that cannot be used; names the event
    ├── FrameError           a frame without the columns or values that were wanted; names the rows
    ├── TracksError          a table or log of ship or aircraft messages that cannot be used; names file, row, column
    ├── UnknownNameError     a place, platform, passage or data set that is not known; lists the nearest
    │   └── AmbiguousNameError   a name that fits several; lists them
    ├── RouteError           a request for a route that cannot be used
    │   └── NoRouteError     no way there under the closures given; never answered with 0 km
    └── EstimateError        a request for an estimate outside what it can give

Each message says what came, from where, what was wanted, and what would have worked.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AmbiguousNameError",
    "EstimateError",
    "EventError",
    "ForceflowError",
    "FrameError",
    "NoRouteError",
    "QuantityError",
    "ReportError",
    "RouteError",
    "TracksError",
    "UnknownNameError",
    "nearest",
]


class ForceflowError(Exception):
    """Root of the tree; catch it to catch all of the errors below and nothing else."""


class QuantityError(ForceflowError, ValueError):
    """A published number or hedge that cannot be read, or bounds out of order."""


class ReportError(ForceflowError, ValueError):
    """A report file that cannot be used.

    Parameters
    ----------
    message
        What came, what was wanted, and what would have worked.
    file, claim, field
        Where it is, as far as known; each is put in front of the message.
    """

    def __init__(self, message: str, *, file: str = "", claim: str = "", field: str = "") -> None:
        self.file, self.claim, self.field = file, claim, field
        parts = []
        if file:
            parts.append(file)
        if claim:
            parts.append(f"claim {claim!r}")
        if field:
            parts.append(f"field {field!r}")
        super().__init__(": ".join([*parts, message]))


class EventError(ForceflowError, ValueError):
    """A flow event that cannot be used; the message names the event."""


class FrameError(ForceflowError, ValueError):
    """A frame without the columns or values that were wanted; the message names the rows."""


class TracksError(ForceflowError, ValueError):
    """A table or log of ship or aircraft messages that cannot be used; names file, row and column where known."""


class UnknownNameError(ForceflowError, LookupError):
    """A name that is not known; the message lists the nearest ones known.

    Parameters
    ----------
    kind
        What was looked for: "place", "platform", "passage", "data set".
    name
        The name as it came.
    known
        All names that would have worked; the nearest of them are shown.
    show_all
        Show all of them when none is near (for short lists).
    otherwise
        What else would have worked: a sentence.
    blank
        The name is a placeholder ("TBC", "n/a"): nothing is suggested for it.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        *,
        show_all: bool = False,
        otherwise: str = "",
        blank: bool = False,
    ) -> None:
        self.kind, self.name = kind, name
        if blank:
            self.suggestions = []
            super().__init__(f"{kind} is blank: {name!r}")
            return
        names = list(known)
        self.suggestions = nearest(name, names)
        if show_all and not self.suggestions:
            self.suggestions = names
        message = f"unknown {kind} {name!r}"
        if self.suggestions:
            message += f"; did you mean {', '.join(self.suggestions)}?"
        elif otherwise:
            message += "."
        if otherwise:
            message += f" {otherwise}"
        super().__init__(message)


class AmbiguousNameError(UnknownNameError):
    """A name that fits several things; the message lists them all."""

    def __init__(self, kind: str, name: str, candidates: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        self.suggestions = list(candidates)
        # Not the message of an unknown name, which lists those that are near to it.
        Exception.__init__(
            self,
            f"{kind} {name!r} is ambiguous: it may be {'; '.join(self.suggestions)}; give the id instead",
        )


class RouteError(ForceflowError, ValueError):
    """A request for a route that cannot be used."""


class NoRouteError(RouteError):
    """There is no way under the closures given."""


class EstimateError(ForceflowError, ValueError):
    """A request for an estimate outside what it can give."""


def nearest(name: str, known: Iterable[str], *, most: int = 4) -> list[str]:
    """Names closest in spelling to `name`, best first; an empty list when none is close."""
    # Of two names that differ in capitals alone, the first is shown.
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    hits = difflib.get_close_matches(name.casefold(), folded, n=most, cutoff=0.55)
    return [folded[hit] for hit in hits]
