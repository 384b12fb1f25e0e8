"""Deliver again what failed for good: events, tasks, and entries of the outbox."""
