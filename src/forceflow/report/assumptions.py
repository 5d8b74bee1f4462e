"""What the report takes as given without a published figure: each with its value, the reason, and how to change it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.reports import MEASURE_OF_UNIT, Claim, Report
from ..flows.event_draws import PERSON_T, SOURCE_SHARE, UNCOUNTED_COLUMN, Measure
from ..flows.event_draws import cargo_class as cargo_class
from ..lift.bridges.air_bridge import AirBridge
from ..lift.bridges.amounts import Amount, as_quantity
from ..plots.text import number, span_text
from ..quantity import LEXICON, Quantity
from ..results.estimate import few
from ..withdrawal.depletion import (
    DRIFT_GSD_PER_MONTH,
    DRIFT_RETURN_DAYS,
    LOOK_BACK_DAYS,
    STALL,
    TAIL_PACE,
    TAIL_SHARE,
)
from ..withdrawal.inputs import UNITS
from ..withdrawal.withdrawal import Withdrawal
from ..world import find_place, find_platform, read_theatre, route
from ..world.platforms.load_factors import load_factors

__all__ = [
    "FLOOR_SHARE",
    "STOCK",
    "Assumption",
    "flies_the_bridge",
    "flow_assumptions",
    "hmeimim_khadim_bridge",
    "read_stock",
    "stock_or_prior",
    "withdrawal_assumptions",
]

STOCK = Quantity(20_000, 35_000, 60_000, "t", "prior on the stock in Syria before the withdrawal")
"""Equipment and supplies held before the first movement, t. A prior: none of the reports gives a tonnage. It is of
Syria at the end of 2024 and of nowhere else; see `stock_or_prior`."""

_STOCK_OF = "syria", dt.datetime(2024, 11, 1, tzinfo=dt.UTC)
_SAME_AREA = (frozenset({"syria"}), frozenset({"SY"}))

_PEOPLE = ("people", "persons", "evacuees", "civilians", "refugees", "men", "staff")
"""Units of people beside those of claims."""

FLOOR_SHARE = Quantity(0.05, 0.15, 0.35, "share", "prior on what two kept bases would hold")
"""What stays in the scenario in which bases are kept, as a share of the middle of the stock. A prior: the reports speak
of bases that stay and give no tonnage, so it goes from a token presence to a third."""

_BRIDGE_ENDS = ("Hmeimim", "al-Khadim")

_SMALL_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the report takes as given and nobody published.

    Parameters
    ----------
    name, value
        What, and the range taken for it.
    why
        Its standing and the reason, and what hints at it.
    how
        How to put one's own in its place.
    claims
        Ids of the claims that hint at it.
    """

    name: str
    value: str
    why: str
    how: str
    claims: tuple[str, ...] = ()


def read_stock(
    stock: Amount | None,
    stock_t: Amount | None = None,
    *,
    measure: str | None = None,
    name: str = "stock",
) -> tuple[Quantity, Measure] | None:
    """A stock and its measure: the one asked for, else that of its unit ("1,450 people"), else tonnes.

    Raises
    ------
    EstimateError
        Both are given; or the stock is of another measure than the one asked for.
    QuantityError
        It cannot be read.
    """
    if stock is not None and stock_t is not None:
        raise EstimateError("give stock= or stock_t=, not both")
    if stock_t is not None:
        stock, measure, name = stock_t, measure or "tonnes", "stock_t" if name == "stock" else name
    if stock is None:
        return None
    if measure is not None and measure not in UNITS:
        raise EstimateError(f"a stock is of {', '.join(UNITS)}, not of {measure!r}")
    unit = Quantity.of(stock).unit if isinstance(stock, str | Quantity) else ""
    own = "personnel" if unit in _PEOPLE else MEASURE_OF_UNIT.get(unit)
    if own == "movements" or (measure is not None and own not in (None, measure)):
        raise EstimateError(
            f"{name}: {stock!s} is of {own}; a stock of {measure or ', '.join(UNITS)} was wanted"
        )
    found = cast("Measure", measure or own or "tonnes")
    return as_quantity(stock, name=name, unit=UNITS[found]), found


def stock_or_prior(
    events: Iterable[FlowEvent], given: tuple[Quantity, Measure] | None, *, lead: Measure = "tonnes"
) -> tuple[Quantity, Measure]:
    """The stock given, or `STOCK` where whatever crosses the border does so in the theatre and time it is of.

    Parameters
    ----------
    events
        The events whose withdrawal is forecast.
    given
        A stock as `read_stock` reads it.
    lead
        The measure that was published; a stock of another measure answers nothing where people or vehicles lead.

    Raises
    ------
    EstimateError
        No stock was given, and something left or entered another theatre, or the Syrian one before November 2024; or
        people or vehicles lead and no stock of them was given.
    """
    words = {"personnel": "people"}.get(lead, lead)
    if lead != "tonnes" and (given is None or given[1] != lead):
        was = "no stock was given" if given is None else f"the stock given is in {given[0].unit}"
        raise EstimateError(
            f"{words} were published and {was}; give the stock of {words}: stock='1,450 {words}', or at the command "
            f"line --stock '1,450 {words}'"
        )
    if given is not None:
        return given
    theatre, since = _STOCK_OF
    ends = {"outbound": "origin", "inbound": "destination"}
    crossing = [event for event in events if event.direction in ends]
    leaves = any(event.direction == "outbound" for event in crossing)
    if leaves and any(
        event.start < since
        or _theatre_of(event) not in (None, *_SAME_AREA)
        or theatre not in find_place(getattr(event, ends[event.direction])).theatres
        for event in crossing
    ):
        raise EstimateError(
            "no stock was given; nobody's stock is known to us, give stock_t=(low, best, high), or at the command line "
            "--stock 'low best high', in t"
        )
    return STOCK, "tonnes"


def _theatre_of(event: FlowEvent) -> frozenset[str] | None:
    """What makes up the theatre an event was read for; None where none is known."""
    made = event.provenance
    return None if made is None or made.theatre is None else read_theatre(made.theatre)


def flies_the_bridge(events: Iterable[FlowEvent]) -> bool:
    """Whether any of the events flies Hmeimim to al-Khadim."""
    ends = tuple(find_place(name).id for name in _BRIDGE_ENDS)
    return any((event.mode, event.origin, event.destination) == ("air", *ends) for event in events)


def hmeimim_khadim_bridge() -> tuple[AirBridge, tuple[Assumption, ...]]:
    """Air bridge Hmeimim to al-Khadim as the reports leave it to be imagined, and each thing assumed for it."""
    bridge = AirBridge(
        fleet={"An-124": (1, 2, 4), "Il-76MD": (2, 4, 8)},
        route=route(*_BRIDGE_ENDS, mode="air"),
        onload_mog=(2, 3, 5),
        offload_mog=(1, 2, 4),
        operating_h_per_day=(12, 16, 22),
        refuel_at_destination=True,
    )
    how = "airlift_capacity(AirBridge(fleet=..., route=..., onload_mog=..., offload_mog=...))"
    return bridge, (
        Assumption(
            "aircraft on the bridge",
            "An-124: 1 to 4, most likely 2; Il-76MD: 2 to 8, most likely 4",
            "Prior. Both types flew the way and at least two An-124 were seen at Hmeimim; nobody published a number.",
            how,
            ("euaa-6", "relay-3"),
        ),
        Assumption(
            "aircraft served at once at Hmeimim",
            "2 to 5, most likely 3",
            "Prior. Nobody published it.",
            how,
        ),
        Assumption(
            "aircraft served at once at al-Khadim",
            "1 to 4, most likely 2",
            "Prior. Nobody published it.",
            how,
        ),
        Assumption(
            "hours of work a day", "12 to 22, most likely 16", "Prior. Nobody published it.", how
        ),
        Assumption(
            "fuel at al-Khadim",
            "aircraft take fuel there for the way back",
            f"Prior. {fuel_effect(bridge)}",
            "airlift_capacity(AirBridge(..., refuel_at_destination=False))",
        ),
    )


def fuel_effect(bridge: AirBridge) -> str:
    """Say what fuel at the far end is worth over the distance, from the payload curves of the fleet."""
    km = bridge.route.distance_km
    lost: dict[str, float] = {}
    for kind in bridge.aircraft():
        fed = kind.payload_t(km)
        alone = kind.payload_t(km, refuel_at_destination=False)
        lost[kind.name] = max(1 - b / a for a, b in zip(_ends(fed), _ends(alone), strict=True))
    worst = max(lost.values())
    if worst < _SMALL_SHARE:
        return (
            f"It makes next to no difference over {km:,.0f} km: with the fuel for the way back on board each type "
            f"still lifts {'all' if worst < 0.0005 else f'{1 - worst:.1%}'} of what it lifts without."
        )
    cost = ", ".join(f"{name} up to {share:.0%}" for name, share in lost.items())
    return f"It matters over {km:,.0f} km: with the fuel for the way back on board the payload falls ({cost})."


def _ends(quantity: Quantity) -> tuple[float, float, float]:
    return quantity.low, quantity.best, quantity.high


def withdrawal_assumptions(
    left: Withdrawal,
    stock: Quantity,
    *,
    stock_is_prior: bool,
    stall: Quantity,
    floor: Quantity | None,
) -> list[Assumption]:
    """What the forecast of the withdrawal takes as given; `floor` is that of the scenarios, where there are any."""
    how = "write_report(events, out, stock_t=(low, best, high), floor_t=...) or estimate_withdrawal"
    ask = "estimate_withdrawal(events, stock_t=..., {}, seed=7)"
    pace = _most_likely(TAIL_PACE, "{:.0%}")
    stays = (
        f"0 {stock.unit} is the headline's choice."
        if left.floor.high == 0
        else "Given by the caller."
    )
    if floor is not None:
        stays += " Reports speak of bases that stay: see the scenarios."
    found = [
        Assumption(
            "stock before the first movement",
            f"{stock.low:,.0f} to {stock.high:,.0f} {stock.unit}, most likely {stock.best:,.0f} {stock.unit}",
            "Prior. None of the reports gives a tonnage."
            if stock_is_prior
            else "Given by the caller.",
            how,
        ),
        Assumption("what stays on purpose", str(left.floor), stays, how),
        Assumption(
            "chance that it stops for good on the way",
            _most_likely(stall, "{:.0%}"),
            "Prior, without a count behind it." if stall is STALL else "Given by the caller.",
            "write_report(events, out, stall=(low, best, high)) or estimate_withdrawal",
        ),
        Assumption(
            "days the pace is read from",
            f"the last {LOOK_BACK_DAYS} before the forecast, or the record where it is shorter",
            "Prior, see LOOK_BACK_DAYS in forceflow.withdrawal.depletion.",
            ask.format("look_back=..."),
        ),
        Assumption(
            "wandering of the pace",
            f"by a factor of {DRIFT_GSD_PER_MONTH:g} in a month, drawn back to its mean in {DRIFT_RETURN_DAYS:g} days",
            "Prior, see DRIFT_GSD_PER_MONTH and DRIFT_RETURN_DAYS in forceflow.withdrawal.depletion.",
            ask.format("drift_gsd=..."),
        ),
        Assumption(
            "the last part is slower",
            f"the last {TAIL_SHARE:.0%} of the stock leaves at {pace} of the pace before it",
            "Prior, see TAIL_SHARE and TAIL_PACE in forceflow.withdrawal.depletion.",
            ask.format("tail_share=..., tail_pace=(low, best, high)"),
        ),
    ]
    if floor is not None:
        found.append(
            Assumption(
                "what stays if bases are kept",
                f"{floor.low:,.0f} to {floor.high:,.0f} {floor.unit}, most likely {floor.best:,.0f} {floor.unit}",
                f"Prior, for the scenarios only: {_most_likely(FLOOR_SHARE, '{:.0%}')} of the middle of the stock. "
                "Reports speak of bases that stay, none says what they hold.",
                "estimate_withdrawal(..., scenarios=withdrawal_scenarios(floor=(low, best, high)))",
            )
        )
    return found


def _most_likely(quantity: Quantity, form: str) -> str:
    low, best, high = (form.format(value) for value in _ends(quantity))
    return f"{low} to {high}, most likely {best}"


def flow_assumptions(
    events: Sequence[FlowEvent], reports: Sequence[Report], *, bridge: AirBridge | None = None
) -> list[Assumption]:
    """What the amounts of the events used, and of a bridge, take as given."""
    found = [*_load_factors(events, bridge), *_rates(events, reports)]
    change = "dataclasses.replace(event, tonnes=..., vehicles=...)"
    people = [
        e.event_id
        for e in events
        if e.mode != "road" and _unpublished(e) and not e.movements.has_content
    ]
    if people:
        words = f"{PERSON_T.best:g} t ({PERSON_T.low:g} to {PERSON_T.high:g})"
        why = f"Partly read, partly prior, see PERSON_T in forceflow.flows.event_draws. Used for {_listed(people)}."
        found.append(Assumption("mass of a person with kit", words, why, change))
    columns = [
        e.event_id for e in events if e.mode == "road" and _unpublished(e) and e.vehicles is None
    ]
    if columns:
        words = _most_likely(UNCOUNTED_COLUMN, "{:g}")
        why = f"Prior, see UNCOUNTED_COLUMN in forceflow.flows.event_draws. Used for {_listed(columns)}."
        found.append(Assumption("vehicles in a column nobody counted", words, why, change))
    if events:
        found += [
            Assumption(
                "how counts of one source err",
                f"{SOURCE_SHARE:.0%} together, the rest each by itself",
                "Prior, with no data behind it: half way between never and always. It widens the totals.",
                "forceflow.flows.event_draws.SOURCE_SHARE, 0 for never and 1 for always",
            ),
            Assumption(
                "movements nobody reported",
                "none: every movement was taken as reported",
                "No share of unreported movements is known. What went unseen is missing, so totals and rates lean low.",
                "estimate_rate(..., detection=Detection(low, high)), and the same for estimate_withdrawal",
            ),
        ]
    return found


def _unpublished(event: FlowEvent) -> bool:
    return (
        event.tonnes is None
        and not event.is_empty
        and (event.movements.has_content or event.personnel is not None)
    )


def _load_factors(events: Sequence[FlowEvent], bridge: AirBridge | None) -> Iterator[Assumption]:
    """Load factors by role and kind of cargo, each with what it was used for."""
    used: dict[tuple[str, str], list[str]] = {}
    for event in events:
        if event.mode != "road" and _unpublished(event) and event.movements.has_content:
            for name in event.platforms:
                role = getattr(find_platform(name), "role", "")
                used.setdefault((role, cargo_class(event)), []).append(event.event_id)
    if bridge is not None and bridge.load_share is None and bridge.payload_t is None:
        for kind in bridge.aircraft():
            used.setdefault((getattr(kind, "role", ""), bridge.cargo), []).append("the air bridge")
    known = load_factors()
    for key in sorted(used):
        if key in known:
            share = known[key].share
            yield Assumption(
                f"load factor of {_KINDS.get(key[0], key[0])}, {_CARGO.get(key[1], key[1])}",
                f"{span_text(share.low, share.best, share.high)} of what could be carried",
                f"{share.status.capitalize()}. {share.note} Used for {_listed(used[key])}.",
                "dataclasses.replace(event, tonnes=...), or AirBridge(..., load_share=...) for a bridge",
            )


_KINDS = {
    "airlifter": "military transport aircraft",
    "airliner": "passenger aircraft",
    "freighter": "civil freighters",
    "ro-ro": "ro-ro ships",
    "general cargo": "general cargo ships",
    "landing ship": "landing ships",
    "tanker": "tankers",
    "bulk carrier": "bulk carriers",
    "container ship": "container ships",
}
_CARGO = {"vehicles": "vehicles", "mixed": "mixed cargo", "personnel": "people"}


def _rates(events: Sequence[FlowEvent], reports: Iterable[Report]) -> Iterator[Assumption]:
    """What "regular" was read as, if anything was published in such words."""
    median, gsd = LEXICON.regular_per_week
    per_day = median / 7
    told: list[Claim] = []
    ids = {claim for event in events for claim in event.claims}
    for claim in (claim for report in reports for claim in report.claims if claim.id in ids):
        if claim.number.per_day and claim.number.params[:2] == (per_day, gsd):
            told.append(claim)
    words = [claim.quantity for claim in told]
    for event in events:
        count = event.movements
        if (
            count.family == "lognormal"
            and count.params[1] == gsd
            and math.isclose(count.params[0], per_day * event.days)
        ):
            words.append(count.words)
    if words:
        low, high = Quantity.lognormal(median, gsd).interval(0.9)
        said = ", ".join(f"'{text}'" for text in dict.fromkeys(words) if text) or "a rate in words"
        yield Assumption(
            f"what {said} means",
            f"{number(median)} a week ({number(low)} to {number(high)})",
            "Prior: regular_per_week in forceflow.LEXICON. The words state a rate and give no number.",
            "read_reports(...) with a number in `quantity`, or Quantity.parse(words, lexicon=Lexicon(...))",
            tuple(claim.id for claim in told),
        )


def _listed(names: Sequence[Any]) -> str:
    return few(list(dict.fromkeys(map(str, names))))
