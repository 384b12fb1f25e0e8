"""The web frame of every HTTP function: routing, errors, limits, idempotency, pages, streams."""
