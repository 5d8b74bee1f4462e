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
        return _height(
            self.kind, np.asarray(x, dtype=np.float64), np.array(list(self.parameters.values()))
        )

    def time_to(self, share: ArrayLike) -> Any:
        """Where the curve has reached a share of its top, of the same shape."""
        f = np.asarray(share, dtype=np.float64)
        if ((f <= 0) | (f >= 1)).any():
            raise EstimateError(
                "a share above 0 and below 1 was wanted; the curve never reaches its top"
            )
        p = self.parameters
        if self.kind == "gompertz":
            x = -np.log(-np.log(f) / p["shift"]) / p["rate"]
        else:
            x = (p["shift"] - np.log(f ** -p.get("shape", 1.0) - 1)) / p["rate"]
        return float(x) if np.ndim(x) == 0 else x


def _height(kind: str, x: Floats, b: Floats) -> Floats:
    if kind == "gompertz":
        return np.asarray(b[0] * np.exp(-b[1] * np.exp(np.clip(-b[2] * x, -700, 700))))
    power = 1.0 if kind == "logistic" else 1.0 / b[3]
    # Through the logarithm: for a steep curve the exponential alone would overflow.
    return np.asarray(b[0] * np.exp(-power * np.logaddexp(0.0, b[1] - b[2] * x)))


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
    from scipy.optimize import least_squares

    if kind not in CURVES:
        raise UnknownNameError("curve", kind, CURVES)
    x_, y_ = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    names = CURVES[kind]
    free = len(names) - (top is not None)
    if x_.shape != y_.shape or x_.size <= free:
        raise EstimateError(
            f"a {kind} curve with {free} free parameters needs more points than that, got {x_.size}"
        )
    if top is not None and not top > 0:
        raise EstimateError(f"the top of a curve must be above 0, got {top!r}")

    def whole(b: Floats) -> Floats:
        return b if top is None else np.concatenate([[top], b])

    def miss(b: Floats) -> Floats:
        return _height(kind, x_, whole(b)) - y_

    height = top if top is not None else 1.1 * float(y_.max())
    f = np.clip(y_ / height, 0.01, 0.99)
    straight = -np.log(-np.log(f)) if kind == "gompertz" else np.log(f / (1 - f))
    rate, at = np.polyfit(x_, straight, 1)
    rate = max(float(rate), 1e-3 / max(float(np.ptp(x_)), 1e-9))
    first = [height, math.exp(-at) if kind == "gompertz" else -at, rate, 1.0][: len(names)]
    best = None
    for factor in (1.0, 0.5, 2.0):
        start = np.array(first[1:] if top is not None else first)
        start[-2 if kind == "richards" else -1] *= factor
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
        if np.isfinite(found.x).all() and (best is None or found.cost < best.cost):
            best = found
    if best is None:
        raise EstimateError(f"the {kind} curve does not fit these points")
    residual = float(2 * best.cost)
    slopes = np.asarray(best.jac, dtype=np.float64)
    covariance = np.linalg.pinv(slopes.T @ slopes) * residual / (x_.size - free)
    return Curve(
        kind,
        dict(zip(names, (float(v) for v in whole(best.x)), strict=True)),
        residual,
        covariance,
        top is not None,
    )
