from . import scores as scores
from .backtest import Backtest as Backtest
from .backtest import backtest as backtest
from .backtest import pooled_scores as pooled_scores
from .baselines import baseline as baseline
from .end_times import EndTimes as EndTimes
from .end_times import against_plan as against_plan
from .end_times import end_times as end_times
from .first_passage import FirstPassage as FirstPassage
from .first_passage import first_passage as first_passage
from .forecast import forecast as forecast
from .result import Forecast as Forecast

__all__: list[str]
