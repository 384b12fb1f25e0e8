"""Builders of questions and answers to grade."""

from typing import Any

from functions.assessments.quizzes.grading.models import AnswerContent
from functions.assessments.quizzes.questions.models import Option, QuestionContent, QuestionType
from shared.model.protocol import Grade, PointGrade, RubricPoint, Usage

RUBRIC = (
    RubricPoint(text="Light is absorbed by chlorophyll", points=2),
    RubricPoint(text="Sugar is made", points=3),
)


def build_question(kind: QuestionType, **fields: Any) -> QuestionContent:
    return QuestionContent(**{"question_text": "What is it?", "question_type": kind, "points": 4.0, **fields})


def build_choice(kind: QuestionType, right: str, wrong: str, **fields: Any) -> QuestionContent:
    """Build a question whose options are the letters of `right` and `wrong`."""
    options = tuple(Option(id=each, text=each, is_correct=each in right) for each in right + wrong)
    return build_question(kind, options=options, **fields)


def choose(letters: str) -> AnswerContent:
    return AnswerContent(selected_options=tuple(letters))


def write(text: str) -> AnswerContent:
    return AnswerContent(text_answer=text)


def build_grade(*points: tuple[int, float, str]) -> Grade:
    """Build a grade of the model from the index, points and quote of each entry."""
    given = tuple(PointGrade(index=index, points=worth, quote=quote) for index, worth, quote in points)
    return Grade(points=given, usage=Usage(model="scripted"))
