"""The assessments group."""
