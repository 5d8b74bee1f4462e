"""What the report says: every estimate it shows, its headlines, and the claims behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..dates import end_of
from ..errors import EstimateError, EventError, ForceflowError
from ..evidence.events import FlowEvent
from ..evidence.reports import Claim, Report
from ..evidence.tables.event_frames import as_events
from ..flows.event_draws import Measure, main_direction
from ..flows.leading_measure import leading_measure
from ..flows.rate import Rate, estimate_rate
from ..flows.tonnage import estimate_tonnage
from ..lift.bridges.amounts import Amount, as_quantity, check_bridge
from ..lift.capacity.airlift import AirBridge, airlift_capacity
from ..lift.capacity.capacity import Capacity
from ..modes import ModeId
from ..plots.text import worded
from ..quantity import Quantity
from ..results.arguments import check_asked
from ..results.estimate import Estimate, few
from ..results.range import Range
from ..withdrawal.ceilings import ceiling_notes
from ..withdrawal.depletion import STALL
from ..withdrawal.result import day_words
from ..withdrawal.withdrawal import Withdrawal, estimate_withdrawal
from ..world import route
from ..world.geography.routes import Route
from .assumptions import (
    FLOOR_SHARE,
    STOCK,
    Assumption,
    flies_the_bridge,
    flow_assumptions,
    hmeimim_khadim_bridge,
    read_stock,
    stock_or_prior,
    withdrawal_assumptions,
)
from .contradictions import Disagreement, disagreements
from .scenarios import ScenarioRow, asked_scenarios, scenario_rows

if TYPE_CHECKING:
    pass

__all__ = ["STOCK", "WAYS", "Assumption", "Findings", "Headline", "find"]

T = TypeVar("T")

STAGES = ("tonnage", "rate", "withdrawal", "capacity", "people", "routes")
"""Steps of `find`, in order, as told to `progress`."""


WAYS = {
    "outbound": ("out", "Moved out", "left the theatre", "People brought out"),
    "inbound": ("in", "Brought in", "came in", "People brought in"),
    "internal": ("inside", "Moved inside", "moved inside the theatre", "People moved inside"),
    "external": ("moved", "Moved", "moved", "People moved"),
}
"""By direction: its word in the anchors, its head, what it does, and its head for people."""

RATED = {"movements": "Movements", "personnel": "People", "vehicles": "Vehicles"}
"""By measure of the rate: its head."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A number of the summary with its range and what it rests on.

    Parameters
    ----------
    key, label
        Its anchor in the report, and its name.
    value
        As printed, range and unit included.
    low, middle, high, unit
        The same as numbers; None where it is no number.
    section
        Anchor of the section that shows it.
    claims, events
        Ids of the movement claims and of the events it rests on.
    note
        What a reader must know with it.
    """

    key: str
    label: str
    value: str
    section: str
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    unit: str = ""
    claims: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the report shows; a stage that could not be answered is None and stands in `missing` with the reason.

    `routes` has the way of each event by its id; `scenarios` begins with the headline. `direction` is that of tonnage,
    rate and people.
    """

    events: tuple[FlowEvent, ...]
    reports: tuple[Report, ...]
    tonnage: Estimate | None
    rate: Rate | None
    withdrawal: Withdrawal | None
    capacity: Capacity | None
    people: Estimate | None
    vehicles: Estimate | None
    routes: Mapping[str, Route]
    scenarios: tuple[ScenarioRow, ...]
    headlines: tuple[Headline, ...]
    assumptions: tuple[Assumption, ...]
    missing: dict[str, str]
    direction: str
    seed: int
    coverage: float
    draws: int

    @property
    def claims(self) -> tuple[tuple[Claim, Report], ...]:
        """Every claim of every report, in order of report and claim."""
        return tuple((claim, report) for report in self.reports for claim in report.claims)

    @property
    def basis(self) -> str:
        """How many claims and reports there are; of figures without claims, who published them."""
        sources = sorted({name for event in self.events for name in event.sources})
        if self.claims or not sources:
            return f"{len(self.claims)} claims in {len(self.reports)} reports"
        return f"own figures from {len(sources)} sources: {few(sources)}"

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Claims that cannot all hold as they stand, as far as no conflict of an event holds both."""
        held = [set(event.claims) for event in self.events if event.conflicts]
        found = disagreements(self.reports)
        return tuple(
            pair
            for pair in found
            if not any({claim.id for claim in pair.claims} <= ids for ids in held)
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all estimates, each once."""
        parts = (self.tonnage, self.rate, self.withdrawal, self.people)
        return tuple(
            dict.fromkeys(note for part in parts if part is not None for note in part.notes)
        )


def find(
    events: Any,
    *,
    reports: Iterable[Report] | None = None,
    direction: str | None = None,
    stock: Amount | None = None,
    stock_t: Amount | None = None,
    floor_t: float = 0.0,
    stall: Amount = STALL,
    as_of: Any = None,
    bridge: AirBridge | None = None,
    coverage: float = 0.9,
    draws: int = 20_000,
    seed: int = 7,
    progress: Callable[[str], None] | None = None,
) -> Findings:
    """Make every estimate the report shows.

    Parameters
    ----------
    events
        Flow events, or a frame with their columns.
    reports
        The reports they were merged from; by default those they carry.
    direction
        Of the tonnage, rate and people shown; by default outbound where anything goes out, or else what most events
        have.
    stock, stock_t, floor_t, stall, as_of
        As in `estimate_withdrawal`; without a stock, and of a stock in another measure than the one that leads, see
        `stock_or_prior`.
    bridge
        An air bridge whose capacity is shown; by default Hmeimim to al-Khadim when the events fly there.
    coverage, draws, seed
        As in `estimate_tonnage`.
    progress
        Called with the name of each of `STAGES` when it begins.

    Raises
    ------
    EstimateError
        There are no events, or an argument is out of bounds or cannot be read; nothing is made then.
    """
    _check_arguments(stock_t, floor_t, stall, as_of, bridge)
    check_asked(coverage=coverage, draws=draws, seed=seed)
    chosen = as_events(events)
    if not chosen:
        raise EstimateError("no events, so there is nothing to report")
    way = main_direction(chosen) if direction is None else direction
    if way not in WAYS:
        raise EstimateError(f"direction {way!r} is none of {', '.join(WAYS)}")
    known = _reports_behind(chosen, reports)
    tell = progress or (lambda stage: None)
    missing: dict[str, str] = {}

    def attempt(stage: str, make: Callable[[], T]) -> T | None:
        tell(stage)
        try:
            return make()
        except EstimateError as error:
            missing[stage] = str(error)
            return None

    common: dict[str, Any] = {"coverage": coverage, "draws": draws, "seed": seed}
    lead = leading_measure(event for event in chosen if event.direction == way)
    pace: Measure = "movements" if lead == "tonnes" else lead
    tonnage = attempt(
        "tonnage", lambda: estimate_tonnage(chosen, by="mode", direction=way, **common)
    )
    rate = attempt("rate", lambda: estimate_rate(chosen, measure=pace, direction=way, **common))
    given = read_stock(stock, stock_t)
    terms: dict[str, Any] = {
        "given": given,
        "lead": lead,
        "floor_t": floor_t,
        "stall": stall,
        "as_of": as_of,
    }
    forecast = attempt("withdrawal", lambda: _forecast(chosen, **terms, **common))
    left = forecast.withdrawal if forecast is not None else None
    assumptions = [*forecast.assumptions] if forecast is not None else []
    more: Sequence[Assumption] = ()
    if bridge is None and flies_the_bridge(chosen):
        bridge, more = hmeimim_khadim_bridge()
    counted = {name for part in (tonnage, rate, left) if part is not None for name in part.events}
    used = [event for event in chosen if event.event_id in counted]
    assumptions += [*flow_assumptions(used, known, bridge=bridge), *more]
    capacity = None
    if bridge is not None:
        air = bridge
        capacity = attempt("capacity", lambda: airlift_capacity(air, coverage=coverage, seed=seed))
    else:
        tell("capacity")
        missing["capacity"] = (
            "no air bridge was given; in a notebook write_report(..., bridge=AirBridge(...)), at the command line ask "
            "for the bridge itself: forceflow capacity FROM TO --fleet TYPE=COUNT --onload SPOTS --offload SPOTS"
        )
    if capacity is not None:
        capacity = replace(capacity, notes=(*capacity.notes, *ceiling_notes(capacity, chosen)))
    people = attempt(
        "people", lambda: estimate_tonnage(chosen, measure="personnel", direction=way, **common)
    )
    vehicles = None
    if lead == "vehicles":
        vehicles = estimate_tonnage(chosen, measure="vehicles", direction=way, **common)
    tell("routes")
    routes = _routes(chosen, missing)
    return Findings(
        events=chosen,
        reports=known,
        tonnage=tonnage,
        rate=rate,
        withdrawal=left,
        capacity=capacity,
        people=people if people is not None and people.events else None,
        vehicles=vehicles,
        routes=routes,
        scenarios=forecast.scenarios if forecast is not None else (),
        headlines=_led(
            lead,
            _headlines(
                way,
                chosen,
                tonnage if lead == "tonnes" else None,
                rate,
                forecast,
                capacity,
                people,
                vehicles,
                assumptions,
            ),
            direction=way,
        ),
        assumptions=tuple(assumptions),
        missing=missing,
        direction=way,
        seed=seed,
        coverage=coverage,
        draws=draws,
    )


def _check_arguments(stock_t: Any, floor_t: Any, stall: Any, as_of: Any, bridge: Any) -> None:
    """Refuse a wrong argument before anything is made: later it would look like a question without an answer."""
    if as_of is not None:
        end_of(as_of, name="as_of", error=EstimateError)
    if stock_t is not None and not as_quantity(stock_t, name="stock_t", unit="t").ends[1] > 0:
        raise EstimateError(f"stock_t must be above 0 t, got {stock_t!r}")
    as_quantity(floor_t, name="floor_t", unit="t")
    as_quantity(stall, name="stall", unit="share", most=1.0)
    if bridge is not None:
        check_bridge(bridge, AirBridge, call="write_report")


def _led(lead: str, headlines: Iterable[Headline], *, direction: str) -> tuple[Headline, ...]:
    """The headlines, what was published most first."""
    first = {"personnel": "people", "vehicles": "vehicles"}.get(lead, WAYS[direction][0])
    every = tuple(headlines)
    return (
        every
        if lead == "tonnes"
        else tuple(sorted(every, key=lambda headline: headline.key != first))
    )


@dataclass(frozen=True, slots=True)
class _Forecast:
    """The withdrawal, its scenarios as rows, what is taken as given, and how much of "never" that is."""

    withdrawal: Withdrawal
    scenarios: tuple[ScenarioRow, ...]
    assumptions: list[Assumption]
    never_by_pace: float
    stall: Quantity

    @property
    def never_is_prior(self) -> bool:
        """Whether most of "never" is the chance of a stall, a prior that only silence raises."""
        return self.never_by_pace < 0.5 * self.withdrawal.stall_probability

    def never(self) -> str:
        """Where the chance of never comes from, and how to change it."""
        given = "a prior, without a count behind it" if self.stall is STALL else "as given"
        spread = f"{self.stall.low:.0%} to {self.stall.high:.0%}, most likely {self.stall.best:.0%}"
        return (
            f"With nothing to stop it for good it would be {self.never_by_pace:.0%}, all that the reports bear on. The "
            f"rest is the chance of a stall ({spread}: {given}), which reports only raise by their silence; "
            "to change it, stall=(low, best, high) for write_report and estimate_withdrawal, or --stall."
        )


_FREE = "nothing stops it"


def _forecast(
    events: Sequence[FlowEvent],
    *,
    given: tuple[Quantity, Measure] | None,
    lead: Measure,
    floor_t: float,
    stall: Amount,
    **rest: Any,
) -> _Forecast:
    """Forecast the withdrawal, its scenarios, and the same with no chance of a stall."""
    if not any(event.direction == "outbound" and not event.is_empty for event in events):
        raise EstimateError(
            "nothing is reported to have gone out, so there is no withdrawal to forecast; of what did go out, say so "
            "in the column `direction` of the events"
        )
    stock, measure = stock_or_prior(events, given, lead=lead)
    chance = Quantity.of(stall, unit="share")
    floor = FLOOR_SHARE.times(stock.best, unit=stock.unit)
    asked = asked_scenarios(events, floor=floor) if floor.high < stock.high else {}
    rest["floor_t" if measure == "tonnes" else "floor"] = floor_t
    every = estimate_withdrawal(
        events,
        stock=stock,
        measure=measure,
        stall=chance,
        scenarios={**asked, _FREE: {"stall": 0.0}},
        **rest,
    )
    told = dict(every.scenarios)
    free = told.pop(_FREE)
    left = replace(every, scenarios=told)
    shown = floor if asked else None
    taken = withdrawal_assumptions(
        left, stock, stock_is_prior=given is None, stall=chance, floor=shown
    )
    return _Forecast(left, tuple(scenario_rows(left, asked)), taken, free.stall_probability, chance)


def _reports_behind(
    events: Sequence[FlowEvent], reports: Iterable[Report] | None
) -> tuple[Report, ...]:
    """Reports given, or those the events were merged from, as far as they hold claims.

    Raises
    ------
    EventError
        Two different reports have one id.
    """
    if reports is not None:
        return tuple(sorted(reports, key=lambda report: report.id))
    made = {
        id(event.provenance): event.provenance for event in events if event.claims or event.related
    }
    found: dict[str, Report] = {}
    for report in (
        report
        for one in made.values()
        if one is not None
        for report in one.reports
        if report.claims
    ):
        if found.setdefault(report.id, report) != report:
            raise EventError(
                f"the events were merged from two different reports with the id {report.id!r}; give one of them "
                "another id, or pass the reports of the page with reports="
            )
    return tuple(found[name] for name in sorted(found))


def _routes(events: Sequence[FlowEvent], missing: dict[str, str]) -> dict[str, Route]:
    """Way of each event by its id; events on the same way share it."""
    found: dict[str, Route] = {}
    ways: dict[tuple[str, ...], Route] = {}
    failed: dict[str, list[str]] = {}
    for event in events:
        key = (event.mode, event.origin, event.destination, *event.via)
        try:
            if key not in ways:
                ways[key] = route(
                    event.origin, event.destination, mode=cast("ModeId", event.mode), via=event.via
                )
            found[event.event_id] = ways[key]
        except ForceflowError as error:
            failed.setdefault(str(error), []).append(event.event_id)
    missing |= {f"route of {few(ids)}": why for why, ids in failed.items()}
    return found


def _headlines(
    way: str,
    events: Sequence[FlowEvent],
    tonnage: Estimate | None,
    rate: Rate | None,
    forecast: _Forecast | None,
    capacity: Capacity | None,
    people: Estimate | None,
    vehicles: Estimate | None,
    assumptions: Iterable[Assumption],
) -> Iterable[Headline]:
    by_id = {event.event_id: event for event in events}

    def behind(ids: Iterable[str]) -> dict[str, Any]:
        ids = tuple(ids)
        return {
            "events": ids,
            "claims": tuple(sorted({c for name in ids for c in by_id[name].claims})),
        }

    word, moved, _, carried = WAYS[way]
    left = forecast.withdrawal if forecast is not None else None
    if tonnage is not None:
        for mode, total in (
            zip(tonnage.groups, tonnage.group_totals, strict=True)
            if len(tonnage.groups) > 1
            else ()
        ):
            used = [name for name in tonnage.events if by_id[name].mode == mode]
            yield _from_range(
                f"{word}-by-{mode}", f"{moved} by {mode}", total, "tonnage", **behind(used)
            )
        note = next(
            (
                f"{note[:1].upper()}{note[1:]}."
                for note in tonnage.notes
                if note.startswith("no tonnes pub")
            ),
            "",
        )
        yield _from_range(
            word, f"{moved}, in all", tonnage.total, "tonnage", note=note, **behind(tonnage.events)
        )
    if people is not None and people.events:
        note = "Published counts only; flights whose people nobody counted add nothing."
        yield _from_range(
            "people", carried, people.total, "tonnage", note=note, **behind(people.events)
        )
    if vehicles is not None:
        note = "Published counts, and columns that nobody counted by a prior."
        label = f"Vehicles {WAYS[way][1].lower()}"
        yield _from_range(
            "vehicles", label, vehicles.total, "tonnage", note=note, **behind(vehicles.events)
        )
    if rate is not None:
        key = next(name for name in RATED if name in rate.measure)
        yield _from_range(
            key if key == "movements" else "rate",
            f"{RATED[key]} {word}".removesuffix(" moved"),
            rate.per_day,
            "rate",
            **behind(rate.events),
        )
    if left is not None:
        yield _from_range(
            "net",
            "Rate of withdrawal",
            left.net_per_day,
            "withdrawal",
            note="Outbound less inbound, mean of the last weeks before the forecast.",
            **behind(left.events),
        )
    if capacity is not None:
        told = {claim for event in events for claim in event.claims}
        hints = {claim for assumption in assumptions for claim in assumption.claims}
        yield _from_range(
            "capacity",
            f"Air bridge {capacity.origin} to {capacity.destination} could carry",
            capacity.tonnes_per_day,
            "capacity",
            claims=tuple(sorted(hints & told)),
            note=f"A capacity, not a flow; {capacity.bottleneck} binds.",
        )
    if left is not None and forecast is not None:
        yield _completion(left, behind(left.events))
        yield Headline(
            "stall",
            f"Never complete{' (mostly a prior)' if forecast.never_is_prior else ''}",
            f"{left.stall_probability:.0%} of draws",
            "withdrawal",
            middle=left.stall_probability,
            unit="share",
            note=forecast.never(),
            **behind(left.events),
        )


def _from_range(key: str, label: str, value: Range, section: str, **more: Any) -> Headline:
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


def _completion(left: Withdrawal, behind: dict[str, Any]) -> Headline:
    tail = (1 - left.coverage) / 2
    words = [day_words(left, q).removeprefix("by ") or "never" for q in (tail, 0.5, 1 - tail)]
    return Headline(
        "completion",
        "Withdrawal complete",
        f"{words[1]} ({words[0]} to {words[2]})",
        "withdrawal",
        note="Middle is the day by which half of the draws are complete, if the net outflow went on.",
        **behind,
    )
