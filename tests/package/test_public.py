"""The public face: names, light import, the session of the README."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest

import forceflow as ff
from cases import ROOT

HEAVY = (
    "pandas",
    "polars",
    "pyarrow",
    "matplotlib",
    "scipy",
    "numba",
    "numpy",
    "pydantic",
    "pyproj",
)


def test_import_is_light() -> None:
    code = f"import sys, forceflow; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert loaded.strip() == "[]"


def test_every_public_name_loads_and_is_listed() -> None:
    assert list(ff.__all__) == sorted(ff.__all__)
    assert set(ff.__all__) < set(dir(ff))
    for name in dir(ff):
        assert getattr(ff, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Qantity'"):
        _ = ff.Qantity  # type: ignore[attr-defined]


def subjects() -> list[str]:
    return sorted(set(dir(ff)) - set(ff.__all__))


@pytest.mark.parametrize("subject", subjects())
def test_a_subject_lists_its_names_and_the_top_says_where_they_are(subject: str) -> None:
    module = getattr(ff, subject)
    assert isinstance(module, ModuleType)
    for name in module.__all__:
        assert getattr(module, name) is not None
        if name in dir(ff):
            assert getattr(ff, name) is getattr(module, name)
        else:
            with pytest.raises(AttributeError, match=rf"use ff\.\w+\.{name}$"):
                getattr(ff, name)


def test_the_session_names_are_at_the_top() -> None:
    session = """AirBridge Detection Quantity SeaBridge airlift_capacity backtest convoy_march estimate_rate
    estimate_tonnage estimate_withdrawal explain find_place find_platform from_frame load_reports merge_claims plot
    read_reports route sealift_capacity simulate_airlift to_frame write_report"""
    assert set(session.split()) <= set(ff.__all__)
    assert 45 <= len(ff.__all__) <= 56


def modules() -> list[str]:
    return [m.name for m in pkgutil.walk_packages(ff.__path__, "forceflow.")]


@pytest.mark.parametrize("name", modules())
def test_docstring_examples_run(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    plt.close("all")
    assert failed == 0
    for public in getattr(module, "__all__", ()):
        thing = getattr(module, public)
        if inspect.isclass(thing) or inspect.isroutine(thing):
            assert inspect.getdoc(thing), f"{name}.{public} has no docstring"


def test_the_readme_session_runs(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    session = readme.split("```python\n", 1)[1].split("```", 1)[0]
    assert 10 <= len([line for line in session.splitlines() if line.strip()]) <= 30
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(session, "README.md", "exec"), names)
    plt.close("all")
    assert names["moved"].total.low > 0
    assert 0 < names["left"].stall_probability < 1
