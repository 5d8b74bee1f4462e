"""All pairs that can be one movement, weighed by their fields and by how many others are like them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..arrays import Floats
from ..evidence.events import FlowEvent
from .match_draws import Pairs
from .match_lists import Lists
from .match_weights import (
    CODED,
    Entry,
    Levels,
    Reason,
    are_coded,
    total_odds,
    weigh_fields,
    weigh_window,
)

__all__ = ["find_pairs"]

_AROUND: Final = dt.timedelta(days=7)
"""How far around a pair others are counted (a choice: the pace of a bridge changes within weeks)."""
_HIDDEN: Final = 0.25
"""Share of movements like these that neither list has, where each sees half of them: a prior."""
_DAY: Final = dt.timedelta(days=1)


def find_pairs(
    lists: Lists, *, table: Levels, prior: float, slack: dt.timedelta
) -> tuple[Pairs, list[tuple[Reason, ...]]]:
    """All pairs that can be one movement, and the reasons of each.

    Notes
    -----
    On a busy bridge a report and a track of one day need not be one flight: another may have flown unreported, and the
    one reported may be in no track. Beside the odds by fields, those of a movement that neither list has hold a pair
    down: with q of them a day and a density d of the report's date around the true one, odds are at most d / q.
    """
    told, seen = list(map(Entry, lists.reported)), list(map(Entry, lists.tracked))
    fields = _weigh_all(told, seen, table)
    crowd = _Crowd(lists, _scores(fields, len(told), len(seen)))
    rows: list[tuple[int, int]] = []
    odds: list[float] = []
    reasons: list[tuple[Reason, ...]] = []
    names: list[str] = []
    for (row, column), said in fields.items():
        one, other = told[row], seen[column]
        window = weigh_window(one.event, other.event, table=table, slack=slack)
        if are_coded(one, other):
            said = (Reason("coded", "as one event", CODED),)
            total = CODED
        elif window is None:
            continue
        else:
            said = (window, *said)
            total = total_odds(said, prior)
            density = _density(window, one.event, other.event, table, slack)
            said, total = crowd.held_down(row, column, said, total, density)
        rows.append((row, column))
        odds.append(total)
        reasons.append(said)
        # The same address whichever list comes first.
        names.append(" ~ ".join(sorted((one.event.event_id, other.event.event_id))))
    at = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return Pairs(at[0], at[1], np.array(odds, dtype=np.float64), tuple(names)), reasons


_Fields = dict[tuple[int, int], tuple[Reason, ...]]


def _weigh_all(told: Sequence[Entry], seen: Sequence[Entry], table: Levels) -> _Fields:
    """Reasons of all pairs within a week of each other, or coded as one."""
    found: _Fields = {}
    for row, one in enumerate(told):
        for column, other in enumerate(seen):
            if are_coded(one, other) or _are_around(one.event, other.event):
                found[row, column] = weigh_fields(one, other, table)
    return found


def _are_around(one: FlowEvent, other: FlowEvent) -> bool:
    return one.start < other.stop + _AROUND and other.start < one.stop + _AROUND


def _scores(fields: _Fields, rows: int, columns: int) -> Floats:
    """Sum of the weights of all fields but the window; minus infinity where two are not around each other."""
    scores = np.full((rows, columns), -np.inf)
    for at, reasons in fields.items():
        scores[at] = math.fsum(reason.weight for reason in reasons)
    return scores


def _density(
    window: Reason, one: FlowEvent, other: FlowEvent, table: Levels, slack: dt.timedelta
) -> float:
    """Probability per day that the report of a movement gives a date so far from it; infinite for a stream."""
    if one.is_stream or other.is_stream:
        return math.inf
    share, _ = table["window"][window.says]
    if window.says == "near":
        return share / (2 * slack / _DAY)
    return share / max(one.days, other.days)


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """How many others are like a pair.

    Parameters
    ----------
    lists
        The events.
    scores
        As `_scores` gives them.
    """

    lists: Lists
    scores: Floats

    def held_down(
        self, row: int, column: int, said: tuple[Reason, ...], odds: float, density: float
    ) -> tuple[tuple[Reason, ...], float]:
        """Reasons and log-odds of a pair beside the movements that neither list has."""
        if math.isinf(density):
            return said, odds
        per_day = self._others_per_day(row, column)
        held = -math.log(math.exp(-odds) + _HIDDEN * per_day / density)
        # One like it in two months moves the odds by less than is printed.
        if odds - held < 0.05:
            return said, held
        crowd = Reason("crowd", f"{per_day:.2f} like it a day", held - odds)
        return (*said, crowd), held

    def _others_per_day(self, row: int, column: int) -> float:
        """Single movements a day, on both lists together, that fit as well as this pair; worse ones count less."""
        score = self.scores[row, column]
        rates = []
        for event, others, own, events in (
            (self.lists.reported[row], self.scores[row], column, self.lists.tracked),
            (self.lists.tracked[column], self.scores[:, column], row, self.lists.reported),
        ):
            alike = np.exp(np.minimum(others - score, 0.0))
            # The pair itself is what is asked about.
            alike[own] = 0.0
            single = np.array([not other.is_stream for other in events])
            rates.append(float(alike[single].sum()) / self._days_around(event))
        # The sum is the same to the last bit whichever list comes first.
        return math.fsum(sorted(rates))

    def _days_around(self, event: FlowEvent) -> float:
        """Days around an event in which others were counted, at least one."""
        start, stop = self.lists.span
        first, last = max(event.start - _AROUND, start), min(event.stop + _AROUND, stop)
        return max((last - first) / _DAY, 1.0)
