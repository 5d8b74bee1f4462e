"""What the report takes as given without a published figure: each with its value, the reason, and how to change it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter

from ..errors import EstimateError
from ..evidence.events import FlowEvent
from ..evidence.reports import Claim, Report
from ..flows.event_draws import (
    PERSON_T,
    SOURCE_SHARE,
    UNCOUNTED_COLUMN,
    Measure,
    cargo_class,
)
from ..lift.bridges.air_bridge import AirBridge
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
from ..withdrawal.withdrawal import Withdrawal
from ..world import find_platform
from ..world.platforms.load_factors import load_factors
from .assumption import Assumption, most_likely
from .case import Basis, Case, FloorPrior

__all__ = ["Assumption", "flow_assumptions", "stock_or_prior", "withdrawal_assumptions"]


def stock_or_prior(
    events: Iterable[FlowEvent],
    given: tuple[Quantity, Measure] | None,
    *,
    case: Case | None = None,
    lead: Measure = "tonnes",
) -> tuple[Quantity, Measure, Basis]:
    """The stock given, or the prior of a case that is about these events; and what it rests on.

    Parameters
    ----------
    events
        The events whose withdrawal is forecast.
    given
        A stock as `read_stock` reads it.
    case
        What the study assumes; without one there is no prior.
    lead
        The measure that was published; a stock of another measure answers nothing where people or vehicles lead.

    Raises
    ------
    EstimateError
        No stock was given, and the case has none of this measure for the area and time of the events; or people or
        vehicles lead and the stock given is of something else.
    """
    moved = tuple(events)
    if given is not None and lead in ("tonnes", given[1]):
        return *given, Basis("Given by the caller.", status="")
    # A stock given in another unit is a mistake to name, not one to paper over with a prior.
    if case is not None and given is None:
        prior = case.stock_for(lead, moved)
        if prior is not None:
            return prior.amount, prior.measure, prior.basis
    raise EstimateError(_no_stock_words(given, case, lead))


def _no_stock_words(given: tuple[Quantity, Measure] | None, case: Case | None, lead: str) -> str:
    """Why there is no stock, and each way to give one."""
    why_not = f"; {_no_prior_words(case)}, see [[stock]] in a case.toml beside the reports"
    if lead == "tonnes":
        return (
            "no stock was given; forceflow knows no stock of its own, give stock_t=(low, best, high), or at the "
            f"command line --stock 'low best high', in t{why_not}"
        )
    words = {"personnel": "people"}.get(lead, lead)
    was = "no stock was given"
    if given is not None:
        was, why_not = f"the stock given is in {given[0].unit}", ""
    return (
        f"{words} were published and {was}; give the stock of {words}: stock='1,450 {words}', or at the command "
        f"line --stock '1,450 {words}'{why_not}"
    )


def _no_prior_words(case: Case | None) -> str:
    if case is None:
        return "or write a prior with its reason"
    if not case.stocks:
        return f"the case '{case.title}' has no prior on it"
    scopes = " and of ".join(dict.fromkeys(map(str, map(attrgetter("scope"), case.stocks))))
    return f"the priors of the case '{case.title}' are of {scopes}, and do not fit these events"


def withdrawal_assumptions(
    left: Withdrawal,
    stock: Quantity,
    *,
    basis: Basis,
    stall: Quantity,
    floor: FloorPrior | None,
) -> list[Assumption]:
    """What the forecast of the withdrawal takes as given; `floor` is that of the scenarios, where one keeps it."""
    how = "write_report(events, out, stock_t=(low, best, high), floor_t=...) or estimate_withdrawal"
    chance = "Given by the caller."
    if stall is STALL:
        chance = "Prior, without a count behind it."
    found = [
        Assumption(
            "stock before the first movement",
            _amount_words(stock),
            str(basis),
            how,
            basis.claims,
        ),
        Assumption("what stays on purpose", str(left.floor), _stays_words(left, floor), how),
        Assumption(
            "chance that it stops for good on the way",
            most_likely(stall, "{:.0%}"),
            chance,
            "write_report(events, out, stall=(low, best, high)) or estimate_withdrawal",
        ),
        *_pace_assumptions(),
    ]
    # Only the scenarios keep this floor; the headline's own is the line above.
    if floor is not None:
        share = most_likely(floor.share, "{:.0%}")
        found.append(
            Assumption(
                floor.name,
                _amount_words(floor.amount_of(stock)),
                f"{floor.basis.standing}, for the scenarios only: {share} of the middle of the stock. "
                f"{floor.basis.reason}",
                "estimate_withdrawal(..., scenarios=withdrawal_scenarios(floor=(low, best, high)))",
                floor.basis.claims,
            )
        )
    return found


def _pace_assumptions() -> Iterator[Assumption]:
    """What is taken of the pace; each is a constant of `forceflow.withdrawal.depletion` with its reason there."""
    ask = "estimate_withdrawal(events, stock_t=..., {}, seed=7)"
    see = "Prior, see {} in forceflow.withdrawal.depletion."
    yield Assumption(
        "days the pace is read from",
        f"the last {LOOK_BACK_DAYS} before the forecast, or the record where it is shorter",
        see.format("LOOK_BACK_DAYS"),
        ask.format("look_back=..."),
    )
    yield Assumption(
        "wandering of the pace",
        f"by a factor of {DRIFT_GSD_PER_MONTH:g} in a month, drawn back to its mean in {DRIFT_RETURN_DAYS:g} days",
        see.format("DRIFT_GSD_PER_MONTH and DRIFT_RETURN_DAYS"),
        ask.format("drift_gsd=..."),
    )
    pace = most_likely(TAIL_PACE, "{:.0%}")
    yield Assumption(
        "the last part is slower",
        f"the last {TAIL_SHARE:.0%} of the stock leaves at {pace} of the pace before it",
        see.format("TAIL_SHARE and TAIL_PACE"),
        ask.format("tail_share=..., tail_pace=(low, best, high)"),
    )


def _stays_words(left: Withdrawal, floor: FloorPrior | None) -> str:
    """Where the floor of the headline comes from, and that the scenarios have another."""
    words = "Given by the caller."
    if left.floor.high == 0:
        words = f"0 {left.stock.unit} is the headline's choice."
    if floor is not None and floor.reported:
        words += f" {floor.reported}: see the scenarios."
    return words


def _amount_words(amount: Quantity) -> str:
    low, best, high = map("{:,.0f}".format, (amount.low, amount.best, amount.high))
    return f"{low} to {high} {amount.unit}, most likely {best} {amount.unit}"


def flow_assumptions(
    events: Sequence[FlowEvent], reports: Sequence[Report], *, bridge: AirBridge | None = None
) -> list[Assumption]:
    """What the amounts of the events used, and of a bridge, take as given."""
    found = [*_load_factor_rows(events, bridge), *_word_rows(events, reports)]
    change = "dataclasses.replace(event, tonnes=..., vehicles=...)"
    people, columns = [], []
    for event in filter(_has_no_tonnes, events):
        if event.mode == "road":
            if event.vehicles is None:
                columns.append(event.event_id)
        # Flights and voyages without a count are weighed by their people alone.
        elif not event.movements.has_content:
            people.append(event.event_id)
    if people:
        words = f"{PERSON_T.best:g} t ({PERSON_T.low:g} to {PERSON_T.high:g})"
        why = "Partly read, partly prior, see PERSON_T in forceflow.flows.event_draws."
        why += f" Used for {_names_words(people)}."
        found.append(Assumption("mass of a person with kit", words, why, change))
    if columns:
        words = most_likely(UNCOUNTED_COLUMN)
        why = f"Prior, see UNCOUNTED_COLUMN in forceflow.flows.event_draws. Used for {_names_words(columns)}."
        found.append(Assumption("vehicles in a column nobody counted", words, why, change))
    if events:
        found += _COUNTING
    return found


_COUNTING = (
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
)
"""What every count takes as given."""


def _has_no_tonnes(event: FlowEvent) -> bool:
    """Whether the tonnes of an event are drawn from what else was published."""
    if event.tonnes is not None or event.is_empty:
        return False
    return event.movements.has_content or event.personnel is not None


def _load_factor_rows(
    events: Sequence[FlowEvent], bridge: AirBridge | None
) -> Iterator[Assumption]:
    """Load factors by role and kind of cargo, each with what it was used for."""
    used: dict[tuple[str, str], list[str]] = {}
    for event in filter(_has_no_tonnes, events):
        # By road the load is that of a vehicle, and people alone weigh what people weigh.
        if event.mode == "road" or not event.movements.has_content:
            continue
        for name in event.platforms:
            role = getattr(find_platform(name), "role", "")
            used.setdefault((role, cargo_class(event)), []).append(event.event_id)
    if bridge is not None and bridge.load_share is None and bridge.payload_t is None:
        for kind in bridge.aircraft():
            role = getattr(kind, "role", "")
            used.setdefault((role, bridge.cargo), []).append("the air bridge")
    known = load_factors()
    for key in sorted(used.keys() & known.keys()):
        role, cargo = key
        share = known[key].share
        yield Assumption(
            f"load factor of {_KINDS.get(role, role)}, {_CARGO.get(cargo, cargo)}",
            f"{span_text(share.low, share.best, share.high)} of what could be carried",
            f"{share.status.capitalize()}. {share.note} Used for {_names_words(used[key])}.",
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


def _word_rows(events: Sequence[FlowEvent], reports: Iterable[Report]) -> Iterator[Assumption]:
    """What "regular" was read as, if anything was published in such words."""
    median, gsd = LEXICON.regular_per_week
    used = set(chain.from_iterable(map(attrgetter("claims"), events)))
    rates: list[Claim] = []
    for claim in chain.from_iterable(map(attrgetter("claims"), reports)):
        is_rate = claim.number.per_day and claim.number.params[:2] == (median / 7, gsd)
        if is_rate and claim.id in used:
            rates.append(claim)
    words = [claim.quantity for claim in rates]
    # Events of a table have no claims; there the words are known by the distribution they became.
    for event in events:
        if _is_regular(event, median / 7, gsd):
            words.append(event.movements.words)
    if not words:
        return
    low, high = Quantity.lognormal(median, gsd).interval(0.9)
    quoted = map("'{}'".format, filter(None, dict.fromkeys(words)))
    said = ", ".join(quoted) or "a rate in words"
    yield Assumption(
        f"what {said} means",
        f"{number(median)} a week ({number(low)} to {number(high)})",
        "Prior: regular_per_week in forceflow.LEXICON. The words state a rate and give no number.",
        "read_reports(...) with a number in `quantity`, or Quantity.parse(words, lexicon=Lexicon(...))",
        tuple(claim.id for claim in rates),
    )


def _is_regular(event: FlowEvent, per_day: float, gsd: float) -> bool:
    """Whether the movements of an event are those of "regular" over its days."""
    count = event.movements
    if count.family != "lognormal" or count.params[1] != gsd:
        return False
    return math.isclose(count.params[0], per_day * event.days)


def _names_words(names: Sequence[str]) -> str:
    return few(list(dict.fromkeys(names)))
