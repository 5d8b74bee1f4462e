from .case import Case as Case
from .case_file import read_case as read_case

__all__: list[str]
