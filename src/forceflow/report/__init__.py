"""The report: every estimate, one page, tables and figures in a folder."""
