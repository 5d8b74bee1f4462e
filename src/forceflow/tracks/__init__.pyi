from .columns import COLUMNS as COLUMNS
from .coverage import Coverage as Coverage
from .coverage import coverage as coverage
from .coverage import detection as detection
from .layout import Layout as Layout
from .layouts import LAYOUTS as LAYOUTS
from .noted import Noted as Noted
from .port_calls import CALL_COLUMNS as CALL_COLUMNS
from .port_calls import port_calls as port_calls
from .read_ais import read_ais as read_ais
from .sailings import as_reports as as_reports
from .sailings import sailings as sailings
from .ship_tracks import ShipTracks as ShipTracks
from .silences import silences as silences

__all__: list[str]
