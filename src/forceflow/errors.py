"""Every error forceflow raises on purpose.

::

    ForceflowError
    ├── QuantityError        a published number or hedge that cannot be read, or bounds out of order
    ├── ReportError          a report file, its claims or a field of one; names file, claim and field
    ├── EventError           a flow event that cannot be used; names the event
    ├── FrameError           a frame without the columns or values that were wanted; names the rows
    ├── UnknownNameError     an unknown place, platform, passage or data set; lists the nearest
    │   └── AmbiguousNameError   a name that fits several; lists them
    ├── RouteError           a route with wrong arguments
    │   └── NoRouteError     no way there under the closures given; never answered with 0 km
    └── EstimateError        an estimate with arguments that it cannot answer

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
        where = [file, f"claim {claim!r}" if claim else "", f"field {field!r}" if field else ""]
        super().__init__(": ".join([part for part in where if part] + [message]))


class EventError(ForceflowError, ValueError):
    """A flow event that cannot be used; the message names the event."""


class FrameError(ForceflowError, ValueError):
    """A frame without the columns or values that were wanted; the message names the rows."""


class UnknownNameError(ForceflowError, LookupError):
    """An unknown name; the message lists the nearest known ones.

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
        self.suggestions = nearest(name, names) or (names if show_all else [])
        hint = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(
            f"unknown {kind} {name!r}{hint}"
            + (f"{'' if hint else '.'} {otherwise}" if otherwise else "")
        )


class AmbiguousNameError(UnknownNameError):
    """A name that fits several things; the message lists them all."""

    def __init__(self, kind: str, name: str, candidates: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        self.suggestions = list(candidates)
        Exception.__init__(
            self,
            f"{kind} {name!r} is ambiguous: it may be {'; '.join(self.suggestions)}; give the id instead",
        )


class RouteError(ForceflowError, ValueError):
    """A route with wrong arguments."""


class NoRouteError(RouteError):
    """There is no way under the closures given."""


class EstimateError(ForceflowError, ValueError):
    """An estimate with arguments that it cannot answer."""


def nearest(name: str, known: Iterable[str], *, most: int = 4) -> list[str]:
    """Names closest in spelling to `name`, best first; an empty list when none is close."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    hits = difflib.get_close_matches(name.casefold(), folded, n=most, cutoff=0.55)
    return [folded[hit] for hit in hits]
