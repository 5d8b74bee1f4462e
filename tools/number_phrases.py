"""Five libraries that read numbers, on the phrases of tests/number_phrases.csv, beside forceflow.

    python tools/number_phrases.py run     # their answers, in a temporary environment -> tools/number_phrases.json
    python tools/number_phrases.py page    # docs/methods/number_phrases.md, from that file and the present forceflow

Python 3.11; no classifier of quantulum3 is installed, as it needs an old scikit-learn.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PHRASES = ROOT / "tests" / "number_phrases.csv"
ANSWERS = ROOT / "tools" / "number_phrases.json"
PAGE = ROOT / "docs" / "methods" / "number_phrases.md"
PINNED = {
    "text2num": "3.1.0",
    "quantulum3": "0.10.0",
    "word2number": "1.1",
    "numerizer": "0.2.4",
    "number-parser": "0.3.2",
}
WITH_NUMBERS = ("exact", "about", "at_least", "at_most", "over", "nearly", "range", "below")
MARKS = {"right": "", "wrong": " ✗", "no answer": "–"}


# -- their answers: runs in the temporary environment, without forceflow ------------------------------------------


def _written(text: str) -> list[float]:
    """Numbers written in digits in a text that a library has transcribed."""
    found = []
    for word in text.replace("-", " ").split():
        try:
            found.append(float(word.strip(".,;:!?()").replace(",", "")))
        except ValueError:
            continue
    return found


def _readers() -> dict[str, Callable[[str], tuple[str, list[float]]]]:
    """By library: what it makes of a phrase, as printed and as numbers."""
    warnings.simplefilter("ignore")
    from number_parser import parse  # type: ignore[import-not-found]
    from numerizer import numerize  # type: ignore[import-not-found]
    from quantulum3 import parser  # type: ignore[import-not-found]
    from text_to_num import alpha2digit  # type: ignore[import-not-found]
    from word2number import w2n  # type: ignore[import-not-found]

    def quantities(phrase: str) -> tuple[str, list[float]]:
        found, numbers, printed = parser.parse(phrase), list[float](), list[str]()
        for one in found:
            scale = 12.0 if one.unit.name == "dozen" else 1.0
            doubt = (one.uncertainty or 0.0) * scale
            numbers += sorted({one.value * scale - doubt, one.value * scale + doubt})
            printed.append(f"{one.value * scale:.10g}" + (f" ± {doubt:.10g}" if doubt else ""))
        return ", ".join(printed), numbers

    def transcribed(read: Callable[[str], str]) -> Callable[[str], tuple[str, list[float]]]:
        return lambda phrase: (read(phrase), _written(read(phrase)))

    def one_number(phrase: str) -> tuple[str, list[float]]:
        number = w2n.word_to_num(phrase)
        return f"{number:.10g}", [float(number)]

    return {
        "text2num": transcribed(lambda phrase: str(alpha2digit(phrase, "en", threshold=0))),
        "quantulum3": quantities,
        "word2number": one_number,
        "numerizer": transcribed(numerize),
        "number-parser": transcribed(parse),
    }


def answers() -> None:
    """Print what each library makes of each phrase, as JSON; an error is no answer."""
    with PHRASES.open(encoding="utf-8", newline="") as lines:
        phrases = [row["phrase"] for row in csv.DictReader(lines)]
    out: dict[str, dict[str, Any]] = {phrase: {} for phrase in phrases}
    for name, read in _readers().items():
        for phrase in phrases:
            try:
                printed, numbers = read(phrase)
            except Exception:  # each library raises its own; all of them are "no answer"
                printed, numbers = "", []
            if numbers:
                out[phrase][name] = {"printed": printed, "numbers": numbers}
    json.dump(out, sys.stdout, ensure_ascii=False, indent=0)


def run() -> None:
    """Ask the pinned libraries in a temporary environment and keep their answers."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [f"{name}=={version}" for name, version in PINNED.items()]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
        told = subprocess.run(
            [python, __file__, "answers"], check=True, capture_output=True, text=True
        )
    ANSWERS.write_text(told.stdout + "\n", encoding="utf-8")


# -- the page ---------------------------------------------------------------------------------------------------------


def marked(reading: str, numbers: list[float], found: list[float]) -> str:
    """Whether an answer is right: the numbers of the reading and no others, or none where there is none to give."""
    if not found:
        return "no answer" if reading in WITH_NUMBERS else "right"
    right = reading in WITH_NUMBERS and sorted({round(n, 6) for n in found}) == sorted(
        {round(n, 6) for n in numbers}
    )
    return "right" if right else "wrong"


def _ours(phrase: str) -> str:
    from forceflow import Quantity
    from forceflow.errors import QuantityError

    try:
        quantity = Quantity.parse(phrase)
    except QuantityError:
        return "refused"
    if quantity.family in ("point", "none"):
        return f"{quantity.best:,.10g}" if quantity.has_content else "no number"
    ends = (
        f"{quantity.low:,.4g} to {quantity.high:,.4g}" if quantity.high < 1e4 else _whole(quantity)
    )
    names = {
        "lognormal": "about",
        "at_least": "at least",
        "at_most": "at most",
        "over": "more than",
    }
    return f"{names.get(quantity.family, quantity.family)}: {ends}"


def _whole(quantity: Any) -> str:
    return f"{quantity.low:,.0f} to {quantity.high:,.0f}"


def _cell(text: str) -> str:
    return (
        text.replace("|", "\\|")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("[", "\\[")
        .replace("$", "\\$")
    )


def page() -> str:
    """The page as text, from the kept answers and the present forceflow."""
    kept = json.loads(ANSWERS.read_text(encoding="utf-8"))
    with PHRASES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    totals: dict[str, Counter[str]] = {name: Counter() for name in PINNED}
    table = []
    for row in rows:
        numbers = [float(n) for n in row["numbers"].split()]
        cells = [_cell(row["phrase"]), _ours(row["phrase"])]
        for name in PINNED:
            answer = kept.get(row["phrase"], {}).get(name, {"printed": "", "numbers": []})
            mark = marked(row["reading"], numbers, answer["numbers"])
            totals[name][mark] += 1
            cells.append(
                _cell(answer["printed"]) + MARKS[mark] if answer["numbers"] else MARKS[mark]
            )
        table.append("| " + " | ".join(cells) + " |")
    lines_of = [
        f"| {name} {version} | " + " | ".join(str(totals[name][mark]) for mark in MARKS) + " |"
        for name, version in PINNED.items()
    ]
    return "\n".join([
        "# Printed numbers, read by six libraries",
        "",
        f"{len(rows)} printed phrases with the reading decided by hand (`tests/number_phrases.csv`). A test holds that",
        "forceflow reads every one as decided; they were collected while its reader was written: no contest.",
        "The other libraries do other work: they turn number words into digits, or find physical quantities in a text,",
        "and none of them has hedges. So only the numbers are compared: an answer is *right* if it holds the numbers",
        "of the decided reading and no others, whatever the hedge. For a phrase without a number (a date, a share,",
        "\"several\") to find none is right. Made by `tools/number_phrases.py`.",
        "",
        "| library | right | wrong | no answer |",
        "|---|---|---|---|",
        f"| forceflow | {len(rows)} | 0 | 0 |",
        *lines_of,
        "",
        "✗ marks a wrong answer, – no answer where there is a number. quantulum3 runs without its classifier of units.",
        "Of text2num, numerizer and number-parser the transcribed phrase is shown. Under forceflow are the 5 and 95 %",
        "points; a ceiling or floor is shown as printed.",
        "",
        "| phrase | forceflow | " + " | ".join(PINNED) + " |",
        "|---" * (2 + len(PINNED)) + "|",
        *table,
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    task = sys.argv[1] if len(sys.argv) > 1 else ""
    if task == "run":
        run()
    elif task == "answers":
        answers()
    elif task == "page":
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.exit(__doc__)
