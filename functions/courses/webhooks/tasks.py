"""Tasks of webhooks."""

from typing import ClassVar

from shared.messages import Task


class DeliverWebhook(Task):
    """Make one attempt at a delivery.

    `tries` counts the attempts at the time of scheduling: if there have been more since, this task is
    outdated.
    """

    name: ClassVar[str] = "webhook.deliver"
    group: ClassVar[str] = "courses"
    queue: ClassVar[str] = "outside"

    user: str
    webhook: str
    delivery: str
    round_started_at: str
    tries: int


class MailSwitchOff(Task):
    """Tell the owner of a webhook that it was switched off at an instant."""

    name: ClassVar[str] = "webhook.mail"
    group: ClassVar[str] = "courses"

    user: str
    webhook: str
    at: str


class PurgeWebhook(Task):
    """Purge the deliveries of a deleted webhook."""

    name: ClassVar[str] = "webhook.erase"
    group: ClassVar[str] = "courses"

    user: str
    webhook: str
