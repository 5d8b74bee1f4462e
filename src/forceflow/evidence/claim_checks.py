"""What each claim and each set of reports must satisfy; every refusal names file, claim and field."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import EventError, ReportError, RouteError, UnknownNameError, nearest
from ..world import find_end
from .platform_names import moving_ids
from .reports import MEASURE_OF_UNIT, UNIT_FACTORS, Claim, Report

__all__ = ["check_claim", "check_unique"]


def check_claim(claim: Claim, report: Report) -> None:
    """Refuse a claim whose window, event, numbers, places or platform are wrong.

    Raises
    ------
    ReportError
        Something is wrong; the message names file, claim and field.
    """
    try:
        _check_window(claim)
        _check_event(claim, report)
        _check_inferred(claim)
        _check_numbers(claim)
        _check_places(claim)
        if claim.kind == "movement":
            _check_movement(claim)
    except _WrongFieldError as error:
        raise ReportError(
            error.message, file=report.file, claim=claim.id, field=error.field
        ) from None


class _WrongFieldError(Exception):
    """What is wrong with a field of a claim."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field, self.message = field, message


def _check_window(claim: Claim) -> None:
    if claim.stop <= claim.start:
        raise _WrongFieldError(
            "stop",
            f"ends ({claim.stop:%Y-%m-%d}) before or when it starts ({claim.start:%Y-%m-%d}); the "
            "window is half-open, so a single day stops on the day after",
        )


def _check_event(claim: Claim, report: Report) -> None:
    if claim.event not in report.events:
        close = nearest(claim.event, report.events) or sorted(report.events)
        raise _WrongFieldError(
            "event", f"unknown event {claim.event!r}; [events] of this file has {', '.join(close)}"
        )


def _check_inferred(claim: Claim) -> None:
    for name in claim.inferred:
        if name not in Claim.model_fields:
            raise _WrongFieldError("inferred", f"{name!r} is not a field of a claim")


def _check_numbers(claim: Claim) -> None:
    """Read both numbers, so that words that are not understood are refused here and not in a merge."""
    for field, number in (("quantity", "number"), ("movements", "movement_count")):
        try:
            getattr(claim, number)
        except ValueError as error:
            raise _WrongFieldError(field, str(error)) from None


def _check_places(claim: Claim) -> None:
    """Refuse unknown places, and ends of a movement that its mode does not reach."""
    mode = claim.mode if claim.kind == "movement" else None
    for field in ("origin", "destination"):
        name = getattr(claim, field)
        if name:
            _check_place(field, name, mode)
    # What lies on the way may be of any kind.
    for name in claim.via:
        _check_place("via", name, None)


def _check_place(field: str, name: str, mode: str | None) -> None:
    try:
        find_end(name, mode)
    except (UnknownNameError, RouteError) as error:
        raise _WrongFieldError(field, str(error)) from None


def _check_movement(claim: Claim) -> None:
    """Refuse a movement without mode or ends, by a platform of another mode, or to where it began."""
    for field in ("mode", "origin", "destination"):
        if not getattr(claim, field):
            raise _WrongFieldError(
                field, "a movement needs it; use kind 'presence' or 'posture' for what did not move"
            )
    try:
        moving_ids(claim.platform, str(claim.mode))
    except (UnknownNameError, EventError) as error:
        raise _WrongFieldError("platform", str(error)) from None
    end = find_end(claim.destination, claim.mode)
    # A region is wide enough to move within.
    if find_end(claim.origin, claim.mode) == end and end.kind != "region":
        raise _WrongFieldError(
            "destination", "is the origin; use kind 'presence' or 'posture' for what did not move"
        )
    if claim.number.has_content and claim.measure is None:
        known = ", ".join((*MEASURE_OF_UNIT, *UNIT_FACTORS))
        raise _WrongFieldError(
            "unit", f"a movement with a number needs a unit out of {known}; got {claim.unit!r}"
        )


def check_unique(reports: Iterable[Report]) -> None:
    """Refuse report ids or claim ids that are used twice."""
    file_of_report: dict[str, str] = {}
    file_of_claim: dict[str, str] = {}
    for report in reports:
        if report.id in file_of_report:
            raise ReportError(
                f"report id {report.id!r} is already used in {file_of_report[report.id]}",
                file=report.file,
            )
        file_of_report[report.id] = report.file
        for claim in report.claims:
            if claim.id in file_of_claim:
                raise ReportError(
                    f"claim id is already used in {file_of_claim[claim.id]}",
                    file=report.file,
                    claim=claim.id,
                )
            file_of_claim[claim.id] = report.file
