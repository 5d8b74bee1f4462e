from .apron import ApronWait as ApronWait
from .apron import apron_wait as apron_wait
from .cycle_capacity import CycleCapacity as CycleCapacity
from .cycle_capacity import cycle_capacity as cycle_capacity
from .mixed_fleet import MixedCycle as MixedCycle
from .mixed_fleet import mixed_cycle as mixed_cycle

__all__: list[str]
