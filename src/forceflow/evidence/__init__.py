"""Reports and claims, merged into flow events, as frames and explained.

It may use `world`, `quantity` and what lies below. An event knows neither `merge` nor `explain` (a contract in
pyproject.toml). Frames are met in `tables` alone.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
