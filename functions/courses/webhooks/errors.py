"""Errors of webhooks."""

from shared.errors import Conflict, NotFound


class WebhookNotFound(NotFound):
    """The user has no webhook of this id."""

    message = "There is no such webhook"


class DeliveryNotFound(NotFound):
    """The webhook has no delivery of this id."""

    message = "There is no such delivery of this webhook"


class TooManyWebhooks(Conflict):
    """The user already has `MAX_WEBHOOKS` webhooks."""

    message = "You can have at most 20 webhooks; delete one first"


class WebhookSwitchedOff(Conflict):
    """The webhook receives nothing until it is active again."""

    message = "The webhook is switched off; set active to true first"
