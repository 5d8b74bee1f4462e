"""What drives a range, and what to look at next.

It may use `flows`, `lift` and what lies below; it draws again through their public functions.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
