"""Axes only: data in, matplotlib Axes out."""
