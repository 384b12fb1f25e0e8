"""Activity: days, streaks and the list of activities."""
