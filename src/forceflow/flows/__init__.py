"""What moved, and how fast: tonnage, rates, changes of pace, from flow events."""
