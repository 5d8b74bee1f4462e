"""Commands on the machine: benchmarks beside the peers, with gates, and compiling ahead."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ForceflowError
from .common import AsJson, app, examples
from .printing import print_json, print_named, print_rows

TOLERANCE = 0.7
"""Share of a ratio of the baseline that a run must keep: ratios of medians wander by some 20 % between machines and
runs (caches, vector units, neighbours), and a lost kernel costs far more than a third."""

GATED = ("ratio", "ratio_1_thread")
"""What a benchmark leaves behind that is the time of a peer over ours on one thread; other figures are only shown."""

_NEEDED = ("pytest", "pytest_benchmark", "simpy", "searoute", "scgraph")
_SHOWN = ("numpy", "numba", "scipy", "polars", "pandas", "simpy", "searoute", "scgraph")
_INI = "[pytest]\nmarkers =\n    slow: needs more than a few seconds\n"


@app.command(
    epilog=examples(
        "forceflow bench --quick",
        "forceflow bench --out results.json",
        "forceflow bench --compare baseline.json --tolerance 0.7",
        "forceflow bench --benchmarks benchmarks --out RESULTS.md",
    )
)
def bench(
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", help="Results of an earlier run; exit code 1 where a ratio fell."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write: .json (may serve as a baseline) or .md."),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="The first case of each benchmark and few rounds: rougher ratios."
        ),
    ] = False,
    tolerance: Annotated[
        float,
        typer.Option(
            "--tolerance", help="Share of a ratio of the baseline to keep.", min=0.0, max=1.0
        ),
    ] = TOLERANCE,
    benchmarks: Annotated[
        Path | None,
        typer.Option(
            "--benchmarks", help="Folder or file of benchmarks; by default those shipped."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure forceflow beside its peers on this machine; compare the ratios with those of an earlier run."""
    baseline: dict[str, float] = {}
    if compare:
        baseline = read_baseline(compare)
    folder = benchmarks or benchmarks_folder()
    # Minutes of benchmarks are not run for results that cannot be written.
    _check_paths(out, folder)
    measured, failed = run(folder, quick=quick)
    results = summary(measured)
    if out is not None:
        _write_results(results, out)
    lost = regressions(results["ratios"], baseline, tolerance=tolerance, partial=quick)
    if as_json:
        print_json(results | {"failed": failed, "regressions": lost})
    else:
        _print_ratios(results["ratios"], baseline)
    for name in failed:
        typer.echo(f"forceflow: failed: {name}", err=True)
    for line in lost:
        typer.echo(f"forceflow: regression: {line}", err=True)
    if failed or lost:
        raise typer.Exit(1)


def _check_paths(out: Path | None, folder: Path) -> None:
    if out is not None and out.suffix not in (".json", ".md"):
        raise ForceflowError(f"{out.name}: results are written as .json or .md")
    if out is not None and not out.parent.is_dir():
        raise ForceflowError(f"{out}: its folder does not exist; make it first")
    if not folder.exists():
        raise ForceflowError(
            f"{folder}: no benchmarks here; give the folder of them with --benchmarks"
        )


def _write_results(results: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(results, indent=1) + "\n"
    if path.suffix == ".md":
        text = as_markdown(results)
    path.write_text(text, "utf-8")


def _print_ratios(ratios: Mapping[str, float], baseline: Mapping[str, float]) -> None:
    rows = []
    for name, ratio in ratios.items():
        earlier = ""
        if name in baseline:
            earlier = f"baseline {baseline[name]:.3g} x"
        rows.append((f"  {name}", f"{ratio:.3g} x", earlier))
    print_rows(rows)


def benchmarks_folder() -> Path:
    """The benchmarks: inside an installed wheel, or beside ``src`` in a checkout."""
    inside = Path(str(files("forceflow"))) / "benchmarks"
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "benchmarks"


def run(folder: Path, *, quick: bool) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What each benchmark measured, by ``file::test``, and the names of those that failed.

    Raises
    ------
    ForceflowError
        A peer is not installed, or no benchmark ran.
    """
    lacking = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise ForceflowError(
            f"the benchmarks need {', '.join(lacking)}; pip install 'forceflow[bench]'"
        )
    with tempfile.TemporaryDirectory() as work:
        found, tests = Path(work, "found.json"), Path(work, "tests.xml")
        code = _run_pytest(folder, Path(work), quick=quick)
        # Both files are read before the folder that holds them is removed.
        failed = _failed_tests(tests)
        if found.exists() and found.stat().st_size:
            return _measured_in(found), failed
    if not failed:
        raise ForceflowError(f"{folder}: no benchmark ran (pytest ended with code {code})")
    return {}, failed


def _run_pytest(folder: Path, work: Path, *, quick: bool) -> int:
    """Run the benchmarks, results to ``found.json`` and ``tests.xml`` in `work`; the exit code."""
    # Settings of their own: those of the folder that the command is run in do not count.
    ini = work / "pytest.ini"
    ini.write_text(_INI)
    root = folder
    if not folder.is_dir():
        root = folder.parent
    words = ["-q", "-c", str(ini), f"--rootdir={root.resolve()}", "-p", "no:cacheprovider"]
    words += ["--benchmark-only", f"--junit-xml={work / 'tests.xml'}"]
    words += ["--benchmark-quiet", f"--benchmark-json={work / 'found.json'}"]
    # Emptied, so that a value from outside cannot make a full run quick.
    env = os.environ | {"FORCEFLOW_BENCH_QUICK": "", "PYTHONDONTWRITEBYTECODE": "1"}
    if quick:
        words += ["--benchmark-max-time=0.1", "--benchmark-min-rounds=1"]
        env["FORCEFLOW_BENCH_QUICK"] = "1"
    command = [sys.executable, "-m", "pytest", str(folder.resolve()), *words]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as ended:
        for line in ended.stdout or ():
            # To stderr: stdout belongs to the results, which may be JSON.
            typer.echo(line.rstrip("\n"), err=True)
    return ended.returncode


def _measured_in(found: Path) -> dict[str, dict[str, Any]]:
    """What the benchmarks of a results file measured, by ``file::test``."""
    measured = {}
    for row in json.loads(found.read_text("utf-8"))["benchmarks"]:
        file = Path(row["fullname"].split("::")[0]).name
        measured[f"{file}::{row['name']}"] = row["extra_info"]
    return dict(sorted(measured.items()))


def _failed_tests(tests: Path) -> list[str]:
    from xml.etree import ElementTree

    if not tests.exists():
        return []
    failed = []
    for case in ElementTree.parse(tests).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(case.get("name", ""))
    return failed


def summary(measured: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Ratios to gate, everything measured, and where: JSON throughout."""
    ratios, shown = {}, {}
    for name, info in measured.items():
        for key in GATED:
            if key in info:
                # Three digits: ratios wander far more than that from run to run.
                ratios[name] = float(f"{float(info[key]):.3g}")
        if info:
            shown[name] = dict(info)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}"
    return {"ratios": ratios, "measured": shown, "machine": machine, "versions": _versions()}


def _versions() -> dict[str, str]:
    """Versions of forceflow, of its foundations and of its peers, as far as they are installed."""
    used = {}
    for name in ("forceflow", *_SHOWN):
        with suppress(PackageNotFoundError):
            used[name] = version_of(name)
    return used


def as_markdown(results: Mapping[str, Any]) -> str:
    """Results as a page with one table."""
    lines = ["| benchmark | measured |", "|---|---|"]
    for name, info in results["measured"].items():
        words = "; ".join(itertools.starmap(_figure_in_words, info.items()))
        lines.append(f"| {name.partition('::')[2]} | {words} |")
    used = ", ".join(map(" ".join, results["versions"].items()))
    return (
        "# Benchmark results\n\nWritten by `make bench`. A ratio is the peer's time over ours, medians of runs in turn "
        f"in one process.\n\nMachine: {results['machine']}. Versions: {used}.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _figure_in_words(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{name} {value:.3g}"
    return f"{name} {value}"


def read_baseline(path: Path) -> dict[str, float]:
    """Ratios of an earlier run, from the file that ``--out`` wrote or one with its ``ratios`` only.

    Raises
    ------
    ForceflowError
        It is no such file.
    """
    try:
        ratios = json.loads(path.read_text("utf-8"))["ratios"]
        found = {str(name): float(ratio) for name, ratio in ratios.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        found = {}
    # A ratio of 0 or NaN would let every later run pass.
    if not found or not all(0 < ratio < float("inf") for ratio in found.values()):
        raise ForceflowError(
            f'{path}: no baseline; JSON with {{"ratios": {{name: ratio above 0}}}} was wanted, as '
            "`forceflow bench --out baseline.json` writes it"
        )
    return found


def regressions(
    ratios: Mapping[str, float],
    baseline: Mapping[str, float],
    *,
    tolerance: float = TOLERANCE,
    partial: bool = False,
) -> list[str]:
    """One line per ratio that fell below its share of the baseline, or that was not measured.

    Parameters
    ----------
    ratios, baseline
        Peer seconds over our seconds, by name of the benchmark.
    tolerance
        Share of the ratio of the baseline that is still good.
    partial
        The run left benchmarks out on purpose: one that was not measured is no regression, unless none was.
    """
    lost, absent = [], []
    for name, was in baseline.items():
        if name not in ratios:
            absent.append(f"{name}: in the baseline, but not measured")
        elif ratios[name] < tolerance * was:
            lost.append(
                f"{name}: {ratios[name]:.3g} x, below {tolerance:g} of the {was:.3g} x in the baseline"
            )
    if partial and len(absent) < len(baseline):
        return lost
    return lost + absent


@app.command(
    epilog=examples(
        "forceflow warmup",
        "forceflow warmup --json",
    )
)
def warmup(as_json: AsJson = False) -> None:
    """Compile every kernel once and keep the result, so that the first estimate is quick."""
    from .warmup import warm_up

    seconds = warm_up()
    if as_json:
        print_json(seconds)
        return
    print_named({family: f"{taken:.2f} s" for family, taken in seconds.items()})
    typer.echo(f"warm: {sum(seconds.values()):.1f} s for {len(seconds)} families of kernels")
