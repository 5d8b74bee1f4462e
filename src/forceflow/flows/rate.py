"""How fast: movements, tonnes, vehicles or people per day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from ..arrays import Floats
from ..dates import Label
from ..display import brief
from ..errors import EstimateError
from ..evidence.tables.count_series import is_count_series
from ..results.arguments import check_asked
from ..results.estimate import Estimate
from ..results.range import Range
from .counts.poisson import poisson_interval
from .detection import Detection, Shares, TornadoRow
from .event_counts import VERSIONS, ObservedDays, arrival_counts
from .event_draws import Measure
from .event_selection import claims_of
from .match_result import events_in
from .observation_window import Between, observation_window
from .packet_draws import packet_notes
from .rate_draws import RateDraws
from .rate_events import choose_events
from .rate_model import (
    Dispersal,
    Overdispersion,
    RateModel,
    RateSettings,
    draw_by_bounds,
    find_overdispersion,
    reporting_tornado,
    time_bins,
    unit_per_day,
)

if TYPE_CHECKING:
    from .change_point_result import ChangePoints

__all__ = [
    "Detection",
    "Rate",
    "TornadoRow",
    "estimate_rate",
    "gamma_poisson_interval",
    "summarise_rate",
]

_MOST_VERSIONS = 500
_VERSIONS_TIMES_PAIRS = 1e6
"""Versions of the counts that changes of pace are averaged over, times the square of the bins, while that gives more
than `VERSIONS` and no more than 500: the answer of a second. A range over V versions alone, as where nothing but the
counts is in doubt, holds (V - 1) / (V + 1) of what it says."""


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
        """When the pace of reported movements changed (outbound ones, for a net rate); worked out at first use.

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
        Flow events, a frame with their columns, or what `match` returns: its events, once each; or a plain series: a
        frame with date and count (or count_low and count_high, a null count_high meaning "at least"), one row per bin,
        zeros written.
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
        Events outside are left out, those that reach beyond count by the part of their time inside, and notes say so.
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
    events, backend = events_in(events)
    settings = RateSettings(
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
    is_series = is_count_series(events)
    _check_settings(settings, is_series=is_series)
    chosen, event_notes = choose_events(events, measure=measure, direction=direction, label=label)
    window = observation_window(chosen, between, measure)
    bins = time_bins(window, every=every, observed_days=observed_days, draws=draws, seed=seed)
    clumps = find_overdispersion(window, settings)
    model = RateModel(
        events=window.events, bins=bins, settings=settings, inflation=clumps.inflation
    )
    per_bin = model.per_bin()
    # Drawn as one bin and not as the sum of bins, each of which carries the half event of its own prior.
    whole, whole_notes = _draw_whole_span(model, clumps, is_series=is_series)
    tornado, tornado_notes = reporting_tornado(model, whole)
    return replace(
        summarise_rate(model, per_bin, whole),
        notes=(
            *per_bin.notes,
            *event_notes,
            *window.notes,
            *bins.notes,
            *packet_notes(window.events, packets=packets),
            *clumps.notes,
            *whole_notes,
            *tornado_notes,
        ),
        backend=backend,
        tornado=tornado,
        dispersion=clumps.models,
        span=(window.start, window.stop),
        find_changes=cache(partial(_find_changes, model, clumps.models)),
        again=partial(estimate_rate, **settings.as_arguments()),
    )


def _check_settings(settings: RateSettings, *, is_series: bool) -> None:
    """Refuse a share by mode where there are no modes, and an unknown kind of dispersion."""
    if is_series and isinstance(settings.detection, Mapping):
        raise EstimateError("a plain series has no modes: give one detection for all of it")
    kinds = get_args(Dispersal)
    if settings.dispersion not in kinds:
        raise EstimateError(f"dispersion {settings.dispersion!r} is none of {', '.join(kinds)}")


def _draw_whole_span(
    model: RateModel, clumps: Overdispersion, *, is_series: bool
) -> tuple[Floats, tuple[str, ...]]:
    """Draws of the rate of the whole span per day, shape (1, draws), and a note where bounds enter by likelihood."""
    is_poisson = set(clumps.models.values()) == {"poisson"}
    # The bounds of a report are words, which have a prior of their own; those of a series have none.
    if is_series and is_poisson and model.settings.between is None:
        by_bounds = draw_by_bounds(model)
        if by_bounds is not None:
            note = "bounds enter the rate of the whole span by their likelihood, as of one rate"
            return by_bounds, (note,)
    return model.whole().draws, ()


def summarise_rate(model: RateModel, per_bin: RateDraws, whole: Floats) -> Rate:
    """The rate per day of each bin and of the whole span, from their draws: low, middle, high and mean."""
    settings, bins = model.settings, model.bins
    kind = f"{settings.direction} rate" if settings.direction else "net outflow"
    unit = unit_per_day(settings.measure)
    tail = (1 - settings.coverage) / 2
    low, middle, high = np.quantile(per_bin.draws, (tail, 0.5, 1 - tail), axis=1)
    claims, reports = claims_of(per_bin.used)
    used = [event.event_id for event in per_bin.used]
    counted = set(used)
    given = (event.event_id for event in model.events)
    return Rate(
        measure=f"{kind} of {settings.measure}",
        unit=unit,
        starts=bins.edges[:-1],
        stops=bins.edges[1:],
        low=low,
        middle=middle,
        high=high,
        mean=per_bin.draws.mean(axis=1),
        total=Range.of_draws(whole[0], coverage=settings.coverage, unit=unit),
        total_mean=float(whole.mean()),
        coverage=settings.coverage,
        draws=settings.draws,
        seed=settings.seed,
        claims=claims,
        events=tuple(used),
        reports=reports,
        uncounted=tuple(name for name in given if name not in counted),
        detection=settings.detection,
        exposure_days=bins.exposure,
        used=model.events,
    )


def _find_changes(model: RateModel, models: Mapping[str, str]) -> ChangePoints:
    """Changes of pace of the first direction that has events."""
    from .change_points import change_points

    bins, settings = model.bins, model.settings
    if len(bins.edges) < 3:
        raise EstimateError("a change of pace needs two or more bins; choose a narrower `every`")
    way, kind = next(iter(models.items()))
    events = tuple(event for event in model.events if event.direction == way)
    versions = int(np.clip(_VERSIONS_TIMES_PAIRS / bins.exposure.size**2, VERSIONS, _MOST_VERSIONS))
    edges = bins.padded(bins.edges)
    counts = arrival_counts(events, edges, seed=settings.seed, versions=versions)
    found = change_points(
        counts[:, bins.rows],
        start=bins.edges[0],
        every=settings.every,
        exposure=bins.exposure,
        coverage=settings.coverage,
        unit="reported movements/day",
        dispersion="poisson" if kind == "poisson" else "negative-binomial",
    )
    claims, reports = claims_of(tuple(event for event in events if event.movements.has_content))
    return replace(found, claims=claims, reports=reports)
