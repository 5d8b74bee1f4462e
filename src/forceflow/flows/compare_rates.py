"""Two periods compared: was it faster before or after?"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Floats
from ..dates import read_moment
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..results.arguments import check_asked
from ..results.range import Range
from .counts.poisson import RateRatio, rate_ratio
from .detection import Detection, Shares
from .event_counts import ObservedDays, arrival_counts, observed_exposure
from .event_draws import Measure
from .event_selection import DIRECTIONS, claims_of, span_of
from .observation_window import Windows, unwatched_notes
from .rate_draws import net_draws
from .rate_events import choose_events
from .rate_model import unit_per_day

__all__ = ["RateComparison", "compare_rates"]

Period = tuple[Any, Any]
Moment = dt.datetime
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateComparison:
    """The rates of two periods and how many times the second is the first.

    Parameters
    ----------
    first, second
        Rate per day in each.
    ratio
        Second over first, from the same draws.
    probability_faster
        That the second is above the first.
    test
        Conditional binomial test and mid-P interval at the middle counts; None where nothing was counted in either.
    claims, notes
        Ids of what was used, and what the reader should know.
    """

    measure: str
    first: Range
    second: Range
    ratio: Range
    probability_faster: float
    test: RateRatio | None
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.measure}: {self.first} before, {self.second} after, {self.ratio} times ({self.coverage:.0%}), "
            f"faster with {self.probability_faster:.0%}, seed {self.seed}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return f"<p>{html.escape(str(self))}</p><ul>{notes}</ul>"


def compare_rates(
    events: Any,
    *,
    first: Period,
    second: Period,
    measure: Measure = "movements",
    direction: str = "outbound",
    detection: Shares | tuple[Detection, Detection] = None,
    packets: bool = False,
    observed_days: ObservedDays = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> RateComparison:
    """How many times faster a second period was than a first.

    Parameters
    ----------
    events
        Flow events, a frame with their columns, or a plain series, as in `estimate_rate`.
    first, second
        (start, stop) of each, half-open, one before the other.
    measure, direction
        One gross flow; a net rate may be negative, and then has no ratio.
    detection
        The share reported: one for both periods, which then cancels in the ratio; by mode, which cancels where the
        modes keep their parts; or a pair, one for each period, independent of each other.
    packets, observed_days, coverage, draws, seed
        As in `estimate_rate`.

    Raises
    ------
    EstimateError
        A period is empty, they overlap, or there are no events.

    Notes
    -----
    Given a draw of the counts both rates are gamma (see `estimate_rate`) and independent; counts, dates and loads share
    their draws. `test` reads the middle counts as exact and Poisson.
    """
    check_asked(coverage=coverage, draws=draws, seed=seed)
    if direction not in DIRECTIONS:
        ways = ", ".join(DIRECTIONS)
        raise EstimateError(
            f"direction {direction!r} is none of {ways}; a net rate may be negative, and has no ratio"
        )
    chosen, event_notes = choose_events(events, measure=measure, direction=direction)
    periods = (_read_period("first", first), _read_period("second", second))
    if not periods[0][0] < periods[0][1] <= periods[1][0] < periods[1][1]:
        raise EstimateError(
            f"two periods one before the other were wanted, got {first!r} and {second!r}"
        )
    edges = cut_at_periods(chosen, periods)
    rows = [edges.index(start) for start, _ in periods]
    exposure, exposure_notes = watch_periods(chosen, periods, measure, observed_days)
    days = np.ones(len(edges) - 1)
    days[rows] = exposure
    shared, apart = _split_detection(detection)
    found = net_draws(
        chosen,
        edges,
        measure=measure,
        detection=shared,
        draws=draws,
        seed=seed,
        gross=True,
        exposure=days,
        packets=packets,
    )
    before, after = found.draws[rows]
    # Shares of their own are independent of each other; a common one cancels in the ratio.
    if apart is not None:
        before = before / draw_share_of_period(apart[0], 0, draws=draws, seed=seed)
        after = after / draw_share_of_period(apart[1], 1, draws=draws, seed=seed)
    counts = np.median(arrival_counts(chosen, edges, seed=seed), axis=0)[rows].round()
    test, test_notes = compare_counts(counts, exposure, coverage=coverage)
    notes = (*event_notes, *exposure_notes, *_share_notes(detection, measure), *test_notes)
    unit = unit_per_day(measure)
    return RateComparison(
        measure=f"{direction} rate of {measure}",
        first=Range.of_draws(before, coverage=coverage, unit=unit),
        second=Range.of_draws(after, coverage=coverage, unit=unit),
        ratio=Range.of_draws(divide_rates(after, before), coverage=coverage),
        probability_faster=float(np.mean(after > before)),
        test=test,
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims_of(found.used)[0],
        notes=(*found.notes, *notes),
    )


def _read_period(name: str, period: Period) -> Span:
    """Start and stop of a period as moments."""
    try:
        start, stop = period
    except (TypeError, ValueError):
        raise EstimateError(f"{name} is (start, stop), half-open, got {period!r}") from None
    return (
        read_moment(start, name=name, error=EstimateError),
        read_moment(stop, name=name, error=EstimateError),
    )


def cut_at_periods(events: Sequence[FlowEvent], periods: Sequence[Span]) -> tuple[Moment, ...]:
    """Edges of bins of which each period is one: the ends of both, and of the record where it lies outside."""
    # Windows that reach beyond a period are spread over all of their time, so the bins hold all of it.
    moments = {moment for period in periods for moment in period}
    for moment in span_of(events):
        if not any(start <= moment <= stop for start, stop in periods):
            moments.add(moment)
    return tuple(sorted(moments))


def watch_periods(
    events: Sequence[FlowEvent],
    periods: Sequence[Span],
    measure: Measure,
    observed_days: ObservedDays,
) -> tuple[Floats, list[str]]:
    """Observed days of each period, shape (2,), and notes on days on which movements were not counted.

    Raises
    ------
    EstimateError
        Nothing was counted in a period in which movements were reported.
    """
    unwatched = Windows.of(events, measure).unwatched
    exposure = np.empty(len(periods))
    notes = []
    for row, (name, (start, stop)) in enumerate(zip(("first", "second"), periods, strict=True)):
        watched = observed_exposure((start, stop), observed_days, unwatched=unwatched)
        exposure[row] = watched[0]
        if not exposure[row]:
            raise EstimateError(
                f"{name} ({start:%Y-%m-%d} to {stop:%Y-%m-%d}): movements were reported, none counted"
            )
        notes += [f"{name}: {note}" for note in unwatched_notes(unwatched, start, stop)]
    return exposure, notes


def _split_detection(
    detection: Shares | tuple[Detection, Detection],
) -> tuple[Shares, tuple[Detection, Detection] | None]:
    """The share reported that both periods have in common, and those of their own."""
    if isinstance(detection, tuple):
        return None, detection
    return detection, None


def draw_share_of_period(share: Detection, period: int, *, draws: int, seed: int) -> Floats:
    """Draws of the share reported in one period, independent of the other's, shape (draws,)."""
    from scipy.special import betaincinv

    from ..kernels.addressed import uniforms

    u = uniforms(seed, "detection", f"share {period}", draws)
    return np.asarray(betaincinv(*share.beta(), u))


def _share_notes(
    detection: Shares | tuple[Detection, Detection], measure: Measure
) -> Iterator[str]:
    """What the comparison takes the share reported to be in both periods."""
    if isinstance(detection, Detection):
        yield "the share reported is the same in both periods and cancels in the ratio"
    if measure == "movements" and detection is None:
        yield "as many movements are taken to have gone unreported in both periods, in proportion"


def compare_counts(
    counts: Floats, exposure: Floats, *, coverage: float
) -> tuple[RateRatio | None, tuple[str, ...]]:
    """Conditional binomial test of the middle counts, read as exact and Poisson, and a note on it.

    Parameters
    ----------
    counts, exposure
        Movements and observed days of the first and the second period, shape (2,).

    Notes
    -----
    Przyborowski & Wilenski, Biometrika 31 (1940), with mid-P; see `rate_ratio`.
    """
    if not counts.sum() > 0:
        return None, ()
    first, second = zip(counts.tolist(), exposure.tolist(), strict=True)
    test = rate_ratio(second, first, coverage=coverage)
    note = (
        f"middle counts {second[0]:.0f} in {second[1]:.0f} days against {first[0]:.0f} in "
        f"{first[1]:.0f}: {test}, if Poisson"
    )
    return test, (note,)


def divide_rates(after: Floats, before: Floats) -> Floats:
    """How many times faster it was after than before, draw by draw; infinite where there was nothing before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, after / before, np.inf)
