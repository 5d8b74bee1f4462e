"""Bridges: what every model of capacity is given, and the cycle of a fleet."""
