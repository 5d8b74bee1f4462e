"""What was seen of ships and aircraft as reports, to be merged with what was published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import FrameError
from ..evidence.reports import Report
from ..evidence.tables.native_frames import table_of
from .noted import Noted
from .sailings import see_voyages
from .seen_movements import reports_of
from .sorties import Loaded, see_flights

__all__ = ["as_reports"]


def as_reports(
    table: Any,
    *,
    platforms: Mapping[str, str | None] | None = None,
    include_anchorages: bool = False,
    types: Any = None,
    theatre: str | Collection[str] | None = None,
    loaded: Loaded | None = None,
    least_weight: float | None = None,
    places: Mapping[str, str] | None = None,
    events: Mapping[str, str] | None = None,
    grade: str | None = None,
    source: str | None = None,
) -> Noted[Report]:
    """The voyages of `sailings` or the flights of `sorties` as reports with claims, to be merged with others.

    Parameters
    ----------
    table
        Port calls, as `port_calls` returns them, or legs, as `legs` returns them; a column "aircraft" makes it legs.
    platforms, include_anchorages
        Of port calls, as in `sailings`.
    types, theatre, loaded, least_weight
        Of legs, as in `sorties`; None: as by default there. The theatre decides which leg of a trip is the way back.
    places, grade, source
        As in `sailings` and `sorties`.
    events
        Which of them is which event of other reports, by ids: ``{"273123456-tartus-20250127T214000":
        "sparta-ii-sails"}``. Only what is named here is merged; `ff.evidence.suggest_links` lists candidates.

    Returns
    -------
    Noted of Report
        One for each record (the column `source`) and grade, published on the last day of that record; its `notes` are
        those of `sailings` or `sorties`.

    Raises
    ------
    FrameError, EventError, UnknownNameError
        As of `sailings` and `sorties`, or an argument is given that goes with the other table.

    Examples
    --------
    >>> import forceflow as ff
    >>> track_reports = ff.tracks.as_reports(calls, events={  # doctest: +SKIP
    ...     "273123456-tartus-20250127T214000": "sparta-ii-sails"})
    >>> events = ff.merge_claims([*ff.load_reports("syria-2024"), *track_reports])  # doctest: +SKIP
    """
    of_calls: dict[str, Any] = {"platforms": platforms, "include_anchorages": include_anchorages}
    of_legs: dict[str, Any] = {
        "types": types,
        "theatre": theatre,
        "loaded": loaded,
        "least_weight": least_weight,
    }
    shared: dict[str, Any] = {"places": places, "source": source}
    rows = table_of(table)
    if "aircraft" in rows.columns:
        _refuse_others(of_calls, "port calls", "legs")
        seen, notes = see_flights(rows.to_native(), **_given(of_legs), **shared)
    else:
        _refuse_others(of_legs, "legs", "port calls")
        seen, notes = see_voyages(rows.to_native(), **_given(of_calls), **shared)
    return Noted(reports_of(seen, events=events, grade=grade), notes=notes)


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that were given; the others keep the default of the function they go to."""
    return {name: value for name, value in arguments.items() if value is not None}


def _refuse_others(others: Mapping[str, Any], theirs: str, table: str) -> None:
    # A flag that is off says nothing.
    for name, value in _given(others).items():
        if value is not False:
            raise FrameError(f"{name}= goes with {theirs}, and this is a table of {table}")
