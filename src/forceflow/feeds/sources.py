"""Files of messages: which there are, how they are opened, and how they begin."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from ..errors import TracksError

__all__ = ["SourceFile", "find_files"]

_PLAIN: Final = (
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".json",
    ".jsonl",
    ".geojson",
    ".nmea",
    ".nm4",
    ".log",
    ".ais",
    ".aivdm",
    ".sbs",
)
_PACKED: Final = (".gz", ".zip", ".zst")
_GZIP: Final = b"\x1f\x8b"
_HEAD_BYTES: Final = 256 * 1024
_PACKED_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, or one in a zip archive.

    Parameters
    ----------
    path
        Where it is.
    member
        Its name in the archive, "" for a file of its own.
    """

    path: str
    member: str = ""

    @property
    def label(self) -> str:
        """Its name without folders."""
        name = Path(self.path).name
        if self.member:
            return f"{name}/{Path(self.member).name}"
        return name

    @property
    def is_packed(self) -> bool:
        """Whether it can only be read from its beginning."""
        return bool(self.member) or Path(self.path).suffix.lower() in _PACKED

    @property
    def content_name(self) -> str:
        """Its name without a suffix of compression."""
        name = self.member or Path(self.path).name
        for suffix in _PACKED:
            name = name.removesuffix(suffix)
        return name.lower()

    def is_first_member(self) -> bool:
        """Whether no other file stands before it in its archive, or it is a file of its own."""
        return not self.member or _members(self.path)[0] == self

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked.

        Raises
        ------
        TracksError
            The archive is damaged or cut off, or zstandard is not installed.
        """
        try:
            with _open_stream(self.path, self.member) as stream:
                yield stream
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise TracksError(
                f"{self.label}: the archive is damaged or cut off ({error}); fetch it again"
            ) from None
        except OSError as error:
            raise TracksError(f"{self.path}: cannot be read: {error.strerror or error}") from None

    def head(self) -> bytes:
        """Its first bytes, a quarter of a megabyte."""
        with self.opened() as stream:
            return stream.read(_HEAD_BYTES)


def _open_stream(path: str, member: str) -> BinaryIO:
    """A stream of unpacked bytes."""
    if member:
        return _ZipMember(path, member)
    if path.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if path.lower().endswith(".zst"):
        return _unpack_zstd(path)
    if path.lower().endswith(".json") and _begins_as_gzip(path):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return Path(path).open("rb")


def _begins_as_gzip(path: str) -> bool:
    """Whether a file is packed under another name, as tar1090's traces are served and saved."""
    with Path(path).open("rb") as stream:
        return stream.read(len(_GZIP)) == _GZIP


class _ZipMember(io.BufferedReader):
    """A file in a zip archive that closes the archive with itself."""

    def __init__(self, path: str, member: str) -> None:
        self._archive = zipfile.ZipFile(path)
        super().__init__(cast(io.RawIOBase, self._archive.open(member)))

    def close(self) -> None:
        super().close()
        self._archive.close()


def _unpack_zstd(path: str) -> BinaryIO:
    """A stream of what a .zst file holds."""
    try:
        import zstandard
    except ImportError:
        raise TracksError(
            f"{Path(path).name} is packed with Zstandard, which needs a package: pip install forceflow[zstd]"
        ) from None
    return cast(BinaryIO, io.BufferedReader(_ZstdBytes(Path(path).open("rb"), zstandard)))


class _ZstdBytes(io.RawIOBase):
    """What a Zstandard file holds; one that is cut off is an error, which zstandard's own reader does not see."""

    def __init__(self, packed: BinaryIO, zstandard: Any) -> None:
        self._packed, self._zstandard = packed, zstandard
        self._frame: Any = None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._ready:
            block = self._packed.read(_PACKED_BYTES)
            if not block:
                if self._frame is not None:
                    raise EOFError("it ends in the middle of a frame")
                return 0
            self._unpack_block(block)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _unpack_block(self, block: bytes) -> None:
        """Unpack a block, in which frames may end and begin."""
        while block:
            frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
            try:
                self._ready += frame.decompress(block)
            except self._zstandard.ZstdError as error:
                raise EOFError(str(error)) from None
            self._frame, block = frame, b""
            if frame.eof:
                self._frame, block = None, frame.unused_data

    def close(self) -> None:
        super().close()
        self._packed.close()


def find_files(source: str | Path | Iterable[str | Path]) -> list[SourceFile]:
    """The files of a path, a folder, a glob, or a list of such, in the order of their names.

    Raises
    ------
    TracksError
        There is no such file, or none in the folder that can be read.
    """
    if isinstance(source, str | Path):
        paths = _paths_of(str(source))
    else:
        paths = [path for part in source for path in _paths_of(str(part))]
    files: list[SourceFile] = []
    for path in dict.fromkeys(paths):
        files.extend(_members(path))
    if not files:
        raise TracksError("no files were given")
    return files


def _paths_of(source: str) -> list[str]:
    """Paths of the files that a path means."""
    path = Path(source).expanduser()
    if path.is_dir():
        found = [str(file) for file in sorted(path.rglob("*")) if file.is_file() and _is_ours(file)]
        if not found:
            raise TracksError(
                f"{source}: no file in this folder ends in {', '.join(_PLAIN)} (or {', '.join(_PACKED)})"
            )
        return found
    if path.exists():
        return [str(path)]
    if any(mark in source for mark in "*?["):
        anchor = Path(path.anchor) if path.is_absolute() else Path()
        found = [
            str(file)
            for file in sorted(anchor.glob(str(path.relative_to(anchor))))
            if file.is_file()
        ]
        if found:
            return found
        raise TracksError(f"{source}: no file has such a name")
    raise TracksError(f"{source}: there is no such file or folder")


def _is_ours(file: Path) -> bool:
    """Whether a file of a folder is read; hidden ones and those of other kinds are not."""
    if file.name.startswith((".", "_")):
        return False
    suffixes = file.suffixes[-2:]
    return bool(suffixes) and (suffixes[-1].lower() in _PLAIN or suffixes[-1].lower() in _PACKED)


def _members(path: str) -> list[SourceFile]:
    """A file, or those in an archive."""
    if not path.lower().endswith(".zip"):
        return [SourceFile(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if _is_ours(Path(name))]
    except zipfile.BadZipFile as error:
        raise TracksError(
            f"{Path(path).name}: the archive is damaged or cut off ({error}); fetch it again"
        ) from None
    except OSError as error:
        raise TracksError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not names:
        raise TracksError(f"{Path(path).name}: no file in the archive ends in {', '.join(_PLAIN)}")
    return [SourceFile(path, name) for name in sorted(names)]
