"""Stocks and what moves between them: the theatre as one stock, or one for each place named."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Floats, Ints
from ..evidence.events import FlowEvent
from ..flows.event_draws import Flows, Measure, prepare
from ..flows.rate import Detection
from ..forecasting.pace import LEVEL
from ..kernels.addressed import uniforms
from ..results.estimate import few
from .depletion import OUTSIDE, Flow
from .part_by_moment import part_by
from .stock_places import read_places

__all__ = ["Record", "read_record", "short_record_gsd", "weekly"]

_EACH = 64
_TRIES = 200
_FITS = 0.05
_BEFORE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_AFTER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the events say of some stocks up to a moment.

    Parameters
    ----------
    flows, modes
        What moves, and by which mode.
    moved
        What had left each stock by then, less what had come in, shape (stocks, draws).
    gone
        What left the theatre in each of the weeks looked back upon, with the doubt of counting, shape (weeks, draws).
    since
        Days looked back upon.
    silent
        Rows of the stocks that nothing was seen to leave in those days.
    used, notes
        Events that carry a number, and what to tell the reader.
    """

    flows: tuple[Flow, ...]
    modes: tuple[str, ...]
    moved: Floats
    gone: Floats
    since: float
    silent: tuple[int, ...]
    used: tuple[FlowEvent, ...]
    notes: tuple[str, ...]

    def within(self, stocks: Floats, seed: int) -> tuple[Record, Ints | None]:
        """The record given that no more can have left a stock than it held, and the draws it now takes; None: its own.

        Parameters
        ----------
        stocks
            What each held, shape (stocks, draws).

        Notes
        -----
        A draw in which more had left than there was takes the record of another one that fits its stock; the stock
        stays. Where fewer than one draw in twenty fits, the numbers contradict the stock, and the draw stays as it was.
        """
        draws = stocks.shape[1]
        bound = np.quantile(self.moved, _FITS, axis=1, keepdims=True) <= stocks
        taken = np.arange(draws)
        for number in range(_TRIES):
            bad = np.flatnonzero(((self.moved[:, taken] > stocks) & bound).any(axis=0))
            if not bad.size:
                break
            u = uniforms(seed, "withdrawal", f"within the stock {number}", draws)[bad]
            taken[bad] = (u * draws).astype(np.int64)
        if np.array_equal(taken, np.arange(draws)):
            return self, None
        flows = tuple(Flow(flow.source, flow.sink, flow.rate[taken]) for flow in self.flows)
        return replace(
            self, flows=flows, moved=self.moved[:, taken], gone=self.gone[:, taken]
        ), taken

    def at(self, pace: Mapping[str, float]) -> tuple[Flow, ...]:
        """The flows, each mode at its share of the pace where it crosses the boundary of the theatre."""

        def share(flow: Flow, mode: str) -> float:
            return pace.get(mode, 1.0) if OUTSIDE in (flow.source, flow.sink) else 1.0

        return tuple(
            Flow(flow.source, flow.sink, share(flow, mode) * flow.rate)
            for flow, mode in zip(self.flows, self.modes, strict=True)
        )

    def net(self, pace: Mapping[str, float]) -> Floats:
        """Net outflow of each stock per day, shape (stocks, draws)."""
        total = np.zeros(self.moved.shape)
        for flow in self.at(pace):
            for node, sign in ((flow.source, 1.0), (flow.sink, -1.0)):
                if node != OUTSIDE:
                    total[node] += sign * flow.rate
        return total


def read_record(
    events: Sequence[FlowEvent],
    moment: dt.datetime,
    look_back: int,
    places: Sequence[str],
    *,
    measure: Measure,
    detection: Detection | None,
    draws: int,
    seed: int,
) -> Record:
    """Group the events by where they go from and to and by mode, and draw each group's mean rate.

    Parameters
    ----------
    moment, look_back
        When it is read, and the days before over which the rates are means. No event moves either, so that one more
        movement takes nothing from a rate.
    places
        Names of the stocks; none for the theatre as a whole. Places of the theatre that are not named belong to the
        stock that has the name of the theatre or one of those in `stock_places.REST`. Where there is none, their events
        are left out, and a note names them. Who is inside is said by the direction of an event.

    Notes
    -----
    An event that reaches beyond the moment counts by what its window allows up to it: a stream by its share, with the
    doubt of `part_by` in what had moved and in proportion in the pace; one unknown moment by its chance.
    """
    groups: dict[tuple[int, int, str], list[FlowEvent]] = {}
    stocks, left_out = read_places(places, events), list[FlowEvent]()
    for event in events:
        if (ends := stocks.ends(event)) is None:
            left_out.append(event)
        elif ends[0] != ends[1]:
            groups.setdefault((*ends, event.mode), []).append(event)
    share = detection.draw(draws, seed=seed) if detection is not None else np.ones(draws)
    edges = [_BEFORE, *weekly(moment, look_back), _AFTER]
    scale = _short_record(look_back, draws, seed) / share
    moved = np.zeros((max(len(places), 1), draws))
    gone = np.zeros((len(edges) - 3, draws))
    flows, modes, used, notes = [], list[str](), dict[str, FlowEvent](), dict[str, None]()
    if left_out:
        missing = sorted({name for event in left_out for name in stocks.without_stock(event)})
        notes[
            f"no stock was given for {few(missing)}, so what went from or to there is left out "
            f"({few([event.event_id for event in left_out])}); give it one, or one for 'elsewhere'"
        ] = None
    left, largest = set[int](), np.zeros(draws)
    for (source, sink, mode), mine in sorted(groups.items()):
        amounts = prepare(mine, measure=measure)
        so_far = prepare([part_by(event, moment) for event in mine], measure=measure)
        amount = so_far.draws(edges, draws=draws, seed=seed)[:-1] / share
        paced, count, load = _posterior(amounts, mine, edges, draws, seed)
        paced, unseen = paced[1:-1] * scale, np.zeros(draws)
        if source != OUTSIDE:
            left |= {source} if paced.any() else set()
            largest = np.maximum(largest, load)
            unseen = _unseen(count, load, f"{source} {sink} {mode}", seed) * scale
        flows.append(Flow(source, sink, (paced.sum(axis=0) + unseen) / look_back))
        modes.append(mode)
        gone += paced if sink == OUTSIDE else 0.0
        for node, sign in ((source, 1.0), (sink, -1.0)):
            if node != OUTSIDE:
                moved[node] += sign * amount.sum(axis=0)
        notes |= dict.fromkeys(amounts.notes)
        if amounts.uncounted:
            notes[
                f"no number of {measure} was published, nothing added for: {few(amounts.uncounted)}"
            ] = None
        used |= {event.event_id: event for event in amounts.events}
    for node in range(len(moved)):
        if not any(flow.source == node and flow.rate.any() for flow in flows):
            flows.append(
                Flow(
                    node,
                    OUTSIDE,
                    _unseen(np.zeros(draws), largest, f"{node}", seed) * scale / look_back,
                )
            )
            modes.append("")
    return Record(
        flows=tuple(flows),
        modes=tuple(modes),
        moved=moved,
        gone=gone,
        since=float(look_back),
        silent=tuple(node for node in range(len(moved)) if node not in left),
        used=tuple(used.values()),
        notes=tuple(notes),
    )


def _unseen(count: Floats, load: Floats, way: str, seed: int) -> Floats:
    """What lifts a count below one half to a count of zero, which is read as Gamma(1/2, 1) movements; shape (draws,).

    It is Gamma(1/2 - n, 1), which fades as the last movement leaves the days looked back upon. The load is the largest
    that a movement of this way had, so that one more movement before these days takes nothing from it.
    """
    from scipy.special import gammaincinv

    out, some = np.zeros(count.size), count < 0.5
    u = uniforms(seed, "withdrawal", f"silence {way}", count.size)[some]
    out[some] = gammaincinv(0.5 - count[some], u) * load[some]
    return out


def short_record_gsd(days: float) -> float:
    """How far the mean of a record shorter than a week may lie from that of a week: geometric standard deviation.

    The log rate of one week scatters by `LEVEL.report_sd` about the pace, and the mean of a part of it by more.
    """
    return math.exp(LEVEL.report_sd * math.sqrt(max(7 / days - 1, 0.0)))


def _short_record(days: float, draws: int, seed: int) -> Floats:
    from scipy.special import ndtri

    normal = ndtri(
        np.clip(uniforms(seed, "withdrawal", "short record", draws), 2.0**-54, 1 - 2.0**-53)
    )
    return np.asarray(short_record_gsd(days) ** normal)


def weekly(moment: dt.datetime, look_back: int) -> list[dt.datetime]:
    """Edges of equal spans of about a week up to a moment."""
    spans = max(round(look_back / 7), 1)
    return [moment - dt.timedelta(days=look_back * (spans - i) / spans) for i in range(spans)] + [
        moment
    ]


def _posterior(
    amounts: Flows, events: Sequence[FlowEvent], edges: Sequence[dt.datetime], draws: int, seed: int
) -> tuple[Floats, Floats, Floats]:
    """What would have gone in each span at the rate behind it; the count without the outer spans; and the largest load.

    Shapes (spans, draws), (draws,) and (draws,). A count of n is read as Gamma(n, 1), whose mean is n: two sailings say
    little of the pace. Each event has its own, which add up to that of their sum, so that one more event takes nothing
    from another; beyond `_EACH` events, where counting adds little doubt, they have one together. An event without a
    count is one movement.
    """
    from scipy.special import gammaincinv

    counts = prepare(events, measure="movements")
    row_of = {event.event_id: row for row, event in enumerate(counts.events)}
    parts: list[tuple[str, list[int], list[int]]] = [
        (event.event_id, [row], [row_of[event.event_id]] if event.event_id in row_of else [])
        for row, event in enumerate(amounts.events)
    ]
    if len(parts) > _EACH:
        parts = [("all", list(range(len(amounts.events))), list(range(len(counts.events))))]
    out, seen, load = np.zeros((len(edges) - 1, draws)), np.zeros(draws), np.zeros(draws)
    for name, rows, counted in parts:
        amount = amounts.draws(edges, draws=draws, seed=seed, only=rows)
        count = counts.draws(edges, draws=draws, seed=seed, only=counted)
        seen += count[1:-1].sum(axis=0) if counted else amount[1:-1].any(axis=0)
        load = np.maximum(load, amount.sum(axis=0) / np.maximum(count.sum(axis=0), 1.0))
        for span in np.flatnonzero((count > 0).any(axis=1)):
            some = count[span] > 0
            n = count[span, some]
            u = uniforms(seed, "withdrawal rate", f"{name} {edges[int(span)]:%Y-%m-%d}", draws)[
                some
            ]
            amount[span, some] *= gammaincinv(n, u) / n
        out += amount
    return out, seen, load
