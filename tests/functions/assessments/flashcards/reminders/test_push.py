"""The reminder on the user's devices."""

from collections.abc import Sequence
from datetime import date

import pytest

from functions.assessments.flashcards.reminders import service
from shared.errors import ServiceUnavailable
from shared.published.accounts import DEVICES, Device
from shared.push import Notification
from tests.functions.assessments.flashcards.reminders.test_reminders import Letters, prefer
from tests.functions.assessments.learners import Learner, new_learner
from tests.stack import START, Stack

DAY = date(2026, 3, 2)


class Pushes:
    """A push that keeps what it was given; `gone` are tokens it knows no more, `away` fails so often."""

    def __init__(self) -> None:
        self.sent: list[tuple[list[str], Notification]] = []
        self.gone: set[str] = set()
        self.away = 0

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        if self.away:
            self.away -= 1
            raise ServiceUnavailable
        self.sent.append((list(tokens), notification))
        return self.gone & set(tokens)

    async def aclose(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def pushes(stack: Stack) -> Pushes:
    box = Pushes()
    stack.services.__dict__["push"] = box
    return box


@pytest.fixture
def letters(stack: Stack) -> Letters:
    box = Letters(stack)
    stack.services.__dict__["mailer"] = box
    return box


async def learner_with(stack: Stack, *tokens: str, push: bool = True, mail: bool = True) -> Learner:
    learner = await new_learner(stack)
    for token in tokens:
        device = Device(id=token, token=token, platform="android", created_at=START, seen_at=START)
        await stack.services.store.put(DEVICES.doc(token, user=learner.id), device)
    await prefer(learner, push_notifications=push, email_notifications=mail)
    await learner.add()
    return learner


async def test_who_wants_both_gets_both_once_a_day(stack: Stack, pushes: Pushes, letters: Letters) -> None:
    await learner_with(stack, "phone", "tablet")
    await stack.advance(days=2)
    assert letters.local() == ["03-02 18:00", "03-03 18:00"]
    (tokens, first), (_, second) = pushes.sent
    assert sorted(tokens) == ["phone", "tablet"]
    assert (first.title, first.data["type"], first.data["due"]) == (
        "1 flashcard is due today", "reminder", "1",
    )  # fmt: skip
    assert first.key != second.key


@pytest.mark.parametrize(("push", "mail"), [(True, False), (False, True), (False, False)])
async def test_each_way_has_its_own_switch(
    stack: Stack, pushes: Pushes, letters: Letters, push: bool, mail: bool
) -> None:
    await learner_with(stack, "phone", push=push, mail=mail)
    await stack.advance(days=1)
    assert (len(pushes.sent), len(letters.sent)) == (int(push), int(mail))


async def test_who_has_no_address_is_reminded_by_push_alone(
    stack: Stack, pushes: Pushes, letters: Letters
) -> None:
    learner = await learner_with(stack, "phone")
    await prefer(learner, email="")
    await stack.advance(days=1)
    assert (len(pushes.sent), letters.sent) == (1, [])
    assert await stack.services.queue.list_dead_letters() == []


async def test_without_devices_nothing_is_pushed(stack: Stack, pushes: Pushes) -> None:
    await learner_with(stack)
    await stack.advance(days=1)
    assert pushes.sent == []


async def test_a_task_that_comes_again_pushes_nothing(stack: Stack, pushes: Pushes) -> None:
    learner = await learner_with(stack, "phone")
    await stack.advance(days=1)
    await service.send_push(stack.services, user_id=learner.id, day=DAY)
    assert len(pushes.sent) == 1


async def test_while_push_is_away_the_task_waits(stack: Stack, pushes: Pushes, letters: Letters) -> None:
    pushes.away = 2
    await learner_with(stack, "phone")
    await stack.advance(days=1)
    assert (len(pushes.sent), len(letters.sent)) == (1, 1)


async def test_what_was_learned_or_switched_off_meanwhile_is_not_pushed(stack: Stack, pushes: Pushes) -> None:
    learner = await learner_with(stack, "phone")
    await prefer(learner, push_notifications=False)
    await service.send_push(stack.services, user_id=learner.id, day=DAY)
    await prefer(learner, push_notifications=True)
    (card,) = await learner.get("due/")
    await learner.review(card["id"])
    await service.send_push(stack.services, user_id=learner.id, day=DAY)
    await service.send_push(stack.services, user_id="nobody", day=DAY)
    assert pushes.sent == []


async def test_devices_that_are_gone_are_forgotten(stack: Stack, pushes: Pushes) -> None:
    pushes.gone = {"phone"}
    learner = await learner_with(stack, "phone", "tablet")
    await stack.advance(days=2)
    assert [sorted(tokens) for tokens, _ in pushes.sent] == [["phone", "tablet"], ["tablet"]]
    (left,) = await stack.services.store.find(DEVICES.query(user=learner.id))
    assert left.token == "tablet"
