"""The report: every estimate, one page, tables and figures in a folder.

`analysis` makes the estimates, the other files show them. It may use every wing but `cli`.
"""
