"""The part of a stream that had moved by a moment inside its window."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from ..evidence.bounds import FLOORS
from ..evidence.events import FlowEvent
from ..quantity import Quantity

__all__ = ["part_by"]

_STEPS = (np.arange(1_000) + 0.5) / 1_000


def part_by(event: FlowEvent, moment: dt.datetime) -> FlowEvent:
    """A stream that reaches beyond a moment as the part of it before the moment; any other event as it is.

    Notes
    -----
    Each of n movements lies anywhere in the window, so the share before the moment is Binomial(n, p) / n, p being the
    share of the days. Loads are spread over the movements. A floor holds for the whole window and says nothing of a
    part, so of a floor either all or nothing had moved, with chance p.
    """
    if not event.is_stream or event.stop <= moment:
        return event
    p = (moment - event.start) / (event.stop - event.start)
    n = _number_of_movements(event)
    parts: dict[str, Any] = {}
    for name in ("movements", "vehicles", "personnel", "tonnes"):
        number = getattr(event, name)
        if number is not None and number.has_content:
            parts[name] = _part_of_number(number, n, p)
    return replace(event, stop=moment, **parts)


def _number_of_movements(event: FlowEvent) -> int:
    if event.movements.has_content:
        return max(round(event.movements.best), 1)
    # Where the movements were not counted, one a week and no less than two keep a load from being all or nothing.
    return max(round(event.days / 7), 2)


def _part_of_number(number: Quantity, movements: int, p: float) -> Quantity:
    """A number times the share that had moved, Binomial(n, p) / n."""
    from scipy.stats import binom

    n = movements
    if number.family in FLOORS:
        n = 1
    share = binom.ppf(_STEPS, n, p) / n
    words = f"{number.words or number} (the part by then)"
    # Of an exact number only the share is uncertain.
    if number.family == "point":
        return Quantity.sample(number.best * share, unit=number.unit, words=words)
    return number.by(Quantity.sample(share), unit=number.unit, words=words)
