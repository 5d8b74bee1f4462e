"""What `change_points` gives: the segments of the most probable partition, and how sure each change is."""

from __future__ import annotations

import datetime as dt
import html
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays import Floats, Ints
from ..dates import read_moment
from ..display import brief
from ..errors import EstimateError
from ..evidence.tables.event_frames import make_frame
from ..results.range import Range

__all__ = ["ChangePoints", "Segment"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one rate in the most probable partition.

    Parameters
    ----------
    first, last
        Numbers of its first bin, and of the bin after its last.
    start, stop
        The same as moments, where the series has dates.
    rate
        Per unit of exposure, given the partition; a mixture over all versions of the counts.
    """

    first: int
    last: int
    start: dt.datetime | None
    stop: dt.datetime | None
    rate: Range


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangePoints:
    """Where a rate changed, and how sure that is.

    Parameters
    ----------
    counts, exposure
        The series, shape (n,); the mean over draws where several were given.
    edges
        Moments between bins, shape (n + 1,); empty for a series without dates.
    log_evidence, log_evidence_none
        Log probability of the counts under all partitions weighed by the prior, and under none but the whole; the mean
        over versions where several were given.
    log_unchanged
        Log probability that nothing changed, which may be too small for ``number[0]``.
    number
        Probability of 0, 1, 2, ... changes, shape (up to 21,); the last holds "that many or more" where it is cut.
    change
        Probability that bin i begins a new segment, shape (n,); 0 for the first.
    low, middle, high, mean
        Rate per unit of exposure in each bin, averaged over partitions, shape (n,). `mean` may be infinite under very
        clumped negative binomials.
    segments
        The most probable single partition, with the rate of each part given these cuts, over all versions of the
        counts. A picture, not the answer: other partitions may be nearly as probable.
    gap_days, bin_days
        Expected days between changes (prior) and days of a bin; their ratio is the chance of a change at each boundary.
    rate_prior
        Gamma(shape, exposure) of the rate of each segment.
    dispersion
        "poisson", or the expected variance over mean of a bin within segments.
    notes
        What the reader should know.
    claims, reports
        Ids of those behind the counts, where a rate needed them; none of a plain series.
    """

    counts: Floats
    exposure: Floats
    edges: tuple[dt.datetime, ...]
    log_evidence: float
    log_evidence_none: float
    log_unchanged: float
    number: Floats
    change: Floats
    low: Floats
    middle: Floats
    high: Floats
    mean: Floats
    segments: tuple[Segment, ...]
    gap_days: float
    bin_days: float
    rate_prior: tuple[float, float]
    dispersion: str
    coverage: float
    unit: str
    notes: tuple[str, ...] = ()
    backend: str = "polars"
    claims: tuple[str, ...] = field(default=(), repr=False)
    reports: tuple[str, ...] = field(default=(), repr=False)
    parts: tuple[Ints, Ints, Floats] = field(repr=False)

    @property
    def probability(self) -> float:
        """Probability of at least one change."""
        return float(1 - self.number[0])

    @property
    def log_bayes_factor(self) -> float:
        """Log of the odds of one or more changes over those before the counts were seen; positive speaks for change."""
        boundaries = self.counts.size - 1
        none = boundaries * math.log1p(-self.bin_days / self.gap_days)
        some = math.log(-math.expm1(none))
        with np.errstate(divide="ignore"):
            changed = float(np.log1p(-self.number[0]))
        return changed - self.log_unchanged - (some - none)

    @property
    def dates(self) -> tuple[dt.datetime, ...]:
        """Moments at which the most probable partition changes its rate."""
        return tuple(part.start for part in self.segments[1:] if part.start is not None)

    def probability_between(self, start: Any, stop: Any) -> float:
        """Probability that the rate changed at a boundary in [start, stop).

        Parameters
        ----------
        start, stop
            Days ("2025-01-15"), dates or moments; bin numbers where the series has no dates. A change "at bin i" means
            that bin i is the first of the new rate.
        """
        first = max(self._find_bin(start), 1)
        last = min(self._find_bin(stop), self.counts.size)
        if last <= first:
            return 0.0
        # No boundary at first, ..., last - 1: one segment reaches from before `first` to `last` or beyond.
        begin, end, p = self.parts
        is_across = (begin < first) & (end >= last)
        return float(max(0.0, 1 - p[is_across].sum()))

    def _find_bin(self, moment: Any) -> int:
        """Number of the first bin that begins at a moment or later."""
        if not self.edges:
            if isinstance(moment, (int, np.integer)):
                return int(moment)
            raise EstimateError(
                f"the series has no dates: give bin numbers 0 to {self.counts.size}, not {moment!r}"
            )
        at = read_moment(moment, name="moment", error=EstimateError)
        return bisect_left(self.edges, at)

    def to_frame(self, *, backend: str | None = None) -> Any:
        """One row per bin: bin (or start, stop), count, exposure, change, low, middle, high, mean, unit."""
        n = self.counts.size
        columns: dict[str, Sequence[Any]] = {"bin": list(range(n))}
        if self.edges:
            columns["start"] = list(self.edges[:-1])
            columns["stop"] = list(self.edges[1:])
        columns["count"] = self.counts.tolist()
        for name in ("exposure", "change", "low", "middle", "high", "mean"):
            columns[name] = getattr(self, name).tolist()
        columns["unit"] = [self.unit] * n
        return make_frame(columns, backend=backend or self.backend)

    __repr__ = brief

    def __str__(self) -> str:
        likely = int(np.argmax(self.number))
        plural = "s" * (likely != 1)
        return (
            f"change of pace: {self.probability:.1%} (log Bayes factor {self.log_bayes_factor:.1f}), most likely "
            f"{likely} change{plural} ({self.number[likely]:.0%}); {self._most_probable()}; "
            f"a change expected every {self.gap_days:g} days beforehand"
        )

    def _most_probable(self) -> str:
        """The changes of the most probable partition in words, the first six of them."""
        changes = self.segments[1:]
        if not changes:
            return "the most probable partition has none"
        where = ", ".join(map(_name_segment, changes[:6]))
        more = ", ..." * (len(changes) > 6)
        return f"most probable partition changes at {where}{more}"

    def _repr_html_(self) -> str:
        rows, notes = "", ""
        for part in self.segments:
            rate = html.escape(str(part.rate))
            rows += f"<tr><th>{_name_segment(part)}</th><td>{rate}</td></tr>"
        for note in self.notes:
            notes += f"<li>{html.escape(note)}</li>"
        return (
            f"<p>{html.escape(str(self))}</p><table><tbody>{rows}</tbody></table><ul>{notes}</ul>"
        )


def _name_segment(part: Segment) -> str:
    """Its first day, or the number of its first bin where the series has no dates."""
    if part.start is None:
        return f"bin {part.first}"
    return f"{part.start:%Y-%m-%d}"
