"""Tasks leave to Cloud Tasks, or to the durable queue of the local stack."""

from shared.tasks.protocol import Tasks

__all__ = ["Tasks"]
