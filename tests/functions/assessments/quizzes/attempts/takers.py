"""Learners who take quizzes of their own."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.functions.assessments.learners import Learner, new_learner
from tests.stack import Stack

API = "/api/v1/assessments/"

CHOICE = {
    "question_type": "multiple_choice",
    "question_text": "Which is right?",
    "points": 5,
    "options": [{"text": "Right", "is_correct": True}, {"text": "Wrong"}, {"text": "Worse"}],
    "explanation": "Because it is.",
}
SHORT = {
    "question_type": "short_answer",
    "question_text": "What makes leaves green?",
    "points": 3,
    "accepted_answers": ["Chlorophyll"],
}
NUMERIC = {
    "question_type": "numeric",
    "question_text": "How many legs has a spider?",
    "points": 2,
    "correct_answer": 8,
}
ESSAY = {
    "question_type": "essay",
    "question_text": "Explain photosynthesis.",
    "points": 4,
    "rubric": [
        {"text": "Chlorophyll absorbs light", "points": 2},
        {"text": "The plant builds sugar", "points": 2},
    ],
}


@dataclass
class CreatedQuiz:
    """A quiz and its questions as their owner sees them."""

    id: str
    questions: list[dict[str, Any]]

    def options(self, position: int, *, correct: bool = True) -> list[str]:
        """Return the ids of the right, or the wrong, options of a question."""
        options = self.questions[position]["options"]
        return [option["id"] for option in options if option["is_correct"] is correct]

    def right(self, position: int) -> dict[str, Any]:
        """Return a right answer to a question."""
        question = self.questions[position]
        answer: dict[str, Any] = {"question": question["id"]}
        if question["options"]:
            return answer | {"selected_options": self.options(position)}
        if question["question_type"] == "numeric":
            return answer | {"text_answer": str(question["correct_answer"])}
        return answer | {"text_answer": (question["accepted_answers"] or ["Something"])[0]}

    def wrong(self, position: int) -> dict[str, Any]:
        question = self.questions[position]
        answer: dict[str, Any] = {"question": question["id"]}
        if question["options"]:
            return answer | {"selected_options": self.options(position, correct=False)[:1]}
        return answer | {"text_answer": "12345"}


@dataclass
class Taker:
    """A learner who creates and takes quizzes over HTTP."""

    learner: Learner

    @property
    def http(self) -> httpx.AsyncClient:
        return self.learner.http

    @property
    def stack(self) -> Stack:
        return self.learner.stack

    async def create_quiz(self, *questions: dict[str, Any], **fields: Any) -> CreatedQuiz:
        body = {"course": self.learner.course, "title": "Botany", **fields}
        quiz = await self.post("quizzes/", body, status=201)
        made = [await self.post(f"quizzes/{quiz['id']}/questions/", each, status=201) for each in questions]
        return CreatedQuiz(quiz["id"], made)

    async def start(self, quiz: CreatedQuiz, *, status: int = 201) -> dict[str, Any]:
        return await self.post(f"quizzes/{quiz.id}/start_attempt/", None, status=status)

    async def submit(self, attempt: str, answer: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
        return await self.post(f"quiz-attempts/{attempt}/submit_response/", answer, status=status)

    async def complete(self, attempt: str) -> dict[str, Any]:
        return await self.post(f"quiz-attempts/{attempt}/complete/", None)

    async def get_next(self, attempt: str) -> dict[str, Any]:
        return await self.get(f"quiz-attempts/{attempt}/next_question/")

    async def get_attempt(self, attempt: str) -> dict[str, Any]:
        return await self.get(f"quiz-attempts/{attempt}/")

    async def take(self, quiz: CreatedQuiz, *answers: dict[str, Any]) -> dict[str, Any]:
        """Take the quiz with these answers and return the result."""
        begun = await self.start(quiz)
        for answer in answers:
            await self.submit(begun["attempt_id"], answer)
        return await self.complete(begun["attempt_id"])

    async def post(self, path: str, body: Any, *, status: int = 200) -> dict[str, Any]:
        answer = await self.http.post(f"{API}{path}", json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, path: str, *, status: int = 200, **params: Any) -> dict[str, Any]:
        answer = await self.http.get(f"{API}{path}", params=params)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def new_taker(stack: Stack, **preferences: Any) -> Taker:
    return Taker(await new_learner(stack, **preferences))
