"""What lift needs of a route by any mode; `forceflow.route` gives one."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Named", "Way"]


class Named(Protocol):
    """A place with a name."""

    @property
    def name(self) -> str:
        """As it is printed."""


class Way(Protocol):
    """A way between two places, with its length."""

    @property
    def origin(self) -> Named:
        """Where the way starts: the place of loading, or the start point of a march."""

    @property
    def destination(self) -> Named:
        """Where it ends: the place of unloading, or the release point of a march."""

    @property
    def distance_km(self) -> float:
        """Length, in km."""
