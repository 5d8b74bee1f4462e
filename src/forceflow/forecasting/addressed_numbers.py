"""Uniform and normal numbers of a forecast, by address: one more step or date changes none of the others."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..arrays import Floats

__all__ = ["normals_of", "uniforms_of"]


@lru_cache(maxsize=256)
def uniforms_of(seed: int, entity: str, draws: int) -> Floats:
    """Uniform numbers of one purpose of a forecast, by address."""
    from ..kernels.addressed import uniforms

    return uniforms(seed, "forecast", entity, draws)


@lru_cache(maxsize=256)
def normals_of(seed: int, entity: str, draws: int) -> Floats:
    """Normal numbers of one purpose of a forecast, by address."""
    from scipy.special import ndtri

    level = uniforms_of(seed, entity, draws)
    # Cut off the ends, where the normal quantile is infinite.
    inside = np.clip(level, 2.0**-54, 1 - 2.0**-53)
    return np.asarray(ndtri(inside))
