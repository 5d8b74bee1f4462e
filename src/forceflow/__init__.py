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
    from .evidence.datasets import list_datasets as list_datasets
    from .evidence.datasets import load_reports as load_reports
    from .evidence.drawdowns import Drawdown as Drawdown
    from .evidence.drawdowns import load_drawdown as load_drawdown
    from .evidence.event_links import suggest_links as suggest_links
    from .evidence.events import Convoy as Convoy
    from .evidence.events import FlowEvent as FlowEvent
    from .evidence.events import Sailing as Sailing
    from .evidence.events import Sortie as Sortie
    from .evidence.explain import explain as explain
    from .evidence.explain import grade_sensitivity as grade_sensitivity
    from .evidence.explain import what_if as what_if
    from .evidence.merge import merge_claims as merge_claims
    from .evidence.plausibility import flag_infeasible as flag_infeasible
    from .evidence.pooling import GRADES as GRADES
    from .evidence.pooling import Grades as Grades
    from .evidence.reports import Claim as Claim
    from .evidence.reports import Report as Report
    from .evidence.reports import read_reports as read_reports
    from .evidence.tables.event_frames import ACLED as ACLED
    from .evidence.tables.event_frames import UCDP as UCDP
    from .evidence.tables.event_frames import from_frame as from_frame
    from .evidence.tables.event_frames import to_frame as to_frame
    from .flows.change_points import ChangePoints as ChangePoints
    from .flows.change_points import change_points as change_points
    from .flows.change_scan import scan_changes as scan_changes
    from .flows.compare_rates import compare_rates as compare_rates
    from .flows.counts.capture_recapture import chao_lower_bound as chao_lower_bound
    from .flows.counts.capture_recapture import two_lists as two_lists
    from .flows.counts.poisson import poisson_interval as poisson_interval
    from .flows.counts.poisson import rate_ratio as rate_ratio
    from .flows.rate import Detection as Detection
    from .flows.rate import Rate as Rate
    from .flows.rate import estimate_rate as estimate_rate
    from .flows.tonnage import estimate_tonnage as estimate_tonnage
    from .forecasting.backtest import Backtest as Backtest
    from .forecasting.backtest import backtest as backtest
    from .forecasting.backtest import pooled_scores as pooled_scores
    from .forecasting.baselines import baseline as baseline
    from .forecasting.end_times import EndTimes as EndTimes
    from .forecasting.end_times import against_plan as against_plan
    from .forecasting.end_times import end_times as end_times
    from .forecasting.first_passage import FirstPassage as FirstPassage
    from .forecasting.first_passage import first_passage as first_passage
    from .forecasting.forecast import forecast as forecast
    from .forecasting.scores import crps as crps
    from .forecasting.scores import interval_score as interval_score
    from .forecasting.scores import pit as pit
    from .forecasting.scores import wis as wis
    from .forecasting.series import Forecast as Forecast
    from .lift.capacity.airlift import AirBridge as AirBridge
    from .lift.capacity.airlift import AirCapacity as AirCapacity
    from .lift.capacity.airlift import airlift_capacity as airlift_capacity
    from .lift.capacity.capacity import Capacity as Capacity
    from .lift.capacity.march import March as March
    from .lift.capacity.march import convoy_march as convoy_march
    from .lift.capacity.ports import PortThroughput as PortThroughput
    from .lift.capacity.ports import port_throughput as port_throughput
    from .lift.capacity.sealift import SeaBridge as SeaBridge
    from .lift.capacity.sealift import SeaCapacity as SeaCapacity
    from .lift.capacity.sealift import sealift_capacity as sealift_capacity
    from .lift.queueing.apron import ApronWait as ApronWait
    from .lift.queueing.apron import apron_wait as apron_wait
    from .lift.queueing.cycle_capacity import CycleCapacity as CycleCapacity
    from .lift.queueing.cycle_capacity import MixedCycle as MixedCycle
    from .lift.queueing.cycle_capacity import cycle_capacity as cycle_capacity
    from .lift.queueing.cycle_capacity import mixed_cycle as mixed_cycle
    from .lift.simulation.simulate import Daily as Daily
    from .lift.simulation.simulate import Simulation as Simulation
    from .lift.simulation.simulate import simulate_airlift as simulate_airlift
    from .lift.simulation.simulate import simulate_sealift as simulate_sealift
    from .lift.sweep import Sweep as Sweep
    from .lift.sweep import sweep as sweep
    from .plots.plot import plot as plot
    from .quantity import LEXICON as LEXICON
    from .quantity import Lexicon as Lexicon
    from .quantity import Quantity as Quantity
    from .quantity import verbal_probability as verbal_probability
    from .report.report import write_report as write_report
    from .results.estimate import Estimate as Estimate
    from .results.range import Range as Range
    from .sensitivity.comparison import Comparison as Comparison
    from .sensitivity.comparison import compare as compare
    from .sensitivity.drivers import drivers as drivers
    from .sensitivity.drivers import next_look as next_look
    from .withdrawal.scenarios import withdrawal_scenarios as withdrawal_scenarios
    from .withdrawal.withdrawal import Withdrawal as Withdrawal
    from .withdrawal.withdrawal import estimate_withdrawal as estimate_withdrawal
    from .world.geography.gazetteer import Place as Place
    from .world.geography.gazetteer import add_place as add_place
    from .world.geography.gazetteer import find_place as find_place
    from .world.geography.routes import Route as Route
    from .world.geography.routes import route as route
    from .world.platforms.catalogue import Aircraft as Aircraft
    from .world.platforms.catalogue import VehicleMix as VehicleMix
    from .world.platforms.catalogue import Vessel as Vessel
    from .world.platforms.catalogue import add_platform as add_platform
    from .world.platforms.catalogue import find_platform as find_platform

_HOME = {
    "errors": (
        "AmbiguousNameError",
        "EstimateError",
        "EventError",
        "ForceflowError",
        "FrameError",
        "NoRouteError",
        "QuantityError",
        "ReportError",
        "RouteError",
        "UnknownNameError",
    ),
    "quantity": (
        "LEXICON",
        "Lexicon",
        "Quantity",
        "verbal_probability",
    ),
    "dates": (
        "read_when",
        "write_edtf",
    ),
    "world.geography.gazetteer": (
        "Place",
        "add_place",
        "find_place",
    ),
    "world.geography.routes": (
        "Route",
        "route",
    ),
    "world.platforms.catalogue": (
        "Aircraft",
        "VehicleMix",
        "Vessel",
        "add_platform",
        "find_platform",
    ),
    "evidence.datasets": (
        "list_datasets",
        "load_reports",
    ),
    "evidence.drawdowns": (
        "Drawdown",
        "load_drawdown",
    ),
    "evidence.event_links": ("suggest_links",),
    "evidence.events": (
        "Convoy",
        "FlowEvent",
        "Sailing",
        "Sortie",
    ),
    "evidence.explain": (
        "explain",
        "grade_sensitivity",
        "what_if",
    ),
    "evidence.merge": ("merge_claims",),
    "evidence.plausibility": ("flag_infeasible",),
    "evidence.pooling": (
        "GRADES",
        "Grades",
    ),
    "evidence.reports": (
        "Claim",
        "Report",
        "read_reports",
    ),
    "evidence.tables.event_frames": (
        "ACLED",
        "UCDP",
        "from_frame",
        "to_frame",
    ),
    "results.estimate": ("Estimate",),
    "results.range": ("Range",),
    "flows.change_points": (
        "ChangePoints",
        "change_points",
    ),
    "flows.change_scan": ("scan_changes",),
    "flows.compare_rates": ("compare_rates",),
    "flows.counts.capture_recapture": (
        "chao_lower_bound",
        "two_lists",
    ),
    "flows.counts.poisson": (
        "poisson_interval",
        "rate_ratio",
    ),
    "flows.rate": (
        "Detection",
        "Rate",
        "estimate_rate",
    ),
    "flows.tonnage": ("estimate_tonnage",),
    "lift.capacity.airlift": (
        "AirBridge",
        "AirCapacity",
        "airlift_capacity",
    ),
    "lift.capacity.capacity": ("Capacity",),
    "lift.capacity.march": (
        "March",
        "convoy_march",
    ),
    "lift.capacity.ports": (
        "PortThroughput",
        "port_throughput",
    ),
    "lift.capacity.sealift": (
        "SeaBridge",
        "SeaCapacity",
        "sealift_capacity",
    ),
    "lift.queueing.apron": (
        "ApronWait",
        "apron_wait",
    ),
    "lift.queueing.cycle_capacity": (
        "CycleCapacity",
        "MixedCycle",
        "cycle_capacity",
        "mixed_cycle",
    ),
    "lift.simulation.simulate": (
        "Daily",
        "Simulation",
        "simulate_airlift",
        "simulate_sealift",
    ),
    "lift.sweep": (
        "Sweep",
        "sweep",
    ),
    "forecasting.backtest": (
        "Backtest",
        "backtest",
        "pooled_scores",
    ),
    "forecasting.baselines": ("baseline",),
    "forecasting.end_times": (
        "EndTimes",
        "against_plan",
        "end_times",
    ),
    "forecasting.first_passage": (
        "FirstPassage",
        "first_passage",
    ),
    "forecasting.forecast": ("forecast",),
    "forecasting.scores": (
        "crps",
        "interval_score",
        "pit",
        "wis",
    ),
    "forecasting.series": ("Forecast",),
    "sensitivity.comparison": (
        "Comparison",
        "compare",
    ),
    "sensitivity.drivers": (
        "drivers",
        "next_look",
    ),
    "withdrawal.scenarios": ("withdrawal_scenarios",),
    "withdrawal.withdrawal": (
        "Withdrawal",
        "estimate_withdrawal",
    ),
    "plots.plot": ("plot",),
    "report.report": ("write_report",),
}
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
