"""What a ship's draught says of her mass: length, beam and role, with the priors for what nobody published."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from ..arrays import Floats
from ..errors import TracksError, UnknownNameError
from ..kernels.addressed import uniforms
from ..quantity import Quantity
from ..world.platforms.catalogue import Vessel, find_platform
from ..world.platforms.sourced_figures import Figure, figure_from

__all__ = ["Draws", "Hull", "find_hull", "hull_priors", "read_tracks_data"]

_LONG_SHIP_M: Final = 150.0
"""A cargo ship that says no more of herself is a bulk carrier from this length on; in the surveys behind the priors
nearly all of the longer ones are."""

_PURPOSE: Final = "cargo from draught"

_OWN: Final = "give length_m= and beam_m= in metres, as AIS has them"


class Draws:
    """Draws by address: the same seed, name and number give the same draw, in every call and on every machine."""

    def __init__(self, seed: int, count: int) -> None:
        self.seed, self.count = seed, count

    def of(self, quantity: Quantity, name: str) -> Floats:
        """Draws of one input, shape (count,)."""
        return _draw(self.seed, self.count, quantity, name)

    def level(self, name: str) -> Floats:
        """Uniforms of one input, shape (count,)."""
        return uniforms(self.seed, _PURPOSE, name, self.count)


@lru_cache(maxsize=512)
def _draw(seed: int, count: int, quantity: Quantity, name: str) -> Floats:
    """Draws that are kept, since the priors are the same in every call; nobody may write into them."""
    values = quantity.quantile(uniforms(seed, _PURPOSE, name, count))
    values.flags.writeable = False
    return values


@dataclass(frozen=True)
class Hull:
    """The particulars of a ship that turn a draught into a mass.

    Parameters
    ----------
    name
        How messages call her.
    role
        One of the roles of `hull_priors`.
    length_m, beam_m
        Length overall and greatest beam, m.
    deadweight_t, cargo_share
        Deadweight, t, and the share of it left for cargo; None where not known, and then a prior by role and size.
    """

    name: str
    role: str
    length_m: Quantity
    beam_m: Quantity
    deadweight_t: Quantity | None
    cargo_share: Quantity | None

    def prior(self, name: str) -> Quantity:
        """A prior of her role, or one of any ship."""
        table = hull_priors()
        found = table[self.role].get(name) or table["any"][name]
        return found.value

    def area_m2(self, draws: Draws, waterplane: Quantity | None) -> Floats:
        """Area of her waterplane, m2, as draws; `waterplane` is a share of length x beam that replaces the priors."""
        box = draws.of(self.length_m, "length") * draws.of(self.beam_m, "beam")
        if waterplane is not None:
            return box * draws.of(waterplane, "waterplane")
        block = draws.of(self.prior("block_coefficient"), "block")
        # Schneekluth and Kristensen give two lines; the truth is taken to lie anywhere between them.
        lower, upper = (1 + 2 * block) / 3, 0.55 + 0.45 * block
        fill = lower + (upper - lower) * draws.level("between the formulas")
        fill = np.minimum(fill * draws.of(self.prior("formula_factor"), "formulas"), 1.0)
        perpendiculars = draws.of(self.prior("perpendiculars_share"), "perpendiculars")
        factor = draws.of(self.prior("waterline_factor"), "waterline")
        return box * fill * np.minimum(perpendiculars * factor, 1.0)

    def deadweight(self, draws: Draws) -> Floats:
        """Her deadweight, t, as draws."""
        if self.deadweight_t is not None:
            return draws.of(self.deadweight_t, "deadweight")
        fullness = draws.of(self.prior("fullness"), "fullness")
        beam = draws.of(self.beam_m, "beam")
        return fullness * draws.of(self.length_m, "length") * beam * beam


@cache
def read_tracks_data(name: str) -> Mapping[str, Any]:
    """One of the data files of the tracks."""
    path = files("forceflow.tracks") / "data" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def hull_priors() -> Mapping[str, Mapping[str, Figure]]:
    """Priors by role, and under "any" those of all ships; each with its source and reason.

    Examples
    --------
    >>> print(hull_priors()["ro-ro"]["ballast_share"])
    0.1 (0 to 0.3) [prior: nap-ballast]
    """
    priors: dict[str, dict[str, Figure]] = {}
    for role, table in read_tracks_data("hull_priors.toml").items():
        if role == "sources":
            continue
        priors[role] = {}
        for name, raw in table.items():
            priors[role][name] = figure_from(
                raw, unit="", where=f"hull_priors.toml: {role}: {name}"
            )
    return priors


def find_hull(
    vessel: str | Vessel | None,
    *,
    length_m: float | Quantity | None,
    beam_m: float | Quantity | None,
    deadweight_t: float | Quantity | None,
    role: str | None,
) -> Hull:
    """The hull of a ship of the catalogue, of own particulars, or of one with the other filling its gaps.

    Raises
    ------
    TracksError
        A length or a beam is missing or cannot be one, or the role is unknown; the message says what would have worked.
    UnknownNameError
        The catalogue does not know the name.
    """
    known = _find_vessel(vessel)
    name = "this ship" if known is None else known.name
    length = _pick_size("length_m", length_m, known, name, most=500.0)
    beam = _pick_size("beam_m", beam_m, known, name, most=90.0)
    if beam.best >= length.best:
        raise TracksError(
            f"{name}: beam {beam.best:g} m is not below length {length.best:g} m; AIS gives length_m and beam_m"
        )
    deadweight, share = None, None
    if deadweight_t is not None:
        deadweight = _as_size("deadweight_t", deadweight_t, name, most=600_000.0)
    elif known is not None:
        deadweight, share = known.deadweight_t.value, known.cargo_share.value
    return Hull(name, _pick_role(role, known, length, name), length, beam, deadweight, share)


def _find_vessel(vessel: str | Vessel | None) -> Vessel | None:
    if vessel is None or isinstance(vessel, Vessel):
        return vessel
    try:
        found = find_platform(vessel)
    except UnknownNameError as error:
        raise _say_what_works(error) from None
    if not isinstance(found, Vessel):
        raise TracksError(
            f"{vessel!r} is no ship but of kind {found.kind!r}; name a ship, or give None and {_OWN}"
        )
    return found


def _say_what_works(error: UnknownNameError) -> UnknownNameError:
    """The same error with what else would have worked."""
    text = str(error.args[0])
    text += "" if text.endswith("?") else "."
    error.args = (f"{text} For any other ship give None and {_OWN}",)
    return error


def _pick_role(role: str | None, known: Vessel | None, length: Quantity, name: str) -> str:
    """The role asked for, that of the catalogue, or that of most ships of the length."""
    roles = [key for key in hull_priors() if key != "any"]
    if role is None and known is not None:
        role = known.role
    if role is None:
        return "bulk carrier" if length.best >= _LONG_SHIP_M else "general cargo"
    if role not in roles:
        raise TracksError(f"{name}: no priors for role {role!r}; there are {', '.join(roles)}")
    return role


def _pick_size(
    key: str, given: float | Quantity | None, known: Vessel | None, name: str, *, most: float
) -> Quantity:
    """A size as given, or that of the catalogue."""
    if given is not None:
        return _as_size(key, given, name, most=most)
    figure: Figure | None = getattr(known, key, None)
    if figure is None:
        whose = "no vessel named" if known is None else f"the catalogue has none for {name}"
        raise TracksError(f"{key} is needed, and {whose}: {_OWN}")
    return figure.value


def _as_size(key: str, given: float | Quantity, name: str, *, most: float) -> Quantity:
    size = Quantity.of(given)
    if not size.has_content or not 0 < size.low <= size.high <= most:
        raise TracksError(
            f"{name}: {key} must lie above 0 and be at most {most:,.0f}, got {given!r}"
        )
    # AIS has whole metres, and a dimension is the sum of two of them.
    if size.family == "point" and key != "deadweight_t" and size.best.is_integer():
        return Quantity.between(size.best - 0.5, size.best + 0.5)
    return size
