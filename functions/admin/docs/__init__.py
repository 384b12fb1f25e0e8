"""The API, documented for people and programs."""
