"""The documentation as far as it can be checked without building it: names, links, and the code of its pages."""

from __future__ import annotations

import doctest
import importlib
import os
import re
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest
from test_public import modules

import forceflow as ff
from cases import ROOT
from forceflow.flows import event_draws as flows
from forceflow.flows.change_points import GAP_DAYS
from forceflow.flows.counts.dispersion import INFLATIONS
from forceflow.forecasting.forecast import SETTINGS
from forceflow.quantity import LEXICON
from forceflow.world.platforms.payload import RANGE_SPREAD_SHARE

DOCS = ROOT / "docs"
ELSE = ("_build", "_generated", "_templates", "examples", "api")
"""Folders without pages of their own: templates, and what building makes."""

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*\n?(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INCLUDE = re.compile(r"^```\{include\} (\S+)$", re.MULTILINE)


def pages(pattern: str) -> list[Path]:
    found = (
        page
        for page in sorted(DOCS.rglob(pattern))
        if not set(page.relative_to(DOCS).parts) & set(ELSE)
    )
    return [page for page in found if not page.name.startswith(".")]


def name_of(page: Path) -> str:
    return str(page.relative_to(DOCS))


def there(path: Path) -> bool:
    """Whether a page is in the tree; notebooks are copied from ``examples/`` when the site is built."""
    if path.parent.resolve() == DOCS / "examples":
        path = ROOT / "examples" / path.name
    return path.exists()


def test_every_public_name_is_in_the_reference_once() -> None:
    listed = [
        line.strip()
        for page in pages("reference/*.rst")
        for line in page.read_text(encoding="utf-8").partition(".. autosummary::")[2].splitlines()
        if re.fullmatch(r" {3}[\w.]+", line)
    ]
    names = [name.rpartition(".")[2] for name in listed]
    assert len(names) == len(set(names))
    subjects = (ff.evidence, ff.flows, ff.counts, ff.lift, ff.queueing, ff.forecasting)
    public = {*ff.__all__, *ff.sensitivity.__all__, *ff.withdrawal.__all__}
    for subject in subjects:
        public |= {
            name for name in subject.__all__ if not isinstance(getattr(subject, name), ModuleType)
        }
    public |= {error for error in ff.errors.__all__ if error.endswith("Error")}
    assert public - {"__version__"} <= set(names)
    for name in listed:
        assert attrgetter(name)(ff) is not None


@pytest.mark.parametrize(
    "page", [*pages("*.md"), ROOT / "README.md", ROOT / "DESIGN.md"], ids=lambda page: page.stem
)
def test_links_and_includes_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [
        link.partition("#")[0]
        for link in LINK.findall(text)
        if "://" not in link and not link.startswith("#")
    ]
    included = [name for name in INCLUDE.findall(text) if "_generated/" not in name]
    dead = [link for link in (*links, *included) if not there(page.parent / link)]
    assert not dead


def test_every_page_is_in_a_table_of_contents() -> None:
    listed: set[Path] = {DOCS / "index.md"}
    for page in [*pages("*.md"), *pages("*.rst")]:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        blocks += [text.partition(".. toctree::")[2]] if page.suffix == ".rst" else []
        for entry in "\n".join(blocks).split():
            listed.update(
                hit
                for suffix in (".md", ".rst")
                for hit in page.parent.glob(entry + suffix)
                if hit != page
            )
    assert set(pages("*.md")) | set(pages("*.rst")) == listed


@pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="full-size draws; run in the compiled pass"
)
@pytest.mark.parametrize(
    "page",
    [page for page in pages("*.md") if CELL.search(page.read_text(encoding="utf-8"))],
    ids=name_of,
)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in CELL.findall(page.read_text(encoding="utf-8")):
        if cell.startswith("%%writefile "):
            head, body = cell.split("\n", 1)
            Path(head.split()[1]).write_text(body, encoding="utf-8")
        else:
            exec(compile(cell, name_of(page), "exec"), names)
    plt.close("all")
    assert len(names) > 1, "no cell defined anything"


COLUMN = flows.UNCOUNTED_COLUMN


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "quantities",
            "standard deviation {:.2f}, {:.2f} or {:.2f}".format(*LEXICON.round_gsd),
        ),
        (
            "quantities",
            f"of scale ${LEXICON.nearly_share:g}\\,n$, cut at ${LEXICON.nearly_cut:g}\\,n$",
        ),
        (
            "quantities",
            f"of mean ${LEXICON.over_share:g}\\,n$ (${LEXICON.over_rate_share:g}\\,n$ for a rate",
        ),
        (
            "quantities",
            f"mean ${LEXICON.at_least_mean_ratio:g}\\,n$ and $k = {LEXICON.at_least_k:g}$",
        ),
        (
            "quantities",
            "{:.0f}, {:.0f} and {:.0f} %".format(*(100 * p for _, p in LEXICON.couple)),
        ),
        ("quantities", f"a rate of {LEXICON.regular_per_week[0]:g} a week"),
        ("merging", f"$R \\le {ff.evidence.GRADES.birge_limit:g}$"),
        ("merging", f"geometric standard deviation {ff.evidence.GRADES.broad_gsd:g}"),
        ("tonnage", f"probability {flows.SOURCE_SHARE:g} (`SOURCE_SHARE`"),
        ("tonnage", f"each is {flows.PERSON_T.best:g} t"),
        (
            "tonnage",
            f"{COLUMN.low:g} to {COLUMN.high:g} vehicles, most likely {COLUMN.best:g}",
        ),
        ("tonnage", f"widened by {RANGE_SPREAD_SHARE:.0%}".replace("%", " %")),
        ("rates", f"a change every {GAP_DAYS:g} days"),
        ("rates", f"between {min(INFLATIONS)} and {max(INFLATIONS):g}"),
        ("forecasts", f"(weight {1 - SETTINGS.walk_share:g})"),
        ("forecasts", f"(weight {SETTINGS.walk_share:g})"),
    ],
)
def test_parameters_on_the_method_pages_are_those_in_use(page: str, words: str) -> None:
    text = " ".join((DOCS / "methods" / f"{page}.md").read_text(encoding="utf-8").split())
    assert words in text


def test_no_docstring_example_is_passed_over() -> None:
    """What `test_docstring_examples_run` finds is all that stands in the source."""
    finder = doctest.DocTestFinder(exclude_empty=False)
    for name in modules():
        module = importlib.import_module(name)
        examples = sum(len(test.examples) for test in finder.find(module))
        written = re.findall(
            r"^ *>>> ", Path(str(module.__file__)).read_text(encoding="utf-8"), re.MULTILINE
        )
        assert examples == len(written), name
