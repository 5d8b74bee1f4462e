"""Aircraft, ships and vehicles, each figure with its source."""
