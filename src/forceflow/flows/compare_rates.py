"""Two periods compared: was it faster before or after?"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
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
from .event_draws import DIRECTIONS, Measure, claims_of
from .observation_window import Windows, unwatched_notes
from .rate_events import rate_events
from .rate_model import net_draws

__all__ = ["RateComparison", "compare_rates"]

Period = tuple[Any, Any]


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
    chosen, notes = rate_events(events, measure=measure, direction=direction)
    spans = _two_spans(first, second)
    edges, rows = _edges_around(chosen, spans)
    exposure, exposure_notes = _days_watched(chosen, spans, measure, observed_days)
    days = np.ones(len(edges) - 1)
    days[rows] = exposure
    rates, rate_notes, used = net_draws(
        chosen,
        edges,
        measure=measure,
        detection=None if isinstance(detection, tuple) else detection,
        draws=draws,
        seed=seed,
        gross=True,
        exposure=days,
        packets=packets,
    )
    before, after = rates[rows[0]], rates[rows[1]]
    if isinstance(detection, tuple):
        before = before / _draw_share(detection[0], 0, draws=draws, seed=seed)
        after = after / _draw_share(detection[1], 1, draws=draws, seed=seed)
    counts = np.median(arrival_counts(chosen, edges, seed=seed), axis=0)[rows].round()
    test, test_notes = _test_counts(counts, exposure, coverage=coverage)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, after / before, np.inf)
    unit = {"tonnes": "t/day"}.get(measure, f"{measure}/day")
    return RateComparison(
        measure=f"{direction} rate of {measure}",
        first=Range.of_draws(before, coverage=coverage, unit=unit),
        second=Range.of_draws(after, coverage=coverage, unit=unit),
        ratio=Range.of_draws(ratio, coverage=coverage),
        probability_faster=float(np.mean(after > before)),
        test=test,
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims_of(used)[0],
        notes=(
            *rate_notes,
            *notes,
            *exposure_notes,
            *_share_notes(detection, measure),
            *test_notes,
        ),
    )


Span = tuple[dt.datetime, dt.datetime]


def _two_spans(first: Period, second: Period) -> tuple[Span, Span]:
    """Both periods as moments, one before the other."""
    before, after = _span("first", first), _span("second", second)
    if not before[0] < before[1] <= after[0] < after[1]:
        raise EstimateError(
            f"two periods one before the other were wanted, got {first!r} and {second!r}"
        )
    return before, after


def _edges_around(
    events: Sequence[FlowEvent], spans: tuple[Span, Span]
) -> tuple[tuple[dt.datetime, ...], list[int]]:
    """Edges of bins that hold both periods and all events, and the rows of the two periods among the bins."""
    edges = {moment for span in spans for moment in span}
    for moment in (min(e.start for e in events), max(e.stop for e in events)):
        # An event that begins or ends inside a period must not cut its bin in two.
        if not any(start <= moment <= stop for start, stop in spans):
            edges.add(moment)
    ordered = tuple(sorted(edges))
    return ordered, [ordered.index(start) for start, _ in spans]


def _days_watched(
    events: Sequence[FlowEvent],
    spans: tuple[Span, Span],
    measure: Measure,
    observed_days: ObservedDays,
) -> tuple[Floats, list[str]]:
    """Observed days of each period, shape (2,), with a note on days whose movements were not counted."""
    unwatched = Windows.of(events, measure).unwatched
    exposure, notes = [], []
    for name, (start, stop) in zip(("first", "second"), spans, strict=True):
        days = float(observed_exposure((start, stop), observed_days, unwatched=unwatched)[0])
        if not days:
            raise EstimateError(
                f"{name} ({start:%Y-%m-%d} to {stop:%Y-%m-%d}): movements were reported, none counted"
            )
        exposure.append(days)
        notes += [f"{name}: {note}" for note in unwatched_notes(unwatched, start, stop)]
    return np.array(exposure), notes


def _draw_share(detection: Detection, period: int, *, draws: int, seed: int) -> Floats:
    """Draws of the share reported in one period, independent of the other, shape (draws,)."""
    from scipy.special import betaincinv

    from ..kernels.addressed import uniforms

    u = uniforms(seed, "detection", f"share {period}", draws)
    return np.asarray(betaincinv(*detection.beta(), u))


def _share_notes(
    detection: Shares | tuple[Detection, Detection], measure: Measure
) -> tuple[str, ...]:
    """What is taken for granted about the share reported."""
    if isinstance(detection, Detection):
        return ("the share reported is the same in both periods and cancels in the ratio",)
    if measure == "movements" and detection is None:
        return (
            "as many movements are taken to have gone unreported in both periods, in proportion",
        )
    return ()


def _test_counts(
    counts: Floats, exposure: Floats, *, coverage: float
) -> tuple[RateRatio | None, tuple[str, ...]]:
    """The conditional binomial test of the middle counts; None where nothing was counted in either period."""
    if not counts.sum() > 0:
        return None, ()
    before, after = zip(counts.tolist(), exposure.tolist(), strict=True)
    test = rate_ratio(after, before, coverage=coverage)
    note = (
        f"middle counts {counts[1]:.0f} in {exposure[1]:.0f} days against {counts[0]:.0f} in "
        f"{exposure[0]:.0f}: {test}, if Poisson"
    )
    return test, (note,)


def _span(name: str, period: Period) -> tuple[dt.datetime, dt.datetime]:
    try:
        start, stop = period
    except (TypeError, ValueError):
        raise EstimateError(f"{name} is (start, stop), half-open, got {period!r}") from None
    return read_moment(start, name=name, error=EstimateError), read_moment(
        stop, name=name, error=EstimateError
    )
