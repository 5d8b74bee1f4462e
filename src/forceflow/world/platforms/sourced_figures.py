"""A value with its source and its status, and the list of sources it points to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ...errors import QuantityError, UnknownNameError
from ...quantity import Quantity
from ...quantity.units import KM_PER_NM, M_PER_FT, T_PER_LB, T_PER_SHORT_TON
from ..names import read_data

__all__ = [
    "STATUSES",
    "Figure",
    "Source",
    "Status",
    "figure_from",
    "source",
    "sources",
]

Status = Literal["read", "recalled", "prior"]
STATUSES: tuple[Status, ...] = ("read", "recalled", "prior")

KM_PER_MI = 1.609344
"""Kilometres in a statute mile, by definition; also km/h in a mile per hour."""

PRINTED_UNITS: Mapping[str, float] = {
    "kn": KM_PER_NM,
    "nm": KM_PER_NM,
    "mph": KM_PER_MI,
    "mi": KM_PER_MI,
    "ft": M_PER_FT,
    "lb": T_PER_LB,
    "st": T_PER_SHORT_TON,
}
"""Units a data file may keep as printed, and what one of them is in the unit of the field."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was published, or why it is assumed.

    Parameters
    ----------
    id
        Short name that figures refer to.
    title, publisher, date, url
        As far as known; an empty string where not. `date` is ISO 8601, a year at least.
    """

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of the catalogue: a range, where it comes from and how far to trust it.

    Parameters
    ----------
    value
        The value with its range; sources that disagree make an interval.
    source
        Id of a source in ``data/sources.toml``.
    status
        ``"read"`` (seen in the source), ``"recalled"`` (remembered, not checked) or ``"prior"`` (assumed; the
        reason is in `note`). It is that of the best value; the ends may come from elsewhere, see `note`.
    note
        What a reader must know: the disagreement, the reason of a prior, the load the range belongs to.
    """

    value: Quantity
    source: str
    status: Status
    note: str = ""

    @property
    def low(self) -> float:
        """Lower bound of the value."""
        return float(self.value.low)

    @property
    def best(self) -> float:
        """Most likely value."""
        return float(self.value.best)

    @property
    def high(self) -> float:
        """Upper bound of the value."""
        return float(self.value.high)

    def bound(self, name: str) -> float:
        """One of the three bounds, by its name: ``"low"``, ``"best"`` or ``"high"``."""
        return {"low": self.low, "best": self.best, "high": self.high}[name]

    def __str__(self) -> str:
        span = f"{self.best:g}"
        if self.low != self.high:
            span += f" ({self.low:g} to {self.high:g})"
        if self.value.unit:
            span += f" {self.value.unit}"
        return f"{span} [{self.status}: {self.source}]"


def figure_from(raw: Mapping[str, Any], *, unit: str, where: str) -> Figure:
    """Build a `Figure` from one table of a data file.

    Parameters
    ----------
    raw
        ``value`` (a number, ``[low, high]`` or ``[low, best, high]``), ``source``, ``status``, perhaps ``note``
        and ``printed_in`` (one of `PRINTED_UNITS`), when the value is as printed and is to be converted.
    unit
        Unit of the value.
    where
        Place in the data, for messages.

    Raises
    ------
    QuantityError
        The status is none of the three, bounds are out of order, or a prior states no reason.
    """
    status, note = raw["status"], str(raw.get("note", ""))
    if status not in STATUSES:
        raise QuantityError(f"{where}: status {status!r}, wanted one of {', '.join(STATUSES)}")
    if status == "prior" and not note:
        raise QuantityError(f"{where}: a prior must state its reason in 'note'")
    low, best, high = _three_bounds(raw["value"])
    if "printed_in" in raw:
        # The file keeps the figure as printed, so that it can be checked against its source.
        factor = PRINTED_UNITS[str(raw["printed_in"])]
        low, best, high = low * factor, best * factor, high * factor
    if not low <= best <= high:
        raise QuantityError(f"{where}: bounds out of order: {low:g}, {best:g}, {high:g}")
    given = Quantity(low, best, high, unit=unit)
    return Figure(given, str(raw["source"]), status, note)


def _three_bounds(value: float | list[float]) -> tuple[float, float, float]:
    """Low, best and high of a number, of ``[low, high]`` or of all three."""
    if not isinstance(value, list):
        return float(value), float(value), float(value)
    if len(value) == 2:
        low, high = map(float, value)
        # With two bounds only, nothing speaks for one side of the middle.
        return low, (low + high) / 2, high
    low, best, high = map(float, value)
    return low, best, high


@cache
def sources() -> Mapping[str, Source]:
    """All sources of the platform data by id."""
    return {key: Source(id=key, **entry) for key, entry in read_data("sources.toml").items()}


def source(name: str) -> Source:
    """One source by its id.

    Raises
    ------
    UnknownNameError
        No source has that id; the message lists the nearest.
    """
    known = sources()
    if name not in known:
        raise UnknownNameError("source", name, known)
    return known[name]
