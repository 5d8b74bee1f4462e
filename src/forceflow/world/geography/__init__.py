"""Places, coast, passages and routes."""
