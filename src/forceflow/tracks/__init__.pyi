from .columns import COLUMNS as COLUMNS
from .port_calls import CALL_COLUMNS as CALL_COLUMNS
from .port_calls import port_calls as port_calls
from .ship_tracks import ShipTracks as ShipTracks

__all__: list[str]
