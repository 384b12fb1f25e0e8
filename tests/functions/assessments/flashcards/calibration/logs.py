"""Logs of students whose memory is known: FSRS with weights of their own."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from functions.assessments.flashcards.calibration.history import Answered
from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.fsrs import Model, Rating
from functions.assessments.flashcards.scheduling.models import Review
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats, StudyState
from shared.store import Transaction
from tests.functions.assessments.learners import Learner

FORGETFUL = (
    0.1, 0.3, 0.6, 2.0, 6.8, 0.7, 2.5, 0.01, 1.2, 0.15, 0.9,
    1.6, 0.08, 0.3, 1.5, 0.5, 1.9, 0.5, 0.1, 0.07, 0.4,
)  # fmt: skip
START = datetime(2025, 3, 1, 12, tzinfo=UTC)
_INTERVALS = (1, 2, 4, 8, 16, 32)


def log_of(number: int, *, weights: Sequence[float] | None = None, seed: int = 1) -> list[Answered]:
    """That many answers, or a few more, of somebody with a memory of these weights, in order of time."""
    chance, model = random.Random(seed), Model(tuple(weights)) if weights else Model()
    answers: list[Answered] = []
    for card in range(number):
        if len(answers) >= number:
            break
        at, memory = START + timedelta(days=chance.randrange(200)), None
        for place, interval in enumerate((0, *_INTERVALS)):
            at += timedelta(days=interval)
            known = chance.random() < (model.predict_recall(memory, interval) if memory else 0.5)
            rating = Rating.GOOD if known else Rating.AGAIN
            memory = model.update_memory(memory, interval, rating) if memory else model.start_memory(rating)
            quality = 4 if known else 1
            answers.append(Answered(f"c{card}", at, at.date(), quality, first=not place, days=interval))
    return sorted(answers, key=lambda each: (each.at, each.card))


async def plant(learner: Learner, answers: Sequence[Answered]) -> None:
    """The answers as stored reviews, with the count of them, as if each had come through the front door."""
    store, nothing = learner.stack.services.store, Schedule(scheduled_on=START.date())
    reviews = [
        Review(
            id=f"r{number}", flashcard=answer.card, quality=answer.quality, reviewed_at=answer.at,
            day=answer.day, after=nothing,
            before=nothing.model_copy(update={"total_reviews": 0 if answer.first else 1}),
        )
        for number, answer in enumerate(answers)
    ]  # fmt: skip

    async def work(tx: Transaction) -> None:
        for review in reviews:
            tx.put(REVIEWS.doc(review.id, user=learner.id), review)
        tx.put(CARD_STATS.doc(ALL, user=learner.id), CardStats(id=ALL, reviews=len(reviews)))
        tx.put(STUDY_STATES.doc(STATE, user=learner.id), StudyState(id=STATE, desired_retention=0.85))

    await store.transact(work)
