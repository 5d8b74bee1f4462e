"""What drives the width of an estimate, and what to look at next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..arrays import Floats
from ..display import Listed
from ..errors import EstimateError
from ..flows.event_draws import Flows, Measure, prepare
from ..lift.capacity.capacity import Capacity
from ..lift.queueing.cycle_capacity import CycleCapacity
from ..results.arguments import check_asked
from ..results.estimate import Estimate, day_of
from ..results.monte_carlo import mean_error
from .capacity_inputs import DRAWS, capacity_model
from .flow_inputs import draw_anew, input_names, observable_names, observed_part
from .sobol import REPLICATES, STUDENT_95, Model, as_observation, total_indices, width_after

__all__ = ["Driver", "Look", "drivers", "next_look", "totals_of"]


_MEASURE_OF: dict[str, Measure] = {
    "t": "tonnes",
    "vehicles": "vehicles",
    "personnel": "personnel",
    "movements": "movements",
}
_NEXT_SEED = 1000
"""From the seed of a replicate to that of the next one."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One input, or group of inputs that belong together, and its part in the width.

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
        shares = np.clip((self.low, self.total, self.high), 0.0, 1.0)
        for places in (0, 1):
            low, total, high = (f"{share:.{places}%}" for share in shares)
            if low != high:
                return f"{self.name}: {total} ({low} to {high})"
        # Less than half a tenth of a percent would be printed as 0.0 %.
        return f"{self.name}: {total}" if self.total >= 0.0005 else f"{self.name}: 0%"


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
    `total_indices` on Y = log of the total, or of the tonnes a day of a capacity: the draws of the input are made again
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
        return _drivers_of_capacity(estimate, draws, seed)
    flows, measure = _flows_of(estimate)
    root = estimate.seed if seed is None else seed
    draws = DRAWS if draws is None else draws
    check_asked(draws=draws, seed=root)

    def model(anew: frozenset[str], replicate: int) -> Floats:
        changed = flows
        for name in sorted(anew):
            changed = draw_anew(changed, name)
        return _log_totals(changed, root + _NEXT_SEED * replicate, draws)

    found = _rank_inputs(model, input_names(flows), what=f"estimate of {measure}")
    claims, reports = estimate.claims, estimate.reports
    return Listed(replace(driver, claims=claims, reports=reports) for driver in found)


def _drivers_of_capacity(
    capacity: Capacity | CycleCapacity, draws: int | None, seed: int | None
) -> tuple[Driver, ...]:
    root = capacity.seed if seed is None else seed
    check_asked(draws=DRAWS if draws is None else draws, seed=root)
    model, inputs = capacity_model(capacity, draws=draws, seed=root)
    return _rank_inputs(model, inputs, what="capacity")


def _rank_inputs(model: Model, inputs: Sequence[str], *, what: str) -> tuple[Driver, ...]:
    """Inputs by their total index, most important first."""
    groups = {name: (name,) for name in inputs}
    try:
        found = total_indices(model, groups, replicates=REPLICATES)
    except EstimateError:
        raise EstimateError(f"nothing in this {what} varies; nothing to rank") from None
    made = []
    for name, index in found.items():
        # Student's interval, as the replicates are few.
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
    success, error_share = success or {}, error_share or {}
    total = totals_of(flows, estimate.seed, draws)
    if total.var(ddof=1) == 0:
        raise EstimateError("nothing in this estimate varies; no observation could narrow it")
    names = observable_names(flows)
    _check_names(success, "success", names)
    _check_names(error_share, "error_share", names)
    looks = []
    for name in names:
        chance, error = success.get(name, 1.0), error_share.get(name, 0.0)
        _check_chance(name, chance, error)
        signal = totals_of(observed_part(flows, name), estimate.seed, draws)
        # Seeing what is known exactly would change nothing.
        if signal.min() == signal.max():
            continue
        if error > 0:
            signal = signal * np.exp(error * _draw_errors(estimate.seed, name, draws))
        looks.append(_look_at(name, estimate, total, signal, chance))
    return Listed(sorted(looks, key=lambda look: (-look.gain, look.what)))


def _check_names(given: Mapping[str, float], word: str, names: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise EstimateError(
            f"{word} names what is not there: {', '.join(unknown)}; there are {', '.join(names)}"
        )


def _check_chance(name: str, chance: float, error: float) -> None:
    if not 0 <= chance <= 1:
        raise EstimateError(f"success of {name!r} is a probability, got {chance!r}")
    if not 0 <= error < math.inf:
        raise EstimateError(f"error_share of {name!r} is a share of 0 or above, got {error!r}")


def _look_at(name: str, estimate: Estimate, total: Floats, signal: Floats, chance: float) -> Look:
    """What an observation would be worth."""
    variance = float(total.var(ddof=1))
    after = width_after(total, signal, success=chance)
    return Look(
        as_observation(name),
        width=math.sqrt(variance),
        expected_width=after.middle,
        gain=1 - after.middle**2 / variance,
        unit=estimate.unit,
        low=after.low,
        high=after.high,
        claims=estimate.claims,
        reports=estimate.reports,
    )


def _flows_of(estimate: Estimate) -> tuple[Flows, Measure]:
    """The flows behind an estimate, and its measure."""
    if not isinstance(estimate, Estimate) or estimate.unit not in _MEASURE_OF or not estimate.used:
        raise EstimateError(
            "an estimate made by estimate_tonnage was wanted (drivers takes a capacity too)"
        )
    measure = _MEASURE_OF[estimate.unit]
    # The cargo was an argument of the estimate, and changes what its flows carry.
    arguments = getattr(estimate.again, "keywords", {})
    return prepare(estimate.used, measure=measure, cargo=arguments.get("cargo")), measure


def totals_of(flows: Flows, seed: int, draws: int) -> Floats:
    """Draws of all that flows moved, shape (draws,)."""
    if not flows.events:
        raise EstimateError("no event carries a number")
    starts = [event.start for event in flows.events]
    edges = min(starts), max(event.stop for event in flows.events)
    assert day_of(edges[0]) < day_of(edges[1])
    row: Floats = flows.draws(edges, draws=draws, seed=seed)[0]
    return row


def _log_totals(flows: Flows, seed: int, draws: int) -> Floats:
    # A tonnage is a product, so the inputs add up in its logarithm.
    return np.log(np.maximum(totals_of(flows, seed, draws), 1e-9))


def _draw_errors(seed: int, name: str, n: int) -> Floats:
    from scipy.special import ndtri

    from ..kernels.addressed import uniforms

    level = uniforms(seed, "error of a look", name, n)
    # 0 is a possible uniform, and its normal quantile would be infinite.
    return np.asarray(ndtri(level + 2.0**-54))
