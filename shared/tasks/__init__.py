"""Enqueuing tasks in Cloud Tasks, or in the durable queue of the local stack."""

from shared.tasks.protocol import Tasks

__all__ = ["Tasks"]
