"""What comes from outside never ends in a traceback: any file or frame is read, or refused in words."""

from __future__ import annotations

import datetime as dt
import math
import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_reports import GOOD
from typer.testing import CliRunner

import forceflow as ff
from cases import ROOT
from forceflow.cli import app
from forceflow.evidence.tables.event_frames import read_table, write_table

EXAMPLES = int(os.environ.get("FORCEFLOW_FUZZ", "30"))
"""How many examples per test; FORCEFLOW_FUZZ=2000 looks for longer."""

quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

WORDS = st.sampled_from(
    [
        "", " ", "\x00", "0", "-1", "1e400", "nan", "inf", "nearly 10", "1,5", "10-20", "at least 0", "hundreds",
        "Il-76MD; An-124", "Hmeimim", "Syria", "Bosphorus", "air", "road", "movement", "stock", "outbound", "sorties",
        "km of vehicles", "t", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00",
        "2024-02-30", "2024-13", "0000", "9999", "9999-12", "99XX", "Y9999", "../..", "2024/2023", "since 9999", "A1",
        "late December 9999", "winter 9999", "24:00", "\ud7ff", "é" * 300, "'", '"', "{", " | ", "None", '{"low": 1}',
    ]
)  # fmt: skip
LITERALS = st.sampled_from(
    [
        "0", "-1", "1e400", "nan", "-inf", "true", "[]", "{}", "[[]]", "[1, 'a']", "{ a = 1 }", "0001-01-01",
        "9999-12-31", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2024-01-01T00:00:00", "12:30:00",
        "99999999999999999999999", "['Tartus', 'Tartus']", '"""', "2024-02-30", "=", "[" * 2_000,
    ]
)  # fmt: skip


def toml(text: str) -> str:
    """A TOML string; what TOML cannot hold is left out."""
    return '"' + "".join(c for c in text if c.isprintable() and c not in '"\\') + '"'


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A good report with some lines changed, dropped, doubled or moved."""
    lines = GOOD.strip().splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(
            st.sampled_from(["value", "value", "value", "add", "drop", "double", "move", "text"])
        )
        key = lines[at].partition("=")[0]
        if what == "value" and "=" in lines[at]:
            lines[at] = (
                f"{key}= {draw(st.one_of(LITERALS, WORDS.map(toml), st.text(max_size=12).map(toml)))}"
            )
        elif what == "add":
            field = draw(st.sampled_from(sorted(ff.Claim.model_fields)))
            lines.append(f"{field} = {draw(st.one_of(LITERALS, WORDS.map(toml)))}")
        elif what == "drop" and len(lines) > 1:
            del lines[at]
        elif what == "double":
            lines.insert(draw(st.integers(0, len(lines))), lines[at])
        elif what == "move":
            lines.append(lines.pop(at))
        else:
            lines[at] = draw(st.text(max_size=20))
    return "\n".join(lines)


def follow(reports: tuple[ff.Report, ...]) -> None:
    """Everything that is asked of reports without a number drawn."""
    events = ff.merge_claims(reports)
    assert ff.from_frame(ff.to_frame(events)) == events
    for event in events:
        assert event.event_id in str(ff.explain(event, reports=reports)) or event.title
    ff.evidence.suggest_links(reports)


@quick
@given(document=documents())
def test_mutated_reports(document: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(document.encode("utf-8", "surrogatepass"))
    try:
        reports = ff.read_reports(file)
    except ff.errors.ReportError as error:
        told = error
    else:
        follow(reports)
        return
    assert str(told).startswith("own.toml: ")


@quick
@given(words=st.one_of(WORDS, st.text(max_size=40)))
def test_dates_in_any_words(words: str) -> None:
    try:
        window = ff.dates.read_when(words)
    except ff.errors.QuantityError:
        return
    assert window.start is None or window.stop is None or window.start < window.stop
    assert ff.dates.read_when(ff.dates.write_edtf(window)).start == window.start


CELLS: st.SearchStrategy[object] = st.one_of(
    WORDS,
    st.text(max_size=8),
    st.floats(),
    st.integers(),
    st.sampled_from([None, True, [], {}, (1,), b"\xff", Decimal("NaN"), 10**400, pd.NaT, pd.NA, pd.Timestamp.max,
                     dt.date.min, dt.date.max, dt.datetime.min, dt.datetime.max, dt.time(1), dt.timedelta(1), math.nan,
                     dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14)))]),
)  # fmt: skip


@quick
@given(data=st.data())
def test_frames_with_anything_in_a_cell(
    data: st.DataObject, events: tuple[ff.FlowEvent, ...]
) -> None:
    frame = ff.to_frame(events[:4], backend="pandas").astype(object)
    for _ in range(data.draw(st.integers(1, 4))):
        column = data.draw(st.sampled_from(list(frame.columns)))
        what = data.draw(
            st.sampled_from(["cell", "cell", "cell", "column", "drop", "rename", "double"])
        )
        if what == "cell":
            values = frame[column].tolist()
            values[data.draw(st.integers(0, len(values) - 1))] = data.draw(CELLS)
            frame[column] = pd.Series(values, dtype=object, index=frame.index)
        elif what == "column":
            frame[column] = pd.Series(
                [data.draw(CELLS)] * len(frame), dtype=object, index=frame.index
            )
        elif what == "drop":
            frame = frame.drop(columns=column)
        elif what == "double" and len(frame) < 10:
            frame = pd.concat([frame, frame], ignore_index=True)
        else:
            frame = frame.rename(
                columns={column: data.draw(st.sampled_from(["start", "x", "", "movements_low"]))}
            )
        if what in ("drop", "rename"):
            break
    try:
        read = ff.from_frame(frame)
    except ff.ForceflowError:
        return
    assert len(read) == len(frame)


@pytest.fixture(scope="session")
def lines(
    tmp_path_factory: pytest.TempPathFactory, events: tuple[ff.FlowEvent, ...]
) -> list[bytes]:
    """The events of the shipped reports as the lines of a CSV."""
    return (
        write_table(ff.to_frame(events), tmp_path_factory.mktemp("csv") / "events.csv")
        .read_bytes()
        .splitlines()
    )


def mutated(data: st.DataObject, lines: list[bytes]) -> bytes:
    """Some fields of some lines changed, and now and then a few bytes."""
    rows = list(lines)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        fields = rows[at].split(b",")
        fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(
            st.one_of(WORDS.map(lambda w: w.encode("utf-8", "replace")), st.binary(max_size=6))
        )
        rows[at] = b",".join(fields)
    return data.draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n"])).join(rows)


@quick
@given(data=st.data())
def test_mutated_tables(data: st.DataObject, lines: list[bytes], tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(mutated(data, lines))
    try:
        read = ff.from_frame(read_table(file))
    except ff.ForceflowError:
        return
    assert read == tuple(sorted(read, key=lambda event: (event.start, event.event_id)))


COMMANDS: list[list[str]] = [
    ["events", "{}"],
    ["events", "{}", "--json"],
    ["explain", "{}", "flights"],
    ["tonnage", "{}", "--draws", "100"],
    ["withdrawal", "{}", "--draws", "100", "--stock", "5000"],
    ["backtest", "{}", "--draws", "100"],
    ["bench", "--compare", "{}", "--benchmarks", "nowhere"],
    ["report", "{}", "--out", "nowhere/out"],
]


def one_line_or_an_answer(words: list[str]) -> None:
    result = CliRunner().invoke(app, words, prog_name="forceflow")
    assert result.exit_code in (0, 2), result.stderr
    if result.exit_code == 2:
        assert result.stdout == ""
        assert result.stderr.startswith(("forceflow: ", "Usage: ", "Error: "))
        assert "Traceback" not in result.stderr


@quick
@given(data=st.data(), ending=st.sampled_from([".toml", ".csv", ".parquet", ".json", ""]))
def test_commands_on_any_file(
    data: st.DataObject, ending: str, lines: list[bytes], tmp_path: Path
) -> None:
    file = tmp_path / f"own{ending}"
    match ending:
        case ".toml":
            content = data.draw(documents()).encode("utf-8", "surrogatepass")
        case ".csv":
            content = data.draw(st.one_of(st.just(mutated(data, lines)), st.binary(max_size=60)))
        case _:
            content = data.draw(st.binary(max_size=60))
    file.write_bytes(content)
    command = data.draw(st.sampled_from(COMMANDS))
    one_line_or_an_answer([word.format(file) for word in command])


@quick
@given(
    words=st.lists(
        st.one_of(WORDS, st.sampled_from(["--on", "--via", "--mode", "air", "sea", "--closed"])),
        max_size=7,
    )
)
def test_routes_with_any_words(words: list[str]) -> None:
    one_line_or_an_answer(["route", "--", *words] if words[:1] == ["-1"] else ["route", *words])


@quick
@given(rows=st.lists(st.tuples(WORDS, st.one_of(WORDS, st.floats().map(str))), max_size=8))
def test_backtest_of_any_series(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    frame = pl.DataFrame({"date": [day for day, _ in rows], "value": [value for _, value in rows]})
    one_line_or_an_answer(
        ["backtest", str(write_table(frame, tmp_path / "own.csv")), "--draws", "100"]
    )


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1" * 4, b"\xff\xfe", b"[" * 10_000, b"a = " + b"[" * 5_000]
)
@pytest.mark.parametrize("ending", [".toml", ".csv", ".parquet"])
def test_files_of_another_kind(content: bytes, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"own{ending}"
    file.write_bytes(content)
    result = CliRunner().invoke(
        app, ["tonnage", str(file), "--draws", "100"], prog_name="forceflow"
    )
    assert result.exit_code == 2
    assert result.stderr.startswith("forceflow: ")
    assert file.name in result.stderr
    (tmp_path / "folder.csv").mkdir()
    one_line_or_an_answer(["events", str(tmp_path / "folder.csv")])


def test_the_seeds_survive_the_questions_asked_here() -> None:
    follow(ff.read_reports(ROOT / "seeds"))
