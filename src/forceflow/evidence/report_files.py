"""Reports from TOML files; a folder is checked as a whole, and gives all of its reports or none."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..display import Listed
from ..errors import ReportError, nearest
from .claim_checks import check_claim, check_unique
from .reports import Claim, Report

__all__ = ["CASE_FILE", "read_reports"]

CASE_FILE = "case.toml"
"""What a study assumes of its own theatre; it lies beside the reports and is none of them."""


def read_reports(path: str | Path) -> tuple[Report, ...]:
    """Read every report of a folder (or one file), checked as a whole.

    Parameters
    ----------
    path
        A folder with one ``.toml`` file per report (neither sub-folders nor ``case.toml`` are read), or one such file.

    Returns
    -------
    tuple of Report
        In the order of the file names.

    Raises
    ------
    ReportError
        The folder or file is missing or empty, the TOML is broken, a field is missing or wrong, a place, platform
        or quantity is not understood, or an id is used twice. The message names file, claim and field.

    Examples
    --------
    >>> import forceflow as ff
    >>> reports = ff.load_reports("syria-2024")
    >>> [report.id for report in reports]  # doctest: +ELLIPSIS
    ['bne-2025-01-30', 'euaa-2025-03', ...]
    """
    reports = Listed(map(_read_report, _find_files(Path(path))))
    check_unique(reports)
    return reports


def _find_files(path: Path) -> list[Path]:
    """The file, or those of a folder in the order of their names."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ReportError(
            "no such file or folder; give a folder of .toml reports such as 'seeds', or use "
            "load_reports('syria-2024') for the ones shipped",
            file=str(path),
        )
    found = [file for file in sorted(path.glob("*.toml")) if file.name != CASE_FILE]
    if not found:
        raise ReportError(
            "no reports here; a folder needs one .toml file per report", file=str(path)
        )
    return found


def _read_report(path: Path) -> Report:
    """Read one file, and check each of its claims."""
    file = path.name
    document = _read_toml(path)
    _check_tables(document, file)
    claims = document["claims"]
    fields = {
        "events": document.get("events", {}),
        "claims": claims,
        "file": file,
        "folder": str(path.parent.resolve()),
    }
    try:
        report = Report.model_validate({**document["report"], **fields})
    except ValidationError as error:
        raise _first_complaint(error, file, claims) from None
    for claim in report.claims:
        check_claim(claim, report)
    return report


def _read_toml(path: Path) -> dict[str, Any]:
    file = path.name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"not valid TOML: {error}", file=file) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"cannot be read: {error}", file=file) from None
    except RecursionError:
        # The parser of Python calls itself for each bracket.
        raise ReportError(
            "not valid TOML for a report: brackets within brackets without end", file=file
        ) from None


def _check_tables(document: dict[str, Any], file: str) -> None:
    """Refuse a file without the tables of a report, or with others."""
    if not isinstance(document.get("report"), dict):
        raise ReportError(
            "a report file needs a [report] table with id, publisher, title, published", file=file
        )
    for extra in sorted(set(document) - {"report", "events", "claims"}):
        raise ReportError(
            "unknown table; a file has [report], [events] and [[claims]]", file=file, field=extra
        )
    claims = document.get("claims")
    if not isinstance(claims, list) or not claims:
        raise ReportError("a report needs at least one [[claims]] table", file=file)


def _first_complaint(error: ValidationError, file: str, claims: Sequence[Any]) -> ReportError:
    """Turn the first of pydantic's complaints into one line that names claim and field."""
    detail: ErrorDetails = error.errors(include_url=False)[0]
    where, claim = list(detail["loc"]), ""
    if len(where) > 1 and where[0] == "claims":
        claim = _claim_name(int(where[1]), claims)
        where = where[2:]
    field = ".".join(map(str, where))
    field, message = _describe(detail, field, is_claim=bool(claim))
    return ReportError(message, file=file, claim=claim, field=field)


def _claim_name(number: int, claims: Sequence[Any]) -> str:
    """Id of a claim of a file, or its number where it has none."""
    name = f"number {number + 1}"
    if isinstance(claims[number], dict):
        return str(claims[number].get("id", name))
    return name


def _describe(detail: ErrorDetails, field: str, *, is_claim: bool) -> tuple[str, str]:
    """Field and message of a complaint of pydantic."""
    message = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            return field, _unknown_field(field, Claim if is_claim else Report)
        case "missing":
            return field, "is missing"
    if not isinstance(detail["input"], dict):
        return field, f"{message} (got {detail['input']!r:.80})"
    # A validator of the whole claim was at work, which names the field itself.
    if not field and ": " in message:
        field, _, message = message.partition(": ")
    return field, message


def _unknown_field(field: str, model: type[Claim] | type[Report]) -> str:
    close = nearest(field, model.model_fields)
    if not close:
        return "unknown field"
    return f"unknown field; did you mean {', '.join(close)}?"
