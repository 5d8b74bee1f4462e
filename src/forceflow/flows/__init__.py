"""What moved, and how fast: tonnage, rates, changes of pace, from flow events.

It may use `results`, `evidence` and what lies below, and knows nothing of `lift` (a contract in pyproject.toml).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
