"""Stocks and what moves between them: the theatre as one stock, or one for each place named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..kernels.philox import uniforms
from ..world import find_place
from .completion import OUTSIDE, Flow
from .flows import Flows, Measure, prepare
from .rate import Detection
from .result import few

__all__ = ["REST", "Record", "read_record", "weekly"]

REST = ("interior positions", "elsewhere", "rest", "the rest", "rest of the theatre", "other places")
"""Names in a stock by place for all places of the theatre that it does not name, whatever the theatre."""

_EACH = 64
_BEFORE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_AFTER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
_REST = ""

Floats = NDArray[np.float64]


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
    used, notes
        Events that carry a number, and what to tell the reader.
    """

    flows: tuple[Flow, ...]
    modes: tuple[str, ...]
    moved: Floats
    gone: Floats
    since: float
    used: tuple[FlowEvent, ...]
    notes: tuple[str, ...]

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

    def still(self, node: int) -> bool:
        """Whether nothing was seen to leave a stock."""
        return all(flow.source != node or not flow.rate.any() for flow in self.flows)


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
        stock with one of the names in `REST`, where there is one. Who is inside is said by the direction of an event.

    Notes
    -----
    An event that reaches beyond the moment counts by what its window allows up to it: a stream by its share, one
    unknown moment by its chance.
    """
    groups: dict[tuple[int, int, str], list[FlowEvent]] = {}
    nodes = _nodes(places)
    for event in events:
        source, sink = _ends(event, nodes)
        if source != sink:
            groups.setdefault((source, sink, event.mode), []).append(event)
    share = detection.draw(draws, seed=seed) if detection is not None else np.ones(draws)
    edges = [_BEFORE, *weekly(moment, look_back), _AFTER]
    moved = np.zeros((max(len(places), 1), draws))
    gone = np.zeros((len(edges) - 3, draws))
    flows, used, notes = [], dict[str, FlowEvent](), dict[str, None]()
    for (source, sink, _), mine in sorted(groups.items()):
        amounts = prepare(mine, measure=measure)
        amount = amounts.draws(edges, draws=draws, seed=seed)[:-1] / share
        paced = _posterior(amounts, mine, edges, draws, seed)[1:-1] / share
        flows.append(Flow(source, sink, paced.sum(axis=0) / look_back))
        gone += paced if sink == OUTSIDE else 0.0
        for node, sign in ((source, 1.0), (sink, -1.0)):
            if node != OUTSIDE:
                moved[node] += sign * amount.sum(axis=0)
        notes |= dict.fromkeys(amounts.notes)
        if amounts.uncounted:
            notes[f"no number of {measure} was published, nothing added for: {few(amounts.uncounted)}"] = None
        used |= {event.event_id: event for event in amounts.events}
    return Record(
        flows=tuple(flows),
        modes=tuple(mode for _, _, mode in sorted(groups)),
        moved=moved,
        gone=gone,
        since=float(look_back),
        used=tuple(used.values()),
        notes=tuple(notes),
    )


def weekly(moment: dt.datetime, look_back: int) -> list[dt.datetime]:
    """Edges of equal spans of about a week up to a moment."""
    spans = max(round(look_back / 7), 1)
    return [moment - dt.timedelta(days=look_back * (spans - i) / spans) for i in range(spans)] + [moment]


def _posterior(
    amounts: Flows, events: Sequence[FlowEvent], edges: Sequence[dt.datetime], draws: int, seed: int
) -> Floats:
    """What would have gone in each span at the rate behind it, shape (spans, draws).

    A count of n is read as Gamma(n, 1), whose mean is n: two sailings say little of the pace. Each event has its own,
    which add up to that of their sum, so that one more event takes nothing from another; beyond `_EACH` events, where
    counting adds little doubt, they have one together.
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
    out = np.zeros((len(edges) - 1, draws))
    for name, rows, counted in parts:
        amount = amounts.draws(edges, draws=draws, seed=seed, only=rows)
        count = counts.draws(edges, draws=draws, seed=seed, only=counted)
        for span in np.flatnonzero((count > 0).any(axis=1)):
            some = count[span] > 0
            n = count[span, some]
            u = uniforms(seed, "withdrawal rate", f"{name} {edges[int(span)]:%Y-%m-%d}", draws)[some]
            amount[span, some] *= gammaincinv(n, u) / n
        out += amount
    return out


def _nodes(places: Sequence[str]) -> dict[str, int]:
    """Stocks by the id of their place; the rest of the theatre has no id."""
    nodes: dict[str, int] = {}
    for row, name in enumerate(places):
        place = _place_or_rest(name)
        if place in nodes:
            raise EstimateError(f"the stock names one place twice: {places[nodes[place]]!r} and {name!r}")
        nodes[place] = row
    return nodes


def _place_or_rest(name: str) -> str:
    if " ".join(str(name).split()).casefold() in REST:
        return _REST
    place = find_place(name).id
    return _REST if place == find_place(REST[0]).id else place


def _ends(event: FlowEvent, nodes: Mapping[str, int]) -> tuple[int, int]:
    """Stocks an event leaves and reaches; which of its ends lie inside is said by its direction."""
    if not nodes:
        return {"outbound": (0, OUTSIDE), "inbound": (OUTSIDE, 0)}.get(event.direction, (OUTSIDE, OUTSIDE))
    inside = event.direction in ("outbound", "internal"), event.direction in ("inbound", "internal")
    rest = nodes.get(_REST, OUTSIDE)
    source, sink = (
        nodes.get(place, rest if here else OUTSIDE)
        for place, here in zip((event.origin, event.destination), inside, strict=True)
    )
    return source, sink
