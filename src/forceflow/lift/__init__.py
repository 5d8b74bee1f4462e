"""What could be carried: bridges, their capacity, queues and simulations."""
