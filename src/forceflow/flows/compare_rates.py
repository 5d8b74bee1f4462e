"""Two periods compared: was it faster before or after?"""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..dates import read_moment
from ..errors import EstimateError
from ..results.arguments import check_asked
from ..results.range import Range
from .counts.poisson import RateRatio, rate_ratio
from .detection import Detection, Shares
from .event_counts import ObservedDays, arrival_counts, observed_exposure
from .event_draws import DIRECTIONS, Measure, claims_of
from .observation_window import Windows, unwatched_notes
from .rate import net_draws, rate_events

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
    from scipy.special import betaincinv

    from ..kernels.addressed import uniforms

    check_asked(coverage=coverage, draws=draws, seed=seed)
    if direction not in DIRECTIONS:
        ways = ", ".join(DIRECTIONS)
        raise EstimateError(
            f"direction {direction!r} is none of {ways}; a net rate may be negative, and has no ratio"
        )
    chosen, notes = rate_events(events, measure=measure, direction=direction)
    spans = [_span("first", first), _span("second", second)]
    if not spans[0][0] < spans[0][1] <= spans[1][0] < spans[1][1]:
        raise EstimateError(
            f"two periods one before the other were wanted, got {first!r} and {second!r}"
        )
    ends = {min(e.start for e in chosen), max(e.stop for e in chosen)}
    outside = {moment for moment in ends if not any(a <= moment <= b for a, b in spans)}
    edges = tuple(sorted({*(moment for span in spans for moment in span), *outside}))
    rows = [edges.index(a) for a, _ in spans]
    unwatched = Windows.of(chosen, measure).unwatched
    exposure = np.array(
        [float(observed_exposure(span, observed_days, unwatched=unwatched)[0]) for span in spans]
    )
    for name, (start, stop), days_watched in zip(
        ("first", "second"), spans, exposure.tolist(), strict=True
    ):
        if not days_watched:
            raise EstimateError(
                f"{name} ({start:%Y-%m-%d} to {stop:%Y-%m-%d}): movements were reported, none counted"
            )
        notes += [f"{name}: {note}" for note in unwatched_notes(unwatched, start, stop)]
    days = np.ones(len(edges) - 1)
    days[rows] = exposure
    rates, told, used = net_draws(
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
        u = [uniforms(seed, "detection", f"share {i}", draws) for i in (0, 1)]
        before, after = (
            before / betaincinv(*detection[0].beta(), u[0]),
            after / betaincinv(*detection[1].beta(), u[1]),
        )
    elif isinstance(detection, Detection):
        notes.append("the share reported is the same in both periods and cancels in the ratio")
    if measure == "movements" and detection is None:
        notes.append(
            "as many movements are taken to have gone unreported in both periods, in proportion"
        )
    counts = np.median(arrival_counts(chosen, edges, seed=seed), axis=0)[rows].round()
    test = None
    if counts.sum() > 0:
        pair = [(float(n), float(m)) for n, m in zip(counts, exposure, strict=True)]
        test = rate_ratio(pair[1], pair[0], coverage=coverage)
        notes.append(
            f"middle counts {counts[1]:.0f} in {exposure[1]:.0f} days against {counts[0]:.0f} in "
            f"{exposure[0]:.0f}: {test}, if Poisson"
        )
    unit = {"tonnes": "t/day"}.get(measure, f"{measure}/day")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, after / before, np.inf)
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
        notes=(*told, *notes),
    )


def _span(name: str, period: Period) -> tuple[dt.datetime, dt.datetime]:
    try:
        start, stop = period
    except (TypeError, ValueError):
        raise EstimateError(f"{name} is (start, stop), half-open, got {period!r}") from None
    return read_moment(start, name=name, error=EstimateError), read_moment(
        stop, name=name, error=EstimateError
    )
