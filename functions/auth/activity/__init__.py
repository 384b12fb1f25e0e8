"""What users did: days, streaks, and the list of activities."""
