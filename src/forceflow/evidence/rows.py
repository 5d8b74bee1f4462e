"""Checking the rows of an event frame, column by column: a million rows in seconds, every fault with its row."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ..errors import ForceflowError, FrameError
from ..quantity import Quantity
from ..world import Aircraft, Place, VehicleMix, Vessel, direction, find_place
from .carriers import moving_ids, platform_ids
from .events import EVENT_OF_MODE
from .reports import read_number

__all__ = ["MEASURES", "SEPARATOR", "Rows", "by_id", "check_rows"]

SEPARATOR = " | "
"""Between the texts of a cell that holds several."""

MEASURES = ("movements", "vehicles", "personnel", "tonnes")
"""What a frame may count."""

_MODE_OF_KIND = {cls.kind: mode for mode, cls in EVENT_OF_MODE.items()}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_DAY = np.iinfo(np.int64).min
_FIRST, _LAST = (
    (moment.replace(tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(microseconds=1)
    for moment in (dt.datetime.min, dt.datetime.max)
)
_A_DAY = 86_400_000_000
_NO_NUMBER = frozenset(("n/a", "n.a.", "na", "nan", "null", "unknown", "not known", "-", "--", "\u2013", "\u2014", "?"))
"""What stands in a cell of a spreadsheet where nobody gave a number; it counts as a blank, and its words are kept."""
_YES, _NO = frozenset(("true", "yes", "y", "1", "1.0")), frozenset(("false", "no", "n", "0", "0.0"))


class Rows:
    """Checked columns of an event frame; plain lists of equal length.

    Parameters
    ----------
    columns
        Every column of the frame that events know, by name, with places, platforms, moments and quantities resolved.
    length
        How many rows.
    """

    def __init__(self, columns: Mapping[str, list[Any]], length: int) -> None:
        self.columns = columns
        self.length = length
        self._absent: list[Any] = [None] * length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns.get(name, self._absent)


class _Faults:
    """Faults found so far, the first ten rows of each with what is wrong."""

    def __init__(self, ids: list[Any]) -> None:
        self.ids = ids
        self.rows: dict[int, str] = {}
        self.bad: set[int] = set()

    def add(self, mask: NDArray[np.bool_], message: Callable[[int], str]) -> None:
        found = np.flatnonzero(mask)
        self.bad.update(int(row) for row in found)
        for row in found[:10]:
            self.rows.setdefault(int(row), message(int(row)))

    def _named(self, row: int) -> str:
        return f"row {row}" + (f" ({self.ids[row]!r})" if self.ids[row] != f"row {row}" else "")

    def raise_if_any(self) -> None:
        if not self.bad:
            return
        lines = [f"{self._named(row)}: {self.rows[row]}" for row in sorted(self.rows)[:10]]
        more = f"\n... and {len(self.bad) - len(lines)} more" if len(self.bad) > len(lines) else ""
        raise FrameError(f"{len(self.bad)} of {len(self.ids)} rows are wrong:\n" + "\n".join(lines) + more)


def check_rows(table: nw.DataFrame[Any], *, theatre: str | Collection[str], stop_inclusive: bool = False) -> Rows:
    """Resolve and check all columns; without `stop`, or with the last day in it, an event ends a day later.

    Without `event_id`, rows are named by their number.

    Raises
    ------
    FrameError
        Rows are wrong; says how many and names the first ten.
    """
    n = len(table)
    if "event_id" in table.columns:
        faults = _Faults([str(name) for name in table["event_id"].to_list()])
        ids = _cells(table["event_id"], faults, "event_id")
    else:
        ids = [f"row {row}" for row in range(n)]
        faults = _Faults(ids)
    out: dict[str, list[Any]] = {"event_id": [str(name) for name in ids]}
    faults.add(_mask(ids, lambda v: not _told(v)), lambda row: "has no event_id")
    seen: set[Any] = set()
    doubled = np.zeros(n, dtype=bool)
    for row, name in enumerate(ids):
        doubled[row] = name in seen
        seen.add(name)
    faults.add(doubled, lambda row: "its event_id stands twice")

    modes = _modes(table, n, faults)
    out["mode"] = modes
    known = ", ".join(EVENT_OF_MODE)
    faults.add(_mask(modes, lambda v: v not in EVENT_OF_MODE), lambda row: f"mode {modes[row]!r} is none of {known}")

    places: dict[str, list[Place | None]] = {}
    for name in ("origin", "destination"):
        places[name] = _resolve(by_id(_cells(table[name], faults, name)), find_place, faults, name)
        out[name] = [place.id if place else None for place in places[name]]
    still = [
        a is not None and b is not None and a.id == b.id and (mode == "air" or a.kind != "region")
        for a, b, mode in zip(places["origin"], places["destination"], modes, strict=True)
    ]
    faults.add(
        np.array(still, dtype=bool),
        lambda row: f"origin and destination are both {out['origin'][row]}; a movement goes from one place to another",
    )
    pairs = list(zip((str(p) for p in by_id(_cells(table["platform"], faults, "platform"))), modes, strict=True))
    out["platform"] = _resolve(
        pairs, lambda pair: " + ".join((moving_ids if pair[1] in EVENT_OF_MODE else platform_ids)(*pair)), faults
    )
    starts = _moments(table["start"], faults, "start")
    stops = _moments(table["stop"], faults, "stop") if "stop" in table.columns else starts.copy()
    if stop_inclusive or "stop" not in table.columns:
        stops[stops != _NO_DAY] += _A_DAY
        late = stops > _LAST
        faults.add(late, lambda row: "it ends beyond the year 9999")
        stops[late] = _NO_DAY
    empty = (starts != _NO_DAY) & (stops != _NO_DAY) & (stops <= starts)
    faults.add(empty, lambda row: f"the window [{_day(starts[row])}, {_day(stops[row])}) is empty")
    for measure in MEASURES:
        out[measure] = _numbers(table, measure, n, faults)
    given = _cells(table["direction"], faults, "direction") if "direction" in table.columns else [None] * n
    way: dict[tuple[str, str], str] = {}
    for row in range(n):
        a, b = places["origin"][row], places["destination"][row]
        if not _told(given[row]) and a is not None and b is not None:
            if (a.id, b.id) not in way:
                way[a.id, b.id] = direction(a, b, theatre)
            given[row] = way[a.id, b.id]
    ways = ("outbound", "inbound", "internal", "external")
    faults.add(
        _mask(given, lambda v: v is not None and v not in ways),
        lambda row: f"direction {given[row]!r} is none of {', '.join(ways)}",
    )
    out["direction"] = given
    if "known_from" in table.columns:
        known_from = _moments(table["known_from"], faults, "known_from", may_lack=True)
        out["known_from"] = [None if v == _NO_DAY else _moment(v) for v in known_from]
    for name in ("title", "cargo"):
        if name in table.columns:
            out[name] = [str(v) if _told(v) else "" for v in _cells(table[name], faults, name)]
    if "is_stream" in table.columns:
        out["is_stream"] = _resolve(_cells(table["is_stream"], faults, "is_stream"), _yes_or_no, faults, "is_stream")
    claims = out["claims"] = _lists(table, "claims", faults, coded=[True] * n)
    for name in ("via", "related", "sources", "roots", "conflicts"):
        out[name] = _lists(table, name, faults, coded=claims)
    out["via"] = _resolve(out["via"], lambda names: tuple(find_place(v).id for v in names), faults, "via")
    if "roots" not in table.columns:
        out["roots"] = [() if coded else said for coded, said in zip(claims, out["sources"], strict=True)]
    faults.raise_if_any()
    out["start"], out["stop"] = [_moment(v) for v in starts], [_moment(v) for v in stops]
    return Rows(out, n)


def _cells(series: nw.Series[Any], faults: _Faults, field: str) -> list[Any]:
    """What stands in a column; a list or the like, where one value was wanted, is a fault and then nothing."""
    values = series.to_list()
    if series.dtype.is_numeric() or series.dtype in (nw.String, nw.Boolean) or series.dtype.is_temporal():
        return values
    several = np.fromiter(
        (not isinstance(v, Hashable) or isinstance(v, tuple | bytes) for v in values), bool, len(values)
    )
    faults.add(several, lambda row: f"{field}: one value was wanted, got {values[row]!r:.40}")
    return [None if wrong or type(v).__name__ == "NAType" else v for v, wrong in zip(values, several, strict=True)]


def by_id(values: Iterable[Any]) -> list[Any]:
    """Places and platforms by their ids, and all else as it is."""
    return [v.id if isinstance(v, Place | Aircraft | Vessel | VehicleMix) else v for v in values]


def _lists(table: nw.DataFrame[Any], name: str, faults: _Faults, *, coded: Sequence[object]) -> list[tuple[str, ...]]:
    """Texts of cells that may hold several: a list, or one text with " | " between them.

    In a row with no claims, where `coded` is empty, someone wrote the cell by hand, and ";" parts them too.
    """
    out: list[tuple[str, ...]] = [()] * len(coded)
    wrong = np.zeros(len(coded), dtype=bool)
    if name not in table.columns:
        return out
    values = table[name].to_list()
    for row, value in enumerate(values):
        if value is None or (isinstance(value, str) and not value):
            continue
        several = value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(several, list | tuple):
            wrong[row] = not all(isinstance(part, str) for part in several)
            out[row] = () if wrong[row] else tuple(part for part in several if part)
        elif isinstance(value, str):
            by_hand = ";" in value and not coded[row] and SEPARATOR not in value
            out[row] = tuple(p for part in value.split(";") if (p := part.strip())) if by_hand else _parted(value)
        elif isinstance(value, Hashable) and not isinstance(value, bytes):
            out[row] = (f"{value:g}" if isinstance(value, float) else str(value),) if _told(value) else ()
        else:
            wrong[row] = True
    faults.add(wrong, lambda row: f"{name}: a text or a list of texts was wanted, got {values[row]!r:.40}")
    return out


@lru_cache(maxsize=8192)
def _parted(text: str) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR))


def _yes_or_no(text: str) -> bool | None:
    word = text.strip().lower()
    if word not in _YES | _NO and word not in ("none", "nan", "nat", "<na>", ""):
        raise FrameError(f"true or false was wanted, got {text!r:.40}")
    return True if word in _YES else False if word in _NO else None


def _told(value: Any) -> bool:
    # NaN and NaT differ from themselves; pandas.NA has no truth of its own.
    return value is not None and type(value).__name__ != "NAType" and value != "" and value == value


def _mask(values: list[Any], wrong: Callable[[Any], bool]) -> NDArray[np.bool_]:
    cache: dict[Any, bool] = {}
    return np.fromiter((cache[v] if v in cache else cache.setdefault(v, wrong(v)) for v in values), bool, len(values))


def _modes(table: nw.DataFrame[Any], n: int, faults: _Faults) -> list[Any]:
    modes = _cells(table["mode"], faults, "mode") if "mode" in table.columns else [None] * n
    kinds = _cells(table["kind"], faults, "kind") if "kind" in table.columns else [None] * n
    return [m if _told(m) else _MODE_OF_KIND.get(str(k), m) for m, k in zip(modes, kinds, strict=True)]


def _resolve(values: list[Any], find: Callable[[Any], Any], faults: _Faults, field: str = "") -> list[Any]:
    """Look up each distinct value once."""
    cache: dict[Any, Any] = {}
    errors: dict[Any, str] = {}
    out = []
    for value in values:
        if value not in cache:
            try:
                cache[value] = find(value if isinstance(value, tuple) else str(value))
            except ForceflowError as error:
                cache[value] = None
                errors[value] = f"{field}: {error}" if field else str(error)
        out.append(cache[value])
    if errors:
        faults.add(_mask(values, lambda v: v in errors), lambda row: errors[values[row]])
    return out


def _moments(series: nw.Series[Any], faults: _Faults, field: str, *, may_lack: bool = False) -> NDArray[np.int64]:
    """Microseconds since 1970 UTC; `_NO_DAY` where there is none."""
    dtype = series.dtype
    if isinstance(dtype, nw.Datetime) or dtype == nw.Datetime:
        aware = series if getattr(dtype, "time_zone", None) else series.dt.replace_time_zone("UTC")
        stamps = aware.dt.timestamp("us")
        missing = stamps.is_null().to_numpy()
        values = stamps.fill_null(_NO_DAY).to_numpy().astype(np.int64)
        values[missing] = _NO_DAY
        beyond = ~missing & ((values < _FIRST) | (values > _LAST))
        faults.add(beyond, lambda row: f"{field}: lies beyond the years 1 to 9999")
        values[beyond] = _NO_DAY
    else:
        cache: dict[Any, int] = {}
        values = np.fromiter((_stamp(v, cache) for v in _cells(series, faults, field)), np.int64, len(series))
    if not may_lack:
        faults.add(values == _NO_DAY, lambda row: f"{field}: {_shown(series, row)} is not a date or a timestamp")
    return values


def _shown(series: nw.Series[Any], row: int) -> str:
    try:
        return f"{series[row]!r:.60}"
    except (ValueError, OverflowError):  # a moment that Python cannot hold
        return "it"


def _stamp(value: Any, cache: dict[Any, int]) -> int:
    if value in cache:
        return cache[value]
    moment: Any = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if isinstance(moment, dt.date) and not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    if not isinstance(moment, dt.datetime) or moment != moment:
        return cache.setdefault(value, _NO_DAY)
    try:
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # east of the first moment, or west of the last
        return cache.setdefault(value, _NO_DAY)
    return cache.setdefault(value, (moment - _EPOCH) // dt.timedelta(microseconds=1))


def _moment(microseconds: int | np.int64) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=int(microseconds))


def _day(microseconds: np.int64) -> str:
    return f"{_moment(microseconds):%Y-%m-%d}"


def _numbers(table: nw.DataFrame[Any], measure: str, n: int, faults: _Faults) -> list[Quantity | None]:
    """Quantities of one measure: from its own column of numbers or words, or from the model column where it tells,
    else from low, best, high.
    """
    if measure in table.columns:
        beside = [name for name in table.columns if name.startswith(f"{measure}_")]
        if beside:
            raise FrameError(f"the frame has both {measure} and {', '.join(beside)}; keep one of them")
        said = _cells(table[measure], faults, measure)
        told = _mask(said, _told)
        words = [v if t else None for v, t in zip(said, told, strict=True)]
        return _resolve(words, lambda value: _said(value, measure), faults, measure)
    if not any(name in table.columns for name in (f"{measure}_low", f"{measure}_model")):
        return [None] * n
    columns = {point: _floats(table, f"{measure}_{point}", n, faults) for point in ("low", "best", "high")}
    low, best, high = columns["low"], columns["best"], columns["high"]
    named = f"{measure}_model"
    models = _cells(table[named], faults, named) if named in table.columns else [None] * n
    modelled = _mask(models, _told)
    with np.errstate(invalid="ignore"):
        wrong = ~modelled & ((low > high) | (low > best) | (best > high) | (low < 0))
    faults.add(
        wrong,
        lambda row: f"{measure}: 0 <= low <= best <= high was wanted, got {low[row]:g}, {best[row]:g}, {high[row]:g}",
    )
    faults.add(
        ~modelled & np.isnan(low) & (~np.isnan(high) | ~np.isnan(best)),
        lambda row: f"{measure}_low is missing beside {measure}_best or {measure}_high; write 0 for 'up to'",
    )
    table_of = np.column_stack([np.nan_to_num(x, nan=-1.0, posinf=-1.0) for x in (low, best, high)])
    distinct, inverse = np.unique(table_of, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    refused = np.zeros(len(distinct), dtype=bool)
    reasons: dict[int, str] = {}
    made: list[Quantity | None] = []
    for number, key in enumerate(distinct):
        try:
            made.append(_quantity(*(None if v == -1.0 else float(v) for v in key), measure=measure))
        except ForceflowError as error:
            made.append(None)
            refused[number], reasons[number] = True, str(error)
    faults.add(~modelled & ~wrong & refused[inverse], lambda row: f"{measure}: {reasons[int(inverse[row])]}")
    out = [made[number] for number in inverse.tolist()]
    if modelled.any():
        read = _resolve([m if t else None for m, t in zip(models, modelled, strict=True)], _model, faults, measure)
        out = [model if told else plain for model, told, plain in zip(read, modelled, out, strict=True)]
    return out


def _said(text: str, measure: str) -> Quantity | None:
    if text == "None":
        return None
    if text.strip().lower() in _NO_NUMBER:
        return Quantity.nothing(text.strip(), unit=measure)
    try:
        number = float(text)
    except ValueError:
        return read_number(text, unit=measure)
    if not 0 <= number < float("inf"):
        raise FrameError(f"a number from 0 up was wanted, got {text}")
    return Quantity.exactly(number, unit=measure)


def _model(text: str) -> Quantity | None:
    return None if text == "None" else Quantity.from_json(text)


def _floats(table: nw.DataFrame[Any], name: str, n: int, faults: _Faults) -> NDArray[np.float64]:
    if name not in table.columns:
        return np.full(n, np.nan)
    series = table[name]
    if series.dtype.is_numeric():
        return np.array(series.cast(nw.Float64).to_numpy(), dtype=np.float64)
    found = _resolve(_cells(series, faults, name), _float, faults, name)
    return np.array([np.nan if number is None else number for number in found], dtype=np.float64)


def _float(text: str) -> float:
    if text == "None" or not text.strip() or text.strip().lower() in _NO_NUMBER:
        return math.nan
    try:
        return float(text)
    except ValueError:
        raise FrameError(f"{text!r:.40} is no number; words such as 'at least 3' go in a column without _low") from None


def _quantity(low: float | None, best: float | None, high: float | None, *, measure: str) -> Quantity | None:
    if low is None:
        return None
    if high is None:
        return Quantity.at_least(low, unit=measure) if low > 0 else Quantity.nothing("")
    if low == high:
        return Quantity.exactly(low, unit=measure)
    return Quantity.between(low, high, unit=measure) if best is None else Quantity(low, best, high, measure)
