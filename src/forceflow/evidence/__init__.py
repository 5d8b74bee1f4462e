"""Reports and claims, merged into flow events, as frames and explained."""
