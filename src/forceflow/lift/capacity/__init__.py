"""Closed forms: what a bridge, a port or a road carries in a day."""
