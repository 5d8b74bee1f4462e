"""Dates and intervals in words, as papers print them: "8-15 December 2024", "winter 2024/25", "since mid-May 2025"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

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
_LONG_WORDS = "|".join(_SHORT)
_MONTH = "|".join(MONTHS)
_OPEN = ("", "..")
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
_SINCE = r"(?:since|from|starting|not before|no earlier than) (?!.* (?:to|until|till|through) )"
_UNTIL = r"(?:until|till|up to|by|no later than|not later than) "
_ONE_SIDED = (
    (re.compile(_SINCE), "start", "start"),
    (re.compile(r"after "), "start", "stop"),
    (re.compile(_UNTIL), "stop", "stop"),
    (re.compile(r"before "), "stop", "start"),
)
"""Words before a date that leave one end of the window open; the bound that is left, and the end of the date it is."""
_NTH_PART = re.compile(r"\b(first|second|third|fourth|1st|2nd|3rd|4th) (half|quarter)\b")
_YEAR_AFTER_MONTH = re.compile(
    rf"\b(\d{{1,2}})[-./ ]?({_MONTH})[-./ ]?'?(\d{{4}}|\d{{2}})(?![\d:]| ?-? ?(?:{_MONTH}))"
)
_WINTER = re.compile(r"\bwinter (\d{4}) ?[/-] ?(\d{4}|\d{2})\b(?!-)")
_DAYS = r"\b(\d{1,2})(?: ?(?:, ?and |,|and|or|&|/) ?(?=\d{1,2}\b)\d{1,2})+"
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
    quick = _read_iso(digits.strip())
    if quick:
        return quick
    body = _one_spelling(digits)
    return _read_open_edtf(text, body) or _read_one_sided(text, body) or _read_closed(text, body)


def _read_iso(text: str) -> Window | None:
    """A day or a moment of ISO 8601, which most cells of large tables are."""
    try:
        if _DAY.fullmatch(text):
            return Window(*day_window(*map(int, text.split("-"))))
        span = moment_span(text.upper())
    except (ValueError, OverflowError):
        # The slow reader finds it too, and says what is wrong.
        return None
    if span is None:
        return None
    return Window(*span)


def _read_one_sided(text: str, body: str) -> Window | None:
    """A date with a word that leaves one end open, "since", "until"; None for any other."""
    for words, bound, end in _ONE_SIDED:
        opening = words.match(body)
        if opening:
            one = _read_closed(text, body[opening.end() :])
            ends = {"start": None, "stop": None, bound: getattr(one, end)}
            return replace(one, **ends)
    return None


def _one_spelling(text: str) -> str:
    """Lower case, one dash, short months, ordinals as numbers."""
    body = " ".join(text.lower().split())
    body = _spell_parts(body)
    body = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", body)
    body = re.sub(rf"(?<![a-z])({_LONG_WORDS})(?![a-z])\.?", lambda m: _SHORT[m[1]], body)
    body = _join_days_in_a_row(text, body)
    body = re.sub(r",? of (?=\S)", " ", body).replace(",", " ")
    body = _YEAR_AFTER_MONTH.sub(_write_year, body)
    body = re.sub(rf"(?<![a-z])({_MONTH})[-./](\d{{1,2}})[-./](?=\d{{4}}(?!\d))", r"\1 \2 ", body)
    body = _WINTER.sub(lambda m: _first_winter_year(text, m), body)
    return " ".join(body.split())


def _spell_parts(body: str) -> str:
    """Halves and quarters as h1 and q1; beginnings, middles and ends of months as early, mid and late."""
    body = _NTH_PART.sub(lambda m: m[2][0] + _ORDER[m[1]], body)
    # There are two halves: a third one must not be read as such a part.
    body = body.replace("h3", "h 3").replace("h4", "h 4")
    body = re.sub(r"\b([1-4])q\b", r"q\1", body)
    body = re.sub(r"\bthe\b ?", "", body)
    body = re.sub(r"\b(?:middle|midst) of\b", "mid", body)
    body = re.sub(rf"\b(?:beginning|start) of (?=(?:{_LONG_WORDS})\b)", "early ", body)
    return re.sub(rf"\bend of (?=(?:{_LONG_WORDS})\b)", "late ", body)


def _write_year(match: re.Match[str]) -> str:
    """A day, a month and a year with spaces between them, the year with four digits."""
    day, month, year = match.groups()
    return f"{day} {month} {full_year(year):04d}"


def _first_winter_year(text: str, match: re.Match[str]) -> str:
    """The winter that begins in December of the first year."""
    first, second = match.groups()
    following = str(int(first) + 1)
    if int(second) != int(following[-len(second) :]):
        raise QuantityError(
            f"{text!r}: a winter reaches from one year into the next, as in 'winter 2024/25'"
        )
    return f"winter {first}"


def _join_days_in_a_row(text: str, body: str) -> str:
    """Write "14, 15 and 16 dec" as "14 to 16 dec"; days that do not follow each other are no window."""

    def join_days(match: re.Match[str]) -> str:
        days = list(map(int, re.findall(r"\d+", match[0])))
        if days != list(range(days[0], days[0] + len(days))):
            shown = ", ".join(map(str, days))
            raise QuantityError(
                f"{text!r}: the days {shown} do not follow each other; give each a row or claim of its own"
            )
        return f"{days[0]} to {days[-1]}"

    # The two days of "between 14 and 16 December" are the ends of an interval.
    if "between" in body:
        return body
    body = re.sub(rf"{_DAYS}(?= ?-?(?:{_MONTH}))", join_days, body)
    return re.sub(rf"(?<=(?:{_MONTH}) ){_DAYS}(?= \d{{4}}|, ?\d{{4}}|$)", join_days, body)


def _read_open_edtf(text: str, body: str) -> Window | None:
    """An EDTF interval with an open end, "2024-12-15/.." or "/2025-01-30"; None where both ends are closed."""
    if "/" not in body:
        return None
    first, *others = map(str.strip, body.split("/"))
    if len(others) > 1:
        raise QuantityError(f"{text!r}: an interval has one start and one end")
    last = others[0]
    if first not in _OPEN and last not in _OPEN:
        return None
    if first in _OPEN and last in _OPEN:
        raise QuantityError(f"{text!r} is open at both ends")
    if last in _OPEN:
        return replace(_read_closed(text, first), stop=None)
    return replace(_read_closed(text, last), start=None)


def _read_closed(text: str, body: str) -> Window:
    """A date or an interval with two ends."""
    is_uncertain, is_approximate = bool(re.search(r"[?%]", body)), bool(re.search(r"[~%]", body))
    body = re.sub(r"[?~%]", "", body).strip()
    is_night = False
    opening = _first_match(body)
    while opening:
        is_approximate |= opening.re is _ROUGHLY
        is_uncertain |= opening.re is _DOUBTED
        is_night |= opening.re is _NIGHT
        body = body[opening.end() :]
        opening = _first_match(body)
    try:
        start, stop = _span_of_words(text, body)
    except QuantityError:
        raise
    except (ValueError, OverflowError) as error:
        raise QuantityError(f"{text!r} is no date: {error}") from None
    if is_night and (stop - start).days != 2:
        raise QuantityError(
            f"{text!r}: a night lies in two days; write 'overnight 9-10 December 2024'"
        )
    if stop <= start:
        raise QuantityError(f"{text!r} ends before it starts")
    return Window(start, stop, is_uncertain, is_approximate)


def _first_match(body: str) -> re.Match[str] | None:
    """Words at the beginning of a date that say how sure it is, or nothing."""
    return _ROUGHLY.match(body) or _DOUBTED.match(body) or _PLAIN.match(body) or _NIGHT.match(body)


def _span_of_words(text: str, body: str) -> Span:
    """First moment and first moment after, of one date, of a moment or of an interval."""
    atom = atom_of(body)
    if atom:
        return span_of(atom)
    moment = _span_with_clock(body)
    if moment:
        return moment
    body = _HOURS.sub(r"\g<day> \g<first>\g<zone> to \g<day> \g<last>\g<zone>", body)
    _refuse_reporting_year(body)
    between = re.match(r"(?:between|from) ", body)
    if between:
        body = body[between.end() :]
    if " to " in body or " and " in body:
        # A hyphen is a connector too, and the one of "mid-May to June" connects nothing.
        body = re.sub(r"\b(early|mid|late)[ -]", r"\1 ", body)
    found = set()
    for left, word, right in _split_at_connectors(body):
        span = _interval_between(left, word, right, is_between=bool(between))
        if span:
            found.add(span)
    if len(found) == 1:
        return found.pop()
    if found:
        raise QuantityError(f"{text!r} can be read as more than one interval; write {_FORMS}")
    raise QuantityError(_explain_unread(text, body))


def _refuse_reporting_year(body: str) -> None:
    """Refuse "2023-24", which may be two years or one that begins in July."""
    years = _YEARS.fullmatch(body)
    if years and int(years[2]) > int(years[1]) % 100:
        raise ValueError(years_or_season(int(years[1]), int(years[2])))


def _split_at_connectors(body: str) -> Iterator[tuple[str, str, str]]:
    """Each way to part the text at a connector into two ends: left, connector, right."""
    for match in _CONNECTORS.finditer(body):
        left, right = body[: match.start()].strip(), body[match.end() :].strip()
        if left and right:
            yield left, match[0].strip(), right


def _interval_between(left: str, word: str, right: str, *, is_between: bool) -> Span | None:
    """An interval of two ends, each filled with what only the other says; None where an end is no date."""
    printed, last = _read_end(left), _read_end(right)
    if printed is None or last is None:
        return None
    first, last = printed.filled(last), last.filled(printed)
    stop = span_of(last)
    start = span_of(first)
    if start[0] > stop[0] and _lends_year(printed, last):
        # "30 December - 2 January 2025" begins in the year before.
        start = span_of(replace(first, year=(first.year or 0) - 1))
    if word in ("and", "or", "&") and not is_between and start[1] != stop[0]:
        raise ValueError("its two parts do not follow each other; give each a row of its own")
    return start[0], stop[1]


def _lends_year(first: Atom, last: Atom) -> bool:
    """Whether the year is printed at the last end alone, and the first one is in another month."""
    if first.whole or first.year is not None or not last.year:
        return False
    return bool(first.unit) and first.unit != last.unit


def _read_end(text: str) -> Atom | None:
    """One end of an interval: a date, or a moment."""
    try:
        atom = atom_of(text)
        if atom:
            return atom
        moment = _span_with_clock(text)
    except (ValueError, OverflowError):
        return None
    if moment is None:
        return None
    return Atom(whole=moment)


def moment_text(text: str, *, dayfirst: bool | None) -> str | None:
    """A day with a time of day in any spelling as ISO 8601, in the zone it is printed in; None for all else."""
    if not _HAS_CLOCK.search(text):
        return None
    try:
        digits = digits_to_iso(text.translate(_DASHES), dayfirst=dayfirst).strip()
        if _read_iso(digits):
            return digits
        return _clock_text(_one_spelling(digits))
    except (QuantityError, ValueError, OverflowError):
        return None


def _span_with_clock(body: str) -> Span | None:
    """A day with the time of day: "9 December 2024 at 14:30 UTC"; without a zone it is UTC."""
    text = _clock_text(body)
    if text is None:
        return None
    atom = atom_of(text)
    if atom is None:
        return None
    return span_of(atom)


def _clock_text(body: str) -> str | None:
    """ISO 8601 of a day with the time of day; a time without minutes ("2 pm") is an hour."""
    for shape in (_CLOCK_LAST, _CLOCK_FIRST):
        match = shape.fullmatch(body)
        # A number alone is no time of day: "9 December 14".
        if not match or not (match["minute"] or match["half"]):
            continue
        atom = atom_of(re.sub(r"^(?:on|at) | (?:on|at)$", "", match["rest"].strip()))
        if atom is None:
            continue
        start, stop = span_of(atom)
        if (stop - start).days != 1:
            raise ValueError("a time of day belongs to one day")
        after_hour = "".join(f":{part}" for part in (match["minute"], match["second"]) if part)
        return f"{start:%Y-%m-%d}t{_hour_of_day(match):02d}{after_hour}{match['zone'] or 'z'}"
    return None


def _hour_of_day(match: re.Match[str]) -> int:
    """The hour from 0 to 23; 12 am is midnight, and 12 pm is noon."""
    hour, half = int(match["hour"]), match["half"]
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"there is no hour {hour} {half}")
    if half.startswith("p"):
        return hour % 12 + 12
    return hour % 12


def _explain_unread(text: str, body: str) -> str:
    """Why it cannot be read: the word it stumbles over, or the year that is missing."""
    return f"{text!r} is no date{_reason_unread(body)}; write {_FORMS}"


def _reason_unread(body: str) -> str:
    words = re.findall(r"[^\W\d_]+", body)
    for word in words:
        if word not in VOCABULARY:
            # Of a text that is one word, the word has been shown already.
            if len(words) == 1 and not re.search(r"\d", body):
                return ""
            return f": {word!r} is no part of a date"
    if words and not re.search(r"\d{4}", body):
        return ": it has no year of four digits"
    return ""
