"""Reading reports: what the shipped ones say, and what every kind of bad input answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from cases import ROOT
from forceflow import ForceflowError, ReportError

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
    assert {claim.kind for claim in claims} == {"movement", "presence", "stock", "posture", "intent"}
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
    "unknown platform": (GOOD.replace("Il-76MD", "Il-67MD"), ["own.toml", "own-1-1", "platform", "Il-76MD"]),
    "unknown place": (GOOD.replace('"Hmeimim"', '"Hmeimin"'), ["own-1-1", "origin", "Hmeimim"]),
    "window ends first": (GOOD.replace("stop = 2025-02-03", "stop = 2025-01-03"), ["own-1-1", "stop", "2025-01-03"]),
    "empty window": (GOOD.replace("stop = 2025-02-03", "stop = 2025-02-01"), ["own-1-1", "stop", "half-open"]),
    "unparsable quantity": (GOOD.replace("nearly 10", "beaucoup"), ["own-1-1", "quantity", "beaucoup"]),
    "unknown event": (GOOD.replace('event = "flights"', 'event = "flihgts"'), ["own-1-1", "event", "flights"]),
    "unknown field": (GOOD.replace("locator", "locater"), ["own-1-1", "locat"]),
    "missing field": (GOOD.replace('grade = "B2"\n', ""), ["own.toml", "grade", "is missing"]),
    "bad grade": (GOOD.replace('"B2"', '"G9"'), ["own.toml", "grade", "A to F"]),
    "bad day": (GOOD.replace("start = 2025-02-01", 'start = "yesterday"'), ["own-1-1", "start"]),
    "bad kind": (GOOD.replace('kind = "movement"', 'kind = "rumour"'), ["own-1-1", "kind"]),
    "bad published": (GOOD.replace('"2025-02-03"', '"spring"'), ["own.toml", "published", "spring"]),
    "no such day": (GOOD.replace('published = "2025-02-03"', 'published = "2025-02-31"'), ["own.toml", "published"]),
    "no unit": (GOOD.replace('unit = "sorties"', 'unit = "things"'), ["own-1-1", "unit", "sorties"]),
    "movement without mode": (GOOD.replace('mode = "air"\n', ""), ["own-1-1", "mode"]),
    "movement without origin": (GOOD.replace('origin = "Hmeimim"\n', ""), ["own-1-1", "origin"]),
    "inferred unknown": (GOOD.replace('locator = "p', 'inferred = ["colour"]\nlocator = "p'), ["own-1-1", "inferred"]),
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
    with pytest.raises(ReportError, match=r"own-1.*already stands"):
        ff.read_reports(folder)
    write(folder, GOOD.replace('id = "own-1"', 'id = "own-2"'), "twice.toml")
    with pytest.raises(ReportError, match=r"claim 'own-1-1'.*already stands"):
        ff.read_reports(folder)


def test_one_bad_file_means_nothing_is_returned(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", GOOD)
    write(folder, "broken = ", "z.toml")
    with pytest.raises(ReportError, match=r"z\.toml"):
        ff.read_reports(folder)


def test_unknown_data_set_suggests() -> None:
    with pytest.raises(ff.UnknownNameError, match="syria-2024"):
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
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.integers(), max_size=2)),
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
