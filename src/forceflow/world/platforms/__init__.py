"""Aircraft, ships, vehicles and trains, each figure with its source."""
