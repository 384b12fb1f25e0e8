"""What holds for attempts. Nothing here waits for anybody."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from functions.assessments.quizzes.adaptive.elo import after, closest, expected_of, prior
from functions.assessments.quizzes.adaptive.models import Rating, Skill, Trial
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptItem, AttemptQuestion, Terms
from functions.assessments.quizzes.grading.models import Given, Mark
from functions.assessments.quizzes.grading.rules import CHOICES, marked
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.quizzes.models import Quiz
from shared.store.values import document_size, to_stored

GRACE = timedelta(seconds=30)
MOST_ANSWER_BYTES = 600_000  # of one attempt: its document holds all answers
_SHEET_BYTES = 600_000
MOST_SHEET_BYTES = 8_000_000  # of one attempt: a transaction takes 10 MiB

GradingStatus = Literal["graded", "pending", "partial"]


@dataclass(frozen=True)
class Totals:
    """What an attempt came to. `grading` is pending while the model has something to grade, partial where
    something is left that only a hand can grade."""

    score: float
    possible: float
    percentage: float
    passed: bool
    correct: int
    grading: GradingStatus


def terms_of(quiz: Quiz) -> Terms:
    return Terms(**{name: getattr(quiz, name) for name in Terms.model_fields})


def drawn(quiz: Quiz, rng: random.Random) -> list[str]:
    """The ids of the questions for one attempt, in the order to be shown."""
    questions = list(quiz.questions)
    number = quiz.questions_per_attempt
    if number is not None and number < len(questions):
        chosen = set(rng.sample(questions, number))
        questions = [question for question in questions if question in chosen]
    if quiz.randomize_questions:
        rng.shuffle(questions)
    return questions


def frozen(question: Question, *, shuffle: bool, rng: random.Random) -> AttemptQuestion:
    """The question as it is now. The options of true_false stay as they are: nobody looks for False first."""
    options = list(question.options)
    if shuffle and question.question_type != "true_false":
        rng.shuffle(options)
    fields = {name: value for name, value in question if name in AttemptQuestion.model_fields}
    return AttemptQuestion(**{**fields, "options": tuple(options), "tags": ()})


def size_of(question: AttemptQuestion) -> int:
    """Bytes in the store."""
    return document_size("", to_stored(question))


def sheeted(questions: Sequence[AttemptQuestion]) -> list[list[AttemptQuestion]]:
    """The questions in their order, on as few sheets as hold them."""
    sheets: list[list[AttemptQuestion]] = []
    room = 0
    for question in questions:
        size = size_of(question)
        if not sheets or size > room:
            sheets.append([])
            room = _SHEET_BYTES
        sheets[-1].append(question)
        room -= size
    return sheets


def items_of(
    sheets: Sequence[Sequence[AttemptQuestion]], ratings: Mapping[str, Rating]
) -> tuple[AttemptItem, ...]:
    """The questions' places, with what is known of how hard they are."""
    numbers = concept_numbers(question for sheet in sheets for question in sheet)
    return tuple(
        AttemptItem(
            question=question.id,
            points=question.points,
            sheet=number,
            trial=Trial(
                concept=numbers.get(question.concept, ""),
                difficulty=ratings.get(question.id, prior(question.difficulty_level)),
                guess=_guess(question),
            ),
            written=question.question_type in ("short_answer", "essay", "code"),
        )
        for number, sheet in enumerate(sheets)
        for question in sheet
    )


def concept_numbers(questions: Iterable[AttemptQuestion]) -> dict[str, str]:
    """The concepts of an attempt, numbered as they come."""
    names = dict.fromkeys(question.concept for question in questions if question.concept)
    return {name: str(number) for number, name in enumerate(names)}


def renamed(skill: Skill, names: Mapping[str, str]) -> Skill:
    """The skill with only those of its concepts that have a new name, under it."""
    concepts = {names[name]: rating for name, rating in skill.concepts.items() if name in names}
    return skill.model_copy(update={"concepts": concepts})


def deadline(attempt: Attempt) -> datetime | None:
    return attempt.expires_at + GRACE if attempt.expires_at else None


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Whether its time is up, and nothing but its end is left to write down."""
    last = deadline(attempt)
    return not attempt.is_completed and last is not None and now >= last


def answer_bytes(answers: Iterable[Given]) -> int:
    return sum(
        len(answer.text_answer.encode()) + sum(len(option) + 1 for option in answer.selected_options)
        for answer in answers
    )


def answered(attempt: Attempt, question: AttemptQuestion, given: Given, *, seconds: float) -> Attempt:
    """The attempt with this answer in place of an earlier one to the same question."""
    share = _share(question, marked(question, given)) if attempt.terms.shows_results else None
    place = 1 + max((answer.place for answer in attempt.answers.values()), default=0)
    answer = Answer(**dict(given), place=place, seconds=seconds, share=None if given.is_blank else share)
    return attempt.model_copy(update={"answers": {**attempt.answers, question.id: answer}})


def finished(attempt: Attempt, questions: Mapping[str, AttemptQuestion], now: datetime) -> Attempt:
    """The attempt completed and marked; it never ends after its time."""
    marks = {
        question_id: marked(question, attempt.answers.get(question_id))
        for question_id, question in questions.items()
    }
    ended = min(now, attempt.expires_at or now)
    return attempt.model_copy(update={"status": "completed", "completed_at": ended, "marks": marks})


def totals(attempt: Attempt) -> Totals:
    """Of a completed attempt; what is not graded yet counts as nothing."""
    score = round(sum(mark.points for mark in attempt.marks.values()), 2)
    possible = round(sum(item.points for item in attempt.items), 2)
    percentage = round(100 * score / possible, 2) if possible else 0.0
    return Totals(
        score=score,
        possible=possible,
        percentage=percentage,
        passed=percentage >= attempt.terms.passing_score,
        correct=sum(mark.correct is True for mark in attempt.marks.values()),
        grading=_grading(attempt.marks.values()),
    )


def current_skill(attempt: Attempt) -> Skill:
    """What the answers so far tell of the learner. Where results are not shown they tell nothing: a change
    after an answer would betray whether it was right."""
    skill = attempt.skill
    trials = {item.question: item.trial for item in attempt.items}
    for question_id, answer in sorted(attempt.answers.items(), key=lambda each: each[1].place):
        if answer.share is not None:
            skill, _ = after(skill, trials[question_id], answer.share)
    return skill


def next_item(attempt: Attempt) -> tuple[AttemptItem, float] | None:
    """The question to ask next, and the chance of a right answer; None where all are answered."""
    given = {question for question, answer in attempt.answers.items() if not answer.is_blank}
    left = [item for item in attempt.items if item.question not in given]
    if not left:
        return None
    skill = current_skill(attempt)
    item = left[closest(skill, [each.trial for each in left]) if attempt.terms.adaptive else 0]
    return item, expected_of(skill, item.trial)


def share_earned(item: AttemptItem, mark: Mark) -> float:
    return mark.points / item.points if item.points else 0.0


def _share(question: AttemptQuestion, mark: Mark) -> float | None:
    if mark.pending:
        return None
    return mark.points / question.points if question.points else 0.0


def _grading(marks: Iterable[Mark]) -> GradingStatus:
    waiting = {mark.pending for mark in marks if mark.pending}
    if not waiting:
        return "graded"
    return "pending" if "model" in waiting else "partial"


def _guess(question: AttemptQuestion) -> float:
    one_of = question.question_type in CHOICES and question.question_type != "multiple_select"
    return 1 / len(question.options) if one_of and question.options else 0.0
