"""Publishing events to Pub/Sub, or to the durable queue of the local stack."""

from shared.events.protocol import Events

__all__ = ["Events"]
