"""Ratings of learners and questions: reading them, and updating them after answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.assessments.quizzes.adaptive.elo import choose_focus, rate_answer
from functions.assessments.quizzes.adaptive.models import (
    Ability,
    Focus,
    ItemRatings,
    NamedRating,
    Rating,
    Skill,
    Trial,
)
from functions.assessments.quizzes.adaptive.store import ABILITIES, ITEM_RATINGS
from shared.store import Store, Transaction

MAX_CONCEPTS = 300  # of a course; the ones not met for longest are dropped
MAX_RATED_QUESTIONS = 1000  # of a quiz, including deleted ones


@dataclass(frozen=True)
class RatedAnswer:
    """An answered question, and the share of its points that the answer earned."""

    question: str
    trial: Trial
    share: float


async def get_skill(reads: Store | Transaction, *, user_id: str, course_id: str) -> Skill:
    """Return the learner's skill in the course. Costs 1 read."""
    ability = await reads.get(ABILITIES.doc(course_id, user=user_id))
    return ability.skill if ability else Skill()


async def get_item_ratings(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> dict[str, Rating]:
    """Return the ratings of the questions that were answered, by question. Costs 1 read."""
    ratings = await reads.get(ITEM_RATINGS.doc(quiz_id, user=user_id))
    return ratings.by_question if ratings else {}


async def get_focus(store: Store, *, user_id: str, course_id: str) -> Focus:
    """Return what to ask the learner next in this course. Costs 1 read."""
    return choose_focus(await get_skill(store, user_id=user_id, course_id=course_id))


async def update_ratings(
    tx: Transaction, *, user_id: str, course_id: str, quiz_id: str, answers: Sequence[RatedAnswer]
) -> None:
    """Update the ratings of learner and questions, in the order answered. Costs 2 reads, 2 writes."""
    skill = await get_skill(tx, user_id=user_id, course_id=course_id)
    items = await get_item_ratings(tx, user_id=user_id, quiz_id=quiz_id)
    for answer in answers:
        difficulty = items.pop(answer.question, answer.trial.difficulty)
        trial = answer.trial.model_copy(update={"difficulty": difficulty})
        skill, items[answer.question] = rate_answer(skill, trial, answer.share)
    concepts = _take_latest(skill.concepts, MAX_CONCEPTS)
    ability = Ability(id=course_id, overall=skill.overall, concepts=concepts)
    tx.put(ABILITIES.doc(course_id, user=user_id), ability)
    questions = _take_latest(items, MAX_RATED_QUESTIONS)
    tx.put(ITEM_RATINGS.doc(quiz_id, user=user_id), ItemRatings(id=quiz_id, questions=questions))


def _take_latest(ratings: Mapping[str, Rating], limit: int) -> tuple[NamedRating, ...]:
    return tuple(NamedRating(name=name, rating=rating) for name, rating in ratings.items())[-limit:]
