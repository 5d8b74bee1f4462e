"""Ships' tracks: AIS tables as positions, port calls, sailings and loads.

It may use `evidence` and what lies below, and `quantity` for loads; it knows no estimate. Tables are polars frames
inside, and any frame at the edge.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
