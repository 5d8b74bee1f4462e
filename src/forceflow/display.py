"""How results are shown: as a table in a notebook, as one line for each thing at a prompt, and without arrays."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields, is_dataclass
from typing import Any, SupportsIndex, TypeVar, overload

__all__ = ["Listed", "brief", "fields_html"]

T_co = TypeVar("T_co", covariant=True)

_SHOWN = 20
"""How many things are shown before the rest is only counted."""


class Listed(tuple[T_co, ...]):
    """A tuple in every respect, but for how it is shown: the first things, and how many there are.

    A thing may choose the cells of its row with a method `_listed_` that returns text by column; of any other
    dataclass the fields are shown, and of the rest what `str` gives.

    Examples
    --------
    >>> three = Listed(("a", "b", "c"))
    >>> three == ("a", "b", "c"), three[1:]
    (True, (
      b
      c
    ))
    """

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> T_co: ...
    @overload
    def __getitem__(self, key: slice, /) -> Listed[T_co]: ...
    def __getitem__(self, key: Any, /) -> Any:
        item = super().__getitem__(key)
        if isinstance(key, slice):
            return Listed(item)
        return item

    def __repr__(self) -> str:
        if not self:
            return "()"
        lines = ["("]
        for item in self[:_SHOWN]:
            lines.append(f"  {item}")
        hidden = self._hidden_count(_SHOWN)
        if hidden:
            lines.append(f"  {hidden}")
        lines.append(")")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self, *, caption: str = "", shown: int = _SHOWN) -> str:
        """A table of the first `shown` things."""
        rows = [_row_cells(item) for item in self[:shown]]
        # The columns are those of all rows together, each once, in the order in which they first come.
        columns: dict[str, None] = {}
        for row in rows:
            columns.update(dict.fromkeys(row))
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
        body = "".join(_row_html(row, columns) for row in rows)
        table = f"<table>{_caption_html(caption)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + self._note_below(shown)

    def _note_below(self, shown: int) -> str:
        """The line under the table: how many things are not in it, or that there are none."""
        if not self:
            return "<p>none</p>"
        hidden = self._hidden_count(shown)
        if hidden:
            return f"<p>{hidden}</p>"
        return ""

    def _hidden_count(self, shown: int) -> str:
        """How many things come after the first `shown`, in words; empty when none do."""
        if len(self) <= shown:
            return ""
        return f"... and {len(self) - shown:,} more of {len(self):,}"


def _row_html(row: Mapping[str, str], columns: Iterable[str]) -> str:
    """One row of a table, with an empty cell for each column that the thing does not have."""
    cells = ""
    for name in columns:
        text = row.get(name, "")
        cells += f"<td>{html.escape(text)}</td>"
    return f"<tr>{cells}</tr>"


def _caption_html(caption: str) -> str:
    """Caption of a table, if there is one."""
    if not caption:
        return ""
    return f"<caption>{html.escape(caption)}</caption>"


def _row_cells(item: object) -> Mapping[str, str]:
    """Cells of one thing by column."""
    own_cells = getattr(item, "_listed_", None)
    if callable(own_cells):
        cells: Mapping[str, str] = own_cells()
        return cells
    if not is_dataclass(item) or isinstance(item, type):
        return {"": str(item)}
    return {_column_name(field): _cell_text(getattr(item, field.name)) for field in fields(item)}


def _column_name(field: Field[Any]) -> str:
    """Name of a field as a reader sees it."""
    return field.name.replace("_", " ")


def brief(thing: object) -> str:
    """What a prompt shows of a result: its type and the line it prints, and none of its arrays."""
    return f"<{type(thing).__name__}: {thing}>"


def fields_html(thing: Any, *, caption: str) -> str:
    """A table of the fields of a dataclass, without those that are None."""
    body = ""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if value is None:
            continue
        text = html.escape(_cell_text(value))
        body += f'<tr><th scope="row">{_column_name(field)}</th><td>{text}</td></tr>'
    return f"<table><caption>{html.escape(caption)}</caption><tbody>{body}</tbody></table>"


def _cell_text(value: object) -> str:
    """A value in the few words that fit into a cell."""
    if isinstance(value, float):
        return _short_number(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{_id_or_self(key)}: {_cell_text(part)}" for key, part in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(_cell_text, value))
    return str(_id_or_self(value))


def _short_number(value: float) -> str:
    """A number with three figures, or without decimals from a thousand on."""
    # From 999.5 on three figures would round to 1e+03.
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _id_or_self(thing: object) -> object:
    """The id of a place or a platform; anything else as it is."""
    return getattr(thing, "id", thing)
