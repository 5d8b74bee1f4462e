"""How fast: movements, tonnes, vehicles or people per day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events, backend_of
from .flows import Measure, prepare
from .range import Range
from .result import Estimate, bin_edges
from .tonnage import check_draws, claims_of

__all__ = ["Detection", "Rate", "estimate_rate", "gamma_poisson_interval", "net_draws"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Detection:
    """The share of movements that anybody reported: a range you must know from elsewhere.

    From one stream of reports the rate and this share cannot both be learnt; what comes out is as wide as what you
    put in here.

    Parameters
    ----------
    low, high
        The share lies between them with 90 % probability, above 0 and at most 1.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse shares out of order or out of bounds."""
        if not 0 < self.low < self.high <= 1:
            raise EstimateError(f"detection needs 0 < low < high <= 1, got {self.low!r}, {self.high!r}")

    def beta(self) -> tuple[float, float]:
        """Parameters of the Beta distribution whose 5 and 95 % points come closest to low and high."""
        from ..quantity.verbal import beta_of_band

        return beta_of_band(self.low, self.high, coverage=0.9)

    def draw(self, n: int, *, seed: int) -> Floats:
        """Draws of the share, shape (n,)."""
        from scipy.special import betaincinv

        from ..kernels.philox import uniforms

        a, b = self.beta()
        return np.asarray(betaincinv(a, b, uniforms(seed, "detection", "share", n)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate(Estimate):
    """A rate per day over time; `per_day` is the rate over the whole span.

    Parameters
    ----------
    detection
        The share of movements taken as reported; None when every movement is taken as reported.
    """

    detection: Detection | None = None

    @property
    def per_day(self) -> Range:
        """The rate over the whole span."""
        return self.total


def gamma_poisson_interval(count: float, exposure: float, *, coverage: float = 0.9) -> Range:
    """Rate of a count over an exposure: Jeffreys gamma-Poisson, equal tails.

    Parameters
    ----------
    count, exposure
        Events seen, and the days (or other unit) in which they would have been seen.

    Notes
    -----
    Prior Gamma(1/2, 0), posterior Gamma(count + 1/2, exposure); Brown, Cai & DasGupta 2003. The middle is the median.

    Examples
    --------
    >>> interval = gamma_poisson_interval(15, 400, coverage=0.95)
    >>> round(interval.low, 6), round(interval.high, 6)
    (0.021923, 0.06029)
    """
    from scipy.special import gammaincinv

    if count < 0 or not exposure > 0:
        raise EstimateError(f"a rate needs count >= 0 and exposure > 0, got {count!r} in {exposure!r}")
    tail = (1 - coverage) / 2
    low, middle, high = (float(gammaincinv(count + 0.5, p)) / exposure for p in (tail, 0.5, 1 - tail))
    return Range(low, middle, high, "per unit of exposure")


def estimate_rate(
    events: Any,
    *,
    measure: Measure = "movements",
    direction: str | None = None,
    every: str = "1w",
    detection: Detection | None = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> Rate:
    """How much moves per day; by default the net outflow from the theatre.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns.
    measure
        "movements", "tonnes", "vehicles" or "personnel" per day.
    direction
        "outbound", "inbound" or "internal" for that gross flow; by default outbound less inbound, so that
        reinforcement counts against the withdrawal and internal moves do not count. Ships in ballast carry nothing
        and count neither way.
    every
        Width of a time bin.
    detection
        The share of movements that was reported. None takes all as reported.
    coverage, draws, seed
        As in `estimate_tonnage`.

    Returns
    -------
    Rate
        Per day in each bin; ``per_day`` over the whole span, whose length is the exposure.

    Notes
    -----
    Given a draw of the counts, the rate of movements is Gamma(count + 1/2) / (exposure x share reported): Jeffreys
    prior on the events reported. For tonnes, vehicles and personnel, that rate times the mean amount per movement
    in the draw.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> rate = ff.estimate_rate(events, detection=ff.Detection(0.3, 0.8), draws=2_000, seed=7)
    >>> rate.per_day.low < rate.per_day.high
    True
    """
    check_draws(coverage, draws)
    backend = backend_of(events)
    chosen = as_events(events)
    if direction is not None and direction not in ("outbound", "inbound", "internal"):
        raise EstimateError(f"direction {direction!r} is none of outbound, inbound, internal")
    wanted = ("outbound", "inbound") if direction is None else (direction,)
    chosen = tuple(event for event in chosen if event.direction in wanted and not event.is_empty)
    if not chosen:
        raise EstimateError(f"no {' or '.join(wanted)} events to estimate a rate from")
    edges = bin_edges(min(e.start for e in chosen), max(e.stop for e in chosen), every=every)
    per_bin, notes, used = net_draws(
        chosen, edges, measure=measure, detection=detection, draws=draws, seed=seed, gross=direction is not None
    )
    whole, _, _ = net_draws(
        chosen, (edges[0], edges[-1]), measure=measure, detection=detection, draws=draws, seed=seed,
        gross=direction is not None,
    )  # fmt: skip
    tail = (1 - coverage) / 2
    low, middle, high = np.quantile(per_bin, (tail, 0.5, 1 - tail), axis=1)
    unit = {"tonnes": "t/day"}.get(measure, f"{measure}/day")
    claims, reports = claims_of(used)
    kind = f"{direction} rate" if direction else "net outflow"
    if detection is not None:
        a, b = detection.beta()
        ends = f"{detection.low:.0%} to {detection.high:.0%} with 90 %"
        told = f"share reported: Beta({a:.3g}, {b:.3g}), {ends}; rate and share cannot both be learnt from one stream"
        notes = (*notes, told)
    return Rate(
        measure=f"{kind} of {measure}",
        unit=unit,
        starts=edges[:-1],
        stops=edges[1:],
        low=low,
        middle=middle,
        high=high,
        mean=per_bin.mean(axis=1),
        total=Range.of_draws(whole[0], coverage=coverage, unit=unit),
        total_mean=float(whole.mean()),
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        events=tuple(event.event_id for event in used),
        reports=reports,
        notes=notes,
        backend=backend,
        detection=detection,
        used=chosen,
        again=partial(
            estimate_rate,
            measure=measure,
            direction=direction,
            every=every,
            detection=detection,
            coverage=coverage,
            draws=draws,
            seed=seed,
        ),
    )


def net_draws(
    events: tuple[FlowEvent, ...],
    edges: tuple[Any, ...],
    *,
    measure: Measure,
    detection: Detection | None,
    draws: int,
    seed: int,
    gross: bool = False,
) -> tuple[Floats, tuple[str, ...], tuple[FlowEvent, ...]]:
    """Draws of the rate per day in each bin, outbound less inbound; shape (bins, draws), notes, events used."""
    from scipy.special import gammaincinv

    from ..kernels.philox import uniforms

    days = np.array([(b - a).total_seconds() / 86_400 for a, b in pairwise(edges)])
    seen = detection.draw(draws, seed=seed) if detection is not None else np.ones(draws)
    out = np.zeros((days.size, draws))
    notes: dict[str, None] = {}
    used: list[FlowEvent] = []
    for sign, way in ((1.0, "outbound"), (-1.0, "inbound")) if not gross else ((1.0, None),):
        mine = tuple(event for event in events if way is None or event.direction == way)
        if not mine:
            continue
        amounts = prepare(mine, measure=measure)
        counts = prepare(mine, measure="movements")
        used += [event for event in amounts.events if event not in used]
        notes |= dict.fromkeys(amounts.notes)
        if amounts.uncounted:
            text = f"no number of {measure} was published, nothing added for: {', '.join(amounts.uncounted)}"
            notes[text] = None
        n = counts.draws(edges, draws=draws, seed=seed)
        amount = n if measure == "movements" else amounts.draws(edges, draws=draws, seed=seed)
        for row in range(days.size):
            u = uniforms(seed, f"rate {way or 'gross'}", f"{math.floor(edges[row].timestamp())}", draws)
            rate = gammaincinv(n[row] + 0.5, u) / days[row]
            # What went on movements nobody counted (people flown out on some flights) keeps its amount.
            scale = np.where(n[row] > 0, amount[row] / np.maximum(n[row], 1e-12), 0.0)
            uncounted = np.where(n[row] > 0, 0.0, amount[row] / days[row])
            if measure == "movements":
                scale = np.ones(draws)
                uncounted = np.zeros(draws)
            out[row] += sign * (rate * scale + uncounted) / seen
    return out, tuple(notes), tuple(used)
