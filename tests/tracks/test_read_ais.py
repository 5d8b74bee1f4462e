"""`read_ais` gives the same messages from any file and any frame, in one piece or in many."""

from __future__ import annotations

import importlib
import io
import pickle
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_writers import message, write_danish, write_noaa

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.feeds import raw_rows
from forceflow.feeds.columns import COLUMNS, POSITION, STATIC
from forceflow.feeds.line_blocks import Dialect, line_blocks, table_of_block
from forceflow.feeds.origin import Origin

# Dask has no types of its own.
from_pandas: Any = importlib.import_module("dask.dataframe").from_pandas

START = datetime(2025, 1, 27, 21, 40, tzinfo=UTC)


def rows_of(tracks: ff.tracks.ShipTracks) -> list[dict[str, Any]]:
    """All messages."""
    return pl.concat(tracks.batches()).to_dicts()


def own_table(count: int = 5) -> pl.DataFrame:
    """Messages in our own columns, positions and static reports in turn."""
    rows = []
    for number in range(count):
        row = message(
            ship=273_000_000 + number % 3,
            time=START + timedelta(minutes=number),
            latitude=54.0 + number / 1000,
            longitude=19.5,
        )
        if number % 2:
            row.update(latitude=None, longitude=None, draught_m=6.3, name="SPARTA", ship_type=70)
        rows.append({**row, "is_loaded": None})
    return pl.DataFrame(rows, schema={name: COLUMNS[name] for name in COLUMNS}, strict=False)


FRAMES = {
    "polars": lambda table: table,
    "lazy": lambda table: table.lazy(),
    "pandas": lambda table: table.to_pandas(),
    "pandas with extension types": lambda table: table.to_pandas(use_pyarrow_extension_array=True),
    "pandas objects": lambda table: table.to_pandas().astype({"name": object, "status": object}),
    "pyarrow": lambda table: table.to_arrow(),
    "dask": lambda table: from_pandas(table.to_pandas(), npartitions=2),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_gives_the_same_messages(kind: str) -> None:
    table = own_table()
    tracks = ff.tracks.read_ais(FRAMES[kind](table))
    assert tracks.layout == "forceflow"
    assert tracks.sources == ("table",)
    found = pl.concat(tracks.batches())
    assert found.schema == COLUMNS
    assert found.to_dicts() == table.to_dicts()


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_every_file_gives_the_same_messages(tmp_path: Path, suffix: str) -> None:
    table = own_table()
    path = tmp_path / f"messages{suffix}"
    if suffix == ".csv":
        table.write_csv(path)
    else:
        table.write_parquet(path)
    tracks = ff.tracks.read_ais(path)
    assert rows_of(tracks) == table.to_dicts()
    assert tracks.sources == (path.name,)


@pytest.mark.parametrize(
    "time",
    [
        pl.Series([START], dtype=pl.Datetime("ns", "UTC")),
        pl.Series([START], dtype=pl.Datetime("ms", "UTC")),
        pl.Series([START.replace(tzinfo=None)], dtype=pl.Datetime("us")),
        pl.Series([START], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone("Asia/Damascus"),
        pl.Series([int(START.timestamp())]),
        pl.Series([int(START.timestamp()) * 1000]),
        pl.Series([int(START.timestamp()) * 1_000_000]),
        pl.Series([int(START.timestamp()) * 1_000_000_000]),
        pl.Series([START.timestamp()]),
        pl.Series(["2025-01-27T21:40:00Z"]),
        pl.Series(["2025-01-28 00:40:00.000+03:00"]),
        pl.Series(["2025-01-27 21:40"]),
        pl.Series(["2025-01-27T21:40:00.000000+0000"], dtype=pl.Categorical),
    ],
    ids=lambda series: f"{series.dtype} {series[0]}",
)
def test_times_of_every_kind_are_utc(time: pl.Series) -> None:
    table = own_table(1).with_columns(time.alias("time"))
    assert ff.tracks.read_ais(table).positions()["time"].to_list() == [START]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Moscow"])
def test_pandas_times_of_every_unit_are_utc(unit: str, zone: str | None) -> None:
    moments = pd.Series([pd.Timestamp("2025-01-27 21:40")]).dt.as_unit(unit)  # type: ignore[arg-type]
    if zone:
        moments = moments.dt.tz_localize("UTC").dt.tz_convert(zone)
    table = pd.DataFrame(
        {"ship": [273123456], "time": moments, "latitude": [54.0], "longitude": [19.0]}
    )
    assert ff.tracks.read_ais(table).positions()["time"].to_list() == [START]


def test_epochs_may_be_named() -> None:
    layout = ff.tracks.Layout(
        name="logger",
        columns={"m": "ship", "t": "time", "y": "latitude", "x": "longitude"},
        time_format="epoch_s",
    )
    table = pl.DataFrame({"m": [273123456], "t": ["1738014000"], "y": [54.0], "x": [19.0]})
    assert ff.tracks.read_ais(table, layout=layout).positions()["time"].to_list() == [START]


def test_texts_in_a_frame_are_read_as_in_a_file() -> None:
    table = own_table().select(pl.all().cast(pl.String))
    assert rows_of(ff.tracks.read_ais(table)) == own_table().to_dicts()


def test_mmsi_that_pandas_made_floats_are_whole_numbers() -> None:
    table = own_table(3).to_pandas()
    table["ship"] = table["ship"].astype(float)
    table.loc[1, "ship"] = float("nan")
    tracks = ff.tracks.read_ais(table)
    assert [row["ship"] for row in rows_of(tracks)] == [273_000_000, 273_000_002]
    assert "rows left out, as they name no ship: 1" in tracks.notes


def test_rows_without_a_time_are_left_out_and_counted() -> None:
    table = own_table(3).with_columns(
        pl.when(pl.col("ship") != 273_000_000).then("time").alias("time")
    )
    tracks = ff.tracks.read_ais(table)
    assert len(tracks) == 2
    assert "rows left out, as they have no time: 1" in tracks.notes


def test_a_ship_that_was_never_seen_is_kept_and_said() -> None:
    tracks = ff.tracks.read_ais(own_table(5))
    assert (
        any(note.endswith("static reports alone: ship 273000001") for note in tracks.notes) is False
    )
    tracks = ff.tracks.read_ais(own_table(2))
    assert "without any position, static reports alone: ship 273000001" in tracks.notes
    assert tracks.static_reports()["ship"].to_list() == [273_000_001]


def test_positions_and_static_reports_come_apart(tmp_path: Path) -> None:
    both = message(latitude=54.0, longitude=19.0, draught_m=6.3, name="SPARTA")
    path = write_danish(
        [both, message(latitude=54.0, longitude=19.0), message(draught_m=6.4)], tmp_path / "a.csv"
    )
    tracks = ff.tracks.read_ais(path)
    positions, reports = tracks.positions(), tracks.static_reports()
    assert positions.columns == ["ship", "time", *POSITION]
    assert reports.columns == ["ship", "time", *STATIC]
    assert (positions.height, reports.height, len(tracks)) == (2, 2, 3)
    assert reports["draught_m"].round(1).to_list() == pytest.approx([6.3, 6.4])


def test_frames_come_back_in_the_library_asked_for() -> None:
    tracks = ff.tracks.read_ais(own_table())
    assert isinstance(tracks.positions(), pl.DataFrame)
    assert isinstance(tracks.positions(backend="pandas"), pd.DataFrame)
    assert isinstance(tracks.static_reports(backend="pyarrow"), pa.Table)
    with pytest.raises(TracksError, match="use 'polars', 'pandas' or 'pyarrow'"):
        tracks.positions(backend="duckdb")


@pytest.mark.parametrize(
    "columns", [None, (), ("latitude",), ("longitude",), ("length_m",), ("ship_type", "draught_m")]
)
def test_fewer_columns_are_the_same_columns(
    tmp_path: Path, columns: tuple[str, ...] | None
) -> None:
    rows = [message(latitude=54.0, longitude=None, ship_type=70, length_m=122, draught_m=6.3)]
    rows.append(message(latitude=None, longitude=19.0))
    tracks = ff.tracks.read_ais(write_noaa(rows, tmp_path / "a.csv"), rows_in_memory=0)
    assert not tracks.is_in_memory
    whole = pl.concat(tracks.batches())
    some = pl.concat(tracks.batches(columns))
    assert some.to_dicts() == whole.select(some.columns).to_dicts()
    # A coordinate alone is none, whichever is asked for.
    assert whole["latitude"].to_list() == whole["longitude"].to_list() == [None, None]


@pytest.mark.parametrize("kind", ["csv", "parquet", "lazy", "frame"])
def test_a_source_that_is_not_kept_gives_the_same_messages(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_rows, "BATCH_ROWS", 7)
    table = own_table(50)
    table.write_csv(tmp_path / "a.csv")
    table.write_parquet(tmp_path / "a.parquet", row_group_size=9)
    source = {
        "csv": tmp_path / "a.csv",
        "parquet": tmp_path / "a.parquet",
        "lazy": table.lazy(),
        "frame": table,
    }[kind]
    tracks = ff.tracks.read_ais(source, rows_in_memory=20)
    assert not tracks.is_in_memory
    assert "read batch by batch" in tracks.notes[-1]
    assert rows_of(tracks) == table.to_dicts()
    again = [pickle.loads(pickle.dumps(piece)) for piece in tracks.pieces]
    assert (
        pl.concat([batch for piece in again for batch in piece.read()]).to_dicts()
        == table.to_dicts()
    )
    assert "read at each use" in repr(tracks)
    assert len(tracks) == 50


def test_dask_partitions_are_pieces_that_are_read_when_asked_for() -> None:
    table = own_table(40)
    tracks = ff.tracks.read_ais(from_pandas(table.to_pandas(), npartitions=4))
    assert len(tracks.pieces) == 4
    assert not tracks.is_in_memory
    again = [pickle.loads(pickle.dumps(piece)) for piece in tracks.pieces]
    assert pl.concat([batch for piece in again for batch in piece.read(["draught_m"])]).height == 40


def test_tracks_say_what_they_hold(tmp_path: Path) -> None:
    tracks = ff.tracks.read_ais(own_table())
    assert repr(tracks) == (
        "<ShipTracks: messages: 5, ships: 3, 2025-01-27 21:40 to 2025-01-27 21:44 UTC, layout forceflow, table>"
    )
    page = tracks._repr_html_()
    assert "<td>forceflow</td>" in page
    assert "recognised by header" in page
    assert bool(tracks)


def test_a_layout_that_is_named_is_not_said_to_be_recognised(tmp_path: Path) -> None:
    tracks = ff.tracks.read_ais(
        write_noaa([message(latitude=1.0, longitude=2.0)], tmp_path / "a.csv"),
        layout="marinecadastre",
    )
    assert tracks.notes == ()


@pytest.mark.parametrize(
    ("times", "dayfirst"),
    [
        (["03/02/2025 04:10", "31/01/2025 04:10"], True),
        (["02/03/2025 04:10", "01/31/2025 04:10"], False),
    ],
)
def test_the_order_of_day_and_month_is_what_a_cell_makes_certain(
    times: list[str], dayfirst: bool
) -> None:
    table = pl.DataFrame({"m": [273123456] * 2, "t": times, "y": [54.0] * 2, "x": [19.0] * 2})
    columns = {"m": "ship", "t": "time", "y": "latitude", "x": "longitude"}
    wanted = [datetime(2025, 2, 3, 4, 10, tzinfo=UTC), datetime(2025, 1, 31, 4, 10, tzinfo=UTC)]
    assert ff.tracks.read_ais(table, columns=columns).positions()["time"].to_list() == wanted
    only_first = ff.tracks.read_ais(table.head(1), columns=columns, dayfirst=dayfirst)
    assert only_first.positions()["time"].to_list() == wanted[:1]


def test_the_certain_cell_may_stand_in_another_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "m,t,y,x",
        *["273123456,02/03/2025 04:10,54,19"] * 50,
        "273123456,31/01/2025 04:10,54,19",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    monkeypatch.setattr(sys.modules["forceflow.tracks.read_ais"], "PART_BYTES", 300)
    tracks = ff.tracks.read_ais(
        tmp_path / "a.csv",
        columns={"m": "ship", "t": "time", "y": "latitude", "x": "longitude"},
        rows_in_memory=3,
    )
    assert len(tracks.pieces) > 3
    assert tracks.positions()["time"].dt.month().to_list() == [3] * 50 + [1]


# Lines as files have them: cells with separators, doubled quotes and line ends in quotes, lone quotes, blanks.
_plain = st.text(alphabet="AB 9.", max_size=5)
_quoted = st.text(alphabet='AB,"\n', max_size=6).map(
    lambda text: '"' + text.replace('"', '""') + '"'
)
_lines = st.lists(st.tuples(_plain, _plain | _quoted, _plain | _quoted), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(cells=_lines, size=st.integers(1, 60), ends=st.booleans())
def test_any_size_of_block_gives_the_same_cells(
    cells: list[tuple[str, str, str]], size: int, ends: bool
) -> None:
    text = "\n".join(",".join(("X" + first, *rest)) for first, *rest in cells)
    if ends:
        text += "\n"
    dialect = Dialect(("a", "b", "c"), ",")

    def read(block_bytes: int) -> list[tuple[Any, ...]]:
        blocks = list(line_blocks(io.BytesIO(text.encode()), block_bytes=block_bytes))
        assert b"".join(blocks) == text.encode()
        tables = [table_of_block(block, dialect, ["a", "c"], Origin("x")) for block in blocks]
        return pl.concat(tables).rows()

    whole = read(10_000)
    assert len(whole) == len(cells)
    assert read(size) == whole


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.text("ab", max_size=5), min_size=1, max_size=20),
    cuts=st.lists(st.integers(1, 40), max_size=4),
    size=st.integers(1, 30),
)
def test_parts_of_a_file_hold_each_line_once(lines: list[str], cuts: list[int], size: int) -> None:
    data = "".join(f"{number},{line}\n" for number, line in enumerate(lines)).encode()
    starts = [0]
    for cut in cuts:
        end = data.find(b"\n", starts[-1] + cut) + 1
        if not end or end >= len(data):
            break
        starts.append(end)
    found = b""
    for begin, end in zip(starts, [*starts[1:], len(data)], strict=True):
        stream = io.BytesIO(data[begin:])
        found += b"".join(line_blocks(stream, length=end - begin, block_bytes=size))
    assert found == data


def test_a_lone_quote_does_not_hold_up_the_rest_of_the_file() -> None:
    lines = [b"273123456,SPARTA\n"] * 30_000
    lines[10] = b'273123456,5" GUN\n'
    blocks = list(line_blocks(io.BytesIO(b"".join(lines)), block_bytes=100_000))
    assert b"".join(blocks) == b"".join(lines)
    assert max(map(len, blocks)) < 200_000
    assert all(block.endswith(b"\n") for block in blocks)


def test_coordinates_of_unknown_names_are_not_lost(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {"MMSI": [273123456], "BaseDateTime": ["2025-01-27T21:40:00"], "Draft": [6.3]}
    )
    assert ff.tracks.read_ais(table).static_reports().height == 1
    with pytest.raises(
        TracksError, match=r"no known layout.*nearest is 'marinecadastre', which also has LAT, LON"
    ):
        ff.tracks.read_ais(table.with_columns(lat_deg=54.0, lon_deg=19.0))


def test_columns_of_ones_own_are_not_called_recognised() -> None:
    """The note says what was found out; a mapping that was given was not."""
    table = pl.DataFrame({"m": [273123000], "t": ["2025-01-27T21:40:00"], "y": [34.9], "x": [35.9]})
    named = {"m": "ship", "t": "time", "y": "latitude", "x": "longitude"}
    found = ff.tracks.read_ais(
        table.rename({"m": "MMSI", "t": "BaseDateTime", "y": "LAT", "x": "LON"})
    )
    assert any("recognised" in note for note in found.notes)
    assert not any("recognised" in note for note in ff.tracks.read_ais(table, columns=named).notes)


def test_a_clock_far_from_the_others_is_said() -> None:
    times = [f"2025-01-27T21:{minute}:00" for minute in range(10, 20)]
    table = {"MMSI": [273123000] * 12, "LAT": [34.9] * 12, "LON": [35.9] * 12}
    odd = pl.DataFrame(
        {**table, "BaseDateTime": [*times, "1970-01-01T00:00:00", "2099-01-01T00:00:00"]}
    )
    (note,) = (note for note in ff.tracks.read_ais(odd).notes if "clock" in note)
    assert "over a year away from most others: 2 (first 1970-01-01, 2099-01-01)" in note
    even = pl.DataFrame(
        {**table, "BaseDateTime": [*times, "2024-02-01T00:00:00", "2025-12-01T00:00:00"]}
    )
    assert not any("clock" in note for note in ff.tracks.read_ais(even).notes)


def test_longitudes_from_0_to_360_are_refused() -> None:
    table = pl.DataFrame(
        {
            "MMSI": [273123000] * 4,
            "BaseDateTime": ["2025-01-27T21:40:00"] * 4,
            "LAT": [34.9] * 4,
            "LON": [350.1, 351.0, 10.0, 11.0],
        }
    )
    with pytest.raises(
        TracksError, match=r"2 of 4 longitudes .* subtract 360 from those above 180"
    ):
        ff.tracks.read_ais(table)
    missing = table.with_columns(LAT=pl.lit(91.0), LON=pl.lit(181.0))
    assert ff.tracks.read_ais(missing).positions().is_empty()


def test_draughts_that_cannot_be_sent_are_counted() -> None:
    table = pl.DataFrame(
        {
            "MMSI": [273123000] * 3,
            "BaseDateTime": ["2025-01-27T21:40:00"] * 3,
            "LAT": [34.9] * 3,
            "LON": [35.9] * 3,
            "Draft": [28.0, 25.5, 6.1],
        }
    )
    tracks = ff.tracks.read_ais(table)
    assert "draughts above 25.5 m, which AIS cannot send, taken as not available: 1" in tracks.notes
    assert tracks.static_reports()["draught_m"].drop_nulls().len() == 2
