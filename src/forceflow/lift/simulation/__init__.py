"""A bridge simulated movement by movement."""
