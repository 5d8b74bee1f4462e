"""What is shipped: a wheel from the checkout and from the sdist, what is in it, and that it works without either."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from cases import ROOT

SMOKE = """
import forceflow as ff
from forceflow.cli.bench import benchmarks_folder, read_baseline

assert not ff.__file__.startswith({root!r}), ff.__file__
reports = ff.load_reports("syria-2024")
assert len(reports) == {reports}
events = ff.merge_claims(reports)
moved = ff.estimate_tonnage(events, direction="outbound", draws=200, seed=7)
assert 0 < moved.total.low < moved.total.high
assert len(ff.load_reports("syria-2024-extended")) > len(reports)
assert ff.backtest(ff.load_drawdown("kabul-2021"), draws=100, horizon=1).scores["forecasts"] > 3
assert ff.route("Tartus", "Novorossiysk", mode="sea").passages == ("dardanelles", "bosphorus")
assert ff.find_platform("Il-76MD").name
assert (benchmarks_folder() / "beside.py").is_file()
assert read_baseline(benchmarks_folder() / "baseline.json")
print(moved)
"""


def build(source: Path, out: Path, *targets: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out), *targets]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel of the checkout."""
    pytest.importorskip(
        "hatchling", reason="hatchling builds the packages; pip install 'forceflow[dev]'"
    )
    out = tmp_path_factory.mktemp("dist")
    build(ROOT, out)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_below(folder: Path) -> set[str]:
    """Files that belong to the project, by path below `folder`; neither caches nor compiled ones."""
    found = (
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {
        path.relative_to(folder).as_posix()
        for path in found
        if path.suffix not in (".pyc", ".nbc", ".nbi")
    }


def test_the_wheel_holds_the_package_its_data_and_nothing_else(wheel: Path) -> None:
    inside = {name for name in members(wheel) if ".dist-info/" not in name}
    for source, target in {
        "src/forceflow": "",
        "seeds": "seeds/",
        "benchmarks": "benchmarks/",
    }.items():
        wanted = {f"forceflow/{target}{name}" for name in files_below(ROOT / source)}
        assert wanted - inside == set(), source
        inside -= wanted
    assert inside == set()
    assert {
        "forceflow/py.typed",
        "forceflow/report/report.html.j2",
        "forceflow/evidence/data/drawdowns.csv",
    } <= set(members(wheel))


def test_the_wheel_is_small_and_pure_and_carries_its_licences(wheel: Path) -> None:
    assert wheel.stat().st_size < 2e6
    assert wheel.name.endswith("-py3-none-any.whl")
    info = {
        name.partition(".dist-info/")[2]: text
        for name, text in members(wheel).items()
        if ".dist-info/" in name
    }
    assert b"forceflow = forceflow.cli:main" in info["entry_points.txt"]
    assert info["licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert any(name.endswith("sea_network.LICENCE.txt") for name in info)


def test_the_sdist_makes_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    source = next(built.glob("*.tar.gz"))
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / source.name.removesuffix(".tar.gz")
    assert (root / "tests" / "cases.py").is_file()
    build(root, tmp_path / "again", "-t", "wheel")
    assert members(next((tmp_path / "again").glob("*.whl"))) == members(wheel)


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; what it depends on is borrowed from the running one, without a network."""
    home = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = Path(
        sysconfig.get_path("purelib", "venv", vars={"base": str(home), "platbase": str(home)})
    )
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(home / "bin" / "python"),
        "install",
        "--quiet",
    ]
    subprocess.run([*command, "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True)
    # A path file is not followed further, so the checkout that the running environment points to stays out of sight.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def run(command: list[str], cwd: Path) -> str:
    env = {
        "PATH": os.environ["PATH"],
        "MPLBACKEND": "Agg",
        "NUMBA_DISABLE_JIT": "1",
        "HOME": str(cwd),
    }
    ended = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_the_wheel_works_without_the_checkout(bare: Path, tmp_path: Path) -> None:
    code = SMOKE.format(root=str(ROOT), reports=len(list((ROOT / "seeds").glob("*.toml"))) - 1)
    assert "t" in run([str(bare / "bin" / "python"), "-c", code], tmp_path)
    script = str(bare / "bin" / "forceflow")
    printed = run([script, "report", "syria-2024", "--out", "out", "--draws", "200"], tmp_path)
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    assert "Moved out by air" in printed
    assert run([str(bare / "bin" / "python"), "-m", "forceflow", "--version"], tmp_path).startswith(
        "forceflow "
    )


def test_every_dependency_has_a_lower_bound() -> None:
    try:
        wanted = distribution("forceflow").requires or []
    except PackageNotFoundError:
        pytest.skip("forceflow is not installed here, only on the path")
    assert len(wanted) > 10
    bare = [
        line
        for line in wanted
        if not line.startswith("forceflow[") and ">=" not in line.partition(";")[0]
    ]
    assert bare == []
