"""Fixtures that several test files share; nothing here touches the network."""

from __future__ import annotations

import pytest

import forceflow as ff


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
