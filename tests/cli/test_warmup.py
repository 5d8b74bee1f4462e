"""Compiling ahead, and the one line that says why the first answer is slow."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import config

from forceflow.cli.warmup import warm_up
from forceflow.kernels import _jit

JIT = not vars(config)["DISABLE_JIT"]


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_jit._NOTICE, "said", False)
    monkeypatch.setattr(config, "CACHE_DIR", "")  # and put back afterwards


def compile_something(module: str, cache: Path) -> None:
    """Compile a function anew, as one of `module`; the folder for its machine code is empty."""

    def add_one(x: float) -> float:
        return x + 1.0

    add_one.__module__ = module
    setattr(config, "CACHE_DIR", str(cache))  # noqa: B010
    assert _jit.kernel(add_one)(1.0) == 2.0


@pytest.mark.usefixtures("unsaid")
def test_whoever_watches_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    compile_something("somebody.elses", tmp_path / "0")
    assert screen.getvalue() == ""
    compile_something("forceflow.kernels.test", tmp_path / "1")
    compile_something("forceflow.kernels.test", tmp_path / "2")
    assert screen.getvalue() == (f"{_jit.NOTICE}\n" if JIT else "")


@pytest.mark.usefixtures("unsaid")
@pytest.mark.parametrize("notebook", [False, True])
def test_a_file_is_told_nothing_and_a_notebook_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, notebook: bool
) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    if notebook:
        monkeypatch.setitem(sys.modules, "ipykernel", np)
    compile_something("forceflow.kernels.test", tmp_path)
    assert (file.getvalue() != "") == (notebook and JIT)


def test_all_families_are_warmed_up_in_silence(
    monkeypatch: pytest.MonkeyPatch, unsaid: Any
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    taken = warm_up()
    assert set(taken) == {"tonnage", "rates", "routes", "queues", "simulation"}
    assert all(seconds > 0 for seconds in taken.values())
    assert screen.getvalue() == ""


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_warming_up_leaves_nothing_to_compile() -> None:
    """After it, a first estimate of the record, in another process, reads all its machine code from the disk."""
    warm_up()
    code = (
        "from numba.core import event\n"
        "made = []\n"
        "class Seen(event.Listener):\n"
        "    def on_start(self, e): made.append(e.data['dispatcher'].py_func.__name__)\n"
        "    def on_end(self, e): pass\n"
        "event.register('numba:compile', Seen())\n"
        "import forceflow as ff\n"
        "events = ff.merge_claims(ff.load_reports('syria-2024'))\n"
        "ff.estimate_tonnage(events, by='mode', draws=200, seed=7)\n"
        "ff.estimate_rate(events, draws=200, seed=7)\n"
        "print(made)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ}
    )
    assert ran.stdout.strip() == "[]"
