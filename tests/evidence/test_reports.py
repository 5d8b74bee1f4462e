"""Reading reports: what the shipped ones say, and what every kind of bad input answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from cases import ROOT
from forceflow import ForceflowError
from forceflow.errors import QuantityError, ReportError
from forceflow.evidence.platform_names import platform_ids
from forceflow.evidence.reports import Report, read_number
from forceflow.quantity.units import T_PER_SHORT_TON

GOOD = """
[report]
id = "own-1"
publisher = "A newsroom"
title = "What we saw"
published = "2025-02-03"
grade = "B2"
grade_reason = "Own reporters on the spot."

[events]
flights = "Cargo flights"

[[claims]]
id = "own-1-1"
kind = "movement"
text = "Nearly ten cargo flights left."
mode = "air"
platform = "Il-76MD"
quantity = "nearly 10"
unit = "sorties"
start = 2025-02-01
stop = 2025-02-03
origin = "Hmeimim"
destination = "al-Khadim"
locator = "paragraph 1"
event = "flights"
"""


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_five_reports_are_all_there(reports: tuple[ff.Report, ...]) -> None:
    assert len(reports) == 5
    assert {report.document for report in reports} == {
        "000_e20076efeb846c09.txt",
        "001_4fd75b2939b7419c.txt",
        "002_c54db198a32dd3fa.txt",
        "003_17d4469b48cb8a6b.txt",
        "004_514813df6e1fe264.txt",
    }
    claims = [claim for report in reports for claim in report.claims]
    assert len(claims) >= 29
    assert {claim.kind for claim in claims} == {
        "movement",
        "presence",
        "stock",
        "posture",
        "intent",
    }
    for report in reports:
        assert report.grade_reason
        assert all(claim.locator and claim.text for claim in report.claims)


def test_claims_keep_the_printed_words(reports: tuple[ff.Report, ...]) -> None:
    words = {claim.id: claim.quantity for report in reports for claim in report.claims}
    assert words["euaa-6"] == "regular flights"
    assert words["eutoday-1"] == "at least 400"
    assert words["eutoday-2"] == "nearly 100"
    assert words["relay-3"] == "at least two"


def test_windows_are_half_open_utc(reports: tuple[ff.Report, ...]) -> None:
    claim = next(c for report in reports for c in report.claims if c.id == "relay-4")
    assert claim.start == dt.datetime(2024, 12, 14, tzinfo=dt.UTC)
    assert claim.stop - claim.start == dt.timedelta(days=1)


def test_a_month_is_public_when_it_is_over(reports: tuple[ff.Report, ...]) -> None:
    euaa = next(report for report in reports if report.id == "euaa-2025-03")
    assert euaa.published_by == dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
    relayed = next(claim for claim in euaa.claims if claim.id == "euaa-6")
    assert relayed.public_from(euaa) == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def test_seeds_folder_and_shipped_set_are_the_same(reports: tuple[ff.Report, ...]) -> None:
    assert ff.read_reports(ROOT / "seeds") == reports


def test_one_file_can_be_read_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", GOOD)
    assert ff.read_reports(folder) == ff.read_reports(folder / "own.toml")


BAD = {
    "broken TOML": (GOOD.replace('id = "own-1"', 'id = "own-1'), ["own.toml", "not valid TOML"]),
    "unknown platform": (
        GOOD.replace("Il-76MD", "Il-67MD"),
        ["own.toml", "own-1-1", "platform", "Il-76MD"],
    ),
    "unknown place": (GOOD.replace('"Hmeimim"', '"Hmeimin"'), ["own-1-1", "origin", "Hmeimim"]),
    "window ends first": (
        GOOD.replace("stop = 2025-02-03", "stop = 2025-01-03"),
        ["own-1-1", "stop", "2025-01-03"],
    ),
    "empty window": (
        GOOD.replace("stop = 2025-02-03", "stop = 2025-02-01"),
        ["own-1-1", "stop", "half-open"],
    ),
    "unparsable quantity": (
        GOOD.replace("nearly 10", "beaucoup"),
        ["own-1-1", "quantity", "beaucoup"],
    ),
    "unknown event": (
        GOOD.replace('event = "flights"', 'event = "flihgts"'),
        ["own-1-1", "event", "flights"],
    ),
    "unknown field": (GOOD.replace("locator", "locater"), ["own-1-1", "locat"]),
    "missing field": (GOOD.replace('grade = "B2"\n', ""), ["own.toml", "grade", "is missing"]),
    "bad grade": (GOOD.replace('"B2"', '"G9"'), ["own.toml", "grade", "A to F"]),
    "bad day": (GOOD.replace("start = 2025-02-01", 'start = "yesterday"'), ["own-1-1", "start"]),
    "bad kind": (GOOD.replace('kind = "movement"', 'kind = "rumour"'), ["own-1-1", "kind"]),
    "bad published": (
        GOOD.replace('"2025-02-03"', '"spring"'),
        ["own.toml", "published", "spring"],
    ),
    "no such day": (
        GOOD.replace('published = "2025-02-03"', 'published = "2025-02-31"'),
        ["own.toml", "published"],
    ),
    "no unit": (
        GOOD.replace('unit = "sorties"', 'unit = "things"'),
        ["own-1-1", "unit", "sorties"],
    ),
    "movement without mode": (GOOD.replace('mode = "air"\n', ""), ["own-1-1", "mode"]),
    "movement without origin": (GOOD.replace('origin = "Hmeimim"\n', ""), ["own-1-1", "origin"]),
    "inferred unknown": (
        GOOD.replace('locator = "p', 'inferred = ["colour"]\nlocator = "p'),
        ["own-1-1", "inferred"],
    ),
    "no claims": (GOOD.split("[[claims]]")[0], ["own.toml", "[[claims]]"]),
    "no head": ("[events]\na = 'b'\n", ["own.toml", "[report]"]),
    "unknown table": (GOOD + "\n[weather]\nrain = true\n", ["own.toml", "weather"]),
    "claims no list": ("claims = 3\n" + GOOD.split("[[claims]]")[0], ["own.toml", "[[claims]]"]),
    "claim no table": ("claims = [3]\n" + GOOD.split("[[claims]]")[0], ["own.toml", "number 1"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_names_file_claim_and_field(name: str, tmp_path: Path) -> None:
    text, wanted = BAD[name]
    with pytest.raises(ReportError) as caught:
        ff.read_reports(write(tmp_path / "in", text))
    for part in wanted:
        assert part in str(caught.value)


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such file or folder"):
        ff.read_reports(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReportError, match="no reports here"):
        ff.read_reports(tmp_path / "empty")
    (tmp_path / "bytes").mkdir()
    (tmp_path / "bytes" / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReportError, match="cannot be read"):
        ff.read_reports(tmp_path / "bytes")


def test_ids_stand_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", GOOD)
    write(folder, GOOD, "twice.toml")
    with pytest.raises(ReportError, match=r"own-1.*is already used"):
        ff.read_reports(folder)
    write(folder, GOOD.replace('id = "own-1"', 'id = "own-2"'), "twice.toml")
    with pytest.raises(ReportError, match=r"claim 'own-1-1'.*is already used"):
        ff.read_reports(folder)


def test_one_bad_file_means_nothing_is_returned(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", GOOD)
    write(folder, "broken = ", "z.toml")
    with pytest.raises(ReportError, match=r"z\.toml"):
        ff.read_reports(folder)


def test_unknown_data_set_suggests() -> None:
    with pytest.raises(ff.errors.UnknownNameError, match="syria-2024"):
        ff.load_reports("siria-2024")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_error_of_ours_or_a_report(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.toml"
        path.write_text(text, encoding="utf-8", errors="ignore")
        with pytest.raises(ForceflowError):
            ff.read_reports(path)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([line.split(" = ")[0] for line in GOOD.splitlines() if " = " in line]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=8),
        st.lists(st.integers(), max_size=2),
    ),
)
def test_any_value_in_any_field_is_an_error_of_ours_or_a_report(field: str, value: object) -> None:
    import json
    import tempfile

    lines = []
    for line in GOOD.splitlines():
        if line.startswith(f"{field} = "):
            line = "" if value is None else f"{field} = {json.dumps(value)}"
        lines.append(line)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            (report,) = ff.read_reports(path)
        except ForceflowError:
            return
        assert report.claims


def test_a_claim_in_another_unit_is_converted_or_refused(tmp_path: Path) -> None:
    """The unit printed in the words counts, also where the claim says tonnes."""

    def reading(quantity: str, unit: str) -> tuple[ff.FlowEvent, ...]:
        text = GOOD.replace('"nearly 10"', f'"{quantity}"').replace('"sorties"', f'"{unit}"')
        return ff.merge_claims(ff.read_reports(write(tmp_path, text)))

    (event,) = reading("20,000 kg", "tonnes")
    assert event.tonnes is not None
    assert event.tonnes.best == pytest.approx(20)
    for quantity, unit, field, message in (
        ("20,000 kg", "kg", "unit", "got 'kg'"),
        ("20 tons", "tonnes", "quantity", "'tons'.*short ton"),
        ("20,000 kg", "sorties", "quantity", "'kg'; give a count of movements"),
    ):
        with pytest.raises(ReportError, match=message) as caught:
            reading(quantity, unit)
        assert (caught.value.claim, caught.value.field) == ("own-1-1", field)


# -- word for word ----------------------------------------------------------------------------------------------------


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


CLAIM = "own.toml: claim 'own-1-1': "
UNITS = (
    "sorties, flights, round trips, sailings, ships, convoys, trains, movements, aircraft, arrivals, vehicles, trucks, "
    "personnel, soldiers, troops, passengers, t, tonnes, km of vehicles, families"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('locator = "p', 'zzzzzz = 1\nlocator = "p', CLAIM + "field 'zzzzzz': unknown field"),
        ("title =", 'titel = "x"\ntitle =', "own.toml: field 'titel': unknown field; did you mean title?"),
        ('locator = "p', 'locater = "x"\nlocator = "p',
         CLAIM + "field 'locater': unknown field; did you mean locator?"),
        ('title = "What we saw"\n', "", "own.toml: field 'title': is missing"),
        ('id = "own-1-1"\n', "", "own.toml: claim 'number 1': field 'id': is missing"),
        ('"paragraph 1"', '""', CLAIM + "field 'locator': String should have at least 1 character (got '')"),
        ('unit = "sorties"', 'unit = "things"',
         CLAIM + f"field 'unit': a movement with a number needs a unit out of {UNITS}; got 'things'"),
        ("Il-76MD", "Zzyzx", CLAIM + "field 'platform': unknown platform 'Zzyzx'"),
        ("stop = 2025-02-03", "stop = 2025-01-31",
         CLAIM + "field 'stop': ends (2025-01-31) before or when it starts (2025-02-01); the window is half-open, so a "
         "single day stops on the day after"),
        ('event = "flights"', 'event = "zzz"', CLAIM + "field 'event': unknown event 'zzz'; [events] of this file has "
         "flights"),
        ('mode = "air"\n', "", CLAIM + "field 'mode': a movement needs it; use kind 'presence' or 'posture' for what "
         "did not move"),
        ('locator = "p', 'inferred = ["colour"]\nlocator = "p',
         CLAIM + "field 'inferred': 'colour' is not a field of a claim"),
        ("start = 2025-02-01", "start = 3", CLAIM + "field 'start': 3 is a number, no date; write 2024-12-31, or make "
         "dates of numbers with pd.to_datetime(...) (got 3)"),
        ('"al-Khadim"', '"OSLK"', CLAIM + "field 'destination': is the origin; use kind 'presence' or 'posture' for "
         "what did not move"),
        ('flights = "Cargo flights"', "flights = 3",
         "own.toml: field 'events.flights': Input should be a valid string (got 3)"),
        ("[events]", "[weather]\n[storm]\n[events]",
         "own.toml: field 'storm': unknown table; a file has [report], [events] and [[claims]]"),
    ],
)  # fmt: skip
def test_a_report_that_is_refused_word_for_word(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ReportError) as caught:
        ff.read_reports(write(tmp_path / "in", changed(old, new)))
    assert str(caught.value) == message


def test_a_folder_that_holds_nothing_is_named(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path, "no reports here; a folder needs one .toml file per report"),
        (tmp_path / "nowhere", "no such file or folder; give a folder of .toml reports such as 'seeds', or use "
         "load_reports('syria-2024') for the ones shipped"),
    ):  # fmt: skip
        with pytest.raises(ReportError) as caught:
            ff.read_reports(path)
        assert str(caught.value) == f"{path}: {words}"
    write(tmp_path, GOOD.split("[[claims]]")[0])
    with pytest.raises(
        ReportError, match=r"^own\.toml: a report needs at least one \[\[claims\]\] table$"
    ):
        ff.read_reports(tmp_path)


def test_fields_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Of the numbers and places of a claim, and of the names that would part a cell in two."""
    for old, new, field in (
        ('locator = "p', 'via = ["Tartus", "Zzyzx"]\nlocator = "p', "via"),
        ('"al-Khadim"', '"Zzyzx"', "destination"),
        ('"sorties"', '"tonnes"\nmovements = "umpteen"', "movements"),
        ('id = "own-1-1"', 'id = "own | 1"', "id"),
        ('event = "flights"', 'relays = ["AFP", "CNN | BBC"]\nevent = "flights"', "relays.1"),
    ):
        with pytest.raises(ReportError) as caught:
            ff.read_reports(write(tmp_path / "in", changed(old, new)))
        claim = "own | 1" if field == "id" else "own-1-1"
        assert (caught.value.file, caught.value.claim, caught.value.field) == (
            "own.toml",
            claim,
            field,
        )


def test_an_id_that_stands_twice_says_where(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", GOOD)
    write(folder, GOOD, "twice.toml")
    with pytest.raises(
        ReportError, match=r"^twice\.toml: report id 'own-1' is already used in own\.toml$"
    ):
        ff.read_reports(folder)
    write(folder, changed('id = "own-1"', 'id = "own-2"'), "twice.toml")
    with pytest.raises(
        ReportError, match=r"^twice\.toml: claim 'own-1-1': claim id is already used in own\.toml$"
    ):
        ff.read_reports(folder)
    write(
        folder, changed('id = "own-1"', 'id = "own-2"').replace("own-1-1", "own-2-1"), "twice.toml"
    )
    assert [report.file for report in ff.read_reports(folder)] == ["own.toml", "twice.toml"]
    (folder / "twice.toml").write_text("a = " + "[" * 3_000, encoding="utf-8")
    with pytest.raises(
        ReportError, match=r"^twice\.toml: not valid TOML for a report: brackets within brackets"
    ):
        ff.read_reports(folder)


# -- what a claim says ------------------------------------------------------------------------------------------------


def only(tmp_path: Path, text: str) -> tuple[Report, Any]:
    (report,) = ff.read_reports(write(tmp_path, text))
    return report, report.claims[0]


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "start", "stop"),
    [
        ("start = 2025-02-01\nstop = 2025-02-03", "2025-02-01", "2025-02-03"),
        ("start = 2025-02-01T06:00:00+03:00\nstop = 2025-02-03", "2025-02-01T03:00", "2025-02-03"),
        ('start = "2025-02-01T06:00"\nstop = "2025-02-03"', "2025-02-01T06:00", "2025-02-03"),
        ('when = "mid-December 2024"', "2024-12-11", "2024-12-21"),
        ('when = "2025-02"', "2025-02-01", "2025-03-01"),
        ('when = "since 3 December 2024"\nstop = 2025-02-03', "2024-12-03", "2025-02-03"),
        ('when = "2025-02"\nstart = 2025-02-09', "2025-02-09", "2025-03-01"),
    ],
)
def test_windows_as_they_may_be_written(
    written: str, start: str, stop: str, tmp_path: Path
) -> None:
    _, claim = only(tmp_path, changed("start = 2025-02-01\nstop = 2025-02-03", written))
    assert (claim.start, claim.stop) == (utc(start), utc(stop))


@pytest.mark.parametrize(
    ("published", "relays", "known"),
    [
        ("2025-02-03", [], "2025-02-04"),
        ("2025-02", [], "2025-03-01"),
        ("2024", [], "2025-01-01"),
        ("2025-02-03", ["CNN 2025-01-02"], "2025-01-03"),
        ("2025-02-03", ["CNN 2025-01-02", "AFP 2025-01"], "2025-02-01"),  # the later of the two
        ("2025-02-03", ["CNN 2025-01-02", "AFP"], "2025-02-04"),  # nobody knows when AFP said so
        ("2025-02-03", ["CNN 2026"], "2025-02-04"),  # at the latest when it was relayed
    ],
)
def test_a_claim_is_public_with_the_last_of_its_roots(
    published: str, relays: list[str], known: str, tmp_path: Path
) -> None:
    text = changed('published = "2025-02-03"', f'published = "{published}"')
    report, claim = only(tmp_path, text.replace('event = "f', f'relays = {relays}\nevent = "f'))
    assert claim.public_from(report) == utc(known)


@pytest.mark.parametrize(
    ("words", "unit", "best", "counted"),
    [
        ("20,000 kg", "tonnes", 20, "tonnes"),
        ("20 short tons", "t", 20 * T_PER_SHORT_TON, "t"),
        ("20", "tonnes", 20, "tonnes"),
        ("7 trucks", "vehicles", 7, "vehicles"),
        ("7", "things", 7, "things"),
    ],
)
def test_a_number_in_the_unit_it_counts(words: str, unit: str, best: float, counted: str) -> None:
    number = read_number(words, unit=unit)
    assert number.best == pytest.approx(best)
    assert (number.unit, number.words) == (counted, words)


def test_a_number_that_measures_something_else_is_refused() -> None:
    for words, unit, measure in (("3 t", "flights", "movements"), ("5 km", "convoys", "movements"),
                                 ("2 hours", "trucks", "vehicles")):  # fmt: skip
        with pytest.raises(
            QuantityError, match=f"^'{words}' is in '{words[2:]}'; give a count of {measure}$"
        ):
            read_number(words, unit=unit)
    with pytest.raises(
        QuantityError, match=r"is in 'bananas'; give tonnes in t, kg, lb, short ton, long ton$"
    ):
        read_number("20 bananas", unit="t")


def test_loads_and_movements_of_one_claim(tmp_path: Path) -> None:
    _, claim = only(tmp_path, GOOD)
    assert (claim.measure, claim.movement_count) == ("movements", claim.number)
    _, loads = only(tmp_path, changed('"sorties"', '"families"\nmovements = "4"'))
    assert (loads.measure, loads.number.unit, loads.movement_count.best) == (
        "personnel",
        "personnel",
        4,
    )
    families = read_number("nearly 10", unit="families").best
    assert 3 * families < loads.number.best < 7 * families
    _, column = only(tmp_path, changed('quantity = "nearly 10"\nunit = "sorties"', 'quantity = "2"\nunit = "km of '
                                       'vehicles"'))  # fmt: skip
    assert (column.measure, column.number.unit) == ("vehicles", "vehicles")
    assert 2 * 20 < column.number.low < column.number.best < column.number.high < 2 * 110
    _, untold = only(tmp_path, changed('quantity = "nearly 10"\n', ""))
    assert not untold.number.has_content
    assert not column.movement_count.has_content


def test_what_moves_within_a_region_is_a_movement(tmp_path: Path) -> None:
    _, claim = only(tmp_path, changed('"Hmeimim"', '"Syria"').replace('"al-Khadim"', '"Syria"'))
    assert (claim.origin, claim.destination) == ("Syria", "Syria")


def test_platforms_that_were_printed_together_or_not_at_all() -> None:
    for printed, mode, ids in (
        ("Il-76MD; An-124", "air", ("Il-76MD", "An-124")),
        ("Il-76MD + unknown", "air", ("Il-76MD",)),
        ("Unknown", "air", ("cargo aircraft",)),
        ("not stated", "sea", ("cargo ship",)),
        ("", "road", ("military vehicles",)),
        ("unspecified", None, ()),
    ):
        assert platform_ids(printed, mode) == ids, printed


def test_a_table_of_claims_cell_by_cell(tmp_path: Path) -> None:
    report, _ = only(
        tmp_path, changed('event = "f', 'relays = ["CNN 2025-01-02", "AFP"]\nevent = "f')
    )
    assert report._repr_html_() == (
        "<table><caption>A newsroom: What we saw (2025-02-03), grade B2: Own reporters on the spot.</caption>"
        '<thead><tr><th scope="col">claim</th><th scope="col">kind</th><th scope="col">what it says</th>'
        '<th scope="col">as printed</th><th scope="col">window (UTC)</th><th scope="col">goes back to</th></tr></thead>'
        "<tbody><tr><td>own-1-1</td><td>movement</td><td>Nearly ten cargo flights left.</td>"
        "<td>nearly 10 sorties</td><td>2025-02-01/2025-02-02</td><td>CNN 2025-01-02; AFP</td></tr></tbody></table>"
    )
    assert "<td>first hand</td>" in only(tmp_path, GOOD)[0]._repr_html_()
