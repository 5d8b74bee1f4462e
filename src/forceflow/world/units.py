"""Exact conversion factors of the units that sources print; everything inside forceflow is metric.

Figures are converted once, on the way in, by multiplying with one of these.
"""

from __future__ import annotations

__all__ = [
    "HOURS_PER_DAY",
    "KM_PER_NM",
    "M2_PER_SQ_FT",
    "M3_PER_MEASUREMENT_TON",
    "M_PER_FT",
    "T_PER_LB",
    "T_PER_LONG_TON",
    "T_PER_SHORT_TON",
]

HOURS_PER_DAY = 24.0
"""Hours in a day."""

KM_PER_NM = 1.852
"""Kilometres in an international nautical mile, by definition; also km/h in a knot."""

M_PER_FT = 0.3048
"""Metres in an international foot, by definition."""

M2_PER_SQ_FT = M_PER_FT**2
"""Square metres in a square foot."""

M3_PER_MEASUREMENT_TON = 40 * M_PER_FT**3
"""Cubic metres in a measurement ton of 40 cubic feet."""

T_PER_LB = 0.000_453_592_37
"""Tonnes in an avoirdupois pound, by definition."""

T_PER_SHORT_TON = 2000 * T_PER_LB
"""Tonnes in a short ton of 2,000 lb: 0.90718474."""

T_PER_LONG_TON = 2240 * T_PER_LB
"""Tonnes in a long ton of 2,240 lb."""
