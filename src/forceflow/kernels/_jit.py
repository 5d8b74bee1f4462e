"""The one place where compile options are chosen; nobody writes `njit` elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` on its first call, keep the machine code on disk, let threads run beside it.

    Division follows numpy (no exception), and there is no fastmath, so NaN behaves as written.
    """
    compiled: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled  # type: ignore[no-any-return]
