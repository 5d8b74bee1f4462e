"""Where the checkout is, and the published and computed figures that tests are held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["CASES", "ROOT"]

ROOT = Path(__file__).resolve().parent.parent
CASES: dict[str, Any] = {
    case["id"]: case
    for case in json.loads((ROOT / "tests" / "reference_cases.json").read_text())["cases"]
}
"""Published and computed figures by id: inputs, outputs, tolerances, source."""
