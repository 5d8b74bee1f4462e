"""What could be carried: bridges, their capacity, queues and simulations.

`bridges` says what is given; `capacity`, `queueing` and `simulation` are three models of it, and `sweep` varies it. It
knows nothing of `flows`, `forecasting` and `withdrawal` (contracts in pyproject.toml).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
