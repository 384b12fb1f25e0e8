"""Simulated students who plan for the exam know more on the day, after as many reviews.

`EXAM_STUDENTS` students are simulated for each figure (default 2); docs/adr/0011 has the figures for 20.
"""

import os
from statistics import mean
from typing import get_args

import pytest

from tests.functions.assessments.flashcards.exams.simulation import Course, Outcome, Scheduler, learned

pytestmark = pytest.mark.slow

STUDENTS = int(os.environ.get("EXAM_STUDENTS", "2"))


def average(course: Course, *, scheduler: Scheduler, planned: bool) -> Outcome:
    seeds = range(1, STUDENTS + 1)
    outcomes = [learned(course, scheduler=scheduler, planned=planned, seed=seed) for seed in seeds]
    return Outcome(mean(each.recall for each in outcomes), round(mean(each.reviews for each in outcomes)))


@pytest.mark.parametrize(
    ("course", "limit", "better"),
    [
        pytest.param(Course(), 30, 0.01, id="500-cards-30-a-day"),
        pytest.param(Course(cards=200), 18, 0.01, id="200-cards-fewer-than-the-limit"),
    ],
)
def test_planned_reviews_beat_both_plain_schedulers(course: Course, limit: int, better: float) -> None:
    """`limit` is the planned students' own: so low that they review no more than the plain ones."""
    plain = [average(course, scheduler=each, planned=False) for each in get_args(Scheduler)]
    bounded = Course(course.cards, course.days, limit, course.lectures)
    for scheduler in get_args(Scheduler):
        planned = average(bounded, scheduler=scheduler, planned=True)
        for other in plain:
            assert planned.reviews <= other.reviews * 1.002, (planned, plain)
            assert planned.recall > other.recall + better, (planned, plain)
