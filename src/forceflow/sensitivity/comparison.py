"""Scenarios side by side, with what they have in common taken out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events, make_frame
from ..flows.event_draws import Measure, prepare
from ..flows.event_selection import claims_of, other_ways
from ..results.arguments import check_asked
from ..results.range import Range
from .drivers import totals_of

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Scenarios side by side, drawn with common random numbers.

    Parameters
    ----------
    totals
        Total by scenario.
    differences
        Each scenario less the first, with a range of its own: far narrower than the ranges of the two suggest.
    unit, coverage, draws, seed
        As in an estimate.
    claims, reports
        Ids of those behind any of the scenarios.
    """

    totals: Mapping[str, Range]
    differences: Mapping[str, Range]
    unit: str
    coverage: float
    draws: int
    seed: int
    claims: tuple[str, ...] = field(default=(), repr=False)
    reports: tuple[str, ...] = field(default=(), repr=False)

    def to_frame(self, *, backend: str = "polars") -> Any:
        """One row per scenario: low, middle, high, and the difference from the first."""
        names = list(self.totals)
        # The first scenario differs from itself by nothing.
        nothing = Range(0.0, 0.0, 0.0)
        gaps = [self.differences.get(name, nothing) for name in names]
        columns: dict[str, Sequence[Any]] = {"scenario": names}
        columns |= _ends_of(self.totals.values(), "")
        columns |= _ends_of(gaps, "difference_")
        columns["unit"] = [self.unit] * len(names)
        return make_frame(columns, backend=backend)

    def __str__(self) -> str:
        first = next(iter(self.totals))
        parts = [f"{name} {total}" for name, total in self.totals.items()]
        parts += [f"{name} less {first}: {gap}" for name, gap in self.differences.items()]
        return f"{'; '.join(parts)} ({self.coverage:.0%}, seed {self.seed})"

    def _repr_html_(self) -> str:
        rows = "".join(map(self._html_row, self.totals))
        return f"<table><thead><tr><th>scenario</th><th>total</th><th>less the first</th></tr></thead>{rows}</table>"

    def _html_row(self, name: str) -> str:
        total, gap = str(self.totals[name]), str(self.differences.get(name, ""))
        return (
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(total)}</td>"
            f"<td>{html.escape(gap)}</td></tr>"
        )


def _ends_of(ranges: Iterable[Range], prefix: str) -> dict[str, list[float]]:
    """Columns of the low, middle and high of some ranges."""
    rows = [(each.low, each.middle, each.high) for each in ranges]
    names = (f"{prefix}low", f"{prefix}middle", f"{prefix}high")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def compare(
    scenarios: Mapping[str, Any],
    *,
    measure: Measure = "tonnes",
    direction: str | None = "outbound",
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int,
) -> Comparison:
    """Totals of several scenarios, and how far each is from the first.

    Parameters
    ----------
    scenarios
        Events (or frames of them) by name: ``{"as reported": events, "without the ships": by_air}``.
    measure, direction, coverage, draws, seed
        As in `estimate_tonnage`; all scenarios share every draw (common random numbers), so that what they have in
        common cancels in the difference.

    Raises
    ------
    EstimateError
        No mapping, fewer than two scenarios, or one without events.
    """
    if not isinstance(scenarios, Mapping):
        raise EstimateError(
            f"scenarios are events by name, got {type(scenarios).__name__}; write "
            'compare({"as reported": events, "without the ships": others}, seed=7)'
        )
    check_asked(coverage=coverage, draws=draws, seed=seed)
    if len(scenarios) < 2:
        raise EstimateError("two or more scenarios are needed to compare")
    drawn: dict[str, Floats] = {}
    used: list[FlowEvent] = []
    for name, events in scenarios.items():
        flows = prepare(_events_of(name, events, direction), measure=measure)
        drawn[name] = totals_of(flows, seed, draws)
        used += flows.events
    unit = "t" if measure == "tonnes" else measure
    range_of = partial(Range.of_draws, coverage=coverage, unit=unit)
    first, *others = drawn
    claims, reports = claims_of(tuple(used))
    return Comparison(
        totals={name: range_of(values) for name, values in drawn.items()},
        # The draws are subtracted one by one, so that what the scenarios share cancels.
        differences={name: range_of(drawn[name] - drawn[first]) for name in others},
        unit=unit,
        coverage=coverage,
        draws=draws,
        seed=seed,
        claims=claims,
        reports=reports,
    )


def _events_of(name: str, events: Any, direction: str | None) -> list[FlowEvent]:
    """Events of a scenario, in one direction or in all."""
    given = as_events(events)
    chosen = [event for event in given if direction in (None, event.direction)]
    if not chosen:
        raise EstimateError(f"scenario {name!r} has no {direction or ''} events{other_ways(given)}")
    return chosen
