"""What moved, and how fast: tonnage, rates, changes of pace, from flow events."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
