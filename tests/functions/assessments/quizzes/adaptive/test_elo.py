"""Tests of ratings, with simulated learners of known ability.

`ELO_STUDENTS=2000` simulates ten times as many learners.
"""

import os
import random
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.adaptive.elo import (
    LEVELS,
    TARGET_SUCCESS,
    choose_focus,
    find_closest,
    get_prior,
    predict_success,
    predict_trial,
    rate_answer,
)
from functions.assessments.quizzes.adaptive.models import Rating, Skill, Trial

pytestmark = pytest.mark.slow

STUDENTS = int(os.environ.get("ELO_STUDENTS", "200"))
ANSWERS = 30
GUESS = 0.25  # four options


def build_bank(rng: random.Random, size: int, *, guess: float) -> list[Trial]:
    """Return questions of known difficulty on four concepts."""
    return [
        Trial(concept=f"c{place % 4}", difficulty=Rating(value=rng.uniform(-4, 3)), guess=guess)
        for place in range(size)
    ]


def study(ability: float, questions: Sequence[Trial], rng: random.Random) -> tuple[Skill, int]:
    """Return the skill of a learner of this ability after thirty adaptive questions, and the number answered
    rightly."""
    skill, left, right = Skill(), list(questions), 0
    for _ in range(ANSWERS):
        trial = left.pop(find_closest(skill, left))
        success = rng.random() < predict_success(ability, trial.difficulty.value, trial.guess)
        skill, _ = rate_answer(skill, trial, float(success))
        right += success
    return skill, right


@pytest.mark.parametrize("guess", [0.0, GUESS])
def test_thirty_answers_rank_learners_a_logit_apart_and_the_questions_fit_them(guess: float) -> None:
    rng = random.Random(7)
    questions = build_bank(rng, 80, guess=guess)
    abilities = [rng.gauss(0, 1.2) for _ in range(STUDENTS)]
    studies = [study(ability, questions, rng) for ability in abilities]
    estimates = [skill.overall.value for skill, _ in studies]
    apart = [
        (mine > theirs) == (of_mine > of_theirs)
        for (mine, of_mine), (theirs, of_theirs) in combinations(zip(abilities, estimates, strict=True), 2)
        if abs(mine - theirs) >= 1
    ]
    assert sum(apart) / len(apart) >= 0.95
    assert 0.70 <= sum(right for _, right in studies) / (STUDENTS * ANSWERS) <= 0.80


def test_difficulties_converge_to_the_true_order() -> None:
    """Questions that all start as medium end in the order of their true difficulty."""
    rng = random.Random(3)
    true = [-2.0, -1.0, 0.0, 1.0, 2.0]
    ratings = [Rating() for _ in true]
    for _ in range(150):
        ability, skill = rng.gauss(0, 1), Skill()
        for place in rng.sample(range(5), 5):
            success = rng.random() < predict_success(ability, true[place])
            skill, ratings[place] = rate_answer(skill, Trial(difficulty=ratings[place]), float(success))
    learnt = [rating.value for rating in ratings]
    assert learnt == sorted(learnt)
    assert all(abs(value - known) < 0.8 for value, known in zip(learnt, true, strict=True))


@given(st.floats(-6, 6), st.floats(-6, 6), st.floats(0, 0.5), st.floats(0, 1), st.integers(0, 10_000))
def test_an_answer_moves_the_ratings_the_right_way_and_never_out_of_bounds(
    ability: float, difficulty: float, guess: float, share: float, answers: int
) -> None:
    skill = Skill(overall=Rating(value=ability, answers=answers))
    trial = Trial(concept="c", difficulty=Rating(value=difficulty, answers=answers), guess=guess)
    chance = predict_trial(skill, trial)
    learner, item = rate_answer(skill, trial, share)
    assert guess <= chance <= 1
    better = share > chance
    assert (learner.overall.value >= ability) if better else (learner.overall.value <= ability)
    assert (item.value <= difficulty) if better else (item.value >= difficulty)
    assert (learner.overall.answers, learner.concepts["c"].answers, item.answers) == (
        answers + 1,
        1,
        answers + 1,
    )
    assert max(abs(learner.overall.value), abs(item.value)) <= 6


def test_steps_shrink_with_experience() -> None:
    trial = Trial()
    first, _ = rate_answer(Skill(), trial, 1.0)
    late, _ = rate_answer(Skill(overall=Rating(answers=100)), trial, 1.0)
    assert first.overall.value > 5 * late.overall.value > 0


def test_guessing_right_tells_less_than_knowing() -> None:
    guessed, _ = rate_answer(Skill(), Trial(guess=0.5), 1.0)
    known, _ = rate_answer(Skill(), Trial(), 1.0)
    assert 0 < guessed.overall.value < known.overall.value


def test_the_question_nearest_to_the_target_is_next_and_the_first_of_equals() -> None:
    trials = [Trial(difficulty=get_prior(level)) for level in ("hard", "easy", "medium", "easy")]
    assert find_closest(Skill(), trials) == 1
    assert find_closest(Skill(overall=Rating(value=2.2)), trials) == 0
    assert abs(predict_success(0, LEVELS["easy"]) - TARGET_SUCCESS) < 0.01


def test_the_focus_is_on_the_weakest_concepts() -> None:
    assert choose_focus(Skill()).difficulty is None
    concepts = {"strong": Rating(value=1), "weak": Rating(value=-1), "weaker": Rating(value=-2)}
    focus = choose_focus(Skill(overall=Rating(value=2.5, answers=12), concepts=concepts))
    assert (focus.difficulty, focus.concepts, focus.answers) == ("hard", ("weaker", "weak"), 12)
