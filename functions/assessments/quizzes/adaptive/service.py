"""Learning from answers, and what is known of a learner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.assessments.quizzes.adaptive.elo import after, focus_of
from functions.assessments.quizzes.adaptive.models import (
    Ability,
    Focus,
    ItemRatings,
    Named,
    Rating,
    Skill,
    Trial,
)
from functions.assessments.quizzes.adaptive.store import ABILITIES, ITEM_RATINGS
from shared.store import Store, Transaction

MOST_CONCEPTS = 300  # of a course; those not met for longest are forgotten
MOST_RATED = 1000  # questions of a quiz, those deleted since among them


@dataclass(frozen=True)
class Tried:
    """A question that was answered, and the share of its points that the answer earned."""

    question: str
    trial: Trial
    share: float


async def skill_in(reads: Store | Transaction, *, user_id: str, course_id: str) -> Skill:
    """Costs 1 read."""
    found = await reads.get(ABILITIES.doc(course_id, user=user_id))
    return found.skill if found else Skill()


async def item_ratings(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> dict[str, Rating]:
    """By question; those never answered are missing. Costs 1 read."""
    found = await reads.get(ITEM_RATINGS.doc(quiz_id, user=user_id))
    return found.by_question if found else {}


async def focus(store: Store, *, user_id: str, course_id: str) -> Focus:
    """What to ask the learner next in this course. Costs 1 read."""
    return focus_of(await skill_in(store, user_id=user_id, course_id=course_id))


async def learn(
    tx: Transaction, *, user_id: str, course_id: str, quiz_id: str, tried: Sequence[Tried]
) -> None:
    """Move the ratings of learner and questions, in the order answered. Costs 2 reads, 2 writes."""
    skill = await skill_in(tx, user_id=user_id, course_id=course_id)
    items = await item_ratings(tx, user_id=user_id, quiz_id=quiz_id)
    for each in tried:
        known = items.pop(each.question, each.trial.difficulty)
        trial = each.trial.model_copy(update={"difficulty": known})
        skill, items[each.question] = after(skill, trial, each.share)
    concepts = _latest(skill.concepts, MOST_CONCEPTS)
    ability = Ability(id=course_id, overall=skill.overall, concepts=concepts)
    tx.put(ABILITIES.doc(course_id, user=user_id), ability)
    rated = ItemRatings(id=quiz_id, questions=_latest(items, MOST_RATED))
    tx.put(ITEM_RATINGS.doc(quiz_id, user=user_id), rated)


def _latest(ratings: Mapping[str, Rating], most: int) -> tuple[Named, ...]:
    return tuple(Named(name=name, rating=rating) for name, rating in ratings.items())[-most:]
