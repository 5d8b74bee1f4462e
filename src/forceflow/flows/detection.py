"""The share of movements that anybody reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..arrays import Floats
from ..errors import EstimateError, QuantityError
from ..evidence.events import FlowEvent
from ..modes import MODES, list_modes
from ..quantity.values import as_float
from ..results.range import Range
from .counts.posteriors import TrueCount, true_count

__all__ = ["Detection", "Shares", "TornadoRow", "by_share"]


@dataclass(frozen=True, slots=True)
class Detection:
    """The share of movements that anybody reported: a range you must know from elsewhere.

    From one stream of reports the rate and this share cannot both be learnt; what comes out is as wide as what you
    put in here.

    Parameters
    ----------
    low, high
        The share lies between them with 90 % probability, above 0 and at most 1.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse shares out of order or out of bounds."""
        low = as_float(self.low, name="a share of detection")
        high = as_float(self.high, name="a share of detection")
        if not 0 < low < high <= 1:
            raise EstimateError(
                f"detection needs 0 < low < high <= 1, got {self.low!r}, {self.high!r}"
            )

    def beta(self) -> tuple[float, float]:
        """Parameters of the Beta distribution whose 5 and 95 % points come closest to low and high."""
        from ..quantity.verbal_probability import beta_of_band

        return beta_of_band(self.low, self.high, coverage=0.9)

    def draw(self, n: int, *, seed: int, mode: str = "") -> Floats:
        """Draws of the share, shape (n,); those of different modes are independent."""
        from scipy.special import betaincinv

        from ..kernels.addressed import uniforms

        a, b = self.beta()
        return np.asarray(
            betaincinv(a, b, uniforms(seed, "detection", f"share {mode}".rstrip(), n))
        )

    def true_count(self, seen: int, *, prior: Literal["flat", "scale"] | None = None) -> TrueCount:
        """How many there were when `seen` were reported; see `forceflow.flows.counts.posteriors.true_count`.

        Parameters
        ----------
        seen
            How many were reported.
        prior
            Of the true number; by default "scale", as in `estimate_rate`, and "flat" when nothing was seen.
        """
        # Where nothing was seen, "scale" has no posterior.
        usual: Literal["flat", "scale"] = "scale" if seen else "flat"
        return true_count(seen, share=self.beta(), prior=prior or usual)


Shares = Detection | float | Mapping[str, Detection | float] | None
"""One share for all; one for each mode, as those who watch ships do not see convoys; or None, all is reported.

A number is a share that is known, and 1 is the same as None; a mode that a mapping leaves out is reported in full."""


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """The rate over the whole span if the share reported were known.

    Parameters
    ----------
    name
        "share reported: low", "middle" or "high", with the mode where each has its own.
    share
        The share held fixed.
    per_day
        The rate with all else uncertain as before.
    """

    name: str
    share: float
    per_day: Range

    def __str__(self) -> str:
        return f"{self.name} ({self.share:.0%}): {self.per_day}"


def _known_share(share: object, name: str) -> float:
    """A share that is known; a range is a `Detection`."""
    try:
        number = as_float(share, name=name)
    except QuantityError as error:
        raise EstimateError(f"{error}; write a range as Detection(0.3, 0.8)") from None
    if not 0 < number <= 1:
        raise EstimateError(f"{name} lies above 0 and is at most 1, got {share!r}")
    return number


def by_share(
    events: tuple[FlowEvent, ...], detection: Shares, *, draws: int, seed: int
) -> list[tuple[str, tuple[FlowEvent, ...], Floats]]:
    """Events that share one share reported, as (mode, events, draws of the share); mode is empty where one serves all.

    Raises
    ------
    EstimateError
        A mode or a share is none.
    """
    if not events:
        return []
    if not isinstance(detection, Mapping):
        return [("", events, _draw_share(detection, draws=draws, seed=seed))]
    _check_modes(detection)
    modes = sorted({event.mode for event in events})
    # Reported in full in every mode: one group, so that the draws are those without shares.
    if all(detection.get(mode, 1.0) == 1.0 for mode in modes):
        return [("", events, np.ones(draws))]
    groups = []
    for mode in modes:
        mine = tuple(event for event in events if event.mode == mode)
        seen = _draw_share(detection.get(mode), draws=draws, seed=seed, mode=mode)
        groups.append((mode, mine, seen))
    return groups


def _draw_share(
    share: Detection | float | None, *, draws: int, seed: int, mode: str = ""
) -> Floats:
    """Draws of one share, shape (draws,); all alike where it is known."""
    if share is None:
        return np.ones(draws)
    if isinstance(share, Detection):
        return share.draw(draws, seed=seed, mode=mode)
    return np.full(draws, _known_share(share, "detection"))


def _check_modes(detection: Mapping[str, Detection | float]) -> None:
    """Refuse what is no mode, and what is no share."""
    for mode, share in detection.items():
        if mode not in MODES:
            raise EstimateError(f"detection: {mode!r} is not a mode; use {list_modes()}")
        if not isinstance(share, Detection):
            _known_share(share, f"detection: the share of {mode}")
