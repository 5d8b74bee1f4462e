"""The command line: a thin door to the same functions the library has."""

from __future__ import annotations

# Each adds its commands, in the order in which `forceflow --help` lists them.

# isort: split

# isort: split

# isort: split
from .door import app, main

__all__ = ["app", "bench", "estimates", "main", "reports", "world"]
