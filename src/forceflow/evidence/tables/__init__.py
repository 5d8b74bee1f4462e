"""Tables of other people's, read column by column into flow events and series of counts.

The only place that touches pandas, polars or narwhals (a contract in pyproject.toml).
"""
