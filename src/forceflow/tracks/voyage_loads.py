"""What a voyage carried, by the draughts before and after the call it left from."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import ForceflowError
from ..quantity import Quantity
from ..world import Vessel
from .call_rows import Call
from .call_ships import CallShip
from .voyages import Voyage

__all__ = ["VoyageLoad", "load_of"]

_DIGITS = 2
"""Figures of a tonnage that a draught typed to 0.1 m gives."""
_NEXT_TO_NONE_M = 0.1


class VoyageLoad(NamedTuple):
    """A load in words: tonnes as a claim prints them ("" for none), cargo, what the draughts were, and what is open."""

    tonnes: str = ""
    cargo: str = ""
    draughts: str = ""
    caveat: str = ""


def load_of(voyage: Voyage, ship: CallShip) -> VoyageLoad:
    """The load of a voyage, as far as the draughts of the call it left from tell."""
    call = voyage.left
    before, after = call.draught_in_m, call.draught_out_m
    missing = _why_unknown(voyage)
    if missing or before is None or after is None:
        return VoyageLoad(caveat=f"no tonnes from the draught: {missing}")
    draughts = f"draught {_metres(before)} m before the call and {_metres(after)} m after it"
    if call.draught_out_at is not None:
        draughts += f" (sent {call.draught_out_at:%d %b %H:%M})"
    if round(after - before, 2) == 0:
        return VoyageLoad(
            draughts=draughts,
            caveat="no tonnes from the draught: no change was typed in, which says nothing of the cargo",
        )
    deeper = after > before
    tonnes, fault = _change_of(call, ship, min(before, after), max(before, after))
    if tonnes is None:
        words = _change_words(deeper, abs(after - before))
        return VoyageLoad("", words, draughts, f"no tonnes from the draught: {fault}")
    if deeper:
        return _loaded(tonnes, after - before, draughts)
    most = _most_of(call, ship, before)
    return _lightened(tonnes, before - after, draughts, most, ship.label)


def _why_unknown(voyage: Voyage) -> str:
    """Why the two draughts cannot be compared, or ""."""
    call = voyage.left
    if call.draught_in_m is None:
        return "none was sent before the call"
    if call.draught_out_m is None:
        return "no new one was sent after departure"
    if call.draught_out_at is not None and call.draught_out_at > voyage.reached.arrived_by:
        return "the new one was sent after the next arrival"
    return ""


def _change_of(
    call: Call, ship: CallShip, lighter_m: float, deeper_m: float
) -> tuple[Quantity | None, str]:
    """Tonnes between two draughts, or why there are none."""
    from .cargo import cargo_from_draught

    hull = _hull_of(call, ship)
    try:
        tonnes = cargo_from_draught(
            hull.vessel,
            lighter_m,
            deeper_m,
            length_m=hull.length_m,
            beam_m=hull.beam_m,
            role=ship.vessel.role,
        )
    except ForceflowError as error:
        return None, str(error)
    return tonnes, ""


class _Hull(NamedTuple):
    """A vessel of the catalogue, and sizes that take the place of its own."""

    vessel: Vessel | None
    length_m: float | None
    beam_m: float | None


def _hull_of(call: Call, ship: CallShip) -> _Hull:
    """The vessel of the catalogue where it has particulars; else the sizes that the ship sent."""
    if ship.is_generic:
        return _Hull(None, call.length_m, call.beam_m)
    if ship.vessel.beam_m is None:
        return _Hull(ship.vessel, call.length_m, call.beam_m)
    return _Hull(ship.vessel, None, None)


def _change_words(deeper: bool, change_m: float) -> str:
    if deeper:
        return f"loaded, {_metres(change_m)} m deeper"
    return f"in ballast or part loaded, {_metres(change_m)} m less deep"


def _loaded(tonnes: Quantity, change_m: float, draughts: str) -> VoyageLoad:
    """A ship that left deeper than it came."""
    caveat = "tonnes are what it loaded in the call, by its draught; what was on board before is not in them"
    return VoyageLoad(_range_words(tonnes), _change_words(True, change_m), draughts, caveat)


def _lightened(
    tonnes: Quantity, change_m: float, draughts: str, most_t: float, label: str
) -> VoyageLoad:
    """A ship that left less deep than it came: it carries something between nothing and what is left of its load."""
    discharged, _ = tonnes.interval(0.9)
    left = _rounded(max(0.0, most_t - discharged))
    caveat = (
        f"it left {_metres(change_m)} m less deep than it came, about {_range_words(tonnes)} t: in ballast or part "
        f"loaded, so what it carried lies between nothing and the {left:,.0f} t left of the most that {label} takes"
    )
    return VoyageLoad(f"0 to {left:,.0f}", _change_words(False, change_m), draughts, caveat)


def _most_of(call: Call, ship: CallShip, deepest_m: float) -> float:
    """The most cargo a ship takes, t: by the catalogue, or for one it does not know by the sizes that it sent."""
    if not ship.is_generic:
        return ship.vessel.cargo_t.high
    # From next to no draught the deadweight of a ship of this size is what limits the tonnes.
    most, _ = _change_of(call, ship, _NEXT_TO_NONE_M, deepest_m)
    assert most is not None
    return most.interval(0.9)[1]


def _range_words(tonnes: Quantity) -> str:
    """A range as a claim prints it: the 5 and 95 % points, to two figures; "at least" where it has no end."""
    if tonnes.family == "at_least":
        return f"at least {_rounded(tonnes.low):,.0f}"
    low, high = map(_rounded, tonnes.interval(0.9))
    if low == high:
        return f"{low:,.0f}"
    return f"{low:,.0f} to {high:,.0f}"


def _metres(metres: float) -> str:
    """Metres to the tenth that ships send, or to the centimetre that some tables give."""
    return f"{metres:.2f}".removesuffix("0")


def _rounded(tonnes: float) -> float:
    return float(f"{tonnes:.{_DIGITS}g}")
