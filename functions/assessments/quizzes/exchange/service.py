"""Importing files of questions as quizzes, and exporting quizzes as files."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.exchange.errors import LARGEST_FILE, NotAQuiz, QuizFileTooLarge
from functions.assessments.quizzes.exchange.gift_writing import write_gift
from functions.assessments.quizzes.exchange.models import Format, Found, Reading, Refused, Written
from functions.assessments.quizzes.exchange.native import origin_of, write_json
from functions.assessments.quizzes.exchange.qti_writing import write_qti
from functions.assessments.quizzes.exchange.reading import read
from functions.assessments.quizzes.questions.composition import compose_content
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, NewQuestion, Question
from functions.assessments.quizzes.questions.schemas import QuestionIn
from functions.assessments.quizzes.quizzes.models import NewQuiz, Quiz
from functions.assessments.quizzes.quizzes.schemas import QuizPatch
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.service import add_quiz, get_quiz_with_questions
from functions.assessments.quizzes.quizzes.store import QUIZZES
from shared.errors import ValidationFailed
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.web.errors import describe_problems

_MOST_ERRORS = 100
_LONGEST_TITLE = 200
_WRITERS: dict[Format, Callable[[Quiz, list[Question]], Written]] = {
    "gift": write_gift,
    "qti": write_qti,
    "json": write_json,
}


@dataclass(frozen=True)
class Imported:
    """`is_new` is False where the same file was imported into the course before."""

    quiz_id: str
    imported: int
    errors: list[Refused]
    is_new: bool


async def import_quiz(
    services: Services, *, user_id: str, course: str, title: str | None, file: BinaryIO, file_name: str | None
) -> Imported:
    """A new quiz with what the file has, or the one that the same file made in this course before.

    Raises CourseNotFound, NotAQuiz, QuizFileTooLarge.
    """
    content = await asyncio.to_thread(file.read, LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise QuizFileTooLarge
    fallback = PurePosixPath(file_name or "").stem
    quiz, errors = await asyncio.to_thread(_quiz_in, content, course, title, fallback, services.ids.new)
    note_items(len(quiz.questions))
    quiz_id, is_new = await _kept(services, user_id, quiz)
    return Imported(quiz_id, len(quiz.questions) if is_new else 0, errors[:_MOST_ERRORS], is_new)


def _quiz_in(
    content: bytes, course: str, title: str | None, fallback: str, new_id: Callable[[], str]
) -> tuple[NewQuiz, list[Refused]]:
    """The quiz in the file, and the rows that are not in the quiz. Raises NotAQuiz."""
    reading = read(content)
    questions, errors = checked(reading, new_id)
    quiz = NewQuiz(
        **settings_of(reading, fallback, prefer=title),
        course=course,
        source="import",
        fingerprint=hashlib.sha256(content).hexdigest(),
        questions=tuple(questions),
    )
    return quiz, errors


async def _kept(services: Services, user_id: str, quiz: NewQuiz) -> tuple[str, bool]:
    """The id of the quiz that is there or is made, and whether it is made."""
    now = services.clock.now()

    async def work(tx: Transaction) -> tuple[str, bool]:
        state = await get_study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={quiz.course}, state=state)
        same = QUIZZES.query(user=user_id).where("course", "==", quiz.course)
        if (there := await tx.first(same.where("fingerprint", "==", quiz.fingerprint))) is not None:
            return there.id, False
        added, _ = await add_quiz(tx, user_id=user_id, quiz=quiz, ids=services.ids, now=now)
        return added.id, True

    return await services.store.transact(work)


async def export_quiz(
    services: Services, *, user_id: str, quiz_id: str, form: Format
) -> tuple[Quiz, Written]:
    """Costs 3 reads, and 1 for each question. Raises QuizNotFound, ExamInProgress."""
    quiz, questions = await get_quiz_with_questions(services.store, user_id=user_id, quiz_id=quiz_id)
    await require_no_exam(services.store, user_id=user_id, quiz_id=quiz_id, now=services.clock.now())
    return quiz, await asyncio.to_thread(_WRITERS[form], quiz, questions)


def checked(reading: Reading, new_id: Callable[[], str]) -> tuple[list[NewQuestion], list[Refused]]:
    """What is a question by all rules, and why the rest is none. Raises NotAQuiz."""
    if len(reading.items) > MAX_QUESTIONS:
        raise NotAQuiz(f"There are more than {MAX_QUESTIONS} questions")
    questions: list[NewQuestion] = []
    errors: list[Refused] = []
    for item in reading.items:
        judged = _judged(item, new_id) if isinstance(item, Found) else item
        if isinstance(judged, Refused):
            errors.append(judged)
        else:
            questions.append(judged)
    if not questions:
        first = f": row {errors[0].row}: {errors[0].error}" if errors else ""
        raise NotAQuiz(f"There is no question that can be imported{first}")
    return questions, errors


def _judged(item: Found, new_id: Callable[[], str]) -> NewQuestion | Refused:
    fields = dict(item.fields)
    try:
        origin = origin_of(fields)
        sent = QuestionIn.model_validate(fields).model_dump(exclude={"order"})
        return NewQuestion(**{**dict(compose_content(sent, new_id=new_id)), **origin})
    except ValidationError as problem:
        failed = describe_problems(problem.errors(include_url=False))
        return Refused(item.row, _said(failed.details))
    except ValidationFailed as problem:
        return Refused(item.row, _said(problem.details))
    except ValueError as problem:
        return Refused(item.row, str(problem).capitalize())


def _said(details: dict[str, list[str]]) -> str:
    return "; ".join(f"{field}: {', '.join(messages)}" for field, messages in details.items())[:500]


def settings_of(reading: Reading, fallback: str, *, prefer: str | None) -> dict[str, Any]:
    """The settings of the file that are good ones; a quiz always has a title."""
    settings: dict[str, Any] = {}
    for name, value in reading.settings.items():
        shortened = value[:_LONGEST_TITLE] if name == "title" and isinstance(value, str) else value
        try:
            settings |= QuizPatch.model_validate({name: shortened}).model_dump(exclude_unset=True)
        except ValidationError:
            continue  # a quiz is imported for its questions
    title = prefer or settings.get("title") or " ".join(fallback.split())[:_LONGEST_TITLE] or "Imported quiz"
    return {**settings, "title": title}
