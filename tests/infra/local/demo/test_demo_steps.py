"""Steps of the demo when the stack misbehaves, and its answers in a quiz."""

from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from rich.console import Console

from infra.local.demo.answers import Question
from infra.local.demo.client import Client, DemoFailed
from infra.local.demo.decks import COLLECTION, export_deck
from infra.local.demo.fsrs_reviews import review_by_fsrs
from infra.local.demo.journey import Journey
from infra.local.demo.pace import MAX_LOOKS
from infra.local.demo.quizzes import choose_answer, take_quiz
from infra.local.demo.screen import Screen

REVIEWED = {
    "next_review_date": "2026-03-03T00:00:00Z",
    "interval_days": 1,
    "ease_factor": 2.5,
    "repetitions": 1,
    "scheduler": "sm2",
}
TRUE_OR_FALSE = [{"id": "t", "is_correct": True}, {"id": "f", "is_correct": False}]
PENDING = {
    "score": 0,
    "points_possible": 1,
    "percentage_score": 0,
    "passed": False,
    "correct_answers": 0,
    "total_questions": 1,
    "grading_status": "pending",
    "detailed_results": [],
}


class Answers:
    """A stack that always gives the same answer for a path's end."""

    def __init__(self, by_end: dict[str, Any]) -> None:
        self.by_end = by_end
        self.calls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.url.path)
        answer = next(answer for end, answer in self.by_end.items() if request.url.path.endswith(end))
        return httpx.Response(200, **({"content": answer} if isinstance(answer, bytes) else {"json": answer}))


async def at_once(_: float) -> None:
    """No pause."""


def start_journey(answers: Answers, folder: Path) -> Journey:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answers), base_url="http://stack.test")
    screen = Screen(Console(file=StringIO(), width=100))
    client = Client(http, say=screen.say, sleep=at_once)
    return Journey(client, screen, [folder / "a.md"], date(2026, 3, 2))


def question(kind: str, **key: object) -> Question:
    return Question.model_validate({"id": "q", "question_type": kind, **key})


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        (
            question(
                "true_false", options=[{"id": "t", "is_correct": True}, {"id": "f", "is_correct": False}]
            ),
            {"selected_options": ["t"]},
            {"selected_options": ["f"]},
        ),
        (question("numeric", correct_answer=2.5), {"text_answer": "2.5"}, {"text_answer": "3.5"}),
        (
            question("short_answer", accepted_answers=["ATP"]),
            {"text_answer": "ATP"},
            {"text_answer": "I do not know"},
        ),
        (
            question("essay", rubric=[{"text": "First."}, {"text": "Second."}]),
            {"text_answer": "First."},
            {"text_answer": "First."},
        ),
    ],
    ids=lambda each: each.question_type if isinstance(each, Question) else "",
)
def test_the_demo_errs_only_on_purpose(asked: Question, right: object, wrong: object) -> None:
    assert choose_answer(asked, errs=False) == right
    assert choose_answer(asked, errs=True) == wrong


async def test_a_grade_that_never_comes_ends_the_demo(tmp_path: Path) -> None:
    answers = Answers(
        {
            "/start_attempt/": {"attempt_id": "a", "questions_order": []},
            "/questions/": {"count": 0, "results": []},
            "/complete/": PENDING,
            "/results/": PENDING,
        }
    )
    journey = start_journey(answers, tmp_path)
    with journey.client.step("Attempt"), pytest.raises(DemoFailed, match="Not graded"):
        await take_quiz(journey)
    assert sum(path.endswith("/results/") for path in answers.calls) == MAX_LOOKS


async def test_settings_that_never_reach_the_reviews_end_the_demo_with_every_review_taken_back(
    tmp_path: Path,
) -> None:
    settings = {"review_scheduler": "fsrs", "desired_retention": 0.9}
    answers = Answers({"/settings/": settings, "/review/": REVIEWED, "/undo/": {}})
    journey = start_journey(answers, tmp_path)
    journey.intervals, journey.due = {"card": 1}, {"card": "What is ATP?"}
    with journey.client.step("FSRS"), pytest.raises(DemoFailed, match="FSRS was not in effect"):
        await review_by_fsrs(journey)
    assert sum(path.endswith("/undo/") for path in answers.calls) == MAX_LOOKS


def package_without_tables() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as parts:
        parts.writestr(COLLECTION, b"no database" * 100)
    return file.getvalue()


@pytest.mark.parametrize(
    "exported", [b"PK no zip", package_without_tables()], ids=["no zip", "no collection"]
)
async def test_an_export_that_is_no_package_ends_the_demo(tmp_path: Path, exported: bytes) -> None:
    journey = start_journey(Answers({"/export/": exported}), tmp_path)
    with journey.client.step("Export"), pytest.raises(DemoFailed, match="is no Anki package"):
        await export_deck(journey)
