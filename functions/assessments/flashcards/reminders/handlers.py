"""Handlers of the chain of reminders: changed preferences, a user's first card, and its own tasks."""

from functions.assessments.flashcards.cards.tasks import ScheduleReminder
from functions.assessments.flashcards.reminders import service
from functions.assessments.flashcards.reminders.tasks import MailReminder, PushReminder, SendReminder
from shared.consumers import Delivery, Handlers
from shared.published.accounts import PreferencesChanged
from shared.services import Services

handlers = Handlers()


@handlers.on(PreferencesChanged, name="assessments.move_reminder")
async def on_preferences_changed(services: Services, event: PreferencesChanged, _: Delivery) -> None:
    """Update the chain. Needs no marker: a chain that fits the preferences stays."""
    await service.update_chain(services, user_id=event.user)


@handlers.does(ScheduleReminder)
async def do_schedule(services: Services, task: ScheduleReminder) -> None:
    """Schedule the user's next reminder by the preferences as they are now."""
    await service.update_chain(services, user_id=task.user)


@handlers.does(SendReminder)
async def do_send(services: Services, task: SendReminder) -> None:
    """Send the day's reminder and schedule the next; does nothing for a chain that was replaced."""
    await service.send_reminder(services, user_id=task.user, generation=task.generation)


@handlers.does(MailReminder)
async def do_mail(services: Services, task: MailReminder) -> None:
    """Mail the day's reminder."""
    await service.send_mail(services, user_id=task.user, day=task.day)


@handlers.does(PushReminder)
async def do_push(services: Services, task: PushReminder) -> None:
    """Push the day's reminder to the user's devices."""
    await service.send_push(services, user_id=task.user, day=task.day)
