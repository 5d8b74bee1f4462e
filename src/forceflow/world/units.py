"""Exact conversion factors, as `forceflow.quantity.units` has them, by the name that figures and estimates use."""

from __future__ import annotations

from forceflow.quantity.units import (
    HOURS_PER_DAY,
    KM_PER_NM,
    M2_PER_SQ_FT,
    M3_PER_MEASUREMENT_TON,
    M_PER_FT,
    T_PER_LB,
    T_PER_LONG_TON,
    T_PER_SHORT_TON,
    known_units,
    unit_factor,
    which_tonnes,
)

__all__ = [
    "HOURS_PER_DAY",
    "KM_PER_NM",
    "M2_PER_SQ_FT",
    "M3_PER_MEASUREMENT_TON",
    "M_PER_FT",
    "T_PER_LB",
    "T_PER_LONG_TON",
    "T_PER_SHORT_TON",
    "known_units",
    "unit_factor",
    "which_tonnes",
]
