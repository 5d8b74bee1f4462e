"""forceflow: flow events from published reports, and what they add up to.

The names for daily use are here; the others are one level down, by subject, such as ``forceflow.scores.crps``.
The file ``__init__.pyi`` lists them, for type checkers too. Each is loaded when it is first used, so that
``import forceflow`` costs next to nothing.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

__version__ = "0.1.0"

_SUBJECTS = (
    "counts",
    "dates",
    "errors",
    "evidence",
    "flows",
    "forecasting",
    "lift",
    "quantity",
    "queueing",
    "report",
    "scores",
    "sensitivity",
    "tracks",
    "withdrawal",
    "world",
)

_load, _, _listed = lazy_loader.attach_stub(__name__, __file__)
__all__ = sorted({*_listed, "__version__"} - set(_SUBJECTS))


def __getattr__(name: str) -> Any:
    """Load a listed name; the error for one that a subject lists says where it is."""
    if name in _listed:
        return _load(name)
    if not name.startswith("_"):
        for subject in _SUBJECTS:
            if name in _load(subject).__all__:
                raise AttributeError(
                    f"module 'forceflow' has no attribute {name!r}; use ff.{subject}.{name}"
                )
    raise AttributeError(f"module 'forceflow' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Names of the public interface, and the subjects that hold the others."""
    return sorted([*__all__, *_SUBJECTS])
