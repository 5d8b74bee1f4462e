"""How fast: movements, tonnes, vehicles or people per day."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.frames import as_events, backend_of
from ..evidence.series import is_count_series, series_events
from .arrivals import ObservedDays, arrival_counts, clumping, observed_exposure, packet_draws
from .counts import TrueCount, poisson_interval, true_count
from .flows import Measure, prepare
from .range import Range
from .result import Estimate, bin_edges
from .tonnage import check_draws, claims_of

if TYPE_CHECKING:
    from .changepoints import ChangePoints

__all__ = ["Detection", "Rate", "TornadoRow", "estimate_rate", "gamma_poisson_interval", "net_draws", "rate_events"]

Floats = NDArray[np.float64]
Dispersal = Literal["auto", "poisson", "negative-binomial"]

_LEAST_BINS = 6
"""Fewer bins decide nothing about clumping by themselves: the test would answer to a single odd one."""


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

    def true_count(self, seen: int, *, prior: Literal["flat", "scale"] | None = None) -> TrueCount:
        """How many there were when `seen` were reported; see `forceflow.estimates.counts.true_count`.

        Parameters
        ----------
        seen
            How many were reported.
        prior
            Of the true number; by default "scale", as in `estimate_rate`, and "flat" when nothing was seen.
        """
        return true_count(seen, share=self.beta(), prior=prior or ("scale" if seen else "flat"))


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """The rate over the whole span if the share reported were known.

    Parameters
    ----------
    name
        "share reported: low", "middle" or "high".
    share
        The share held fixed.
    per_day
        The rate with all else uncertain as before.
    """

    name: str
    share: float
    per_day: Range

    def __str__(self) -> str:
        return f"{self.name} ({self.share:.0%}): {self.per_day}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate(Estimate):
    """A rate per day over time; `per_day` is the rate over the whole span.

    Parameters
    ----------
    detection
        The share of movements taken as reported; None when every movement is taken as reported.
    tornado
        The rate with the share reported fixed at its low, middle and high end: what you put in decides what comes out.
    dispersion
        "poisson", "negative-binomial" or "packets", by direction of flow.
    exposure_days
        Observed days of each bin, shape (bins,).
    """

    detection: Detection | None = None
    tornado: tuple[TornadoRow, ...] = ()
    dispersion: Mapping[str, str] = field(default_factory=dict)
    exposure_days: Floats = field(default_factory=lambda: np.empty(0))
    find_changes: Callable[[], ChangePoints] | None = field(default=None, repr=False)

    @property
    def changes(self) -> ChangePoints:
        """When the pace of reported movements changed (outbound ones, for a net rate); worked out when first asked for.

        Raises
        ------
        EstimateError
            There are fewer than 2 bins, or more than 4,000.
        """
        if self.find_changes is None:
            raise EstimateError("this rate was made without a series; use estimate_rate")
        return self.find_changes()

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
    interval = poisson_interval(count, exposure=exposure, coverage=coverage)
    return Range(interval.low, interval.middle, interval.high, "per unit of exposure")


def estimate_rate(
    events: Any,
    *,
    measure: Measure = "movements",
    direction: str | None = None,
    every: str = "1w",
    detection: Detection | None = None,
    dispersion: Dispersal = "auto",
    packets: bool = False,
    observed_days: ObservedDays = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> Rate:
    """How much moves per day; by default the net outflow from the theatre.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns; or a plain series: a frame with date and count (or count_low and
        count_high, a null count_high meaning "at least"), one row per bin, zeros written.
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
    dispersion
        "auto" takes a negative binomial where Dean's test finds the counts of 6 or more bins clumped at 5 % (the test
        is printed in `notes`); "poisson" and "negative-binomial" decide beforehand, which is wiser below 10 bins.
    packets
        Count what happened at one moment (a cell of aircraft, a convoy) as one packet, and let the size of packets
        vary: a compound Poisson rate. Streams remain single movements.
    observed_days
        Exposure in days on which a movement would have been seen: a share of all days, or a mapping from day to share.
    coverage, draws, seed
        As in `estimate_tonnage`.

    Returns
    -------
    Rate
        Per day in each bin; ``per_day`` over the whole span, whose observed days are the exposure; ``tornado`` of the
        share reported; ``changes`` of pace.

    Notes
    -----
    Given a draw of the counts, the rate of movements is Gamma(count + 1/2) / (exposure x share reported): Jeffreys
    prior on the events reported. For tonnes, vehicles and personnel, that rate times the mean amount per movement
    in the draw. A count that was only bounded ("at least", a range) enters by its draws, so the rate is its mixture
    over what the words allow; "at least" has the prior of the lexicon above its floor. (`censored_poisson` is the
    likelihood of the bounds alone.) Negative binomial with variance phi x mean: Gamma((count + 1/2) / phi) x phi, which
    has the mean of the Poisson posterior and phi times its variance; phi is drawn by what each of `INFLATIONS` says of
    the bins. A change of pace looks clumped too, so the interval over a span with one is on the wide side.

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
    chosen, notes = rate_events(events, measure=measure, direction=direction)
    if dispersion not in ("auto", "poisson", "negative-binomial"):
        raise EstimateError(f"dispersion {dispersion!r} is none of auto, poisson, negative-binomial")
    edges = bin_edges(min(e.start for e in chosen), max(e.stop for e in chosen), every=every)
    exposure = observed_exposure(edges, observed_days)
    if observed_days is not None:
        days = (edges[-1] - edges[0]).total_seconds() / 86_400
        notes.append(f"exposure: {exposure.sum():.1f} observed days of {days:.0f}")
    wanted = ("outbound", "inbound") if direction is None else (direction,)
    arrivals = {
        way: arrival_counts(mine, edges, seed=seed)
        for way in wanted
        if (mine := tuple(event for event in chosen if event.direction == way))
    }
    # The last bin may reach beyond the events; clumps and changes are looked for in what they cover.
    stop = max(event.stop for event in chosen)
    covered = [min((stop - a) / (b - a), 1.0) for a, b in pairwise(edges)]
    seen_days = exposure * np.maximum(covered, 1e-3)
    inflation: dict[str, Floats] = {}
    used_model: dict[str, str] = {}
    for way, counts in arrivals.items():
        test, phi = clumping(counts, seen_days, draws=draws, seed=seed, way=way)
        auto = dispersion == "auto" and test is not None and test.is_clumped and test.bins >= _LEAST_BINS
        clumped = dispersion == "negative-binomial" or auto
        used_model[way] = "packets" if packets else "negative-binomial" if clumped else "poisson"
        if clumped and not packets:
            inflation[way] = phi
        if test is not None:
            notes.append(f"{way}: {test}; {used_model[way]} used")
    shared: dict[str, Any] = {"measure": measure, "detection": detection, "draws": draws, "seed": seed,
              "gross": direction is not None, "packets": packets, "inflation": inflation}  # fmt: skip
    per_bin, told, used = net_draws(chosen, edges, exposure=exposure, **shared)
    whole, _, _ = net_draws(chosen, (edges[0], edges[-1]), exposure=exposure.sum(keepdims=True), **shared)
    tail = (1 - coverage) / 2
    low, middle, high = np.quantile(per_bin, (tail, 0.5, 1 - tail), axis=1)
    unit = {"tonnes": "t/day"}.get(measure, f"{measure}/day")
    claims, reports = claims_of(used)
    kind = f"{direction} rate" if direction else "net outflow"
    notes = [*told, *notes]
    tornado: tuple[TornadoRow, ...] = ()
    if detection is not None:
        a, b = detection.beta()
        ends = f"{detection.low:.0%} to {detection.high:.0%} with 90 %"
        notes.append(
            f"share reported: Beta({a:.3g}, {b:.3g}), {ends}; rate and share cannot both be learnt from one stream"
        )
        seen = detection.draw(draws, seed=seed)
        shares = {"low": detection.low, "middle": float(np.median(seen)), "high": detection.high}
        tornado = tuple(
            TornadoRow(
                f"share reported: {name}", share, Range.of_draws(whole[0] * seen / share, coverage=coverage, unit=unit)
            )
            for name, share in shares.items()
        )
    way = next(iter(arrivals))
    find = partial(_find_changes, arrivals[way], seen_days, edges, every, used_model[way] == "poisson", coverage)
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
        notes=tuple(notes),
        backend=backend,
        detection=detection,
        tornado=tornado,
        dispersion=used_model,
        exposure_days=exposure,
        find_changes=cache(find),
        used=chosen,
        again=partial(
            estimate_rate,
            measure=measure,
            direction=direction,
            every=every,
            detection=detection,
            dispersion=dispersion,
            packets=packets,
            observed_days=observed_days,
            coverage=coverage,
            draws=draws,
            seed=seed,
        ),
    )


def rate_events(events: Any, *, measure: Measure, direction: str | None) -> tuple[tuple[FlowEvent, ...], list[str]]:
    """Events that a rate is made of, and what is to be said about them.

    Raises
    ------
    EstimateError
        There are none, the direction is unknown, or a plain series was asked for anything but movements.
    """
    if direction is not None and direction not in ("outbound", "inbound", "internal"):
        raise EstimateError(f"direction {direction!r} is none of outbound, inbound, internal")
    wanted = ("outbound", "inbound") if direction is None else (direction,)
    notes = []
    if is_count_series(events):
        if measure != "movements" or direction not in (None, "outbound"):
            raise EstimateError("a plain series counts movements in one direction; leave measure and direction out")
        chosen = series_events(events)
        notes.append(f"a plain series of {len(chosen)} counts, taken as movements out")
    else:
        chosen = tuple(e for e in as_events(events) if e.direction in wanted and not e.is_empty)
    if not chosen:
        raise EstimateError(f"no {' or '.join(wanted)} events to estimate a rate from")
    bounded = sum(event.movements.is_censored for event in chosen)
    if bounded:
        notes.append(f"{bounded} of {len(chosen)} counts were given as a bound and enter with the prior of the lexicon")
    return chosen, notes


def _find_changes(
    counts: NDArray[np.int64], exposure: Floats, edges: tuple[Any, ...], every: str, poisson: bool, coverage: float
) -> ChangePoints:
    from .changepoints import change_points

    if len(edges) < 3:
        raise EstimateError("a change of pace needs two or more bins; choose a narrower `every`")
    return change_points(
        counts, start=edges[0], every=every, exposure=exposure, coverage=coverage, unit="reported movements/day",
        dispersion="poisson" if poisson else "negative-binomial",
    )  # fmt: skip


def net_draws(
    events: tuple[FlowEvent, ...],
    edges: tuple[Any, ...],
    *,
    measure: Measure,
    detection: Detection | None,
    draws: int,
    seed: int,
    gross: bool = False,
    exposure: Floats | None = None,
    packets: bool = False,
    inflation: Mapping[str, Floats] | None = None,
) -> tuple[Floats, tuple[str, ...], tuple[FlowEvent, ...]]:
    """Draws of the rate per day in each bin, outbound less inbound; shape (bins, draws), notes, events used.

    Parameters
    ----------
    exposure
        Observed days of each bin; all of it by default.
    packets
        Whether what happened at one moment is one packet.
    inflation
        By direction, draws of variance over mean of the counts, shape (draws,); Poisson where there is none.
    """
    from scipy.special import gammaincinv

    from ..kernels.philox import uniforms

    days = exposure
    if days is None:
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
        if packets:
            out += sign * packet_draws(amounts, mine, edges, days, measure=measure, draws=draws, seed=seed,
                                       way=str(way)) / seen  # fmt: skip
            continue
        n = counts.draws(edges, draws=draws, seed=seed)
        phi = (inflation or {}).get(mine[0].direction, 1.0)
        amount = n if measure == "movements" else amounts.draws(edges, draws=draws, seed=seed)
        for row in range(days.size):
            u = uniforms(seed, f"rate {way or 'gross'}", f"{math.floor(edges[row].timestamp())}", draws)
            rate = gammaincinv((n[row] + 0.5) / phi, u) * phi / days[row]
            # What went on movements nobody counted (people flown out on some flights) keeps its amount.
            scale = np.where(n[row] > 0, amount[row] / np.maximum(n[row], 1e-12), 0.0)
            uncounted = np.where(n[row] > 0, 0.0, amount[row] / days[row])
            if measure == "movements":
                scale = np.ones(draws)
                uncounted = np.zeros(draws)
            out[row] += sign * (rate * scale + uncounted) / seen
    return out, tuple(notes), tuple(used)
