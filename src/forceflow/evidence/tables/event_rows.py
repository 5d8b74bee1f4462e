"""Checking the rows of an event frame, column by column: a million rows in seconds, every fault with its row."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from ...blanks import is_blank, is_missing
from ...errors import ForceflowError, FrameError, QuantityError
from ...quantity import Quantity
from ...quantity.entered import plain_number
from ...world import (
    Place,
    Platform,
    direction,
    find_end,
    find_place,
    read_theatre,
)
from ..events import EVENT_OF_MODE
from ..platform_names import moving_ids, platform_ids
from ..reports import read_number
from .columns import Faults, cells_of, mask, moment_of, numbers_if_plain, yes_or_no
from .windows import known_from, windows

__all__ = ["MEASURES", "SEPARATOR", "Rows", "by_id", "check_rows", "number_of"]

SEPARATOR = " | "
"""Between the texts of a cell that holds several."""

MEASURES = ("movements", "vehicles", "personnel", "tonnes")
"""What a frame may count."""

_MODE_OF_KIND = {cls.kind: mode for mode, cls in EVENT_OF_MODE.items()}
_TOTALS = frozenset(("total", "totals", "sum", "grand total", "subtotal", "sub-total", "overall"))
"""What heads a row that adds up the others; read as an event it would count everything twice."""
_WHAT = ("event_id", "mode", "kind", "platform", "origin", "destination", "start")
_MOST = 1e9
"""Most movements, vehicles, people or tonnes of a row: above it a magnitude was misread, or the wrong column taken."""


class Rows:
    """Checked columns of an event frame; plain lists of equal length.

    Parameters
    ----------
    columns
        Every column of the frame that events know, by name, with places, platforms, moments and quantities resolved.
    length
        How many rows.
    is_directed
        Whether the theatre gave any of them its direction.
    """

    def __init__(
        self, columns: Mapping[str, list[Any]], length: int, *, is_directed: bool = False
    ) -> None:
        self.columns = columns
        self.length = length
        self.is_directed = is_directed
        self._absent: list[Any] = [None] * length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns.get(name, self._absent)


def check_rows(
    table: nw.DataFrame[Any],
    *,
    theatre: str | Collection[str],
    stop_inclusive: bool = False,
    dayfirst: bool | None = None,
) -> Rows:
    """Resolve and check all columns; without `stop` an event lasts as long as its `start` was printed to.

    Without `event_id`, rows are named by their number.

    Raises
    ------
    FrameError
        Rows are wrong; says how many and names the first ten.
    """
    n = len(table)
    ids, faults = _ids(table, n)
    out: dict[str, list[Any]] = {"event_id": [str(name) for name in ids]}
    out["mode"] = _modes(table, n, faults)
    places = _ends(table, out["mode"], faults)
    for name, found in places.items():
        out[name] = [place.id if place else None for place in found]
    out["platform"] = _platforms(table, out["mode"], faults)
    starts, stops = windows(table, faults, stop_inclusive=stop_inclusive, dayfirst=dayfirst)
    for measure in MEASURES:
        out[measure] = _numbers(table, measure, n, faults)
    out["direction"], is_directed = _directions(table, places, theatre, faults)
    if "known_from" in table.columns:
        out["known_from"] = known_from(table["known_from"], faults, dayfirst=dayfirst)
    for name in ("title", "cargo"):
        if name in table.columns:
            out[name] = [
                "" if is_missing(v) else str(v) for v in cells_of(table[name], faults, name)
            ]
    if "is_stream" in table.columns:
        said = cells_of(table["is_stream"], faults, "is_stream")
        out["is_stream"] = _resolve(said, yes_or_no, faults, "is_stream", as_it_is=True)
    claims = out["claims"] = _lists(table, "claims", faults, coded=[True] * n)
    for name in ("via", "related", "sources", "roots", "conflicts"):
        out[name] = _lists(table, name, faults, coded=claims)
    out["caveats"] = _lists(
        table, "caveats", faults, coded=[True] * n
    )  # whole sentences, which hold a ";"
    if "claims_known_from" in table.columns:
        out["claims_known_from"] = _moments(table, claims, faults)
    out["via"] = _resolve(
        out["via"], lambda names: tuple(find_place(v).id for v in names), faults, "via"
    )
    if "roots" not in table.columns:
        out["roots"] = [
            () if coded else said for coded, said in zip(claims, out["sources"], strict=True)
        ]
    faults.raise_if_any()
    out["start"], out["stop"] = [moment_of(v) for v in starts], [moment_of(v) for v in stops]
    return Rows(out, n, is_directed=is_directed)


def _ids(table: nw.DataFrame[Any], n: int) -> tuple[list[Any], Faults]:
    """Names of the rows, each once, and where their faults are kept."""
    if "event_id" in table.columns:
        faults = Faults([str(name) for name in table["event_id"].to_list()])
        ids = cells_of(table["event_id"], faults, "event_id")
    else:
        ids = [f"row {row}" for row in range(n)]
        faults = Faults(ids)
    _no_events(table, faults)
    faults.add(mask(ids, is_blank), lambda row: "has no event_id")
    seen: set[Any] = set()
    doubled = np.zeros(n, dtype=bool)
    for row, name in enumerate(ids):
        doubled[row] = name in seen
        seen.add(name)
    faults.add(doubled, lambda row: "its event_id stands twice")
    return ids, faults


def _ends(
    table: nw.DataFrame[Any], modes: Sequence[Any], faults: Faults
) -> dict[str, list[Place | None]]:
    """Origin and destination of each row; None where one is blank or unknown."""
    places: dict[str, list[Place | None]] = {}
    for name in ("origin", "destination"):
        cells = by_id(cells_of(table[name], faults, name))
        blank = mask(cells, is_blank)
        faults.add_blank(blank, name)
        pairs = [
            None if empty else (str(v), m) for v, m, empty in zip(cells, modes, blank, strict=True)
        ]
        places[name] = _resolve(pairs, lambda pair: find_end(*pair), faults, name)
    origins, destinations = places["origin"], places["destination"]
    still = [
        a is not None and b is not None and a.id == b.id and (mode == "air" or a.kind != "region")
        for a, b, mode in zip(origins, destinations, modes, strict=True)
    ]
    faults.add(
        np.array(still, dtype=bool),
        lambda row: (
            f"origin and destination are both {getattr(origins[row], 'id', '')}; a movement goes from one "
            "place to another"
        ),
    )
    return places


def _platforms(table: nw.DataFrame[Any], modes: Sequence[Any], faults: Faults) -> list[Any]:
    """Ids of the platforms of each row; a placeholder such as "unknown" is the general one of its mode."""
    cells = by_id(cells_of(table["platform"], faults, "platform"))
    empty = mask(cells, lambda v: is_missing(v) or not str(v).strip())
    faults.add_blank(empty, "platform")
    pairs = [
        None if none else (str(v), mode) for v, mode, none in zip(cells, modes, empty, strict=True)
    ]
    return _resolve(
        pairs,
        lambda pair: " + ".join((moving_ids if pair[1] in EVENT_OF_MODE else platform_ids)(*pair)),
        faults,
    )


def _directions(
    table: nw.DataFrame[Any],
    places: Mapping[str, Sequence[Place | None]],
    theatre: str | Collection[str],
    faults: Faults,
) -> tuple[list[Any], bool]:
    """The direction of each row as given, else from its ends and the theatre; and whether the theatre was needed."""
    n = len(table)
    read_theatre(theatre)  # refused even where every row has a direction of its own
    given = (
        cells_of(table["direction"], faults, "direction")
        if "direction" in table.columns
        else [None] * n
    )
    given = [None if is_blank(v) else v.strip().lower() if isinstance(v, str) else v for v in given]
    way: dict[tuple[str, str], str] = {}
    for row in range(n):
        a, b = places["origin"][row], places["destination"][row]
        if given[row] is None and a is not None and b is not None:
            if (a.id, b.id) not in way:
                way[a.id, b.id] = direction(a, b, theatre)
            given[row] = way[a.id, b.id]
    ways = ("outbound", "inbound", "internal", "external")
    faults.add(
        mask(given, lambda v: v is not None and v not in ways),
        lambda row: f"direction {given[row]!r} is none of {', '.join(ways)}",
    )
    return given, bool(way)


def by_id(values: Iterable[Any]) -> list[Any]:
    """Places and platforms by their ids, and all else as it is."""
    return [v.id if isinstance(v, Place | Platform) else v for v in values]


def _lists(
    table: nw.DataFrame[Any], name: str, faults: Faults, *, coded: Sequence[object]
) -> list[tuple[str, ...]]:
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
            out[row] = () if wrong[row] else tuple(part for part in several if not is_blank(part))
        elif isinstance(value, str):
            by_hand = ";" in value and not coded[row] and SEPARATOR not in value
            parts = tuple(part.strip() for part in value.split(";")) if by_hand else _parted(value)
            out[row] = tuple(part for part in parts if not is_blank(part))
        elif isinstance(value, Hashable) and not isinstance(value, bytes):
            out[row] = (
                ()
                if is_blank(value)
                else (f"{value:g}" if isinstance(value, float) else str(value),)
            )
        else:
            wrong[row] = True
    faults.add(
        wrong, lambda row: f"{name}: a text or a list of texts was wanted, got {values[row]!r:.40}"
    )
    return out


def _moments(
    table: nw.DataFrame[Any], claims: Sequence[Sequence[str]], faults: Faults
) -> list[Any]:
    """When each claim of a row was public, as `to_frame` writes it."""
    name = "claims_known_from"
    texts = _lists(table, name, faults, coded=claims)
    found = _resolve(texts, lambda parts: tuple(_moment(part) for part in parts), faults, name)
    wrong = [bool(f) and len(f) != len(c) for f, c in zip(found, claims, strict=True)]
    faults.add(
        np.array(wrong, dtype=bool),
        lambda row: (
            f"{name}: one moment for each of the {len(claims[row])} claims was wanted, got {len(texts[row])}"
        ),
    )
    return found


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise FrameError(f"{text!r:.40} is no moment; write 2025-01-31T00:00:00+00:00") from None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


@lru_cache(maxsize=8192)
def _parted(text: str) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR))


def _modes(table: nw.DataFrame[Any], n: int, faults: Faults) -> list[Any]:
    modes = cells_of(table["mode"], faults, "mode") if "mode" in table.columns else [None] * n
    kinds = cells_of(table["kind"], faults, "kind") if "kind" in table.columns else [None] * n
    blank = mask(modes, is_blank) & mask(kinds, is_blank)
    faults.add_blank(blank, "mode")
    found = [_mode(k, m) if is_blank(m) else _mode(m) for m, k in zip(modes, kinds, strict=True)]
    known = ", ".join(EVENT_OF_MODE)
    faults.add(
        ~blank & mask(found, lambda v: v not in EVENT_OF_MODE),
        lambda row: f"mode {found[row]!r} is none of {known}",
    )
    return found


@lru_cache(maxsize=1024)
def _mode(said: Any, *otherwise: Any) -> Any:
    """A mode from itself or from the kind that moves so ("Sea", "convoy"); what is neither comes back as it is."""
    word = str(said).strip().lower()
    return word if word in EVENT_OF_MODE else _MODE_OF_KIND.get(word, *(otherwise or (said,)))


def _total_row(name: str, cells: Sequence[Any]) -> Callable[[int], str]:
    return lambda row: (
        f"{name} {cells[row]!r}: looks like the total of the other rows; leave it out"
    )


def _no_events(table: nw.DataFrame[Any], faults: Faults) -> None:
    """Name rows that add up the others, and rows in which nothing stands."""
    texts = [
        name for name in _WHAT if name in table.columns and not table[name].dtype.is_temporal()
    ]
    empty = np.ones(len(table), dtype=bool)
    for name in texts:
        cells = cells_of(table[name], faults, name)
        empty &= mask(cells, is_blank) | (name == "event_id")
        faults.add(
            mask(cells, lambda v: isinstance(v, str) and v.strip().lower().rstrip(":") in _TOTALS),
            _total_row(name, cells),
        )
    faults.add(
        empty & (len(texts) > 1),
        lambda row: (
            f"nothing stands in {', '.join(texts[texts[0] == 'event_id' :])}; leave an empty row or a total out"
        ),
    )


def _resolve(
    values: list[Any],
    find: Callable[[Any], Any],
    faults: Faults,
    field: str = "",
    *,
    as_it_is: bool = False,
) -> list[Any]:
    """Look up each distinct value once, by its text unless `as_it_is`."""
    cache: dict[Any, Any] = {}
    errors: dict[Any, str] = {}
    out: list[Any] = []
    for value in values:
        if value is None:
            out.append(None)
            continue
        if value not in cache:
            try:
                cache[value] = find(value if as_it_is or isinstance(value, tuple) else str(value))
            except ForceflowError as error:
                cache[value] = None
                errors[value] = f"{field}: {error}" if field else str(error)
        out.append(cache[value])
    if errors:
        faults.add(mask(values, lambda v: v in errors), lambda row: errors[values[row]])
    return out


def _numbers(
    table: nw.DataFrame[Any], measure: str, n: int, faults: Faults
) -> list[Quantity | None]:
    """Quantities of one measure: from its own column of numbers or words, or from the model column where it tells,
    else from low, best, high.
    """
    if measure in table.columns:
        beside = [name for name in table.columns if name.startswith(f"{measure}_")]
        if beside:
            raise FrameError(
                f"the frame has both {measure} and {', '.join(beside)}; keep one of them"
            )
        said = cells_of(numbers_if_plain(table[measure]), faults, measure)
        words = [None if is_missing(v) or not str(v).strip() else v for v in said]
        return _resolve(
            words, lambda value: number_of(value, measure), faults, measure, as_it_is=True
        )
    if not any(name in table.columns for name in (f"{measure}_low", f"{measure}_model")):
        return [None] * n
    named = f"{measure}_model"
    models = cells_of(table[named], faults, named) if named in table.columns else [None] * n
    modelled = ~mask(models, is_blank)
    low, best, high = (
        _floats(table, f"{measure}_{point}", modelled, faults) for point in ("low", "best", "high")
    )
    with np.errstate(invalid="ignore"):
        wrong = ~modelled & ((low > high) | (low > best) | (best > high) | (low < 0))
    faults.add(
        wrong,
        lambda row: (
            f"{measure}: 0 <= low <= best <= high was wanted, got {low[row]:g}, {best[row]:g}, {high[row]:g}"
        ),
    )
    faults.add(
        ~modelled & (np.isinf(low) | np.isinf(best)),
        lambda row: (
            f"{measure}: only the upper end may be open, got {low[row]:g}, {best[row]:g}, {high[row]:g}"
        ),
    )
    faults.add(
        ~modelled & np.isnan(low) & (~np.isnan(high) | ~np.isnan(best)),
        lambda row: (
            f"{measure}_low is missing beside {measure}_best or {measure}_high; write 0 for 'up to'"
        ),
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
    faults.add(
        ~modelled & ~wrong & refused[inverse],
        lambda row: f"{measure}: {reasons[int(inverse[row])]}",
    )
    out = [made[number] for number in inverse.tolist()]
    if modelled.any():
        read = _resolve(
            [m if t else None for m, t in zip(models, modelled, strict=True)],
            _model,
            faults,
            measure,
        )
        out = [
            model if told else plain for model, told, plain in zip(read, modelled, out, strict=True)
        ]
    return out


def number_of(value: Any, measure: str) -> Quantity | None:
    """A cell of numbers or words; a blank one has no content, and keeps its words ("n/a")."""
    if is_blank(value):
        return Quantity.nothing(str(value).strip(), unit=measure)
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        if not 0 <= float(value) < math.inf:
            raise FrameError(f"a number from 0 up was wanted, got {float(value):g}")
        number = Quantity.exactly(float(value), unit=measure)
    else:
        number = _in_words(str(value), measure)
    if number.has_content and number.best > _MOST:
        raise FrameError(f"{number} in one row is more than there can be; at most {_MOST:,.0f}")
    return number


def _in_words(text: str, measure: str) -> Quantity:
    """A cell of text; of a plain number the same quantity as of a column of numbers."""
    number = read_number(text, unit=measure, round_numbers="exact")
    bare = number.family == "point" and plain_number(text) is not None
    return Quantity.exactly(number.best, unit=measure) if bare else number


def _model(text: str) -> Quantity | None:
    return None if text == "None" else Quantity.from_json(text)


def _floats(
    table: nw.DataFrame[Any], name: str, modelled: NDArray[np.bool_], faults: Faults
) -> NDArray[np.float64]:
    """Low, best or high ends; a text beside a model is not read, for the model says all."""
    if name not in table.columns:
        return np.full(len(modelled), np.nan)
    series = numbers_if_plain(table[name])
    if series.dtype.is_numeric():
        return np.array(series.cast(nw.Float64).to_numpy(), dtype=np.float64)
    measure = name.rpartition("_")[0]
    cells = [
        None if told else v
        for v, told in zip(cells_of(series, faults, name), modelled, strict=True)
    ]
    found = _resolve(cells, lambda v: _float(v, measure), faults, name, as_it_is=True)
    return np.array([np.nan if number is None else number for number in found], dtype=np.float64)


def _float(value: Any, measure: str) -> float:
    """A number of a column of low, best or high ends, as text."""
    if is_blank(value):
        return math.nan
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        return float(value)
    text = str(value).strip()
    if text.lower() in ("inf", "infinity"):
        return math.inf
    try:
        number = read_number(text, unit=measure, round_numbers="exact")
    except QuantityError as error:
        if str(error).startswith(repr(text)):
            raise
        number = Quantity.nothing(text)
    if number.family != "point":
        raise FrameError(
            f"{text!r:.40} is no number; words such as 'at least 3' go in a column without _low"
        )
    return number.best


def _quantity(
    low: float | None, best: float | None, high: float | None, *, measure: str
) -> Quantity | None:
    if low is None:
        return None
    if high is None:
        return Quantity.at_least(low, unit=measure) if low > 0 else Quantity.nothing("")
    if low == high:
        return Quantity.exactly(low, unit=measure)
    return (
        Quantity.between(low, high, unit=measure)
        if best is None
        else Quantity(low, best, high, measure)
    )
