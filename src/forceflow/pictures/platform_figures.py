"""What a platform's numbers are and where each comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from ..evidence.events import FlowEvent
from ..world.figures import Figure, sources
from ..world.loads import load_factors
from ..world.payload import Corner
from ..world.platforms import Platform, find_platform

__all__ = ["figure_rows", "figures_of"]


def figure_rows(events: Iterable[FlowEvent]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield (platform, figure, value, status, source, note) of the platforms of events."""
    names = [name for event in events for name in event.platforms]
    known = sources()
    for name in dict.fromkeys(sorted(names)):
        platform = find_platform(name)
        for label, figure in figures_of(platform):
            title = known[figure.source].title if figure.source in known else figure.source
            value = f"{figure.best:,.4g}"
            if figure.low != figure.high:
                value += f" ({figure.low:,.4g} to {figure.high:,.4g})"
            unit = f" {figure.value.unit}" if figure.value.unit else ""
            yield platform.name, label, value + unit, figure.status, title, figure.note


def figures_of(platform: Platform) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a platform with its name: its own, its payload-range corners and its load factors."""
    for field in dataclasses.fields(platform):
        value = getattr(platform, field.name)
        label = field.name.replace("_km_per_h", "").removesuffix("_t").removesuffix("_h").removesuffix("_m")
        label = label.replace("_", " ")
        if isinstance(value, Figure):
            yield label, value
        elif isinstance(value, Mapping):
            for key, part in value.items():
                if isinstance(part, Figure):
                    yield f"{label}: {key}", part
        elif isinstance(value, tuple):
            for number, part in enumerate(value, 1):
                if isinstance(part, Corner):
                    yield f"payload at corner {number}", part.payload_t
                    yield f"range at corner {number}", part.range_km
    for (role, cargo), entry in load_factors().items():
        if role == getattr(platform, "role", None):
            yield f"load factor, {cargo}", entry.share
