from .cargo import cargo_from_draught as cargo_from_draught
from .cargo import tonnes_per_cm as tonnes_per_cm
from .columns import COLUMNS as COLUMNS
from .ship_tracks import ShipTracks as ShipTracks

__all__: list[str]
