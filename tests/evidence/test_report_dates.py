"""Dates of a report: as TOML has them or as printed, all through the one reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_reports import GOOD, write

import forceflow as ff

WINDOW = re.compile(r"^(?:when|start|stop) = .*\n", re.MULTILINE)


def report(
    tmp_path: Path, *, published: str = '"2025-02-03"', when: str = '"2025-02-01"'
) -> ff.Report:
    text = WINDOW.sub("", GOOD).replace('published = "2025-02-03"', f"published = {published}")
    (found,) = ff.read_reports(
        write(tmp_path, text.replace('mode = "air"', f'mode = "air"\nwhen = {when}'))
    )
    return found


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ('"10 December 2024"', "2024-12-10"), ('"Dec 2024"', "2024-12"), ('"2024"', "2024"),
        ("2024-12-10", "2024-12-10"),
        ("2024", "2024"), ("2024-12-10T10:00:00Z", "2024-12-10"), ('"December 10, 2024"', "2024-12-10"),
    ],
)  # fmt: skip
def test_when_it_was_published(tmp_path: Path, printed: str, read: str) -> None:
    assert report(tmp_path, published=printed).published == read


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ('"1403-09-18"', "the year 1403 is not in the years 1800 to 2100"),
        ('"12/08/2024"', "write 2024-08-12 or 2024-12-08"),
        ('"8-10 December 2024"', "write a day, a month or a year"),
        ('"since May 2024"', "write a day, a month or a year"),
        ('"2020-21"', "or a reporting year"),
        ('"soon"', "'soon' is no date"),
    ],
)
def test_what_is_no_day_of_publishing(tmp_path: Path, printed: str, words: str) -> None:
    with pytest.raises(ff.errors.ReportError, match=f"field 'published': .*{words}"):
        report(tmp_path, published=printed)


@pytest.mark.parametrize(
    ("printed", "edtf"),
    [
        ("2024-12-08", "2024-12-08"),
        ('"8 December 2024"', "2024-12-08"),
        ('"Dec 2024"', "2024-12"),
        ("2024", "2024"),
    ],
)
def test_when_it_happened(tmp_path: Path, printed: str, edtf: str) -> None:
    assert report(tmp_path, when=printed).claims[0].edtf == edtf


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ('"soon"', "'soon' is no date"), ('"2020-21"', "or a reporting year"), ('"12/08/2024"', "write 2024-08-12 or"),
        ('"1403-09-18"', "the year 1403"), ("10:00:00", "'10:00:00' is no date"),
    ],
)  # fmt: skip
def test_a_wrong_day_is_named_without_the_rest_of_its_claim(
    tmp_path: Path, printed: str, words: str
) -> None:
    with pytest.raises(
        ff.errors.ReportError, match=f"claim 'own-1-1': field 'when': .*{words}"
    ) as caught:
        report(tmp_path, when=printed)
    assert "locator" not in str(caught.value)
    assert "dayfirst" not in str(caught.value)
