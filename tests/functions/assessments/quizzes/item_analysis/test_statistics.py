"""Completed attempts become statistics of their questions, once each."""

from typing import Any

import pytest

from functions.assessments.quizzes.item_analysis.service import count_attempt
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS
from shared.consumers import Delivery
from shared.published.quizzes import QuestionFact, QuizAttemptCompleted
from shared.store import Transaction
from tests.functions.assessments.quizzes.makers import QUESTIONS, QUIZZES, QuizMaker

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Taker:
    """Completes attempts at a quiz with two questions, `first` and `second`."""

    def __init__(self, maker: QuizMaker, quiz: str, first: dict[str, Any], second: dict[str, Any]) -> None:
        self.maker, self.quiz, self.first, self.second = maker, quiz, first, second

    def attempt(self, first: bool | None, second: bool) -> QuizAttemptCompleted:
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

    async def statistics(self) -> list[dict[str, Any] | None]:
        page = await self.maker.get(f"{self.quiz}/statistics/")
        return [each["statistics"] for each in page["results"]]


def _chosen(question: dict[str, Any], right: bool | None) -> tuple[str, ...]:
    return tuple(option["id"] for option in question["options"] if option["is_correct"] is bool(right))[:1]


@pytest.fixture
async def taker(maker: QuizMaker) -> Taker:
    quiz = (await maker.quiz())["id"]
    return Taker(maker, quiz, await maker.question(quiz), await maker.question(quiz, "numeric"))


async def test_statistics_show_how_each_question_did(taker: Taker) -> None:
    assert await taker.statistics() == [None, None]
    pattern = [(True, False), (False, True), (True, False), (False, True), (True, True)] * 2
    await taker.complete(*(taker.attempt(*each) for each in pattern))
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
    listed = await taker.maker.listed(taker.quiz)
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
    first, second = await taker.statistics()
    assert first is not None
    assert second is not None
    assert [option["chosen"] for option in first["options"]] == [0, 1]
    assert [each["facility"] for each in (first, second)] == [0.0, 0.0]


async def test_an_event_counts_once_however_often_it_comes(taker: Taker) -> None:
    store = taker.maker.learner.stack.services.store
    events = [taker.attempt(first=True, second=bool(n % 2)) for n in range(4)]
    deliveries = [Delivery(event.attempt, event.completed_at, "item_statistics") for event in events]
    for number in (2, 0, 1, 2, 3, 0, 3):
        await count_attempt(store, events[number], deliveries[number])
    (first, second) = await taker.statistics()
    assert first is not None
    assert second is not None
    assert (first["answers"], first["facility"], second["facility"]) == (4, 1.0, 0.5)


async def test_what_is_not_graded_does_not_count(taker: Taker) -> None:
    await taker.complete(taker.attempt(None, second=True))
    first, second = await taker.statistics()
    assert first is None
    assert second is not None
    assert (second["answers"], second["discrimination"]) == (1, None)


async def test_statistics_begin_anew_with_another_key_and_go_with_the_question(taker: Taker) -> None:
    await taker.complete(taker.attempt(first=True, second=True))
    path = f"{QUESTIONS}{taker.first['id']}/"
    await taker.maker.http.patch(path, json={"question_text": "And of x²?", "points": 2, "explanation": "e"})
    assert (await taker.statistics())[0] is not None
    turned = [{**option, "is_correct": not option["is_correct"]} for option in taker.first["options"]]
    assert (await taker.maker.http.patch(path, json={"options": turned})).status_code == 200
    assert (await taker.statistics())[0] is None
    await taker.maker.http.delete(f"{QUESTIONS}{taker.second['id']}/")
    late = taker.attempt(first=True, second=True)
    await taker.complete(late)
    store = taker.maker.learner.stack.services.store
    assert await store.get(ITEM_STATS.doc(taker.second["id"], user=taker.maker.learner.id)) is None


async def test_an_attempt_at_a_quiz_that_is_gone_leaves_nothing(taker: Taker) -> None:
    assert (await taker.maker.http.delete(f"/api/v1/assessments/quizzes/{taker.quiz}/")).status_code == 204
    await taker.complete(taker.attempt(first=True, second=True))
    store, user = taker.maker.learner.stack.services.store, taker.maker.learner.id
    assert await store.find(ITEM_STATS.query(user=user)) == []
