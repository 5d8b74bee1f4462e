"""Dates and intervals in words, as papers print them: "8-15 December 2024", "winter 2024/25", "since mid-May 2025"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import QuantityError
from .numeric import digits_to_iso, full_year
from .window import Window, day_window
from .words import MONTHS, VOCABULARY, Atom, Span, atom_of, moment_span, span_of, years_or_season

__all__ = ["moment_text", "read_text"]

_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | {"\u2019": "'", "\xa0": " "}
)
_MONTH_WORDS = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
_DAY_WORDS = (
    "monday mon", "tuesday tues tue", "wednesday weds wed", "thursday thurs thur thu", "friday fri", "saturday sat",
    "sunday sun",
)  # fmt: skip
_SHORT = {
    word: words.split()[-1] for words in (*_MONTH_WORDS, *_DAY_WORDS) for word in words.split()
}
_MONTH = "|".join(MONTHS)
_ORDER = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "1st": "1",
    "2nd": "2",
    "3rd": "3",
    "4th": "4",
}

_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-[0-9]{2}")
_ROUGHLY = re.compile(
    r"(?:on or about|on or around|in or around|in about|on about|around|about|circa|ca\.?|c\.|approximately|approx\.?"
    r"|roughly) "
)
_DOUBTED = re.compile(r"(?:probably|possibly|perhaps|likely|reportedly) ")
_PLAIN = re.compile(r"(?:in|on|during|dated) ")
_NIGHT = re.compile(
    r"(?:overnight(?: on| from)?|(?:the |during the |in the |on the )?night(?: of| from)?) "
)
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?(?: ?(?P<half>am|pm|a\.m\.|p\.m\.))?"
    r"(?: ?(?P<zone>utc|gmt|z|\+\d{2}:?\d{2}))?"  # "14:00-16:00" is no zone
)
_CLOCK_LAST = re.compile(rf"(?P<rest>.+?)(?: at| @)? {_CLOCK}")
_CLOCK_FIRST = re.compile(rf"(?:at )?{_CLOCK}(?: on)? (?P<rest>.+)")
_HAS_CLOCK = re.compile(r"\d:\d\d|\d[ T]\d\d|\d ?[ap]\.?m\b", re.IGNORECASE)
_HOURS = re.compile(
    r"^(?P<day>.+?)(?: at| from| between)? (?P<first>\d{1,2}:\d{2})(?: ?(?:to|until|till|and) ?| - )"
    r"(?P<last>\d{1,2}:\d{2})(?P<zone> ?(?:utc|gmt|z))?$"
)
_YEARS = re.compile(r"(?:fy ?)?(\d{4})[-/](\d{2})")
_CONNECTORS = re.compile(
    r" ?(?<![^\s\d.])(?:to|until|till|through|thru|and|or)(?![^\s\d]) ?| ?[-/&] ?"
)
_FORMS = (
    "EDTF (2024-12-14, 2024-12, 2024-12-15/2024-12-31, 2024-12~, 2024-12-XX, ../2025-01-30) or words "
    "(14 December 2024, 8-15 December 2024, mid-December 2024, since late January 2025)"
)


def read_text(text: str, *, dayfirst: bool | None) -> Window:
    """Window of a date or an interval; see `read_when`."""
    digits = digits_to_iso(text.translate(_DASHES), dayfirst=dayfirst)
    if quick := _iso(digits.strip()):
        return quick
    body = _one_spelling(digits)
    if "/" in body and (open_end := _open_interval(text, body)):
        return open_end
    for words, side in (
        (
            r"(?:since|from|starting|not before|no earlier than) (?!.* (?:to|until|till|through) )",
            "start",
        ),
        (r"after ", "after"),
        (r"(?:until|till|up to|by|no later than|not later than) ", "stop"),
        (r"before ", "before"),
    ):
        if match := re.match(words, body):
            one = _closed(text, body[match.end() :])
            if side in ("start", "after"):
                return Window(
                    one.start if side == "start" else one.stop, None, one.uncertain, one.approximate
                )
            return Window(
                None, one.stop if side == "stop" else one.start, one.uncertain, one.approximate
            )
    return _closed(text, body)


def _iso(text: str) -> Window | None:
    """A day or a moment of ISO 8601, which most cells of large tables are."""
    try:
        span = (
            day_window(*map(int, text.split("-")))
            if _DAY.fullmatch(text)
            else moment_span(text.upper())
        )
    except (ValueError, OverflowError):
        return None
    return Window(*span) if span else None


def _one_spelling(text: str) -> str:
    """Lower case, one dash, short months, ordinals as numbers."""
    body = " ".join(text.lower().split())
    body = re.sub(
        r"\b(first|second|third|fourth|1st|2nd|3rd|4th) (half|quarter)\b",
        lambda m: m[2][0] + _ORDER[m[1]],
        body,
    )
    body = body.replace("h3", "h 3").replace("h4", "h 4")  # there are two halves
    body = re.sub(r"\b([1-4])q\b", r"q\1", body)
    body = re.sub(r"\bthe\b ?", "", body)
    body = re.sub(r"\b(?:middle|midst) of\b", "mid", body)
    body = re.sub(rf"\b(?:beginning|start) of (?=(?:{'|'.join(_SHORT)})\b)", "early ", body)
    body = re.sub(rf"\bend of (?=(?:{'|'.join(_SHORT)})\b)", "late ", body)
    body = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", body)
    body = re.sub(rf"(?<![a-z])({'|'.join(_SHORT)})(?![a-z])\.?", lambda m: _SHORT[m[1]], body)
    body = _days_in_a_row(text, body)
    body = re.sub(r",? of (?=\S)", " ", body).replace(",", " ")
    body = re.sub(
        rf"\b(\d{{1,2}})[-./ ]?({_MONTH})[-./ ]?'?(\d{{4}}|\d{{2}})(?![\d:]| ?-? ?(?:{_MONTH}))",
        lambda m: f"{m[1]} {m[2]} {full_year(m[3]):04d}",
        body,
    )
    body = re.sub(rf"(?<![a-z])({_MONTH})[-./](\d{{1,2}})[-./](?=\d{{4}}(?!\d))", r"\1 \2 ", body)
    body = re.sub(r"\bwinter (\d{4}) ?[/-] ?(\d{4}|\d{2})\b(?!-)", lambda m: _winter(text, m), body)
    return " ".join(body.split())


def _winter(text: str, match: re.Match[str]) -> str:
    """The winter that begins in December of the first year."""
    if int(match[2]) != (int(match[1]) + 1) % (10_000 if len(match[2]) == 4 else 100):
        raise QuantityError(
            f"{text!r}: a winter reaches from one year into the next, as in 'winter 2024/25'"
        )
    return f"winter {match[1]}"


def _days_in_a_row(text: str, body: str) -> str:
    """Write "14, 15 and 16 dec" as "14 to 16 dec"; days that do not follow each other are no window."""

    def joined(match: re.Match[str]) -> str:
        days = [int(day) for day in re.findall(r"\d+", match[0])]
        if days != list(range(days[0], days[0] + len(days))):
            shown = ", ".join(map(str, days))
            raise QuantityError(
                f"{text!r}: the days {shown} do not follow each other; give each a row or claim of its own"
            )
        return f"{days[0]} to {days[-1]}"

    row = r"\b(\d{1,2})(?: ?(?:, ?and |,|and|or|&|/) ?(?=\d{1,2}\b)\d{1,2})+"
    if "between" in body:
        return body
    body = re.sub(rf"{row}(?= ?-?(?:{_MONTH}))", joined, body)
    return re.sub(rf"(?<=(?:{_MONTH}) ){row}(?= \d{{4}}|, ?\d{{4}}|$)", joined, body)


def _open_interval(text: str, body: str) -> Window | None:
    """An EDTF interval with an open end, "2024-12-15/.." or "/2025-01-30"; None where both ends are closed."""
    ends = [part.strip() for part in body.split("/")]
    if len(ends) != 2 or not {"", ".."} & set(ends):
        if len(ends) > 2:
            raise QuantityError(f"{text!r}: an interval has one start and one end")
        return None
    if ends[0] in ("", "..") and ends[1] in ("", ".."):
        raise QuantityError(f"{text!r} is open at both ends")
    one = _closed(text, ends[0] if ends[1] in ("", "..") else ends[1])
    start, stop = (one.start, None) if ends[1] in ("", "..") else (None, one.stop)
    return Window(start, stop, one.uncertain, one.approximate)


def _closed(text: str, body: str) -> Window:
    """A date or an interval with two ends."""
    uncertain, approximate = bool(re.search(r"[?%]", body)), bool(re.search(r"[~%]", body))
    body = re.sub(r"[?~%]", "", body).strip()
    night = False
    while match := next(
        (m for p in (_ROUGHLY, _DOUBTED, _PLAIN, _NIGHT) if (m := p.match(body))), None
    ):
        approximate |= match.re is _ROUGHLY
        uncertain |= match.re is _DOUBTED
        night |= match.re is _NIGHT
        body = body[match.end() :]
    try:
        start, stop = _span(text, body)
    except (ValueError, OverflowError) as error:
        if isinstance(error, QuantityError):
            raise
        raise QuantityError(f"{text!r} is no date: {error}") from None
    if night and (stop - start).days != 2:
        raise QuantityError(
            f"{text!r}: a night lies in two days; write 'overnight 9-10 December 2024'"
        )
    if stop <= start:
        raise QuantityError(f"{text!r} ends before it starts")
    return Window(start, stop, uncertain, approximate)


def _span(text: str, body: str) -> Span:
    """First moment and first moment after, of one date, of a moment or of an interval."""
    if atom := atom_of(body):
        return span_of(atom)
    if moment := _with_clock(body):
        return moment
    body = _HOURS.sub(r"\g<day> \g<first>\g<zone> to \g<day> \g<last>\g<zone>", body)
    if (years := _YEARS.fullmatch(body)) and int(years[2]) > int(years[1]) % 100:
        raise ValueError(years_or_season(int(years[1]), int(years[2])))
    between = re.match(r"(?:between|from) ", body)
    body = body[between.end() :] if between else body
    body = (
        re.sub(r"\b(early|mid|late)[ -]", r"\1 ", body)
        if " to " in body or " and " in body
        else body
    )
    found = {
        span
        for left, word, right in _ends(body)
        if (span := _joined(left, word, right, bool(between)))
    }
    if len(found) == 1:
        return found.pop()
    if len(found) > 1:
        raise QuantityError(f"{text!r} can be read as more than one interval; write {_FORMS}")
    raise QuantityError(_what_is_wrong(text, body))


def _ends(body: str) -> Iterator[tuple[str, str, str]]:
    for match in _CONNECTORS.finditer(body):
        left, right = body[: match.start()].strip(), body[match.end() :].strip()
        if left and right:
            yield left, match[0].strip(), right


def _joined(left: str, word: str, right: str, between: bool) -> Span | None:
    """An interval of two ends, each filled with what only the other says; None where an end is no date."""
    first, last = _end(left), _end(right)
    if first is None or last is None:
        return None
    first, last = first.filled(last), last.filled(first)
    end = span_of(last)
    start = span_of(first)
    # "30 December - 2 January 2025" begins in the year before.
    if (
        start[0] > end[0]
        and first.year == last.year
        and _end(left) != first
        and not first.whole
        and first.year
    ):
        printed = _end(left)
        if (
            printed is not None
            and printed.year is None
            and printed.unit
            and printed.unit != last.unit
        ):
            start = span_of(Atom(first.year - 1, first.unit, first.day, first.part, first.weekday))
    if word in ("and", "or", "&") and not between and start[1] != end[0]:
        raise ValueError("its two parts do not follow each other; give each a row of its own")
    return start[0], end[1]


def _end(text: str) -> Atom | None:
    """One end of an interval: a date, or a moment."""
    try:
        atom = atom_of(text)
        moment = None if atom else _with_clock(text)
    except (ValueError, OverflowError):
        return None
    return Atom(whole=moment) if moment else atom


def moment_text(text: str, *, dayfirst: bool | None) -> str | None:
    """A day with a time of day in any spelling as ISO 8601, in the zone it is printed in; None for all else."""
    if not _HAS_CLOCK.search(text):
        return None
    try:
        digits = digits_to_iso(text.translate(_DASHES), dayfirst=dayfirst).strip()
        return digits if _iso(digits) else _clock_text(_one_spelling(digits))
    except (QuantityError, ValueError, OverflowError):
        return None


def _with_clock(body: str) -> Span | None:
    """A day with the time of day: "9 December 2024 at 14:30 UTC"; without a zone it is UTC."""
    whole = atom_of(text) if (text := _clock_text(body)) else None
    return span_of(whole) if whole else None


def _clock_text(body: str) -> str | None:
    """ISO 8601 of a day with the time of day; a time without minutes ("2 pm") is an hour."""
    for shape in (_CLOCK_LAST, _CLOCK_FIRST):
        match = shape.fullmatch(body)
        if not match or not (match["minute"] or match["half"]):
            continue
        atom = atom_of(re.sub(r"^(?:on|at) | (?:on|at)$", "", match["rest"].strip()))
        if atom is None:
            continue
        start, stop = span_of(atom)
        if (stop - start).days != 1:
            raise ValueError("a time of day belongs to one day")
        hour = int(match["hour"])
        if match["half"]:
            if not 1 <= hour <= 12:
                raise ValueError(f"there is no hour {hour} {match['half']}")
            hour = hour % 12 + 12 * match["half"].startswith("p")
        rest = "".join(f":{part}" for part in (match["minute"], match["second"]) if part)
        return f"{start:%Y-%m-%d}t{hour:02d}{rest}{match['zone'] or 'z'}"
    return None


def _what_is_wrong(text: str, body: str) -> str:
    """Why it cannot be read: the word it stumbles over, or the year that is missing."""
    words = re.findall(r"[^\W\d_]+", body)
    strange = next((word for word in words if word not in VOCABULARY), None)
    if strange is not None:
        why = (
            f": {strange!r} is no part of a date"
            if len(words) > 1 or re.search(r"\d", body)
            else ""
        )
    elif words and not re.search(r"\d{4}", body):
        why = ": it has no year of four digits"
    else:
        why = ""
    return f"{text!r} is no date{why}; write {_FORMS}"
