"""One door to all pictures: `plot` looks at what it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from ..errors import ForceflowError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events
from ..flows.change_point_result import ChangePoints
from ..flows.rate import Rate
from ..forecasting.backtest import Backtest
from ..forecasting.result import Forecast
from ..lift.capacity.capacity import Capacity
from ..lift.capacity.march import March
from ..lift.capacity.rail import RailCapacity
from ..lift.queueing.cycle_capacity import CycleCapacity
from ..lift.simulation.result import Simulation
from ..lift.sweep import Sweep
from ..quantity import Quantity
from ..results.estimate import Estimate
from ..results.range import Range
from ..sensitivity.comparison import Comparison
from ..sensitivity.drivers import Driver, Look
from ..tracks.aircraft_tracks import AircraftTracks
from ..tracks.leg_table import LegTable, are_legs, leg_table
from ..tracks.legs import legs
from ..tracks.ship_tracks import ShipTracks
from ..tracks.track_line import TrackLines
from ..tracks.track_lines import track_lines
from ..withdrawal.withdrawal import Withdrawal
from ..world.geography.routes import Route
from .bars import plot_bounds, plot_capacity, plot_cycle, plot_march, plot_railway, plot_waiting
from .changes import plot_changes
from .corridors import plot_flow_map, plot_matrix
from .forecasts import plot_backtest, plot_coverage, plot_forecast
from .ground_times import plot_ground_times
from .leg_calendar import plot_leg_calendar
from .leg_map import plot_leg_map
from .maps import plot_routes
from .port_traffic import plot_field_traffic, plot_port_traffic
from .quantities import plot_quantities, plot_quantity, plot_ranges
from .rate import plot_rate
from .sensitivity import plot_comparison, plot_detection, plot_drivers, plot_looks
from .simulations import plot_simulated_days, plot_simulation
from .sweeps import plot_sweep
from .timeline import plot_events
from .tonnage import plot_tonnage
from .track_calendar import plot_track_calendar
from .track_map import plot_track_map
from .withdrawal import plot_remaining, plot_scenarios, plot_withdrawal

__all__ = ["plot"]

_Draw = Callable[..., Axes]

_ONE: dict[type, dict[str, _Draw]] = {
    Rate: {"steps": plot_rate, "detection": plot_detection},
    Estimate: {"fan": plot_tonnage, "matrix": plot_matrix, "map": plot_flow_map},
    Withdrawal: {
        "completion": plot_withdrawal,
        "remaining": plot_remaining,
        "scenarios": plot_scenarios,
    },
    Capacity: {"bottleneck": plot_capacity, "cycle": plot_cycle},
    Simulation: {"delivered": plot_simulation, "days": plot_simulated_days},
    Backtest: {"fans": plot_backtest, "coverage": plot_coverage},
    CycleCapacity: {"waiting": plot_waiting, "bottleneck": plot_bounds},
    Sweep: {"lines": plot_sweep},
    ChangePoints: {"changes": plot_changes},
    Comparison: {"scenarios": plot_comparison},
    Forecast: {"fan": plot_forecast},
    March: {"parts": plot_march},
    RailCapacity: {"bottleneck": plot_railway},
    Quantity: {"distribution": plot_quantity},
    TrackLines: {
        "map": plot_track_map,
        "calendar": plot_track_calendar,
        "traffic": plot_port_traffic,
    },
    LegTable: {
        "map": plot_leg_map,
        "calendar": plot_leg_calendar,
        "traffic": plot_field_traffic,
        "ground": plot_ground_times,
    },
}
"""The pictures of a thing by kind, the default first; the first class that fits counts."""

_SEVERAL: dict[type, dict[str, _Draw]] = {
    FlowEvent: {"timeline": plot_events},
    Route: {"map": plot_routes},
    Quantity: {"ranges": plot_quantities},
    Range: {"ranges": plot_ranges},
    Driver: {"tornado": plot_drivers},
    Look: {"looks": plot_looks},
}
"""The same for several things of a class."""

_KNOWN = (
    "flow events (or a frame of them), Estimate, Rate, Withdrawal, Capacity, CycleCapacity, Sweep, March, "
    "RailCapacity, Simulation, ChangePoints, Comparison, what drivers() and next_look() give, Backtest, Forecast, "
    "Route or several, Quantity or several (a list, or a dict with their names), several Range, "
    "ShipTracks, AircraftTracks, legs of aircraft (a frame)"
)


def plot(
    thing: Any, *, kind: str = "", ax: Axes | None = None, title: str = "", calls: Any = None
) -> Axes:
    """Draw anything forceflow gives back, always with its range and its sources.

    It never shows the picture and never touches global settings; save it with ``ax.figure.savefig(...)``.

    Parameters
    ----------
    thing
        What to draw, with the kinds of picture it has, the default first:

        - flow events or a frame of them: "timeline"
        - an `Estimate` of what was moved: "fan" (and its groups); by corridor also "matrix" and "map"
        - a `Rate`: "steps", "detection" (by the share that was reported); its ``changes``: "changes"
        - a `Withdrawal`: "completion" (probability), "remaining" (what would still be there), "scenarios"
        - a `Capacity`: "bottleneck", "cycle" (parts of the round trip); a `Sweep` of it: "lines"
        - a `CycleCapacity`: "waiting" (by station), "bottleneck"
        - a `Simulation`: "delivered" (so far), "days"; a `March`: "parts"; a `RailCapacity`: "bottleneck"
        - a `Backtest`: "fans" (over what happened), "coverage" (where it fell in them); a `Forecast`: "fan"
        - what `drivers` gives: "tornado"; what `next_look` gives: "looks"; a `Comparison`: "scenarios"
        - a `Route` or several: "map"
        - a `Quantity`: "distribution"; a list or dict of several: "ranges"
        - a list or dict of `Range` in one unit, such as the tonnes a day of two bridges: "ranges"
        - ships' tracks of `tracks.read_ais`: "map", "calendar" (berth, anchorage, sea, silence and draught of each
          ship by day), "traffic" (arrivals and departures by place and day)
        - legs of aircraft, a frame as `tracks.legs` gives it, or tracks of `tracks.read_adsb`: "map" (legs from field
          to field), "calendar" (in the air, on the ground and not known, of each aircraft by day), "traffic" (landings
          and take-offs by field and day), "ground" (times on the ground beside the published ones)
    kind
        Which of its pictures; by default the first.
    ax
        Axes to draw on; by default those of a new figure. Where their figure has no layout of its own it gets one, so
        that the sources under the axes are not cut off.
    title
        Over the picture; by default what it shows.
    calls
        Of ships' tracks alone: the port calls to show, a frame as `tracks.port_calls` gives it, such as one made with
        places of your own. By default they are found as `port_calls` finds them by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    ForceflowError
        It cannot be drawn, or has no picture of that kind; the message says what can.

    Examples
    --------
    >>> import forceflow as ff
    >>> ax = ff.plot(ff.Quantity.parse("nearly 100 vehicles"))
    >>> ax.get_xlabel()
    'value (vehicles)'
    >>> air = ff.route("Hmeimim", "al-Khadim", mode="air")
    >>> capacity = ff.airlift_capacity(ff.AirBridge({"Il-76MD": 8}, air, 3, 2))
    >>> ff.plot(capacity, kind="cycle").get_xlabel()
    'time from the start of loading (h)'
    """
    if isinstance(thing, ShipTracks):
        thing = track_lines(thing, calls=calls)
    elif calls is not None:
        raise ForceflowError(
            f"calls= goes with ships' tracks, as ff.tracks.read_ais gives them; got a {type(thing).__name__}"
        )
    elif isinstance(thing, AircraftTracks):
        thing = leg_table(legs(thing))
    elif are_legs(thing):
        thing = leg_table(thing)
    shown, name, pictures = _pictures_of(thing)
    if kind and kind not in pictures:
        known = ", ".join(map(repr, pictures))
        raise ForceflowError(f"no picture of kind {kind!r} of {name}; there is {known}")
    first = next(iter(pictures))
    draw = pictures[kind or first]
    return draw(shown, ax=ax, title=title)


def _pictures_of(thing: Any) -> tuple[Any, str, dict[str, _Draw]]:
    """What will be drawn, its name, and its pictures."""
    for known, pictures in _ONE.items():
        if isinstance(thing, known):
            return thing, type(thing).__name__, pictures
    if isinstance(thing, Mapping):
        return _pictures_of_mapping(thing)
    if (
        isinstance(thing, FlowEvent)
        or hasattr(thing, "columns")
        or hasattr(thing, "collect_schema")
    ):
        return as_events(thing), "flow events", _SEVERAL[FlowEvent]
    if isinstance(thing, Route):
        return [thing], "Route", _SEVERAL[Route]
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        return _pictures_of_sequence(thing)
    raise ForceflowError(f"cannot draw a {type(thing).__name__}; what can be drawn: {_KNOWN}")


def _pictures_of_mapping(things: Mapping[Any, Any]) -> tuple[dict[str, Any], str, dict[str, _Draw]]:
    """Ranges or quantities by name, and their pictures."""
    kind: type = Quantity
    if things and all(isinstance(part, Range) for part in things.values()):
        kind = Range
    return _by_name(things, kind), f"several {kind.__name__}", _SEVERAL[kind]


def _pictures_of_sequence(things: Sequence[Any]) -> tuple[Any, str, dict[str, _Draw]]:
    """Several things of one class, and their pictures; an empty list counts as no events."""
    # A search that finds no event gives an empty list; the timeline has the right words for that.
    if not things:
        return things, "flow events", _SEVERAL[FlowEvent]
    for known, pictures in _SEVERAL.items():
        if not all(isinstance(part, known) for part in things):
            continue
        if known is FlowEvent:
            return things, "flow events", pictures
        name = f"several {known.__name__}"
        if known in (Quantity, Range):
            return _by_words(things), name, pictures
        return things, name, pictures
    names = ", ".join(sorted({type(part).__name__ for part in things}))
    raise ForceflowError(f"cannot draw a sequence of {names}; what can be drawn: {_KNOWN}")


def _by_name(things: Mapping[Any, Any], kind: type) -> dict[str, Any]:
    """Quantities or ranges by name; anything else cannot be drawn by name."""
    others = sorted({type(part).__name__ for part in things.values() if not isinstance(part, kind)})
    if others:
        raise ForceflowError(
            f"cannot draw a {type(things).__name__} of {', '.join(others)}; what can be drawn: {_KNOWN}"
        )
    return {str(name): part for name, part in things.items()}


def _by_words(things: Sequence[Any]) -> dict[str, Any]:
    """Quantities by their words; one that has none, or words used before, and a range by its number in the list."""
    named: dict[str, Any] = {}
    for number, thing in enumerate(things, 1):
        name = getattr(thing, "words", "") or f"number {number}"
        # Two reports may print the same words; both rows are kept.
        if name in named:
            name = f"{name} (number {number})"
        named[name] = thing
    return named
