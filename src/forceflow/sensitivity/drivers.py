"""What drives the width of an estimate, and what to look at next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..arrays import Floats
from ..display import Listed
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..flows.event_draws import MEASURES, Flows, Measure, place_name, prepare
from ..lift.capacity.capacity import Capacity
from ..lift.queueing.cycle_capacity import CycleCapacity
from ..results.arguments import check_asked
from ..results.estimate import Estimate, day_of
from ..results.monte_carlo import mean_error
from .capacity_inputs import DRAWS, capacity_model
from .sobol import REPLICATES, STUDENT_95, Model, as_observation, total_indices, width_after

__all__ = ["Driver", "Look", "drivers", "next_look", "totals_of"]


@dataclass(frozen=True, slots=True)
class Driver:
    """One input, or group of inputs that stand together, and its part in the width.

    Parameters
    ----------
    name
        "count of EVENT" (of its movements); "tonnes of EVENT", "vehicles of EVENT" or "personnel of EVENT" where that
        is what was published and used; "load of PLATFORM" (payload and load factor); "mass of a person"; "mass of KIND"
        and "vehicles per column of KIND" of vehicles by road; "mix of types of EVENT", where several types may have
        carried it; or "what SOURCE says". Of a capacity an input of the bridge,
        as "offload_mog" or "offload_h of all types", or what one type brings, as "payload of Il-76MD".
    total
        Total Sobol index on the log of the total (of a capacity: of its tonnes a day): the share of its variance that
        would remain if all else were known.
    low, high
        90 % interval of its Monte Carlo error, from 8 independent replicates.
    claims, reports
        Ids of those behind the estimate; of a capacity none.
    """

    name: str
    total: float
    low: float
    high: float
    claims: tuple[str, ...] = field(default=(), repr=False)
    reports: tuple[str, ...] = field(default=(), repr=False)

    def _listed_(self) -> dict[str, str]:
        return {
            "input": self.name,
            "share of the variance": str(self).removeprefix(f"{self.name}: "),
        }

    def __str__(self) -> str:
        """Its part with the interval; a decimal where that is narrow, and no interval where it is narrower still."""
        for places in (0, 1):
            low, total, high = (
                f"{min(max(share, 0.0), 1.0):.{places}%}"
                for share in (self.low, self.total, self.high)
            )
            if low != high:
                return f"{self.name}: {total} ({low} to {high})"
        return f"{self.name}: {total if self.total >= 0.0005 else '0%'}"


@dataclass(frozen=True, slots=True)
class Look:
    """An observation one could make, and what it would be worth.

    Parameters
    ----------
    what
        The observation.
    width, expected_width
        Standard deviation of the total now, and expected after the observation, in its unit.
    gain
        Share of the variance that would be gone, times the chance that the look succeeds.
    unit
        Of the widths.
    low, high
        90 % interval of the Monte Carlo error of `expected_width` against `width`; NaN where not worked out.
    claims, reports
        Ids of those behind the estimate.
    """

    what: str
    width: float
    expected_width: float
    gain: float
    unit: str = ""
    low: float = math.nan
    high: float = math.nan
    claims: tuple[str, ...] = field(default=(), repr=False)
    reports: tuple[str, ...] = field(default=(), repr=False)

    def _listed_(self) -> dict[str, str]:
        widths = f"{self.width:,.0f} to {self.expected_width:,.0f} {self.unit}".rstrip()
        return {
            "look": self.what,
            "standard deviation": widths,
            "share of the variance": f"{self.gain:.0%}",
        }

    def __str__(self) -> str:
        return f"{self.what}: sd {self.width:,.0f} to {self.expected_width:,.0f} ({self.gain:.0%} of the variance)"


def drivers(
    estimate: Estimate | Capacity | CycleCapacity,
    *,
    draws: int | None = None,
    seed: int | None = None,
) -> tuple[Driver, ...]:
    """Which inputs drive the width of a tonnage estimate or of a capacity, most important first.

    Parameters
    ----------
    estimate
        An estimate made by `estimate_tonnage`; or a capacity made by `airlift_capacity`, `sealift_capacity` or
        `cycle_capacity`. The last takes minutes with a large mixed fleet that queues: eight replicates solve it once
        more for every input.
    draws
        Draws per replicate; by default 4,096, and for `cycle_capacity` 1,000 or as many as that took by itself.
    seed
        By default that of the estimate.

    Returns
    -------
    tuple of Driver
        Numbers by event, mixes of types by event, loads by platform (payload and load factor together, as they are
        shared by all its events), masses and vehicles per column by kind of vehicle, and sources (what one says of
        several events). For a capacity every input that is not exact, each alone.

    Raises
    ------
    EstimateError
        The estimate was made by something else, or nothing in it varies.

    Notes
    -----
    `total_indices` on Y = log of the total, or of the tonnes a day of a capacity: the draws of the input are taken anew
    and all others kept. Indices of inputs that act together overlap, so they may add up to more than 1.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> moved = ff.estimate_tonnage(events, direction="outbound", draws=1_000, seed=7)
    >>> ff.drivers(moved, draws=1_024)[0].total > 0.1
    True
    """
    if isinstance(estimate, Capacity | CycleCapacity):
        root = estimate.seed if seed is None else seed
        check_asked(draws=DRAWS if draws is None else draws, seed=root)
        of_bridge, inputs = capacity_model(estimate, draws=draws, seed=root)
        return _ranked(of_bridge, inputs, what="capacity")
    flows, measure = _flows_of(estimate)
    root, draws = estimate.seed if seed is None else seed, DRAWS if draws is None else draws
    check_asked(draws=draws, seed=root)

    def model(anew: frozenset[str], replicate: int) -> Floats:
        changed = flows
        for name in sorted(anew):
            changed = _renamed(changed, name)
        return _log_totals(changed, root + 1000 * replicate, draws)

    found = _ranked(model, _inputs(flows), what=f"estimate of {measure}")
    return Listed(
        replace(driver, claims=estimate.claims, reports=estimate.reports) for driver in found
    )


def _ranked(model: Model, inputs: Sequence[str], *, what: str) -> tuple[Driver, ...]:
    """Inputs by their total index, most important first."""
    try:
        found = total_indices(model, {name: (name,) for name in inputs}, replicates=REPLICATES)
    except EstimateError:
        raise EstimateError(f"nothing in this {what} varies; nothing to rank") from None
    made = []
    for name, index in found.items():
        mean, half = float(index.mean()), STUDENT_95 * float(mean_error(index))
        made.append(Driver(name, mean, mean - half, mean + half))
    return Listed(sorted(made, key=lambda driver: (-driver.total, driver.name)))


def next_look(
    estimate: Estimate,
    *,
    success: Mapping[str, float] | None = None,
    error_share: Mapping[str, float] | None = None,
    draws: int = 8_192,
) -> tuple[Look, ...]:
    """Which further observation would narrow a tonnage estimate most.

    Parameters
    ----------
    estimate
        An estimate made by `estimate_tonnage`.
    success
        Chance that an observation works out (clear sky over a pass), by the name of the input; 1 by default.
    error_share
        Standard error of an observation as a share of what is observed, by the name of the input; 0 by default.
    draws
        Draws.

    Returns
    -------
    tuple of Look
        Best first: "count of EVENT", counting its flights or sailings ("vehicles of EVENT", "personnel of EVENT" where
        these were published); "tonnes of EVENT", weighing a load that was published; "load of PLATFORM", weighing one
        (or reading the draught); "mass of KIND", weighing a vehicle; "vehicles per column of KIND", counting those of a
        column; "mix of types of EVENT", learning which type flew or sailed; "count at PLACE (MODE)", counting all that
        leaves or reaches a place with two or more events.

    Raises
    ------
    EstimateError
        The estimate was not made by `estimate_tonnage`, nothing in it varies, or an input or a share is unknown or
        out of bounds.

    Notes
    -----
    Preposterior variance by `risk_after`: what an observation s leaves is E[V(total | s)]; with chance p of success
    the expected variance is (1 - p) V + p E[V(total | s)]. An error multiplies what is observed, log-normally.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> moved = ff.estimate_tonnage(events, direction="outbound", draws=1_000, seed=7)
    >>> ff.next_look(moved, draws=2_048)[0].what
    'learn the load of Sparta II (draught, weighbridge, or a manifest)'
    """
    flows, _ = _flows_of(estimate)
    check_asked(draws=draws)
    total = totals_of(flows, estimate.seed, draws)
    variance = float(total.var(ddof=1))
    if variance == 0:
        raise EstimateError("nothing in this estimate varies; no observation could narrow it")
    names = (*(name for name in _inputs(flows) if not name.startswith("what ")), *_places(flows))
    for given, word in ((success or {}, "success"), (error_share or {}, "error_share")):
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise EstimateError(
                f"{word} names what is not there: {', '.join(unknown)}; there are {', '.join(names)}"
            )
    looks = []
    for name in names:
        chance, error = (success or {}).get(name, 1.0), (error_share or {}).get(name, 0.0)
        if not 0 <= chance <= 1:
            raise EstimateError(f"success of {name!r} is a probability, got {chance!r}")
        if not 0 <= error < math.inf:
            raise EstimateError(f"error_share of {name!r} is a share of 0 or above, got {error!r}")
        signal = totals_of(_observed(flows, name), estimate.seed, draws)
        if signal.min() == signal.max():
            continue
        if error > 0:
            signal = signal * np.exp(error * _normals(estimate.seed, name, draws))
        after = width_after(total, signal, success=chance)
        gain = 1 - after.middle**2 / variance
        looks.append(
            Look(
                as_observation(name),
                math.sqrt(variance),
                after.middle,
                gain,
                estimate.unit,
                after.low,
                after.high,
                estimate.claims,
                estimate.reports,
            )
        )
    return Listed(sorted(looks, key=lambda look: (-look.gain, look.what)))


def _flows_of(estimate: Estimate) -> tuple[Flows, Measure]:
    names: dict[str, Measure] = {
        "t": "tonnes",
        "vehicles": "vehicles",
        "personnel": "personnel",
        "movements": "movements",
    }
    if not isinstance(estimate, Estimate) or estimate.unit not in names or not estimate.used:
        raise EstimateError(
            "an estimate made by estimate_tonnage was wanted (drivers takes a capacity too)"
        )
    measure = names[estimate.unit]
    asked = getattr(estimate.again, "keywords", {})
    return prepare(estimate.used, measure=measure, cargo=asked.get("cargo")), measure


def totals_of(flows: Flows, seed: int, draws: int) -> Floats:
    """Draws of all that flows moved, shape (draws,)."""
    if not flows.events:
        raise EstimateError("no event carries a number")
    edges = (min(e.start for e in flows.events), max(e.stop for e in flows.events))
    assert day_of(edges[0]) < day_of(edges[1])
    row: Floats = flows.draws(edges, draws=draws, seed=seed)[0]
    return row


def _log_totals(flows: Flows, seed: int, draws: int) -> Floats:
    return np.log(np.maximum(totals_of(flows, seed, draws), 1e-9))


def _inputs(flows: Flows) -> tuple[str, ...]:
    """Names of what is drawn: numbers that vary, mixes of types, platforms that carry, sources of several events."""
    moving = [
        e for row, e in enumerate(flows.events) if np.ptp(flows.tables[flows.counts[row]]) > 0
    ]
    names = [_number_of(flows, event) for event in moving]
    mixed = np.diff(flows.first_part) > 1
    names += [
        f"{_MIX}{event.event_id}"
        for event, several in zip(flows.events, mixed, strict=True)
        if several
    ]
    names += _loads(flows)
    roots = [event.roots[0] for event in moving if event.roots]
    names += [f"what {root} says" for root in sorted(set(roots)) if roots.count(root) > 1]
    return tuple(names)


_MIX, _COLUMN, _MASS = "mix of types of ", "vehicles per column", " mass"


def _loads(flows: Flows) -> dict[str, tuple[int, tuple[int, ...]]]:
    """What one movement or vehicle brings, by name: the row of its platform, and its columns of `loads` (1, 2 or both).

    Payload and load factor of an aircraft or ship are one input. Of a column by road the mass of a vehicle and the
    vehicles in it are two: what settles the one says nothing of the other.
    """
    found: dict[str, tuple[int, tuple[int, ...]]] = {}
    for row, name in enumerate(flows.platform_names):
        if name == "published":
            continue
        mine = flows.loads[flows.loads[:, 0] == row]
        varies = [bool(np.ptp(flows.tables[mine[:, column]], axis=1).any()) for column in (1, 2)]
        kind = name.removesuffix(_MASS)
        if name == "column":
            found[_COLUMN] = row, (1,)
        elif name == "person":
            found["mass of a person"] = row, (1,)
        elif kind != name:
            parts = {f"mass of {kind}": 1, f"{_COLUMN} of {kind}": 2}
            found |= {
                part: (row, (column,)) for part, column in parts.items() if varies[column - 1]
            }
        else:
            found[f"load of {name}"] = row, (1, 2)
    return found


def _number_of(flows: Flows, event: FlowEvent) -> str:
    """Name of the number of an event that is drawn: its count of movements, or the published one that stands for it."""
    if _is_counted(flows, event):
        return f"count of {event.event_id}"
    if getattr(event, flows.measure) is not None:
        return f"{flows.measure} of {event.event_id}"
    return f"{'vehicles' if event.mode == 'road' else 'personnel'} of {event.event_id}"


def _renamed(flows: Flows, name: str) -> Flows:
    """The same flows with one input drawn from another address."""
    from ..kernels.addressed import address

    kind, _, what = name.partition(" of ")
    if kind in ("count", *MEASURES) and name not in _loads(flows):
        entities = flows.entities.copy()
        row = [e.event_id for e in flows.events].index(what)
        entities[row] = address(f"{what} again")
        alone = flows.source.copy()
        alone[row] = -1  # all of the count is taken anew, also where it stood as its source stands
        return replace(flows, entities=entities, source=alone)
    if name.startswith(_MIX):
        mixes = flows.mixes.copy()
        event_id = name.removeprefix(_MIX)
        mixes[[e.event_id for e in flows.events].index(event_id)] = address(f"{event_id} again")
        return replace(flows, mixes=mixes)
    if name in (loads := _loads(flows)):
        row, columns = loads[name]
        drawn = {1: flows.platforms.copy(), 2: flows.shares.copy()}
        for column in columns:
            drawn[column][row] = address(f"{flows.platform_names[row]} again")
        return replace(flows, platforms=drawn[1], shares=drawn[2])
    root = name.removeprefix("what ").removesuffix(" says")
    sources = flows.sources.copy()
    sources[sorted({e.roots[0] for e in flows.events if e.roots}).index(root)] = address(
        f"{root} again"
    )
    return replace(flows, sources=sources)


def _places(flows: Flows) -> tuple[str, ...]:
    """Places where two or more counts that vary could be taken together, by mode."""
    seen: dict[str, int] = {}
    for row, event in enumerate(flows.events):
        if np.ptp(flows.tables[flows.counts[row]]) > 0 and _is_counted(flows, event):
            for place in dict.fromkeys((event.origin, event.destination)):
                name = f"count at {place_name(place)} ({event.mode})"
                seen[name] = seen.get(name, 0) + 1
    return tuple(name for name, times in sorted(seen.items()) if times > 1)


def _is_counted(flows: Flows, event: FlowEvent) -> bool:
    """Whether an event's amount hangs on how many movements there were, and not on a published amount."""
    if flows.measure == "movements":
        return True
    vehicles = event.vehicles if event.mode == "road" else None
    return (
        getattr(event, flows.measure) is None and vehicles is None and event.movements.has_content
    )


def _observed(flows: Flows, name: str) -> Flows:
    """Flows whose total is what an observer of one input sees: a count without its load, or a load counted once."""
    one = flows.tables.shape[0]
    tables = np.vstack([flows.tables, np.ones(flows.tables.shape[1])])
    if name in (inputs := _loads(flows)):
        platform, columns = inputs[name]
        row, part = next(
            (row, part)
            for row in range(len(flows.events))
            for part in flows.part_load[flows.first_part[row] : flows.first_part[row + 1]]
            if flows.loads[part, 0] == platform
            and any(np.ptp(flows.tables[flows.loads[part, c]]) for c in columns)
        )
        loads = flows.loads.copy()
        loads[:, [column for column in (1, 2) if column not in columns]] = one
        return replace(
            _rows_of(flows, [row]),
            tables=tables,
            loads=loads,
            counts=np.array([one]),
            first_part=np.array([0, 1]),
            part_load=np.array([part]),
        )
    if name.startswith(
        _MIX
    ):  # which types: all loads at their means, so that only the mix of them varies
        row = [event.event_id for event in flows.events].index(name.removeprefix(_MIX))
        means = np.repeat(tables.mean(axis=1, keepdims=True), tables.shape[1], axis=1)
        return replace(_rows_of(flows, [row]), tables=means, counts=np.array([one]))
    rows = [row for row, event in enumerate(flows.events) if _number_of(flows, event) == name]
    if not rows:
        rows = [
            row
            for row, event in enumerate(flows.events)
            if _is_counted(flows, event)
            and name
            in {
                f"count at {place_name(place)} ({event.mode})"
                for place in (event.origin, event.destination)
            }
        ]
    loads = flows.loads.copy()
    loads[:, 1:] = one
    return replace(_rows_of(flows, rows), tables=tables, loads=loads)


def _rows_of(flows: Flows, rows: Sequence[int]) -> Flows:
    """The same flows with some of their events."""
    spans = [flows.part_load[flows.first_part[row] : flows.first_part[row + 1]] for row in rows]
    return replace(
        flows,
        events=tuple(flows.events[row] for row in rows),
        entities=flows.entities[rows],
        mixes=flows.mixes[rows],
        counts=flows.counts[rows],
        source=flows.source[rows],
        first_part=np.concatenate([[0], np.cumsum([span.size for span in spans])]).astype(np.int64),
        part_load=np.concatenate(spans).astype(np.int64),
    )


def _normals(seed: int, name: str, n: int) -> Floats:
    from scipy.special import ndtri

    from ..kernels.addressed import uniforms

    return np.asarray(ndtri(uniforms(seed, "error of a look", name, n) + 2.0**-54))
