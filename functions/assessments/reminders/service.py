"""The chain of reminders: each one schedules the next, and only the newest task of a user counts."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from functions.assessments.reminders.models import (
    REMINDER,
    REMINDERS,
    MailReminder,
    Reminder,
    SendReminder,
)
from functions.assessments.reminders.rules import next_reminder
from functions.assessments.reminders.text import mail_for
from functions.assessments.statistics.rules import due_by, shown
from shared.mail.once import send_once
from shared.published.accounts import CURRENT, PREFERENCES, Preferences
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats
from shared.services import Services
from shared.store import Ref, Store, Transaction


async def schedule(services: Services, *, user_id: str) -> None:
    """Have the chain fit the preferences: begun, moved, at rest, or left as it is where it fits already."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        preferences, reminder = await _preferences(tx, user_id), await _reminder(tx, user_id)
        if preferences is None:
            return
        if not _wanted(preferences):
            _rest(tx, user_id, reminder)
        elif not _fits(reminder, preferences):
            if shown((await _stats(tx, user_id)).total):
                _continue(tx, user_id, reminder, preferences, now)
            else:
                await _stop(tx, user_id, reminder)

    await services.store.transact(work)


async def remind(services: Services, *, user_id: str, generation: int) -> None:
    """Claim the day's mail where cards are due, and schedule the next reminder; a task that was overtaken
    does nothing, and one that comes after its day leaves that day out."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        reminder = await _reminder(tx, user_id)
        if reminder.generation != generation or reminder.next_at is None:
            return
        preferences, stats = await _preferences(tx, user_id), await _stats(tx, user_id)
        if preferences is None or not _wanted(preferences):
            _rest(tx, user_id, reminder)
            return
        if not shown(stats.total):
            await _stop(tx, user_id, reminder)
            return
        zone = ZoneInfo(preferences.timezone)
        today = now.astimezone(zone).date()
        on_its_day = reminder.next_at.astimezone(zone).date() == today
        if on_its_day and reminder.last_sent_on != today and due_by(stats, today):
            tx.enqueue(MailReminder(user=user_id, day=today))
            reminder = reminder.model_copy(update={"last_sent_on": today})
        _continue(tx, user_id, reminder, preferences, now)

    await services.store.transact(work)


async def mail(services: Services, *, user_id: str, day: date) -> None:
    """Send the day's mail, once, unless the user wants none any more or has learned everything meanwhile.

    Raises ServiceUnavailable while no mail can be sent.
    """
    preferences, stats = await _preferences(services.store, user_id), await _stats(services.store, user_id)
    due = due_by(stats, day)
    if preferences is not None and _wanted(preferences) and due:
        text = mail_for(preferences, user_id=user_id, day=day, due=due, link=services.settings.frontend_url)
        await send_once(services, text)


def _wanted(preferences: Preferences) -> bool:
    return preferences.notifications_enabled and preferences.email_notifications


def _fits(reminder: Reminder, preferences: Preferences) -> bool:
    return reminder.next_at is not None and (
        (reminder.reminder_time, reminder.timezone) == (preferences.reminder_time, preferences.timezone)
    )


def _continue(
    tx: Transaction, user_id: str, reminder: Reminder, preferences: Preferences, now: datetime
) -> None:
    wall = time.fromisoformat(preferences.reminder_time)
    following = reminder.model_copy(
        update={
            "generation": reminder.generation + 1,
            "next_at": next_reminder(now, wall, ZoneInfo(preferences.timezone)),
            "reminder_time": preferences.reminder_time,
            "timezone": preferences.timezone,
        }
    )
    tx.put(_ref(user_id), following)
    tx.enqueue(SendReminder(user=user_id, generation=following.generation), at=following.next_at)


def _rest(tx: Transaction, user_id: str, reminder: Reminder) -> None:
    """Nothing is scheduled until the preferences change."""
    if reminder.next_at is not None:
        resting = {"generation": reminder.generation + 1, "next_at": None}
        tx.put(_ref(user_id), reminder.model_copy(update=resting))


async def _stop(tx: Transaction, user_id: str, reminder: Reminder) -> None:
    """Nothing is scheduled until the next card is made."""
    ref = STUDY_STATES.doc(STATE, user=user_id)
    state = await tx.get(ref)
    _rest(tx, user_id, reminder)
    if state is not None and state.reminding:
        tx.merge(ref, {"reminding": False})


def _ref(user_id: str) -> Ref[Reminder]:
    return REMINDERS.doc(REMINDER, user=user_id)


async def _reminder(tx: Transaction, user_id: str) -> Reminder:
    return await tx.get(_ref(user_id)) or Reminder(id=REMINDER)


async def _preferences(reads: Store | Transaction, user_id: str) -> Preferences | None:
    return await reads.get(PREFERENCES.doc(CURRENT, user=user_id))


async def _stats(reads: Store | Transaction, user_id: str) -> CardStats:
    return await reads.get(CARD_STATS.doc(ALL, user=user_id)) or CardStats(id=ALL)
