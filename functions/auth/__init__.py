"""The auth group."""
