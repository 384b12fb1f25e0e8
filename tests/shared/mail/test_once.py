"""A message leaves once, whatever happens to the task that sends it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock, SeededIds
from shared.errors import ApiError, ServiceUnavailable
from shared.mail import Mail, MailRefused, MailUncertain
from shared.mail.once import send_once
from shared.services import Services
from shared.settings import Settings

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAIL = Mail(key="reset:1", to="a@example.com", subject="Hello", text="Text")


class Postbox:
    """A mailer that keeps what it takes, fails as told, and may break off after it took the message."""

    def __init__(self, *, repeatable: bool = False) -> None:
        self.repeatable = repeatable
        self.taken: list[Mail] = []
        self.failures: list[Exception] = []
        self.breaks_off = False

    async def send(self, mail: Mail) -> None:
        if self.failures:
            raise self.failures.pop()
        self.taken.append(mail)
        if self.breaks_off:
            self.breaks_off = False
            raise KeyboardInterrupt

    async def aclose(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def services(tmp_path: Path, postbox: Postbox) -> AsyncIterator[Services]:
    built = Services(Settings(data_dir=tmp_path), clock=ManualClock(START), ids=SeededIds(), mailer=postbox)
    yield built
    await built.aclose()


async def test_a_repeated_delivery_sends_nothing_more(services: Services, postbox: Postbox) -> None:
    await send_once(services, MAIL)
    await send_once(services, MAIL)
    assert postbox.taken == [MAIL]


async def test_another_key_is_another_message(services: Services, postbox: Postbox) -> None:
    await send_once(services, MAIL)
    await send_once(services, Mail("reset:2", MAIL.to, MAIL.subject, MAIL.text))
    assert len(postbox.taken) == 2


@pytest.mark.parametrize("failure", [ServiceUnavailable(), ValueError("no address")])
async def test_what_was_surely_not_taken_is_tried_again(
    services: Services, postbox: Postbox, failure: Exception
) -> None:
    postbox.failures = [failure]
    with pytest.raises(type(failure)):
        await send_once(services, MAIL)
    await send_once(services, MAIL)
    assert postbox.taken == [MAIL]


@pytest.mark.parametrize("failure", [MailRefused(), MailUncertain()])
async def test_what_was_refused_or_is_uncertain_is_given_up(
    services: Services, postbox: Postbox, failure: ApiError
) -> None:
    postbox.failures = [failure]
    await send_once(services, MAIL)
    await send_once(services, MAIL)
    assert postbox.taken == []


@pytest.mark.parametrize(("repeatable", "times"), [(True, 2), (False, 1)])
async def test_after_a_crash_it_is_sent_again_only_where_that_makes_one_message(
    services: Services, postbox: Postbox, repeatable: bool, times: int
) -> None:
    postbox.repeatable, postbox.breaks_off = repeatable, True
    with pytest.raises(KeyboardInterrupt):
        await send_once(services, MAIL)
    await send_once(services, MAIL)
    await send_once(services, MAIL)
    assert len(postbox.taken) == times
