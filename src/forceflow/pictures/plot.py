"""One door to all pictures: `plot` looks at what it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from ..errors import ForceflowError
from ..estimates.capacity import Capacity
from ..estimates.march import March
from ..estimates.rate import Rate
from ..estimates.result import Estimate
from ..estimates.simulated import Simulation
from ..estimates.withdrawal import Withdrawal
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events
from ..quantity import Quantity
from ..world.routes import Route
from .bars import plot_capacity, plot_march
from .curves import plot_rate, plot_tonnage, plot_withdrawal
from .maps import plot_routes
from .quantities import plot_quantities, plot_quantity
from .simulations import plot_simulation
from .timeline import plot_events

__all__ = ["plot"]

_KNOWN = (
    "flow events (or a frame of them), Estimate, Rate, Withdrawal, Capacity, March, Simulation, Route or several, "
    "Quantity or several (a list, or a dict with their names)"
)


def plot(thing: Any, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw anything forceflow gives back, always with its range and its sources.

    It never shows the picture and never touches global settings; save it with ``ax.figure.savefig(...)``.

    Parameters
    ----------
    thing
        Flow events or a frame of them (a timeline), an `Estimate` of what was moved (a fan, and its groups), a `Rate`
        (steps), a `Withdrawal` (probability of completion), a `Capacity` (where the limits lie), a `March` (how long
        its parts take), a `Simulation` (a fan), a `Route` or several (a map), a `Quantity` (its distribution) or a list
        or dict of several (their ranges side by side).
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
    if isinstance(thing, March):
        return plot_march(thing, ax=ax, title=title)
    if isinstance(thing, Simulation):
        return plot_simulation(thing, ax=ax, title=title)
    if isinstance(thing, Mapping):
        return plot_quantities(_named(thing), ax=ax, title=title)
    if isinstance(thing, Route):
        return plot_routes([thing], ax=ax, title=title)
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        if thing and all(isinstance(part, Route) for part in thing):
            return plot_routes(thing, ax=ax, title=title)
        if thing and all(isinstance(part, Quantity) for part in thing):
            return plot_quantities(_numbered(thing), ax=ax, title=title)
        if not all(isinstance(part, FlowEvent) for part in thing):
            kinds = ", ".join(sorted({type(part).__name__ for part in thing}))
            raise ForceflowError(f"cannot draw a sequence of {kinds}; what can be drawn: {_KNOWN}")
        return plot_events(thing, ax=ax, title=title)
    if isinstance(thing, FlowEvent) or hasattr(thing, "columns") or hasattr(thing, "collect_schema"):
        return plot_events(as_events(thing), ax=ax, title=title)
    raise ForceflowError(f"cannot draw a {type(thing).__name__}; what can be drawn: {_KNOWN}")


def _named(things: Mapping[Any, Any]) -> dict[str, Quantity]:
    """Quantities by name; anything else cannot be drawn by name."""
    others = sorted({type(part).__name__ for part in things.values() if not isinstance(part, Quantity)})
    if others:
        raise ForceflowError(
            f"cannot draw a {type(things).__name__} of {', '.join(others)}; what can be drawn: {_KNOWN}"
        )
    return {str(name): part for name, part in things.items()}


def _numbered(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    """Quantities by their words; one that has none, or words used before, by its number in the list."""
    found: dict[str, Quantity] = {}
    for number, quantity in enumerate(quantities, 1):
        name = quantity.words or f"number {number}"
        found[f"{name} (number {number})" if name in found else name] = quantity
    return found
