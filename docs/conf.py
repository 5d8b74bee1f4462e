"""Sphinx settings of the documentation; `make docs` builds it offline with warnings as errors."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forceflow

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "_ext"))

project = "forceflow"
author = "The forceflow authors"
project_copyright = "the forceflow authors, BSD-3-Clause"
release = version = forceflow.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "mathml",
    "names",
    "alts",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
templates_path = ["_templates"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}

# API: pages are made from docstrings, types stand in the signatures.
autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = False
default_role = "literal"  # the extension `names` turns public names into links

# Every reference must resolve, but for the types of other libraries: nothing is fetched to look them up.
nitpicky = True
# Names of the top and of its subjects must have a page; those of single files are not public.
_PUBLIC = (
    "dates|errors|evidence|flows|flows\\.counts|forecasting|lift|lift\\.queueing|quantity|report|sensitivity|tracks|withdrawal|"
    "world"
)
nitpick_ignore_regex = [("py:.*", rf"(?!forceflow\.(?:(?:{_PUBLIC})\.)?\w+$).*")]

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.strikethrough"]
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_timeout = 120
nb_execution_show_tb = True
nb_merge_streams = True
nb_output_stderr = "remove"  # "compiling kernels once", where the cache is cold

html_theme = "furo"
html_title = f"forceflow {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_math_renderer = "mathml"


def _commands() -> str:
    """The help page of every command, as the terminal shows it."""
    import click
    from typer.main import get_command

    from forceflow.cli import app

    group = get_command(app)
    with click.Context(group, info_name="forceflow", terminal_width=88) as over:
        return "\n".join(_help_pages(group, over))


def _help_pages(group: Any, over: Any) -> Iterator[str]:
    """The help page of every command of a group, and of the groups in it."""
    import click

    for name in group.list_commands(over):
        command = group.get_command(over, name)
        with click.Context(command, info_name=name, parent=over, terminal_width=88) as context:
            if hasattr(command, "list_commands"):
                yield from _help_pages(command, context)
                continue
            yield f"## {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"


def _bring_in() -> None:
    """Copy what lives elsewhere to where Sphinx looks: notebooks, the results of `make bench`, help pages."""
    gallery = HERE / "examples"
    gallery.mkdir(exist_ok=True)
    wanted = {path.name: path for path in sorted((ROOT / "examples").glob("*.ipynb"))}
    for old in gallery.glob("*.ipynb"):
        if old.name not in wanted:
            old.unlink()
    for name, path in wanted.items():
        if not (gallery / name).exists() or (gallery / name).read_bytes() != path.read_bytes():
            shutil.copyfile(path, gallery / name)
    results = ROOT / "benchmarks" / "RESULTS.md"
    said = (
        results.read_text(encoding="utf-8")
        if results.exists()
        else "No benchmark has been run in this tree.\n"
    )
    # A heading of its own would stand beside that of the page.
    said = "\n".join(line for line in said.splitlines() if not line.startswith("# ")) + "\n"
    (HERE / "_generated").mkdir(exist_ok=True)
    (HERE / "_generated" / "commands.txt").write_text(_commands(), encoding="utf-8")
    (HERE / "_generated" / "results.txt").write_text(said, encoding="utf-8")


_bring_in()
