"""Stocks and what moves between them: the theatre as one stock, or one for each place named."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
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
from .stock_places import StockPlaces, read_places

__all__ = ["Record", "read_record", "short_record_gsd", "weekly"]

_EACH = 64
_TRIES = 200
# A stock that fewer than one draw in twenty of the record fits is contradicted by the numbers.
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
        Events that carry a number, and notes for the reader.
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
        taken = self._fitting_draws(stocks, seed)
        if np.array_equal(taken, np.arange(taken.size)):
            return self, None
        flows = tuple(Flow(flow.source, flow.sink, flow.rate[taken]) for flow in self.flows)
        moved, gone = self.moved[:, taken], self.gone[:, taken]
        return replace(self, flows=flows, moved=moved, gone=gone), taken

    def _fitting_draws(self, stocks: Floats, seed: int) -> Ints:
        """The draw whose record each draw takes: its own where it fits the stock."""
        draws = stocks.shape[1]
        can_fit = np.quantile(self.moved, _FITS, axis=1, keepdims=True) <= stocks
        taken = np.arange(draws)
        for number in range(_TRIES):
            beyond = (self.moved[:, taken] > stocks) & can_fit
            bad = np.flatnonzero(beyond.any(axis=0))
            if not bad.size:
                break
            lots = uniforms(seed, "withdrawal", f"within the stock {number}", draws)
            taken[bad] = (lots[bad] * draws).astype(np.int64)
        return taken

    def at(self, pace: Mapping[str, float]) -> tuple[Flow, ...]:
        """The flows, each mode at its share of the pace where it crosses the boundary of the theatre."""
        paced = []
        for flow, mode in zip(self.flows, self.modes, strict=True):
            share = 1.0
            # Moves inside the theatre go on as they went.
            if OUTSIDE in (flow.source, flow.sink):
                share = pace.get(mode, 1.0)
            paced.append(Flow(flow.source, flow.sink, share * flow.rate))
        return tuple(paced)

    def net(self, pace: Mapping[str, float]) -> Floats:
        """Net outflow of each stock per day, shape (stocks, draws)."""
        total = np.zeros(self.moved.shape)
        for flow in self.at(pace):
            _add_transfer(total, flow.source, flow.sink, flow.rate)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lookout:
    """When and how the record is read: the moment, the weeks before it, and the draws.

    `share` is the share of movements that was reported, and `scale` what turns a count of the weeks into what went:
    the doubt of a short record over that share; shape (draws,).
    """

    moment: dt.datetime
    look_back: int
    measure: Measure
    edges: list[dt.datetime]
    share: Floats
    scale: Floats
    draws: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What went one way: from one stock to another, by one mode.

    Parameters
    ----------
    flow, mode
        The mean rate over the days looked back upon.
    moved
        What had gone this way by the moment, shape (draws,).
    weekly
        What went in each week looked back upon, with the doubt of counting, shape (weeks, draws).
    load
        The largest load of one movement, shape (draws,).
    amounts
        The events with a number.
    """

    flow: Flow
    mode: str
    moved: Floats
    weekly: Floats
    load: Floats
    amounts: Flows


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
        are left out, and a note names them. The direction of an event decides which of its ends lie inside.

    Notes
    -----
    An event that reaches beyond the moment counts by what its window allows up to it: a stream by its share, with the
    doubt of `part_by` in what had moved and in proportion in the pace; one unknown moment by its chance.
    """
    stocks = read_places(places, events)
    groups, left_out = _group_by_way(stocks, events)
    lookout = _look_out(moment, look_back, measure, detection, draws, seed)
    ways = [_read_way(*way, groups[way], lookout) for way in sorted(groups)]
    moved = np.zeros((max(len(places), 1), draws))
    gone = np.zeros((len(lookout.edges) - 3, draws))
    for way in ways:
        _add_transfer(moved, way.flow.source, way.flow.sink, way.moved)
        if way.flow.sink == OUTSIDE:
            gone += way.weekly
    unseen = _unseen_flows(ways, len(moved), lookout)
    left = {way.flow.source for way in ways if way.weekly.any()}
    used: dict[str, FlowEvent] = {}
    for way in ways:
        used |= {event.event_id: event for event in way.amounts.events}
    notes = [*_left_out_notes(stocks, left_out), *_amount_notes(ways, measure)]
    return Record(
        flows=(*(way.flow for way in ways), *unseen),
        modes=(*(way.mode for way in ways), *[""] * len(unseen)),
        moved=moved,
        gone=gone,
        since=float(look_back),
        silent=tuple(sorted(set(range(len(moved))) - left)),
        used=tuple(used.values()),
        notes=tuple(dict.fromkeys(notes)),
    )


def _group_by_way(
    stocks: StockPlaces, events: Sequence[FlowEvent]
) -> tuple[dict[tuple[int, int, str], list[FlowEvent]], list[FlowEvent]]:
    """Events by the stocks they leave and reach and by mode, and those at a place that has no stock."""
    groups: dict[tuple[int, int, str], list[FlowEvent]] = {}
    left_out: list[FlowEvent] = []
    for event in events:
        ends = stocks.ends(event)
        if ends is None:
            left_out.append(event)
            continue
        source, sink = ends
        # A move within one stock changes nothing.
        if source != sink:
            groups.setdefault((source, sink, event.mode), []).append(event)
    return groups, left_out


def _look_out(
    moment: dt.datetime,
    look_back: int,
    measure: Measure,
    detection: Detection | None,
    draws: int,
    seed: int,
) -> _Lookout:
    share = np.ones(draws)
    if detection is not None:
        share = detection.draw(draws, seed=seed)
    return _Lookout(
        moment=moment,
        look_back=look_back,
        measure=measure,
        # The outer spans catch what lies before and after the weeks, so that no part of a window is lost.
        edges=[_BEFORE, *weekly(moment, look_back), _AFTER],
        share=share,
        scale=_short_record_doubt(look_back, draws, seed) / share,
        draws=draws,
        seed=seed,
    )


def _read_way(
    source: int, sink: int, mode: str, events: Sequence[FlowEvent], lookout: _Lookout
) -> _Way:
    """What had gone one way by the moment, and the mean rate of the days looked back upon."""
    draws, seed = lookout.draws, lookout.seed
    amounts = prepare(events, measure=lookout.measure)
    by_then = [part_by(event, lookout.moment) for event in events]
    so_far = prepare(by_then, measure=lookout.measure)
    so_far_by_span = so_far.draws(lookout.edges, draws=draws, seed=seed)
    moved = so_far_by_span[:-1] / lookout.share
    spans, count, load = _counted_amounts(amounts, events, lookout)
    paced = spans[1:-1] * lookout.scale
    total = paced.sum(axis=0)
    # A way that leaves a stock has at least the rate of a count of zero; reinforcements have not.
    if source != OUTSIDE:
        total = total + _unseen_amount(count, load, f"{source} {sink} {mode}", seed) * lookout.scale
    return _Way(
        flow=Flow(source, sink, total / lookout.look_back),
        mode=mode,
        moved=moved.sum(axis=0),
        weekly=paced,
        load=load,
        amounts=amounts,
    )


def _unseen_flows(ways: Sequence[_Way], nodes: int, lookout: _Lookout) -> list[Flow]:
    """A way out, at the pace of a count of zero, of each stock that nothing is known to leave."""
    largest = np.zeros(lookout.draws)
    for way in ways:
        if way.flow.source != OUTSIDE:
            largest = np.maximum(largest, way.load)
    leaving = {way.flow.source for way in ways if way.flow.rate.any()}
    none = np.zeros(lookout.draws)
    flows = []
    for node in range(nodes):
        if node not in leaving:
            unseen = _unseen_amount(none, largest, f"{node}", lookout.seed)
            flows.append(Flow(node, OUTSIDE, unseen * lookout.scale / lookout.look_back))
    return flows


def _left_out_notes(stocks: StockPlaces, left_out: Sequence[FlowEvent]) -> Iterator[str]:
    """Events that were left out, and the places that have no stock."""
    if not left_out:
        return
    missing = sorted({name for event in left_out for name in stocks.without_stock(event)})
    ids = few([event.event_id for event in left_out])
    yield (
        f"no stock was given for {few(missing)}, so what went from or to there is left out "
        f"({ids}); give it one, or one for 'elsewhere'"
    )


def _amount_notes(ways: Sequence[_Way], measure: Measure) -> Iterator[str]:
    """Priors used for the amounts, and events without a number."""
    for way in ways:
        yield from way.amounts.notes
        if way.amounts.uncounted:
            yield f"no number of {measure} was published, nothing added for: {few(way.amounts.uncounted)}"


def _add_transfer(total: Floats, source: int, sink: int, amount: Floats) -> None:
    """Add what went from one stock to another to the net outflow of both."""
    if source != OUTSIDE:
        total[source] += amount
    if sink != OUTSIDE:
        total[sink] -= amount


def _unseen_amount(count: Floats, load: Floats, way: str, seed: int) -> Floats:
    """What lifts a count below one half to a count of zero, which is read as Gamma(1/2, 1) movements; shape (draws,).

    It is Gamma(1/2 - n, 1), which fades as the last movement leaves the days looked back upon. The load is the largest
    that a movement of this way had, so that one more movement before these days takes nothing from it.
    """
    from scipy.special import gammaincinv

    amount = np.zeros(count.size)
    low = count < 0.5
    levels = uniforms(seed, "withdrawal", f"silence {way}", count.size)[low]
    amount[low] = gammaincinv(0.5 - count[low], levels) * load[low]
    return amount


def short_record_gsd(days: float) -> float:
    """How far the mean of a record shorter than a week may lie from that of a week: geometric standard deviation.

    The log rate of one week scatters by `LEVEL.report_sd` about the pace, and the mean of a part of it by more.
    """
    missing = max(7 / days - 1, 0.0)
    return math.exp(LEVEL.report_sd * math.sqrt(missing))


def _short_record_doubt(days: float, draws: int, seed: int) -> Floats:
    """Factor on the mean of a short record, log-normal with median 1, shape (draws,)."""
    from scipy.special import ndtri

    level = uniforms(seed, "withdrawal", "short record", draws)
    # Cut off the ends, where the normal quantile is infinite.
    normal = ndtri(np.clip(level, 2.0**-54, 1 - 2.0**-53))
    return np.asarray(short_record_gsd(days) ** normal)


def weekly(moment: dt.datetime, look_back: int) -> list[dt.datetime]:
    """Edges of equal spans of about a week up to a moment."""
    spans = max(round(look_back / 7), 1)
    days_before = [look_back * (spans - i) / spans for i in range(spans)]
    return [*(moment - dt.timedelta(days=days) for days in days_before), moment]


def _counted_amounts(
    amounts: Flows, events: Sequence[FlowEvent], lookout: _Lookout
) -> tuple[Floats, Floats, Floats]:
    """What would have gone in each span at the rate behind it; the count without the outer spans; and the largest load.

    Shapes (spans, draws), (draws,) and (draws,). A count of n is read as Gamma(n, 1), whose mean is n: two sailings say
    little of the pace. Each event has its own, which add up to that of their sum, so that one more event takes nothing
    from another; beyond `_EACH` events, where counting adds little doubt, they have one together. An event without a
    count is one movement.
    """
    edges, draws, seed = lookout.edges, lookout.draws, lookout.seed
    counts = prepare(events, measure="movements")
    total = np.zeros((len(edges) - 1, draws))
    seen, load = np.zeros(draws), np.zeros(draws)
    for name, rows, counted in _parts_to_count(amounts, counts):
        amount = amounts.draws(edges, draws=draws, seed=seed, only=rows)
        count = counts.draws(edges, draws=draws, seed=seed, only=counted)
        if counted:
            seen += count[1:-1].sum(axis=0)
        else:
            seen += amount[1:-1].any(axis=0)
        each = amount.sum(axis=0) / np.maximum(count.sum(axis=0), 1.0)
        load = np.maximum(load, each)
        total += _with_count_doubt(amount, count, name, lookout)
    return total, seen, load


def _parts_to_count(amounts: Flows, counts: Flows) -> Iterator[tuple[str, list[int], list[int]]]:
    """Name of each part that has a doubt of its own, its rows in the amounts and in the counts."""
    if len(amounts.events) > _EACH:
        rows, counted = range(len(amounts.events)), range(len(counts.events))
        yield "all", list(rows), list(counted)
        return
    row_of = {event.event_id: row for row, event in enumerate(counts.events)}
    for row, event in enumerate(amounts.events):
        own = [row_of[event.event_id]] if event.event_id in row_of else []
        yield event.event_id, [row], own


def _with_count_doubt(amount: Floats, count: Floats, name: str, lookout: _Lookout) -> Floats:
    """The amount of each span times Gamma(n, 1) / n, n being the count of that span; shape (spans, draws)."""
    from scipy.special import gammaincinv

    for span in np.flatnonzero((count > 0).any(axis=1)):
        some = count[span] > 0
        n = count[span, some]
        # Addressed by event and day, so that no draw depends on what else is in the record.
        entity = f"{name} {lookout.edges[int(span)]:%Y-%m-%d}"
        level = uniforms(lookout.seed, "withdrawal rate", entity, lookout.draws)[some]
        amount[span, some] *= gammaincinv(n, level) / n
    return amount
