"""Every notebook in examples: small, without stored outputs or machine paths, and with a seed where it draws."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cases import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
LARGEST_BYTES = 24_000
DRAWING = (
    "airlift_capacity backtest compare convoy_march cycle_capacity estimate_rate estimate_tonnage estimate_withdrawal "
    "forecast sealift_capacity simulate_airlift simulate_sealift"
).split()
"""Functions whose answer hangs on a seed."""

_PATH = re.compile(
    r"""(?<![\w:/.])(?:/(?:home|root|Users|tmp|work|opt|usr|var|mnt)/|[A-Za-z]:\\\\?\w|~/|file://)"""
)
_DRAWS = re.compile(rf"\b(?:{'|'.join(DRAWING)})\(")
_SEED = re.compile(r"\bseed=(?:\d+|SEED\b)")


def cells(path: Path) -> list[dict[str, Any]]:
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    return list(book["cells"])


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def calls(code: str) -> list[str]:
    """Each call of a drawing function, from its name to the bracket that closes it."""
    found = []
    for match in _DRAWS.finditer(code):
        depth = 0
        for at in range(match.end() - 1, len(code)):
            depth += (code[at] in "([{") - (code[at] in ")]}")
            if depth == 0:
                break
        found.append(code[match.start() : at + 1])
    return found


def test_there_are_notebooks() -> None:
    names = {path.stem for path in NOTEBOOKS}
    assert {
        "how_much_left_syria",
        "was_russia_leaving_syria",
        "quickstart_pandas",
        "quickstart_polars",
    } <= names
    assert {"kabul_airlift_2021", "black_sea_grain_ships", "french_exit_niger_2023"} <= names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.stem))
class TestNotebook:
    def test_it_is_small(self, path: Path) -> None:
        assert path.stat().st_size <= LARGEST_BYTES

    def test_nothing_it_printed_is_stored(self, path: Path) -> None:
        for cell in cells(path):
            if cell["cell_type"] == "code":
                assert cell["outputs"] == [], cell["id"]
                assert cell["execution_count"] is None, cell["id"]
            assert "attachments" not in cell, cell["id"]

    def test_it_names_no_path_of_a_machine(self, path: Path) -> None:
        assert _PATH.findall(path.read_text(encoding="utf-8")) == []

    def test_it_opens_with_a_title(self, path: Path) -> None:
        first = cells(path)[0]
        assert first["cell_type"] == "markdown"
        assert text_of(first).startswith("# ")

    def test_cells_have_ids_of_their_own(self, path: Path) -> None:
        ids = [cell["id"] for cell in cells(path)]
        assert len(ids) == len(set(ids))

    def test_where_it_draws_it_names_a_seed(self, path: Path) -> None:
        code = "\n".join(text_of(cell) for cell in cells(path) if cell["cell_type"] == "code")
        drawn = calls(code)
        if drawn:
            assert _SEED.search(code)  # a number, not a name that means nothing
        if "seed=SEED" in code:
            assert re.search(r"^(?:\w+, )*SEED(?:, \w+)* = .*\d", code, flags=re.MULTILINE)
        assert [call for call in drawn if "seed=" not in call] == []


def test_the_checks_can_fail() -> None:
    assert _PATH.search("read_reports('/home/me/seeds')")
    assert _PATH.search(r"C:\\Users\\me")
    assert not _PATH.search("see https://example.org/home/page and t/day")
    assert calls("ff.estimate_rate(frame, every='1w')\nprint(1)") == [
        "estimate_rate(frame, every='1w')"
    ]
    assert "seed=" not in calls("estimate_tonnage(f(a, seed_of(b)))")[0]
