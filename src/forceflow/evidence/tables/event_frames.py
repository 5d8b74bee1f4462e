"""Events as frames and back; the one place where dataframe libraries are met."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw

from ...display import Listed
from ...errors import FrameError, nearest
from ...quantity import Quantity
from ..events import EVENT_OF_MODE, FlowEvent
from ..provenance import Provenance
from ..reports import Report
from .event_columns import COLUMNS, column_of, type_of_column
from .event_rows import Rows, check_rows
from .measures import MEASURES
from .native_frames import table_of, with_nearest, with_text_names
from .row_ends import by_id

__all__ = [
    "ACLED",
    "COLUMNS",
    "UCDP",
    "as_events",
    "backend_of",
    "from_frame",
    "make_frame",
    "read_table",
    "to_frame",
    "write_table",
]

Backend = Literal["pandas", "polars", "pyarrow"]

_NEEDED = ("platform", "origin", "destination", "start")
_READ = (*COLUMNS, *MEASURES, "start_precision")
"""Columns that are read from a frame; those of other names are left alone."""
_DEFAULT_THEATRE = "syria"


def make_frame(
    columns: Mapping[str, Sequence[Any]], *, backend: str = "polars", schema: Any = None
) -> Any:
    """Build a frame of the wanted library from plain columns.

    Raises
    ------
    FrameError
        The library is not one of "pandas", "polars", "pyarrow", or is not installed.
    """
    if backend not in ("pandas", "polars", "pyarrow"):
        raise FrameError(f"unknown frame library {backend!r}; use 'pandas', 'polars' or 'pyarrow'")
    library = cast("Backend", backend)
    try:
        return nw.from_dict(dict(columns), schema, backend=library).to_native()
    except ModuleNotFoundError as error:
        raise FrameError(f"{backend} is not installed ({error}); pip install {backend}") from None


def backend_of(frame: Any) -> str:
    """Name of the library a frame comes from; "polars" for what is no frame."""
    try:
        found = nw.from_native(with_text_names(frame))
    except (TypeError, nw.exceptions.DuplicateError):
        return "polars"
    name = str(found.implementation).lower()
    return next((known for known in ("pandas", "pyarrow") if known in name), "polars")


def to_frame(events: Iterable[FlowEvent], *, backend: Backend = "polars") -> Any:
    """One row per event, in the frame library you use.

    Parameters
    ----------
    events
        Flow events, or one of them. (An estimate has a `to_frame` of its own.)
    backend
        "polars", "pandas" or "pyarrow".

    Returns
    -------
    polars.DataFrame, pandas.DataFrame or pyarrow.Table
        With the columns `COLUMNS`; `start` and `stop` are UTC timestamps, texts of several parts are joined by " | ",
        a missing number is null.

    Raises
    ------
    FrameError
        These are no flow events, or the library is not one of the three, or not installed.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> ff.to_frame(events, backend="pandas").shape[0] == len(events)
    True
    """
    events = _only_events(events)
    columns = {name: column_of(name, events) for name in COLUMNS}
    schema = dict(zip(COLUMNS, map(type_of_column, COLUMNS), strict=True))
    return make_frame(columns, backend=backend, schema=schema)


def _only_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events in the order given, and nothing else."""
    if isinstance(events, FlowEvent):
        return (events,)
    if hasattr(events, "to_frame"):
        raise FrameError(
            f"flow events were wanted, got {type(events).__name__}, which has its own: call its .to_frame()"
        )
    found: tuple[Any, ...] = (events,)
    if isinstance(events, Iterable) and not isinstance(events, str | Mapping):
        found = tuple(events)
    for thing in found:
        if not isinstance(thing, FlowEvent):
            raise FrameError(
                f"flow events were wanted, got {type(thing).__name__}; merge_claims and from_frame make them"
            )
    return found


ACLED: dict[str, Any] = {
    "event_id": "event_id_cnty",
    "start": "event_date",
    "movements_low": 1,
    "movements_best": 1,
    "movements_high": 1,
    "start_precision": "time_precision",
}
"""ACLED-style columns for `from_frame`; add the mode, platform, origin and destination of your selection.

Where there is a column `time_precision`, its 2 (the week is known) and 3 (the month) widen the window of a row: to the
7 days around the day coded, which is the middle of the week (ACLED codebook, time precision: recalled), or to its
month.
"""

UCDP: dict[str, Any] = {
    "event_id": "id",
    "start": "date_start",
    "stop": "date_end",
    "movements_low": "low",
    "movements_best": "best",
    "movements_high": "high",
}
"""UCDP-style columns (inclusive `date_end`, best/low/high) for `from_frame`."""


def from_frame(
    frame: Any,
    *,
    theatre: str | Collection[str] | None = None,
    columns: Mapping[str, Any] | None = None,
    stop_inclusive: bool = False,
    dayfirst: bool | None = None,
    reports: Iterable[Report] = (),
) -> tuple[FlowEvent, ...]:
    """Read events from a frame of any library, checked row by row.

    Parameters
    ----------
    frame
        A pandas, polars (eager or lazy) or pyarrow frame with at least the columns mode (or kind), platform, origin,
        destination, start, and the number of movements: either one column `movements` of numbers or words ("several",
        "at least 3", "2-4"), or `movements_low` and `movements_high`, where a null `movements_high` means "at least".
        So too `vehicles`, `personnel` and `tonnes`. A rate ("2 flights a day", "20 t a day") is multiplied by the days
        of its row. Blanks, "n/a", "unknown", "-" and "?" are no number. Dates may be
        texts as `read_when` takes them ("5 Oct 2023", "2023-10"). Without `stop`, or where it is blank, an event lasts
        as long as `start` is printed to: a day, a month, a season; a moment lasts an hour, a minute or a second, in one
        UTC day. A column whose moments are all midnights is one of days. `start_precision` (1 or "day", 2 or "week", 3
        or "month") widens the window of a day to the 7 days around it, or to its month. Without `event_id`,
        rows are "row 0", "row 1" and so on, so give ids of your own before you put events of two frames together.
        `sources` says who reported a row, several
        parted by ";" or as a list; for `what_if` and `explain`. Where there is no column `roots` (whom those pass
        on), each source is its own root, and what one says of several events errs together. Other columns of
        `COLUMNS` are used where they stand.
    theatre
        Used for the direction where a row has none: a theatre of ours ("syria", the default there), or countries by
        name or ISO code ("Nepal", "NP", ["NE", "ML"]).
    columns
        For frames with other names: the name in your frame, or a constant, by the name wanted here.
        ``ff.evidence.UCDP`` and ``ff.evidence.ACLED`` cover those habits:
        ``columns={**ff.evidence.UCDP, "mode": "air", "platform": "Il-76MD", ...}``. A constant text that is a column of
        the frame is taken as that column.
    stop_inclusive
        True when `stop` is the last day of the event and not the first day after, as UCDP writes it.
    dayfirst
        Which part of "12/08/2024" is the day: True for 12 August, False for 8 December. It is never guessed: None reads
        a column of such dates only where some cell makes the order certain ("13/08/2024") and none contradicts it.
    reports
        The reports that the column `claims` speaks of, for a table that `to_frame` wrote: a table cannot hold them, and
        `explain`, `what_if` and an ``as_of`` between two claims of one event need them.

    Returns
    -------
    tuple of FlowEvent
        In order of start and id.

    Raises
    ------
    FrameError
        Columns are missing (with the nearest names found), or rows are wrong; the first ten are named.

    Notes
    -----
    What was known when: a column `known_from` says on which day a row became public (of a month, at its end), and an
    estimate with an earlier ``as_of`` leaves the row out. (``columns={"known_from": "published"}`` takes it from a
    column of another name.) Without it a row is known from its own first day. Known or not, no more of a row counts
    than had happened by that day: of a stream the share of its window up to the end of the day; of a movement at one
    unknown moment all or nothing, with the chance that the moment lies in that part of the window.
    """
    table = table_of(frame, or_else=", or events")
    if columns is not None:
        table = _rename_columns(table, columns)
    _check_columns(table.columns)
    # Columns of other names are no fault, whatever is in them.
    known = table.select(list(filter(_READ.__contains__, table.columns)))
    rows = check_rows(
        known,
        theatre=_DEFAULT_THEATRE if theatre is None else theatre,
        stop_inclusive=stop_inclusive,
        dayfirst=dayfirst,
    )
    # The theatre that was used although none was named is kept with the events, which depend on it.
    if theatre is None and rows.is_directed:
        theatre = _DEFAULT_THEATRE
    made_with = Provenance(theatre=theatre, reports=sorted(reports, key=attrgetter("id")))
    return _sorted_events(_make_event(rows, number, made_with) for number in range(len(rows)))


def _sorted_events(events: Iterable[FlowEvent]) -> tuple[FlowEvent, ...]:
    return Listed(sorted(events, key=attrgetter("start", "event_id")))


def _check_columns(found: Sequence[str]) -> None:
    """Refuse a frame that lacks a column, with the nearest names and what would do."""
    _refuse_copies(found)
    ids = list(filter(_looks_like_id, found))
    lacks_count = _missing_count_columns(found)
    missing = _missing_columns(found, ids) + lacks_count
    if not missing:
        return
    hints = []
    for name in missing:
        near = ids if name == "event_id" else nearest(name, found)
        hints.append(with_nearest(name, near))
    message = f"the frame lacks the columns {', '.join(hints)}"
    if lacks_count:
        message += "; one column movements of numbers or words ('at least 3') will do, or movements_low, movements_high"
    raise FrameError(
        f"{message}; name yours with columns={{{missing[0]!r}: 'your column'}}, or give a constant there"
    )


def _refuse_copies(found: Sequence[str]) -> None:
    """A file with two columns of one name: a library reads the second one under a name of its own making."""
    copies = []
    for name in found:
        first = re.sub(r"(?:\.1|_duplicated_0)$", "", name)
        if first != name and first in (*COLUMNS, *MEASURES):
            copies.append(name)
    if copies:
        raise FrameError(
            f"two columns of the file had one name ({', '.join(copies)} is the second); keep one of them"
        )


def _looks_like_id(name: str) -> bool:
    return re.sub(r"\W|_", "", name.lower()) in ("id", "eventid")


def _missing_columns(found: Sequence[str], ids: Sequence[str]) -> list[str]:
    """What a frame lacks, but for its numbers; `ids` are its columns that may be meant as event_id."""
    missing = [name for name in _NEEDED if name not in found]
    if not {"mode", "kind"} & set(found):
        missing.append("mode")
    # Without any ids rows are named by their numbers, which is wrong where the frame has ids of another name.
    if ids and "event_id" not in found:
        missing.append("event_id")
    return missing


def _missing_count_columns(found: Sequence[str]) -> list[str]:
    """What a frame lacks to have a number of movements."""
    if "movements" in found:
        return []
    ends = [name for name in ("movements_low", "movements_high") if name not in found]
    # Where some column of a range is there, the rest of that range is wanted and not another column.
    if len(ends) == 2 and "movements_best" not in found:
        return ["movements"]
    return ends


def _make_event(rows: Rows, number: int, made_with: Provenance) -> FlowEvent:
    """The event of a row."""

    def cell(name: str) -> Any:
        return rows[name][number]

    return EVENT_OF_MODE[cell("mode")](
        event_id=cell("event_id"),
        title=cell("title") or "",
        platform=cell("platform"),
        origin=cell("origin"),
        destination=cell("destination"),
        via=cell("via") or (),
        start=cell("start"),
        stop=cell("stop"),
        direction=cell("direction"),
        movements=cell("movements") or Quantity.nothing(""),
        vehicles=_with_content(cell("vehicles")),
        personnel=_with_content(cell("personnel")),
        tonnes=_with_content(cell("tonnes")),
        is_stream=_is_stream(rows, number),
        cargo=cell("cargo") or "",
        claims=cell("claims") or (),
        related=cell("related") or (),
        sources=cell("sources") or (),
        roots=cell("roots") or (),
        conflicts=cell("conflicts") or (),
        caveats=cell("caveats") or (),
        known_from=cell("known_from"),
        claims_known_from=cell("claims_known_from") or (),
        provenance=made_with,
    )


def _with_content(quantity: Quantity | None) -> Quantity | None:
    if quantity is None or not quantity.has_content:
        return None
    return quantity


def _is_stream(rows: Rows, number: int) -> bool:
    """What the frame says; where it says nothing, a rate or several movements over more than a day are a stream."""
    given: bool | None = rows["is_stream"][number]
    if given is not None:
        return given
    length = rows["stop"][number] - rows["start"][number]
    if length.days <= 1:
        return False
    quantities = [_with_content(rows[measure][number]) for measure in MEASURES]
    movements = quantities[0]
    is_many = movements is not None and movements.high > 1
    return is_many or any(quantity is not None and quantity.per_day for quantity in quantities)


def _rename_columns(table: nw.DataFrame[Any], columns: Mapping[str, Any]) -> nw.DataFrame[Any]:
    """Bring another naming habit to ours."""
    unknown = [name for name in columns if name not in _READ]
    if unknown:
        known = ", ".join((*COLUMNS[:9], *MEASURES, *COLUMNS[9:12]))
        raise FrameError(
            f"columns: {', '.join(unknown)} are not columns of events; they are {known}"
        )
    made = []
    for name, given in zip(columns, by_id(columns.values()), strict=True):
        is_text = isinstance(given, str)
        if is_text and given in table.columns:
            made.append(nw.col(given).alias(name))
        elif name == "start_precision" and given == ACLED[name]:
            # It is a habit of ACLED, and this is a frame without that column.
            continue
        elif is_text and name in ("event_id", "start", "stop"):
            # One text for all rows cannot be meant there.
            near = nearest(given, table.columns)
            hint = with_nearest("", near)
            raise FrameError(f"columns: {name} wants {given!r}, which the frame lacks{hint}")
        else:
            made.append(nw.lit(given).alias(name))
    return table.with_columns(*made)


def as_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events from events or from a frame of them, in order of start and id.

    Raises
    ------
    FrameError
        It is neither.
    """
    if isinstance(events, FlowEvent):
        return (events,)
    if not isinstance(events, tuple | list | Iterator):
        return from_frame(events)
    events = tuple(events)
    for event in events:
        if not isinstance(event, FlowEvent):
            raise FrameError(
                "a sequence of flow events was wanted; merge_claims(reports) makes them from reports"
            )
    return _sorted_events(events)


def write_table(frame: Any, path: str | Path) -> Path:
    """Write a frame as CSV or Parquet, after the ending of the path; the same frame gives the same bytes.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame.
    path
        Ends in ".csv" or ".parquet".

    Raises
    ------
    FrameError
        The path ends in something else.
    """
    path = Path(path)
    table = nw.from_native(frame, eager_only=True)
    if path.suffix == ".csv":
        table.write_csv(path)
    elif path.suffix == ".parquet":
        table.write_parquet(path)
    else:
        raise FrameError(f"{path.name}: a table is written as .csv or .parquet")
    return path


def read_table(path: str | Path) -> Any:
    """Read a CSV or Parquet file as a frame; every column of a CSV stays text, to be read where it is used.

    Raises
    ------
    FrameError
        The path ends in something else, there is no such file, two columns have one name, or it cannot be read; the
        message says why.
    """
    path = Path(path)
    if path.suffix not in (".csv", ".parquet"):
        raise FrameError(f"{path.name}: a table is a file that ends in .csv or .parquet")
    if not path.is_file():
        raise FrameError(f"{path}: no such file")
    try:
        if path.suffix == ".parquet":
            return nw.read_parquet(str(path), backend="polars").to_native()
        _check_header(path)
        return nw.read_csv(str(path), backend="polars", infer_schema=False).to_native()
    except (OSError, FrameError):
        raise
    except Exception as error:
        # Each library has errors of its own, and what they say after the first line is for its developers.
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise FrameError(f"{path.name}: cannot be read as a table ({lines[0]})") from None


def _check_header(path: Path) -> None:
    """Refuse a name that heads two columns, of which a library keeps one without a word."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        counts = Counter(map(str.strip, next(csv.reader(lines), [])))
    # Spreadsheets write a comma for each empty column, so several may have no name.
    repeated = sorted(name for name, times in counts.items() if name and times > 1)
    if repeated:
        raise FrameError(
            f"{path.name}: two columns have the name {', '.join(repeated)}; keep one of them"
        )
