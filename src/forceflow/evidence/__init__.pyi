from .datasets import list_datasets as list_datasets
from .datasets import load_reports as load_reports
from .drawdowns import Drawdown as Drawdown
from .drawdowns import load_drawdown as load_drawdown
from .event_links import suggest_links as suggest_links
from .events import Convoy as Convoy
from .events import FlowEvent as FlowEvent
from .events import Sailing as Sailing
from .events import Sortie as Sortie
from .events import Train as Train
from .explain import explain as explain
from .grade_readings import grade_sensitivity as grade_sensitivity
from .grades import GRADES as GRADES
from .grades import Grades as Grades
from .merge import merge_claims as merge_claims
from .plausibility import flag_infeasible as flag_infeasible
from .report_files import read_reports as read_reports
from .reports import Claim as Claim
from .reports import Report as Report
from .tables.event_frames import ACLED as ACLED
from .tables.event_frames import UCDP as UCDP
from .tables.event_frames import from_frame as from_frame
from .tables.event_frames import to_frame as to_frame
from .what_ifs import what_if as what_if

__all__: list[str]
