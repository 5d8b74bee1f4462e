"""Events as frames and back; the one place where dataframe libraries are met."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import narwhals.stable.v2 as nw

from ..errors import ForceflowError, FrameError, nearest
from ..quantity import Quantity
from ..world import direction, find_place
from .events import EVENT_OF_MODE, FlowEvent

__all__ = ["COLUMNS", "as_events", "backend_of", "from_frame", "make_frame", "to_frame", "write_table"]

Backend = Literal["pandas", "polars", "pyarrow"]

_MEASURES = ("movements", "vehicles", "personnel", "tonnes")
_JOINED = ("via", "claims", "sources", "roots", "conflicts")

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
    *(f"{measure}_{point}" for measure in _MEASURES for point in ("low", "best", "high")),
    "direction",
    "is_stream",
    "cargo",
    "title",
    "claims",
    "sources",
    "roots",
    "conflicts",
    "known_from",
    *(f"{measure}_model" for measure in _MEASURES),
)
"""Columns of an event frame, in order; ``*_model`` carries the full quantity so that nothing is lost on the way."""

_NEEDED = ("event_id", "platform", "origin", "destination", "start", "stop", "movements_low", "movements_high")
_SEPARATOR = " | "


def make_frame(columns: Mapping[str, Sequence[Any]], *, backend: str = "polars", schema: Any = None) -> Any:
    """Build a frame of the wanted library from plain columns.

    Raises
    ------
    FrameError
        The library is not one of "pandas", "polars", "pyarrow", or is not installed.
    """
    if backend not in ("pandas", "polars", "pyarrow"):
        raise FrameError(f"unknown frame library {backend!r}; use 'pandas', 'polars' or 'pyarrow'")
    library: Backend = backend  # type: ignore[assignment]
    try:
        return nw.from_dict(dict(columns), schema, backend=library).to_native()
    except ModuleNotFoundError as error:
        raise FrameError(f"{backend} is not installed ({error}); pip install {backend}") from None


def backend_of(frame: Any) -> str:
    """Name of the library a frame comes from; "polars" for what is no frame."""
    try:
        found = nw.from_native(frame)
    except TypeError:
        return "polars"
    name = str(found.implementation).lower()
    return next((known for known in ("pandas", "pyarrow") if known in name), "polars")


def to_frame(events: Iterable[FlowEvent], *, backend: Backend = "polars") -> Any:
    """One row per event, in the frame library you use.

    Parameters
    ----------
    events
        Flow events.
    backend
        "polars", "pandas" or "pyarrow".

    Returns
    -------
    polars.DataFrame, pandas.DataFrame or pyarrow.Table
        With the columns `COLUMNS`; `start` and `stop` are UTC timestamps, texts of several parts are joined by " | ",
        a number nobody gave is null.

    Examples
    --------
    >>> import forceflow as ff
    >>> events = ff.merge_claims(ff.load_reports("syria-2024"))
    >>> ff.to_frame(events, backend="pandas").shape[0] == len(events)
    True
    """
    events = tuple(events)
    columns: dict[str, list[Any]] = {}
    for name in ("event_id", "kind", "mode", "platform", "origin", "destination"):
        columns[name] = [getattr(event, name) for event in events]
    columns["via"] = [_SEPARATOR.join(event.via) for event in events]
    columns["start"] = [event.start for event in events]
    columns["stop"] = [event.stop for event in events]
    for measure in _MEASURES:
        numbers = [getattr(event, measure) for event in events]
        for point in ("low", "best", "high"):
            columns[f"{measure}_{point}"] = [_finite(getattr(q, point)) if q else None for q in numbers]
    for name in ("direction", "is_stream", "cargo", "title"):
        columns[name] = [getattr(event, name) for event in events]
    for name in ("claims", "sources", "roots", "conflicts"):
        columns[name] = [_SEPARATOR.join(getattr(event, name)) for event in events]
    columns["known_from"] = [event.known_from for event in events]
    for measure in _MEASURES:
        columns[f"{measure}_model"] = [q.to_json() if (q := getattr(e, measure)) else "" for e in events]
    schema = {name: _dtype(name) for name in COLUMNS}
    return make_frame({name: columns[name] for name in COLUMNS}, backend=backend, schema=schema)


def _dtype(name: str) -> Any:
    if name in ("start", "stop", "known_from"):
        return nw.Datetime("us", "UTC")
    if name == "is_stream":
        return nw.Boolean
    return nw.Float64 if name.endswith(("_low", "_best", "_high")) else nw.String


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def from_frame(frame: Any, *, theatre: str = "syria") -> tuple[FlowEvent, ...]:
    """Read events from a frame of any library, checked row by row.

    Parameters
    ----------
    frame
        A pandas, polars (eager or lazy) or pyarrow frame with at least the columns event_id, mode (or kind),
        platform, origin, destination, start, stop, movements_low, movements_high. A null `movements_high` with a
        `movements_low` means "at least". Other columns of `COLUMNS` are used where they stand.
    theatre
        Used for the direction where the frame has no such column.

    Returns
    -------
    tuple of FlowEvent
        In order of start and id.

    Raises
    ------
    FrameError
        Columns are missing (with the nearest names found), or rows are wrong; the first ten are named.
    """
    try:
        native = nw.from_native(frame)
    except TypeError:
        raise FrameError(
            f"not a frame: {type(frame).__name__}; give a pandas, polars or pyarrow frame, or events"
        ) from None
    table = native.collect() if isinstance(native, nw.LazyFrame) else native
    missing = [name for name in _NEEDED if name not in table.columns]
    if not {"mode", "kind"} & set(table.columns):
        missing.append("mode")
    if missing:
        hints = [f"{name} (found {', '.join(near)})" if (near := nearest(name, table.columns)) else name
                 for name in missing]  # fmt: skip
        raise FrameError(f"the frame lacks the columns {', '.join(hints)}")
    rows = table.select([name for name in table.columns if name in COLUMNS]).rows(named=True)
    events, wrong = [], []
    for number, row in enumerate(rows):
        try:
            events.append(_event(row, theatre))
        except (ForceflowError, ValueError, TypeError, KeyError) as error:
            wrong.append(f"row {number} ({row.get('event_id')!r}): {error}")
    if wrong:
        more = f"\n... and {len(wrong) - 10} more" if len(wrong) > 10 else ""
        raise FrameError(f"{len(wrong)} of {len(rows)} rows are wrong:\n" + "\n".join(wrong[:10]) + more)
    doubles = sorted({e.event_id for e in events if sum(o.event_id == e.event_id for o in events) > 1})
    if doubles:
        raise FrameError(f"event ids stand twice: {', '.join(doubles[:10])}")
    return tuple(sorted(events, key=lambda event: (event.start, event.event_id)))


_MODE_OF_KIND = {cls.kind: mode for mode, cls in EVENT_OF_MODE.items()}


def _event(row: Mapping[str, Any], theatre: str) -> FlowEvent:
    mode = row.get("mode") or _MODE_OF_KIND.get(str(row.get("kind")), "")
    if mode not in EVENT_OF_MODE:
        raise FrameError(f"mode {mode!r} is none of {', '.join(EVENT_OF_MODE)}")
    from .reports import platform_ids

    given: dict[str, Any] = {name: row[name] for name in ("title", "cargo", "is_stream") if _told(row.get(name))}
    given |= {name: tuple(str(row[name]).split(_SEPARATOR)) for name in _JOINED if _told(row.get(name))}
    origin, destination = find_place(str(row["origin"])), find_place(str(row["destination"]))
    numbers = {measure: _quantity(row, measure) for measure in _MEASURES}
    movements = numbers.pop("movements")
    return EVENT_OF_MODE[mode](
        event_id=str(row["event_id"]),
        platform=" + ".join(platform_ids(str(row["platform"]), mode)),
        origin=origin.id,
        destination=destination.id,
        start=_moment(row["start"]),
        stop=_moment(row["stop"]),
        direction=row["direction"] if _told(row.get("direction")) else direction(origin, destination, theatre),
        known_from=_moment(row["known_from"]) if _told(row.get("known_from")) else None,
        movements=movements or Quantity.nothing(""),
        vehicles=numbers["vehicles"],
        personnel=numbers["personnel"],
        tonnes=numbers["tonnes"],
        **given,
    )


def _told(value: Any) -> bool:
    return value is not None and value != "" and value == value  # NaN and NaT differ from themselves


def _quantity(row: Mapping[str, Any], measure: str) -> Quantity | None:
    if _told(row.get(f"{measure}_model")):
        return Quantity.from_json(row[f"{measure}_model"])
    low, best, high = (row.get(f"{measure}_{point}") for point in ("low", "best", "high"))
    if not _told(low):
        return None
    low = float(low)  # type: ignore[arg-type]
    if not _told(high) or math.isinf(float(high)):  # type: ignore[arg-type]
        return Quantity.at_least(low, unit=measure)
    high = float(high)  # type: ignore[arg-type]
    if low == high:
        return Quantity.exactly(low, unit=measure)
    return Quantity(low, float(best), high, measure) if _told(best) else Quantity.between(low, high, unit=measure)  # type: ignore[arg-type]


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if not isinstance(value, dt.datetime):
        if not isinstance(value, dt.date):
            raise FrameError(f"{value!r} is not a date or a timestamp")
        value = dt.datetime(value.year, value.month, value.day)
    moment: dt.datetime = value
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def as_events(events: Any) -> tuple[FlowEvent, ...]:
    """Events from events or from a frame of them, in order of start and id.

    Raises
    ------
    FrameError
        It is neither.
    """
    if isinstance(events, FlowEvent):
        return (events,)
    if isinstance(events, (tuple, list)):
        if all(isinstance(event, FlowEvent) for event in events):
            return tuple(sorted(events, key=lambda event: (event.start, event.event_id)))
        raise FrameError("a sequence of flow events was wanted; merge_claims(reports) makes them from reports")
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
