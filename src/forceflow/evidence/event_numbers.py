"""The numbers of an event: of each witness its best one, and those of all witnesses pooled."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..quantity import Quantity
from .event_window import number_within
from .grades import Grades
from .pooled import Pooled, content_of
from .pooling import pool_numbers
from .reports import Claim, Measure
from .witnesses import SourcedClaim, Witness, is_root

__all__ = ["EventNumbers"]


_MEASURES: tuple[Measure, ...] = ("movements", "vehicles", "personnel", "tonnes")


class _Given(NamedTuple):
    """A claim, and the part of its number that counts for the event."""

    claim: Claim
    number: Quantity

    def __str__(self) -> str:
        return f"{self.claim.id} {self.number}"


class EventNumbers:
    """What the witnesses of one event give, measure by measure.

    Parameters
    ----------
    moving
        The movement claims with their reports.
    voices
        The same claims by witness.
    window
        The days of the event.
    is_one
        Whether it is one movement.
    grades
        What an Admiralty letter means.
    """

    def __init__(
        self,
        moving: Sequence[SourcedClaim],
        voices: Sequence[Witness],
        *,
        window: tuple[dt.datetime, dt.datetime],
        is_one: bool,
        grades: Grades,
    ) -> None:
        self.voices, self.window, self.is_one, self.grades = voices, window, is_one, grades
        self.report_of = {claim.id: report for claim, report in moving}

    def pool_all(self, conflicts: list[str]) -> dict[Measure, Quantity]:
        """Pool the numbers of all measures; a line is added to the conflicts for each on which they differ."""
        numbers = {}
        for what in _MEASURES:
            numbers[what] = self._pool(what, conflicts)
        return numbers

    def _pool(self, what: Measure, conflicts: list[str]) -> Quantity:
        """Pool the number of one measure over witnesses; without content when none of them gave one."""
        counted: list[_Given] = []
        elsewhere: list[str] = []
        for voice in self.voices:
            given = self._numbers_of(voice, what)
            within = [one for one in given if one.number.has_content]
            # One number a witness: five papers that relay one agency add nothing to it.
            if within:
                counted.append(min(within, key=self._rank))
            else:
                elsewhere += map(_left_out, given)
        if counted:
            return self._pool_counted(what, counted, elsewhere, conflicts)
        if elsewhere:
            conflicts.append(f"{what} reported for other days: {'; '.join(elsewhere)}")
        return Quantity.nothing(_printed_words(self.voices))

    def _pool_counted(
        self, what: Measure, counted: Sequence[_Given], elsewhere: list[str], conflicts: list[str]
    ) -> Quantity:
        """Pool one number of each witness, and write down where they differ."""
        numbers = [one.number for one in counted]
        pooled = pool_numbers(numbers, list(map(self._reliability, counted)), grades=self.grades)
        if elsewhere or len(set(map(content_of, numbers))) > 1:
            shown = "; ".join([*map(str, counted), *elsewhere])
            conflicts.append(f"{what} reported differently: {shown}; {_how_pooled(pooled)}")
        return pooled.quantity

    def _numbers_of(self, voice: Witness, what: Measure) -> list[_Given]:
        """The numbers that one witness gives of a measure, each as far as it falls into the window."""
        is_count = what == "movements"
        given = []
        for claim in voice.claims:
            number = _number_of(claim, what)
            if number.has_content:
                part = number_within(
                    number, claim, self.window, is_count=is_count, is_one=self.is_one
                )
                given.append(_Given(claim, part))
        return given

    def _rank(self, given: _Given) -> tuple[bool, float, str]:
        """Key by which the root's own words come first, and then the most precise ones."""
        claim, number = given
        is_relay = not is_root(claim, self.report_of[claim.id])
        return is_relay, _spread(number), claim.id

    def _reliability(self, given: _Given) -> float:
        return self.grades.reliability(self.report_of[given.claim.id].grade)


def _number_of(claim: Claim, what: Measure) -> Quantity:
    """The number a claim gives of a measure; without content when it gives none."""
    if what == "movements":
        return claim.movement_count
    if what == claim.measure:
        return claim.number
    return Quantity.nothing("")


def _spread(number: Quantity) -> float:
    """How wide a number is against itself; of one witness the narrowest counts, and a floor last."""
    # A floor has no upper end, so that it is the least precise of all.
    if number.family == "at_least":
        return math.inf
    return number.high / max(number.low, 0.5)


def _left_out(given: _Given) -> str:
    return f"{given.claim.id} {given.claim.quantity} (over other days, left out)"


def _printed_words(voices: Iterable[Witness]) -> str:
    """All quantities as printed, each once."""
    words: dict[str, None] = {}
    for voice in voices:
        words.update(dict.fromkeys(claim.quantity for claim in voice.claims if claim.quantity))
    return "; ".join(words)


def _how_pooled(pooled: Pooled) -> str:
    """How numbers were pooled, in words."""
    how = pooled.method
    if how in ("agreement", "single"):
        how = "they agree within their hedges"
    return f"{how} (Birge ratio {pooled.birge:.1f})"
