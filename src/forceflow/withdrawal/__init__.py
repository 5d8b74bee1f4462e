"""When would it be complete, and would it ever be."""
