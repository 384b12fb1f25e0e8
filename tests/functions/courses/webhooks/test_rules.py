import base64
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.webhooks.models import Attempt, Webhook, WebhookDelivery
from functions.courses.webhooks.rules import (
    MAX_STORED_ATTEMPTS,
    RETRY_PERIOD,
    SWITCH_OFF_AFTER,
    encode_secret,
    judge_webhook,
    normalise_secret,
    record_attempt,
    restart_delivery,
)

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def delivery() -> WebhookDelivery:
    return WebhookDelivery(
        id="d",
        webhook="w",
        event_type="webhook.test",
        payload={},
        round_started_at=START,
        next_attempt_at=START,
        created_at=START,
        expires_at=START + timedelta(days=30),
    )


def webhook() -> Webhook:
    return Webhook(
        id="w", url="https://example.com", events=(), secret="s", created_at=START, updated_at=START
    )


def attempt(at: datetime, status: int | None = 500) -> Attempt:
    return Attempt(at=at, status=status, milliseconds=3, error=None)


@given(st.lists(st.floats(0, 1), min_size=40, max_size=40))
def test_failures_are_tried_again_with_growing_pauses_for_a_day(chances: list[float]) -> None:
    current, pauses = delivery(), []
    for chance in chances:
        at = current.next_attempt_at
        assert at is not None
        current = record_attempt(current, attempt(at), chance=chance)
        if current.next_attempt_at is None:
            break
        pauses.append(current.next_attempt_at - at)
    assert current.status == "failed"
    assert current.attempts[-1].at > START + RETRY_PERIOD - timedelta(hours=7)
    assert all(later > earlier * 0.8 for earlier, later in pairwise(pauses))
    assert 9 <= len(pauses) <= 14
    assert current.tries == len(pauses) + 1


def test_a_success_ends_it() -> None:
    done = record_attempt(delivery(), attempt(START, 204), chance=0.5)
    assert (done.status, done.next_attempt_at, done.tries) == ("delivered", None, 1)


@pytest.mark.parametrize("status", [None, 199, 301, 404, 503])
def test_all_but_success_is_failure(status: int | None) -> None:
    assert record_attempt(delivery(), attempt(START, status), chance=0.5).status == "pending"


def test_a_delivery_of_a_webhook_that_is_off_is_not_tried_again() -> None:
    assert record_attempt(delivery(), attempt(START), chance=0.5, again=False).status == "failed"


def test_only_the_last_attempts_are_kept() -> None:
    current = delivery()
    for number in range(MAX_STORED_ATTEMPTS + 5):
        current = restart_delivery(record_attempt(current, attempt(START, 500 + number), chance=0), now=START)
    assert len(current.attempts) == MAX_STORED_ATTEMPTS
    assert current.attempts[-1].status == 500 + MAX_STORED_ATTEMPTS + 4
    assert (current.tries, current.round_tries) == (MAX_STORED_ATTEMPTS + 5, 0)


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=40))
def test_only_five_days_of_nothing_but_failures_switch_it_off(steps: list[tuple[int, bool]]) -> None:
    current, now, first_failure = webhook(), START, None
    for hours, succeeded in steps:
        now += timedelta(hours=hours)
        current = judge_webhook(current, attempt(now, 200 if succeeded else 500))
        first_failure = None if succeeded else first_failure or now
        over = first_failure is not None and now - first_failure >= SWITCH_OFF_AFTER
        assert current.active is not over
        if over:
            assert judge_webhook(current, attempt(now, 200)) == current
            return


@given(st.text(min_size=1, max_size=100))
def test_any_secret_can_sign(given_secret: str) -> None:
    secret = normalise_secret(given_secret)
    assert base64.b64decode(secret.removeprefix("whsec_"))
    assert normalise_secret(encode_secret(b"k" * 32)) == encode_secret(b"k" * 32)


@pytest.mark.parametrize("given_secret", ["whsec_", "whsec_!!!", "whsec_c2hvcnQ=", "your_webhook_secret"])
def test_other_secrets_are_used_by_their_bytes(given_secret: str) -> None:
    key = base64.b64decode(normalise_secret(given_secret).removeprefix("whsec_"))
    assert key == given_secret.encode()
