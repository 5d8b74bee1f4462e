"""Reports and their claims: what was published, by whom, relaying whom.

A claim is written in the analyst's own words, with the printed quantity kept as printed; it is never edited to fit an
estimate.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from ..blanks import is_blank
from ..dates import Window, read_moment, read_when, without_dayfirst, write_edtf
from ..display import Listed
from ..errors import QuantityError
from ..modes import ModeId
from ..quantity import Quantity
from ..quantity.nouns import other_kind
from ..quantity.units import COUNTED, is_measured, same_unit, unit_factor, which_tonnes

__all__ = [
    "KINDS",
    "MEASURE_OF_UNIT",
    "UNIT_FACTORS",
    "Claim",
    "Report",
    "read_number",
]

Kind = Literal["movement", "presence", "stock", "posture", "intent"]
Measure = Literal["movements", "vehicles", "personnel", "tonnes"]

KINDS: tuple[str, ...] = ("movement", "presence", "stock", "posture", "intent")
"""Kinds of claims; only a movement flows."""

MEASURE_OF_UNIT: dict[str, Measure] = {
    **{unit: cast(Measure, measure) for measure, units in COUNTED.items() for unit in units},
    **dict.fromkeys(("t", "tonnes"), "tonnes"),
}
"""What a claim's unit measures; "aircraft" and "ships" in a movement claim are one movement each, and a round trip is
one loaded leg out."""

UNIT_FACTORS: dict[str, tuple[Measure, Quantity, str]] = {
    "km of vehicles": (
        "vehicles",
        Quantity(20.0, 60.0, 110.0, "vehicles/km"),
        "a line of vehicles: about 10 m each nose to tail when parked, 25 to 50 m gaps in a close column (a prior)",
    ),
    "families": (
        "personnel",
        Quantity(3.0, 5.0, 7.0, "persons/family"),
        "persons in a family (a prior)",
    ),
}
"""Units that need a factor before they can be pooled: measure, factor and its reason."""


def _check_published(value: Any) -> str:
    """A day, a month or a year in EDTF, however it was written; of a moment its day."""
    window = _read_date(value)
    if window.start and window.stop and window.stop - window.start < dt.timedelta(days=1):
        window = read_when(window.start.date())
    text = write_edtf(window)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValueError(
            f"write a day, a month or a year (2025-01-30, 2025-03, 2025), not {str(value)!r}"
        )
    return text


def _read_date(value: Any) -> Window:
    """Window of a date of a report, in words, in EDTF or as TOML has it."""
    if not isinstance(value, dt.date):
        value = str(value)
    try:
        return read_when(value)
    except QuantityError as error:
        raise ValueError(without_dayfirst(str(error))) from None


def _window_of(published: str) -> tuple[dt.datetime, dt.datetime]:
    """First moment of the published day, month or year, and the first moment after it."""
    window = _read_date(published)
    assert window.start is not None
    assert window.stop is not None
    return window.start, window.stop


def _check_grade(value: str) -> str:
    if not re.fullmatch(r"[A-F][1-6]", value):
        raise ValueError(
            f"an Admiralty grade is a letter A to F and a digit 1 to 6 such as 'B2', not {value!r}"
        )
    return value


def _check_name(value: str) -> str:
    if " | " in value:
        raise ValueError(
            f"' | ' parts the names in a cell of a table, so none may hold it; write {value!r} otherwise"
        )
    return value


_DATED = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)$")
"""The date at the end of a root such as "CNN 2024-12-31"."""

Moment = Annotated[dt.datetime, BeforeValidator(read_moment)]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_check_name)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Claim(_Record):
    """One thing a report says.

    Parameters
    ----------
    id
        Unique over all reports read together.
    kind
        "movement", "presence" (seen there), "stock" (how much is held), "posture" or "intent".
    text
        The claim in our own words.
    mode, platform
        "air", "sea", "road" or "rail"; the platform as printed, several joined by ";".
    quantity, unit
        The number as printed with its hedge, and what it counts; empty when none was printed.
    movements
        Where `quantity` counts a load: the number of flights, sailings or columns that carried it, as printed.
    when
        The date as printed or in EDTF ("mid-December 2024", "2024-12-15/2024-12-31"); with it, `start` and `stop` may
        be left out, as far as it is closed.
    start, stop
        Half-open window ``[start, stop)``, UTC; `stop` is the first day after.
    origin, destination, via
        Places by any name the gazetteer knows.
    cargo
        What was carried, in our own words; "ballast" or "empty" for a movement that carries nothing.
    locator
        Where in the document it is.
    relays
        The root sources it passes on; empty when the report saw it itself.
    event
        The event it speaks of, one of the report's `events`.
    inferred
        Names of the fields that are our reading and were not printed.
    note
        Contradictions and doubts.
    """

    id: Name
    kind: Kind
    text: Text
    mode: ModeId | None = None
    platform: str = ""
    quantity: str = ""
    unit: str = ""
    movements: str = ""
    when: str = ""
    start: Moment
    stop: Moment
    origin: str = ""
    destination: str = ""
    via: tuple[str, ...] = ()
    cargo: str = ""
    locator: Text
    relays: tuple[Name, ...] = ()
    event: Name
    inferred: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _fill_window(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not data.get("when"):
            return data
        when = data["when"]
        try:
            window = _read_date(when)
        except ValueError as error:
            raise ValueError(f"when: {error}") from None
        filled: dict[str, Any] = {}
        if window.start is not None:
            filled["start"] = window.start
        if window.stop is not None:
            filled["stop"] = window.stop
        filled.update(data)
        # TOML has dates and whole numbers of its own, where a report's `when` is text.
        if isinstance(when, dt.date | int):
            filled["when"] = str(when)
        return filled

    @cached_property
    def number(self) -> Quantity:
        """The printed quantity as a distribution, in the unit of its measure; without content when none was printed."""
        if not self.quantity:
            return Quantity.nothing("")
        number = read_number(self.quantity, unit=self.unit)
        if self.unit in UNIT_FACTORS and number.has_content:
            measure, factor, _ = UNIT_FACTORS[self.unit]
            return number.by(factor, unit=measure)
        return number

    @cached_property
    def movement_count(self) -> Quantity:
        """How many movements it speaks of: its number when that counts movements, else `movements`."""
        if self.measure == "movements":
            return self.number
        if not self.movements:
            return Quantity.nothing("")
        return read_number(self.movements, unit="movements")

    @property
    def edtf(self) -> str:
        """Its window in EDTF."""
        return write_edtf(Window(self.start, self.stop))

    def __str__(self) -> str:
        return f"{self.id} [{self.kind}]: {self.text}"

    def _listed_(self) -> dict[str, str]:
        return {
            "claim": self.id,
            "kind": self.kind,
            "what it says": self.text,
            "as printed": f"{self.quantity} {self.unit}".strip(),
            "window (UTC)": self.edtf,
            "goes back to": "; ".join(self.relays) or "first hand",
        }

    def public_from(self, report: Report) -> dt.datetime:
        """When it was surely public: with the last of the roots it passes on, as far as they carry a date.

        A relayed claim was known when its root came out, and at the latest when the relay was printed.
        """
        ends = []
        for root in self.relays:
            dated = _DATED.search(root)
            # One root without a date may have come out with the report itself.
            if dated is None:
                return report.published_by
            _, end = _window_of(dated[1])
            ends.append(end)
        if not ends:
            return report.published_by
        return min(max(ends), report.published_by)

    @property
    def measure(self) -> Measure | None:
        """What the number counts: movements, vehicles, personnel or tonnes."""
        if self.unit in UNIT_FACTORS:
            return UNIT_FACTORS[self.unit][0]
        return MEASURE_OF_UNIT.get(self.unit)


class Report(_Record):
    """One published document and its claims.

    Parameters
    ----------
    id, publisher, title, url, document
        The document; `url_note` says why an address is missing.
    published
        Day, month or year as far as it is known ("2025-03").
    grade, grade_reason
        Admiralty letter for the source (F: unknown, not bad) and digit for the information, and why.
    party
        True when the publisher takes part in what it reports.
    events
        The events its claims speak of, by id, each with a line that says what it is. The same id in two reports is
        the analyst's word that both speak of one event.
    claims
        In the order of the file.
    file, folder
        Name of the file it was read from, and the folder that holds it; a case is looked for there.
    """

    id: Name
    publisher: Name
    title: Text
    published: Annotated[str, BeforeValidator(_check_published)]
    url: str = ""
    url_note: str = ""
    document: str = ""
    grade: Annotated[str, AfterValidator(_check_grade)]
    grade_reason: Text
    party: bool = False
    events: dict[Name, str]
    claims: Annotated[tuple[Claim, ...], AfterValidator(Listed)]
    file: str = ""
    folder: str = Field("", exclude=True, repr=False)

    @property
    def published_by(self) -> dt.datetime:
        """First moment at which it was surely public (the end of the published day, month or year)."""
        return _window_of(self.published)[1]

    def __str__(self) -> str:
        many = f"{len(self.claims)} claim{'s' * (len(self.claims) != 1)}"
        return f"{self.id}: {self.publisher}, {self.title} ({self.published}), grade {self.grade}, {many}"

    def _repr_html_(self) -> str:
        caption = f"{self.publisher}: {self.title} ({self.published}), grade {self.grade}: {self.grade_reason}"
        return Listed(self.claims).to_html(caption=caption, shown=len(self.claims))

    def _listed_(self) -> dict[str, str]:
        return {
            "id": self.id,
            "published by": self.publisher,
            "on": self.published,
            "title": self.title,
            "grade": self.grade,
            "claims": str(len(self.claims)),
        }


def read_number(
    words: str, *, unit: str, round_numbers: Literal["about", "exact"] = "about"
) -> Quantity:
    """Read a printed number that counts in `unit`; a unit printed beside it is converted where the two are of one kind.

    Parameters
    ----------
    words
        The number as printed, or as it is written in a cell of a table.
    unit
        What is counted or measured.
    round_numbers
        As in `Quantity.parse`: "exact" for a cell of a table.

    Raises
    ------
    QuantityError
        The words are not understood, or measure something else: "20 hours" of tonnes, "3 t" of flights.

    Examples
    --------
    >>> read_number("20,000 kg", unit="tonnes").best
    20.0
    """
    if isinstance(words, str) and words.strip() and is_blank(words):
        return Quantity.nothing(words, unit=unit)
    parsed = Quantity.parse(words)
    printed = parsed.unit
    if not is_measured(unit):
        # A rate without a noun ("120 a day") has the unit movements by default, which was not printed.
        is_default = parsed.per_day and printed == "movements" and "movement" not in words.lower()
        if not is_default:
            _check_count(words, printed, unit)
    number = Quantity.parse(words, unit=unit, round_numbers=round_numbers)
    if not is_measured(unit) or not number.has_content or same_unit(printed, unit):
        return number
    factor = unit_factor(printed, to=unit)
    if factor is None:
        which = f"give {unit}"
        if MEASURE_OF_UNIT.get(unit) == "tonnes":
            which = which_tonnes(printed)
        raise QuantityError(f"{words!r} is in {printed!r}; {which}")
    return number.times(factor)


def _check_count(words: str, printed: str, unit: str) -> None:
    """Refuse a number of something else than what a unit counts: tonnes, or trucks among soldiers."""
    if not printed:
        return
    measure = MEASURE_OF_UNIT.get(unit)
    if measure and is_measured(printed):
        raise QuantityError(f"{words!r} is in {printed!r}; give a count of {measure}")
    kind = other_kind(printed, wanted=unit)
    if kind:
        raise QuantityError(
            f"{words!r} counts {kind} ({printed!r}); give a count of {measure or unit}"
        )
