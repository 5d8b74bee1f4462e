"""A bar for long work, in a terminal or a notebook, and silence everywhere else."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

__all__ = ["progress"]

T = TypeVar("T")

_AFTER_S = 2.0
"""Work shorter than this shows nothing."""


def progress(steps: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """Hand the steps of long work on, and show how many are done once it has taken two seconds.

    The bar is drawn on stderr when that is a terminal, or in the notebook; it leaves nothing behind. An interrupt
    passes through it.

    Parameters
    ----------
    steps
        The steps, one at a time.
    total
        How many there are.
    label
        What is being worked out.
    """
    if not _is_watched(sys.stderr):
        yield from steps
        return
    bar = _find_bar()
    yield from bar(steps, total=total, desc=label, delay=_AFTER_S, leave=False, file=sys.stderr)


def _is_watched(stream: Any) -> bool:
    """Whether the bar would be seen: in a terminal, or in a notebook, whose stream of ipykernel is no terminal."""
    if type(stream).__name__ == "OutStream":
        return True
    return hasattr(stream, "isatty") and bool(stream.isatty())


def _find_bar() -> Any:
    """Find the widget of the notebook where it is installed, plain text otherwise."""
    with warnings.catch_warnings():
        # tqdm warns where ipywidgets are missing and falls back by itself.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm
    return tqdm
