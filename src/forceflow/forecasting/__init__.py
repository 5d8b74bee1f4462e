"""Forecasts of a cumulative series, and how they scored."""
