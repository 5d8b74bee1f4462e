"""One door to all pictures: `plot` looks at what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from ..errors import ForceflowError
from ..estimates.capacity import Capacity
from ..estimates.rate import Rate
from ..estimates.result import Estimate
from ..estimates.withdrawal import Withdrawal
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events
from ..quantity import Quantity
from ..world.routes import Route
from .bars import plot_capacity
from .curves import plot_quantity, plot_rate, plot_tonnage, plot_withdrawal
from .maps import plot_routes
from .timeline import plot_events

__all__ = ["plot"]

_KNOWN = "flow events (or a frame of them), Estimate, Rate, Withdrawal, Capacity, Route or several, Quantity"


def plot(thing: Any, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw anything forceflow gives back, always with its range and its sources.

    It never shows the picture and never touches global settings; save it with ``ax.figure.savefig(...)``.

    Parameters
    ----------
    thing
        Flow events or a frame of them (a timeline), an `Estimate` of what was moved (a fan), a `Rate` (steps), a
        `Withdrawal` (probability of completion), a `Capacity` (where the limits lie), a `Route` or several (a map), a
        `Quantity` (its distribution).
    ax
        Axes to draw on; by default those of a new figure.
    title
        Over the picture; by default what it shows.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    ForceflowError
        It cannot be drawn; the message says what can.

    Examples
    --------
    >>> import forceflow as ff
    >>> ax = ff.plot(ff.Quantity.parse("nearly 100 vehicles"))
    >>> ax.get_xlabel()
    'value (vehicles)'
    """
    if isinstance(thing, Quantity):
        return plot_quantity(thing, ax=ax, title=title)
    if isinstance(thing, Rate):
        return plot_rate(thing, ax=ax, title=title)
    if isinstance(thing, Estimate):
        return plot_tonnage(thing, ax=ax, title=title)
    if isinstance(thing, Withdrawal):
        return plot_withdrawal(thing, ax=ax, title=title)
    if isinstance(thing, Capacity):
        return plot_capacity(thing, ax=ax, title=title)
    if isinstance(thing, Route):
        return plot_routes([thing], ax=ax, title=title)
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        if thing and all(isinstance(part, Route) for part in thing):
            return plot_routes(thing, ax=ax, title=title)
        if not all(isinstance(part, FlowEvent) for part in thing):
            kinds = ", ".join(sorted({type(part).__name__ for part in thing}))
            raise ForceflowError(f"cannot draw a sequence of {kinds}; what can be drawn: {_KNOWN}")
        return plot_events(thing, ax=ax, title=title)
    if isinstance(thing, FlowEvent) or hasattr(thing, "columns") or hasattr(thing, "collect_schema"):
        return plot_events(as_events(thing), ax=ax, title=title)
    raise ForceflowError(f"cannot draw a {type(thing).__name__}; what can be drawn: {_KNOWN}")
