"""How much a port handles in a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...arrays import Floats
from ...errors import EstimateError
from ...results.range import Range
from ...results.range_table import table_html
from ..bridges.amounts import Amount, as_quantity
from ..bridges.draws import Draws
from .capacity import days_needed, tally

__all__ = ["PortThroughput", "port_throughput"]


@dataclass(frozen=True)
class PortThroughput:
    """What a port can pass, and which of its parts is the weakest.

    Parameters
    ----------
    tonnes_per_day
        The least of the parts, in t/day.
    bottleneck, bottleneck_share
        The part that is weakest most often, and the share of draws in which each one is.
    bounds_t_per_day, slack_share
        What each part could pass, and the share of that which stays unused.
    coverage, draws, seed
        How the ranges were made.
    """

    tonnes_per_day: Range
    bottleneck: str
    bottleneck_share: Mapping[str, float]
    bounds_t_per_day: Mapping[str, Range]
    slack_share: Mapping[str, Range]
    coverage: float
    draws: int
    seed: int

    def __str__(self) -> str:
        share = self.bottleneck_share[self.bottleneck]
        return f"port: {self.tonnes_per_day}; {self.bottleneck} is the weakest link in {share:.0%} of draws"

    def _repr_html_(self) -> str:
        rows = []
        for name, bound in self.bounds_t_per_day.items():
            rows.append((name, f"{bound}; weakest in {self.bottleneck_share[name]:.0%}"))
        return table_html(str(self), rows)


def port_throughput(
    *,
    reception_t_per_day: Amount | None = None,
    discharge_t_per_day: Amount | None = None,
    storage_t_per_day: Amount | None = None,
    clearance_t_per_day: Amount | None = None,
    storage_t: Amount | None = None,
    dwell_days: Amount | None = None,
    coverage: float = 0.9,
    draws: int = 4_000,
    seed: int = 0,
) -> PortThroughput:
    """Tonnes a day a port can pass: no more than the weakest of reception, discharge, storage and clearance.

    Parameters
    ----------
    reception_t_per_day, discharge_t_per_day, storage_t_per_day, clearance_t_per_day
        What each part can pass, in t/day; a part left out never holds anything up.
    storage_t, dwell_days
        Storage as a stock and the days cargo stays, in place of `storage_t_per_day`.
    coverage, draws, seed
        As in `sealift_capacity`.

    Raises
    ------
    EstimateError
        No part is given, storage is given in both ways or by half, or a part may be 0.

    Notes
    -----
    S10, the weak link of MTMC-TEA, *Manual Procedures for Estimating Marine Terminal Throughput*, March
    1978 (ADA055535, abstract read). Storage passes stock / dwell time (Little's law).

    Examples
    --------
    >>> print(port_throughput(discharge_t_per_day=1_200, storage_t=6_000, dwell_days=8))
    port: 750 t/day; storage is the weakest link in 100% of draws
    """
    drawn = Draws(draws, seed, coverage)
    given = {
        "reception": reception_t_per_day,
        "discharge": discharge_t_per_day,
        "storage": storage_t_per_day,
        "clearance": clearance_t_per_day,
    }
    by_half = (storage_t is None) != (dwell_days is None)
    twice = storage_t is not None and storage_t_per_day is not None
    if by_half or twice:
        raise EstimateError("give storage_t_per_day, or storage_t with dwell_days")
    bounds = {}
    for name, amount in given.items():
        if amount is not None:
            part = as_quantity(amount, name=f"{name}_t_per_day", unit="t/day", may_be_0=False)
            bounds[name] = drawn.of(part, entity="port", purpose=name)
    if storage_t is not None and dwell_days is not None:
        bounds["storage"] = _passed_by_storage(storage_t, dwell_days, drawn)
    if not bounds:
        raise EstimateError(
            "a port needs at least one part: reception, discharge, storage or clearance"
        )
    value = np.minimum.reduce(list(bounds.values()))
    bottleneck, share, slack = tally(bounds, value, drawn=drawn)
    return PortThroughput(
        tonnes_per_day=drawn.range(value, "t/day"),
        bottleneck=bottleneck,
        bottleneck_share=share,
        bounds_t_per_day=drawn.ranges(bounds, "t/day"),
        slack_share=slack,
        coverage=coverage,
        draws=draws,
        seed=seed,
    )


def _passed_by_storage(storage_t: Amount, dwell_days: Amount, drawn: Draws) -> Floats:
    """What storage passes in t/day, shape (draws,)."""
    size = as_quantity(storage_t, name="storage_t", unit="t", may_be_0=False)
    stay = as_quantity(dwell_days, name="dwell_days", unit="days", may_be_0=False)
    stock = drawn.of(size, entity="port", purpose="storage")
    # Little's law: a full store over the days cargo stays is what goes through it.
    return days_needed(stock, drawn.of(stay, entity="port", purpose="dwell"))
