from . import queueing as queueing
from .capacity.airlift import AirBridge as AirBridge
from .capacity.airlift import AirCapacity as AirCapacity
from .capacity.airlift import airlift_capacity as airlift_capacity
from .capacity.capacity import Capacity as Capacity
from .capacity.march import March as March
from .capacity.march import convoy_march as convoy_march
from .capacity.ports import PortThroughput as PortThroughput
from .capacity.ports import port_throughput as port_throughput
from .capacity.rail import RailCapacity as RailCapacity
from .capacity.rail import RailDivision as RailDivision
from .capacity.rail import rail_capacity as rail_capacity
from .capacity.sealift import SeaBridge as SeaBridge
from .capacity.sealift import SeaCapacity as SeaCapacity
from .capacity.sealift import sealift_capacity as sealift_capacity
from .simulation.simulate import Daily as Daily
from .simulation.simulate import Simulation as Simulation
from .simulation.simulate import simulate_airlift as simulate_airlift
from .simulation.simulate import simulate_sealift as simulate_sealift
from .sweep import Sweep as Sweep
from .sweep import sweep as sweep

__all__: list[str]
