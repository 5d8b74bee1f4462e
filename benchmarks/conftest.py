"""A quick run keeps the first case of each benchmark; `forceflow bench --quick` asks for it."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not os.environ.get("FORCEFLOW_BENCH_QUICK"):
        return
    seen: set[str] = set()
    later = [
        item for item in items if (name := item.nodeid.split("[")[0]) in seen or seen.add(name)
    ]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if item not in later]
