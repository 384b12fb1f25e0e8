"""Calibration: how well the schedulers predict a user's answers, and weights of FSRS fitted to them."""
