"""A CSV is read as text: a cell means the same as in any other table, and a name heads one column."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow.cli import app
from forceflow.evidence.tables.event_frames import read_table, write_table

HEAD = "mode,platform,origin,destination,start,movements"
ROW = "air,Il-76MD,OSLK,HL59,2024-12-08,1"


def personnel(tmp_path: Path, *cells: str) -> list[float]:
    file = tmp_path / "own.csv"
    file.write_text("\n".join([f"{HEAD},personnel", *(f"{ROW},{cell}" for cell in cells)]) + "\n")
    return [event.personnel.best for event in ff.from_frame(read_table(file)) if event.personnel]


def test_numbers_of_a_csv_are_read_by_the_one_reader(tmp_path: Path) -> None:
    assert personnel(tmp_path, "12.5", "1e3", "", "7") == [12.5, 1_000, 7]
    assert personnel(tmp_path, '"1,200"', "3") == [1_200, 3]
    for cells, words in (
        (("1.200", "2.500"), "'1.200' may be read in more than one way"),
        (("1.200", "3"), "'1.200' may be read in more than one way"),
        (("0600", "12"), "'0600' starts with 0"),
        (("12.2024", "3"), "'12.2024' looks like a month and a year"),
        (("1.200", "about 12.5"), "'1.200' may be read in more than one way"),
        (("1.234.567", "1.200", "12.55"), "'1.200' may be read in more than one way"),
    ):
        with pytest.raises(ff.errors.FrameError, match=words):
            personnel(tmp_path, *cells)


def test_one_cell_makes_decimals_certain(tmp_path: Path) -> None:
    assert personnel(tmp_path, "1.200", "12.55") == [1.2, 12.55]
    assert personnel(tmp_path, "0.200", "2.500") == [0.2, 2.5]
    assert personnel(tmp_path, "1234.500", "2.500") == [1234.5, 2.5]


def test_the_same_texts_mean_the_same_in_every_library() -> None:
    rows = pd.read_csv(io.StringIO(f"{HEAD},tonnes\n{ROW},1.200\n{ROW},12.55\n"), dtype=str)
    for frame in (rows, pl.from_pandas(rows), pl.from_pandas(rows).to_arrow()):
        assert [event.tonnes.best for event in ff.from_frame(frame) if event.tonnes] == [1.2, 12.55]
    with pytest.raises(
        ff.errors.FrameError, match=r"row 0: tonnes: '1\.200' may be read in more than one way"
    ):
        ff.from_frame(rows[:1])


def test_plain_numbers_are_the_numbers_of_a_typed_column(tmp_path: Path) -> None:
    values = np.concatenate([np.arange(50) / 8, np.random.default_rng(7).lognormal(3, 2, 50)])
    typed = pd.concat([pd.read_csv(io.StringIO(f"{HEAD}\n{ROW}\n"))] * len(values)).assign(
        tonnes=values
    )
    file = write_table(pl.from_pandas(typed), tmp_path / "typed.csv")
    assert ff.from_frame(read_table(file)) == ff.from_frame(typed.reset_index(drop=True))


def test_events_with_three_decimals_come_back_from_a_csv(tmp_path: Path) -> None:
    rows = pd.read_csv(io.StringIO(f"{HEAD}\n{ROW}\n"))
    events = ff.from_frame(rows.assign(tonnes=[12.345]))
    assert (
        ff.from_frame(read_table(write_table(ff.to_frame(events), tmp_path / "events.csv")))
        == events
    )


@pytest.mark.parametrize(
    "head", [f"{HEAD},movements", f"{HEAD}, movements", f"\ufeff{HEAD},movements"]
)
def test_a_name_heads_one_column(tmp_path: Path, head: str) -> None:
    file = tmp_path / "own.csv"
    file.write_text(f"{head}\n{ROW},2\n", encoding="utf-8")
    with pytest.raises(
        ff.errors.FrameError, match=r"own\.csv: two columns have the name movements"
    ):
        read_table(file)
    shown = CliRunner().invoke(app, ["tonnage", str(file)])
    assert (shown.exit_code, "two columns have the name movements" in shown.output) == (2, True)


def test_a_name_that_pandas_numbered_is_refused() -> None:
    with pytest.raises(ff.errors.FrameError, match=r"movements\.1 is the second"):
        ff.from_frame(pd.read_csv(io.StringIO(f"{HEAD},movements\n{ROW},2\n")))


def test_series_in_a_csv_are_read_by_the_same_reader(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    for cells, words in (
        (("1.200", "2.500", "3.100", "4.000"), "'1.200' may be read in more than one way"),
        (("0600", "700", "800", "900"), "'0600' starts with 0"),
        (("1 t", "2 t", "3 trucks", "4 t"), "'3 trucks' is in trucks"),
    ):
        rows = [f"2024-01-0{day},{cell}" for day, cell in enumerate(cells, 1)]
        file.write_text("\n".join(["date,value", *rows]) + "\n")
        shown = CliRunner().invoke(app, ["backtest", str(file), "--horizon", "1", "--draws", "100"])
        assert (shown.exit_code, words in shown.output) == (2, True)
