"""How fast: movements, tonnes, vehicles or people per day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..arrays import Floats
from ..dates import Label
from ..display import brief
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.count_series import is_count_series
from ..evidence.tables.event_frames import backend_of
from ..results.arguments import check_asked
from ..results.estimate import Estimate
from ..results.range import Range
from .counts.censored import censored_quantile
from .counts.poisson import poisson_interval
from .detection import Detection, Shares, TornadoRow, by_share
from .event_counts import VERSIONS, ObservedDays, arrival_counts, observed_exposure
from .event_draws import Measure, claims_of
from .observation_window import Between, Watched, watched
from .rate_events import packet_notes, rate_events
from .rate_model import (
    Overdispersion,
    RateModel,
    TimeBins,
    find_overdispersion,
    reporting_tornado,
    time_bins,
)

if TYPE_CHECKING:
    from .change_points import ChangePoints

__all__ = [
    "Detection",
    "Rate",
    "TornadoRow",
    "estimate_rate",
    "gamma_poisson_interval",
]

Dispersal = Literal["auto", "poisson", "negative-binomial"]

_UNIT_PER_DAY = {"tonnes": "t/day"}
_MOST_VERSIONS = 500
_VERSIONS_TIMES_PAIRS = 1e6
"""Versions of the counts that changes of pace are averaged over, times the square of the bins, while that gives more
than `VERSIONS` and no more than 500: the answer of a second. A range over V versions alone, as where nothing but the
counts is in doubt, holds (V - 1) / (V + 1) of what it says."""

_BOUNDS = ("point", "uniform", "at_least", "at_most")
"""Families of a count that say nothing but its least and its most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate(Estimate):
    """A rate per day over time; `per_day` is the rate over the whole span.

    Parameters
    ----------
    detection
        The share of movements taken as reported, one for all or by mode; None when all are taken as reported.
    tornado
        The rate with the share reported fixed at its low, middle and high end: what you put in decides what comes out.
    dispersion
        "poisson", "negative-binomial" or "packets", by direction of flow.
    exposure_days
        Observed days of each bin, shape (bins,).
    """

    detection: Shares = None
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

    __repr__ = brief


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
    detection: Shares = None,
    dispersion: Dispersal = "auto",
    packets: bool = False,
    between: Between | None = None,
    observed_days: ObservedDays = None,
    label: Label | None = None,
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
        "outbound", "inbound", "internal" or "external" (no end in the theatre) for that gross flow; by default outbound
        less inbound, so that reinforcement counts against the withdrawal and internal moves do not count. Ships in
        ballast carry nothing and count neither way. Events elsewhere say which way they went in their `direction`.
    every
        Width of a time bin.
    detection
        The share of movements that was reported: one for all, or one for each mode, as whoever tracks ships does not
        see convoys: ``{"air": Detection(0.3, 0.8), "sea": 0.95}``. A mode left out, or None, takes all as reported.
    dispersion
        "auto" takes a negative binomial where Dean's test finds the counts of 5 or more bins clumped at 5 % (the test
        is printed in `notes`), or fewer are clumped beyond doubt, and else averages Poisson and negative binomial by
        what the counts say of each; the bins are days or weeks by the record alone, whatever `every`. Of counts with
        three times the variance of Poisson, a 90 % range by "auto" held 85 % in 5 bins and 87 % in 28; of Poisson
        counts, 93 and 91 %. "poisson" and "negative-binomial" decide beforehand.
    packets
        Count what happened at one moment (a cell of aircraft, a convoy) as one packet, and let the size of packets
        vary: a compound Poisson rate. Streams remain single movements.
    between
        (start, stop) of the days that were watched, half-open as in `compare_rates`: stop is the day after the last.
        Events outside are left out, those that reach beyond count by the part of their time inside, and both are said.
        Give it whenever you know it. Without it the span runs from the first event to the last, and where a dated event
        sets an end of it, the days watched beyond are drawn from the gaps between such events (see Notes). Rows of a
        table of daily counts cover their days. Days on which movements were reported and not counted are no exposure.
    observed_days
        Exposure in days on which a movement would have been seen: a share of all days, or a mapping from day to share.
    label
        Of a plain series: "left" where a date is the first day of its period, "right" where it is the last; see
        `change_points`.
    coverage, draws, seed
        As in `estimate_tonnage`.

    Returns
    -------
    Rate
        Per day in each bin; ``per_day`` over the whole span, whose observed days are the exposure; ``tornado`` of the
        share reported; ``changes`` of pace.

    Raises
    ------
    EstimateError
        There are no events of the direction, none of them carries a number of the measure, one dated event alone says
        nothing of the days watched, or an argument is out of bounds.

    Notes
    -----
    Given a draw of the counts, the rate of movements is Gamma(count + 1/2) / (exposure x share reported): Jeffreys
    prior on the events reported. For tonnes, vehicles and personnel, that rate times the mean amount per movement
    in the draw; a published total keeps its middle. A count that was only bounded ("at least", a range) enters by its
    draws, so the rate is its mixture over what the words allow; "at least" has the prior of the lexicon above its
    floor. In a plain series the bounds are no words: there the Poisson rate of the whole span is that of
    `censored_quantile`, the likelihood of all bounds under one rate, as long as anything bounds it from above. Negative
    binomial with variance phi x mean: Gamma((count + 1/2) / phi) x phi, which has the mean of the Poisson posterior and
    phi times its variance; phi is drawn by what the bins say of each of `INFLATIONS`. A change of pace looks clumped
    too, so the interval over a span with one is on the wide side.

    Each bin carries the half event of its own prior, so rates times days of the bins add up to more than those of the
    span; over few events take ``per_day``. A share reported of 1 is the same as None.

    Without `between`, N dated events (those that are no stream) are read by inverse sampling: N - 1 gaps, the rate of
    single movements Gamma(N - 1) over the days from the first to the last, so that a sparse record is not read as busy
    for ending with an event; reports of a stretch of time, and tables of daily counts, count in full. The first and the
    last bin share it.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> rate = ff.estimate_rate(events, detection=ff.Detection(0.3, 0.8), draws=2_000, seed=7)
    >>> rate.per_day.low < rate.per_day.high
    True
    """
    check_asked(coverage=coverage, draws=draws, seed=seed)
    inputs = _settle_inputs(
        events,
        measure=measure,
        direction=direction,
        every=every,
        detection=detection,
        dispersion=dispersion,
        packets=packets,
        between=between,
        observed_days=observed_days,
        label=label,
        draws=draws,
        seed=seed,
    )
    found = _describe_rate(inputs, coverage=coverage, every=every)
    again = partial(
        estimate_rate,
        measure=measure,
        direction=direction,
        every=every,
        detection=detection,
        dispersion=dispersion,
        packets=packets,
        between=between,
        observed_days=observed_days,
        coverage=coverage,
        draws=draws,
        seed=seed,
    )
    return replace(found, backend=backend_of(events), again=again)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _RateInputs:
    """What a rate is estimated from, settled once.

    Parameters
    ----------
    direction
        Of a gross flow; None for outbound less inbound.
    uses_likelihood
        Whether counts that are bounds enter the rate of the whole span by their likelihood: rows of a plain series,
        whose days are their own.
    """

    direction: str | None
    window: Watched
    clumps: Overdispersion
    model: RateModel
    observed_days: ObservedDays
    uses_likelihood: bool
    notes: tuple[str, ...]


def _settle_inputs(
    events: Any,
    *,
    measure: Measure,
    direction: str | None,
    every: str,
    detection: Shares,
    dispersion: Dispersal,
    packets: bool,
    between: Between | None,
    observed_days: ObservedDays,
    label: Label | None,
    draws: int,
    seed: int,
) -> _RateInputs:
    """Choose the events, find the days watched and their bins, and test the counts for clumps."""
    is_series = is_count_series(events)
    if is_series and isinstance(detection, Mapping):
        raise EstimateError("a plain series has no modes: give one detection for all of it")
    if dispersion not in ("auto", "poisson", "negative-binomial"):
        raise EstimateError(
            f"dispersion {dispersion!r} is none of auto, poisson, negative-binomial"
        )
    chosen, notes = rate_events(events, measure=measure, direction=direction, label=label)
    window = watched(chosen, between, measure)
    clumps = find_overdispersion(
        window,
        direction=direction,
        observed_days=observed_days,
        dispersion=dispersion,
        packets=packets,
        draws=draws,
        seed=seed,
    )
    model = RateModel(
        events=window.events,
        bins=time_bins(window, every=every, observed_days=observed_days, draws=draws, seed=seed),
        measure=measure,
        detection=detection,
        is_gross=direction is not None,
        packets=packets,
        inflation=clumps.inflation,
        draws=draws,
        seed=seed,
    )
    is_poisson = set(clumps.models.values()) == {"poisson"}
    return _RateInputs(
        direction=direction,
        window=window,
        clumps=clumps,
        model=model,
        observed_days=observed_days,
        uses_likelihood=is_series and between is None and is_poisson,
        notes=tuple(notes),
    )


def _describe_rate(inputs: _RateInputs, *, coverage: float, every: str) -> Rate:
    """Draw the rate of each bin and of the whole span, and say what it rests on."""
    model, window, clumps = inputs.model, inputs.window, inputs.clumps
    per_bin = model.per_bin()
    whole, whole_notes = _whole_span_draws(inputs)
    unit = _UNIT_PER_DAY.get(model.measure, f"{model.measure}/day")
    tornado, tornado_notes = reporting_tornado(model, whole, coverage=coverage, unit=unit)
    notes = (
        *per_bin.notes,
        *inputs.notes,
        *window.notes,
        *model.bins.notes,
        *packet_notes(window.events, packets=model.packets),
        *clumps.notes,
        *whole_notes,
        *tornado_notes,
    )
    tail = (1 - coverage) / 2
    low, middle, high = np.quantile(per_bin.draws, (tail, 0.5, 1 - tail), axis=1)
    claims, reports = claims_of(per_bin.used)
    counted = [event.event_id for event in per_bin.used]
    kind = f"{inputs.direction} rate" if inputs.direction else "net outflow"
    return Rate(
        measure=f"{kind} of {model.measure}",
        unit=unit,
        starts=model.bins.edges[:-1],
        stops=model.bins.edges[1:],
        low=low,
        middle=middle,
        high=high,
        mean=per_bin.draws.mean(axis=1),
        total=Range.of_draws(whole[0], coverage=coverage, unit=unit),
        total_mean=float(whole.mean()),
        coverage=coverage,
        draws=model.draws,
        seed=model.seed,
        claims=claims,
        events=tuple(counted),
        reports=reports,
        uncounted=tuple(e.event_id for e in window.events if e.event_id not in set(counted)),
        notes=notes,
        detection=model.detection,
        tornado=tornado,
        dispersion=clumps.models,
        exposure_days=model.bins.exposure,
        span=(window.start, window.stop),
        find_changes=cache(
            partial(
                _find_changes, window.events, clumps.models, model.bins, every, coverage, model.seed
            )
        ),
        used=window.events,
    )


def _whole_span_draws(inputs: _RateInputs) -> tuple[Floats, tuple[str, ...]]:
    """Draws of the rate over the whole span, shape (1, draws), and a note where bounds enter by their likelihood."""
    model = inputs.model
    if inputs.uses_likelihood:
        by_bounds = _by_bounds(
            inputs.window.events,
            inputs.observed_days,
            detection=model.detection,
            draws=model.draws,
            seed=model.seed,
        )
        if by_bounds is not None:
            note = "bounds enter the rate of the whole span by their likelihood, as of one rate"
            return by_bounds, (note,)
    return model.whole().draws, ()


def _by_bounds(
    events: tuple[FlowEvent, ...],
    observed_days: ObservedDays,
    *,
    detection: Shares,
    draws: int,
    seed: int,
) -> Floats | None:
    """Draws of one rate behind a series of which some counts are bounds, shape (1, draws).

    None where no count is a bound, where one is neither exact nor a bound, and where nothing bounds it from above.
    """
    from ..kernels.addressed import uniforms

    counts = [event.movements for event in events]
    if all(q.family == "point" for q in counts) or not all(q.family in _BOUNDS for q in counts):
        return None
    edges = (*(event.start for event in events), events[-1].stop)
    exposure = observed_exposure(edges, observed_days, blind=True)
    told = [(q, days) for q, days in zip(counts, exposure.tolist(), strict=True) if days > 0]
    if all(q.family == "at_least" for q, _ in told):
        return None
    u = uniforms(seed, "rate by bounds", "whole", draws)
    rate = censored_quantile([q for q, _ in told], u, exposure=[days for _, days in told])
    return np.asarray(rate / by_share(events, detection, draws=draws, seed=seed)[0][2])[None]


def _find_changes(
    events: tuple[FlowEvent, ...],
    models: Mapping[str, str],
    bins: TimeBins,
    every: str,
    coverage: float,
    seed: int,
) -> ChangePoints:
    """Changes of pace of the first direction that has events."""
    from .change_points import change_points

    if len(bins.edges) < 3:
        raise EstimateError("a change of pace needs two or more bins; choose a narrower `every`")
    way, model = next(iter(models.items()))
    events = tuple(event for event in events if event.direction == way)
    versions = int(np.clip(_VERSIONS_TIMES_PAIRS / bins.exposure.size**2, VERSIONS, _MOST_VERSIONS))
    counts = arrival_counts(events, bins.padded(bins.edges), seed=seed, versions=versions)
    found = change_points(
        counts[:, bins.rows],
        start=bins.edges[0],
        every=every,
        exposure=bins.exposure,
        coverage=coverage,
        unit="reported movements/day",
        dispersion="poisson" if model == "poisson" else "negative-binomial",
    )
    claims, reports = claims_of(tuple(event for event in events if event.movements.has_content))
    return replace(found, claims=claims, reports=reports)
