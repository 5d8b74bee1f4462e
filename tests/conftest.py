"""Fixtures that several test files share; nothing here touches the network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import forceflow as ff

ROOT = Path(__file__).resolve().parent.parent
CASES: dict[str, Any] = {
    case["id"]: case for case in json.loads((ROOT / "tests" / "reference_cases.json").read_text())["cases"]
}
"""Published and computed figures by id: inputs, outputs, tolerances, source."""


@pytest.fixture(scope="session")
def reports() -> tuple[ff.Report, ...]:
    return ff.load_reports("syria-2024")


@pytest.fixture(scope="session")
def events(reports: tuple[ff.Report, ...]) -> tuple[ff.FlowEvent, ...]:
    return ff.merge_claims(reports)


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def backend(request: pytest.FixtureRequest) -> str:
    """Every frame library that people bring."""
    return str(request.param)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Any:
    return CASES[request.param]
