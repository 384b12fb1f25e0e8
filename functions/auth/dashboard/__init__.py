"""The dashboard: streak, study time, deadlines, achievements."""
