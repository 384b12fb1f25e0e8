"""What users did: days, streaks, achievements, the dashboard."""
