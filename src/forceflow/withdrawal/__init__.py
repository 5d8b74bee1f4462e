"""When would it be complete, and would it ever be.

It may use `flows`, `lift`, `forecasting` and what lies below; only `plots`, `report` and `cli` use it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
