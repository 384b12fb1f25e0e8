"""Rules for attempts: drawing questions, recording and marking answers, choosing the next question."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from functions.assessments.quizzes.adaptive.elo import find_closest, get_prior, predict_trial, rate_answer
from functions.assessments.quizzes.adaptive.models import Rating, Skill, Trial
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptItem, AttemptQuestion, Terms
from functions.assessments.quizzes.grading.models import AnswerContent, Mark, to_fraction
from functions.assessments.quizzes.grading.rules import CHOICE_TYPES, mark_answer
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.quizzes.models import Quiz
from shared.store.values import measure_document, to_stored

GRACE = timedelta(seconds=30)
MAX_ANSWER_BYTES = 600_000  # of one attempt: its document holds all answers
MAX_SHEETS_BYTES = 8_000_000  # of one attempt: a transaction takes 10 MiB
_MAX_SHEET_BYTES = 600_000
_MAX_OWN_BYTES = 32_000  # of questions in the document of the attempt, which lists read too

GradingStatus = Literal["graded", "pending", "partial"]


@dataclass(frozen=True)
class Totals:
    """The totals of an attempt, rounded to hundredths; `passed` compares the exact percentage.

    `grading` is pending while the model has answers to grade, and partial if some can only be graded by hand.
    """

    score: float
    possible: float
    percentage: float
    passed: bool
    correct: int
    grading: GradingStatus


def copy_terms(quiz: Quiz) -> Terms:
    """Copy the settings of the quiz that hold for an attempt until its end, even if the quiz changes."""
    return Terms(**{name: getattr(quiz, name) for name in Terms.model_fields})


def draw_questions(quiz: Quiz, rng: random.Random) -> list[str]:
    """Return the ids of the questions for one attempt, in the order to be shown."""
    questions = list(quiz.questions)
    number = quiz.questions_per_attempt
    if number is not None and number < len(questions):
        drawn = set(rng.sample(questions, number))
        questions = [question for question in questions if question in drawn]
    if quiz.randomize_questions:
        rng.shuffle(questions)
    return questions


def freeze_question(question: Question, *, shuffle: bool, rng: random.Random) -> AttemptQuestion:
    """Return a copy of the question. The options of a true_false question are never shuffled."""
    options = list(question.options)
    if shuffle and question.question_type != "true_false":
        rng.shuffle(options)
    fields = {name: value for name, value in question if name in AttemptQuestion.model_fields}
    return AttemptQuestion(**{**fields, "options": tuple(options), "tags": ()})


def measure_question(question: AttemptQuestion) -> int:
    """Return the bytes of the question in the store."""
    return measure_document("", to_stored(question))


def split_into_sheets(questions: Sequence[AttemptQuestion]) -> list[list[AttemptQuestion]]:
    """Return the questions in their order, on as few sheets as hold them."""
    sheets: list[list[AttemptQuestion]] = []
    free = 0
    for question in questions:
        size = measure_question(question)
        if not sheets or size > free:
            sheets.append([])
            free = _MAX_SHEET_BYTES
        sheets[-1].append(question)
        free -= size
    return sheets


def choose_own_questions(sheets: Sequence[Sequence[AttemptQuestion]]) -> tuple[AttemptQuestion, ...]:
    """Return the questions to keep in the attempt itself: all where they are short, else none."""
    if len(sheets) == 1 and sum(map(measure_question, sheets[0])) <= _MAX_OWN_BYTES:
        return tuple(sheets[0])
    return ()


def build_items(
    sheets: Sequence[Sequence[AttemptQuestion]], ratings: Mapping[str, Rating]
) -> tuple[AttemptItem, ...]:
    """Return the items of the questions, with their difficulty as rated so far."""
    numbers = number_concepts(question for sheet in sheets for question in sheet)
    return tuple(
        AttemptItem(
            question=question.id,
            points=question.points,
            sheet=number,
            trial=Trial(
                concept=numbers.get(question.concept, ""),
                difficulty=ratings.get(question.id, get_prior(question.difficulty_level)),
                guess=_get_guess(question),
            ),
            written=question.question_type in ("short_answer", "essay", "code"),
        )
        for number, sheet in enumerate(sheets)
        for question in sheet
    )


def number_concepts(questions: Iterable[AttemptQuestion]) -> dict[str, str]:
    """Return a number, as text, for each concept of an attempt, in the order of their questions."""
    names = dict.fromkeys(question.concept for question in questions if question.concept)
    return {name: str(number) for number, name in enumerate(names)}


def rename_concepts(skill: Skill, names: Mapping[str, str]) -> Skill:
    """Return the skill with its concepts under their new names, without those that have none."""
    concepts = {names[name]: rating for name, rating in skill.concepts.items() if name in names}
    return skill.model_copy(update={"concepts": concepts})


def get_deadline(attempt: Attempt) -> datetime | None:
    """Return when answers are refused, the grace included; None without a time limit."""
    return attempt.expires_at + GRACE if attempt.expires_at else None


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Return whether the time is up and the attempt not yet completed."""
    deadline = get_deadline(attempt)
    return not attempt.is_completed and deadline is not None and now >= deadline


def count_answer_bytes(answers: Iterable[AnswerContent]) -> int:
    """Return the bytes that the answers take up in the store, about."""
    return sum(
        len(answer.text_answer.encode()) + sum(len(option) + 1 for option in answer.selected_options)
        for answer in answers
    )


def record_answer(
    attempt: Attempt,
    question: AttemptQuestion,
    content: AnswerContent,
    *,
    seconds: float,
    peers: Iterable[AttemptQuestion] = (),
) -> Attempt:
    """Return the attempt with this answer in place of an earlier one to the same question.

    Ratings and statistics keep the first one whose mark the learner saw.
    """
    place = 1 + max((answer.place for answer in attempt.answers.values()), default=0)
    answer = Answer(**dict(content), place=place, seconds=seconds)
    first = attempt.answers.get(question.id)
    if first is None or first.share is None:
        share = _get_shown_share(attempt, question, content, peers)
        first = answer.model_copy(update={"share": share})
    answer = answer.model_copy(
        update={"share": first.share, "first_place": first.rated_place, "first_options": first.rated_options}
    )
    return attempt.model_copy(update={"answers": {**attempt.answers, question.id: answer}})


def mark_attempt(attempt: Attempt, questions: Mapping[str, AttemptQuestion], now: datetime) -> Attempt:
    """Return the attempt completed and marked. It ends now, or when its time was up."""
    peers = group_by_sheet(attempt, questions)
    marks = {
        question_id: mark_answer(question, attempt.answers.get(question_id), peers[question_id])
        for question_id, question in questions.items()
    }
    completed_at = min(now, attempt.expires_at or now)
    return attempt.model_copy(update={"status": "completed", "completed_at": completed_at, "marks": marks})


def group_by_sheet(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion]
) -> dict[str, list[AttemptQuestion]]:
    """Return, by question, those of its sheet: an answer has one mark, whichever other sheets are loaded."""
    sheets: dict[int, list[AttemptQuestion]] = {}
    groups = {
        item.question: sheets.setdefault(item.sheet, [])
        for item in attempt.items
        if item.question in questions
    }
    for question_id, group in groups.items():
        group.append(questions[question_id])
    return groups


def compute_totals(attempt: Attempt) -> Totals:
    """Return the totals of a completed attempt. Pending answers count as 0 points."""
    score = sum((mark.exact_points for mark in attempt.marks.values()), Fraction(0))
    possible = sum((to_fraction(item.points) for item in attempt.items), Fraction(0))
    percentage = 100 * score / possible if possible else Fraction(0)
    return Totals(
        score=round(float(score), 2),
        possible=round(float(possible), 2),
        percentage=round(float(percentage), 2),
        passed=percentage >= to_fraction(attempt.terms.passing_score),
        correct=sum(mark.correct is True for mark in attempt.marks.values()),
        grading=_get_grading_status(attempt.marks.values()),
    )


def estimate_skill(attempt: Attempt) -> Skill:
    """Return the learner's skill after the answers so far.

    It does not change where results are hidden: a change after an answer would reveal whether it was right.
    """
    skill = attempt.skill
    trials = {item.question: item.trial for item in attempt.items}
    for question_id, answer in sorted(attempt.answers.items(), key=lambda each: each[1].rated_place):
        if answer.share is not None:
            skill, _ = rate_answer(skill, trials[question_id], answer.share)
    return skill


def choose_next_item(attempt: Attempt) -> tuple[AttemptItem, float] | None:
    """Return the item to ask next and the chance of a right answer, None if all are answered."""
    answered = {question for question, answer in attempt.answers.items() if not answer.is_blank}
    items = [item for item in attempt.items if item.question not in answered]
    if not items:
        return None
    skill = estimate_skill(attempt)
    item = items[find_closest(skill, [each.trial for each in items]) if attempt.terms.adaptive else 0]
    return item, predict_trial(skill, item.trial)


def compute_share(mark: Mark, possible: float) -> float:
    """Return the share of the possible points, 0 to 1."""
    return float(mark.exact_points / to_fraction(possible)) if possible else 0.0


def _get_shown_share(
    attempt: Attempt,
    question: AttemptQuestion,
    content: AnswerContent,
    peers: Iterable[AttemptQuestion],
) -> float | None:
    """Return the share of the points, None if the learner may not see it yet."""
    if not attempt.terms.shows_results or content.is_blank:
        return None
    mark = mark_answer(question, content, peers)
    return None if mark.pending else compute_share(mark, question.points)


def _get_grading_status(marks: Iterable[Mark]) -> GradingStatus:
    pending = {mark.pending for mark in marks if mark.pending}
    if not pending:
        return "graded"
    return "pending" if "model" in pending else "partial"


def _get_guess(question: AttemptQuestion) -> float:
    """Return the chance to guess the answer, 0 to 1."""
    single = question.question_type in CHOICE_TYPES and question.question_type != "multiple_select"
    return 1 / len(question.options) if single and question.options else 0.0
