"""From the drawn courses to what the reader gets: probabilities, ranges, and notes in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np

from ..arrays import Floats
from ..flows.event_selection import claims_of
from ..quantity import Quantity
from ..results.estimate import few
from ..results.range import Range
from .depletion import DRIFT_GSD_PER_MONTH, LOOK_BACK_DAYS, Course, silence_odds
from .known_record import KnownRecord
from .pace_checks import below_pace
from .result import Withdrawal, day_before
from .stock_courses import Depletion
from .stock_network import short_record_gsd

__all__ = ["contradictions", "describe", "describe_places"]

_SILENT_DAYS = 14
_WORTH_A_NOTE = 0.01
_OVER = "more had left"


def describe(depletion: Depletion, known: KnownRecord) -> Withdrawal:
    """What becomes of all stocks together."""
    moved = depletion.record.moved
    return _describe_stock(
        "",
        depletion.courses[0],
        depletion,
        known,
        there=depletion.stocks.sum(axis=0),
        stays=depletion.floors.sum(axis=0),
        moved=moved.sum(axis=0),
        net=depletion.net.sum(axis=0),
    )


def describe_places(depletion: Depletion, known: KnownRecord) -> dict[str, Withdrawal]:
    """What becomes of each place; none where the stock is that of the theatre as a whole."""
    if known.by_place is None:
        return {}
    return {
        name: _describe_stock(
            name,
            depletion.courses[row + 1],
            depletion,
            known,
            there=depletion.stocks[row],
            stays=depletion.floors[row],
            moved=depletion.record.moved[row],
            net=depletion.net[row],
        )
        for row, name in enumerate(depletion.places)
    }


def _describe_stock(
    name: str,
    course: Course,
    depletion: Depletion,
    known: KnownRecord,
    *,
    there: Floats,
    stays: Floats,
    moved: Floats,
    net: Floats,
) -> Withdrawal:
    """What becomes of one stock, or of all together under no name."""
    request, used = known.request, depletion.record.used
    # In order, so that the chance by any day is one search.
    ordered = np.sort(course.days)
    days = np.arange(1, known.horizon_days + 1, dtype=np.float64)
    fan = [np.interp(days, course.grid, row) for row in course.fan]
    claims, reports = claims_of(used)
    excess = _excess_notes(name, there, stays, moved, known)

    def range_of(drawn: Floats, per: str = "") -> Range:
        return Range.of_draws(drawn, coverage=request.coverage, unit=request.unit + per)

    return Withdrawal(
        as_of=known.moment,
        dates=tuple(known.moment + dt.timedelta(days=float(day)) for day in days),
        probability=np.searchsorted(ordered, days, side="right") / request.draws,
        remaining_low=fan[0],
        remaining_middle=fan[1],
        remaining_high=fan[2],
        stall_probability=float(np.mean(np.isinf(course.days))),
        stock=range_of(there),
        floor=range_of(stays),
        moved=range_of(moved),
        net_per_day=range_of(net, "/day"),
        measure=request.measure,
        unit=request.unit,
        completion_days=ordered,
        coverage=request.coverage,
        draws=request.draws,
        seed=request.seed,
        claims=claims,
        events=tuple(event.event_id for event in used),
        reports=reports,
        notes=(*_notes_of(depletion, known), *excess),
        backend=known.backend,
        used=known.events,
    )


def contradictions(places: Mapping[str, Withdrawal]) -> tuple[str, ...]:
    """Notes of places that more had left than they held."""
    # The headline is complete when the last place is, so its reader must see which one contradicts the record.
    notes = (note for place in places.values() for note in place.notes)
    return tuple(note for note in notes if note.startswith(_OVER))


def _notes_of(depletion: Depletion, known: KnownRecord) -> tuple[str, ...]:
    """What the reader should know of all stocks: the record, the days looked back upon, the priors."""
    return (
        *depletion.record.notes,
        *_record_notes(known),
        *_quiet_places(depletion, known),
        *_redrawn_notes(depletion),
        *_plan_notes(depletion, known),
    )


def _record_notes(known: KnownRecord) -> Iterator[str]:
    """What was left out, how long nothing left, and over which days the rates are means."""
    if known.left_out:
        yield f"left out, nothing public by {day_before(known.moment)}: {few(known.left_out)}"
    if known.silent_days > _SILENT_DAYS:
        yield (
            f"the last movement out known by {day_before(known.moment)} ended {known.silent_days:.0f} days before; "
            "silence raises the odds that it has stopped for good, by a factor of "
            f"{silence_odds(known.silent_days):.2f}, though reports may merely have stopped"
        )
    if known.theatre.silent:
        yield (
            f"nothing was known to leave in the last {known.watched_days} days: the pace is that of a count of zero, "
            "about half a movement of each way in these days"
        )
    yield _look_back_note(known)
    doubt = short_record_gsd(known.watched_days)
    if doubt > 1:
        yield f"so few days say little of the pace: a factor of {doubt:.2f} of doubt was added"


def _look_back_note(known: KnownRecord) -> str:
    watched = known.watched_days
    if known.request.look_back is not None or watched >= LOOK_BACK_DAYS:
        return (
            f"the pace is the mean of the last {watched} days; another look_back= may give another"
        )
    days = "1 day" if watched == 1 else f"{watched} days"
    return (
        f"the record is {days} long, the pace their mean; look_back= says from "
        "when on it was watched"
    )


def _quiet_places(depletion: Depletion, known: KnownRecord) -> Iterator[str]:
    """The places that hold the headline up at the pace of a count of zero."""
    if depletion.places == ("",):
        return
    quiet = [depletion.places[row] for row in depletion.record.silent]
    if quiet:
        yield (
            f"nothing was seen to leave {', '.join(quiet)} in the last {known.watched_days} days: its pace is that of "
            "a count of zero, about half a movement of each way in these days"
        )


def _redrawn_notes(depletion: Depletion) -> Iterator[str]:
    if depletion.redrawn >= _WORTH_A_NOTE:
        yield (
            f"the stock bounds what can have left: in {depletion.redrawn:.0%} of the draws the published numbers "
            "allowed more, and were drawn again within the stock"
        )


def _plan_notes(depletion: Depletion, known: KnownRecord) -> Iterator[str]:
    """The ceiling and the priors of the plan."""
    plan, request = depletion.plan, known.request
    if plan.ceiling is None:
        yield (
            "no ceiling was given: no capacity bounds what leaves in a day "
            f"(ceiling_per_day, in {request.unit})"
        )
    else:
        yield from _low_ceiling(plan.ceiling, depletion.net.sum(axis=0), request.unit)
    # What happens next rests on these priors, so each is named.
    stall, slow = plan.stall, request.tail_pace
    yield (
        f"chance of a stall: {stall.low:.0%} to {stall.high:.0%}, most likely {stall.best:.0%} "
        "(prior)"
    )
    yield (
        f"the pace wanders by a factor of {plan.drift_gsd:g} in a month (as scored at "
        f"{DRIFT_GSD_PER_MONTH:g}); the last {request.tail_share:.0%} leaves at {slow.low:.0%} to {slow.high:.0%} of "
        "it (priors)"
    )


def _low_ceiling(ceiling: Quantity, net: Floats, unit: str) -> Iterator[str]:
    """A ceiling below the pace at which the record says that things left is a contradiction."""
    bound = Range(*ceiling.quantile([0.05, 0.5, 0.95]).tolist())
    pace = float(np.median(net))
    if pace > bound.middle:
        yield below_pace("what the ceiling allows", bound, pace, unit)


def _excess_notes(
    name: str, stock: Floats, kept: Floats, moved: Floats, known: KnownRecord
) -> Iterator[str]:
    """A stock that is less than what left it, or than what stays, is a contradiction."""
    where = f" {name}" if name else ""
    share = float(np.mean(moved > stock))
    if share >= _WORTH_A_NOTE:
        yield (
            f"{_OVER}{where} by {day_before(known.moment)} than the stock given in {share:.0%} of the draws: the stock "
            "is too small, or what came in was not reported; there it counts as empty"
        )
    share = float(np.mean((kept >= stock) & (stock > 0)))
    if share >= _WORTH_A_NOTE:
        yield f"the floor{where} is not below the stock{where} in {share:.0%} of the draws: nothing has to leave"
