from .scenarios import withdrawal_scenarios as withdrawal_scenarios
from .withdrawal import Withdrawal as Withdrawal
from .withdrawal import estimate_withdrawal as estimate_withdrawal

__all__: list[str]
