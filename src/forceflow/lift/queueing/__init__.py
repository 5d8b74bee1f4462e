"""What waiting costs: mean value analysis of a cycle."""
