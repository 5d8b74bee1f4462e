"""Tracks: port calls, sailings and loads of ships, and flights of aircraft, from messages that `feeds` reads.

It may use `feeds`, `lift`, `evidence` and what lies below; it knows no estimate. Tables are polars frames
inside, and any frame at the edge.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
