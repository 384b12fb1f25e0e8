"""Many at once: what may happen once happens once, and every group agrees on it."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.usage import UsageOf
from tests.stack import PASSWORD, Stack, User, running
from tests.whole.world import TEXT

CARDS = "/api/v1/assessments/flashcards/"


async def course_of(user: User) -> str:
    answer = await user.http.post("/api/v1/courses/", json={"name": "Botany"})
    return str(answer.json()["id"])


async def card_of(user: User, course: str) -> str:
    body = {"course": course, "question": "What is the capital of France?", "answer": "Paris"}
    return str((await user.http.post(CARDS, json=body)).json()["id"])


async def counted(user: User) -> dict[str, Any]:
    """Return the user's reviews of today as each source reports them."""
    streak = (await user.http.get("/api/v1/accounts/streak/")).json()
    activity = (await user.http.get("/api/v1/accounts/activity/?type=flashcard_review")).json()
    return {
        "streak": streak["current"],
        "reviews": streak["days"][-1]["reviews"],
        "activity": activity["count"],
    }


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_one_review_sent_fifty_times_counts_once_in_every_group(stack: Stack, user: User) -> None:
    card = await card_of(user, await course_of(user))
    body, key = {"quality_response": 4}, {"Idempotency-Key": "one"}
    sent = [user.http.post(f"{CARDS}{card}/review/", json=body, headers=key) for _ in range(50)]
    answers = await asyncio.gather(*sent)
    assert statuses(answers) == {200: 50}
    assert len({answer.text for answer in answers}) == 1
    await stack.drain()
    assert (await user.http.get(f"{CARDS}{card}/")).json()["total_reviews"] == 1
    assert (await user.http.get(f"{CARDS}{card}/reviews/")).json()["count"] == 1
    assert await counted(user) == {"streak": 1, "reviews": 1, "activity": 1}


@pytest.mark.slow
async def test_two_clients_reviewing_one_card_both_count_everywhere(stack: Stack, user: User) -> None:
    card = await card_of(user, await course_of(user))
    sent = [
        user.http.post(
            f"{CARDS}{card}/review/", json={"quality_response": 4, "client_review_id": f"{who}-{n}"}
        )
        for n in range(10)
        for who in ("phone", "laptop", "phone")  # which sends each of its reviews twice
    ]
    assert statuses(await asyncio.gather(*sent)) == {200: 30}
    await stack.drain()
    assert (await user.http.get(f"{CARDS}{card}/")).json()["total_reviews"] == 20
    assert (await user.http.get(f"{CARDS}{card}/reviews/")).json()["count"] == 20
    assert (await counted(user))["reviews"] == 20


async def test_twenty_uploads_of_one_file_are_one_document(stack: Stack, user: User) -> None:
    course = await course_of(user)
    address = f"/api/v1/courses/{course}/documents/upload/"
    sent = [
        user.http.post(address, files={"file": ("leaves.md", TEXT.encode(), "text/markdown")})
        for _ in range(20)
    ]
    answers = await asyncio.gather(*sent)
    assert statuses(answers) == {201: 1, 200: 19}
    assert len({answer.json()["document"]["id"] for answer in answers}) == 1
    await stack.drain()
    assert (await user.http.get(f"/api/v1/courses/{course}/documents/")).json()["count"] == 1
    held = await stack.services.store.get(UsageOf(user.id, stack.clock.now()).holdings)
    assert held is not None
    assert (held.documents, held.storage_bytes) == (1, len(TEXT.encode()))
    kept = [item async for item in stack.services.objects.list(f"users/{user.id}/")]
    assert len(kept) == 1


async def test_twenty_registrations_of_one_address_are_one_account(stack: Stack) -> None:
    bodies = [
        {"username": f"twin{n}", "email": ("A" if n % 2 else "a") + "@example.com", "password": PASSWORD}
        for n in range(20)
    ]
    sent = [stack.http.post("/api/v1/accounts/register/", json=body) for body in bodies]
    answers = await asyncio.gather(*sent)
    assert statuses(answers) == {201: 1, 409: 19}
    winner = next(each for each in answers if each.status_code == 201).json()["user"]["username"]
    for body in bodies:  # a name that lost is free again
        if body["username"] != winner:
            again = {**body, "email": f"{body['username']}@example.com"}
            assert (await stack.http.post("/api/v1/accounts/register/", json=again)).status_code == 201
            break


async def test_the_hours_generations_are_counted_exactly(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_generations_per_hour=3) as stack:
        user = await stack.sign_up()
        course = await course_of(user)
        files = {"file": ("leaves.md", TEXT.encode(), "text/markdown")}
        await user.http.post(f"/api/v1/courses/{course}/documents/upload/", files=files)
        await stack.drain()
        order = {"course_id": course, "topic": "photosynthesis", "count": 2}
        wish = {"Prefer": "respond-async"}
        sent = [user.http.post(f"{CARDS}generate/", json=order, headers=wish) for _ in range(12)]
        assert statuses(await asyncio.gather(*sent)) == {202: 3, 429: 9}


async def test_a_course_deleted_while_it_is_filled_shows_nowhere(stack: Stack, user: User) -> None:
    course = await course_of(user)
    files = {"file": ("leaves.md", TEXT.encode(), "text/markdown")}
    await asyncio.gather(
        *(card_or_refusal(user, course) for _ in range(10)),
        user.http.post(f"/api/v1/courses/{course}/documents/upload/", files=files),
        user.http.delete(f"/api/v1/courses/{course}/"),
        *(card_or_refusal(user, course) for _ in range(10)),
    )
    await stack.drain()
    assert (await user.http.get(CARDS)).json()["results"] == []
    assert (await user.http.get(f"{CARDS}stats/")).json()["total_flashcards"] == 0
    left = [
        path
        async for path, raw in stack.services.store.backend.stream_subtree(f"users/{user.id}")
        if course in str(raw)
    ]
    assert [path for path in left if "/flashcards/" in path or "/documents/" in path] == []
    assert [item async for item in stack.services.objects.list(f"users/{user.id}/")] == []


async def card_or_refusal(user: User, course: str) -> None:
    body = {"course": course, "question": "Which cell?", "answer": "A small one"}
    answer = await user.http.post(CARDS, json=body)
    assert answer.status_code in (201, 404), answer.text
