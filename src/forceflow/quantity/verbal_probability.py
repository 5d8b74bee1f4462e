"""Words of estimative probability, each with its scale named; scales are never mixed."""

from __future__ import annotations

from typing import Final

from ..errors import QuantityError, nearest
from .quantity import Quantity, build

__all__ = ["VERBAL_SCALES", "verbal_probability"]

VERBAL_SCALES: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "Kent": {
        "almost certain": (0.87, 0.99),
        "probable": (0.63, 0.87),
        "chances about even": (0.40, 0.60),
        "probably not": (0.20, 0.40),
        "almost certainly not": (0.02, 0.12),
    },
    "ICD 203": {
        "almost no chance": (0.01, 0.05),
        "very unlikely": (0.05, 0.20),
        "unlikely": (0.20, 0.45),
        "roughly even chance": (0.45, 0.55),
        "likely": (0.55, 0.80),
        "very likely": (0.80, 0.95),
        "almost certain": (0.95, 0.99),
    },
    "PHIA": {
        "remote chance": (0.0, 0.05),
        "highly unlikely": (0.10, 0.20),
        "unlikely": (0.25, 0.35),
        "realistic possibility": (0.40, 0.50),
        "likely": (0.55, 0.75),
        "highly likely": (0.80, 0.90),
        "almost certain": (0.95, 1.0),
    },
}
"""Bands by scale and phrase. Kent 1964 gave a middle and a spread; ICD 203 is the US intelligence community's; PHIA the
UK yardstick, whose gaps are intended."""


def verbal_probability(phrase: str, *, scale: str) -> Quantity:
    """Read a phrase such as "likely" as a probability, on a named scale.

    Parameters
    ----------
    phrase
        One of the phrases of the scale.
    scale
        "Kent", "ICD 203" or "PHIA"; there is no default, because the same word differs between them.

    Returns
    -------
    Quantity
        A Beta distribution with the band as its central 80 %: readers spread wider than the bands (Wintle et al. 2019).

    Raises
    ------
    QuantityError
        The scale or the phrase is unknown.

    Examples
    --------
    >>> likely = verbal_probability("likely", scale="ICD 203")
    >>> [round(float(p), 2) for p in likely.quantile([0.1, 0.9])]
    [0.55, 0.8]
    """
    if not isinstance(phrase, str) or not isinstance(scale, str):
        raise QuantityError(f"a phrase and a scale are texts, got {phrase!r} and {scale!r}")
    if scale not in VERBAL_SCALES:
        raise QuantityError(f"unknown scale {scale!r}; use one of {', '.join(VERBAL_SCALES)}")
    bands = VERBAL_SCALES[scale]
    key = " ".join(phrase.lower().split())
    if key not in bands:
        close = nearest(key, bands) or list(bands)
        raise QuantityError(f"{phrase!r} is not on the {scale} scale; it has {', '.join(close)}")
    a, b = beta_of_band(*bands[key], coverage=0.8)
    return build("beta", (a, b, 1.0), unit="probability", words=f"{phrase} ({scale})")


def beta_of_band(low: float, high: float, *, coverage: float) -> tuple[float, float]:
    """Parameters of the Beta distribution whose central `coverage` comes closest to [low, high]."""
    import numpy as np
    from scipy.optimize import least_squares
    from scipy.special import betaincinv

    bottom, top = max(low, 1e-6), min(high, 1 - 1e-6)
    tail = (1 - coverage) / 2
    middle = (bottom + top) / 2
    size = max(middle * (1 - middle) / ((top - bottom) / 3) ** 2 - 1, 0.5)

    def miss(log_ab: object) -> object:
        a, b = np.exp(np.asarray(log_ab))
        return np.array([betaincinv(a, b, tail) - bottom, betaincinv(a, b, 1 - tail) - top])

    found = least_squares(miss, np.log([max(middle * size, 0.1), max((1 - middle) * size, 0.1)]))  # type: ignore[arg-type]
    a, b = np.exp(found.x)
    return float(a), float(b)
