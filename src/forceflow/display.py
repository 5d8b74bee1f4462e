"""How things show: tuples as a table in a notebook and one line for each thing at a prompt, and no arrays there."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, SupportsIndex, TypeVar, overload

__all__ = ["Listed", "brief", "fields_html"]

T_co = TypeVar("T_co", covariant=True)

_SHOWN = 20
"""How many things are shown before the rest is only counted."""


class Listed(tuple[T_co, ...]):
    """A tuple in every respect, but for how it is shown: the first things, and how many there are.

    A thing may say what stands in its row with a method `_listed_` that returns cells by column; of any other
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
        found = super().__getitem__(key)
        return Listed(found) if isinstance(key, slice) else found

    def __repr__(self) -> str:
        if not self:
            return "()"
        return "\n".join(["(", *(f"  {item}" for item in self[:_SHOWN]), *(f"  {r}" for r in self._rest(_SHOWN)), ")"])

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self, *, caption: str = "", shown: int = _SHOWN) -> str:
        """A table of the first `shown` things."""
        rows = [_row(item) for item in self[:shown]]
        names = list(dict.fromkeys(name for row in rows for name in row))
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
        cells = [[f"<td>{html.escape(row.get(name, ''))}</td>" for name in names] for row in rows]
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        above = f"<caption>{html.escape(caption)}</caption>" if caption else ""
        below = "".join(f"<p>{rest}</p>" for rest in self._rest(shown)) or ("" if self else "<p>none</p>")
        return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"

    def _rest(self, shown: int) -> Iterable[str]:
        if len(self) > shown:
            yield f"... and {len(self) - shown:,} more of {len(self):,}"


def _row(item: object) -> Mapping[str, str]:
    told = getattr(item, "_listed_", None)
    if callable(told):
        cells: Mapping[str, str] = told()
        return cells
    if is_dataclass(item) and not isinstance(item, type):
        return {field.name.replace("_", " "): _cell(getattr(item, field.name)) for field in fields(item)}
    return {"": str(item)}


def brief(thing: object) -> str:
    """What a prompt shows of a result: its type and the line it prints, and none of its arrays."""
    return f"<{type(thing).__name__}: {thing}>"


def fields_html(thing: Any, *, caption: str) -> str:
    """A table of the fields of a dataclass, those left out that are None."""
    told = [(field.name.replace("_", " "), getattr(thing, field.name)) for field in fields(thing)]
    rows = [(name, _cell(value)) for name, value in told if value is not None]
    body = "".join(f'<tr><th scope="row">{name}</th><td>{html.escape(text)}</td></tr>' for name, text in rows)
    return f"<table><caption>{html.escape(caption)}</caption><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{getattr(key, 'id', key)}: {_cell(part)}" for key, part in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(_cell, value))
    return str(getattr(value, "id", value))
