"""Pictures and the report: `plot` draws anything, `write_report` writes one page with the claims behind each number."""

from .plot import plot
from .report import write_report

__all__ = ["plot", "write_report"]
