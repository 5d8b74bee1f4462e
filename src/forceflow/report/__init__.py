"""The report: every estimate, one page, tables and figures in a folder.

`analysis` makes the estimates, the other files show them. It may use every wing but `cli`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
