"""What users need of the feeds to describe tables of their own."""

from __future__ import annotations

from ..feeds.aircraft_columns import AIRCRAFT_COLUMNS
from ..feeds.aircraft_layouts import AIRCRAFT_LAYOUTS, AircraftLayout
from ..feeds.columns import COLUMNS
from ..feeds.layout import Layout
from ..feeds.layouts import LAYOUTS

__all__ = ["AIRCRAFT_COLUMNS", "AIRCRAFT_LAYOUTS", "COLUMNS", "LAYOUTS", "AircraftLayout", "Layout"]
