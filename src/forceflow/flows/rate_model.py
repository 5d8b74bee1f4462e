"""The steps behind a rate: its bins, the test for clumps, draws of the rate, and what the share reported does to it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..results.estimate import few
from ..results.range import Range
from .detection import Detection, Shares, TornadoRow, by_share
from .event_counts import (
    ObservedDays,
    arrival_counts,
    clump_edges,
    clumping,
    observed_exposure,
    packet_draws,
)
from .event_draws import Flows, Measure, prepare
from .observation_window import Watched

__all__ = [
    "Overdispersion",
    "RateDraws",
    "RateModel",
    "TimeBins",
    "find_overdispersion",
    "net_draws",
    "reporting_tornado",
    "time_bins",
]

Moments = tuple[dt.datetime, ...]
Dispersal = Literal["auto", "poisson", "negative-binomial"]


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
    window: Watched, *, every: str, observed_days: ObservedDays, draws: int, seed: int
) -> TimeBins:
    """Cut the days watched into bins, with the exposure of each."""
    edges = window.edges(every)
    exposure = observed_exposure(
        edges, observed_days, span=(window.start, window.stop), unwatched=window.unwatched
    )
    days = (edges[-1] - edges[0]).total_seconds() / 86_400
    notes: tuple[str, ...] = ()
    if exposure.sum() < days - 1e-6:
        notes = (f"exposure: {exposure.sum():.1f} observed days of {days:.0f} in the bins",)
    if not exposure.all():
        notes += ("bins in which no movements were counted have the pace of the whole span",)
    before, after = window.outside()
    return TimeBins(
        edges=edges,
        before=before,
        after=after,
        exposure=exposure,
        extra_days=window.beyond(exposure, draws=draws, seed=seed),
        notes=notes,
    )


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


def find_overdispersion(
    window: Watched,
    *,
    direction: str | None,
    observed_days: ObservedDays,
    dispersion: Dispersal,
    packets: bool,
    draws: int,
    seed: int,
) -> Overdispersion:
    """Dean's test in bins of the record's own, whatever bins the rate is asked for."""
    coarse = clump_edges(window.events, window.start, window.stop)
    exposure = observed_exposure(coarse, observed_days, blind=True, unwatched=window.unwatched)
    before, after = window.outside()
    models: dict[str, str] = {}
    inflation: dict[str, Floats] = {}
    notes = []
    for way in ("outbound", "inbound") if direction is None else (direction,):
        events = tuple(event for event in window.events if event.direction == way)
        if not events:
            continue
        counts = arrival_counts(events, (*before, *coarse, *after), seed=seed)
        counts = counts[:, len(before) :][:, : exposure.size]
        test, model, phi = clumping(
            counts, exposure, dispersion=dispersion, draws=draws, seed=seed, way=way
        )
        models[way] = "packets" if packets else model
        if not packets:
            inflation[way] = phi
        if test is not None:
            maybe = float(np.mean(phi > 1)) if model == "poisson" and not packets else 0.0
            clumped = f", clumps in {maybe:.0%} of draws" * (maybe > 0)
            notes.append(f"{way}: {test}; {models[way]} used{clumped}")
    return Overdispersion(models=models, inflation=inflation, notes=tuple(notes))


@dataclass(frozen=True, slots=True, eq=False)
class RateDraws:
    """Draws of a rate per day, shape (bins, draws), with the notes and the events behind them."""

    draws: Floats
    notes: tuple[str, ...]
    used: tuple[FlowEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateModel:
    """Everything a draw of the rate needs."""

    events: tuple[FlowEvent, ...]
    bins: TimeBins
    measure: Measure
    detection: Shares
    is_gross: bool
    packets: bool
    inflation: Mapping[str, Floats]
    draws: int
    seed: int

    def per_bin(self) -> RateDraws:
        """The rate of each bin; one in which nothing was counted has that of the whole span."""
        found = self._rates(self.bins)
        blind = self.bins.exposure == 0
        if not blind.any():
            return found
        return replace(found, draws=np.where(blind[:, None], self.whole().draws, found.draws))

    def whole(self) -> RateDraws:
        """The rate of the whole span, one row."""
        return self._rates(self.bins.as_one())

    def with_detection(self, detection: Shares) -> RateModel:
        """The same with another share reported."""
        return replace(self, detection=detection)

    def _rates(self, bins: TimeBins) -> RateDraws:
        exposure = np.where(
            bins.exposure > 0, bins.exposure, 1.0
        )  # nothing lies in a bin that was not watched
        padded = np.pad(exposure, (len(bins.before), len(bins.after)), constant_values=1.0)
        rates, notes, used = net_draws(
            self.events,
            bins.padded(bins.edges),
            measure=self.measure,
            detection=self.detection,
            draws=self.draws,
            seed=self.seed,
            gross=self.is_gross,
            exposure=padded,
            packets=self.packets,
            inflation=self.inflation,
        )
        # The days watched beyond the events dilute the rate of the first and the last bin.
        share = exposure[:, None] / (exposure[:, None] + bins.extra_days)
        return RateDraws(rates[bins.rows] * share, notes, used)


def reporting_tornado(
    model: RateModel, whole: Floats, *, coverage: float, unit: str
) -> tuple[tuple[TornadoRow, ...], tuple[str, ...]]:
    """The rate of the whole span with each share reported fixed at its low, middle and high end, and notes on it."""
    rows: list[TornadoRow] = []
    notes: list[str] = []
    by_mode = (
        model.detection.items() if isinstance(model.detection, Mapping) else [("", model.detection)]
    )
    for mode, detection in by_mode:
        if not isinstance(detection, Detection):
            continue
        label = f"share reported ({mode})" if mode else "share reported"
        a, b = detection.beta()
        notes.append(
            f"{label}: Beta({a:.3g}, {b:.3g}), {detection.low:.0%} to {detection.high:.0%} with 90 %; "
            "rate and share cannot both be learnt from one stream"
        )
        seen = detection.draw(model.draws, seed=model.seed, mode=mode)
        ends = {"low": detection.low, "middle": float(np.median(seen)), "high": detection.high}
        for name, share in ends.items():
            fixed = _fixed_share(model, whole, mode=mode, seen=seen, share=share)
            per_day = Range.of_draws(fixed[0], coverage=coverage, unit=unit)
            rows.append(TornadoRow(f"{label}: {name}", share, per_day))
            if name != "middle":
                notes.append(
                    f"if {share:.0%} was reported{label.removeprefix('share reported')}: {per_day}"
                )
    return tuple(rows), tuple(notes)


def _fixed_share(
    model: RateModel, whole: Floats, *, mode: str, seen: Floats, share: float
) -> Floats:
    """Draws of the whole rate with one share fixed; where one share serves all, it only scales the rate."""
    if isinstance(model.detection, Mapping):
        return model.with_detection({**model.detection, mode: share}).whole().draws
    return whole * seen / share


def net_draws(
    events: tuple[FlowEvent, ...],
    edges: Moments,
    *,
    measure: Measure,
    detection: Shares,
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

    Raises
    ------
    EstimateError
        No event carries a number of the measure.
    """
    from scipy.special import gammaincinv

    from ..kernels.addressed import uniforms

    days = exposure
    if days is None:
        days = np.array([(b - a).total_seconds() / 86_400 for a, b in pairwise(edges)])
    out = np.zeros((days.size, draws))
    notes: dict[str, None] = {}
    used: list[FlowEvent] = []
    groups = [
        (sign, f"{way} {mode}".rstrip(), mine, seen)
        for sign, way in (
            ((1.0, "outbound"), (-1.0, "inbound")) if not gross else ((1.0, "gross"),)
        )
        for mode, mine, seen in by_share(
            tuple(event for event in events if gross or event.direction == way),
            detection,
            draws=draws,
            seed=seed,
        )
    ]
    for sign, label, mine, seen in groups:
        amounts = prepare(mine, measure=measure)
        counts = prepare(mine, measure="movements")
        used += [event for event in amounts.events if event not in used]
        notes |= dict.fromkeys(amounts.notes)
        if amounts.uncounted:
            text = (
                f"no number of {measure} was published, nothing added for: {few(amounts.uncounted)}"
            )
            notes[text] = None
        if packets:
            out += (
                sign
                * packet_draws(
                    amounts, mine, edges, days, measure=measure, draws=draws, seed=seed, way=label
                )
                / seen
            )
            continue
        n = counts.draws(edges, draws=draws, seed=seed)
        phi = (inflation or {}).get(mine[0].direction, 1.0)
        printed, loaded = _amounts(amounts, edges, measure=measure, draws=draws, seed=seed)
        for row in range(days.size):
            u = uniforms(seed, f"rate {label}", f"{math.floor(edges[row].timestamp())}", draws)
            shape = (n[row] + 0.5) / phi
            moved = gammaincinv(shape, u) * phi
            if measure != "movements":
                # A printed total stays the middle: the count of movements says only how much doubt it has. What went on
                # movements nobody counted (people flown out on some flights) keeps its amount.
                some = n[row] > 0
                doubt = np.where(some, moved / (gammaincinv(shape, 0.5) * phi), 1.0)
                per_movement = np.where(some, loaded[row] / np.maximum(n[row], 1e-12), 0.0)
                moved = (
                    moved * per_movement + doubt * printed[row] + np.where(some, 0.0, loaded[row])
                )
            out[row] += sign * moved / days[row] / seen
    if not used:
        ids = few([event.event_id for event in events])
        raise EstimateError(f"no number of {measure} was published for any of: {ids}")
    return out, tuple(notes), tuple(used)


def _amounts(
    amounts: Flows, edges: Moments, *, measure: Measure, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Draws of the amounts that were printed, and of those that come from counts and loads, shapes (bins, draws)."""
    if measure == "movements":
        return np.zeros((0, 0)), np.zeros((0, 0))
    is_printed = [getattr(event, measure) is not None or event.is_empty for event in amounts.events]
    printed, loaded = (
        amounts.draws(
            edges,
            draws=draws,
            seed=seed,
            only=[row for row, own in enumerate(is_printed) if own is which],
        )
        for which in (True, False)
    )
    return printed, loaded
