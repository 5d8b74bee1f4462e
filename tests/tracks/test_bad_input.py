"""What cannot be read is an error that names file, row and column and says what would have worked."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from layout_writers import (
    DANISH_HEADER,
    NOAA_HEADER,
    danish_row,
    message,
    write_danish,
    write_danish_2014,
    write_noaa,
)

import forceflow as ff
from forceflow.errors import TracksError

NOAA_ROW = "273123456,2025-01-27T21:40:00,54.6,19.9,0.1,12.0,511.0,SPARTA,IMO9160994,UBCD4,70,5,122,18,6.3,70,A"
OWN = {"m": "ship", "t": "time", "y": "latitude", "x": "longitude"}


def noaa_file(tmp_path: Path, *rows: str, end: str = "\n") -> Path:
    """A file of MarineCadastre's layout."""
    path = tmp_path / "ais.csv"
    path.write_text("\n".join([NOAA_HEADER, *rows]) + end)
    return path


def fault_of(source: Any, **options: Any) -> str:
    """The message of the error that a source gives."""
    with pytest.raises(TracksError) as caught:
        ff.tracks.read_ais(source, **options)
    return str(caught.value)


def says(text: str, *parts: str) -> None:
    """The message holds all of the parts."""
    for part in parts:
        assert part in text, text


def own_table(**columns: Any) -> pl.DataFrame:
    """A table of another layout."""
    count = max([len(cells) for cells in columns.values()] or [1])
    usual = {
        "m": [273123456] * count,
        "t": [datetime(2025, 2, 1, tzinfo=UTC)] * count,
        "y": [54.0] * count,
        "x": [19.0] * count,
    }
    return pl.DataFrame({**usual, **columns}, strict=False)


@pytest.mark.parametrize(
    ("place", "cell", "column"),
    [
        (0, "ABC", "MMSI"),
        (0, "273123456.5", "MMSI"),
        (2, "54N", "LAT"),
        (4, "fast", "SOG"),
        (14, "6,3", "Draft"),
        (8, "IMO12X", "IMO"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    tmp_path: Path, place: int, cell: str, column: str
) -> None:
    cells = NOAA_ROW.split(",")
    cells[place] = f'"{cell}"'
    message = fault_of(noaa_file(tmp_path, NOAA_ROW, ",".join(cells)))
    says(message, f"ais.csv, line 3, column '{column}'", cell)
    if "," in cell:
        says(message, "decimal=','")


def test_a_time_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    row = NOAA_ROW.replace("2025-01-27T21:40:00", "27 Jan 2025")
    says(
        fault_of(noaa_file(tmp_path, NOAA_ROW, row)),
        "line 3, column 'BaseDateTime'",
        "'27 Jan 2025'",
    )


def test_rows_of_a_frame_are_counted_from_0() -> None:
    says(fault_of(own_table(y=["54.0", "x"]), columns=OWN), "table, row 1, column 'y'")


@pytest.mark.parametrize("number", [1, 400])
def test_lines_are_counted_through_all_blocks_and_parts(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forceflow.feeds import raw_rows

    rows = [NOAA_ROW] * 500
    rows[number] = NOAA_ROW.replace("54.6", "?4.6")
    path = noaa_file(tmp_path, *rows)
    message = fault_of(path)
    says(message, f"line {number + 2},")
    form: tuple[Any, ...] = raw_rows.TextRows.__init__.__defaults__ or ()
    monkeypatch.setattr(raw_rows.TextRows.__init__, "__defaults__", (*form[:-1], 1000))
    assert fault_of(path) == message


def test_a_line_cut_in_half_is_named(tmp_path: Path) -> None:
    says(
        fault_of(noaa_file(tmp_path, NOAA_ROW, NOAA_ROW[:40], NOAA_ROW)),
        "ais.csv, line 3",
        "has 5 cells, wanted 17",
        "cut in half",
    )


def test_a_file_that_was_cut_off_is_said(tmp_path: Path) -> None:
    says(
        fault_of(noaa_file(tmp_path, NOAA_ROW, NOAA_ROW[:40], end="")),
        "line 3",
        "it is the last one",
        "cut off",
    )


def test_a_line_with_too_many_cells_is_named(tmp_path: Path) -> None:
    row = NOAA_ROW.replace("SPARTA", "SPARTA, THE SECOND")
    says(
        fault_of(noaa_file(tmp_path, NOAA_ROW, row)),
        "line 3",
        "has 18 cells, wanted 17",
        "not quoted",
    )


def test_a_quoted_separator_is_no_more_cells(tmp_path: Path) -> None:
    row = NOAA_ROW.replace("SPARTA", '"SPARTA, ""THE"" SECOND"')
    tracks = ff.tracks.read_ais(noaa_file(tmp_path, NOAA_ROW, row))
    assert tracks.static_reports()["name"].to_list() == ["SPARTA", 'SPARTA, "THE" SECOND']


def test_a_lone_quote_in_a_name_does_no_harm(tmp_path: Path) -> None:
    rows = [NOAA_ROW] * 1500
    rows[2] = NOAA_ROW.replace("SPARTA", '5" GUN')
    path = noaa_file(tmp_path, *rows)
    names = ff.tracks.read_ais(path).static_reports()["name"].to_list()
    assert names == ["SPARTA", "SPARTA", '5" GUN', *["SPARTA"] * 1497]


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    assert len(ff.tracks.read_ais(noaa_file(tmp_path, NOAA_ROW, "", NOAA_ROW, "", ""))) == 2


def test_a_wrong_separator_is_said(tmp_path: Path) -> None:
    path = write_danish_2014([message(latitude=54.0, longitude=19.0)], tmp_path / "a.csv")
    says(fault_of(path, layout="danish"), "cut at ';' the line has 22 cells", "separator=';'")
    row = write_danish([message(latitude=54.0, longitude=19.0)], tmp_path / "b.csv")
    says(
        fault_of(row, layout="danish-2006"),
        "the first line has 1 cells when it is cut at ';'",
        "cut at ','",
    )


def test_an_unknown_header_shows_its_columns_the_nearest_layout_and_a_layout_to_write(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mmsi;base_date_time;lat;lon;sog;draft\n1;2;3;4;5;6\n")
    text = fault_of(path)
    says(
        text, "mmsi, base_date_time, lat, lon, sog", "nearest is 'marinecadastre-2024'", "longitude"
    )
    says(text, "'mmsi': 'ship'", "'base_date_time': 'time'", "'lat': 'latitude'", "separator=';'")
    # What is proposed can be used as it stands.
    start = text.index("ff.tracks.Layout(")
    layout = eval(text[start:], {"ff": ff})
    assert layout.fits(["mmsi", "base_date_time", "lat", "lon"])


def test_a_layout_that_does_not_fit_says_what_it_lacks(tmp_path: Path) -> None:
    says(
        fault_of(noaa_file(tmp_path, NOAA_ROW), layout="marinecadastre-2024"),
        "needs the columns",
        "longitude",
        "VesselName",
    )
    says(fault_of(own_table(), layout="danish"), "needs the columns", "the columns are m, t, y, x")


def test_a_layout_of_no_such_name() -> None:
    says(fault_of(own_table(), layout="dansih"), "unknown layout 'dansih'", "danish-2006", "nmea")


def test_layout_and_columns_exclude_each_other() -> None:
    says(fault_of(own_table(), layout="danish", columns=OWN), "not both")


def test_a_table_without_rows(tmp_path: Path) -> None:
    says(fault_of(noaa_file(tmp_path)), "ais.csv: there are no rows")
    (tmp_path / "nothing.csv").write_text("\n \n")
    says(fault_of(tmp_path / "nothing.csv"), "nothing.csv: the file is empty")


def test_a_table_of_no_ship(tmp_path: Path) -> None:
    rows = [NOAA_ROW.replace("273123456", "992191234"), NOAA_ROW.replace("273123456", "")]
    says(
        fault_of(noaa_file(tmp_path, *rows)),
        "none of 2 rows is a message of a ship",
        "aids to navigation (MMSI 99...): 1",
        "name no ship: 1",
    )


def test_draughts_in_tenths_are_refused_with_the_unit_to_give(tmp_path: Path) -> None:
    rows = [NOAA_ROW.replace("6.3", draught) for draught in ("114.0", "63", "0", "5.0")]
    says(
        fault_of(noaa_file(tmp_path, *rows)),
        "more than half of 3 draughts are above 30 m",
        "units={'draught_m': '0.1 m'}",
    )
    # One slip among many does not condemn the table.
    tracks = ff.tracks.read_ais(noaa_file(tmp_path, NOAA_ROW, NOAA_ROW, rows[0]))
    assert tracks.static_reports()["draught_m"].round(1).to_list() == [
        pytest.approx(6.3),
        pytest.approx(6.3),
        None,
    ]


def test_a_file_in_tenths_does_not_hide_among_others(tmp_path: Path) -> None:
    for number in range(3):
        write_noaa([message(draught_m=6.3)] * 5, tmp_path / f"{number}.csv")
    write_noaa([message(draught_m=63.0)] * 5, tmp_path / "odd.csv")
    says(fault_of(tmp_path), "odd.csv: more than half of 5 draughts")


def test_latitude_and_longitude_swapped() -> None:
    table = own_table(y=[139.7, 139.8, 35.0], x=[35.0, 35.1, 35.2])
    says(fault_of(table, columns=OWN), "2 of 3 latitudes lie beyond 90 degrees", "swapped")


def test_positions_off_the_earth_are_counted() -> None:
    tracks = ff.tracks.read_ais(own_table(y=[54.0] * 20, x=[19.0] * 19 + [200.0]), columns=OWN)
    assert "positions off the earth, taken as not available: 1" in tracks.notes
    assert tracks.positions().height == 19


@pytest.mark.parametrize(
    ("columns", "parts"),
    [
        ({"m": [273123456.5]}, ("row 0, column 'm'", "273123456.5", "no whole number")),
        ({"y": ["north"]}, ("row 0, column 'y'", "'north'")),
        ({"y": [True]}, ("column 'y'", "Boolean")),
        ({"t": [date(2025, 2, 1)]}, ("column 't'", "days without a time of day")),
        ({"t": [True]}, ("column 't'", "Boolean")),
    ],
)
def test_a_column_of_a_wrong_type_is_named(columns: dict[str, Any], parts: tuple[str, ...]) -> None:
    says(fault_of(own_table(**columns), columns=OWN), *parts)
    if "days" not in parts[-1]:
        # Of pandas a day is a moment at midnight.
        says(fault_of(own_table(**columns).to_pandas(), columns=OWN), parts[0].split(", ")[-1])


@pytest.mark.parametrize(
    "source",
    [7, None, {"a": 1}, [1, 2], object()],
    ids=["7", "None", "mapping", "numbers", "object"],
)
def test_what_is_no_source(source: Any) -> None:
    says(fault_of(source), "give a path, a list of paths")


def test_an_empty_list_of_paths() -> None:
    says(fault_of([]), "no files were given")


def test_a_column_that_stands_twice() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["MMSI", "MMSI"])
    says(fault_of(frame), "stands twice")


def test_a_danish_file_in_another_order_of_day_and_month(tmp_path: Path) -> None:
    rows = [danish_row(message(latitude=54.0, longitude=19.0)) + ",,,,"] * 2
    rows[1] = rows[1].replace("27/01/2025", "01/27/2025")
    path = tmp_path / "a.csv"
    path.write_text("\n".join([DANISH_HEADER, *rows]))
    says(
        fault_of(path),
        "a.csv, line 3, column '# Timestamp'",
        "'01/27/2025 21:40:00'",
        "dayfirst=False",
    )
    rows[0] = rows[0].replace("27/01/2025", "02/03/2025")
    path.write_text("\n".join([DANISH_HEADER, *rows]))
    tracks = ff.tracks.read_ais(path, dayfirst=False)
    assert tracks.positions()["time"].dt.to_string("%m-%d").to_list() == ["02-03", "01-27"]


@pytest.mark.parametrize("times", [["02/03/2025 04:10"], ["02/03/2025 04:10", "11/12/2025 04:10"]])
def test_an_order_of_day_and_month_that_cannot_be_known(times: list[str]) -> None:
    says(
        fault_of(own_table(t=times), columns=OWN),
        "day and month cannot be told apart",
        "dayfirst=True or dayfirst=False",
    )


def test_days_and_months_that_contradict_each_other() -> None:
    text = fault_of(own_table(t=["31/01/2025 04:10", "01/31/2025 04:10"]), columns=OWN)
    says(text, "row 1, column 't'", "'01/31/2025 04:10'")


def test_a_text_of_utf_16_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(NOAA_HEADER + "\n" + NOAA_ROW + "\n", encoding="utf-16")
    says(fault_of(path), "UTF-16")


def test_a_byte_order_mark_and_latin_letters_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + f"{NOAA_HEADER}\n{NOAA_ROW}\n".replace("SPARTA", "M\xc6RSK").encode("latin-1")
    )
    assert ff.tracks.read_ais(path).static_reports()["name"][0].startswith("M")


def test_an_error_in_a_source_that_is_not_kept_comes_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(sys.modules["forceflow.tracks.read_ais"], "PART_BYTES", 2000)
    path = noaa_file(
        tmp_path, *[NOAA_ROW] * 100, NOAA_ROW.replace("54.6", "?"), NOAA_ROW.replace("54.6", "x")
    )
    tracks = ff.tracks.read_ais(path, rows_in_memory=10)
    with pytest.raises(
        TracksError, match=r"ais.csv, line [0-9]+ after byte [0-9,]+, column 'LAT'"
    ) as caught:
        list(tracks.batches())
    assert "'x'" in str(caught.value)


def test_json_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"mmsi": 273123456, "navStat": 1,')
    says(fault_of(path), "a.json: line 1", "cut off")
    path.write_text("[1, 2]")
    says(fault_of(path), "wanted messages with names and values")
    path.write_text('{"mmsi": "x", "navStat": [1]}')
    says(fault_of(path), "a.json")


def test_parquet_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    says(fault_of(tmp_path / "a.parquet"), "a.parquet: cannot be read as Parquet")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "b.parquet")
    says(fault_of(tmp_path / "b.parquet"), "b.parquet: the columns are of no known layout: a")
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress((tmp_path / "b.parquet").read_bytes()))
    says(fault_of(tmp_path / "b.parquet.gz"), "unpack it first")
