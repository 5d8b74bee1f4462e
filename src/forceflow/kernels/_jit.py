"""The one place where compile options are chosen; `njit` is used nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import njit
from numba.core import event

from ._disk_cache import keep_on_disk

__all__ = ["NOTICE", "hush", "kernel"]

P = ParamSpec("P")
R = TypeVar("R")

NOTICE = "forceflow: compiling kernels once (about 5 s each kind of estimate); `forceflow warmup` does it ahead"
"""Printed once in a session at a terminal, when machine code has to be made because none is on disk."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` on its first call, keep the machine code on disk, let threads run beside it.

    Division follows numpy (no exception), and there is no fastmath, so NaN behaves as written.
    """
    compiled: Any = njit(nogil=True, error_model="numpy")(function)
    keep_on_disk(compiled, function)
    return compiled  # type: ignore[no-any-return]


class _Notice(event.Listener):
    """Prints one notice at the first compilation of ours that is not cached."""

    def __init__(self) -> None:
        self.said = False

    def on_start(self, event: Any) -> None:
        ours = event.data["dispatcher"].py_func.__module__.startswith("forceflow.")
        if ours and not self.said and _is_watched():
            self.said = True
            print(NOTICE, file=sys.stderr, flush=True)

    def on_end(self, event: Any) -> None:
        """Nothing to say."""


def _is_watched() -> bool:
    """Whether errors go to a terminal or a notebook."""
    return sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)


def hush() -> None:
    """Say nothing of compilation in this session: somebody else does."""
    _NOTICE.said = True


_NOTICE = _Notice()
_register: Any = event.register
_register("numba:compile", _NOTICE)
