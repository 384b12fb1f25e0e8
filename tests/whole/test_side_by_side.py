"""Two versions of the service over one store: yesterday's code, from git, as a process of its own beside
today's models with fields that it has never heard of."""

import asyncio
import io
import subprocess
import tarfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from pydantic import Field

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.auth.users.models import User
from functions.courses.courses.models import Course
from shared.store import Collection, Document, Ref, Store, Transaction
from shared.store.database import Database
from shared.store.indexes import Indexes
from shared.store.sqlite import SQLiteBackend
from tests.deadlines import DEADLINE_SECONDS
from tests.stack import PASSWORD
from tests.whole.clients import CARDS, expect
from tests.whole.process import ROOT, StackProcess

# Code that keeps what it does not know and needs only libraries that are pinned today. Where a pin that it
# needs goes, name a later commit.
OLDER = "1b5cb23ec7c31c8736c042724f3dfba2638671c8"
ROUNDS = 12

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class NewerSchedule(Schedule):
    half_lives: tuple[float, ...] = ()


class NewerFlashcard(Flashcard):
    schedule: NewerSchedule
    card_type: Literal["basic", "cloze", "reversed", "drawing"] = "basic"  # type: ignore[assignment]
    hint: str = ""


class NewerCourse(Course):
    aims: dict[str, str] = Field(default_factory=dict)


class NewerUser(User):
    pronouns: str = ""


NEWER_CARDS = Collection("users/{user}/flashcards", NewerFlashcard)
NEWER_COURSES = Collection("users/{user}/courses", NewerCourse)
NEWER_USERS = Collection("users", NewerUser)


@pytest.fixture(scope="module")
def older_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The older code, in a folder of its own."""
    archive = subprocess.run(["git", "archive", OLDER], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"not tried beside an older version: git has no commit {OLDER[:7]} here")
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture
def older(tmp_path: Path, older_code: Path) -> Iterator[StackProcess]:
    process = StackProcess(tmp_path, code=older_code)
    yield process
    process.end()


@pytest.fixture
async def store(older: StackProcess) -> AsyncIterator[Store]:
    """Today's store over the file that the older code serves."""
    await older.start()
    database = Database(older.data / "store.sqlite3")
    backend = SQLiteBackend(database, Indexes.load(ROOT / "infra" / "firestore" / "indexes.json"))
    yield Store(backend, prepare=_no_messages, send=_no_messages)
    await database.aclose()


@pytest.fixture
async def http(older: StackProcess, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=older.url, trust_env=False, timeout=DEADLINE_SECONDS) as client:
        body = {"username": "mia", "email": "mia@example.com", "password": PASSWORD}
        made = expect(await client.post("/api/v1/accounts/register/", json=body), 201).json()
        client.headers["Authorization"] = f"Bearer {made['access']}"
        yield client


async def test_two_versions_editing_the_same_documents_lose_nothing(
    http: httpx.AsyncClient, store: Store
) -> None:
    user = (await http.get("/api/users/profile/")).json()["id"]
    course = expect(await http.post("/api/v1/courses/", json={"name": "Cells"}), 201).json()["id"]
    body = {"course": course, "question": "Cell?", "answer": "0"}
    card = expect(await http.post(CARDS, json=body), 201).json()["id"]
    card_ref = NEWER_CARDS.doc(card, user=user)
    course_ref, user_ref = NEWER_COURSES.doc(course, user=user), NEWER_USERS.doc(user)

    async def edit_newer(number: int) -> None:
        await change(store, card_ref, lambda _: {"hint": f"hint {number}"})
        await change(store, card_ref, lambda found: {"schedule": lengthen(found.schedule, number)})
        await change(store, course_ref, lambda found: {"aims": {**found.aims, f"aim {number}": "yes"}})
        await change(store, user_ref, lambda _: {"pronouns": f"she {number}"})

    async def edit_older(number: int) -> None:
        expect(await http.patch(f"{CARDS}{card}/", json={"answer": f"answer {number}"}), 200)
        expect(await http.post(f"{CARDS}{card}/review/", json={"quality_response": 4}), 200)
        expect(await http.patch(f"/api/v1/courses/{course}/", json={"name": f"Cells {number}"}), 200)
        expect(await http.patch("/api/users/settings/", json={"reminder_time": f"{number:02}:00"}), 200)

    for number in range(ROUNDS):
        await asyncio.gather(edit_newer(number), edit_older(number))

    last = ROUNDS - 1
    saved = await store.get(card_ref)
    saved_course, saved_user = await store.get(course_ref), await store.get(user_ref)
    assert saved
    assert saved_course
    assert saved_user
    assert (saved.hint, saved.answer) == (f"hint {last}", f"answer {last}")
    assert saved.schedule.half_lives == tuple(float(number) for number in range(ROUNDS))
    assert saved.schedule.total_reviews == ROUNDS
    assert saved_course.aims == {f"aim {number}": "yes" for number in range(ROUNDS)}
    assert saved_course.name == f"Cells {last}"
    assert (saved_user.pronouns, saved_user.reminder_time) == (f"she {last}", f"{last:02}:00")


async def test_a_value_of_the_newer_version_leaves_the_older_ones_lists_readable(
    http: httpx.AsyncClient, store: Store
) -> None:
    user = (await http.get("/api/users/profile/")).json()["id"]
    course = expect(await http.post("/api/v1/courses/", json={"name": "Cells"}), 201).json()["id"]
    bodies = [{"course": course, "question": f"Cell {n}?", "answer": str(n)} for n in range(5)]
    cards = [card["id"] for card in expect(await http.post(CARDS, json=bodies), 201).json()]
    for card in cards[1:3]:
        await change(store, NEWER_CARDS.doc(card, user=user), lambda _: {"card_type": "drawing"})

    seen: list[str] = []
    address: str | None = f"{CARDS}?page_size=1"
    while address:
        page = expect(await http.get(address), 200).json()
        seen += [card["id"] for card in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted([cards[0], *cards[3:]])
    refused = expect(await http.get(f"{CARDS}{cards[1]}/"), 503)
    assert refused.json()["error_code"] == "SERVICE_UNAVAILABLE"
    assert refused.headers["Retry-After"]


def lengthen(schedule: NewerSchedule, number: int) -> NewerSchedule:
    return schedule.model_copy(update={"half_lives": (*schedule.half_lives, float(number))})


async def change(store: Store, ref: Ref[Any], choose: Any) -> None:
    async def work(tx: Transaction) -> None:
        found: Document | None = await tx.get(ref)
        assert found is not None
        tx.put(ref, found.model_copy(update=choose(found)))

    await store.transact(work)


def _no_messages(*_: Any) -> Any:
    raise AssertionError("nothing is published here")
