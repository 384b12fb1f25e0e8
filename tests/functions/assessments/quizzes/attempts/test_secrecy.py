"""Tests that no response reveals an answer before an attempt is completed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.functions.assessments.quizzes.attempts.takers import API, CreatedQuiz, Taker

# Words that stand nowhere but in the keys.
SECRETS = ("SECRET-EXPLANATION", "SECRET-ACCEPTED", "SECRET-RUBRIC", "8675309")
MARKS = ("is_correct", "accepted_answers", "correct_answer", "tolerance", "rubric", "explanation")

QUESTIONS: list[dict[str, Any]] = [
    {
        "question_type": "multiple_choice",
        "question_text": "Which?",
        "options": [{"text": "One", "is_correct": True}, {"text": "Two"}],
        "explanation": SECRETS[0],
    },
    {
        "question_type": "multiple_select",
        "question_text": "Which ones?",
        "options": [{"text": "A", "is_correct": True}, {"text": "B", "is_correct": True}, {"text": "C"}],
        "explanation": SECRETS[0],
    },
    {
        "question_type": "true_false",
        "question_text": "Is it?",
        "correct_answer": True,
        "explanation": SECRETS[0],
    },
    {
        "question_type": "short_answer",
        "question_text": "What?",
        "accepted_answers": [SECRETS[1]],
        "explanation": SECRETS[0],
    },
    {
        "question_type": "numeric",
        "question_text": "How many?",
        "correct_answer": int(SECRETS[3]),
        "explanation": SECRETS[0],
    },
    {
        "question_type": "essay",
        "question_text": "Why?",
        "rubric": [{"text": SECRETS[2], "points": 1}],
        "explanation": SECRETS[0],
    },
]


class Eavesdropper:
    """A record of every byte that the learner is sent."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.heard: list[tuple[str, str]] = []
        http.event_hooks["response"].append(self._hear)

    async def _hear(self, response: httpx.Response) -> None:
        await response.aread()
        said = f"{response.request.method} {response.request.url}"
        self.heard.append((said, str(response.headers) + response.text))

    def leaks(self, *, words: tuple[str, ...]) -> list[str]:
        return [f"{said}: {word}" for said, text in self.heard for word in words if word in text]


def build_answers(quiz: CreatedQuiz) -> list[dict[str, Any]]:
    """Return right, wrong and invalid answers to every question."""
    found = [
        choose(place) for place in range(len(QUESTIONS)) for choose in (quiz.wrong, _get_right_answers(quiz))
    ]
    bad = [
        {"question": quiz.questions[0]["id"], "selected_options": ["nothing"]},
        {"question": quiz.questions[0]["id"], "text_answer": "One"},
        {"question": quiz.questions[4]["id"], "text_answer": "many"},
        {"question": "unknown", "text_answer": "x"},
        {"question": quiz.questions[3]["id"], "text_answer": "x" * 2000},
        {},
    ]
    return [*found, *bad]


def _get_right_answers(quiz: CreatedQuiz) -> Callable[[int], dict[str, Any]]:
    def right(place: int) -> dict[str, Any]:
        answer = quiz.right(place)
        return answer if quiz.questions[place]["question_type"] in _KEPT else quiz.wrong(place)

    return right


_KEPT = {
    "multiple_choice",
    "multiple_select",
    "true_false",
    "essay",
}  # a key given back would be the learner's own


async def take_all_routes(taker: Taker, quiz: CreatedQuiz) -> str:
    """Call every route of an attempt before its completion, also with bad requests."""
    http = taker.http
    attempt: str = (await taker.start(quiz))["attempt_id"]
    url = f"{API}quiz-attempts/{attempt}/"
    asks: list[Callable[[], Awaitable[httpx.Response]]] = [
        lambda: http.get(url),
        lambda: http.get(f"{url}next_question/"),
        lambda: http.get(f"{url}results/"),
        lambda: http.post(f"{url}appeal/", json={"question": quiz.questions[0]["id"], "reason": "x"}),
        lambda: http.post(f"{url}grade/", json={"question": quiz.questions[0]["id"], "points": 1}),
        lambda: http.get(f"{API}quiz-attempts/"),
        lambda: http.get(f"{API}quiz-attempts/?quiz={quiz.id}"),
        lambda: http.post(f"{API}quizzes/{quiz.id}/start_attempt/"),
        lambda: http.get(f"/api/quizzes/{quiz.id}/"),
        lambda: http.get(f"{API}quizzes/{quiz.id}/"),
        lambda: http.get(f"{API}quizzes/"),
        lambda: http.post(f"/api/quizzes/{quiz.id}/attempt/", json={"answers": [{"question": "unknown"}]}),
        lambda: http.post(f"/api/quizzes/{quiz.id}/attempt/", json={"answers": []}),
    ]
    for answer in build_answers(quiz):
        await http.post(f"{url}submit_response/", json=answer)
        for ask in asks:
            await ask()
    return attempt


@pytest.mark.slow
@pytest.mark.parametrize(
    "terms",
    [
        {"quiz_type": "exam"},
        {"quiz_type": "exam", "adaptive": True, "randomize_questions": True},
        {"quiz_type": "assessment", "show_results_immediately": False, "adaptive": True},
    ],
    ids=["exam", "adaptive exam", "results at the end"],
)
async def test_no_response_before_completion_reveals_an_answer(taker: Taker, terms: dict[str, Any]) -> None:
    quiz = await taker.create_quiz(*QUESTIONS, **terms)
    listening = Eavesdropper(taker.http)
    attempt = await take_all_routes(taker, quiz)
    assert len(listening.heard) > 150
    assert listening.leaks(words=SECRETS) == []
    submitted = "submit_response"
    others = [(said, text) for said, text in listening.heard if submitted not in said]
    assert [said for said, text in others for mark in MARKS if f'"{mark}"' in text] == []
    for said, text in listening.heard:
        if submitted in said and '"recorded"' in text:
            assert '"is_correct":null,"points_earned":null,"explanation":null' in text
    listening.heard.clear()
    await taker.complete(attempt)
    assert {word for _, text in listening.heard for word in SECRETS if word in text} >= {
        SECRETS[0],
        SECRETS[1],
    }


async def test_practice_reveals_nothing_before_an_answer(taker: Taker) -> None:
    quiz = await taker.create_quiz(*QUESTIONS, quiz_type="practice")
    listening = Eavesdropper(taker.http)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.get_next(attempt)
    await taker.get_attempt(attempt)
    await taker.http.post(
        f"{API}quiz-attempts/{attempt}/submit_response/",
        json={"question": quiz.questions[0]["id"], "selected_options": ["nothing"]},
    )
    assert listening.leaks(words=SECRETS + tuple(f'"{mark}"' for mark in MARKS)) == []
    told = await taker.submit(attempt, quiz.wrong(0))
    assert (told["is_correct"], told["explanation"]) == (False, SECRETS[0])
    assert listening.leaks(words=SECRETS[1:]) == [], "only of the question that was answered"


async def test_the_owner_sees_no_answers_during_an_exam(taker: Taker) -> None:
    quiz = await taker.create_quiz(*QUESTIONS, quiz_type="exam", time_limit_minutes=10)
    question = quiz.questions[0]["id"]
    paths = [f"quizzes/{quiz.id}/{part}/" for part in ("questions", "statistics", "export")]
    paths += [f"questions/{question}/", f"quizzes/{quiz.id}/questions/{question}/"]
    attempt = (await taker.start(quiz))["attempt_id"]
    listening = Eavesdropper(taker.http)
    for path in paths:
        await taker.get(path, status=409)
    for path in paths[-2:]:
        assert (await taker.http.patch(f"{API}{path}", json={"points": 9})).status_code == 409
    assert listening.leaks(words=SECRETS) == []
    await taker.complete(attempt)
    for path in paths:
        assert (await taker.http.get(f"{API}{path}")).status_code == 200
    await taker.start(quiz)
    taker.stack.clock.advance(timedelta(minutes=11))
    await taker.get(paths[0])


async def test_estimates_ignore_the_answers_while_results_are_hidden(taker: Taker) -> None:
    """Otherwise a learner could test an answer by its effect on the estimate."""
    quiz = await taker.create_quiz(*QUESTIONS[:3], quiz_type="exam", adaptive=True)
    attempt = (await taker.start(quiz))["attempt_id"]
    seen = set()
    for answer in (quiz.wrong(0), quiz.right(0), quiz.wrong(0)):
        await taker.submit(attempt, answer)
        following = await taker.get_next(attempt)
        seen.add((following["estimated_ability"], following["expected_success"], following["question"]["id"]))
    assert len(seen) == 1
