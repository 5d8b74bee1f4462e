"""Events as frames and back; the one place where dataframe libraries are met."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw

from ...display import Listed
from ...errors import FrameError, nearest
from ...quantity import Quantity
from ..events import EVENT_OF_MODE, FlowEvent
from ..provenance import Provenance
from ..reports import Report
from .event_rows import MEASURES, SEPARATOR, Rows, by_id, check_rows
from .native_frames import table_of, with_text_names

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

COLUMNS: tuple[str, ...] = (
    "event_id",
    "kind",
    "mode",
    "platform",
    "origin",
    "destination",
    "via",
    "start",
    "stop",
    *(f"{measure}_{point}" for measure in MEASURES for point in ("low", "best", "high")),
    "direction",
    "is_stream",
    "cargo",
    "title",
    "claims",
    "related",
    "sources",
    "roots",
    "conflicts",
    "known_from",
    *(f"{measure}_model" for measure in MEASURES),
    "caveats",
    "claims_known_from",
)
"""Columns of an event frame, in order; ``*_model`` carries the full quantity so that nothing is lost on the way."""

_NEEDED = ("platform", "origin", "destination", "start")


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
        a number nobody gave is null.

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
    columns: dict[str, list[Any]] = {}
    for name in ("event_id", "kind", "mode", "platform", "origin", "destination"):
        columns[name] = [getattr(event, name) for event in events]
    columns["via"] = [SEPARATOR.join(event.via) for event in events]
    columns["start"] = [event.start for event in events]
    columns["stop"] = [event.stop for event in events]
    for measure in MEASURES:
        numbers = [getattr(event, measure) for event in events]
        for point in ("low", "best", "high"):
            columns[f"{measure}_{point}"] = [
                _finite(getattr(q, point)) if q else None for q in numbers
            ]
    for name in ("direction", "is_stream", "cargo", "title"):
        columns[name] = [getattr(event, name) for event in events]
    for name in ("claims", "related", "sources", "roots", "conflicts", "caveats"):
        columns[name] = [SEPARATOR.join(getattr(event, name)) for event in events]
    columns["known_from"] = [event.known_from for event in events]
    columns["claims_known_from"] = [
        SEPARATOR.join(m.isoformat() for m in event.claims_known_from) for event in events
    ]
    for measure in MEASURES:
        columns[f"{measure}_model"] = [
            q.to_json() if (q := getattr(e, measure)) else "" for e in events
        ]
    schema = {name: _dtype(name) for name in COLUMNS}
    return make_frame({name: columns[name] for name in COLUMNS}, backend=backend, schema=schema)


def _only_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events in the order given, and nothing else."""
    if isinstance(events, FlowEvent):
        return (events,)
    if hasattr(events, "to_frame"):
        raise FrameError(
            f"flow events were wanted, got {type(events).__name__}, which has its own: call its .to_frame()"
        )
    found = (
        tuple(events)
        if isinstance(events, Iterable) and not isinstance(events, str | Mapping)
        else (events,)
    )
    if wrong := [thing for thing in found if not isinstance(thing, FlowEvent)]:
        raise FrameError(
            f"flow events were wanted, got {type(wrong[0]).__name__}; merge_claims and from_frame make them"
        )
    return found


def _dtype(name: str) -> Any:
    if name in ("start", "stop", "known_from"):
        return nw.Datetime("us", "UTC")
    if name == "is_stream":
        return nw.Boolean
    return nw.Float64 if name.endswith(("_low", "_best", "_high")) else nw.String


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


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
        table = _renamed(table, columns)
    _check_columns(table.columns)
    known = table.select(
        [name for name in table.columns if name in (*COLUMNS, *MEASURES, "start_precision")]
    )
    rows = check_rows(
        known,
        theatre="syria" if theatre is None else theatre,
        stop_inclusive=stop_inclusive,
        dayfirst=dayfirst,
    )
    area = "syria" if theatre is None and rows.is_directed else theatre
    made = Provenance(theatre=area, reports=sorted(reports, key=lambda report: report.id))
    events = [_event(rows, number, made) for number in range(len(rows))]
    return Listed(sorted(events, key=lambda event: (event.start, event.event_id)))


def _check_columns(found: Sequence[str]) -> None:
    """Refuse a frame that lacks a column, with the nearest names and what would do."""
    copies = [
        name
        for name in found
        for mark in (".1", "_duplicated_0")
        if name.removesuffix(mark) in (*COLUMNS, *MEASURES) and name.endswith(mark)
    ]
    if copies:
        raise FrameError(
            f"two columns of the file had one name ({', '.join(copies)} is the second); keep one of them"
        )
    missing = [name for name in _NEEDED if name not in found]
    if not {"mode", "kind"} & set(found):
        missing.append("mode")
    ids = [name for name in found if re.sub(r"\W|_", "", name.lower()) in ("id", "eventid")]
    if ids and "event_id" not in found:
        missing.append("event_id")
    ends = [name for name in ("movements_low", "movements_high") if name not in found]
    counted = "movements" in found or not ends
    if not counted:
        missing += ends if len(ends) == 1 or "movements_best" in found else ["movements"]
    if not missing:
        return
    hints = [
        f"{name} (found {', '.join(near)})"
        if (near := ids if name == "event_id" else nearest(name, found))
        else name
        for name in missing
    ]
    message = f"the frame lacks the columns {', '.join(hints)}"
    if not counted:
        message += "; one column movements of numbers or words ('at least 3') will do, or movements_low, movements_high"
    raise FrameError(
        f"{message}; name yours with columns={{{missing[0]!r}: 'your column'}}, or give a constant there"
    )


def _event(rows: Rows, number: int, made: Provenance) -> FlowEvent:
    def parts(name: str) -> tuple[str, ...]:
        return rows[name][number] or ()

    def load(name: str) -> Quantity | None:
        quantity: Quantity | None = rows[name][number]
        return quantity if quantity is not None and quantity.has_content else None

    return EVENT_OF_MODE[rows["mode"][number]](
        event_id=rows["event_id"][number],
        title=rows["title"][number] or "",
        platform=rows["platform"][number],
        origin=rows["origin"][number],
        destination=rows["destination"][number],
        via=parts("via"),
        start=rows["start"][number],
        stop=rows["stop"][number],
        direction=rows["direction"][number],
        movements=rows["movements"][number] or Quantity.nothing(""),
        vehicles=load("vehicles"),
        personnel=load("personnel"),
        tonnes=load("tonnes"),
        is_stream=_is_stream(rows, number),
        cargo=rows["cargo"][number] or "",
        claims=parts("claims"),
        related=parts("related"),
        sources=parts("sources"),
        roots=parts("roots"),
        conflicts=parts("conflicts"),
        caveats=parts("caveats"),
        known_from=rows["known_from"][number],
        claims_known_from=rows["claims_known_from"][number] or (),
        provenance=made,
    )


def _renamed(table: nw.DataFrame[Any], columns: Mapping[str, Any]) -> nw.DataFrame[Any]:
    """Bring another naming habit to ours."""
    unknown = [name for name in columns if name not in (*COLUMNS, *MEASURES, "start_precision")]
    if unknown:
        known = ", ".join((*COLUMNS[:9], *MEASURES, *COLUMNS[9:12]))
        raise FrameError(
            f"columns: {', '.join(unknown)} are not columns of events; they are {known}"
        )
    made = []
    for name, given in zip(columns, by_id(columns.values()), strict=True):
        if isinstance(given, str) and given in table.columns:
            made.append(nw.col(given).alias(name))
        elif name == "start_precision" and given == ACLED[name]:
            continue  # ACLED's habit, in a frame without that column
        elif isinstance(given, str) and name in ("event_id", "start", "stop"):
            near = nearest(given, table.columns)
            raise FrameError(
                f"columns: {name} wants {given!r}, which the frame lacks"
                + (f" (found {', '.join(near)})" if near else "")
            )
        else:
            made.append(nw.lit(given).alias(name))
    table = table.with_columns(*made)
    return table


def _is_stream(rows: Rows, number: int) -> bool:
    """What the frame says; where it says nothing, a rate or several movements over more than a day are a stream."""
    told: bool | None = rows["is_stream"][number]
    if told is not None:
        return told
    movements = rows["movements"][number]
    many = movements is not None and movements.has_content and movements.high > 1
    daily = any(
        q is not None and q.per_day for q in (rows[measure][number] for measure in MEASURES)
    )
    return bool((many or daily) and (rows["stop"][number] - rows["start"][number]).days > 1)


def as_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events from events or from a frame of them, in order of start and id.

    Raises
    ------
    FrameError
        It is neither.
    """
    if isinstance(events, FlowEvent):
        return (events,)
    if isinstance(events, (tuple, list, Iterator)):
        events = tuple(events)
        if all(isinstance(event, FlowEvent) for event in events):
            return Listed(sorted(events, key=lambda event: (event.start, event.event_id)))
        raise FrameError(
            "a sequence of flow events was wanted; merge_claims(reports) makes them from reports"
        )
    return from_frame(events)


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
    except Exception as error:  # each library has its own
        told = str(error).strip().splitlines() or [type(error).__name__]
        raise FrameError(f"{path.name}: cannot be read as a table ({told[0]})") from None


def _check_header(path: Path) -> None:
    """Refuse a name that heads two columns, of which a library keeps one without a word."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        names = [name.strip() for name in next(csv.reader(lines), [])]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise FrameError(
            f"{path.name}: two columns have the name {', '.join(twice)}; keep one of them"
        )
