"""What is asked of every model: a bridge and its cycle."""
