"""Wrong arguments of a report are refused before anything is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import forceflow as ff
from forceflow.cli import app
from forceflow.errors import ForceflowError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", "soon"), ("as_of", pd.NaT), ("as_of", float("nan")), ("as_of", 20210828), ("as_of", ""),
        ("stall", 1.5), ("stall", "often"), ("stock_t", -5), ("stock_t", 0), ("stock_t", "500 people"),
        ("floor_t", -1), ("coverage", 1.5), ("draws", 0), ("bridge", "Hmeimim"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused_and_nothing_is_written(
    events: tuple[ff.FlowEvent, ...], tmp_path: Path, name: str, value: Any
) -> None:
    given: dict[str, Any] = {"stock_t": 1_000, "draws": 100, name: value}
    with pytest.raises(ForceflowError, match=name if name != "bridge" else "AirBridge"):
        ff.write_report(events, tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()


def test_the_command_line_refuses_a_wrong_day(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["report", "syria-2024", "--out", str(out), "--as-of", "soon"])
    assert done.exit_code == 2
    assert "soon" in done.output
    assert not out.exists()
