"""One bridge under many fleets, spots or hours: the table under the picture of throughput against each of them."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..errors import EstimateError
from ..results.progress import progress
from ..results.range import Range, figure, held
from .bridges.air_bridge import AirBridge
from .bridges.amounts import as_quantity, check_bridge
from .bridges.draws import Draws
from .bridges.sea_bridge import SeaBridge
from .capacity.airlift import airlift_capacity
from .capacity.sealift import sealift_capacity
from .queueing.cycle_capacity import cycle_capacity, quick_draws
from .queueing.stations import cycle_stations

__all__ = ["Sweep", "sweep"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """Tonnes a day of one bridge for every combination of what was varied.

    Parameters
    ----------
    mode, origin, destination, distance_km
        "air" or "sea", names of the ends and length of one loaded way.
    over
        What was varied, in order: for each name the values, as given.
    low, middle, high
        Tonnes a day, in t/day; one axis for each name of `over`, in its order.
    bottleneck, bottleneck_share
        The constraint that binds most often, and the share of draws in which it does; shape as `middle`.
    model
        "closed form" or "queueing".
    coverage, draws, seed
        How the ranges were made. All combinations share their draws.
    """

    mode: str
    origin: str
    destination: str
    distance_km: float
    over: Mapping[str, tuple[Any, ...]]
    low: Floats
    middle: Floats
    high: Floats
    bottleneck: NDArray[np.str_]
    bottleneck_share: Floats
    model: str
    coverage: float
    draws: int
    seed: int

    @property
    def unit(self) -> str:
        """Unit of low, middle and high."""
        return "t/day"

    def at(self, **chosen: Any) -> Range:
        """Tonnes a day of one combination, each name with one of its values.

        Raises
        ------
        EstimateError
            A name or value was not swept, or a name is missing; the message lists what was.
        """
        place = []
        for name, values in self.over.items():
            if name not in chosen or chosen[name] not in values:
                raise EstimateError(
                    f"at() needs {name} as one of {', '.join(map(repr, values))}, got {chosen.get(name)!r}"
                )
            place.append(values.index(chosen[name]))
        if extra := sorted(set(chosen) - set(self.over)):
            raise EstimateError(
                f"{', '.join(extra)} was not swept; swept were {', '.join(self.over)}"
            )
        key = tuple(place)
        return Range(
            float(self.low[key]), float(self.middle[key]), float(self.high[key]), self.unit
        )

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per combination: what was varied, low, middle, high, bottleneck, bottleneck_share.

        Parameters
        ----------
        backend
            "polars", "pandas" or "pyarrow".

        Notes
        -----
        Values that are not plain numbers are given in words.
        """
        from ..evidence.tables.event_frames import make_frame

        columns: dict[str, Any] = {}
        varied = zip(*self._combinations(), strict=True)
        for name, column in zip(self.over, varied, strict=True):
            # Numbers stay numbers, so that the table can be plotted.
            as_printed: type = str
            if all(map(_is_number, self.over[name])):
                as_printed = float
            columns[name] = list(map(as_printed, column))
        for name in ("low", "middle", "high", "bottleneck", "bottleneck_share"):
            columns[name] = getattr(self, name).ravel().tolist()
        return make_frame(columns, backend=backend)

    def __str__(self) -> str:
        shape = " x ".join(f"{len(values)} {name}" for name, values in self.over.items())
        least = figure(float(self.middle.min()))
        most = figure(float(self.middle.max()))
        return (
            f"{self.mode}lift {self.origin} to {self.destination} over {shape}: "
            f"{least} to {most} t/day in the middle ({self.model}); {held(self.coverage, self.draws)}"
        )

    def _repr_html_(self) -> str:
        titles = (*self.over, "t/day", "binds")
        rows = [_table_row("th", titles)]
        for place, combination in zip(
            np.ndindex(self.middle.shape), self._combinations(), strict=True
        ):
            tonnes = Range(
                float(self.low[place]), float(self.middle[place]), float(self.high[place])
            )
            binds = f"{self.bottleneck[place]} ({self.bottleneck_share[place]:.0%})"
            rows.append(_table_row("td", (*combination, tonnes, binds)))
        return f"<table><caption>{html.escape(str(self))}</caption>{''.join(rows)}</table>"

    def _combinations(self) -> list[tuple[Any, ...]]:
        """Every combination of values, in the order of the cells."""
        return list(itertools.product(*self.over.values()))


def _table_row(cell: str, values: Sequence[Any]) -> str:
    """A row of an HTML table, its values escaped."""
    cells = "".join(f"<{cell}>{html.escape(str(value))}</{cell}>" for value in values)
    return f"<tr>{cells}</tr>"


def sweep(
    bridge: AirBridge | SeaBridge,
    *,
    model: Literal["closed form", "queueing"] = "closed form",
    coverage: float = 0.9,
    draws: int | None = None,
    seed: int = 0,
    **over: Sequence[Any],
) -> Sweep:
    """Tonnes a day of a bridge for every combination of fleets, spots, hours or any other of its inputs.

    Parameters
    ----------
    bridge
        The bridge that is varied; what is not named stays as it is.
    model
        "closed form" (`airlift_capacity`, `sealift_capacity`), in which more of anything never carries less; or
        "queueing" (`cycle_capacity`), in which small aircraft of a mixed fleet can take spots from large ones.
    coverage, seed
        As in `airlift_capacity`.
    draws
        Number of draws, the same for all combinations; by default 2,000, and by queueing 1,000 or, where mixed fleets
        queue, fewer (100 or more), so that all combinations together take some ten seconds; see `cycle_capacity`.
    over
        Fields of the bridge, each with the values it takes: ``offload_mog=[1, 2, 3]``. For ``fleet`` (``vessels`` at
        sea) a number means so many of the mix that the bridge has; ships are taken from its list in turn.

    Returns
    -------
    Sweep
        Tonnes a day with the constraint that binds, one axis for each name.

    Raises
    ------
    EstimateError
        A name is not an input of the bridge, or has no values (the message lists the inputs), or a mixed fleet is too
        large for the queueing model with so many draws; checked before anything is worked out.

    Notes
    -----
    All combinations share their draws (common random numbers), so that two of them differ by what was varied only.

    Examples
    --------
    >>> import forceflow as ff
    >>> bridge = ff.AirBridge({"Il-76MD": 8}, ff.route("Hmeimim", "al-Khadim", mode="air"), 3, 2)
    >>> found = sweep(bridge, fleet=[4, 8, 16], offload_mog=[1, 2])
    >>> found.middle.shape
    (3, 2)
    >>> str(found.bottleneck[-1, 0])
    'offload'
    """
    check_bridge(bridge, AirBridge, SeaBridge, call="sweep")
    values = _values_to_sweep(bridge, over)
    if model not in ("closed form", "queueing"):
        raise EstimateError(f"model is 'closed form' or 'queueing', got {model!r}")
    bridges = _bridges_of(bridge, values)
    if model == "queueing":
        if draws is None:
            draws = quick_draws(bridges, seed=seed)
        # Refused here and not in the last of many combinations.
        for varied in bridges:
            cycle_stations(varied, Draws(draws, seed, coverage)).check_size()
    elif draws is None:
        draws = 2_000
    calculate = _capacity_model(bridge, model)
    mode = "sea"
    if isinstance(bridge, AirBridge):
        mode = "air"

    shape = tuple(len(values_of_one) for values_of_one in values.values())
    tonnes = np.empty((3, *shape))
    bottleneck = np.empty(shape, dtype=object)
    bottleneck_share = np.empty(shape)
    cells = progress(bridges, total=len(bridges), label="sweeping")
    for place, varied in zip(np.ndindex(shape), cells, strict=True):
        capacity = calculate(varied, coverage=coverage, draws=draws, seed=seed)
        tonnes[(slice(None), *place)] = tuple(capacity.tonnes_per_day)
        bottleneck[place] = capacity.bottleneck
        bottleneck_share[place] = capacity.bottleneck_share[capacity.bottleneck]
    return Sweep(
        mode=mode,
        origin=bridge.route.origin.name,
        destination=bridge.route.destination.name,
        distance_km=bridge.route.distance_km,
        over=values,
        low=tonnes[0],
        middle=tonnes[1],
        high=tonnes[2],
        bottleneck=bottleneck.astype(str),
        bottleneck_share=bottleneck_share,
        model=model,
        coverage=coverage,
        draws=draws,
        seed=seed,
    )


def _values_to_sweep(
    bridge: AirBridge | SeaBridge, over: Mapping[str, Any]
) -> dict[str, tuple[Any, ...]]:
    """The values of each input that is varied.

    Raises
    ------
    EstimateError
        An input does not belong to the bridge, or has no list of values.
    """
    inputs = [field.name for field in fields(bridge)]
    for name, listed in over.items():
        if isinstance(listed, str | Mapping) or not hasattr(listed, "__iter__"):
            raise EstimateError(
                f"{name} needs its values in a list, as in {name}=[1, 2, 3]; got {listed!r}"
            )
    values = {name: tuple(listed) for name, listed in over.items()}
    complete = all(values.values())
    if not values or not complete or not set(values) <= set(inputs):
        raise EstimateError(
            f"a sweep needs one or more inputs of the bridge, each with its values, got {dict(over)!r}; "
            f"the inputs are {', '.join(inputs)}"
        )
    return values


def _bridges_of(bridge: AirBridge | SeaBridge, values: Mapping[str, tuple[Any, ...]]) -> list[Any]:
    """The bridge with every combination of values."""
    bridges = []
    for combination in itertools.product(*values.values()):
        changes = {}
        for name, value in zip(values, combination, strict=True):
            changes[name] = _input_value(bridge, name, value)
        bridges.append(replace(bridge, **changes))
    return bridges


def _capacity_model(bridge: AirBridge | SeaBridge, model: str) -> Callable[..., Any]:
    """The function that works out one combination."""
    if model == "queueing":
        return cycle_capacity
    if isinstance(bridge, AirBridge):
        return airlift_capacity
    return sealift_capacity


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _input_value(bridge: Any, name: str, value: Any) -> Any:
    """The value of an input; a number of aircraft or ships as so many of the mix of the bridge."""
    if not _is_number(value) or name not in ("fleet", "vessels"):
        return value
    if not (math.isfinite(value) and value > 0):
        raise EstimateError(f"{name} takes numbers above 0, got {value!r}")
    if name == "fleet":
        return _fleet_of_size(bridge.fleet, value)
    if value != int(value):
        raise EstimateError(f"vessels takes whole numbers, got {value!r}")
    ships_in_turn = itertools.cycle(bridge.vessels)
    return list(itertools.islice(ships_in_turn, int(value)))


def _fleet_of_size(fleet: Mapping[Any, Any], size: float) -> dict[Any, Any]:
    """So many aircraft in the mix of the fleet."""
    amounts = {kind: as_quantity(number, name=f"fleet[{kind!r}]") for kind, number in fleet.items()}
    # The mix keeps its ranges: each number is as uncertain for its size as before.
    share = size / sum(amount.best for amount in amounts.values())
    return {kind: amount.times(share) for kind, amount in amounts.items()}
