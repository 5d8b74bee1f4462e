from . import counts as counts
from .change_point_result import ChangePoints as ChangePoints
from .change_points import change_points as change_points
from .change_scan import scan_changes as scan_changes
from .compare_rates import compare_rates as compare_rates
from .match_result import Match as Match
from .match_weights import MATCH_WEIGHTS as MATCH_WEIGHTS
from .matching import match as match
from .rate import Detection as Detection
from .rate import Rate as Rate
from .rate import estimate_rate as estimate_rate
from .tonnage import estimate_tonnage as estimate_tonnage
from .track_detection import detection_from_coverage as detection_from_coverage

__all__: list[str]
