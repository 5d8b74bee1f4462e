"""The command line: a thin door to the same functions the library has."""

from __future__ import annotations

# Each adds its commands, in the order in which `forceflow --help` lists them.
from . import reports  # noqa: F401

# isort: split
from . import estimates  # noqa: F401

# isort: split
from . import world  # noqa: F401

# isort: split
from . import bench  # noqa: F401
from .door import app, main

__all__ = ["app", "main"]
