"""What events were made with: the theatre, the reports and the grades, kept on each event."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from .grades import GRADES, Grades

if TYPE_CHECKING:
    from .reports import Report

__all__ = ["Provenance"]


class Provenance:
    """What a set of events was made with; one object that all of them share.

    It is no part of the value of an event: two events with the same content are equal whatever they were made with.

    Parameters
    ----------
    theatre
        As given to `merge_claims` or `from_frame`; see `read_theatre`. None where a table had a direction
        in every row and no theatre was given.
    reports
        The reports with the claims that were used, by id; none for a table that came without reports.
    grades
        What the Admiralty letters meant when the claims were pooled.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"), theatre="libya")
    >>> events[0].provenance
    Provenance(theatre='libya', 5 reports)
    """

    __slots__ = ("grades", "reports", "theatre")

    theatre: str | tuple[str, ...] | None
    reports: tuple[Report, ...]
    grades: Grades

    def __init__(
        self,
        *,
        theatre: str | Collection[str] | None,
        reports: Iterable[Report] = (),
        grades: Grades = GRADES,
    ) -> None:
        self.theatre = _as_theatre(theatre)
        self.reports = tuple(reports)
        self.grades = grades

    def __repr__(self) -> str:
        return f"Provenance(theatre={self.theatre!r}, {len(self.reports)} reports)"

    def __deepcopy__(self, memo: object) -> Provenance:
        # Nothing in it changes, and every event of a set points to it.
        return self


def _as_theatre(theatre: object) -> str | tuple[str, ...] | None:
    """A theatre as it is kept: its name, its countries as a tuple, or None."""
    if theatre is None or isinstance(theatre, str):
        return theatre
    if isinstance(theatre, Collection):
        return tuple(theatre)
    return (str(theatre),)
