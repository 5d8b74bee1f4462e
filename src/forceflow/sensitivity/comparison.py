"""Scenarios side by side, with what they have in common taken out."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..arrays import Floats
from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.tables.event_frames import as_events, make_frame
from ..flows.event_draws import Measure, claims_of, other_ways, prepare
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
        columns: dict[str, Sequence[Any]] = {"scenario": names}
        for point in ("low", "middle", "high"):
            columns = {**columns, point: [getattr(self.totals[name], point) for name in names]}
        for point in ("low", "middle", "high"):
            less = [
                getattr(self.differences[n], point) if n in self.differences else 0.0 for n in names
            ]
            columns = {**columns, f"difference_{point}": less}
        return make_frame({**columns, "unit": [self.unit] * len(names)}, backend=backend)

    def __str__(self) -> str:
        first = next(iter(self.totals))
        parts = [f"{name} {total}" for name, total in self.totals.items()]
        parts += [f"{name} less {first}: {gap}" for name, gap in self.differences.items()]
        return f"{'; '.join(parts)} ({self.coverage:.0%}, seed {self.seed})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(total))}</td>"
            f"<td>{html.escape(str(self.differences.get(name, '')))}</td></tr>"
            for name, total in self.totals.items()
        )
        return f"<table><thead><tr><th>scenario</th><th>total</th><th>less the first</th></tr></thead>{rows}</table>"


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
        given = as_events(events)
        chosen = [e for e in given if direction is None or e.direction == direction]
        if not chosen:
            raise EstimateError(
                f"scenario {name!r} has no {direction or ''} events{other_ways(given)}"
            )
        flows = prepare(chosen, measure=measure)
        drawn[name] = totals_of(flows, seed, draws)
        used += flows.events
    unit = "t" if measure == "tonnes" else measure
    first = next(iter(drawn))
    return Comparison(
        {
            name: Range.of_draws(values, coverage=coverage, unit=unit)
            for name, values in drawn.items()
        },
        {
            name: Range.of_draws(values - drawn[first], coverage=coverage, unit=unit)
            for name, values in drawn.items()
            if name != first
        },
        unit,
        coverage,
        draws,
        seed,
        *claims_of(tuple(used)),
    )
