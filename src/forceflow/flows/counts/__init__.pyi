from .capture_recapture import chao_lower_bound as chao_lower_bound
from .capture_recapture import two_lists as two_lists
from .poisson import poisson_interval as poisson_interval
from .poisson import rate_ratio as rate_ratio

__all__: list[str]
