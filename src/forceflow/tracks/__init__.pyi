from .columns import COLUMNS as COLUMNS
from .noted import Noted as Noted
from .sailings import as_reports as as_reports
from .sailings import sailings as sailings
from .ship_tracks import ShipTracks as ShipTracks

__all__: list[str]
