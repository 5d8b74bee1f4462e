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

    y = _read_series(counts)
    n = y.shape[1]
    shape, prior_exposure = float(rate_prior[0]), float(rate_prior[1])
    seen = np.ones(n)
    if exposure is not None:
        seen = np.asarray(exposure, dtype=np.float64)
    _check_scan(y, seen, shape, prior_exposure)
    total = y.sum(axis=1)
    log_gamma = np.empty(int(total.max()) + 1)
    log_gammas(shape, log_gamma)
    before = np.cumsum(seen)[:-1]
    after = seen.sum() - before
    posterior, log_sum = np.empty((y.shape[0], n - 1)), np.empty(y.shape[0])
    single_change(
        y,
        np.log(prior_exposure + before),
        np.log(prior_exposure + after),
        shape,
        log_gamma,
        posterior,
        log_sum,
    )
    # The constant of the gamma prior: once without a change, twice with one.
    start = shape * math.log(prior_exposure) - float(gammaln(shape))
    fit = (shape + total) * math.log(prior_exposure + float(seen.sum()))
    none = start + log_gamma[total] - fit
    return ChangeScan(posterior, 2 * start + log_sum - math.log(n - 1) - none)


def _read_series(counts: ArrayLike) -> Ints:
    """Whole counts, shape (series, n)."""
    y = np.asarray(counts)
    # Whole numbers laid out as the kernel wants them are taken as they are, without a copy.
    if y.dtype == np.int64 and y.flags.c_contiguous and y.ndim == 2:
        return y
    return np.atleast_2d(whole_counts(counts))


def _check_scan(y: Ints, seen: Floats, shape: float, prior_exposure: float) -> None:
    """Refuse too few bins, counts or exposures below 0, and a prior that is none."""
    n = y.shape[1]
    has_exposure = seen.shape == (n,) and bool((seen >= 0).all())
    has_prior = shape > 0 and prior_exposure > 0
    if n < 2 or not has_exposure or not has_prior or int(y.min()) < 0:
        raise EstimateError(
            f"counts of 0 or above in 2 or more bins, an exposure of each, a prior above 0: got {y.shape}"
        )
