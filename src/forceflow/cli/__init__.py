"""The command line: a thin entry to the same functions the library has.

It may use every wing; no wing uses it. A command reads its arguments, calls one public function and prints.
"""

from __future__ import annotations

# Each adds its commands, in the order in which `forceflow --help` lists them.
from . import reports

# isort: split
from . import estimates

# isort: split
from . import bridges

# isort: split
from . import backtests

# isort: split
from . import world

# isort: split
from . import tracks

# isort: split
from . import flights

# isort: split
from . import bench
from .common import app, main

__all__ = [
    "app",
    "backtests",
    "bench",
    "bridges",
    "estimates",
    "flights",
    "main",
    "reports",
    "tracks",
    "world",
]
