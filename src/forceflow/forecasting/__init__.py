"""Forecasts of a cumulative series, and how they scored.

It may use `flows`, `results` and what lies below; `sensitivity` and `lift` know nothing of it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
