"""The command line: what it prints, and one clear line with exit code 2 for whatever is wrong."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import forceflow as ff
from forceflow import cli

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def _run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words), prog_name="forceflow", terminal_width=100)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the shipped reports to break."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def _change(old: str, new: str) -> Callable[[Path], None]:
    def change(seeds: Path) -> None:
        for file in sorted(seeds.glob("*.toml")):
            text = file.read_text(encoding="utf-8")
            if old in text:
                file.write_text(text.replace(old, new, 1), encoding="utf-8")
                return
        raise AssertionError(f"{old!r} stands in no seed")

    return change


def _empty(seeds: Path) -> None:
    shutil.rmtree(seeds)
    seeds.mkdir()


BAD: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "missing folder": (shutil.rmtree, ["no such file or folder"]),
    "empty folder": (_empty, ["no reports here"]),
    "broken TOML": (_change("[report]", "[report"), ["not valid TOML", ".toml"]),
    "unknown platform": (_change('platform = "An-124"', 'platform = "An-142"'), ["An-142", "did you mean", "An-124"]),
    "window that ends before it starts": (
        _change("start = 2025-01-30\nstop = 2025-01-31", "start = 2025-01-30\nstop = 2025-01-29"),
        ["bne-1", "stop", "before"],
    ),
    "quantity nobody can read": (_change('"nearly 100"', '"umpteen"'), ["eutoday-2", "quantity", "umpteen"]),
    "claim of an unknown event": (
        _change('event = "sparta-ii-sails"', 'event = "sparta-ii-sail"'),
        ["bne-1", "unknown event", "sparta-ii-sails"],
    ),
    "unknown place": (_change('origin = "Tartus"', 'origin = "Tartuss"'), ["Tartuss", "Tartus"]),
    "unknown field": (_change("\nnote =", "\nnotes ="), ["notes", "did you mean note"]),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["report", "events"])
def test_bad_input_is_one_line_and_code_two_and_writes_nothing(name: str, command: str, seeds: Path) -> None:
    harm, words = BAD[name]
    harm(seeds)
    out = seeds.parent / "out"
    result = _run(command, str(seeds), *(["--out", str(out)] if command == "report" else []))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("forceflow: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    assert [path.name for path in seeds.parent.iterdir() if path.name != "seeds"] == []


def test_bad_input_leaves_an_earlier_report_alone(seeds: Path) -> None:
    out = seeds.parent / "out"
    out.mkdir()
    (out / "report.html").write_text("earlier")
    _change("[report]", "[report")(seeds)
    assert _run("report", str(seeds), "--out", str(out)).exit_code == 2
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [("report.html", "earlier")]


def test_report_prints_a_short_summary_with_ranges(tmp_path: Path) -> None:
    result = _run("report", str(SEEDS), "--out", str(tmp_path / "out"), "--draws", "300")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) < 20
    assert lines[-1] == f"report: {tmp_path / 'out' / 'report.html'}"
    for label in ("Moved out by air", "Moved out by sea", "Rate of withdrawal", "Withdrawal complete"):
        line = next(line for line in lines if label in line)
        assert " to " in line


def test_report_takes_the_shipped_set_a_stock_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run("report", "syria-2024", "-o", "out", "--draws", "300", "--stock", "1e3, 2e3, 3e3", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert Path(answer["report"]).is_file()
    assert {"low", "middle", "high", "unit", "claims"} <= set(answer["headlines"][0])


@pytest.mark.parametrize(("words", "best"), [("20 30 40", 30.0), ("35", 35.0), ("nearly 100", 96.0)])
def test_a_stock_is_numbers_or_words(words: str, best: float) -> None:
    assert cli._stock(words).best == pytest.approx(best, abs=1)


def test_a_stock_nobody_can_read_is_said(tmp_path: Path) -> None:
    result = _run("report", str(SEEDS), "--out", str(tmp_path / "out"), "--stock", "heaps")
    assert result.exit_code == 2
    assert "heaps" in result.stderr


def test_a_folder_of_ones_own_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = _run("report", str(SEEDS), "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "thesis.txt" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_events_as_text_and_json(events: tuple[ff.FlowEvent, ...]) -> None:
    text = _run("events", str(SEEDS))
    assert text.exit_code == 0
    assert all(event.event_id in text.stdout for event in events)
    rows = json.loads(_run("events", str(SEEDS), "--json").stdout)
    assert [row["event_id"] for row in rows] == [event.event_id for event in events]
    assert rows[0]["kind"] in ("sortie", "sailing", "convoy")
    uncounted = next(row for row in rows if row["event_id"] == "embassy-staff")
    assert uncounted["movements"]["best"] is None


def test_explain_shows_claims_and_suggests_events() -> None:
    result = _run("explain", str(SEEDS), "damascus-convoy")
    assert result.exit_code == 0
    assert "Financial Times" in result.stdout
    answer = json.loads(_run("explain", str(SEEDS), "damascus-convoy", "--json").stdout)
    assert {row["claim"] for row in answer["claims"]} == {"eutoday-1", "eutoday-2"}
    wrong = _run("explain", str(SEEDS), "damascus-convoi")
    assert wrong.exit_code == 2
    assert "did you mean damascus-convoy" in wrong.stderr


def test_places() -> None:
    assert "OSLK" in _run("places", "Khmeimim").stdout
    assert json.loads(_run("places", "Khmeimim", "--json").stdout)["id"] == "OSLK"
    assert "tartus" in _run("places").stdout
    assert len(json.loads(_run("places", "--json").stdout)) > 20
    assert _run("places", "Tartuss").exit_code == 2


def test_platforms() -> None:
    text = _run("platforms", "Il-76MD").stdout
    assert "structural payload" in text
    assert "payload over range: 48 t (47 to 48) to 3,800 km (3,600 to 4,400); " in text
    assert "payload over range" not in _run("platforms", "Sparta").stdout
    assert "[read: " in text
    assert json.loads(_run("platforms", "Sparta", "--json").stdout)["kind"] == "vessel"
    assert "Il-76MD" in _run("platforms").stdout
    assert len(json.loads(_run("platforms", "--json").stdout)) > 5
    wrong = _run("platforms", "Il-77")
    assert wrong.exit_code == 2
    assert "did you mean" in wrong.stderr


def test_routes() -> None:
    text = _run("route", "Hmeimim", "al-Khadim", "--mode", "air", "--platform", "Il-76MD").stdout
    assert "km" in text
    assert "Il-76MD: " in text
    sea = _run("route", "Tartus", "Novorossiysk", "--mode", "sea")
    assert "bosphorus" in sea.stdout
    answer = json.loads(_run("route", "Hmeimim", "al-Khadim", "--mode", "air", "--platform", "An-124", "--json").stdout)
    assert 1_300 < answer["distance_km"] < 1_500
    assert answer["duration_h"]["low"] < answer["duration_h"]["high"]
    shut = _run("route", "Tartus", "Novorossiysk", "--mode", "sea", "--closed", "bosphorus")
    assert shut.exit_code == 2
    assert "no way" in shut.stderr
    assert _run("route", "Hmeimim", "al-Khadim", "--mode", "space").exit_code == 2


def test_tonnage(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, by="mode", direction="outbound", draws=300, seed=7)
    text = _run("tonnage", str(SEEDS), "--by", "mode", "--draws", "300")
    assert text.exit_code == 0, text.stderr
    assert str(moved) in text.stdout
    assert str(moved.group_totals[0]) in text.stdout
    answer = json.loads(_run("tonnage", str(SEEDS), "--by", "mode", "--draws", "300", "--json").stdout)
    assert answer["total"]["middle"] == pytest.approx(moved.total.middle)
    assert set(answer["groups"]) == {"air", "sea"}
    assert len(answer["bins"]["low"]) == len(answer["bins"]["start"]) == len(moved.starts)
    every = json.loads(_run("tonnage", str(SEEDS), "--direction", "all", "--draws", "300", "--json").stdout)
    assert every["total"]["middle"] > answer["total"]["middle"]
    assert _run("tonnage", str(SEEDS), "--by", "colour").exit_code == 2


def test_withdrawal(events: tuple[ff.FlowEvent, ...]) -> None:
    left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=300, seed=7)
    text = _run("withdrawal", str(SEEDS), "--draws", "300").stdout
    assert str(left) in text
    assert "the stock is a prior" in text
    assert "talks fail" not in text
    given = _run("withdrawal", str(SEEDS), "--draws", "300", "--stock", "20000 35000 60000", "--floor", "5000").stdout
    assert "the stock is a prior" not in given
    assert "talks fail" in given
    answer = json.loads(_run("withdrawal", str(SEEDS), "--draws", "300", "--floor", "5000", "--json").stdout)
    assert answer["stall_probability"] == left.stall_probability
    assert answer["scenarios"]["talks fail"]["answer"].endswith("never 0%")
    assert _run("withdrawal", str(SEEDS), "--as-of", "yesterday").exit_code == 2


def test_capacity() -> None:
    text = _run("capacity", str(SEEDS), "--draws", "300").stdout
    assert "t/day" in text
    assert "Nobody published it." in text
    answer = json.loads(_run("capacity", str(SEEDS), "--draws", "300", "--json").stdout)
    assert answer["bottleneck"] in answer["bounds_t_per_day"]
    assert len(answer["assumptions"]) == 5
    none = _run("capacity", str(SEEDS / "bne-2025-01-30.toml"))
    assert none.exit_code == 2
    assert "no event flies" in none.stderr


def test_help_has_examples_and_wrong_use_is_code_two() -> None:
    assert _run("--help").exit_code == 0
    for command in (
        "report",
        "events",
        "explain",
        "tonnage",
        "withdrawal",
        "capacity",
        "places",
        "platforms",
        "route",
    ):
        page = _run(command, "--help").stdout
        assert "Examples:" in page
        assert f"forceflow {command} " in page
    assert _run("report").exit_code == 2
    assert _run("nonsense").exit_code == 2
    assert _run("report", str(SEEDS), "--out", "out", "--seed", "-1").exit_code == 2


def test_version() -> None:
    assert _run("--version").stdout.startswith("forceflow ")


def test_main_is_the_same_door(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["places", "nowhere at all"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("forceflow: unknown place")


def test_progress_shows_only_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with cli._progress(2) as step:
        step("quiet")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with cli._progress(2) as step:
        step("tonnage")
    shown = capsys.readouterr()
    assert "tonnage" in shown.err
    assert shown.out == ""


def test_a_disk_that_fails_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise PermissionError(13, "Permission denied", "reports")

    monkeypatch.setattr(cli, "_read", fail)
    result = _run("events", "seeds")
    assert result.exit_code == 2
    assert result.stderr == "forceflow: reports: Permission denied\n"
