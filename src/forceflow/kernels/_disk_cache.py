"""Machine code on disk, kept apart for each build of the kernels.

Numba notices a change of the file in which a kernel is written, but not of the other kernels that are compiled into
it. Here the name of each file of machine code holds a hash of all kernel sources, so that a changed package never
reads what an older one left behind.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import caching

__all__ = ["NOT_KEPT", "keep_on_disk", "sources_hash"]

NOT_KEPT = (
    "forceflow: no folder for compiled kernels can be written, so they are compiled again in each session; "
    "set NUMBA_CACHE_DIR to a folder that can be written"
)
"""Printed once in a session, on standard error, when machine code could not be kept."""

# Numba's classes carry no types.
_Cache: Any = caching.FunctionCache
_Files: Any = caching.CompileResultCacheImpl


@cache
def sources_hash() -> str:
    """Hash of the text of all kernels and of the versions of what compiles them; empty where there is no text."""
    texts = sorted(
        (file.name, file) for file in files(__package__).iterdir() if file.name.endswith(".py")
    )
    if not texts:
        return ""
    found = hashlib.blake2b(
        f"{numba.__version__} {llvmlite.__version__} {np.__version__}".encode(), digest_size=8
    )
    for name, file in texts:
        found.update(f"\0{name}\0".encode() + file.read_bytes())
    return found.hexdigest()


class _FilesOfBuild(_Files):  # type: ignore[misc]
    """Names of the files of one kernel: those that numba gives, and the hash."""

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        base = super().get_filename_base(fullname, abiflags)
        return f"{base}.{sources_hash()}"


class _CacheOfBuild(_Cache):  # type: ignore[misc]
    """The files of one kernel. What cannot be read is compiled again; what cannot be written is not kept."""

    _impl_class = _FilesOfBuild

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Machine code for a signature, or None where it must be compiled."""
        try:
            found = super().load_overload(sig, target_context)
        except (
            Exception
        ):  # a file cut short, or written by something else: pickle raises nearly anything
            with suppress(OSError):
                self.flush()
            return None
        # Two processes that save at once may leave a file under the name of another signature.
        same = found is not None and tuple(found.signature.args) == tuple(sig)
        return found if same else None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep machine code, and remove what other builds of the same kernel left."""
        try:
            super().save_overload(sig, data)
        except OSError:
            _say_not_kept()
            return
        base = self._impl.filename_base
        kernel, _, build = base.rpartition(".")
        name, _, rest = kernel.rpartition("-")
        python = rest.partition(".")[2]
        for old in Path(self.cache_path).glob(f"{name}-*.{python}.*"):
            if f".{build}." not in old.name:
                with suppress(OSError):
                    old.unlink()


def keep_on_disk(compiled: Any, function: Callable[..., Any]) -> None:
    """Let a compiled function read and write its machine code on disk; without a folder it is not kept."""
    if not hasattr(compiled, "enable_caching") or not sources_hash():
        return  # nothing is compiled (NUMBA_DISABLE_JIT), or no text of the kernels tells one build from another
    try:
        compiled._cache = _CacheOfBuild(function)
    except RuntimeError:  # numba found no folder that it may write
        _say_not_kept()


@cache
def _say_not_kept() -> None:
    """Print once that machine code is not kept."""
    if sys.stderr is not None:
        print(NOT_KEPT, file=sys.stderr, flush=True)
