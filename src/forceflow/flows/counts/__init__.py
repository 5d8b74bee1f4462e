"""Statistics of counts: Poisson, censored, clumped, two lists.

Plain numbers in and out: no event, no frame.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
