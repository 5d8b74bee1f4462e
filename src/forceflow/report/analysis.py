"""What the report says: every estimate it shows, and why it shows no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ..dates import end_of
from ..errors import EstimateError, EventError, ForceflowError
from ..evidence.events import FlowEvent
from ..evidence.reports import Report
from ..evidence.tables.event_frames import as_events
from ..flows.event_draws import Measure
from ..flows.event_selection import main_direction
from ..flows.leading_measure import leading_measure
from ..flows.rate import estimate_rate
from ..flows.tonnage import estimate_tonnage
from ..lift.bridges.amounts import Amount, as_quantity, check_bridge
from ..lift.capacity.airlift import AirBridge, airlift_capacity
from ..lift.capacity.capacity import Capacity
from ..modes import ModeId
from ..results.arguments import check_asked
from ..results.estimate import few
from ..withdrawal.depletion import STALL
from ..withdrawal.pace_checks import ceiling_notes
from ..world import route
from ..world.geography.routes import Route
from .assumption import Assumption
from .assumptions import flow_assumptions
from .bridge import air_bridge, bridge_assumptions
from .case import Case
from .case_file import find_case, read_case
from .findings import WAYS, Findings, Headline
from .forecast import make_forecast
from .headlines import make_headlines
from .leg_findings import LegFindings, find_legs
from .scenarios import ScenarioRow
from .stock import read_stock
from .track_findings import TrackFindings, find_tracks

__all__ = ["STAGES", "WAYS", "Findings", "Headline", "find"]

T = TypeVar("T")

STAGES = ("tonnage", "rate", "withdrawal", "capacity", "people", "routes")
"""Steps of `find`, in order, as `progress` gets them."""


class _Stages:
    """Runs the steps of `find`; what could not be answered goes to `missing` with the reason."""

    def __init__(self, progress: Callable[[str], None] | None) -> None:
        self.progress = progress
        self.missing: dict[str, str] = {}

    def begin(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(stage)

    def attempt(self, stage: str, make: Callable[[], T]) -> T | None:
        """What `make` gives, or None where the question has no answer for these events."""
        self.begin(stage)
        try:
            return make()
        except EstimateError as error:
            self.missing[stage] = str(error)
            return None


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
    case: Case | str | Path | None = None,
    tracks: Any = None,
    calls: Any = None,
    legs: Any = None,
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
        An air bridge whose capacity is shown; by default that of the case, where the events fly it.
    case
        What the study assumes: a `Case`, or the path that `read_case` takes; by default the ``case.toml`` in the folder
        of the reports, if there is one.
    tracks, calls
        Tracks of ships and their port calls, as `find_tracks` takes them.
    legs
        Legs of aircraft, as `find_legs` takes them.
    coverage, draws, seed
        As in `estimate_tonnage`.
    progress
        Called with the name of each of `STAGES` when it begins, and with "tracks" and "legs" where there are any.

    Raises
    ------
    EstimateError
        There are no events, or an argument is out of bounds or cannot be read; nothing is made then.
    ReportError
        The case cannot be used.
    """
    _check_arguments(stock_t, floor_t, stall, as_of, bridge)
    check_asked(coverage=coverage, draws=draws, seed=seed)
    chosen = as_events(events)
    way = _read_direction(chosen, direction)
    known = _reports_behind(chosen, reports)
    study = _case_behind(case, known)
    stages = _Stages(progress)
    common: dict[str, Any] = {"coverage": coverage, "draws": draws, "seed": seed}
    shown = {"direction": way, **common}

    lead = leading_measure(event for event in chosen if event.direction == way)
    # Tonnes are drawn from movements, so the pace of what was published is that of the movements.
    pace = cast("Measure", {"tonnes": "movements"}.get(lead, lead))
    tonnage = stages.attempt("tonnage", lambda: estimate_tonnage(chosen, by="mode", **shown))
    rate = stages.attempt("rate", lambda: estimate_rate(chosen, measure=pace, **shown))
    terms: dict[str, Any] = {"floor_t": floor_t, "stall": stall, "as_of": as_of}
    given = read_stock(stock, stock_t)
    forecast = stages.attempt(
        "withdrawal",
        lambda: make_forecast(chosen, given=given, lead=lead, case=study, **terms, **common),
    )
    left = None
    scenarios: tuple[ScenarioRow, ...] = ()
    assumptions: list[Assumption] = []
    if forecast is not None:
        left, scenarios = forecast.withdrawal, forecast.scenarios
        assumptions += forecast.assumptions

    bridge, of_bridge = _bridge_or_prior(bridge, study, chosen)
    # Only what an estimate counts is assumed anything of; events beside them would fill the table.
    used = _events_used(chosen, (tonnage, rate, left))
    assumptions += [*flow_assumptions(used, known, bridge=bridge), *of_bridge]
    capacity = _capacity_of(bridge, chosen, stages, case=study, coverage=coverage, seed=seed)
    people = stages.attempt(
        "people", lambda: estimate_tonnage(chosen, measure="personnel", **shown)
    )
    # Events without a count of people give an estimate of none, which would be a line without content.
    if people is not None and not people.events:
        people = None
    vehicles = None
    if lead == "vehicles":
        vehicles = estimate_tonnage(chosen, measure="vehicles", **shown)
    heard, flown = _witnesses(stages, tracks, calls, legs, chosen)
    stages.begin("routes")
    findings = Findings(
        events=chosen,
        reports=known,
        tonnage=tonnage,
        rate=rate,
        withdrawal=left,
        capacity=capacity,
        people=people,
        vehicles=vehicles,
        routes=_routes_of(chosen, stages.missing),
        scenarios=scenarios,
        headlines=(),
        assumptions=tuple(assumptions),
        missing=stages.missing,
        case=study,
        tracks=heard,
        legs=flown,
        **shown,
    )
    return replace(findings, headlines=make_headlines(findings, forecast, lead))


def _witnesses(
    stages: _Stages, tracks: Any, calls: Any, legs: Any, events: Sequence[FlowEvent]
) -> tuple[TrackFindings | None, LegFindings | None]:
    """What ships and aircraft sent, as far as it is given."""
    if tracks is not None:
        stages.begin("tracks")
    heard = find_tracks(tracks, calls, events)
    if legs is not None:
        stages.begin("legs")
    return heard, find_legs(legs, events)


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


def _read_direction(events: Sequence[FlowEvent], direction: str | None) -> str:
    """The direction given, or that of most that moves."""
    if not events:
        raise EstimateError("no events, so there is nothing to report")
    way = main_direction(events) if direction is None else direction
    if way not in WAYS:
        raise EstimateError(f"direction {way!r} is none of {', '.join(WAYS)}")
    return way


def _case_behind(case: Case | str | Path | None, reports: Iterable[Report]) -> Case | None:
    """The case given, or the one beside the reports."""
    if case is None:
        return find_case(reports)
    if isinstance(case, Case):
        return case
    return read_case(case)


def _bridge_or_prior(
    bridge: AirBridge | None, case: Case | None, events: Sequence[FlowEvent]
) -> tuple[AirBridge | None, tuple[Assumption, ...]]:
    """The bridge given, or that of the case where events fly it, and what is assumed for it."""
    # A bridge that is given takes the place of the case's, and its assumptions are the caller's.
    if bridge is not None or case is None:
        return bridge, ()
    prior = case.bridge_of(events)
    if prior is None:
        return None, ()
    return air_bridge(prior), tuple(bridge_assumptions(prior))


def _events_used(events: Sequence[FlowEvent], parts: Iterable[Any]) -> list[FlowEvent]:
    """The events that any of the estimates counts."""
    counted: set[str] = set()
    for part in parts:
        if part is not None:
            counted.update(part.events)
    return [event for event in events if event.event_id in counted]


def _capacity_of(
    bridge: AirBridge | None,
    events: Sequence[FlowEvent],
    stages: _Stages,
    *,
    case: Case | None,
    coverage: float,
    seed: int,
) -> Capacity | None:
    """What the bridge could carry, or None with the reason."""
    if bridge is None:
        stages.begin("capacity")
        stages.missing["capacity"] = _no_bridge_words(case)
        return None
    capacity = stages.attempt(
        "capacity", lambda: airlift_capacity(bridge, coverage=coverage, seed=seed)
    )
    if capacity is None:
        return None
    return replace(capacity, notes=(*capacity.notes, *ceiling_notes(capacity, events)))


def _no_bridge_words(case: Case | None) -> str:
    """Why there is no bridge, and each way to give one."""
    words = (
        "no air bridge was given; in a notebook write_report(..., bridge=AirBridge(...)), at the command line ask "
        "for the bridge itself: forceflow capacity FROM TO --fleet TYPE=COUNT --onload SPOTS --offload SPOTS"
    )
    if case is not None and case.bridge is not None:
        ends = f"{case.bridge.origin} to {case.bridge.destination}"
        return f"{words}; no event flies {ends}, the bridge of the case"
    return f"{words}; or write one with its reasons, see [bridge] in a case.toml beside the reports"


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
    found: dict[str, Report] = {}
    for event in events:
        if event.provenance is None or not (event.claims or event.related):
            continue
        for report in event.provenance.reports:
            # A report whose claims were all left out would be a row of the page with nothing behind it.
            if not report.claims:
                continue
            earlier = found.setdefault(report.id, report)
            if earlier is not report and not _is_same(earlier, report):
                raise EventError(
                    f"the events were merged from two different reports with the id {report.id!r}; give one of them "
                    "another id, or pass the reports of the page with reports="
                )
    return tuple(map(found.__getitem__, sorted(found)))


def _is_same(one: Report, other: Report) -> bool:
    """Whether two reports say the same, wherever their files lie."""
    return one.model_copy(update={"folder": other.folder}) == other


def _routes_of(events: Sequence[FlowEvent], missing: dict[str, str]) -> dict[str, Route]:
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
    for why, ids in failed.items():
        missing[f"route of {few(ids)}"] = why
    return found
