"""Tasks of webhooks."""

from typing import ClassVar

from shared.messages import Task


class DeliverWebhook(Task):
    """One attempt at a delivery. `tries` is how many there were when it was planned: where there have been
    more since, this one is out of date."""

    name: ClassVar[str] = "webhook.deliver"
    group: ClassVar[str] = "courses"

    user: str
    webhook: str
    delivery: str
    round_started_at: str
    tries: int


class PurgeWebhook(Task):
    """Remove the deliveries of a webhook that is gone."""

    name: ClassVar[str] = "webhook.erase"
    group: ClassVar[str] = "courses"

    user: str
    webhook: str
