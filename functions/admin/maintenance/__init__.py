"""What runs by the clock, for every group."""
