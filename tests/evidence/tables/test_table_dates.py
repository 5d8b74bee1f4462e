"""Dates and blanks in tables: the order of day and month, how long a moment lasts, and cells that hold nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import forceflow as ff
from forceflow.cli import app
from forceflow.evidence.tables.count_series import read_series
from forceflow.evidence.tables.event_frames import read_table
from forceflow.forecasting.series import as_series

UTC = dt.UTC
ROW: dict[str, Any] = {
    "mode": "air", "platform": "Il-76MD", "origin": "OSLK", "destination": "HL59", "start": "2024-12-08",
    "movements": 1,
}  # fmt: skip


def rows(*changed: dict[str, Any], **same: Any) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **same, **row} for row in changed])


def starts(frame: Any, **asked: Any) -> list[str]:
    return [f"{event.start:%Y-%m-%d}" for event in ff.from_frame(frame, **asked)]


def refused(frame: Any, **asked: Any) -> str:
    with pytest.raises(ff.errors.FrameError) as caught:
        ff.from_frame(frame, **asked)
    return str(caught.value)


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), prog_name="forceflow")


# -- the order of day and month --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["/", ".", "-"])
def test_one_certain_cell_tells_the_order_of_its_column(mark: str) -> None:
    def written(*days: str) -> pd.DataFrame:
        return rows(*({"start": day.replace("/", mark)} for day in days))

    assert starts(written("12/08/2024", "13/08/2024")) == ["2024-08-12", "2024-08-13"]
    assert starts(written("08/12/2024", "08/13/2024")) == ["2024-08-12", "2024-08-13"]
    assert starts(written("12/08/24", "13/08/24")) == ["2024-08-12", "2024-08-13"]
    assert starts(written("05/05/2024", "06/06/2024")) == ["2024-05-05", "2024-06-06"]
    assert starts(written("12/08/2024", "12/09/2024"), dayfirst=True) == [
        "2024-08-12",
        "2024-09-12",
    ]
    assert starts(written("12/08/2024", "12/09/2024"), dayfirst=False) == [
        "2024-12-08",
        "2024-12-09",
    ]
    told = refused(written("12/08/2024", "12/09/2024"))
    assert "start: no cell tells whether the day or the month comes first (row 0: '12" in told
    assert "dayfirst=True or dayfirst=False" in told
    mixed = refused(written("05/06/2024", "13/08/2024", "08/13/2024"))
    assert "row 1 has the day first" in mixed
    assert "row 2 the month" in mixed
    assert "there is no month 13 (dayfirst=False)" in refused(written("13/08/2024"), dayfirst=False)


def test_each_column_has_an_order_of_its_own() -> None:
    frame = rows({"start": "12/08/2024", "stop": "13/08/2024"})
    assert "start: no cell tells" in refused(frame)
    (event,) = ff.from_frame(frame, dayfirst=True)
    assert (event.start, event.stop) == (
        dt.datetime(2024, 8, 12, tzinfo=UTC),
        dt.datetime(2024, 8, 13, tzinfo=UTC),
    )


@pytest.mark.parametrize("command", ["events", "tonnage", "withdrawal", "explain", "report"])
def test_the_command_line_never_guesses_an_order(command: str, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "mode,platform,origin,destination,start,movements\n"
        "air,Il-76,OSLK,HL59,01/02/23,3\nair,Il-76,OSLK,HL59,02/02/23,3\n"
    )
    more = {"explain": ["row 0"], "report": ["--out", str(tmp_path / "out")]}.get(command, [])
    ended = run(command, str(file), *more)
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert (
        "start: no cell tells whether the day or the month comes first (row 0: '01/02/23')"
        in ended.stderr
    )
    assert "say --dayfirst or --no-dayfirst" in ended.stderr


def test_the_command_line_takes_an_order(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "mode,platform,origin,destination,start,movements\nair,Il-76,OSLK,HL59,01/02/2023,3\n"
    )
    assert "2023-02-01" in run("events", str(file), "--dayfirst").stdout
    assert "2023-01-02" in run("events", str(file), "--no-dayfirst").stdout
    assert (
        "--dayfirst is of the dates of a .csv or .parquet table"
        in run("events", "syria-2024", "--dayfirst").stderr
    )
    series = tmp_path / "series.csv"
    series.write_text(
        "date,value\n01/02/2023,3\n02/02/2023,4\n03/02/2023,5\n04/02/2023,6\n05/02/2023,9\n"
    )
    assert "say --dayfirst or --no-dayfirst" in run("backtest", str(series)).stderr
    assert run("backtest", str(series), "--dayfirst", "--draws", "100").exit_code == 0


def test_days_in_digits_stay_days_in_a_csv(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("start,movements\n20241208,3\n20241209,20241301\n")
    table = read_table(file)
    assert table.schema == {"start": pl.String, "movements": pl.String}
    assert "20241208 is a number, no date" in refused(rows({"start": 20_241_208}))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), min_size=1, max_size=4),
    st.sampled_from(
        ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%y", "%Y-%m-%d", "%d %B %Y", "%Y/%m/%d"]
    ),
)
def test_a_column_is_read_right_or_refused(days: list[dt.date], form: str) -> None:
    """What is read is what was written; what is refused may mean other days."""
    frame = rows(*({"start": f"{day:{form}}", "event_id": f"e{n}"} for n, day in enumerate(days)))
    in_digits = form not in ("%Y-%m-%d", "%d %B %Y", "%Y/%m/%d")
    certain = any(day.day > 12 for day in days) or (
        all(day.day == day.month for day in days) and "%y" not in form
    )
    if in_digits and not certain:
        assert "say dayfirst=True or dayfirst=False" in refused(frame)
        frame = frame.assign(start=[f"{day:%Y-%m-%d}" for day in days])
    events = ff.from_frame(frame)
    assert {event.event_id: event.start.date() for event in events} == {
        f"e{n}": day for n, day in enumerate(days)
    }
    assert all(event.days == 1 for event in events)


# -- how long a moment lasts -----------------------------------------------------------------------------------------


def counted(frame: Any) -> list[float]:
    moved = ff.estimate_tonnage(
        ff.from_frame(frame),
        measure="movements",
        direction="outbound",
        every="1d",
        seed=7,
        draws=200,
    )
    return [round(float(value), 2) for value in moved.mean]


STAMPS: dict[str, list[Any]] = {
    "text": ["2024-12-08T22:00:00Z", "2024-12-10T22:00:00Z"],
    "minutes": ["2024-12-08 22:00", "2024-12-10 22:00"],
    "hours": ["2024-12-08T22", "2024-12-10T22"],
    "zone": ["2024-12-09T01:00+03:00", "2024-12-11T01:00+03:00"],
    "words": ["8 December 2024 at 22:00 UTC", "10 December 2024 at 22:00 UTC"],
    "naive": list(pd.to_datetime(["2024-12-08 22:00", "2024-12-10 22:00"])),
    "aware": list(
        pd.to_datetime(["2024-12-09 01:00", "2024-12-11 01:00"]).tz_localize("Europe/Moscow")
    ),
    "last second": ["2024-12-08T23:59:59.5Z", "2024-12-10T23:59:59.5Z"],
    "days": ["2024-12-08", "2024-12-10"],
    "midnights": ["2024-12-08T00:00:00Z", "2024-12-10T00:00:00Z"],
}


@pytest.mark.parametrize("stamps", STAMPS.values(), ids=STAMPS)
def test_a_movement_is_counted_on_the_day_of_its_stamp(stamps: list[Any]) -> None:
    assert counted(rows({"start": stamps[0]}, {"start": stamps[1], "movements": 2})) == [1, 0, 2]
    both = rows(
        {"start": stamps[0], "stop": stamps[0]},
        {"start": stamps[1], "stop": stamps[1], "movements": 2},
    )
    events = ff.from_frame(both, stop_inclusive=True)
    assert [event.start.date() for event in events] == [dt.date(2024, 12, day) for day in (8, 10)]
    assert counted(ff.to_frame(events)) == [1, 0, 2]


def test_a_typed_column_of_midnights_is_one_of_days() -> None:
    for midnights in (["2024-12-08", "2024-12-10"], ["2024-12-08 00:00", "2024-12-10 22:00"]):
        for dtype in ("datetime64[ns]", "datetime64[s]"):
            frame = rows({"start": midnights[0]}, {"start": midnights[1]}).astype({"start": dtype})
            lengths = {(event.stop - event.start).total_seconds() for event in ff.from_frame(frame)}
            assert lengths == ({86_400} if midnights[1] == "2024-12-10" else {1})
    local = rows({"start": "2024-12-08"}).assign(
        start=pd.to_datetime(["2024-12-08"]).tz_localize("Asia/Damascus")
    )
    (event,) = ff.from_frame(local)
    assert (event.start, event.days) == (dt.datetime(2024, 12, 7, 21, tzinfo=UTC), 1)


def test_a_stop_that_is_the_start() -> None:
    moment = {"start": "2024-12-08T22:00Z", "stop": "2024-12-08T22:00Z"}
    (event,) = ff.from_frame(rows(moment))
    assert (event.stop - event.start).total_seconds() == 60
    told = refused(rows({"start": "2024-12-08", "stop": "2024-12-08"}))
    assert "where it is the last day, say stop_inclusive=True" in told
    (event,) = ff.from_frame(
        rows({"start": "2024-12-08T22:00Z", "stop": "2024-12-09"}), stop_inclusive=True
    )
    assert event.stop == dt.datetime(2024, 12, 10, tzinfo=UTC)
    assert "is empty" in refused(rows({"start": "2024-12-08T22:00Z", "stop": "2024-12-08T21:00Z"}))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        (1, "2025-01-30", "2025-01-30"), ("2", "2025-01-27", "2025-02-02"), (2.0, "2025-01-27", "2025-02-02"),
        (3, "2025-01-01", "2025-01-31"), ("month", "2025-01-01", "2025-01-31"), (None, "2025-01-30", "2025-01-30"),
    ],
)  # fmt: skip
def test_acled_days_are_as_wide_as_their_time_precision(code: Any, first: str, last: str) -> None:
    way = {"mode": "sea", "platform": "Sparta II", "origin": "Tartus", "destination": "Russia"}
    acled = pd.DataFrame(
        {"event_id_cnty": ["a"], "event_date": ["30 January 2025"], "time_precision": [code]}
    )
    (event,) = ff.from_frame(acled, columns={**ff.evidence.ACLED, **way})
    assert (f"{event.start:%Y-%m-%d}", f"{event.stop - dt.timedelta(1):%Y-%m-%d}") == (first, last)
    (plain,) = ff.from_frame(
        acled.drop(columns="time_precision"), columns={**ff.evidence.ACLED, **way}
    )
    assert plain.days == 1
    wrong = acled.assign(time_precision=[4])
    assert "start_precision: 4 is none of 1 (day), 2 (week), 3 (month)" in refused(
        wrong, columns={**ff.evidence.ACLED, **way}
    )


# -- blanks ----------------------------------------------------------------------------------------------------------

BLANKS: list[Any] = [None, float("nan"), pd.NaT, pd.NA, "", " ", "n/a", "-", "unknown", "TBC"]


@pytest.mark.parametrize("field", ["origin", "destination", "start", "mode"])
def test_blank_cells_are_named_in_one_line(field: str) -> None:
    for blank in BLANKS:
        frame = rows({}, {field: blank}, {}, {field: blank}, {field: blank})
        assert refused(frame).splitlines() == [
            "3 of 5 rows are wrong:",
            f"{field} is blank in rows 1, 3 and 4",
        ]
    many = rows(*({field: None} for _ in range(14)), {})
    assert refused(many).splitlines()[1].endswith("6, 7, 8, 9 and 4 more")
    named = rows({field: None, "event_id": "first"}, {"event_id": "second"})
    assert refused(named).splitlines()[1] == f"{field} is blank in row 0 ('first')"


def test_a_platform_that_nobody_named_is_the_general_one_and_an_empty_cell_is_asked_for() -> None:
    for word in ("unknown", "N/A", "unspecified", "-"):
        assert ff.from_frame(rows({"platform": word}))[0].platform == "cargo aircraft"
    for empty in (None, "", float("nan")):
        assert "platform is blank in row 0" in refused(rows({"platform": empty}))


def test_a_number_that_nobody_gave_is_no_fault() -> None:
    for blank in BLANKS:
        (event,) = ff.from_frame(rows({"movements": blank}, {})[:1])
        assert not event.movements.has_content


@pytest.mark.parametrize(
    "blank", [None, "unknown", "N/A", "-", "", "?", "Unknown; n/a", ["unknown", "-"]]
)
def test_a_source_that_is_none_is_as_no_source(blank: Any) -> None:
    frame = rows({}).assign(sources=pd.Series([blank], dtype=object))
    (event,) = ff.from_frame(frame)
    assert (event.sources, event.roots) == ((), ())
    (beside,) = ff.from_frame(rows({"sources": "unknown; Reuters; -"}))
    assert beside.sources == ("Reuters",)
    assert ff.from_frame(rows({"via": "n/a"}))[0].via == ()
    assert (
        ff.from_frame(rows({"cargo": "none"}))[0].cargo == "none"
    )  # carries nothing: that is known


# -- columns that are named by no text -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [2024, ("left", "over"), None, 1.5, dt.date(2024, 1, 1)])
def test_columns_that_are_named_by_no_text(name: Any) -> None:
    frame = rows({})
    frame.columns = pd.Index([*frame.columns], dtype=object)
    frame[name] = 1
    assert len(ff.from_frame(frame)) == 1
    counts = pd.DataFrame({"date": ["2024-01-01", "2024-01-02"], "count": [1, 2]})
    counts.columns = pd.Index([*counts.columns], dtype=object)
    counts[name] = 1
    assert read_series(counts).counts.tolist() == [1, 2]
    assert len(as_series(counts, done="count")) == 2


def test_columns_of_two_levels_are_named_by_both() -> None:
    frame = rows({})
    frame.columns = pd.MultiIndex.from_tuples([(name, "") for name in frame.columns])
    assert len(ff.from_frame(frame)) == 1
    frame.columns = pd.MultiIndex.from_tuples([("a", name) for name in rows({}).columns])
    assert "lacks the columns platform (found a platform)" in refused(frame)
    twice = rows({}).assign(x=1)
    twice.columns = pd.Index([*rows({}).columns[:-1], 2024, "2024"], dtype=object)
    assert "columns that stand twice: 2024" in refused(twice)


def test_events_go_through_a_csv_unchanged(
    events: tuple[ff.FlowEvent, ...], tmp_path: Path
) -> None:
    from forceflow.evidence.tables.event_frames import write_table

    file = write_table(ff.to_frame(events), tmp_path / "events.csv")
    assert ff.from_frame(read_table(file)) == events
    assert ff.from_frame(pd.read_csv(file)) == events
    assert np.array_equal(
        [e.days for e in ff.from_frame(pd.read_csv(file))], [e.days for e in events]
    )
