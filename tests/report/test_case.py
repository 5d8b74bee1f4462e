"""A case: read and checked as a whole; what it assumes is what the report takes as given, and without it nothing is."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow import cli
from forceflow.evidence.datasets import seeds_folder
from forceflow.report.analysis import find
from forceflow.report.case_file import read_case

ROOT = Path(__file__).resolve().parents[2]
NIGER = ROOT / "examples" / "cases" / "niger_2023"
DRAWS = 300

WHOLE = """
[case]
title = "A withdrawal"
area = ["NE", "ML"]
since = 2023-10-01
until = 2024-01-01

[[stock]]
low = 1_400
best = 1_450
high = 1_500
unit = "people"
status = "read"
source = "a paper"
reason = "Counted."

[floor]
name = "what is kept"
low = 0.1
best = 0.2
high = 0.3
reason = "Nobody said."

[bridge]
origin = "Niamey"
destination = "N'Djamena"
[bridge.fleet]
aircraft.A400M = { low = 1, best = 2, high = 3 }
reason = "Seen."
[bridge.onload_mog]
low = 1
best = 2
high = 2
reason = "Nobody said."
[bridge.offload_mog]
low = 1
best = 2
high = 2
reason = "Nobody said."
[bridge.operating_h_per_day]
low = 8
best = 12
high = 16
reason = "Nobody said."
[bridge.refuel_at_destination]
value = false

[straits]
home_behind = "Novorossiysk"
home_beyond = "Baltiysk"
reason = "Two ports of one fleet."

[[scenarios]]
name = "a part is kept"
floor = "kept"
stall = { low = 0.1, best = 0.2, high = 0.4 }
reason = "Talks."

[[scenarios]]
name = "slower"
floor = 10
pace = { road = 0.5 }
ceiling_per_day = 40
drift_gsd = 2
reason = "Rain."
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "case.toml"
    file.write_text(text, encoding="utf-8")
    return file


def run(*words: object) -> str:
    done = CliRunner().invoke(cli.app, [str(word) for word in words], prog_name="forceflow")
    assert done.exit_code == 0, done.output
    return done.output


# Reading


def test_a_case_is_read_with_all_its_parts(tmp_path: Path) -> None:
    case = ff.report.read_case(write(tmp_path, WHOLE))
    assert case == read_case(tmp_path)
    assert str(case.scope) == "NE, ML from 2023-10-01 until 2023-12-31"
    stock = case.stocks[0]
    assert (stock.measure, stock.amount.unit, stock.amount.best) == ("personnel", "personnel", 1450)
    assert str(stock.basis) == "Read in a paper. Counted."
    assert case.floor is not None
    assert case.floor.amount_of(stock.amount).best == pytest.approx(290)
    assert case.bridge is not None
    assert case.bridge.onload_mog.ends == (1, 2, 2)
    assert not case.bridge.refuel_at_destination
    assert case.homes == ("Novorossiysk", "Baltiysk")
    kept, slower = case.scenarios
    assert kept.keeps_floor
    assert kept.changes == {"stall": (0.1, 0.2, 0.4)}
    assert slower.changes == {
        "floor": 10, "pace": {"road": 0.5}, "ceiling_per_day": 40, "drift_gsd": 2,
    }  # fmt: skip


def test_a_case_needs_no_more_than_a_title_and_an_area(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, '[case]\ntitle = "A"\narea = "Niger"\n'))
    assert (case.stocks, case.floor, case.bridge, case.scenarios) == ((), None, None, ())


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def without(first: str, after: str) -> Callable[[str], str]:
    """Leave out all from the one mark up to the other."""

    def change(text: str) -> str:
        start = text.index(first)
        return text[:start] + text[text.index(after, start) :]

    return change


WRONG: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "broken TOML": (swap("[case]", "[case"), ["not valid TOML"]),
    "nothing": (lambda text: "", ["'case'", "begins with [case]"]),
    "unknown table": (swap("[floor]", "[flor]"), ["'flor'", "did you mean floor?"]),
    "unknown key": (swap("best = 1_450", "bset = 1_450"), ["'stock 1.bset'", "did you mean best?"]),
    "key unlike any": (swap("since =", "xyzzy ="), ["'case.xyzzy'", "title, scenarios_from, area"]),
    "no title": (swap('title = "A withdrawal"', ""), ["'case.title'", "is missing", "give words"]),
    "blank title": (swap('"A withdrawal"', '" "'), ["'case.title'", "must be words"]),
    "no area": (swap('area = ["NE", "ML"]', ""), ["'case.area'", 'area = "Niger"']),
    "unknown area": (swap('"ML"', '"Atlantis"'), ["'case.area'", "Atlantis"]),
    "area of numbers": (swap('["NE", "ML"]', "[1]"), ["'case.area'", "list of words"]),
    "a moment for a day": (swap("2023-10-01", "2023-10-01T05:00:00"), ["'case.since'", "such as 2024-11-01"]),
    "time turned round": (swap("2024-01-01", "2023-09-01"), ["'case.until'", "after since"]),
    "no number": (swap("low = 1_400\n", ""), ["'stock 1.low'", "give a number 0 or more"]),
    "words for a number": (swap("low = 1_400", 'low = "1,400"'), ["'stock 1.low'", "'1,400'"]),
    "true for a number": (swap("low = 1_400", "low = true"), ["'stock 1.low'", "must be a number"]),
    "a range that falls": (swap("low = 1_400", "low = 1_460"), ["'stock 1.low'", "must rise"]),
    "a stock of flights": (swap('"people"', '"flights"'), ["'stock 1.unit'", "is of movements"]),
    "no reason": (swap('reason = "Counted."', ""), ["'stock 1.reason'", "is missing"]),
    "no source": (swap('source = "a paper"', ""), ["'stock 1.source'", "that is read"]),
    "unknown status": (swap('"read"', '"guessed"'), ["'stock 1.status'", "prior, read, recalled"]),
    "one table for a list": (swap("[[stock]]", "[stock]"), ["'stock'", "write [[stock]]"]),
    "a share above one": (swap("high = 0.3", "high = 30"), ["'floor.high'", "from 0 to 1"]),
    "unknown place": (swap('origin = "Niamey"', 'origin = "Niamei"'), ["'bridge.origin'", "Niamey"]),
    "unknown aircraft": (swap("A400M", "A400X"), ["'bridge.fleet.aircraft.A400X'", "A400M"]),
    "no fleet": (swap("aircraft.A400M = { low = 1, best = 2, high = 3 }", ""), ["fleet.aircraft'", "name a type"]),
    "no spots": (swap("[bridge.offload_mog]", "[bridge.offload]"), ["'bridge.offload'", "did you mean offload_mog?"]),
    "a part that is missing": (without("[bridge.offload_mog]", "[bridge.op"), ["write [bridge.offload_mog] with its"]),
    "a number for a table": (swap('[bridge]\n', '[bridge]\nfleet = 9\n'), ["not valid TOML"]),
    "no flag": (swap("value = false", "value = 0"), ["'bridge.refuel_at_destination.value'", "true or false"]),
    "unknown port": (swap('"Baltiysk"', '"Baltisk"'), ["'straits.home_beyond'", "Baltiysk"]),
    "a name twice": (swap('"slower"', '"a part is kept"'), ["'scenarios 2.name'", "give another"]),
    "no floor to keep": (without("[floor]", "[bridge]"), ["'scenarios 1.floor'", "no [floor]"]),
    "unknown mode": (swap("road = 0.5", "camel = 0.5"), ["'scenarios 2.pace.camel'"]),
    "pace and straits": (swap("ceiling_per_day = 40", 'straits = "open"'), ["'scenarios 2.straits'", "not both"]),
    "odd straits": (swap("ceiling_per_day = 40", 'straits = "ajar"'), ["'scenarios 2.straits'", "open, closed"]),
    "a chance above one": (swap("{ low = 0.1, best = 0.2, high = 0.4 }", "2"), ["'scenarios 1.stall'", "from 0 to 1"]),
    "drift below one": (swap("drift_gsd = 2", "drift_gsd = 0.5"), ["'scenarios 2.drift_gsd'", "1 or more"]),
    "nothing changes": (without("floor = 10", "reason = \"Rain"), ["'scenarios 2'", "changes nothing"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_by_file_and_key(name: str, tmp_path: Path) -> None:
    change, words = WRONG[name]
    with pytest.raises(ff.errors.ReportError) as caught:
        read_case(write(tmp_path, change(WHOLE)))
    message = str(caught.value)
    assert message.startswith("case.toml: ")
    for word in words:
        assert word in message


def test_a_case_that_is_not_there_is_an_error_of_the_path(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "other.toml"):
        with pytest.raises(ff.errors.ReportError, match="give a case file, or a folder that holds"):
            read_case(path)


def test_a_case_is_no_report(tmp_path: Path) -> None:
    assert "case.toml" not in {report.file for report in ff.read_reports(seeds_folder())}
    write(tmp_path, WHOLE)
    with pytest.raises(ff.errors.ReportError, match="no reports here"):
        ff.read_reports(tmp_path)


# In the report


def test_a_second_case_needs_no_code(tmp_path: Path) -> None:
    printed = run(
        "report", NIGER, "--out", tmp_path / "out", "--as-of", "2023-12-01", "--draws", DRAWS
    )
    assert "People brought out  " in printed
    assert "Withdrawal complete" in printed
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<title>The French exit from Niger, October to December 2023</title>" in text
    assert "as the reports of October to December 2023 saw it might go" in text
    assert "Read in AFP of 11 October 2023" in text
    assert "Niger closed its airspace to aircraft registered in France" in text
    for name in ("Syria", "Hmeimim", "Tartus", "Novorossiysk", "talks"):
        assert name not in text, name
    with (tmp_path / "out" / "tables" / "scenarios.csv").open(encoding="utf-8") as file:
        names = [row["scenario"] for row in csv.DictReader(file)]
    assert names == ["as in the summary", "on the date set", "flights only", "road only"]


def test_a_chance_of_never_that_is_printed_as_nothing_is_no_prior(tmp_path: Path) -> None:
    """At the end of 2023 more had left than the stock: hardly a draw has anything left that could stall."""
    printed = run("report", NIGER, "--out", tmp_path / "out", "--draws", DRAWS)
    assert re.search(r"Never complete +0% of draws", printed)
    assert "mostly a prior" not in printed
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "In next to all draws nothing is left after what was reported." in text


def test_the_published_counts_of_the_second_case_add_up() -> None:
    events = ff.merge_claims(ff.read_reports(NIGER), theatre="Niger")
    assert {event.direction for event in events} == {"outbound"}
    people = [event.personnel.best for event in events if event.personnel is not None]
    assert sum(people) == 97 + 185 + 1_018 + 46 + 107 + 50 == 1_503


def test_without_a_case_nothing_is_assumed_and_the_page_says_how_to(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeds_folder(), tmp_path / "mine"))
    (folder / "case.toml").unlink()
    printed = run("report", folder, "--out", tmp_path / "out", "--draws", DRAWS)
    assert "Withdrawal complete" not in printed
    assert "see [[stock]] in a case.toml beside the reports" in printed
    assert "see [bridge] in a case.toml beside the reports" in printed
    stocked = run(
        "report", folder, "--out", tmp_path / "out", "--draws", DRAWS, "--stock", "20000 35000 60000"
    )  # fmt: skip
    assert "Withdrawal complete" in stocked
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "No scenarios: no case says how the withdrawal may go." in text
    assert "talks fail" not in text


def test_a_case_may_lie_elsewhere(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(NIGER, tmp_path / "mine"))
    case = Path(shutil.move(folder / "case.toml", tmp_path / "other.toml"))
    words = ("report", folder, "--out", tmp_path / "out", "--draws", DRAWS)
    assert "on the date set" not in run(*words, "--theatre", "Niger")
    assert "Withdrawal complete" in run(*words, "--case", case)
    events = ff.merge_claims(ff.read_reports(folder), theatre="Niger")
    page = ff.write_report(events, tmp_path / "page", case=case, draws=DRAWS)
    assert "on the date set" in page.read_text(encoding="utf-8")
    found = find(events, case=read_case(case), draws=DRAWS)
    assert found.case is not None
    assert found.case.title.startswith("The French exit")


def test_a_case_of_another_area_or_time_lends_nothing() -> None:
    events = ff.merge_claims(ff.read_reports(NIGER), theatre="Niger")
    found = find(events, case=seeds_folder(), draws=DRAWS)
    assert found.withdrawal is None
    assert "the priors of the case" in found.missing["withdrawal"]
    assert "of syria from 2024-11-01" in found.missing["withdrawal"]
    assert "no event flies Hmeimim to al-Khadim" in found.missing["capacity"]
    given = find(events, case=seeds_folder(), stock="1,450 people", draws=DRAWS)
    assert given.withdrawal is not None
    assert given.scenarios == ()


def test_reports_beside_two_cases_need_a_choice(tmp_path: Path) -> None:
    here = ff.read_reports(NIGER)
    there = ff.read_reports(seeds_folder())
    events = (*ff.merge_claims(here, theatre="NE"), *ff.merge_claims(there))
    with pytest.raises(ff.errors.ReportError, match=r"two cases.*choose one with case="):
        find(events, draws=DRAWS)


def test_the_commands_of_the_estimates_use_the_case_too() -> None:
    left = run("withdrawal", NIGER, "--as-of", "2023-12-01", "--draws", DRAWS, "--floor", "100")
    assert "the stock is of the case. Read in AFP" in left
    assert "flights only" in left
    assert "outbound" in run("events", NIGER)
