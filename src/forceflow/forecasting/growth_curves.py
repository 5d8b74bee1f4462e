"""Growth curves fitted by least squares: logistic, Richards and Gompertz."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import EstimateError, UnknownNameError

__all__ = ["CURVES", "Curve", "fit_curve"]


CURVES: dict[str, tuple[str, ...]] = {
    "logistic": ("top", "shift", "rate"),
    "richards": ("top", "shift", "rate", "shape"),
    "gompertz": ("top", "shift", "rate"),
}
"""Curves and their parameters; `top` is the asymptote."""

_RATE_FROM_END = {"logistic": -1, "richards": -2, "gompertz": -1}


@dataclass(frozen=True, slots=True)
class Curve:
    """A growth curve.

    Parameters
    ----------
    kind, parameters
        "logistic": top / (1 + exp(shift - rate x)); "richards": that to the power 1/shape; "gompertz":
        top exp(-shift exp(-rate x)).
    residual
        Residual sum of squares of the fit.
    covariance
        Of the fitted parameters, in their order; the fixed `top` is not among them.
    fixed_top
        Whether `top` was given.
    """

    kind: str
    parameters: dict[str, float]
    residual: float = 0.0
    covariance: Floats | None = None
    fixed_top: bool = False

    def value(self, x: ArrayLike) -> Floats:
        """Height of the curve at `x`, of the same shape."""
        parameters = np.array(list(self.parameters.values()))
        return _height_at(self.kind, np.asarray(x, dtype=np.float64), parameters)

    def time_to(self, share: ArrayLike) -> Any:
        """Where the curve has reached a share of its top, of the same shape."""
        f = np.asarray(share, dtype=np.float64)
        if ((f <= 0) | (f >= 1)).any():
            raise EstimateError(
                "a share above 0 and below 1 was wanted; the curve never reaches its top"
            )
        given = self.parameters
        shift, rate, shape = given["shift"], given["rate"], given.get("shape", 1.0)
        if self.kind == "gompertz":
            x = -np.log(-np.log(f) / shift) / rate
        else:
            x = (shift - np.log(f**-shape - 1)) / rate
        return float(x) if np.ndim(x) == 0 else x


def _height_at(kind: str, x: Floats, parameters: Floats) -> Floats:
    top, shift, rate, *shape = parameters
    if kind == "gompertz":
        # Clipped to where the exponential is a finite number.
        fading = np.exp(np.clip(-rate * x, -700, 700))
        return np.asarray(top * np.exp(-shift * fading))
    power = 1.0 / shape[0] if shape else 1.0
    # Through the logarithm: for a steep curve the exponential alone would overflow.
    log_share = -power * np.logaddexp(0.0, shift - rate * x)
    return np.asarray(top * np.exp(log_share))


def fit_curve(kind: str, x: ArrayLike, y: ArrayLike, *, top: float | None = None) -> Curve:
    """Fit a growth curve by least squares.

    Parameters
    ----------
    kind
        "logistic", "richards" or "gompertz".
    x, y
        Points, shape (n,); more of them than free parameters.
    top
        Fixes the asymptote. Before the inflection the data do not know it, so a forecast needs it from elsewhere.

    Raises
    ------
    UnknownNameError
        No such curve.
    EstimateError
        Too few points, or the fit does not converge.
    """
    if kind not in CURVES:
        raise UnknownNameError("curve", kind, CURVES)
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    free = len(CURVES[kind]) - (top is not None)
    _check_points(kind, x, y, free, top)
    fit = _best_fit(kind, x, y, top)
    if fit is None:
        raise EstimateError(f"the {kind} curve does not fit these points")
    residual = float(2 * fit.cost)
    slopes = np.asarray(fit.jac, dtype=np.float64)
    covariance = np.linalg.pinv(slopes.T @ slopes) * residual / (x.size - free)
    values = map(float, _with_top(fit.x, top))
    parameters = dict(zip(CURVES[kind], values, strict=True))
    return Curve(kind, parameters, residual, covariance, top is not None)


def _check_points(kind: str, x: Floats, y: Floats, free: int, top: float | None) -> None:
    if x.shape != y.shape or x.size <= free:
        raise EstimateError(
            f"a {kind} curve with {free} free parameters needs more points than that, got {x.size}"
        )
    if top is not None and not top > 0:
        raise EstimateError(f"the top of a curve must be above 0, got {top!r}")


def _with_top(free: Floats, top: float | None) -> Floats:
    """All parameters: a given top before those that are fitted."""
    return free if top is None else np.concatenate([[top], free])


def _best_fit(kind: str, x: Floats, y: Floats, top: float | None) -> Any:
    """The best of several least-squares fits; None where none converges."""
    from scipy.optimize import least_squares

    def miss(free: Floats) -> Floats:
        return _height_at(kind, x, _with_top(free, top)) - y

    best = None
    # A search from one rate may end at a poorer fit, so it starts from three.
    for factor in (1.0, 0.5, 2.0):
        start = _first_guess(kind, x, y, top)
        start[_RATE_FROM_END[kind]] *= factor
        try:
            found = least_squares(
                miss,
                start,
                method="lm",
                xtol=1e-14,
                ftol=1e-14,
                gtol=1e-14,
                x_scale=np.maximum(np.abs(start), 1e-3),
                max_nfev=4000,
            )
        except (ValueError, FloatingPointError):
            continue
        is_better = best is None or found.cost < best.cost
        if is_better and np.isfinite(found.x).all():
            best = found
    return best


def _first_guess(kind: str, x: Floats, y: Floats, top: float | None) -> Floats:
    """Parameters to start from: a line through the shares of the top, on the scale that makes the curve straight."""
    height = 1.1 * float(y.max()) if top is None else top
    share = np.clip(y / height, 0.01, 0.99)
    if kind == "gompertz":
        straight = -np.log(-np.log(share))
        rate, at = np.polyfit(x, straight, 1)
        shift = math.exp(-at)
    else:
        straight = np.log(share / (1 - share))
        rate, at = np.polyfit(x, straight, 1)
        shift = -at
    # A falling line would start the search on a curve that goes down.
    span = max(float(np.ptp(x)), 1e-9)
    rate = max(float(rate), 1e-3 / span)
    guess = [height, shift, rate, 1.0][: len(CURVES[kind])]
    return np.array(guess if top is None else guess[1:])
