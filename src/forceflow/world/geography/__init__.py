"""Places, coast, passages and routes.

The coast lies below the places, the places below the routes (a contract in pyproject.toml).
"""
