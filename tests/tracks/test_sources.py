"""Files, folders, globs and archives are found, opened and put in order."""

from __future__ import annotations

import gzip
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest
import zstandard
from layout_writers import message, write_danish, write_danish_2006, write_noaa, write_noaa_2024

import forceflow as ff
from forceflow.errors import TracksError
from forceflow.feeds import sources


def ships(source: object, **options: object) -> list[int]:
    """The ships of a source, in its order."""
    tracks = ff.tracks.read_ais(source, **options)  # type: ignore[arg-type]
    return pl.concat(tracks.batches())["ship"].to_list()


def day(path: Path, number: int) -> Path:
    """A file of one message."""
    return write_noaa([message(ship=273_000_000 + number, latitude=1.0, longitude=2.0)], path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three days, one of them deeper, and things that are no tables."""
    day(tmp_path / "ais-1.csv", 1)
    day(tmp_path / "ais-2.csv", 2)
    (tmp_path / "more").mkdir()
    day(tmp_path / "more" / "ais-3.csv", 3)
    (tmp_path / "README.md").write_text("nothing")
    (tmp_path / ".hidden.csv").write_text("nothing")
    (tmp_path / "_SUCCESS").write_text("")
    return tmp_path


def test_a_folder_is_read_in_the_order_of_names(folder: Path) -> None:
    assert ships(folder) == ships(str(folder)) == [273_000_001, 273_000_002, 273_000_003]


def test_a_glob_and_a_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ships(f"{folder}/ais-*.csv") == [273_000_001, 273_000_002]
    assert ships(f"{folder}/**/ais-[23].csv") == [273_000_002, 273_000_003]
    # A list keeps its order, and a file that is meant twice is read once.
    assert ships([folder / "ais-2.csv", str(folder / "ais-*.csv")]) == [273_000_002, 273_000_001]
    monkeypatch.chdir(folder)
    assert ships("ais-?.csv") == [273_000_001, 273_000_002]


def test_files_of_several_layouts_are_read_together(tmp_path: Path) -> None:
    rows = [message(latitude=1.0, longitude=2.0, draught_m=6.3)]
    write_danish(rows, tmp_path / "a.csv")
    write_danish_2006(rows, tmp_path / "b.csv")
    write_noaa_2024(rows, tmp_path / "c.csv")
    tracks = ff.tracks.read_ais(tmp_path)
    assert tracks.layout == "danish, danish-2006, marinecadastre-2024"
    assert tracks.publisher == "Danish Maritime Authority, NOAA MarineCadastre"
    assert tracks.sources == ("a.csv", "b.csv", "c.csv")
    assert len({tuple(row.items()) for row in tracks.static_reports().to_dicts()}) == 1


@pytest.mark.parametrize(
    ("name", "message_part"),
    [
        ("nothing.csv", "there is no such file or folder"),
        ("x*.csv", "no file has such a name"),
        ("empty", "no file in this folder"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, name: str, message_part: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TracksError, match=message_part):
        ff.tracks.read_ais(tmp_path / name)


def pack_gzip(path: Path) -> Path:
    """The file as .gz, in two members, as loggers write them."""
    data = path.read_bytes()
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(data[:50]) + gzip.compress(data[50:]))
    return packed


def pack_zstd(path: Path) -> Path:
    """The file as .zst, in two frames."""
    data = path.read_bytes()
    packed = path.with_suffix(".csv.zst")
    pack = zstandard.ZstdCompressor().compress
    packed.write_bytes(pack(data[:50]) + pack(data[50:]))
    return packed


def pack_zip(path: Path) -> Path:
    """The file in an archive, beside one that is no table."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "FtpRoot/ais_data/" + path.name)
        archive.writestr("README.md", "nothing")
    return packed


PACKERS = {"gzip": pack_gzip, "zstd": pack_zstd, "zip": pack_zip}


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("rows_in_memory", [0, 1_000_000])
def test_archives_give_the_same_messages(tmp_path: Path, kind: str, rows_in_memory: int) -> None:
    rows = [
        message(ship=273_000_000 + number, latitude=1.0, longitude=2.0) for number in range(3000)
    ]
    path = write_noaa(rows, tmp_path / "day.csv")
    packed = PACKERS[kind](path)
    tracks = ff.tracks.read_ais(packed, rows_in_memory=rows_in_memory)
    assert pl.concat(tracks.batches()).equals(pl.concat(ff.tracks.read_ais(path).batches()))
    assert tracks.sources == ({"zip": "day.zip/day.csv"}.get(kind, packed.name),)


@pytest.mark.parametrize("kind", PACKERS)
def test_archives_that_were_cut_off_are_refused(tmp_path: Path, kind: str) -> None:
    rows = [
        message(ship=273_000_000 + 7919 * number % 99_991, latitude=1.0, longitude=2.0)
        for number in range(9000)
    ]
    packed = PACKERS[kind](write_noaa(rows, tmp_path / "day.csv"))
    packed.write_bytes(packed.read_bytes()[:-2000])
    with pytest.raises(
        TracksError, match=r"day\.(csv\.|)(gz|zst|zip): the archive is damaged or cut off"
    ):
        ff.tracks.read_ais(packed)


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".zip"])
def test_what_only_looks_like_an_archive_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"day.csv{suffix}"
    path.write_text("no archive at all, but long enough to be read as one")
    with pytest.raises(TracksError, match="damaged or cut off"):
        ff.tracks.read_ais(path)


def test_zstandard_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack_zstd(day(tmp_path / "day.csv", 1))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(TracksError, match=r"pip install forceflow\[zstd\]"):
        ff.tracks.read_ais(packed)


def test_an_archive_without_a_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("README.md", "nothing")
    with pytest.raises(TracksError, match=r"a\.zip: no file in the archive ends in \.csv"):
        ff.tracks.read_ais(tmp_path / "a.zip")


def test_parquet_is_known_by_its_bytes(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "mmsi": [273123456],
            "base_date_time": ["2025-01-01 00:00:00"],
            "longitude": [2.0],
            "latitude": [1.0],
        }
    )
    table.write_parquet(tmp_path / "table.txt")
    tracks = ff.tracks.read_ais(tmp_path / "table.txt")
    assert tracks.layout == "marinecadastre-2024"
    assert tracks.positions()["latitude"].to_list() == [1.0]


def test_a_name_tells_what_is_in_an_archive() -> None:
    file = sources.SourceFile("/data/aisdk-2006-03.zip", "FtpRoot/aisdk_20060302.csv")
    assert (file.label, file.is_packed) == ("aisdk-2006-03.zip/aisdk_20060302.csv", True)
    assert not sources.SourceFile("/data/a.csv").is_packed


SENTENCES = {
    "plain": "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24",
    "tag block": r"\s:2573535,c:1671533231*08\!BSVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24",
    "epoch": "1671533231 !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24",
    "ISO time": "2022-12-20T10:47:11Z !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24",
    "comment before": "# log\n!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24",
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_sentences_are_recognised(kind: str) -> None:
    from forceflow.feeds.recognition import is_nmea

    assert is_nmea(SENTENCES[kind].encode())
    assert not is_nmea(b"MMSI,BaseDateTime,LAT,LON\n273123456,2025-01-27T21:40:00,1,2\n")


def test_a_log_of_sentences_is_read(tmp_path: Path) -> None:
    pytest.importorskip("forceflow.feeds.nmea")
    pytest.importorskip("pyais")
    (tmp_path / "log.nmea").write_text(SENTENCES["epoch"])
    tracks = ff.tracks.read_ais(tmp_path / "log.nmea")
    assert tracks.layout == "nmea"
    assert tracks.positions().height == 1
    with zipfile.ZipFile(tmp_path / "log.zip", "w") as archive:
        archive.writestr("1.log", SENTENCES["epoch"])
        archive.writestr("2.log", SENTENCES["epoch"])
    assert ff.tracks.read_ais(tmp_path / "log.zip").positions().height == 2
