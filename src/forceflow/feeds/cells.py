"""Cells of a table as numbers and texts, each that cannot be read an error with its row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from .origin import Origin
from .special_values import NO_NUMBER_WORDS, STATUS_WORDS, clean_texts, eta_text

__all__ = [
    "destination_times",
    "read_numbers",
    "read_ship_types",
    "read_statuses",
    "read_texts",
    "read_whole_numbers",
    "text_of",
]

_SHIP_TYPES: Final = {
    "wig": 20,
    "fishing": 30,
    "towing": 31,
    "towing long/wide": 32,
    "dredging": 33,
    "diving": 34,
    "military": 35,
    "sailing": 36,
    "pleasure": 37,
    "hsc": 40,
    "pilot": 50,
    "sar": 51,
    "tug": 52,
    "port tender": 53,
    "anti-pollution": 54,
    "law enforcement": 55,
    "medical": 58,
    "not party to conflict": 59,
    "passenger": 60,
    "cargo": 70,
    "tanker": 80,
    "other": 90,
}
"""Danish words of a ship's type; of the decades (60 to 90) they do not say the second digit."""


def text_of(column: pl.Series) -> pl.Series:
    """A column of texts, categories or anything that has texts."""
    if column.dtype == pl.String:
        return column
    return column.cast(pl.String)


def _is_text(column: pl.Series) -> bool:
    """Whether the cells are texts."""
    return column.dtype in (pl.String, pl.Categorical, pl.Enum)


def read_numbers(column: pl.Series, origin: Origin, *, decimal: str = ".") -> pl.Series:
    """Floats, with nulls for blanks, "Unknown" and NaN.

    Raises
    ------
    TracksError
        A cell is no number, or the column holds something else.
    """
    if _is_text(column):
        return _numbers_of_texts(text_of(column), origin, decimal)
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype == pl.Null or column.dtype.is_numeric():
        return column.cast(pl.Float64)
    raise origin.fault(f"the cells are of type {column.dtype}, not numbers", column=column.name)


def _numbers_of_texts(texts: pl.Series, origin: Origin, decimal: str) -> pl.Series:
    """Numbers that stand as texts."""
    plain = texts
    if decimal == ",":
        plain = texts.str.replace(",", ".", literal=True)
    values = plain.cast(pl.Float64, strict=False).fill_nan(None)

    def number(cell: str) -> float | None:
        if decimal == ",":
            cell = cell.replace(",", ".", 1)
        return _odd_number(cell)

    wanted = "numbers such as 5,5" if decimal == "," else "numbers such as 5.5"
    return _second_look(texts, values, number, origin, wanted)


def _second_look(
    texts: pl.Series,
    values: pl.Series,
    read: Callable[[str], Any],
    origin: Origin,
    wanted: str,
) -> pl.Series:
    """The cells that a cast could not read, read one by one, each kind of text once."""
    if values.null_count() == texts.null_count():
        return values
    failed = values.is_null() & texts.is_not_null()
    odd = texts.filter(failed)
    kinds = odd.unique()
    known: list[Any] = []
    for cell in kinds.to_list():
        try:
            known.append(read(cell))
        except ValueError:
            row = (texts == cell).arg_max() or 0
            hint = ""
            if "," in cell:
                hint = "; if that is a decimal comma, give a Layout with decimal=','"
            raise origin.fault(
                f"{cell!r} cannot be read; wanted {wanted}, or blank{hint}",
                row=row,
                column=texts.name,
            ) from None
    mended = odd.replace_strict(
        kinds, pl.Series(known, dtype=values.dtype), return_dtype=values.dtype
    )
    return values.clone().scatter(failed.arg_true(), mended)


def _odd_number(cell: str) -> float | None:
    """A number with blanks or quotes around it, or None for a word that means there is none."""
    bare = cell.strip(' \t\r"')
    if bare.lower() in NO_NUMBER_WORDS:
        return None
    value = float(bare)
    if value != value:
        return None
    return value


def read_whole_numbers(column: pl.Series, origin: Origin, *, prefix: str = "") -> pl.Series:
    """Whole numbers, such as an MMSI; a prefix ("IMO") is cut off.

    Raises
    ------
    TracksError
        A cell is no whole number.
    """
    if not _is_text(column):
        return _whole_of_numbers(read_numbers(column, origin), column, origin)
    texts = text_of(column)
    bare = texts
    if prefix:
        bare = texts.str.strip_prefix(prefix)
    values = bare.cast(pl.Int64, strict=False)

    def whole(cell: str) -> int | None:
        number = _odd_number(cell.strip(' "').removeprefix(prefix))
        if number is None:
            return None
        if not number.is_integer():
            raise ValueError
        return int(number)

    return _second_look(texts, values, whole, origin, "whole numbers of up to nine digits")


def _whole_of_numbers(numbers: pl.Series, column: pl.Series, origin: Origin) -> pl.Series:
    """Whole numbers of a column that a library made floats, as it has gaps."""
    if column.dtype.is_integer():
        return column.cast(pl.Int64)
    broken = numbers != numbers.floor()
    row = broken.arg_max()
    if row is not None and broken[row]:
        raise origin.fault(
            f"{numbers[row]!r} is no whole number; read the column as text or integer",
            row=row,
            column=column.name,
        )
    return numbers.cast(pl.Int64)


def read_texts(column: pl.Series) -> pl.Series:
    """Texts without padding, null where they say nothing."""
    texts = text_of(column)
    if texts.null_count() == len(texts):
        return texts
    return clean_texts(texts).alias(column.name)


def _mapped(column: pl.Series, read: Callable[[str], Any], dtype: pl.DataType) -> pl.Series:
    """Each kind of text read once."""
    kinds = column.unique().drop_nulls()
    known = pl.Series([read(cell) for cell in kinds.to_list()], dtype=dtype)
    if known.dtype == kinds.dtype and known.equals(kinds):
        return column
    return column.replace_strict(kinds, known, default=None, return_dtype=dtype)


def read_statuses(column: pl.Series, origin: Origin) -> pl.Series:
    """Words of navigational statuses, from codes or words."""
    if not _is_text(column):
        codes = read_whole_numbers(column, origin)
        return codes.replace_strict(STATUS_WORDS, default=None, return_dtype=pl.String)
    return _mapped(read_texts(column), _status_word, pl.String())


def _status_word(cell: str) -> str | None:
    """One spelling for each status: files write them in two languages' habits and in codes."""
    bare = cell.strip(' "')
    code = bare.removesuffix(".0")
    if code.isdecimal():
        return STATUS_WORDS.get(int(code))
    words = bare.lower()
    if words.startswith("restricted man"):
        return STATUS_WORDS[3]
    if words in ("not defined", "undefined", "default", "undefined (default)"):
        return None
    for known in STATUS_WORDS.values():
        if known is not None and known.lower() == words:
            return known
    return words


def read_ship_types(column: pl.Series, origin: Origin) -> pl.Series:
    """Codes of ship types, from codes or Danish words; null for a word that is none of them."""
    if not _is_text(column):
        return read_whole_numbers(column, origin)
    return _mapped(read_texts(column), _ship_type, pl.Int64())


def _ship_type(cell: str) -> int | None:
    """The code of a ship's type."""
    bare = cell.strip(' "').lower()
    code = bare.removesuffix(".0")
    if code.isdecimal():
        return int(code)
    return _SHIP_TYPES.get(bare)


def destination_times(column: pl.Series, unit: str, origin: Origin) -> pl.Series:
    """Estimated times of arrival as "12-31 18:30" (month, day, hour, minute): AIS carries no year.

    Parameters
    ----------
    column
        The cells.
    unit
        "packed" (four numbers in 20 bits), "day first" (31/12/2025 18:30:00), or "" for texts to be kept.
    origin
        Where they come from.
    """
    if unit == "packed":
        return _unpacked(read_whole_numbers(column, origin))
    texts = read_texts(column)
    if unit == "day first":
        pattern = r"^(\d\d)[/-](\d\d)[/-]\d{4} (\d\d)[:.](\d\d).*$"
        return texts.str.replace(pattern, "$2-$1 $3:$4")
    return texts


def _unpacked(packed: pl.Series) -> pl.Series:
    """Month, day, hour and minute from 4 + 5 + 5 + 6 bits, as a text."""
    kinds = packed.unique().drop_nulls()
    texts = pl.Series([_eta_of_bits(bits) for bits in kinds.to_list()], dtype=pl.String)
    return packed.replace_strict(kinds, texts, default=None, return_dtype=pl.String)


def _eta_of_bits(bits: int) -> str | None:
    """The text of one packed time of arrival."""
    return eta_text(bits >> 16 & 15, bits >> 11 & 31, bits >> 6 & 31, bits & 63)
