"""Tests that each completed attempt is counted once into the statistics."""

from typing import Any

import pytest

from functions.assessments.quizzes.item_analysis.models import ItemStats
from functions.assessments.quizzes.item_analysis.rules import SCALE
from functions.assessments.quizzes.item_analysis.service import count_attempt
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS, QUIZ_STATS
from shared.consumers import Delivery
from shared.published.quizzes import QuestionFact, QuizAttemptCompleted
from shared.store import Transaction
from tests.functions.assessments.quizzes.makers import QUESTIONS, QUIZZES, QuizMaker

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Taker:
    """A learner who completes attempts at a quiz with two questions."""

    def __init__(self, maker: QuizMaker, quiz: str, first: dict[str, Any], second: dict[str, Any]) -> None:
        self.maker, self.quiz, self.first, self.second = maker, quiz, first, second

    def build_attempt(self, first: bool | None, second: bool) -> QuizAttemptCompleted:
        services = self.maker.learner.stack.services
        facts = [(self.first, first), (self.second, second)]
        return QuizAttemptCompleted(
            user=self.maker.learner.id, quiz=self.quiz, course=self.maker.learner.course,
            attempt=services.ids.new(), percentage=50.0, passed=False, completed_at=services.clock.now(),
            day=services.clock.now().date(),
            questions=tuple(
                QuestionFact(
                    question=question["id"], answered=True, correct=right,
                    points=question["points"] * bool(right), points_possible=question["points"],
                    selected=_chosen(question, right),
                )
                for question, right in facts
            ),
        )  # fmt: skip

    async def complete(self, *attempts: QuizAttemptCompleted) -> None:
        async def work(tx: Transaction) -> None:
            for attempt in attempts:
                tx.publish(attempt)

        await self.maker.learner.stack.services.store.transact(work)
        await self.maker.learner.stack.drain()

    async def get_statistics(self) -> list[dict[str, Any] | None]:
        page = await self.maker.get(f"{self.quiz}/statistics/")
        return [each["statistics"] for each in page["results"]]


def _chosen(question: dict[str, Any], right: bool | None) -> tuple[str, ...]:
    return tuple(option["id"] for option in question["options"] if option["is_correct"] is bool(right))[:1]


@pytest.fixture
async def taker(maker: QuizMaker) -> Taker:
    quiz = (await maker.create_quiz())["id"]
    return Taker(maker, quiz, await maker.add_question(quiz), await maker.add_question(quiz, "numeric"))


async def test_statistics_show_facility_discrimination_and_choices(taker: Taker) -> None:
    assert await taker.get_statistics() == [None, None]
    pattern = [(True, False), (False, True), (True, False), (False, True), (True, True)] * 2
    await taker.complete(*(taker.build_attempt(*each) for each in pattern))
    page = await taker.maker.get(f"{taker.quiz}/statistics/")
    (first, second), options = page["results"], taker.first["options"]
    assert page["count"] == 2
    assert first == {
        "question": taker.first["id"],
        "order": 1,
        "question_text": taker.first["question_text"],
        "question_type": "multiple_choice",
        "statistics": {
            "answers": 10,
            "facility": 0.6,
            "discrimination": -0.6667,
            "flags": ["negative_discrimination"],
            "options": [{**options[0], "chosen": 6}, {**options[1], "chosen": 4}],
        },
    }
    assert second["statistics"]["options"] == []
    listed = await taker.maker.list_questions(taker.quiz)
    assert [each["statistics"] for each in listed] == [first["statistics"], second["statistics"]]
    one = (await taker.maker.http.get(f"{QUESTIONS}{taker.first['id']}/")).json()
    assert one["statistics"] == first["statistics"]


async def test_an_attempt_that_is_completed_counts(taker: Taker) -> None:
    begun = (await taker.maker.http.post(f"{QUIZZES}{taker.quiz}/start_attempt/")).json()
    attempt = f"/api/v1/assessments/quiz-attempts/{begun['attempt_id']}/"
    wrong = taker.first["options"][1]["id"]
    response = {"question": taker.first["id"], "selected_options": [wrong]}
    assert (await taker.maker.http.post(f"{attempt}submit_response/", json=response)).status_code == 200
    assert (await taker.maker.http.post(f"{attempt}complete/")).status_code == 200
    await taker.maker.learner.stack.drain()
    first, second = await taker.get_statistics()
    assert first is not None
    assert second is not None
    assert [option["chosen"] for option in first["options"]] == [0, 1]
    assert [each["facility"] for each in (first, second)] == [0.0, 0.0]


async def test_an_event_counts_once_even_if_delivered_again(taker: Taker) -> None:
    store = taker.maker.learner.stack.services.store
    events = [taker.build_attempt(first=True, second=bool(n % 2)) for n in range(4)]
    deliveries = [
        Delivery(event.attempt, event.completed_at, "item_statistics", event.completed_at) for event in events
    ]
    for number in (2, 0, 1, 2, 3, 0, 3):
        await count_attempt(store, events[number], deliveries[number])
    (first, second) = await taker.get_statistics()
    assert first is not None
    assert second is not None
    assert (first["answers"], first["facility"], second["facility"]) == (4, 1.0, 0.5)


async def test_pending_answers_do_not_count(taker: Taker) -> None:
    await taker.complete(taker.build_attempt(None, second=True))
    first, second = await taker.get_statistics()
    assert first is None
    assert second is not None
    assert (second["answers"], second["discrimination"]) == (1, None)


async def test_statistics_reset_with_the_key_and_are_deleted_with_the_question(taker: Taker) -> None:
    await taker.complete(taker.build_attempt(first=True, second=True))
    path = f"{QUESTIONS}{taker.first['id']}/"
    await taker.maker.http.patch(path, json={"question_text": "And of x²?", "points": 2, "explanation": "e"})
    assert (await taker.get_statistics())[0] is not None
    turned = [{**option, "is_correct": not option["is_correct"]} for option in taker.first["options"]]
    assert (await taker.maker.http.patch(path, json={"options": turned})).status_code == 200
    assert (await taker.get_statistics())[0] is None
    await taker.maker.http.delete(f"{QUESTIONS}{taker.second['id']}/")
    late = taker.build_attempt(first=True, second=True)
    await taker.complete(late)
    store = taker.maker.learner.stack.services.store
    stats = await store.get(QUIZ_STATS.doc(taker.quiz, user=taker.maker.learner.id))
    assert stats is not None
    assert list(stats.questions) == [taker.first["id"]]


async def test_an_attempt_at_a_deleted_quiz_is_not_counted(taker: Taker) -> None:
    assert (await taker.maker.http.delete(f"/api/v1/assessments/quizzes/{taker.quiz}/")).status_code == 204
    await taker.complete(taker.build_attempt(first=True, second=True))
    store, user = taker.maker.learner.stack.services.store, taker.maker.learner.id
    await taker.maker.learner.stack.drain()
    assert await store.find(QUIZ_STATS.query(user=user)) == []


async def test_the_sums_of_an_earlier_version_count_until_the_key_changes(taker: Taker) -> None:
    """It stored a document for each question."""
    store, user = taker.maker.learner.stack.services.store, taker.maker.learner.id
    chosen = {option["id"]: 3 for option in taker.first["options"]}
    earlier = ItemStats(id=taker.first["id"], quiz=taker.quiz, answers=3, score=3 * SCALE, chosen=chosen)
    await store.put(ITEM_STATS.doc(earlier.id, user=user), earlier)
    await taker.complete(taker.build_attempt(first=False, second=True))
    first, second = await taker.get_statistics()
    assert first is not None
    assert second is not None
    assert (first["answers"], first["facility"], second["answers"]) == (4, 0.75, 1)
    assert sum(option["chosen"] for option in first["options"]) == 3 * len(chosen) + 1
    turned = [{**option, "is_correct": not option["is_correct"]} for option in taker.first["options"]]
    await taker.maker.http.patch(f"{QUESTIONS}{taker.first['id']}/", json={"options": turned})
    assert [each is None for each in await taker.get_statistics()] == [True, False]
    assert await store.find(ITEM_STATS.query(user=user)) == []
