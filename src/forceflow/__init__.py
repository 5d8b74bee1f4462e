"""forceflow: flow events from published reports, and what they add up to.

Every public name is loaded when it is first used, so that ``import forceflow`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .dates import read_when as read_when
    from .dates import write_edtf as write_edtf
    from .errors import AmbiguousNameError as AmbiguousNameError
    from .errors import EstimateError as EstimateError
    from .errors import EventError as EventError
    from .errors import ForceflowError as ForceflowError
    from .errors import FrameError as FrameError
    from .errors import NoRouteError as NoRouteError
    from .errors import QuantityError as QuantityError
    from .errors import ReportError as ReportError
    from .errors import RouteError as RouteError
    from .errors import UnknownNameError as UnknownNameError
    from .estimates.airlift import AirBridge as AirBridge
    from .estimates.airlift import AirCapacity as AirCapacity
    from .estimates.airlift import airlift_capacity as airlift_capacity
    from .estimates.apron import ApronWait as ApronWait
    from .estimates.apron import apron_wait as apron_wait
    from .estimates.backtest import Backtest as Backtest
    from .estimates.backtest import backtest as backtest
    from .estimates.backtest import pooled_scores as pooled_scores
    from .estimates.baselines import baseline as baseline
    from .estimates.capacity import Capacity as Capacity
    from .estimates.change_scan import scan_changes as scan_changes
    from .estimates.changepoints import ChangePoints as ChangePoints
    from .estimates.changepoints import change_points as change_points
    from .estimates.comparison import Comparison as Comparison
    from .estimates.comparison import compare as compare
    from .estimates.counts import poisson_interval as poisson_interval
    from .estimates.counts import rate_ratio as rate_ratio
    from .estimates.drivers import drivers as drivers
    from .estimates.drivers import next_look as next_look
    from .estimates.first_passage import FirstPassage as FirstPassage
    from .estimates.first_passage import first_passage as first_passage
    from .estimates.forecast import forecast as forecast
    from .estimates.march import March as March
    from .estimates.march import convoy_march as convoy_march
    from .estimates.periods import compare_rates as compare_rates
    from .estimates.queueing import CycleCapacity as CycleCapacity
    from .estimates.queueing import MixedCycle as MixedCycle
    from .estimates.queueing import cycle_capacity as cycle_capacity
    from .estimates.queueing import mixed_cycle as mixed_cycle
    from .estimates.range import Range as Range
    from .estimates.rate import Detection as Detection
    from .estimates.rate import Rate as Rate
    from .estimates.rate import estimate_rate as estimate_rate
    from .estimates.reference_class import EndTimes as EndTimes
    from .estimates.reference_class import against_plan as against_plan
    from .estimates.reference_class import end_times as end_times
    from .estimates.result import Estimate as Estimate
    from .estimates.scores import crps as crps
    from .estimates.scores import interval_score as interval_score
    from .estimates.scores import pit as pit
    from .estimates.scores import wis as wis
    from .estimates.sealift import PortThroughput as PortThroughput
    from .estimates.sealift import SeaBridge as SeaBridge
    from .estimates.sealift import SeaCapacity as SeaCapacity
    from .estimates.sealift import port_throughput as port_throughput
    from .estimates.sealift import sealift_capacity as sealift_capacity
    from .estimates.series import Forecast as Forecast
    from .estimates.simulation import Daily as Daily
    from .estimates.simulation import Simulation as Simulation
    from .estimates.simulation import simulate_airlift as simulate_airlift
    from .estimates.simulation import simulate_sealift as simulate_sealift
    from .estimates.sweep import Sweep as Sweep
    from .estimates.sweep import sweep as sweep
    from .estimates.tonnage import estimate_tonnage as estimate_tonnage
    from .estimates.ways_out import withdrawal_scenarios as withdrawal_scenarios
    from .estimates.withdrawal import Withdrawal as Withdrawal
    from .estimates.withdrawal import estimate_withdrawal as estimate_withdrawal
    from .evidence.datasets import list_datasets as list_datasets
    from .evidence.datasets import load_reports as load_reports
    from .evidence.drawdowns import Drawdown as Drawdown
    from .evidence.drawdowns import load_drawdown as load_drawdown
    from .evidence.events import Convoy as Convoy
    from .evidence.events import FlowEvent as FlowEvent
    from .evidence.events import Sailing as Sailing
    from .evidence.events import Sortie as Sortie
    from .evidence.explain import explain as explain
    from .evidence.explain import grade_sensitivity as grade_sensitivity
    from .evidence.explain import what_if as what_if
    from .evidence.feasible import flag_infeasible as flag_infeasible
    from .evidence.frames import ACLED as ACLED
    from .evidence.frames import UCDP as UCDP
    from .evidence.frames import from_frame as from_frame
    from .evidence.frames import to_frame as to_frame
    from .evidence.links import suggest_links as suggest_links
    from .evidence.lists import chao_lower_bound as chao_lower_bound
    from .evidence.lists import two_lists as two_lists
    from .evidence.merge import merge_claims as merge_claims
    from .evidence.pooling import GRADES as GRADES
    from .evidence.pooling import Grades as Grades
    from .evidence.reports import Claim as Claim
    from .evidence.reports import Report as Report
    from .evidence.reports import read_reports as read_reports
    from .pictures.plot import plot as plot
    from .pictures.report import write_report as write_report
    from .quantity import LEXICON as LEXICON
    from .quantity import Lexicon as Lexicon
    from .quantity import Quantity as Quantity
    from .quantity import verbal_probability as verbal_probability
    from .world.places import Place as Place
    from .world.places import add_place as add_place
    from .world.places import find_place as find_place
    from .world.platforms import Aircraft as Aircraft
    from .world.platforms import VehicleMix as VehicleMix
    from .world.platforms import Vessel as Vessel
    from .world.platforms import add_platform as add_platform
    from .world.platforms import find_platform as find_platform
    from .world.routes import Route as Route
    from .world.routes import route as route

_HOME = {
    "errors": (
        "AmbiguousNameError", "EstimateError", "EventError", "ForceflowError", "FrameError", "NoRouteError",
        "QuantityError", "ReportError", "RouteError", "UnknownNameError",
    ),
    "quantity": ("LEXICON", "Lexicon", "Quantity", "verbal_probability"),
    "world.places": ("Place", "add_place", "find_place"),
    "world.platforms": ("Aircraft", "VehicleMix", "Vessel", "add_platform", "find_platform"),
    "world.routes": ("Route", "route"),
    "dates": ("read_when", "write_edtf"),
    "evidence.reports": ("Claim", "Report", "read_reports"),
    "evidence.datasets": ("list_datasets", "load_reports"),
    "evidence.lists": ("chao_lower_bound", "two_lists"),
    "evidence.links": ("suggest_links",),
    "evidence.feasible": ("flag_infeasible",),
    "evidence.pooling": ("GRADES", "Grades"),
    "evidence.events": ("Convoy", "FlowEvent", "Sailing", "Sortie"),
    "evidence.merge": ("merge_claims",),
    "evidence.frames": ("ACLED", "UCDP", "from_frame", "to_frame"),
    "evidence.explain": ("explain", "grade_sensitivity", "what_if"),
    "estimates.range": ("Range",),
    "estimates.result": ("Estimate",),
    "estimates.capacity": ("Capacity",),
    "estimates.airlift": ("AirBridge", "AirCapacity", "airlift_capacity"),
    "estimates.sealift": ("PortThroughput", "SeaBridge", "SeaCapacity", "port_throughput", "sealift_capacity"),
    "estimates.sweep": ("Sweep", "sweep"),
    "estimates.march": ("March", "convoy_march"),
    "estimates.tonnage": ("estimate_tonnage",),
    "estimates.comparison": ("Comparison", "compare"),
    "estimates.drivers": ("drivers", "next_look"),
    "estimates.rate": ("Detection", "Rate", "estimate_rate"),
    "estimates.ways_out": ("withdrawal_scenarios",),
    "estimates.withdrawal": ("Withdrawal", "estimate_withdrawal"),
    "pictures.plot": ("plot",),
    "pictures.report": ("write_report",),
    "estimates.backtest": ("Backtest", "backtest", "pooled_scores"),
    "estimates.reference_class": ("EndTimes", "against_plan", "end_times"),
    "estimates.baselines": ("baseline",),
    "estimates.forecast": ("forecast",),
    "estimates.series": ("Forecast",),
    "estimates.scores": ("crps", "interval_score", "pit", "wis",),
    "estimates.first_passage": ("FirstPassage", "first_passage",),
    "evidence.drawdowns": ("Drawdown", "load_drawdown",),
    "estimates.apron": ("ApronWait", "apron_wait"),
    "estimates.queueing": ("CycleCapacity", "MixedCycle", "cycle_capacity", "mixed_cycle"),
    "estimates.simulation": ("Daily", "Simulation", "simulate_airlift", "simulate_sealift",),
    "estimates.changepoints": ("ChangePoints", "change_points",),
    "estimates.change_scan": ("scan_changes",),
    "estimates.periods": ("compare_rates",),
    "estimates.counts": ("poisson_interval", "rate_ratio",),
}  # fmt: skip
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__version__ = "0.1.0"
__all__ = sorted([*_WHERE, "__version__"])


def __getattr__(name: str) -> Any:
    """Load a public name from its module, once."""
    if name not in _WHERE:
        raise AttributeError(f"module 'forceflow' has no attribute {name!r}")
    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Names of the public interface."""
    return list(__all__)
