"""What physics says against a claim: flags for the analyst; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ..errors import ForceflowError, UnknownNameError
from ..world import Aircraft, Vessel, find_place, find_platform, route
from ..world.units import KM_PER_NM
from .reports import Claim, Report, platform_ids

__all__ = ["Flag", "flag_infeasible"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that cannot be as it was said.

    Parameters
    ----------
    claims
        The claims that exclude each other, or the one that excludes itself.
    reason
        What would have had to be, and what can be.
    """

    claims: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{' + '.join(self.claims)}: {self.reason}"


def flag_infeasible(reports: Iterable[Report]) -> tuple[Flag, ...]:
    """Claims that physics speaks against: loads above what a type lifts, ships faster than they sail.

    Parameters
    ----------
    reports
        Reports; the claims stay as they are.

    Returns
    -------
    tuple of Flag
        In order of claim ids.

    Notes
    -----
    Load: published tonnes per aircraft above the structural payload, or the payload at the distance is out of reach.
    Speed: a named vessel at two places in windows that do not overlap has from the first moment of one window to the
    last of the next to get there by the shortest open sea route; flagged when even that wants 5 % above its top speed.
    """
    flags: list[Flag] = []
    sightings: dict[str, list[tuple[Claim, str]]] = {}
    for report in sorted(reports, key=lambda report: report.id):
        for claim in report.claims:
            flags += _load(claim)
            if claim.mode == "sea" and claim.kind in ("movement", "presence"):
                for name in _named_vessels(claim):
                    sightings.setdefault(name, []).append((claim, claim.origin))
    for name, seen in sorted(sightings.items()):
        flags += _speed(name, seen)
    return tuple(sorted(set(flags), key=lambda flag: (flag.claims, flag.reason)))


def _load(claim: Claim) -> list[Flag]:
    if claim.mode != "air" or not claim.platform:
        return []
    try:
        crafts = [
            p for name in platform_ids(claim.platform, claim.mode) if isinstance(p := find_platform(name), Aircraft)
        ]
    except UnknownNameError:
        return []
    flags = []
    if claim.measure == "tonnes" and claim.number.has_content and crafts and claim.movement_count.has_content:
        each = claim.number.best / claim.movement_count.best
        best = max(craft.structural_payload_t.value.high for craft in crafts)
        if each > best:
            names = ", ".join(craft.name for craft in crafts)
            flags.append(Flag((claim.id,), f"{each:,.0f} t an aircraft; {names} lifts {best:,.0f} t at most"))
    if claim.kind == "movement":
        way = route(claim.origin, claim.destination, mode="air", via=claim.via)
        for craft in crafts:
            if way.distance_km > craft.ferry_range_km.value.high:
                flags.append(
                    Flag(
                        (claim.id,),
                        f"{way.distance_km:,.0f} km without a stop; {craft.name} flies "
                        f"{craft.ferry_range_km.value.high:,.0f} km empty at most",
                    )
                )
    return flags


def _named_vessels(claim: Claim) -> list[str]:
    names = []
    for name in claim.platform.split(";"):
        try:
            platform = find_platform(name.strip())
        except UnknownNameError:
            continue
        if isinstance(platform, Vessel) and "class" not in platform.id.lower() and "ship" not in platform.id.lower():
            names.append(platform.id)
    return names


def _speed(name: str, seen: list[tuple[Claim, str]]) -> list[Flag]:
    vessel = find_platform(name)
    assert isinstance(vessel, Vessel)
    top = vessel.speed_km_per_h.high
    flags = []
    ordered = sorted(((c, place) for c, place in seen if place), key=lambda pair: (pair[0].start, pair[0].id))
    for (one, here), (other, there) in pairwise(ordered):
        if other.start < one.stop or find_place(here).id == find_place(there).id:
            continue
        try:
            distance = route(here, there, mode="sea").distance_km
        except ForceflowError:
            continue
        hours = (other.stop - one.start).total_seconds() / 3600
        if distance / hours > top * 1.05:
            need, can = distance / hours / KM_PER_NM, top / KM_PER_NM
            flags.append(
                Flag(
                    (one.id, other.id),
                    f"{name} from {find_place(here).name} to {find_place(there).name} would have needed {need:.0f} kn; "
                    f"it sails {can:.0f} kn at most",
                )
            )
    return flags
