"""Axes only: data in, matplotlib Axes out.

It may read every result, and knows nothing of `report`. No estimate is made here.
"""
