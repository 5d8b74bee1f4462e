from .comparison import Comparison as Comparison
from .comparison import compare as compare
from .drivers import drivers as drivers
from .drivers import next_look as next_look

__all__: list[str]
