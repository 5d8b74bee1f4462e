"""Reports that ship with forceflow, with what to cite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from ..display import Listed
from ..errors import UnknownNameError
from .claim_checks import check_unique
from .drawdowns import DRAWDOWNS
from .report_files import read_reports
from .reports import Report

__all__ = ["Dataset", "list_datasets", "load_reports", "seeds_folder"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of reports, or a series, that ships with forceflow.

    Parameters
    ----------
    name, title
        What to load, and what it is.
    citation
        What to cite when you publish numbers from it.
    licence
        Of our coding, and of what is not ours.
    folders
        Folders under ``seeds/``; empty for a series.
    """

    name: str
    title: str
    citation: str
    licence: str
    folders: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.title}. Cite: {self.citation}. {self.licence}"


_LICENCE: Final = (
    "The coding (claims in our words, figures, windows, links) is BSD-3-Clause like forceflow; the publications "
    "themselves belong to their publishers and are not included"
)
_CITED: Final = "the reports named in each claim, and forceflow"

_REPORT_SETS: Final = {
    "syria-2024": Dataset(
        "syria-2024",
        "five reports on the Russian withdrawal from Syria, December 2024 to June 2025",
        _CITED,
        _LICENCE,
        (".",),
    ),
    "syria-2024-extended": Dataset(
        "syria-2024-extended",
        "the five reports and the wider published record of the same withdrawal, December 2024 to March 2025",
        _CITED,
        _LICENCE,
        (".", "extended"),
    ),
}


def list_datasets() -> tuple[Dataset, ...]:
    """Everything that ships, with citation and licence note: reports for `load_reports`, series for `load_drawdown`.

    Examples
    --------
    >>> import forceflow as ff
    >>> [data.name for data in ff.list_datasets()][:2]
    ['syria-2024', 'syria-2024-extended']
    """
    datasets = list(_REPORT_SETS.values())
    for name, (title, _) in DRAWDOWNS.items():
        citation = "the sources in its frame, and forceflow"
        datasets.append(Dataset(f"{name} (drawdown)", title, citation, _LICENCE))
    return tuple(datasets)


def load_reports(name: str) -> tuple[Report, ...]:
    """Read a set of reports that ships with forceflow.

    Parameters
    ----------
    name
        "syria-2024": the five reports; "syria-2024-extended": those and the wider record.

    Raises
    ------
    UnknownNameError
        There is no such set; the message lists the nearest.

    Examples
    --------
    >>> import forceflow as ff
    >>> len(ff.load_reports("syria-2024"))
    5
    """
    if name not in _REPORT_SETS:
        raise UnknownNameError("data set", name, _REPORT_SETS, show_all=True)
    return _read_set(name)


@cache
def _read_set(name: str) -> tuple[Report, ...]:
    reports: list[Report] = []
    for folder in _REPORT_SETS[name].folders:
        reports += read_reports(seeds_folder() / folder)
    # Each folder is checked when it is read, and ids could still be used in two of them.
    check_unique(reports)
    return Listed(reports)


def seeds_folder() -> Path:
    """Return the folder of shipped reports, in the wheel or in a checkout."""
    inside = Path(str(files("forceflow"))) / "seeds"
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "seeds"
