"""The chain of reminders: each schedules the next, and only the newest task of a user counts."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.counts import clamp_count
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.reminders.models import REMINDER, REMINDERS, Reminder
from functions.assessments.flashcards.reminders.rules import find_next_reminder
from functions.assessments.flashcards.reminders.tasks import MailReminder, PushReminder, SendReminder
from functions.assessments.flashcards.reminders.text import compose_mail, compose_notification
from shared.mail.once import send_once
from shared.published.accounts import (
    CURRENT,
    DEVICES,
    MAX_DEVICES,
    PREFERENCES,
    Device,
    DevicesGone,
    Preferences,
)
from shared.published.due_cards import count_due
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats
from shared.push.once import push_once
from shared.services import Services
from shared.store import Ref, Store, Transaction


async def update_chain(services: Services, *, user_id: str) -> None:
    """Start, move or pause the chain as the preferences say; one that fits them stays."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        preferences, reminder = await _get_preferences(tx, user_id), await _get_reminder(tx, user_id)
        if preferences is None:
            return
        if not _wants_reminders(preferences):
            _pause(tx, user_id, reminder)
        elif not _is_current(reminder, preferences):
            if clamp_count((await _get_stats(tx, user_id)).total):
                _schedule_next(tx, user_id, reminder, preferences, now)
            else:
                await _stop(tx, user_id, reminder)

    await services.store.transact(work)


async def send_reminder(services: Services, *, user_id: str, generation: int) -> None:
    """Enqueue the day's mail and push if cards are due, and schedule the next reminder.

    A task that was overtaken does nothing, and one that comes after its day leaves that day out.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        reminder = await _get_reminder(tx, user_id)
        if reminder.generation != generation or reminder.next_at is None:
            return
        preferences, stats = await _get_preferences(tx, user_id), await _get_stats(tx, user_id)
        if preferences is None or not _wants_reminders(preferences):
            _pause(tx, user_id, reminder)
            return
        if not clamp_count(stats.total):
            await _stop(tx, user_id, reminder)
            return
        zone = ZoneInfo(preferences.timezone)
        today = to_local_day(now, zone)
        on_its_day = to_local_day(reminder.next_at, zone) == today
        due = await _count_due(tx, user_id, stats, today)
        if on_its_day and reminder.last_sent_on != today and due:
            _enqueue(tx, user_id, preferences, today)
            reminder = reminder.model_copy(update={"last_sent_on": today})
        _schedule_next(tx, user_id, reminder, preferences, now)

    await services.store.transact(work)


async def send_mail(services: Services, *, user_id: str, day: date) -> None:
    """Send the day's mail once, unless the user has turned it off or reviewed everything meanwhile.

    Raises ServiceUnavailable while no mail can be sent.
    """
    preferences, stats = (
        await _get_preferences(services.store, user_id),
        await _get_stats(services.store, user_id),
    )
    due = await _count_due(services.store, user_id, stats, day)
    if preferences is not None and _wants_mail(preferences) and due:
        text = compose_mail(
            preferences, user_id=user_id, day=day, due=due, link=services.settings.frontend_url
        )
        await send_once(services, text)


async def send_push(services: Services, *, user_id: str, day: date) -> None:
    """Send the day's push once to the user's devices, as the mail, and publish which of them are gone.

    Raises ServiceUnavailable while none can be reached.
    """
    preferences, stats = (
        await _get_preferences(services.store, user_id),
        await _get_stats(services.store, user_id),
    )
    due = await _count_due(services.store, user_id, stats, day)
    if preferences is None or not _wants_push(preferences) or not due:
        return
    devices = await services.store.find(DEVICES.query(user=user_id).limit(MAX_DEVICES))
    if devices:
        text = compose_notification(
            preferences, user_id=user_id, day=day, due=due, link=services.settings.frontend_url
        )
        gone = await push_once(services, [device.token for device in devices], text)
        await _publish_gone(services, user_id, [device for device in devices if device.token in gone])


async def _publish_gone(services: Services, user_id: str, devices: list[Device]) -> None:
    async def work(tx: Transaction) -> None:
        tx.publish(DevicesGone(user=user_id, devices=tuple(device.id for device in devices)))

    if devices:
        await services.store.transact(work)


def _enqueue(tx: Transaction, user_id: str, preferences: Preferences, day: date) -> None:
    if _wants_mail(preferences):
        tx.enqueue(MailReminder(user=user_id, day=day))
    if _wants_push(preferences):
        tx.enqueue(PushReminder(user=user_id, day=day))


def _wants_reminders(preferences: Preferences) -> bool:
    return _wants_mail(preferences) or _wants_push(preferences)


def _wants_mail(preferences: Preferences) -> bool:
    """Return whether to send mail; who signed in with Firebase may have no address."""
    return preferences.notifications_enabled and preferences.email_notifications and bool(preferences.email)


def _wants_push(preferences: Preferences) -> bool:
    return preferences.notifications_enabled and preferences.push_notifications


def _is_current(reminder: Reminder, preferences: Preferences) -> bool:
    return reminder.next_at is not None and (
        (reminder.reminder_time, reminder.timezone) == (preferences.reminder_time, preferences.timezone)
    )


def _schedule_next(
    tx: Transaction, user_id: str, reminder: Reminder, preferences: Preferences, now: datetime
) -> None:
    wall = time.fromisoformat(preferences.reminder_time)
    following = reminder.model_copy(
        update={
            "generation": reminder.generation + 1,
            "next_at": find_next_reminder(now, wall, ZoneInfo(preferences.timezone)),
            "reminder_time": preferences.reminder_time,
            "timezone": preferences.timezone,
        }
    )
    tx.put(_reminder_ref(user_id), following)
    tx.enqueue(SendReminder(user=user_id, generation=following.generation), at=following.next_at)


def _pause(tx: Transaction, user_id: str, reminder: Reminder) -> None:
    """Schedule nothing until the preferences change."""
    if reminder.next_at is not None:
        changes = {"generation": reminder.generation + 1, "next_at": None}
        tx.put(_reminder_ref(user_id), reminder.model_copy(update=changes))


async def _stop(tx: Transaction, user_id: str, reminder: Reminder) -> None:
    """Schedule nothing until the next card is created."""
    ref = STUDY_STATES.doc(STATE, user=user_id)
    state = await tx.get(ref)
    _pause(tx, user_id, reminder)
    if state is not None and state.reminding:
        tx.merge(ref, {"reminding": False})


def _reminder_ref(user_id: str) -> Ref[Reminder]:
    return REMINDERS.doc(REMINDER, user=user_id)


async def _get_reminder(tx: Transaction, user_id: str) -> Reminder:
    return await tx.get(_reminder_ref(user_id)) or Reminder(id=REMINDER)


async def _get_preferences(reads: Store | Transaction, user_id: str) -> Preferences | None:
    return await reads.get(PREFERENCES.doc(CURRENT, user=user_id))


async def _count_due(reads: Store | Transaction, user_id: str, stats: CardStats, day: date) -> int:
    """Count as the list of due cards does. Costs 1 read."""
    return count_due(stats, stats, await get_study_state(reads, user_id), day).total


async def _get_stats(reads: Store | Transaction, user_id: str) -> CardStats:
    return await reads.get(CARD_STATS.doc(ALL, user=user_id)) or CardStats(id=ALL)
