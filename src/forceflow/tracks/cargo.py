"""Draught to tonnes: what a ship loaded or discharged between the draught she came with and the one she left with."""

from __future__ import annotations

from numbers import Real
from typing import Final, Literal

import numpy as np

from ..arrays import Floats
from ..errors import TracksError
from ..quantity import Quantity
from ..world.platforms.catalogue import Vessel
from .hull import Draws, Hull, find_hull

__all__ = ["cargo_from_draught", "tonnes_per_cm"]

_LEVELS: Final = np.linspace(0, 1, 401)
"""Quantiles kept of the draws."""

_OR_MORE_M: Final = 25.5
"""AIS cannot say more: "25.5 m or more"."""

_ROUNDING_M: Final = 0.05
"""Half of the step in which AIS gives a draught."""

_WATERS: Final = {
    "sea": Quantity.exactly(1.025),
    "brackish": Quantity.between(1.0, 1.025),
    "fresh": Quantity.exactly(1.0),
}
"""Density of the water, t/m3; load lines are marked for 1.025 and 1.000."""

Water = Literal["sea", "brackish", "fresh"]
Reading = Literal["mean", "deepest", "either"]


def tonnes_per_cm(
    vessel: str | Vessel | None = None,
    *,
    length_m: float | Quantity | None = None,
    beam_m: float | Quantity | None = None,
    role: str | None = None,
    water: Water = "sea",
    waterplane_coefficient: float | tuple[float, ...] | Quantity | None = None,
    draws: int = 4_000,
    seed: int = 0,
) -> Quantity:
    """Tonnes that sink a ship by one centimetre.

    Parameters
    ----------
    vessel, length_m, beam_m, role, water, waterplane_coefficient, draws, seed
        As for `cargo_from_draught`.

    Returns
    -------
    Quantity
        In t/cm; low and high are its 5 and 95 % points.

    Raises
    ------
    TracksError, UnknownNameError
        As `cargo_from_draught`.

    Examples
    --------
    >>> print(tonnes_per_cm("Baltic Leader"))
    20 t/cm (19 to 22)
    """
    _check_counts(draws, seed)
    hull = find_hull(vessel, length_m=length_m, beam_m=beam_m, deadweight_t=None, role=role)
    waterplane = _as_share("waterplane_coefficient", waterplane_coefficient)
    per_cm = _draw_per_m(hull, Draws(seed, draws), water, waterplane) / 100
    return _as_table(per_cm, unit="t/cm", words="")


def cargo_from_draught(
    vessel: str | Vessel | None,
    arrival: float,
    departure: float,
    *,
    change: Literal["loaded", "discharged"] = "loaded",
    length_m: float | Quantity | None = None,
    beam_m: float | Quantity | None = None,
    deadweight_t: float | Quantity | None = None,
    role: str | None = None,
    water: Water = "sea",
    reading: Reading = "either",
    waterplane_coefficient: float | tuple[float, ...] | Quantity | None = None,
    ballast_share: float | tuple[float, ...] | Quantity | None = None,
    draws: int = 4_000,
    seed: int = 0,
) -> Quantity:
    """Tonnes that a ship took on, or put ashore, between two draughts.

    Parameters
    ----------
    vessel
        A ship of the catalogue by name, IMO number or as a `Vessel`, or None for own particulars.
    arrival, departure
        Draught before and after the call, m, as AIS has it: above 0 and below 25.5.
    change
        ``"loaded"``: tonnes taken on, 0 where she leaves no deeper than she came. ``"discharged"``: tonnes put ashore,
        0 where she leaves no shallower. A call that does both shows its net only.
    length_m, beam_m
        Length overall and greatest beam, m; they replace those of the catalogue. A whole number is taken as rounded to
        a metre, as in AIS.
    deadweight_t
        Deadweight, t; without it and without a ship of the catalogue, a prior from length and beam.
    role
        ``"general cargo"``, ``"bulk carrier"``, ``"tanker"``, ``"ro-ro"``, ``"container ship"`` or
        ``"landing ship"``; picks the priors. Unknown, it is bulk carrier from 150 m on and general cargo below.
    water
        Of the port: ``"sea"`` (1.025 t/m3), ``"brackish"`` (1.000 to 1.025) or ``"fresh"`` (1.000).
    reading
        What was typed into AIS: the ``"mean"`` draught, the ``"deepest"`` (a light ship trims by the stern, so that it
        changes by less), or ``"either"``, as likely one as the other.
    waterplane_coefficient
        Waterplane as a share of length overall x beam, where known; replaces the priors by role.
    ballast_share
        Ballast that a full change of cargo exchanges, as a share of the deadweight; replaces the prior by role.
    draws, seed
        Number of draws, and where they come from: the same seed gives the same quantity.

    Returns
    -------
    Quantity
        In t; low and high are its 5 and 95 % points.

    Raises
    ------
    TracksError
        A draught is 0 ("not available"), 25.5 ("25.5 or more"), negative or missing; there is no length or beam; an
        option is unknown. The message says what would have worked.
    UnknownNameError
        The catalogue does not know the name.

    Notes
    -----
    Immersion is area of the waterplane x density x change of draught. The ballast that was pumped out comes on top: in
    draught surveys half of the ships loaded nearly half as much again as they sank. It is exchanged in full where the
    immersion is a fifth of the deadweight or more, else in proportion. The sum is never below 0 nor above the
    deadweight x the share left for cargo. Priors and sources are those of `forceflow.tracks.hull.hull_priors`; how
    often the ranges held is in the docs, "Draught to tonnes".

    A draught is typed by a person, and late: take the last one before a call and the first *new* one after it.

    Examples
    --------
    >>> print(cargo_from_draught("Ursa Major", 5.2, 6.8))
    7,667 t (4,761 to 8,693), from 'draught 5.2 to 6.8 m'
    >>> cargo_from_draught(None, 6.1, 3.4, length_m=90, beam_m=14, change="loaded").high
    0.0
    """
    _check_counts(draws, seed)
    came, left = _check_draught("arrival", arrival), _check_draught("departure", departure)
    words = f"draught {came:g} to {left:g} m"
    if _check_choice("change", change, ("loaded", "discharged")) == "discharged":
        came, left = left, came
    hull = find_hull(vessel, length_m=length_m, beam_m=beam_m, deadweight_t=deadweight_t, role=role)
    drawn = Draws(seed, draws)
    waterplane = _as_share("waterplane_coefficient", waterplane_coefficient)
    per_m = _draw_per_m(hull, drawn, water, waterplane)
    ballast = _draw_ballast(hull, drawn, _as_share("ballast_share", ballast_share))
    if not left > came:
        return Quantity.exactly(0.0, unit="t", words=words)
    deepest = _draw_deepest(hull, drawn, reading)
    tonnes = _draw_cargo(
        hull, drawn, per_m, _draw_change(hull, drawn, came, left), ballast, deepest
    )
    return _as_table(tonnes, unit="t", words=words)


def _draw_per_m(hull: Hull, draws: Draws, water: str, waterplane: Quantity | None) -> Floats:
    """Tonnes of one metre of immersion."""
    _check_choice("water", water, tuple(_WATERS))
    return hull.area_m2(draws, waterplane) * draws.of(_WATERS[water], "water")


def _draw_change(hull: Hull, draws: Draws, came: float, left: float) -> Floats:
    """Change of the draught as typed, m: both ends are rounded, and typed by a person."""
    change = np.full(draws.count, left - came)
    rounding, typing = Quantity.between(-_ROUNDING_M, _ROUNDING_M), hull.prior("typing_error_m")
    for end, sign in (("before", -1.0), ("after", 1.0)):
        change += sign * draws.of(rounding, f"rounding {end}")
        change += sign * draws.of(typing, f"typing {end}")
    return change


def _draw_deepest(hull: Hull, draws: Draws, reading: str) -> Floats:
    """1 where the deepest draught was typed and 0 where the mean was."""
    _check_choice("reading", reading, ("mean", "deepest", "either"))
    chance = {"mean": 0.0, "deepest": 1.0}.get(reading, hull.prior("deepest_chance").best)
    return (draws.level("reading") < chance).astype(np.float64)


def _draw_ballast(hull: Hull, draws: Draws, given: Quantity | None) -> Floats:
    """Ballast that a full change of cargo exchanges, as a share of the deadweight."""
    if given is not None:
        return draws.of(given, "ballast")
    is_exchanged = draws.level("exchange") >= hull.prior("no_exchange_chance").best
    return draws.of(hull.prior("ballast_share"), "ballast") * is_exchanged


def _draw_cargo(
    hull: Hull, draws: Draws, per_m: Floats, change: Floats, ballast: Floats, deepest: Floats
) -> Floats:
    """Tonnes of cargo behind a change of draught, one a draw."""
    deadweight = hull.deadweight(draws)
    share = hull.cargo_share or hull.prior("cargo_share")
    full = hull.prior("full_exchange_share").best * deadweight
    # Ballast, stores and trim change with the cargo, so a change within the rounding moves next to nothing.
    done = np.clip(per_m * change / full, 0.0, 1.0)
    trim = draws.of(hull.prior("trim_share"), "trim") * draws.of(hull.length_m, "length")
    immersion = per_m * (change + done * deepest * trim)
    stores = draws.of(hull.prior("stores_share"), "stores")
    exchanged = deadweight * (ballast + stores)
    most = deadweight * draws.of(share, "cargo share")
    return np.clip(immersion + done * exchanged, 0.0, most)


def _as_table(values: Floats, *, unit: str, words: str) -> Quantity:
    """A quantity from equally likely draws."""
    like = Quantity.exactly(0.0, unit=unit)
    return Quantity.from_table(np.quantile(values, _LEVELS), like=like, words=words)


def _as_share(name: str, given: float | tuple[float, ...] | Quantity | None) -> Quantity | None:
    if given is None:
        return None
    share = Quantity.of(given)
    if not share.has_content or not 0 <= share.low <= share.high <= 1:
        raise TracksError(f"{name} is a share from 0 to 1, or a range of such, got {given!r}")
    return share


def _check_draught(name: str, value: object) -> float:
    """A draught that can be used, m."""
    wanted = f"{name} must be a draught in metres, above 0 and below {_OR_MORE_M:g}"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TracksError(f"{wanted}, got {value!r}")
    draught = float(value)
    if draught == 0:
        raise TracksError(f"{wanted}; 0 is 'not available' in AIS: take one sent earlier or later")
    if draught == _OR_MORE_M:
        raise TracksError(
            f"{wanted}; {_OR_MORE_M:g} is '25.5 or more' in AIS: the change is unknown"
        )
    if not 0 < draught < _OR_MORE_M:
        raise TracksError(f"{wanted}, got {value!r}; some files have tenths of a metre")
    return draught


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise TracksError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    return value


def _check_counts(draws: int, seed: int) -> None:
    """Enough draws for a range, and a seed that is one."""
    for name, value, least in (("draws", draws, 100), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise TracksError(f"{name} must be a whole number of at least {least}, got {value!r}")
