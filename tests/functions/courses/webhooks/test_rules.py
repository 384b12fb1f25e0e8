import base64
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.webhooks.models import Attempt, Webhook, WebhookDelivery
from functions.courses.webhooks.rules import (
    GONE,
    MAX_OLD_SECRETS,
    MAX_REQUESTED_PAUSE,
    MAX_STORED_ATTEMPTS,
    OVERLAP,
    RETRY_PERIOD,
    SWITCH_OFF_AFTER,
    encode_secret,
    judge_webhook,
    list_signing_secrets,
    normalise_secret,
    read_retry_after,
    record_attempt,
    replace_secret,
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
        current = restart_delivery(record_attempt(current, attempt(START, 500 + number), chance=0), at=START)
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


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3600", 3600), (" 120 ", 120), ("0", 0), ("86400", 86_400), ("86401", 86_400), ("9" * 4000, 86_400),
        ("Mon, 02 Mar 2026 13:00:00 GMT", 3600), ("Monday, 02-Mar-26 13:00:00 GMT", 3600),
        ("Mon Mar  2 13:00:00 2026", 3600), ("Mon, 02 Mar 2026 14:00:00 +0100", 3600),
        ("Wed, 01 Apr 2026 00:00:00 GMT", 86_400), ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Mon, 02 Mar 2026 11:00:00 GMT", None), ("", None), ("-5", None), ("soon", None), ("1e3", None),
        ("٣٦٠٠", None),
        ("Mon, 99 Mar 2026 13:00:00 GMT", None), ("2026-03-02T13:00:00Z", None), ("3600, 60", None),
    ],
)  # fmt: skip
def test_a_pause_is_asked_for_in_seconds_or_by_a_date(text: str, seconds: int | None) -> None:
    expected = None if seconds is None else START + timedelta(seconds=seconds)
    assert read_retry_after(text, START) == expected


@given(st.text(max_size=40))
def test_any_text_is_a_bounded_pause_or_none(text: str) -> None:
    asked = read_retry_after(text, START)
    assert asked is None or START <= asked <= START + MAX_REQUESTED_PAUSE


@given(st.lists(st.integers(0, 86_400), min_size=1, max_size=50))
def test_no_attempt_comes_before_the_pause_and_the_attempts_end(pauses: list[int]) -> None:
    current, now = delivery(), START
    for seconds in pauses:
        asked = now + timedelta(seconds=seconds)
        current = record_attempt(current, attempt(now, 429), chance=0.5, pause_end=asked)
        if current.next_attempt_at is None:
            assert now >= START + RETRY_PERIOD - timedelta(hours=7)
            return
        assert current.next_attempt_at >= asked
        now = current.next_attempt_at
        assert now <= START + RETRY_PERIOD + MAX_REQUESTED_PAUSE


def test_the_longest_pause_counts_until_it_succeeds() -> None:
    paused, busy = webhook(), attempt(START, 429)
    for hours in (2, 1):
        paused = judge_webhook(paused, busy, pause_end=START + timedelta(hours=hours))
    assert paused.paused_until == START + timedelta(hours=2)
    assert judge_webhook(paused, attempt(START, 200)).paused_until is None


def test_a_receiver_that_is_gone_is_switched_off_at_once() -> None:
    gone = judge_webhook(webhook(), attempt(START, 410))
    assert (gone.active, gone.switched_off_because) == (False, GONE)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=30))
def test_a_replaced_secret_signs_for_a_day(steps: list[tuple[int, int]]) -> None:
    current, now = webhook(), START
    replaced: dict[str, datetime] = {}
    for hours, number in steps:
        now += timedelta(hours=hours)
        replaced |= {current.secret: now} if f"s{number}" != current.secret else {}
        current = replace_secret(current, f"s{number}", now=now)
        valid = {secret for secret, at in replaced.items() if at + OVERLAP > now}
        first, *others = list_signing_secrets(current, now)
        assert first == f"s{number}"
        assert set(others) == valid - {first}
        assert len(others) == len(set(others)) <= MAX_OLD_SECRETS
