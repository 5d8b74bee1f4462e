"""The steps behind a rate: its bins, the test for clumps, draws of the rate, and what the share reported does to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from ..arrays import Floats
from ..evidence.events import FlowEvent
from ..results.range import Range
from .counts.censored import censored_quantile
from .counts.dispersion import Dispersion
from .detection import Detection, Shares, TornadoRow, by_share
from .event_counts import ObservedDays, arrival_counts, clump_edges, clumping, observed_exposure
from .event_draws import Measure
from .observation_window import Between, ObservationWindow
from .rate_draws import RateDraws, net_draws

__all__ = [
    "Dispersal",
    "Overdispersion",
    "RateModel",
    "RateSettings",
    "TimeBins",
    "draw_by_bounds",
    "find_overdispersion",
    "reporting_tornado",
    "time_bins",
    "unit_per_day",
]

Moments = tuple[dt.datetime, ...]
Dispersal = Literal["auto", "poisson", "negative-binomial"]

_BOUNDS = ("point", "uniform", "at_least", "at_most")
"""Families of a count that say nothing but its least and its most."""


def unit_per_day(measure: Measure) -> str:
    """Unit of a rate of the measure, such as "t/day"."""
    return "t/day" if measure == "tonnes" else f"{measure}/day"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateSettings:
    """What a rate is of and how it is drawn: the arguments of `estimate_rate` but the events."""

    measure: Measure = "movements"
    direction: str | None = None
    every: str = "1w"
    detection: Shares = None
    dispersion: Dispersal = "auto"
    packets: bool = False
    between: Between | None = None
    observed_days: ObservedDays = None
    coverage: float = 0.9
    draws: int = 20_000
    seed: int

    def as_arguments(self) -> dict[str, Any]:
        """The same by name, to estimate the rate of other events."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeBins:
    """The bins of a rate and how long each was watched.

    Parameters
    ----------
    edges
        Edges of the bins, n + 1 moments.
    before, after
        Where events reach beyond a span that was given: the outermost moments on either side, one or none each.
    exposure
        Observed days of each bin, shape (n,).
    extra_days
        Draws of the days watched before the first and after the last event, shape (n, draws).
    notes
        What a reader should know.
    """

    edges: Moments
    before: Moments
    after: Moments
    exposure: Floats
    extra_days: Floats
    notes: tuple[str, ...]

    def padded(self, edges: Moments) -> Moments:
        """Some edges with the outermost moments of the events around them."""
        return (*self.before, *edges, *self.after)

    @property
    def rows(self) -> slice:
        """Where the bins lie among those of the padded edges."""
        return slice(len(self.before), len(self.before) + self.exposure.size)

    def as_one(self) -> TimeBins:
        """The whole span as one bin."""
        return replace(
            self,
            edges=(self.edges[0], self.edges[-1]),
            exposure=self.exposure.sum(keepdims=True),
            extra_days=self.extra_days.sum(axis=0, keepdims=True),
        )


def time_bins(
    window: ObservationWindow, *, every: str, observed_days: ObservedDays, draws: int, seed: int
) -> TimeBins:
    """Cut the days watched into bins, with the exposure of each in observed days."""
    edges = window.edges(every)
    exposure = observed_exposure(
        edges, observed_days, span=(window.start, window.stop), unwatched=window.unwatched
    )
    before, after = window.outside()
    return TimeBins(
        edges=edges,
        before=before,
        after=after,
        exposure=exposure,
        extra_days=window.beyond(exposure, draws=draws, seed=seed),
        notes=tuple(_exposure_notes(edges, exposure)),
    )


def _exposure_notes(edges: Moments, exposure: Floats) -> Iterator[str]:
    """Where less than all of the time in the bins was watched."""
    days = (edges[-1] - edges[0]).total_seconds() / 86_400
    if exposure.sum() < days - 1e-6:
        yield f"exposure: {exposure.sum():.1f} observed days of {days:.0f} in the bins"
    if not exposure.all():
        yield "bins in which no movements were counted have the pace of the whole span"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overdispersion:
    """Whether the counts of each direction are clumped.

    Parameters
    ----------
    models
        By direction "poisson", "negative-binomial" or "packets".
    inflation
        By direction draws of variance over mean, shape (draws,); none where packets are counted.
    notes
        The test of each direction in words.
    """

    models: Mapping[str, str]
    inflation: Mapping[str, Floats]
    notes: tuple[str, ...]


class Clumps(NamedTuple):
    """Dean's test of one direction, the model it leads to, and draws of variance over mean, shape (draws,)."""

    test: Dispersion | None
    model: str
    inflation: Floats


def find_overdispersion(window: ObservationWindow, settings: RateSettings) -> Overdispersion:
    """Dean's test in bins of the record's own, whatever the width of the bins of the rate.

    Notes
    -----
    Dean & Lawless, JASA 84 (1989), and Dean, JASA 87 (1992); see `dispersion_test` and `clumping`.
    """
    models: dict[str, str] = {}
    inflation: dict[str, Floats] = {}
    notes = []
    ways = ("outbound", "inbound") if settings.direction is None else (settings.direction,)
    for way in ways:
        clumps = _test_direction(window, way, settings)
        if clumps is None:
            continue
        if settings.packets:
            clumps = clumps._replace(model="packets")
        else:
            inflation[way] = clumps.inflation
        models[way] = clumps.model
        if clumps.test is not None:
            notes.append(f"{way}: {clumps.test}; {clumps.model} used{_clump_share(clumps)}")
    return Overdispersion(models=models, inflation=inflation, notes=tuple(notes))


def _test_direction(window: ObservationWindow, way: str, settings: RateSettings) -> Clumps | None:
    """The test of the counts of one direction; None where it has no events."""
    events = tuple(event for event in window.events if event.direction == way)
    if not events:
        return None
    edges = clump_edges(window.events, window.start, window.stop)
    exposure = observed_exposure(
        edges, settings.observed_days, blind=True, unwatched=window.unwatched
    )
    before, after = window.outside()
    counts = arrival_counts(events, (*before, *edges, *after), seed=settings.seed)
    inside = slice(len(before), len(before) + exposure.size)
    found = clumping(
        counts[:, inside],
        exposure,
        dispersion=settings.dispersion,
        draws=settings.draws,
        seed=settings.seed,
        way=way,
    )
    return Clumps(*found)


def _clump_share(clumps: Clumps) -> str:
    """In which share of the draws a direction that is taken as Poisson has clumps all the same, for a note."""
    share = float(np.mean(clumps.inflation > 1))
    if clumps.model != "poisson" or not share:
        return ""
    return f", clumps in {share:.0%} of draws"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateModel:
    """Everything a draw of the rate needs."""

    events: tuple[FlowEvent, ...]
    bins: TimeBins
    settings: RateSettings
    inflation: Mapping[str, Floats]

    def per_bin(self) -> RateDraws:
        """The rate of each bin per day; one in which nothing was counted has that of the whole span."""
        found = self._draw_rates(self.bins)
        blind = self.bins.exposure == 0
        if not blind.any():
            return found
        return replace(found, draws=np.where(blind[:, None], self.whole().draws, found.draws))

    def whole(self) -> RateDraws:
        """The rate of the whole span per day, one row."""
        return self._draw_rates(self.bins.as_one())

    def with_detection(self, detection: Shares) -> RateModel:
        """The same with another share reported."""
        return replace(self, settings=replace(self.settings, detection=detection))

    def _draw_rates(self, bins: TimeBins) -> RateDraws:
        """The rate per day of some bins, shape (bins, draws)."""
        # Nothing lies in a bin that was not watched, and any exposure does for it.
        exposure = np.where(bins.exposure > 0, bins.exposure, 1.0)
        # What lies outside a span that was given falls into bins of its own, which are cut off again.
        padded = np.pad(exposure, (len(bins.before), len(bins.after)), constant_values=1.0)
        found = net_draws(
            self.events,
            bins.padded(bins.edges),
            measure=self.settings.measure,
            detection=self.settings.detection,
            draws=self.settings.draws,
            seed=self.settings.seed,
            gross=self.settings.direction is not None,
            exposure=padded,
            packets=self.settings.packets,
            inflation=self.inflation,
        )
        # The days watched beyond the events dilute the rate of the first and the last bin.
        share = exposure[:, None] / (exposure[:, None] + bins.extra_days)
        return replace(found, draws=found.draws[bins.rows] * share)


def draw_by_bounds(model: RateModel) -> Floats | None:
    """Draws of one rate per day behind a plain series of which some counts are bounds, shape (1, draws).

    None where no count is a bound, where one is neither exact nor a bound, and where nothing bounds it from above.

    Notes
    -----
    The likelihood of all bounds under one rate, see `censored_quantile`, over the share reported.
    """
    from ..kernels.addressed import uniforms

    events, settings = model.events, model.settings
    families = {event.movements.family for event in events}
    if families == {"point"} or not families.issubset(_BOUNDS):
        return None
    edges = (*(event.start for event in events), events[-1].stop)
    exposure = observed_exposure(edges, settings.observed_days, blind=True)
    counts, days = [], []
    for event, watched in zip(events, exposure.tolist(), strict=True):
        if watched > 0:
            counts.append(event.movements)
            days.append(watched)
    if {count.family for count in counts} <= {"at_least"}:
        return None
    draws, seed = settings.draws, settings.seed
    u = uniforms(seed, "rate by bounds", "whole", draws)
    rate = censored_quantile(counts, u, exposure=days)
    ((_, _, seen),) = by_share(events, settings.detection, draws=draws, seed=seed)
    return np.asarray(rate / seen)[None]


def reporting_tornado(
    model: RateModel, whole: Floats
) -> tuple[tuple[TornadoRow, ...], tuple[str, ...]]:
    """The rate of the whole span with each share reported fixed at its low, middle and high end, and notes on it.

    Parameters
    ----------
    whole
        Draws of the rate of the whole span per day, shape (1, draws).

    Notes
    -----
    Rate and share are not separately identified from one stream: the range is as wide as the share put in.
    """
    given = model.settings.detection
    by_mode = given if isinstance(given, Mapping) else {"": given}
    rows: list[TornadoRow] = []
    notes: list[str] = []
    for mode, detection in by_mode.items():
        # A share that is known has no ends to be fixed at.
        if isinstance(detection, Detection):
            mine = tuple(_fix_ends(model, whole, mode, detection))
            rows += mine
            notes += _tornado_notes(mode, detection, mine)
    return tuple(rows), tuple(notes)


def _fix_ends(
    model: RateModel, whole: Floats, mode: str, detection: Detection
) -> Iterator[TornadoRow]:
    """The rate with the share of one mode fixed at its low, middle and high end."""
    settings = model.settings
    seen = detection.draw(settings.draws, seed=settings.seed, mode=mode)
    ends = {"low": detection.low, "middle": float(np.median(seen)), "high": detection.high}
    for name, share in ends.items():
        fixed = _fix_share(model, whole, mode=mode, seen=seen, share=share)
        per_day = Range.of_draws(
            fixed[0], coverage=settings.coverage, unit=unit_per_day(settings.measure)
        )
        yield TornadoRow(f"share reported{_in_brackets(mode)}: {name}", share, per_day)


def _tornado_notes(
    mode: str, detection: Detection, rows: tuple[TornadoRow, ...]
) -> tuple[str, ...]:
    """The distribution of a share reported, and what the rate would be at both of its ends."""
    a, b = detection.beta()
    of_mode = _in_brackets(mode)
    low, _, high = rows
    return (
        f"share reported{of_mode}: Beta({a:.3g}, {b:.3g}), {detection.low:.0%} to {detection.high:.0%} with 90 %; "
        "rate and share cannot both be learnt from one stream",
        f"if {low.share:.0%} was reported{of_mode}: {low.per_day}",
        f"if {high.share:.0%} was reported{of_mode}: {high.per_day}",
    )


def _in_brackets(mode: str) -> str:
    """The mode behind a word; nothing where one share serves all."""
    return f" ({mode})" if mode else ""


def _fix_share(model: RateModel, whole: Floats, *, mode: str, seen: Floats, share: float) -> Floats:
    """Draws of the whole rate with one share fixed, per day; where one share serves all, it only scales the rate."""
    by_mode = model.settings.detection
    if isinstance(by_mode, Mapping):
        return model.with_detection({**by_mode, mode: share}).whole().draws
    return whole * seen / share
