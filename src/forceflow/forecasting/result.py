"""What a forecast returns, and the dates it is for."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..dates import read_moment
from ..display import brief
from ..errors import EstimateError
from ..evidence.tables.event_frames import make_frame
from ..results.arguments import check_asked
from ..results.estimate import day_of, moment_of
from ..results.range import Range
from ..results.range_table import table_html
from .series import Series

__all__ = ["Forecast", "dates_ahead"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What will have been done by each of some dates.

    Parameters
    ----------
    method
        Which forecaster.
    dates, days_ahead
        For when, UTC; and days after the last date of the history, shape (h,).
    draws
        Equally likely values, shape (h, draws).
    history
        What the forecast was made from.
    coverage
        Share of the draws between ``low`` and ``high``.
    parameters
        Numbers of the fit, by name.
    notes
        What the forecast assumes about what is still to come.
    """

    method: str
    dates: tuple[dt.datetime, ...]
    days_ahead: Floats
    draws: Floats
    history: Series
    coverage: float = 0.9
    parameters: dict[str, float]
    notes: tuple[str, ...] = ()

    def quantile(self, p: ArrayLike) -> Floats:
        """Quantiles for each date: shape (h,) for one `p`, (h, k) for several."""
        levels = np.asarray(p, dtype=np.float64)
        return np.asarray(np.quantile(self.draws, levels, axis=1).T)

    @property
    def low(self) -> Floats:
        """Lower end of the interval, shape (h,)."""
        return self.quantile((1 - self.coverage) / 2)

    @property
    def middle(self) -> Floats:
        """Median, shape (h,)."""
        return self.quantile(0.5)

    @property
    def high(self) -> Floats:
        """Upper end of the interval, shape (h,)."""
        return self.quantile((1 + self.coverage) / 2)

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per date: date, low, middle, high."""
        columns: dict[str, Sequence[Any]] = {
            "date": list(self.dates),
            "low": self.low.tolist(),
            "middle": self.middle.tolist(),
            "high": self.high.tolist(),
        }
        return make_frame(columns, backend=backend or self.history.backend)

    __repr__ = brief

    def _repr_html_(self) -> str:
        rows = []
        for day, low, middle, high in zip(
            self.dates, self.low, self.middle, self.high, strict=True
        ):
            figure = Range(low, middle, high, self.history.unit)
            rows.append((f"{day:%Y-%m-%d}", str(figure)))
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return table_html(str(self), rows) + notes

    def __str__(self) -> str:
        last = Range.of_draws(self.draws[-1], coverage=self.coverage, unit=self.history.unit)
        return (
            f"forecast ({self.method}) of {self.history.name} from {self.history.dates[-1]:%Y-%m-%d}: {last} by "
            f"{self.dates[-1]:%Y-%m-%d} ({self.coverage:.0%})"
        )


def dates_ahead(
    history: Series, *, horizon: int, dates: Sequence[Any] | None
) -> tuple[tuple[dt.datetime, ...], Floats]:
    """Dates a forecast is for: those given, or `horizon` steps of the median length; and their days ahead."""
    last = history.days[-1]
    if dates is None:
        check_asked(horizon=horizon)
        step = np.median(np.diff(history.days))
        ahead = step * np.arange(1, horizon + 1)
        return tuple(moment_of(float(last + step)) for step in ahead), ahead
    moments = tuple(
        read_moment(date, name="dates", error=EstimateError) for date in _listed_dates(dates)
    )
    ahead = np.array([day_of(moment) for moment in moments]) - last
    if not ahead.size or (np.diff(ahead, prepend=0.0) <= 0).any():
        raise EstimateError(
            f"dates must be in order and after {history.dates[-1]:%Y-%m-%d}, the end of the history"
        )
    return moments, ahead


def _listed_dates(dates: Any) -> list[Any]:
    # A text is a sequence too, of letters.
    if isinstance(dates, str):
        raise EstimateError(f"dates is a list, got {dates!r}; write dates=[{dates!r}]")
    try:
        return list(dates)
    except TypeError:
        raise EstimateError(
            f"dates is a list of dates such as '2021-05-31', got {dates!r}"
        ) from None
