"""The numbers of the summary, each with its range and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Any

from ..plots.text import worded
from ..results.range import Range
from ..withdrawal.result import day_words
from ..withdrawal.withdrawal import Withdrawal
from .findings import RATED, WAYS, Findings, Headline
from .forecast import Forecast

__all__ = ["make_headlines"]


def make_headlines(
    findings: Findings, forecast: Forecast | None, lead: str
) -> tuple[Headline, ...]:
    """The headlines, what was published most first."""
    rows = (
        *_tonnage_lines(findings, lead),
        *_load_lines(findings),
        *_pace_lines(findings),
        *_capacity_lines(findings),
        *_completion_lines(findings, forecast),
    )
    if lead == "tonnes":
        return rows
    first = {"personnel": "people", "vehicles": "vehicles"}.get(lead, WAYS[findings.direction][0])
    return tuple(sorted(rows, key=lambda headline: headline.key != first))


def _claims_behind(findings: Findings, ids: Iterable[str], mode: str = "") -> dict[str, Any]:
    """Events with these ids, of one mode or of all, and the movement claims they were merged from."""
    by_id = {event.event_id: event for event in findings.events}
    names: list[str] = []
    claims: set[str] = set()
    for name in ids:
        event = by_id[name]
        if mode in ("", event.mode):
            names.append(name)
            claims.update(event.claims)
    return {"events": tuple(names), "claims": tuple(sorted(claims))}


def _tonnage_lines(findings: Findings, lead: str) -> Iterator[Headline]:
    """Tonnes by mode and in all; people or vehicles that were published stand for themselves."""
    tonnage = findings.tonnage
    if tonnage is None or lead != "tonnes":
        return
    word, moved, _, _ = WAYS[findings.direction]
    # One mode alone would give the same line as the total below.
    if len(tonnage.groups) > 1:
        for mode, total in zip(tonnage.groups, tonnage.group_totals, strict=True):
            behind = _claims_behind(findings, tonnage.events, mode)
            yield _line_of(f"{word}-by-{mode}", f"{moved} by {mode}", total, "tonnage", **behind)
    # Where no tonnes were published that is the first thing to know of the total.
    note = ""
    for said in tonnage.notes:
        if said.startswith("no tonnes pub"):
            note = f"{said[:1].upper()}{said[1:]}."
            break
    behind = _claims_behind(findings, tonnage.events)
    yield _line_of(word, f"{moved}, in all", tonnage.total, "tonnage", note=note, **behind)


def _load_lines(findings: Findings) -> Iterator[Headline]:
    """People, and vehicles where these were published."""
    _, moved, _, carried = WAYS[findings.direction]
    if (people := findings.people) is not None:
        note = "Published counts only; flights without a count of people add nothing."
        behind = _claims_behind(findings, people.events)
        yield _line_of("people", carried, people.total, "tonnage", note=note, **behind)
    if (vehicles := findings.vehicles) is not None:
        note = "Published counts; columns without a count enter by a prior."
        label = f"Vehicles {moved.lower()}"
        behind = _claims_behind(findings, vehicles.events)
        yield _line_of("vehicles", label, vehicles.total, "tonnage", note=note, **behind)


def _pace_lines(findings: Findings) -> Iterator[Headline]:
    """The rate of what was published, and the net rate of the withdrawal."""
    word = WAYS[findings.direction][0]
    if (rate := findings.rate) is not None:
        measure = next(name for name in RATED if name in rate.measure)
        key = {"movements": "movements"}.get(measure, "rate")
        label = f"{RATED[measure]} {word}".removesuffix(" moved")
        yield _line_of(key, label, rate.per_day, "rate", **_claims_behind(findings, rate.events))
    if (left := findings.withdrawal) is not None:
        yield _line_of(
            "net",
            "Rate of withdrawal",
            left.net_per_day,
            "withdrawal",
            note="Outbound less inbound, mean of the last weeks before the forecast.",
            **_claims_behind(findings, left.events),
        )


def _capacity_lines(findings: Findings) -> Iterator[Headline]:
    """What the bridge could carry; it rests on assumptions, so only claims that hint at them are behind it."""
    capacity = findings.capacity
    if capacity is None:
        return
    used = set(chain.from_iterable(map(attrgetter("claims"), findings.events)))
    hints = set(chain.from_iterable(map(attrgetter("claims"), findings.assumptions)))
    yield _line_of(
        "capacity",
        f"Air bridge {capacity.origin} to {capacity.destination} could carry",
        capacity.tonnes_per_day,
        "capacity",
        claims=tuple(sorted(hints & used)),
        note=f"A capacity, not a flow; {capacity.bottleneck} binds.",
    )


def _completion_lines(findings: Findings, forecast: Forecast | None) -> Iterator[Headline]:
    """When it would be complete, and how likely never is."""
    if forecast is None:
        return
    left = forecast.withdrawal
    behind = _claims_behind(findings, left.events)
    yield Headline(
        "completion",
        "Withdrawal complete",
        _completion_words(left),
        "withdrawal",
        note="Middle is the day by which half of the draws are complete, if the net outflow went on.",
        **behind,
    )
    # Reports bear on the pace alone; a reader must see when the number is mostly the prior on a stall.
    label = "Never complete"
    if forecast.never_is_prior:
        label += " (mostly a prior)"
    yield Headline(
        "stall",
        label,
        f"{left.stall_probability:.0%} of draws",
        "withdrawal",
        middle=left.stall_probability,
        unit="share",
        note=forecast.never_words,
        **behind,
    )


def _completion_words(left: Withdrawal) -> str:
    """The middle day and the ends of the range; an end beyond the horizon is "never"."""
    tail = (1 - left.coverage) / 2
    days = []
    for share in (tail, 0.5, 1 - tail):
        days.append(day_words(left, share).removeprefix("by ") or "never")
    first, middle, last = days
    return f"{middle} ({first} to {last})"


def _line_of(key: str, label: str, value: Range, section: str, **more: Any) -> Headline:
    """A headline from a range."""
    return Headline(
        key,
        label,
        worded(str(value)),
        section,
        value.low,
        value.middle,
        value.high,
        value.unit,
        **more,
    )
