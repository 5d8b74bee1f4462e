"""What users need of the feeds to describe tables of their own."""

from __future__ import annotations

from ..feeds.columns import COLUMNS
from ..feeds.layout import Layout
from ..feeds.layouts import LAYOUTS

__all__ = ["COLUMNS", "LAYOUTS", "Layout"]
