"""Reminders through the stack, with a clock that runs through a year."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.assessments.flashcards.reminders import service
from functions.assessments.flashcards.reminders.models import REMINDER, REMINDERS
from shared.mail import Mail
from shared.messages import Event
from shared.published.accounts import CURRENT, PREFERENCES, PreferencesChanged
from shared.store import Transaction
from tests.functions.assessments.learners import CARDS, Learner, new_learner
from tests.stack import Stack

NEW_YORK = ZoneInfo("America/New_York")


class Letters:
    """A mailer that keeps what it was given, and when."""

    repeatable = True

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.sent: list[tuple[datetime, Mail]] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append((self.stack.clock.now(), mail))

    async def aclose(self) -> None:
        """Nothing is held open."""

    def local(self, zone: str = "UTC") -> list[str]:
        return [at.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M") for at, _ in self.sent]


@pytest.fixture
def letters(stack: Stack) -> Letters:
    box = Letters(stack)
    stack.services.__dict__["mailer"] = box
    return box


async def prefer(learner: Learner, **changes: Any) -> None:
    """As the auth group does it."""

    async def work(tx: Transaction) -> None:
        tx.merge(PREFERENCES.doc(CURRENT, user=learner.id), changes)
        event: Event = PreferencesChanged(user=learner.id)
        tx.publish(event)

    await learner.stack.services.store.transact(work)
    await learner.stack.drain()


@pytest.mark.slow
async def test_a_year_in_new_york_brings_one_mail_a_day_at_six_while_cards_are_due(
    stack: Stack, letters: Letters
) -> None:
    learner = await new_learner(stack, timezone="America/New_York", first_name="Ada")
    card = (await learner.add())["id"]
    start = stack.clock.now()
    await stack.advance(days=200)
    yesterday = (stack.clock.now() - timedelta(days=1)).isoformat()
    await learner.review(card, 4, reviewed_at=yesterday)  # due today
    await learner.review(card, 5)  # due in six days
    await stack.advance(days=165)

    times = [at.astimezone(NEW_YORK) for at, _ in letters.sent]
    assert {(at.hour, at.minute) for at in times} == {(18, 0)}
    assert {at.astimezone(UTC).hour for at in times} == {22, 23}
    days = [at.date() for at in times]
    first, quiet = (
        start.astimezone(NEW_YORK).date(),
        (start + timedelta(days=200)).astimezone(NEW_YORK).date(),
    )
    without = {quiet + timedelta(days=ahead) for ahead in range(6)}
    assert days == [day for n in range(365) if (day := first + timedelta(days=n)) not in without]
    assert len({mail.key for _, mail in letters.sent}) == len(letters.sent)
    _, mail = letters.sent[0]
    assert (mail.to, mail.subject) == ("ada@example.com", "1 flashcard is due today")
    assert mail.text.startswith("Hello Ada,")


async def test_the_reminder_moves_when_its_time_or_the_zone_changes(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await learner.add_many(2)
    await stack.advance(days=1)
    await prefer(learner, reminder_time="07:30")
    await stack.advance(days=1)
    await prefer(learner, timezone="Asia/Tokyo")
    await stack.advance(days=1)
    assert letters.local() == ["03-02 18:00", "03-04 07:30", "03-04 22:30"]
    assert letters.sent[0][1].subject == "2 flashcards are due today"


async def test_a_time_moved_to_later_on_the_same_day_brings_no_second_mail(
    stack: Stack, letters: Letters
) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.advance(hours=7)
    await prefer(learner, reminder_time="21:00")
    await stack.advance(days=1)
    assert letters.local() == ["03-02 18:00"]
    await stack.advance(hours=3)
    assert letters.local() == ["03-02 18:00", "03-03 21:00"]


@pytest.mark.parametrize("switch", ["notifications_enabled", "email_notifications"])
async def test_who_wants_none_gets_none_until_he_wants_them_again(
    stack: Stack, letters: Letters, switch: str
) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.drain()
    await prefer(learner, **{switch: False})
    await stack.advance(days=3)
    assert letters.sent == []
    assert (await stack.services.queue.find_next_due()) is None
    await learner.add()
    await stack.drain()
    assert (await stack.services.queue.find_next_due()) is None
    await prefer(learner, **{switch: True})
    await stack.advance(days=1)
    assert letters.local() == ["03-05 18:00"]


async def test_a_switch_seen_only_when_the_reminder_runs_is_kept_too(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.drain()
    ref = PREFERENCES.doc(CURRENT, user=learner.id)
    await stack.services.store.merge(ref, {"notifications_enabled": False})
    await stack.advance(days=3)
    assert letters.sent == []
    assert (await stack.services.queue.find_next_due()) is None


async def test_changes_that_do_not_concern_reminders_leave_the_chain_alone(
    stack: Stack, letters: Letters
) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.drain()
    ref = REMINDERS.doc(REMINDER, user=learner.id)
    before = await stack.services.store.get(ref)
    for language in ("de", "fr"):
        await prefer(learner, language=language)
    assert await stack.services.store.get(ref) == before
    assert before is not None
    for generation in (before.generation, before.generation - 1):  # delivered twice, or overtaken
        stack.clock.set(datetime(2026, 3, 2, 18, tzinfo=UTC))
        await service.send_reminder(stack.services, user_id=learner.id, generation=generation)
    await service.send_reminder(stack.services, user_id=learner.id, generation=before.generation)
    await stack.drain()
    assert letters.local() == ["03-02 18:00"]


async def test_a_user_without_cards_has_no_chain_until_he_makes_one(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await prefer(learner, reminder_time="08:00")
    assert (await stack.services.queue.find_next_due()) is None
    for day in ("03-03", "03-06"):
        card = (await learner.add())["id"]
        await stack.advance(days=1)
        assert letters.local()[-1] == f"{day} 08:00"
        await learner.http.delete(f"{CARDS}{card}/")
        await stack.advance(days=2)
        assert (await stack.services.queue.find_next_due()) is None
    assert len(letters.sent) == 2


async def test_a_card_deleted_before_the_chain_began_does_not_keep_it_from_beginning(
    stack: Stack, letters: Letters
) -> None:
    learner = await new_learner(stack)
    card = (await learner.add())["id"]
    await learner.http.delete(f"{CARDS}{card}/")
    await stack.drain()
    await learner.add()
    await stack.advance(days=1)
    assert letters.local() == ["03-02 18:00"]


async def test_a_worker_that_was_away_leaves_the_lost_days_out(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.drain()
    stack.clock.set(datetime(2026, 3, 6, 9, tzinfo=UTC))
    await stack.drain()
    assert letters.sent == []
    await stack.advance(days=1)
    assert letters.local() == ["03-06 18:00"]


async def test_what_was_learned_between_claim_and_mail_is_not_mailed(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    card = (await learner.add())["id"]
    await learner.review(card, 4)
    await service.send_mail(stack.services, user_id=learner.id, day=stack.clock.now().date())
    assert letters.sent == []


async def test_an_erased_user_is_left_in_peace(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await learner.add()
    await stack.services.store.erase(f"users/{learner.id}")
    await stack.advance(days=2)
    assert letters.sent == []
    assert [row async for row in stack.services.store.stream_subtree(f"users/{learner.id}")] == []


async def test_a_reminder_tells_as_many_cards_as_are_shown(stack: Stack, letters: Letters) -> None:
    learner = await new_learner(stack)
    await learner.add_many(25)
    await stack.advance(hours=8)
    assert [mail.subject for _, mail in letters.sent] == ["20 flashcards are due today"]
