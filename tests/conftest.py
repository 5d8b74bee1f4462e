"""Fixtures that several test files share; nothing here touches the network."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

import forceflow as ff

# The same examples in every run: a red run is about the change it tests. FORCEFLOW_FUZZ=2000 looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile("new" if "FORCEFLOW_FUZZ" in os.environ else "same")


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
