from .columns import COLUMNS as COLUMNS
from .layout import Layout as Layout
from .layouts import LAYOUTS as LAYOUTS
from .read_ais import read_ais as read_ais
from .ship_tracks import ShipTracks as ShipTracks

__all__: list[str]
