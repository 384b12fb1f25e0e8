"""Every list of the product, walked page by page while its items are deleted, added and moved."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.generation.assessments.store import ASSESSMENTS
from functions.assessments.quizzes.attempts.store import ATTEMPTS
from functions.assessments.quizzes.questions.store import QUESTIONS
from functions.assessments.quizzes.quizzes.store import QUIZZES
from functions.auth.activity.store import ACTIVITY
from functions.auth.feedback.store import FEEDBACK
from functions.courses.courses.store import COURSES
from functions.courses.documents.store import DOCUMENTS
from functions.courses.webhooks.store import DELIVERIES
from infra.openapi import public_document
from shared.audit.store import ENTRIES
from shared.jobs import JOBS
from shared.services import Services
from shared.settings import Settings
from shared.store import Collection, Ref
from tests.stack import Stack, running
from tests.whole.served import served
from tests.whole.world import HOOK, World, built, session_of

QUESTION_LIST = "/api/v1/assessments/quizzes/{quiz_id}/questions/"
STATISTICS = "/api/v1/assessments/quizzes/{quiz_id}/statistics/"
LISTS: dict[str, Collection[Any]] = {
    "/api/v1/accounts/activity/": ACTIVITY,
    "/api/v1/accounts/feedback/": FEEDBACK,
    "/api/v1/courses/": COURSES,
    "/api/v1/courses/{course_id}/documents/": DOCUMENTS,
    "/api/v1/jobs/": JOBS,
    "/api/v1/webhooks/{webhook_id}/deliveries/": DELIVERIES,
    "/api/v1/assessments/": ASSESSMENTS,
    "/api/v1/assessments/flashcards/": FLASHCARDS,
    "/api/v1/assessments/flashcards/{card_id}/reviews/": REVIEWS,
    "/api/v1/assessments/quizzes/": QUIZZES,
    QUESTION_LIST: QUESTIONS,
    STATISTICS: QUESTIONS,
    "/api/v1/assessments/quiz-attempts/": ATTEMPTS,
    "/api/admin/audit-logs/": ENTRIES,
}
WHOLE = {"/api/v1/accounts/devices/", "/api/v1/webhooks/"}  # bounded: always one page
ITEMS, SIZE = 23, 3
_IDS = ("id", "job_id", "attempt_id", "question")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(tmp_path_factory.mktemp("lists"), url_fetch_allowed_hosts=HOOK) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> World:
    world = await built(stack)
    await world.user.http.post("/api/v1/accounts/export/")  # an entry of the audit log, and a job
    await stack.advance(hours=2)  # the roll-up of activity
    return world


class Walker:
    """Walks one list of the user, in which it has put `ITEMS` copies of an item, some of the same instant."""

    def __init__(self, stack: Stack, world: World, http: httpx.AsyncClient, path: str) -> None:
        self.stack, self.user_id, self.http, self.collection = stack, world.user.id, http, LISTS[path]
        self.has_order = path in (QUESTION_LIST, STATISTICS)
        self.quiz = QUIZZES.doc(world.ids["quizzes"], user=world.user.id)
        self.deliveries = {"webhook": world.ids["webhooks"]} if self.collection is DELIVERIES else {}
        route = next(each for each in served() if each.path == path and each.method == "GET")
        self.url = route.at(world.ids)
        self.present: set[str] = set()
        self.seen: list[str] = []

    async def fill(self) -> None:
        first = (await self.http.get(self.url)).json()["results"][0]
        sample = await self.stack.services.store.get(self._ref(_id_of(first)))
        assert sample is not None
        self.sample = sample
        for number in range(ITEMS):
            await self.add(f"item-{number * 7 % ITEMS:02}", minutes=number - number % 4)

    async def add(self, item_id: str, *, minutes: int) -> None:
        at = self.stack.clock.now() - timedelta(days=1) + timedelta(minutes=minutes)
        times = dict.fromkeys(("created_at", "started_at", "reviewed_at", "at"), at)
        known = {name: value for name, value in times.items() if hasattr(self.sample, name)}
        item = self.sample.model_copy(update={"id": item_id, **known})
        await self.stack.services.store.put(self._ref(item_id), item)
        await self._change_order(lambda ids: [*ids, item_id])
        self.present.add(item_id)

    async def delete(self, item_ids: list[str]) -> None:
        for item_id in item_ids:
            await self.stack.services.store.delete(self._ref(item_id))
        await self._change_order(lambda ids: [each for each in ids if each not in item_ids])
        self.present -= set(item_ids)

    async def move(self, item_id: str, place: int) -> None:
        def change(ids: list[str]) -> list[str]:
            others = [each for each in ids if each != item_id]
            return [*others[:place], item_id, *others[place:]]

        await self._change_order(change)

    async def page(self, link: str) -> dict[str, Any]:
        answer = await self.http.get(link, params={"page_size": SIZE} if link == self.url else None)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        self.seen += [each for item in body["results"] if (each := _id_of(item)).startswith("item-")]
        return body

    def unseen(self) -> list[str]:
        return sorted(self.present - set(self.seen))

    def _ref(self, item_id: str) -> Ref[Any]:
        user = {} if self.collection is ENTRIES else {"user": self.user_id}
        return self.collection.doc(item_id, **user, **self.deliveries)

    async def _change_order(self, change: Any) -> None:
        if self.has_order:
            quiz = await self.stack.services.store.get(self.quiz)
            assert quiz is not None
            await self.stack.services.store.merge(self.quiz, {"questions": change(list(quiz.questions))})


def _id_of(item: dict[str, Any]) -> str:
    return str(next(item[name] for name in _IDS if name in item))


@pytest_asyncio.fixture(loop_scope="module")
async def walker(stack: Stack, world: World, request: pytest.FixtureRequest) -> AsyncIterator[Walker]:
    is_admin = request.param.startswith("/api/admin/")
    http = await session_of(stack, world.user.id, role="admin" if is_admin else "student")
    walker = Walker(stack, world, http, request.param)
    await walker.fill()
    yield walker
    await walker.delete(sorted(walker.present))


each_list = pytest.mark.parametrize("walker", LISTS, indirect=True)


@each_list
async def test_nothing_is_skipped_or_repeated_while_items_go_and_come(walker: Walker) -> None:
    page = await walker.page(walker.url)
    number = 0
    while page["next"]:
        number += 1
        gone = walker.seen[-2:] if number % 2 else walker.seen[-1:] + walker.unseen()[1:2]
        await walker.delete([each for each in gone if each in walker.present])
        page = await walker.page(page["next"])
    assert walker.unseen() == []
    assert len(walker.seen) == len(set(walker.seen))
    # And back, over what is left, from the last page to the first.
    there, walker.seen = set(walker.seen[: -len(page["results"])]), []
    while page["previous"]:
        await walker.delete(sorted(walker.present & set(walker.seen))[:1])
        page = await walker.page(page["previous"])
    assert set(walker.seen) >= walker.present & there
    assert len(walker.seen) == len(set(walker.seen))


@each_list
async def test_a_page_that_was_emptied_leads_on(walker: Walker) -> None:
    first = await walker.page(walker.url)
    second = await walker.page(first["next"])
    shown = {_id_of(item) for item in first["results"]} & walker.present
    await walker.delete([*shown, *walker.unseen()])
    before, after = await walker.page(second["previous"]), await walker.page(second["next"])
    for emptied, link in ((before, "next"), (after, "previous")):
        if not emptied["results"]:  # in some lists the world has items of its own
            assert (await walker.page(emptied[link]))["results"]


@each_list
async def test_a_cursor_of_another_list_or_a_changed_one_is_422(walker: Walker) -> None:
    link = (await walker.page(walker.url))["next"]
    for changed in (link[:-1], link[:-6] + "AAAAAA", link + "A"):
        assert (await walker.http.get(changed)).status_code == 422
    other = "/api/v1/accounts/feedback/" if "feedback" not in link else "/api/v1/jobs/"
    assert (await walker.http.get(other, params={"cursor": link.split("cursor=")[1]})).status_code == 422


@pytest.mark.parametrize("walker", [QUESTION_LIST, STATISTICS], indirect=True)
async def test_questions_that_move_are_neither_skipped_nor_repeated(walker: Walker) -> None:
    page = await walker.page(walker.url)
    while page["next"]:
        await walker.move(walker.seen[0], ITEMS)
        if walker.unseen():
            await walker.move(walker.unseen()[-1], 0)
        page = await walker.page(page["next"])
    assert walker.unseen() == []
    assert len(walker.seen) == len(set(walker.seen))


async def test_every_list_is_walked() -> None:
    document = public_document(Services(Settings()))
    lists = set()
    for path, operations in document["paths"].items():
        operation = operations.get("get", {})
        content = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        fields = document["components"]["schemas"].get(name, {}).get("properties", {})
        if "next" in fields and not operation.get("x-alias"):
            lists.add(path)
    assert lists == LISTS.keys() | WHOLE
