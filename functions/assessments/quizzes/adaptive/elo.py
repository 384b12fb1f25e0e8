"""Elo ratings of learners and questions, updated after each answer.

After Pelánek, "Applications of the Elo rating system in adaptive educational systems", Computers &
Education 98 (2016): the chance of a right answer is a logistic function of ability less difficulty, raised by
the chance to guess, and the step shrinks as a / (1 + b n) with the number of answers, so that the first ones
move much and later ones settle. The learner's ability is a rating of the course and a correction for each
concept.
"""

from collections.abc import Mapping, Sequence
from math import exp

from functions.assessments.quizzes.adaptive.models import Focus, Rating, Skill, Trial
from shared.model.protocol import Difficulty

TARGET = 0.75  # the chance of success that teaches best without discouraging

_FIRST_STEP = 1.4
_SETTLING = 0.15
_LEAST_STEP = 0.1
_CONCEPT_SHARE = 0.5  # of a step goes to the concept as well
_FURTHEST = 6.0  # logits; nobody is told apart beyond

LEVELS: Mapping[Difficulty, float] = {"easy": -1.1, "medium": 0.0, "hard": 1.1}
_ENOUGH_ANSWERS = 10
_MOST_IN_FOCUS = 10


def prior(level: Difficulty) -> Rating:
    """How hard a question is held to be before anybody answered it."""
    return Rating(value=LEVELS[level])


def expected(ability: float, difficulty: float, guess: float = 0.0) -> float:
    """The chance of a right answer."""
    return guess + (1 - guess) / (1 + exp(difficulty - ability))


def expected_of(skill: Skill, trial: Trial) -> float:
    return expected(skill.at(trial.concept), trial.difficulty.value, trial.guess)


def after(skill: Skill, trial: Trial, share: float) -> tuple[Skill, Rating]:
    """The learner's skill and the question's difficulty after an answer that earned `share` of its points."""
    surprise = share - expected_of(skill, trial)
    concepts = dict(skill.concepts)
    if trial.concept:
        concepts.pop(trial.concept, None)  # what was met last stands last
        concepts[trial.concept] = _moved(skill.in_concept(trial.concept), _CONCEPT_SHARE * surprise)
    learner = Skill(overall=_moved(skill.overall, surprise), concepts=concepts)
    return learner, _moved(trial.difficulty, -surprise)


def closest(skill: Skill, trials: Sequence[Trial]) -> int:
    """The place of the trial whose chance of success is nearest to the target; the first of equals."""
    return min(range(len(trials)), key=lambda place: abs(expected_of(skill, trials[place]) - TARGET))


def focus_of(skill: Skill) -> Focus:
    """The level that is nearest to the target, and the concepts that lag behind."""
    answers = skill.overall.answers
    weak = sorted((rating.value, name) for name, rating in skill.concepts.items() if rating.value < 0)
    return Focus(
        difficulty=_level_for(skill.overall.value) if answers >= _ENOUGH_ANSWERS else None,
        concepts=tuple(name for _, name in weak[:_MOST_IN_FOCUS]),
        answers=answers,
    )


def _level_for(ability: float) -> Difficulty:
    return min(LEVELS, key=lambda level: abs(expected(ability, LEVELS[level]) - TARGET))


def _moved(rating: Rating, surprise: float) -> Rating:
    step = max(_LEAST_STEP, _FIRST_STEP / (1 + _SETTLING * rating.answers))
    value = max(-_FURTHEST, min(_FURTHEST, rating.value + step * surprise))
    return Rating(value=value, answers=rating.answers + 1)
