"""One change of rate in each of many series at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats, Ints
from ..errors import EstimateError
from .partitions import whole_counts

__all__ = ["ChangeScan", "scan_changes"]


@dataclass(frozen=True, slots=True, eq=False)
class ChangeScan:
    """One possible change in each of many series.

    Parameters
    ----------
    posterior
        Probability that bin k is the last of the old rate, given that there is one change; shape (series, n - 1).
    log_bayes_factor
        Log evidence of one change over none, shape (series,); positive speaks for a change.
    """

    posterior: Floats
    log_bayes_factor: Floats

    @property
    def last_bin(self) -> Ints:
        """Most probable last bin of the old rate, shape (series,)."""
        return np.asarray(self.posterior.argmax(axis=1), dtype=np.int64)


def scan_changes(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    rate_prior: tuple[float, float] = (1.0, 1.0),
) -> ChangeScan:
    """Look for one change of rate in each of many series at once.

    Parameters
    ----------
    counts
        Whole counts, shape (series, n).
    exposure
        Of each bin, common to the series, shape (n,); 1 by default.
    rate_prior
        Gamma(shape, exposure) of the rates before and after.

    Raises
    ------
    EstimateError
        Counts that are no whole numbers of 0 or above, or fewer than 2 bins.

    Notes
    -----
    Poisson counts, the place of the change alike over the n - 1 boundaries beforehand; Raftery & Akman, Biometrika 73
    (1986), in discrete time. Several changes, clumped counts and rates are for `change_points`.

    Examples
    --------
    >>> scan_changes([[5, 6, 4, 5, 0, 1, 0, 0], [2, 3, 2, 1, 3, 2, 2, 2]]).log_bayes_factor.round(1).tolist()
    [6.4, -1.0]
    """
    from scipy.special import gammaln

    from ..kernels.changepoints import log_gammas, single_change

    y = np.asarray(counts)
    if y.dtype != np.int64 or not y.flags.c_contiguous or y.ndim != 2:
        y = np.atleast_2d(whole_counts(counts))
    n = y.shape[1]
    a, b = float(rate_prior[0]), float(rate_prior[1])
    m = np.ones(n) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if (
        n < 2
        or m.shape != (n,)
        or not bool((m >= 0).all())
        or not (a > 0 and b > 0)
        or int(y.min()) < 0
    ):
        raise EstimateError(
            f"counts of 0 or above in 2 or more bins, an exposure of each, a prior above 0: got {y.shape}"
        )
    total = y.sum(axis=1)
    table = np.empty(int(total.max()) + 1)
    log_gammas(a, table)
    before = np.cumsum(m)[:-1]
    posterior, log_sum = np.empty((y.shape[0], n - 1)), np.empty(y.shape[0])
    single_change(
        y, np.log(b + before), np.log(b + (m.sum() - before)), a, table, posterior, log_sum
    )
    start = a * math.log(b) - float(gammaln(a))
    none = start + table[total] - (a + total) * math.log(b + float(m.sum()))
    return ChangeScan(posterior, 2 * start + log_sum - math.log(n - 1) - none)
