"""The command line: what it prints, and one clear line with exit code 2 for whatever is wrong."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

import forceflow as ff
from cases import ROOT
from forceflow import cli
from forceflow.cli import bench, common
from forceflow.cli import reports as report_commands
from forceflow.cli.printing import print_json
from forceflow.evidence.tables.event_frames import write_table

SEEDS = ROOT / "seeds"


def _run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words), prog_name="forceflow", terminal_width=100)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the shipped reports to break."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def _change(old: str, new: str) -> Callable[[Path], None]:
    def change(seeds: Path) -> None:
        for file in sorted(set(seeds.glob("*.toml")) - {seeds / "case.toml"}):
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
    "unknown platform": (
        _change('platform = "An-124"', 'platform = "An-142"'),
        ["An-142", "did you mean", "An-124"],
    ),
    "window that ends before it starts": (
        _change("start = 2025-01-30\nstop = 2025-01-31", "start = 2025-01-30\nstop = 2025-01-29"),
        ["bne-1", "stop", "before"],
    ),
    "quantity nobody can read": (
        _change('"nearly 100"', '"umpteen"'),
        ["eutoday-2", "quantity", "umpteen"],
    ),
    "claim of an unknown event": (
        _change('event = "sparta-ii-sails"', 'event = "sparta-ii-sail"'),
        ["bne-1", "unknown event", "sparta-ii-sails"],
    ),
    "unknown place": (_change('origin = "Tartus"', 'origin = "Tartuss"'), ["Tartuss", "Tartus"]),
    "unknown field": (_change("\nnote =", "\nnotes ="), ["notes", "did you mean note"]),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["report", "events"])
def test_bad_input_is_one_line_and_code_two_and_writes_nothing(
    name: str, command: str, seeds: Path
) -> None:
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
    for label in (
        "Moved out by air",
        "Moved out by sea",
        "Rate of withdrawal",
        "Withdrawal complete",
    ):
        line = next(line for line in lines if label in line)
        assert " to " in line


def test_report_takes_the_shipped_set_a_stock_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run(
        "report", "syria-2024", "-o", "out", "--draws", "300", "--stock", "1e3, 2e3, 3e3", "--json"
    )
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert Path(answer["report"]).is_file()
    assert {"low", "middle", "high", "unit", "claims"} <= set(answer["headlines"][0])


@pytest.mark.parametrize(
    ("words", "best"), [("20 30 40", 30.0), ("35", 35.0), ("nearly 100", 96.0)]
)
def test_a_stock_is_numbers_or_words(words: str, best: float) -> None:
    assert common.amount_of(words, "t").best == pytest.approx(best, abs=1)


@pytest.mark.parametrize("words", ["", " ", ",", "1 2 3 4", "3 2 1", "nan", "heaps"])
def test_a_stock_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ff.errors.QuantityError):
        common.amount_of(words, "t")


def test_json_holds_numbers_of_numpy_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(
        {"n": np.int64(3), "yes": np.bool_(True), "all": np.array([1.5, np.inf]), "none": math.nan}
    )
    assert json.loads(capsys.readouterr().out) == {
        "n": 3,
        "yes": True,
        "all": [1.5, None],
        "none": None,
    }


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
    assert "Bosphorus" in sea.stdout
    answer = json.loads(
        _run(
            "route", "Hmeimim", "al-Khadim", "--mode", "air", "--platform", "An-124", "--json"
        ).stdout
    )
    assert 1_300 < answer["distance_km"] < 1_500
    assert answer["duration_h"]["low"] < answer["duration_h"]["high"]
    shut = _run("route", "Tartus", "Novorossiysk", "--mode", "sea", "--closed", "bosphorus")
    assert shut.exit_code == 2
    assert "no way" in shut.stderr
    round_turkey = json.loads(
        _run("route", "OSLK", "Moscow", "--mode", "air", "--closed", "TR", "--json").stdout
    )
    assert round_turkey["closed"] == ["Turkey"]
    assert (
        round_turkey["distance_km"]
        > json.loads(_run("route", "OSLK", "Moscow", "--mode", "air", "--json").stdout)[
            "distance_km"
        ]
    )
    assert _run("route", "Hmeimim", "al-Khadim", "--mode", "space").exit_code == 2


def test_tonnage(events: tuple[ff.FlowEvent, ...]) -> None:
    moved = ff.estimate_tonnage(events, by="mode", direction="outbound", draws=300, seed=7)
    text = _run("tonnage", str(SEEDS), "--by", "mode", "--draws", "300")
    assert text.exit_code == 0, text.stderr
    assert str(moved) in text.stdout
    assert str(moved.group_totals[0]) in text.stdout
    answer = json.loads(
        _run("tonnage", str(SEEDS), "--by", "mode", "--draws", "300", "--json").stdout
    )
    assert answer["total"]["middle"] == pytest.approx(moved.total.middle)
    assert set(answer["groups"]) == {"air", "sea"}
    assert len(answer["bins"]["low"]) == len(answer["bins"]["start"]) == len(moved.starts)
    every = json.loads(
        _run("tonnage", str(SEEDS), "--direction", "all", "--draws", "300", "--json").stdout
    )
    assert every["total"]["middle"] > answer["total"]["middle"]
    assert _run("tonnage", str(SEEDS), "--by", "colour").exit_code == 2


def test_withdrawal(events: tuple[ff.FlowEvent, ...]) -> None:
    left = ff.estimate_withdrawal(events, stock_t=(20_000, 35_000, 60_000), draws=300, seed=7)
    text = _run("withdrawal", str(SEEDS), "--draws", "300").stdout
    assert str(left) in text
    assert "the stock is of the case. Prior. None of the reports gives a tonnage." in text
    assert "talks fail" not in text
    given = _run(
        "withdrawal",
        str(SEEDS),
        "--draws",
        "300",
        "--stock",
        "20000 35000 60000",
        "--floor",
        "5000",
    ).stdout
    assert "the stock is of the case" not in given
    assert "talks fail" in given
    answer = json.loads(
        _run("withdrawal", str(SEEDS), "--draws", "300", "--floor", "5000", "--json").stdout
    )
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


def test_a_table_of_ones_own_with_its_own_names_and_theatre(tmp_path: Path) -> None:
    path = tmp_path / "flights.csv"
    path.write_text(
        "id,day,plane,from,to,flights\n"
        "a,2023-10-05,A400M,Niamey,N'Djamena,2\n"
        "b,2023-10-06,A400M,Niamey,N'Djamena,several\n"
        "c,2023-10-07,A400M,N'Djamena,Niamey,1\n"
    )
    names = {
        "event_id": "id",
        "start": "day",
        "platform": "plane",
        "origin": "from",
        "destination": "to",
    }
    named = [part for ours, yours in {**names, "movements": "flights", "mode": "air"}.items()
             for part in ("--column", f"{ours}={yours}")]  # fmt: skip
    columns = {**names, "movements": "flights", "mode": "air"}
    events = ff.from_frame(pl.read_csv(path, try_parse_dates=True), columns=columns, theatre=["NE"])
    assert [event.direction for event in events] == ["outbound", "outbound", "inbound"]
    said = _run("tonnage", str(path), "--theatre", "NE", "--draws", "300", *named)
    assert (
        str(ff.estimate_tonnage(events, direction="outbound", draws=300, seed=7)) in said.stdout
    ), said.stderr
    from_chad = _run("tonnage", str(path), "--theatre", "td", "--draws", "300", *named)
    there = ff.from_frame(pl.read_csv(path, try_parse_dates=True), columns=columns, theatre=["TD"])
    assert (
        str(ff.estimate_tonnage(there, direction="outbound", draws=300, seed=7)) in from_chad.stdout
    )
    path.write_text(
        path.read_text()
        .replace("id,day", "id,day,end")
        .replace(",2023-10-05,", ",2023-10-05,2023-10-09,")
        .replace(",2023-10-06,", ",2023-10-06,2023-10-06,")
        .replace(",2023-10-07,", ",2023-10-07,2023-10-07,")
    )
    until = ("events", str(path), "--theatre", "NE", "--column", "stop=end", *named)
    assert "2023-10-05 to 2023-10-09" in _run(*until, "--stop-inclusive").stdout
    assert (
        "--column mode=YOURS" in _run("tonnage", str(path), "--theatre", "NE", *named[:-2]).stderr
    )
    assert _run("tonnage", str(path), "--theatre", "niger", *named).exit_code == 0
    assert "theatre" in _run("tonnage", str(path), "--theatre", "nigeria niger", *named).stderr
    assert "OURS=YOURS" in _run("tonnage", str(path), "--column", "mode").stderr
    assert (
        "names the columns of a .csv" in _run("events", "syria-2024", "--column", "mode=air").stderr
    )


def test_unknown_names_say_where_to_look(tmp_path: Path) -> None:
    path = tmp_path / "loads.csv"
    path.write_text("day,people\n2021-08-19,1\n")
    said = _run("backtest", str(path)).stderr
    assert f"{path}: the frame lacks the columns date (nearest: day), value; it has" in said
    assert "name yours with --time and --done" in said
    assert "See forceflow events syria-2024" in _run("explain", "syria-2024", "nothing").stderr
    nowhere = _run("route", "Tartus", "Novorossiysk", "--mode", "sea", "--closed", "nowhere").stderr
    assert "unknown passage 'nowhere'. There are Bosphorus, Dardanelles" in nowhere


def test_the_chance_of_a_stall_may_be_given(events: tuple[ff.FlowEvent, ...]) -> None:
    said = json.loads(
        _run(
            "withdrawal", "syria-2024", "--draws", "300", "--stall", "0.01 0.02 0.04", "--json"
        ).stdout
    )
    left = ff.estimate_withdrawal(
        events,
        stock_t=ff.Quantity(20_000, 35_000, 60_000, "t"),
        stall=(0.01, 0.02, 0.04),
        draws=300,
        seed=7,
    )
    assert said["stall_probability"] == left.stall_probability
    assert left.stall_probability < 0.1


def test_report_has_the_seed_it_was_given(tmp_path: Path) -> None:
    said = _run(
        "report",
        str(SEEDS),
        "--out",
        str(tmp_path / "out"),
        "--draws",
        "300",
        "--seed",
        "11",
        "--json",
    )
    answer = json.loads(said.stdout)
    assert answer["seed"] == 11
    assert "seed 11" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_capacity_of_a_bridge_of_ones_own() -> None:
    said = json.loads(
        _run(
            "capacity", "Hmeimim", "al-Khadim", "--fleet", "Il-76MD=4 6 8", "--fleet", "An-124-100=2", "--onload", "3",
            "--offload", "2", "--hours", "16", "--draws", "300", "--json",
        ).stdout
    )  # fmt: skip
    air = ff.AirBridge(
        {"Il-76MD": (4, 6, 8), "An-124-100": 2}, ff.route("Hmeimim", "al-Khadim", mode="air"), 3, 2,
        operating_h_per_day=16,
    )  # fmt: skip
    limit = ff.airlift_capacity(air, draws=300, seed=7)
    assert said["answer"] == str(limit)
    assert said["assumptions"] == []
    by_sea = (
        "capacity",
        "Tartus",
        "Novorossiysk",
        "--mode",
        "sea",
        "--fleet",
        "Sparta=2",
        "--draws",
        "300",
    )
    ships = ff.SeaBridge(
        ["Sparta", "Sparta"], ff.route("Tartus", "Novorossiysk", mode="sea"), load_berths=1
    )
    assert (
        str(ff.sealift_capacity(ships, draws=300, seed=7)) in _run(*by_sea, "--onload", "1").stdout
    )
    longer = _run(*by_sea, "--closed", "bosphorus")
    assert longer.exit_code == 2
    assert "no way by sea from Tartus to Novorossiysk" in longer.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["Hmeimim", "al-Khadim"], "--fleet names a type and how many"),
        (["Hmeimim", "al-Khadim", "--fleet", "Il-76MD"], "got Il-76MD"),
        (["Hmeimim", "al-Khadim", "--fleet", "Il-76MD=8"], "needs --onload and --offload"),
        (
            ["Tartus", "Novorossiysk", "--mode", "sea", "--fleet", "Sparta=1.5"],
            "ships are a whole number",
        ),
        (
            ["Hmeimim", "al-Khadim", "--mode", "road", "--fleet", "Il-76MD=8"],
            "--mode is air or sea, got 'road'",
        ),
        (
            ["syria-2024", "--fleet", "Il-76MD=8"],
            "name both ends of the bridge; got syria-2024 alone",
        ),
        (
            ["Hmeimim", "al-Khadim", "--fleet", "Il-76MD=0", "--onload", "3", "--offload", "2"],
            "no aircraft: 1 named, and 0 of each",
        ),
        (
            ["Hmeimim", "al-Khadim", "--fleet", "Il-76MD=8", "--onload", "-1", "--offload", "2"],
            "makes it negative",
        ),
        (["Hmeimim", "al", "Khadim"], "two ends, got 3: Hmeimim, al, Khadim"),
    ],
)
def test_a_bridge_that_lacks_something_is_refused(given: list[str], words: str) -> None:
    refused = _run("capacity", *given)
    assert refused.exit_code == 2
    assert words in refused.stderr


def test_help_has_examples_and_wrong_use_is_code_two() -> None:
    assert _run("--help").exit_code == 0
    listed = [
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
        if command.callback
    ]
    assert {"report", "events", "explain", "capacity", "route", "tonnage", "withdrawal"} < set(
        listed
    )
    assert {"backtest", "bench", "warmup", "places", "platforms"} < set(listed)
    for command in listed:
        page = _run(command, "--help").stdout
        assert "Examples:" in page
        assert f"forceflow {command}" in page.split("Examples:")[1]
        assert "--json" in page
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
    with common.progress(2) as step:
        step("quiet")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with common.progress(2) as step:
        step("tonnage")
    shown = capsys.readouterr()
    assert "tonnage" in shown.err
    assert shown.out == ""


def test_a_disk_that_fails_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise PermissionError(13, "Permission denied", "reports")

    monkeypatch.setattr(report_commands, "read", fail)
    result = _run("events", "seeds")
    assert result.exit_code == 2
    assert result.stderr == "forceflow: reports: Permission denied\n"


def test_a_fault_of_ours_is_one_line_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*given: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(report_commands, "read", fail)
    result = _run("events", "seeds")
    assert result.exit_code == common.OUR_FAULT
    assert result.stderr.count("\n") == 1
    assert "fault of forceflow itself" in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
    monkeypatch.setenv("FORCEFLOW_TRACEBACK", "1")
    assert isinstance(_run("events", "seeds").exception, ZeroDivisionError)


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(report_commands, "read", fail)
    result = _run("events", "seeds")
    assert result.exit_code == 2
    assert "--draws" in result.stderr


def test_python_m_forceflow_is_the_same_door() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "forceflow", "places", "Khmeimi"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("forceflow: unknown place 'Khmeimi'; did you mean Hmeimim")
    assert ended.stdout == ""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_of_events_serves_in_place_of_reports(
    ending: str, tmp_path: Path, events: tuple[ff.FlowEvent, ...]
) -> None:
    table = write_table(ff.to_frame(events), tmp_path / f"events.{ending}")
    ours, theirs = (
        _run("tonnage", where, "--draws", "300", "--json") for where in (str(table), str(SEEDS))
    )
    assert ours.exit_code == 0, ours.stderr
    assert json.loads(ours.stdout)["total"] == json.loads(theirs.stdout)["total"]
    assert (
        "pass the ones it was merged from" in _run("explain", str(table), events[0].event_id).stderr
    )
    table.write_bytes(b"\x00\xff not a table \n" * 3)
    broken = _run("tonnage", str(table))
    assert broken.exit_code == 2
    assert "forceflow: " in broken.stderr


def _loads(folder: Path, ending: str) -> Path:
    """What was out by each date, of a shipped withdrawal, in columns of another name."""
    frame = ff.load_drawdown("kabul-2021").to_frame(backend="polars").select("date", "value")
    return write_table(frame.rename({"date": "day", "value": "people"}), folder / f"out.{ending}")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_backtest_of_ones_own_series(ending: str, tmp_path: Path) -> None:
    file = _loads(tmp_path, ending)
    words = (
        "backtest",
        str(file),
        "--time",
        "day",
        "--done",
        "people",
        "--horizon",
        "2",
        "--draws",
        "400",
    )
    expected = ff.backtest(
        ff.load_drawdown("kabul-2021").to_frame(),
        low="value",
        high="value",
        horizon=2,
        draws=400,
        seed=7,
    )
    text = _run(*words)
    assert text.exit_code == 0, text.stderr
    assert text.stdout.splitlines()[0] == str(expected)
    assert text.stdout.splitlines()[1].split("  ")[1:2] == ["score"]
    answer = json.loads(_run(*words, "--json").stdout)
    assert answer["answer"] == str(expected)
    assert answer["scores"]["crps"] == pytest.approx(expected.scores["crps"])
    assert set(answer["by_step"]) == {"1", "2"}
    assert answer["forecasts"]["observed"] == pytest.approx(expected.observed.tolist())


def test_backtest_of_a_shipped_withdrawal_and_what_it_refuses(tmp_path: Path) -> None:
    shipped = _run("backtest", "kabul-2021", "--method", "random walk with drift", "--horizon", "1")
    assert shipped.exit_code == 0, shipped.stderr
    assert "kabul-2021" in shipped.stdout
    for words, told in {
        ("kabul-2022",): "ends in .csv or .parquet",
        (str(tmp_path / "none.csv"),): "no such file",
        (str(_loads(tmp_path, "csv")),): "lacks the columns date",
        ("kabul-2021", "--method", "guess"): "unknown method",
        ("kabul-2021", "--min-history", "50"): "min_history=50",
    }.items():
        refused = _run("backtest", *words)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert told in refused.stderr
        assert refused.stderr.count("\n") == 1


BENCHMARK = """
import pytest

@pytest.mark.parametrize("size", [1, 2])
def test_sum(benchmark, size):
    benchmark.extra_info.update(peer="loop", ratio=size * 10.0, goal=2)
    benchmark.pedantic(sum, args=([1] * size,), rounds=1)

def test_alone(benchmark):
    benchmark.extra_info.update(peak_mb=0.5, ratio_2_threads=1.5)
    benchmark.pedantic(sum, args=([1],), rounds=1)
"""


@pytest.fixture
def speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of benchmarks that are quick and always measure the same."""
    monkeypatch.delenv(
        "PYTEST_XDIST_WORKER", raising=False
    )  # pytest-benchmark would measure nothing beside it
    folder = tmp_path / "speed"
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "conftest.py", folder)
    (folder / "test_sum_speed.py").write_text(BENCHMARK)
    return folder


def _baseline(folder: Path, **ratios: float) -> str:
    file = folder / "baseline.json"
    file.write_text(
        json.dumps(
            {"ratios": {f"test_sum_speed.py::{name}": ratio for name, ratio in ratios.items()}}
        )
    )
    return str(file)


def test_bench_writes_results_that_serve_as_a_baseline(speed: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    first = _run("bench", "--benchmarks", str(speed), "--out", str(out))
    assert first.exit_code == 0, first.stderr
    results = json.loads(out.read_text())
    assert results["ratios"] == {
        "test_sum_speed.py::test_sum[1]": 10.0,
        "test_sum_speed.py::test_sum[2]": 20.0,
    }
    assert results["measured"]["test_sum_speed.py::test_alone"]["peak_mb"] == 0.5
    assert {"forceflow", "numpy", "numba"} <= set(results["versions"])
    page = tmp_path / "RESULTS.md"
    one_file = str(speed / "test_sum_speed.py")
    second = _run(
        "bench",
        "--quick",
        "--benchmarks",
        one_file,
        "--compare",
        str(out),
        "--out",
        str(page),
        "--json",
    )
    assert second.exit_code == 0, second.stderr
    answer = json.loads(second.stdout)
    assert answer["regressions"] == []
    assert answer["ratios"] == {"test_sum_speed.py::test_sum[1]": 10.0}
    assert "| test_sum[1] | peer loop; ratio 10; goal 2 |" in page.read_text()


def test_bench_ends_with_code_one_where_a_ratio_fell_or_a_benchmark_failed(speed: Path) -> None:
    lower = _run(
        "bench", "--benchmarks", str(speed), "--compare", _baseline(speed, **{"test_sum[2]": 28.6})
    )
    assert lower.exit_code == 1
    assert (
        "regression: test_sum_speed.py::test_sum[2]: 20 x, below 0.7 of the 28.6 x" in lower.stderr
    )
    (speed / "test_sum_speed.py").write_text(BENCHMARK + "    assert False\n")
    failed = _run(
        "bench", "--benchmarks", str(speed), "--compare", _baseline(speed, **{"test_sum[2]": 28.4})
    )
    assert failed.exit_code == 1
    assert "failed: test_alone" in failed.stderr
    assert "regression" not in failed.stderr


def test_bench_refuses_what_it_cannot_compare_before_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "baseline.json"
    for text in (
        "{",
        "[]",
        "{}",
        '{"ratios": 3}',
        '{"ratios": {}}',
        '{"ratios": {"a": 0}}',
        '{"ratios": {"a": "x"}}',
    ):
        broken.write_text(text)
        refused = _run("bench", "--compare", str(broken))
        assert refused.exit_code == 2
        assert "no baseline" in refused.stderr
    assert "No such file" in _run("bench", "--compare", str(tmp_path / "none.json")).stderr
    assert ".json or .md" in _run("bench", "--out", str(tmp_path / "results.txt")).stderr
    assert "make it first" in _run("bench", "--out", str(tmp_path / "none" / "results.md")).stderr
    assert "no benchmarks here" in _run("bench", "--benchmarks", str(tmp_path / "none")).stderr
    assert "no benchmark ran" in _run("bench", "--benchmarks", str(tmp_path)).stderr
    monkeypatch.setattr(bench, "_NEEDED", ("pytest", "no_such_peer"))
    lacking = _run("bench")
    assert lacking.exit_code == 2
    assert "no_such_peer; pip install 'forceflow[bench]'" in lacking.stderr


def test_a_benchmark_that_vanished_is_a_regression_unless_the_run_was_partial() -> None:
    baseline = {"a": 10.0, "b": 5.0}
    assert bench.regressions({"a": 7.0, "b": 5.0}, baseline) == []
    assert bench.regressions({"a": 7.0}, baseline) == ["b: in the baseline, but not measured"]
    assert bench.regressions({"a": 7.0}, baseline, partial=True) == []
    assert len(bench.regressions({"c": 7.0}, baseline, partial=True)) == 2
    assert bench.regressions({"a": 6.9, "b": 5.0}, baseline) == [
        "a: 6.9 x, below 0.7 of the 10 x in the baseline"
    ]


def test_the_committed_baseline_names_benchmarks_that_exist() -> None:
    folder = bench.benchmarks_folder()
    assert folder == ROOT / "benchmarks"
    baseline = bench.read_baseline(folder / "baseline.json")
    for name in baseline:
        file, _, test = name.partition("::")
        assert f"def {test.partition('[')[0]}(" in (folder / file).read_text(encoding="utf-8")


def test_warmup_tells_seconds_by_family() -> None:
    answer = json.loads(_run("warmup", "--json").stdout)
    assert all(seconds >= 0 for seconds in answer.values())
    text = _run("warmup")
    assert text.exit_code == 0, text.stderr
    assert all(family in text.stdout for family in answer)
    assert text.stdout.splitlines()[-1].endswith(f"for {len(answer)} families of kernels")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("withdrawal", "syria-2024", "--as-of", ""), "--as-of"),
        (("withdrawal", "syria-2024", "--as-of="), "--as-of"),
        (("withdrawal", "syria-2024", "--as-of", "  "), "--as-of"),
        (("withdrawal", "syria-2024", "--stock", ""), "--stock"),
        (("route", "Tartus", "Novorossiysk", "--mode", "sea", "--on", ""), "--on"),
        (("tonnage", "syria-2024", "--cargo", ""), "--cargo"),
        (("report", "syria-2024", "-o", ""), "-o"),
        (("tonnage", ""), "an argument"),
    ],
)
def test_an_empty_value_is_not_the_same_as_none(words: tuple[str, ...], name: str) -> None:
    shown = _run(*words)
    assert (shown.exit_code, shown.output.strip()) == (
        2,
        f"forceflow: {name} is empty; give a value, or leave it out",
    )


def test_a_date_of_an_option_says_what_to_write() -> None:
    shown = _run("withdrawal", "syria-2024", "--as-of", "12/01/2025")
    assert shown.exit_code == 2
    assert "write 2025-01-12 or 2025-12-01" in shown.output
    assert "dayfirst" not in shown.output
