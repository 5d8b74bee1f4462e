"""A folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path

from ..errors import ReportError

__all__ = ["OURS", "check_folder", "replaced_folder"]

OURS = frozenset({"report.html", "figures", "tables"})
"""What a report folder holds; a folder with anything else in it is never replaced."""


@contextmanager
def replaced_folder(out: str | Path) -> Iterator[Path]:
    """Give a temporary folder beside `out`, and put it in the place of `out` when the block ends well.

    On any error the temporary folder goes and `out` stays as it was.

    Raises
    ------
    ReportError
        `out` is a file, or a folder that holds something other than a report of ours, or its parent is missing.
    """
    out = check_folder(out)
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise ReportError(f"cannot write beside it: {error.strerror}", file=str(out)) from None
    try:
        new = work / "new"
        new.mkdir()
        yield new
        # The estimates took a while; somebody may have put something there meanwhile.
        check_folder(out)
        if out.exists():
            out.rename(work / "old")
        try:
            new.rename(out)
        # Also when interrupted: the earlier report goes back to its place.
        except BaseException:
            if (work / "old").exists():
                (work / "old").rename(out)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check_folder(out: str | Path) -> Path:
    """Make sure that `out` may be made or replaced, before any long work; gives back its absolute path.

    Raises
    ------
    ReportError
        As in `replaced_folder`.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 (resolve() would follow a link and replace what it points to)
    if not out.parent.is_dir():
        raise ReportError("its parent folder does not exist; make it first", file=str(out))
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ReportError("is there already and is no folder; choose another", file=str(out))
    if out.is_dir():
        other = sorted(set(map(attrgetter("name"), out.iterdir())) - OURS)
        if other:
            more = ""
            if len(other) > 3:
                more = f" and {len(other) - 3} more"
            raise ReportError(
                f"holds {', '.join(other[:3])}{more}, which is no report of ours, so it is not replaced; "
                "choose an empty or a new folder",
                file=str(out),
            )
    return out
