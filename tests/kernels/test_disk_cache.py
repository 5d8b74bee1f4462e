"""Machine code on disk belongs to one build of the kernels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba import config

import forceflow
from forceflow.kernels import _disk_cache

pytestmark = pytest.mark.skipif(vars(config)["DISABLE_JIT"], reason="nothing is compiled")

PACKAGE = Path(forceflow.__file__).parent

ADDED = "from forceflow.kernels._jit import kernel\n\n\n@kernel\ndef added(x):\n    return x + {number}\n"
CALLS = (
    "from forceflow.kernels._jit import kernel\nfrom forceflow.kernels.helper import added\n\n\n"
    "@kernel\ndef twice(x):\n    return 2.0 * added(x)\n"
)
RUN = (
    "from numba.core import event\n"
    "made = []\n"
    "class Seen(event.Listener):\n"
    "    def on_start(self, e): made.append(e.data['dispatcher'].py_func.__name__)\n"
    "    def on_end(self, e): pass\n"
    "event.register('numba:compile', Seen())\n"
    "from forceflow.kernels.calls import twice\n"
    "print(twice(1.0), made)\n"
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a copy of forceflow whose kernels are a caller and its helper."""
    kernels = tmp_path / "site" / "forceflow" / "kernels"
    kernels.mkdir(parents=True)
    for name in ("__init__.py", "_jit.py", "_disk_cache.py"):
        shutil.copy(PACKAGE / "kernels" / name, kernels / name)
    (kernels.parent / "__init__.py").write_text("")
    (kernels / "calls.py").write_text(CALLS)
    (kernels / "helper.py").write_text(ADDED.format(number=1.0))
    return tmp_path / "site"


def run(site: Path, code: str = RUN, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    env = kept | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"} | more
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env
    )


@pytest.mark.parametrize("folder", ["beside the package", "NUMBA_CACHE_DIR"])
def test_a_changed_helper_is_compiled_into_its_callers(
    package: Path, tmp_path: Path, folder: str
) -> None:
    more = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")} if folder == "NUMBA_CACHE_DIR" else {}
    helper = package / "forceflow" / "kernels" / "helper.py"
    before = helper.stat()
    assert run(package, **more).stdout.startswith("4.0 ['twice', 'added']")
    assert run(package, **more).stdout == "4.0 []\n"  # read from the disk
    helper.write_text(ADDED.format(number=2.0))
    os.utime(helper, ns=(before.st_atime_ns, before.st_mtime_ns))  # an installer may set any date
    assert run(package, **more).stdout.startswith("6.0 ['twice', 'added']")
    assert run(package, **more).stdout == "6.0 []\n"


def test_files_of_an_older_build_are_removed(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run(package, NUMBA_CACHE_DIR=str(cache))
    first = {file.name for file in cache.rglob("*.nb?")}
    (package / "forceflow" / "kernels" / "helper.py").write_text(ADDED.format(number=2.0))
    run(package, NUMBA_CACHE_DIR=str(cache))
    second = {file.name for file in cache.rglob("*.nb?")}
    assert (
        len(first) == len(second) == 4
    )  # an index and a file of machine code for each of two kernels
    assert not first & second


def test_damaged_files_are_compiled_again(package: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    run(package, NUMBA_CACHE_DIR=cache)
    for suffix in ("nbc", "nbi"):
        for file in Path(cache).rglob(f"*.{suffix}"):
            file.write_bytes(file.read_bytes()[:20])
        assert run(package, NUMBA_CACHE_DIR=cache).stdout.startswith("4.0 ['twice'")
    assert run(package, NUMBA_CACHE_DIR=cache).stdout == "4.0 []\n"


def test_without_a_folder_one_line_says_so_and_the_answer_comes(package: Path) -> None:
    nowhere = "from numba.core import caching\ncaching.CacheImpl._locator_classes = []\n"
    ran = run(package, nowhere + RUN)
    assert ran.stdout.startswith("4.0 ")
    assert ran.stderr == f"{_disk_cache.NOT_KEPT}\n"


def test_a_full_disk_costs_the_files_only(package: Path) -> None:
    full = (
        "from numba.core import caching\n"
        "def save(self, key, data): raise OSError(28, 'No space left on device')\n"
        "caching.IndexDataCacheFile.save = save\n"
    )
    ran = run(package, full + RUN)
    assert ran.stdout.startswith("4.0 ")
    assert ran.stderr == f"{_disk_cache.NOT_KEPT}\n"


def test_a_package_that_cannot_be_written_uses_the_users_folder(
    package: Path, tmp_path: Path
) -> None:
    (package / "forceflow" / "kernels" / "__pycache__").write_text(
        "a file where the folder would be"
    )
    more = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "home")}
    assert run(package, **more).stdout.startswith("4.0 ['twice'")
    assert list((tmp_path / "home").rglob("*.nbi"))
    assert run(package, **more).stdout == "4.0 []\n"


def test_processes_at_once_agree(package: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(package), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    codes = [RUN.replace("twice(1.0)", f"twice({number})") for number in ("1.0", "1", "1.0", "1")]
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env)
        for code in codes
    ]
    assert [process.communicate(timeout=120)[0][:3] for process in started] == ["4.0"] * 4


def test_code_of_another_signature_is_not_used(package: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    run(package, NUMBA_CACHE_DIR=cache)
    run(package, RUN.replace("twice(1.0)", "twice(1)"), NUMBA_CACHE_DIR=cache)
    one, two = sorted(Path(cache).rglob("calls.*.nbc"))
    assert one.name.endswith(".1.nbc")
    two.write_bytes(one.read_bytes())
    assert run(
        package, RUN.replace("twice(1.0)", "twice(1)"), NUMBA_CACHE_DIR=cache
    ).stdout.startswith("4.0 ['twice'")
