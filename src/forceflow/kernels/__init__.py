"""Compiled loops: arrays in, arrays out.

They know NumPy and Numba alone (a contract in pyproject.toml), and each has its slow twin in the tests. Where a loop is
written for the compiler, a comment beside it says why.
"""
