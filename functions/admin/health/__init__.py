"""The health check of the platform."""
