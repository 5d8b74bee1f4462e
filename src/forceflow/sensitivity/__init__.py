"""What drives a range, and what to look at next."""
