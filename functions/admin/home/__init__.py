"""The root of the API: where everything is."""
