from .as_reports import as_reports as as_reports
from .beside_reports import BESIDE_COLUMNS as BESIDE_COLUMNS
from .beside_reports import reports_beside_tracks as reports_beside_tracks
from .bridge_from import bridge_from as bridge_from
from .cargo import cargo_from_draught as cargo_from_draught
from .cargo import tonnes_per_cm as tonnes_per_cm
from .coverage import Coverage as Coverage
from .coverage import coverage as coverage
from .coverage import detection as detection
from .draught_voyages import draught_voyages as draught_voyages
from .draught_voyages import share_held as share_held
from .feed_names import COLUMNS as COLUMNS
from .feed_names import LAYOUTS as LAYOUTS
from .feed_names import Layout as Layout
from .ground_times import GROUND_COLUMNS as GROUND_COLUMNS
from .ground_times import ground_times as ground_times
from .leg_columns import LEG_COLUMNS as LEG_COLUMNS
from .legs import legs as legs
from .noted import Noted as Noted
from .port_calls import CALL_COLUMNS as CALL_COLUMNS
from .port_calls import port_calls as port_calls
from .read_ais import read_ais as read_ais
from .sailings import sailings as sailings
from .ship_tracks import ShipTracks as ShipTracks
from .silences import silences as silences
from .sorties import sorties as sorties

__all__: list[str]
