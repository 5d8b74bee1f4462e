"""After a run: ratios, memory and first calls as a table, on the terminal and in RESULTS.md."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

_PEERS = ("numpy", "numba", "scipy", "polars", "pandas", "simpy", "searoute", "scgraph")


def _rows(config: pytest.Config) -> list[tuple[str, dict[str, Any]]]:
    session: Any = getattr(config, "_benchmarksession", None)
    found = [(bench.name, dict(bench.extra_info)) for bench in getattr(session, "benchmarks", ())]
    return sorted((name, info) for name, info in found if info)


def _table(rows: list[tuple[str, dict[str, Any]]]) -> str:
    lines = ["| benchmark | measured |", "|---|---|"]
    for name, info in rows:
        told = "; ".join(f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in info.items())
        lines.append(f"| {name} | {told} |")
    return "\n".join(lines)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = _rows(config)
    if not rows:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(_table(rows))
    target = os.environ.get("FORCEFLOW_RESULTS")
    if target:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}"
        used = ", ".join(f"{name} {version(name)}" for name in _PEERS)
        Path(target).write_text(
            "# Benchmark results\n\nWritten by `make bench`. A ratio is the peer's time over ours, medians of runs in "
            f"turn in one process.\n\nMachine: {machine}. Versions: {used}.\n\n{_table(rows)}\n",
            encoding="utf-8",
        )
