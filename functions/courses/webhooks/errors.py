"""A webhook's errors."""

from shared.errors import Conflict, NotFound


class WebhookNotFound(NotFound):
    message = "There is no such webhook"


class DeliveryNotFound(NotFound):
    message = "There is no such delivery of this webhook"


class TooManyWebhooks(Conflict):
    message = "A user has at most 20 webhooks"


class WebhookSwitchedOff(Conflict):
    message = "The webhook is switched off; set active to true first"
