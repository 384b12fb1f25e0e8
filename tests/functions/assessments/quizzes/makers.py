"""A learner who creates quizzes over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tests.functions.assessments.learners import Learner

QUIZZES = "/api/v1/assessments/quizzes/"
QUESTIONS = "/api/v1/assessments/questions/"

DERIVATIVE: dict[str, Any] = {
    "question_text": "What is the derivative of x²?",
    "question_type": "multiple_choice",
    "points": 5,
    "options": [{"text": "2x", "is_correct": True}, {"text": "x", "is_correct": False}],
    "explanation": "The power rule",
}
BY_TYPE: Mapping[str, dict[str, Any]] = {
    "multiple_choice": DERIVATIVE,
    "multiple_select": {
        "question_text": "Which are prime?",
        "question_type": "multiple_select",
        "options": [{"text": "2", "is_correct": True}, {"text": "3", "is_correct": True}, {"text": "4"}],
    },
    "true_false": {
        "question_text": "Water is wet.",
        "question_type": "true_false",
        "correct_answer": True,
    },
    "short_answer": {
        "question_text": "The capital of France?",
        "question_type": "short_answer",
        "accepted_answers": ["Paris", "Lutetia"],
    },
    "numeric": {
        "question_text": "What is π?",
        "question_type": "numeric",
        "correct_answer": 3.14,
        "tolerance": 0.01,
    },
    "essay": {
        "question_text": "Why do leaves fall?",
        "question_type": "essay",
        "rubric": [{"text": "Abscission", "points": 2}, {"text": "Water is saved", "points": 1.5}],
    },
    "code": {"question_text": "Reverse a list.", "question_type": "code", "points": 3},
}


@dataclass
class QuizMaker:
    """A learner who creates quizzes in a course."""

    learner: Learner

    @property
    def http(self) -> httpx.AsyncClient:
        return self.learner.http

    async def create_quiz(self, **fields: Any) -> dict[str, Any]:
        self.learner.stack.clock.advance(timedelta(seconds=1))
        body = {"course": self.learner.course, "title": "Review", **fields}
        return read_created(await self.http.post(QUIZZES, json=body))

    async def add_question(self, quiz: str, kind: str = "multiple_choice", **fields: Any) -> dict[str, Any]:
        return read_created(
            await self.http.post(f"{QUIZZES}{quiz}/questions/", json={**BY_TYPE[kind], **fields})
        )

    async def list_questions(self, quiz: str, **params: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = (await self.get(f"{quiz}/questions/", **params))["results"]
        return results

    async def get(self, path: str = "", **params: Any) -> Any:
        answer = await self.http.get(f"{QUIZZES}{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


def read_created(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body
