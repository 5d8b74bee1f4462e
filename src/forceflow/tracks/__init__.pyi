from .columns import COLUMNS as COLUMNS
from .ship_tracks import ShipTracks as ShipTracks

__all__: list[str]
