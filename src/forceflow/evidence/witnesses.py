"""Claims that pass on one root source are one witness, however many papers printed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .reports import Claim, Report

__all__ = ["SourcedClaim", "Witness", "is_root", "witnesses"]

SourcedClaim: TypeAlias = tuple[Claim, Report]
"""A claim and the report that makes it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Claims that share a root source: one voice, however many papers printed it."""

    roots: tuple[str, ...]
    claims: tuple[Claim, ...]


def witnesses(claims: Sequence[SourcedClaim]) -> tuple[Witness, ...]:
    """Group claims that relay a common root, directly or through a third.

    A claim without roots was seen by its own report, which then is the root.
    """
    groups: list[tuple[set[str], list[Claim]]] = []
    for claim, report in claims:
        own_roots = set(claim.relays) or {report.id}
        roots, members = set(own_roots), list[Claim]()
        apart = []
        for group in groups:
            if group[0].isdisjoint(own_roots):
                apart.append(group)
                continue
            # A claim that passes on the roots of two groups makes one witness of both.
            roots |= group[0]
            members += group[1]
        groups = [*apart, (roots, [*members, claim])]
    return tuple(sorted((_make_witness(*group) for group in groups), key=_first_id))


def _make_witness(roots: Iterable[str], claims: Iterable[Claim]) -> Witness:
    return Witness(tuple(sorted(roots)), tuple(sorted(claims, key=_claim_id)))


def _claim_id(claim: Claim) -> str:
    return claim.id


def _first_id(witness: Witness) -> str:
    return witness.claims[0].id


def is_root(claim: Claim, report: Report) -> bool:
    """Whether the report prints its own finding: it relays no other source, or the root it names is itself."""
    if not claim.relays:
        return True
    # The first part of a report's id is the short name of its publisher: "bne-2025-01-30".
    names = (report.publisher.lower(), report.id.split("-")[0].lower())
    return any(root.lower().startswith(names) for root in claim.relays)
