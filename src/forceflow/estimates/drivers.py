"""What drives the width of an estimate, what to look at next, and scenarios side by side."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.frames import as_events, make_frame
from .flows import Flows, Measure, prepare
from .range import Range
from .result import Estimate, day_of
from .tonnage import check_draws

__all__ = ["Comparison", "Driver", "Look", "compare", "drivers", "next_look"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Driver:
    """One input, or group of inputs that stand together, and its part in the width.

    Parameters
    ----------
    name
        "count of EVENT", "load of PLATFORM", or "what SOURCE says".
    total
        Total Sobol index on the log of the total: the share of its variance that would remain if all else were known.
    low, high
        Its 90 % interval over 8 independent replicates.
    """

    name: str
    total: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.name}: {self.total:.0%} ({max(self.low, 0):.0%} to {self.high:.0%})"


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
    """

    what: str
    width: float
    expected_width: float
    gain: float

    def __str__(self) -> str:
        return f"{self.what}: sd {self.width:,.0f} to {self.expected_width:,.0f} ({self.gain:.0%} of the variance)"


def drivers(estimate: Estimate, *, draws: int = 4_096, seed: int | None = None) -> tuple[Driver, ...]:
    """Which inputs drive the width of a tonnage estimate, most important first.

    Parameters
    ----------
    estimate
        An estimate made by `estimate_tonnage`.
    draws
        Draws per replicate.
    seed
        By default that of the estimate.

    Returns
    -------
    tuple of Driver
        Counts by event, loads by platform (payload and load factor together, as they are shared by all its events),
        and sources (what one says of several events).

    Raises
    ------
    EstimateError
        The estimate was not made by `estimate_tonnage`, or nothing in it varies.

    Notes
    -----
    ST_i = E[V(Y | all but i)] / V(Y) by Jansen 1999, on Y = log of the total, with the draws of the input taken anew
    and all others kept: half the mean square of the difference over the variance. Indices of inputs that act together
    overlap, so they may add up to more than 1.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> moved = ff.estimate_tonnage(events, direction="outbound", draws=1_000, seed=7)
    >>> ff.drivers(moved, draws=1_024)[0].total > 0.1
    True
    """
    flows, measure = _flows_of(estimate)
    root = estimate.seed if seed is None else seed
    names = _inputs(flows)
    found = np.empty((len(names), 8))
    for block in range(8):
        base = _log_totals(flows, root + 1000 * block, draws)
        variance = float(base.var())
        if variance == 0:
            raise EstimateError(f"nothing in this estimate of {measure} varies; nothing to rank")
        for row, name in enumerate(names):
            other = _log_totals(_renamed(flows, name), root + 1000 * block, draws)
            found[row, block] = float(((base - other) ** 2).mean() / (2 * variance))
    made = [
        Driver(name, float(values.mean()), *(float(x) for x in np.quantile(values, (0.05, 0.95))))
        for name, values in zip(names, found, strict=True)
    ]
    return tuple(sorted(made, key=lambda driver: (-driver.total, driver.name)))


def next_look(
    estimate: Estimate, *, success: Mapping[str, float] | None = None, draws: int = 8_192, bins: int = 32
) -> tuple[Look, ...]:
    """Which further observation would narrow a tonnage estimate most.

    Parameters
    ----------
    estimate
        An estimate made by `estimate_tonnage`.
    success
        Chance that an observation works out (clear sky over a pass), by the name of the input; 1 by default.
    draws
        Draws.
    bins
        Into how many classes of equal size the observed input is cut.

    Returns
    -------
    tuple of Look
        Best first: counting the flights or sailings of an event, weighing (or reading the draught of) a platform.

    Notes
    -----
    Preposterior variance: an observation that tells the input exactly leaves E[V(Y | x)], the mean variance within
    classes of the input; with chance p of success the expected variance is (1 - p) V + p E[V(Y | x)];
    Raiffa & Schlaifer 1961.
    """
    flows, _ = _flows_of(estimate)
    total = _totals(flows, estimate.seed, draws)
    variance = float(total.var())
    if variance == 0:
        raise EstimateError("nothing in this estimate varies; no observation could narrow it")
    unknown = set(success or {}) - set(_inputs(flows))
    if unknown:
        raise EstimateError(f"success names inputs that are not there: {', '.join(sorted(unknown))}")
    looks = []
    for name in _inputs(flows):
        values = _values_of(flows, name, estimate.seed, draws)
        if values is None or values.min() == values.max():
            continue
        order = np.argsort(values, kind="stable")
        within = float(np.mean([part.var() for part in np.array_split(total[order], bins)]))
        chance = (success or {}).get(name, 1.0)
        if not 0 <= chance <= 1:
            raise EstimateError(f"success of {name!r} is a probability, got {chance!r}")
        after = (1 - chance) * variance + chance * min(within, variance)
        looks.append(Look(_as_observation(name), math.sqrt(variance), math.sqrt(after), 1 - after / variance))
    return tuple(sorted(looks, key=lambda look: (-look.gain, look.what)))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Scenarios side by side, drawn with common random numbers.

    Parameters
    ----------
    totals
        Total by scenario.
    differences
        Each scenario less the first, with a range of its own: far narrower than the ranges of the two suggest.
    unit, coverage, draws, seed
        As in an estimate.
    """

    totals: Mapping[str, Range]
    differences: Mapping[str, Range]
    unit: str
    coverage: float
    draws: int
    seed: int

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per scenario: low, middle, high, and the difference from the first."""
        names = list(self.totals)
        columns: dict[str, Sequence[Any]] = {"scenario": names}
        for point in ("low", "middle", "high"):
            columns = {**columns, point: [getattr(self.totals[name], point) for name in names]}
        for point in ("low", "middle", "high"):
            less = [getattr(self.differences[n], point) if n in self.differences else 0.0 for n in names]
            columns = {**columns, f"difference_{point}": less}
        return make_frame({**columns, "unit": [self.unit] * len(names)}, backend=backend)

    def __str__(self) -> str:
        first = next(iter(self.totals))
        parts = [f"{name} {total}" for name, total in self.totals.items()]
        parts += [f"{name} less {first}: {gap}" for name, gap in self.differences.items()]
        return f"{'; '.join(parts)} ({self.coverage:.0%}, seed {self.seed})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(total))}</td>"
            f"<td>{html.escape(str(self.differences.get(name, '')))}</td></tr>"
            for name, total in self.totals.items()
        )
        return f"<table><thead><tr><th>scenario</th><th>total</th><th>less the first</th></tr></thead>{rows}</table>"


def compare(
    scenarios: Mapping[str, Any],
    *,
    measure: Measure = "tonnes",
    direction: str | None = "outbound",
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> Comparison:
    """Totals of several scenarios, and how far each is from the first.

    Parameters
    ----------
    scenarios
        Events (or frames of them) by name: ``{"as reported": events, "without the ships": by_air}``.
    measure, direction, coverage, draws, seed
        As in `estimate_tonnage`; all scenarios share every draw (common random numbers), so that what they have in
        common cancels in the difference.

    Raises
    ------
    EstimateError
        Fewer than two scenarios, or one without events.
    """
    check_draws(coverage, draws)
    if len(scenarios) < 2:
        raise EstimateError("two or more scenarios are needed to compare")
    drawn: dict[str, Floats] = {}
    for name, events in scenarios.items():
        chosen = [e for e in as_events(events) if direction is None or e.direction == direction]
        if not chosen:
            raise EstimateError(f"scenario {name!r} has no {direction or ''} events")
        drawn[name] = _totals(prepare(chosen, measure=measure), seed, draws)
    unit = "t" if measure == "tonnes" else measure
    first = next(iter(drawn))
    return Comparison(
        {name: Range.of_draws(values, coverage=coverage, unit=unit) for name, values in drawn.items()},
        {
            name: Range.of_draws(values - drawn[first], coverage=coverage, unit=unit)
            for name, values in drawn.items()
            if name != first
        },
        unit,
        coverage,
        draws,
        seed,
    )


def _flows_of(estimate: Estimate) -> tuple[Flows, Measure]:
    names: dict[str, Measure] = {
        "t": "tonnes",
        "vehicles": "vehicles",
        "personnel": "personnel",
        "movements": "movements",
    }
    if not isinstance(estimate, Estimate) or estimate.unit not in names or not estimate.used:
        raise EstimateError("an estimate made by estimate_tonnage was wanted")
    measure = names[estimate.unit]
    return prepare(estimate.used, measure=measure), measure


def _totals(flows: Flows, seed: int, draws: int) -> Floats:
    if not flows.events:
        raise EstimateError("no event carries a number")
    edges = (min(e.start for e in flows.events), max(e.stop for e in flows.events))
    assert day_of(edges[0]) < day_of(edges[1])
    row: Floats = flows.draws(edges, draws=draws, seed=seed)[0]
    return row


def _log_totals(flows: Flows, seed: int, draws: int) -> Floats:
    return np.log(np.maximum(_totals(flows, seed, draws), 1e-9))


def _inputs(flows: Flows) -> tuple[str, ...]:
    """Names of what is drawn: counts that vary, platforms that carry, sources that speak of several events."""
    moving = [e.event_id for row, e in enumerate(flows.events) if np.ptp(flows.tables[flows.counts[row]]) > 0]
    names = [f"count of {event_id}" for event_id in moving]
    names += [f"load of {name}" for name in flows.platform_names if name not in ("published",)]
    roots = [e.roots[0] for e in flows.events if e.roots and e.event_id in moving]
    names += [f"what {root} says" for root in sorted(set(roots)) if roots.count(root) > 1]
    return tuple(names)


def _renamed(flows: Flows, name: str) -> Flows:
    """The same flows with one input drawn from another address."""
    from ..kernels.philox import address

    kind, _, what = name.partition(" of ")
    if kind == "count":
        entities = flows.entities.copy()
        row = [e.event_id for e in flows.events].index(what)
        entities[row] = address(f"{what} again")
        alone = flows.source.copy()
        alone[row] = -1  # all of the count is taken anew, also where it stood as its source stands
        return replace(flows, entities=entities, source=alone)
    if kind == "load":
        platforms = flows.platforms.copy()
        platforms[flows.platform_names.index(what)] = address(f"{what} again")
        return replace(flows, platforms=platforms)
    root = name.removeprefix("what ").removesuffix(" says")
    sources = flows.sources.copy()
    sources[sorted({e.roots[0] for e in flows.events if e.roots}).index(root)] = address(f"{root} again")
    return replace(flows, sources=sources)


def _values_of(flows: Flows, name: str, seed: int, draws: int) -> Floats | None:
    """Draws of one input as an observer would see it: an event's total count, or a platform's load."""
    kind, _, what = name.partition(" of ")
    if kind == "count":
        row = [e.event_id for e in flows.events].index(what)
        event = replace(flows.events[row], is_stream=False)
        plain = prepare([replace(event, vehicles=None, personnel=None, tonnes=None)], measure="movements")
        published = {"tonnes": event.tonnes, "vehicles": event.vehicles, "personnel": event.personnel}.get(
            flows.measure
        )
        if published is not None or not plain.events:
            return _only(flows, row, seed, draws)
        return _totals(plain, seed, draws)
    if kind == "load":
        rows = [
            r
            for r in range(len(flows.events))
            for part in flows.part_load[flows.first_part[r] : flows.first_part[r + 1]]
            if flows.platform_names[int(flows.loads[part, 0])] == what
        ]
        return _weight(flows, what, seed, draws) if rows else None
    return None


def _only(flows: Flows, row: int, seed: int, draws: int) -> Floats:
    event = flows.events[row]
    drawn: Floats = flows.draws((event.start, event.stop), draws=draws, seed=seed, only=[row])[0]
    return drawn


def _weight(flows: Flows, platform: str, seed: int, draws: int) -> Floats:
    """Draws of what one movement of a platform carries: a single count of it, in place of its first event."""
    from ..quantity import Quantity

    for row, event in enumerate(flows.events):
        parts = flows.part_load[flows.first_part[row] : flows.first_part[row + 1]]
        names = [flows.platform_names[int(flows.loads[p, 0])] for p in parts]
        if platform in names and len(names) == 1:
            one = replace(event, movements=Quantity.exactly(1.0), is_stream=False)
            return _totals(prepare([one], measure=flows.measure), seed, draws)
        if platform in names:
            single = replace(event, platform=platform, movements=Quantity.exactly(1.0), is_stream=False)
            return _totals(prepare([single], measure=flows.measure), seed, draws)
    raise EstimateError(f"no event is carried by {platform}")


def _as_observation(name: str) -> str:
    kind, _, what = name.partition(" of ")
    if kind == "count":
        return f"count the movements of {what} (imagery or trackers over its window)"
    return f"learn the load of {what} (draught, weighbridge, or a manifest)"
