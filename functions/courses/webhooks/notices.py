"""The mail about a webhook that was switched off."""

from functions.courses.webhooks.models import Webhook
from functions.courses.webhooks.store import WEBHOOKS
from functions.courses.webhooks.tasks import MailSwitchOff
from shared.language import choose_language, say, translate
from shared.mail import Mail
from shared.mail.message import write_paragraphs
from shared.mail.once import send_once
from shared.published.accounts import CURRENT, PREFERENCES, Preferences
from shared.services import Services


async def mail_switch_off(services: Services, task: MailSwitchOff) -> None:
    """Mail the owner once, unless the webhook was switched on again or deleted meanwhile.

    Raises ServiceUnavailable while no mail can be sent.
    """
    webhook = await services.store.get(WEBHOOKS.doc(task.webhook, user=task.user))
    owner = await services.store.get(PREFERENCES.doc(CURRENT, user=task.user))
    if webhook is None or webhook.active or owner is None or not owner.email:
        return
    await send_once(services, _compose_mail(owner, webhook, key=f"webhook-off:{webhook.id}:{task.at}"))


def _compose_mail(owner: Preferences, webhook: Webhook, *, key: str) -> Mail:
    language = choose_language("", owner.language)
    name, reason = owner.first_name, webhook.switched_off_because or ""
    facts = (
        say("Address: {address}", address=webhook.url.partition("?")[0]),
        say("Reason: {reason}", reason=translate(reason, language)),
    )
    paragraphs = [
        say("Hello {name},", name=name) if name else say("Hello,"),
        say("we switched off your webhook, which receives no further events:"),
        "\n".join(f"  {translate(fact, language)}" for fact in facts),
        say(
            "When the address works again, switch the webhook on: set `active` to true"
            " (PATCH /api/v1/webhooks/{id}/), and send the missed deliveries again.",
            id=webhook.id,
        ),
    ]
    return Mail(
        key=key,
        to=owner.email,
        subject=translate(say("Your webhook was switched off"), language),
        text=write_paragraphs(paragraphs, language),
    )
