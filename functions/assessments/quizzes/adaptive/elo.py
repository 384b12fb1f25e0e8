"""Elo ratings of learners and questions, updated after each answer.

After Pelánek, "Applications of the Elo rating system in adaptive educational systems", Computers &
Education 98 (2016): the chance of a right answer is a logistic function of ability minus difficulty, raised
by the chance to guess, and the step is a / (1 + b n) after n answers, so that ratings move fast first and
settle later. The learner's ability is a rating for the course plus a correction for each concept. Ratings are
in logits.
"""

from collections.abc import Mapping, Sequence
from math import exp

from functions.assessments.quizzes.adaptive.models import Focus, Rating, Skill, Trial
from shared.model.protocol import Difficulty

TARGET_SUCCESS = 0.75  # the chance of a right answer that teaches best without discouraging

_FIRST_STEP = 1.4
_SETTLING = 0.15
_MIN_STEP = 0.1
_CONCEPT_SHARE = 0.5  # of a step, which also moves the concept
_MAX_RATING = 6.0  # answers tell no difference beyond

LEVELS: Mapping[Difficulty, float] = {"easy": -1.1, "medium": 0.0, "hard": 1.1}
_MIN_FOCUS_ANSWERS = 10
_MAX_FOCUS_CONCEPTS = 10


def get_prior(level: Difficulty) -> Rating:
    """Return the difficulty of a question before its first answer."""
    return Rating(value=LEVELS[level])


def predict_success(ability: float, difficulty: float, guess: float = 0.0) -> float:
    """Return the chance of a right answer, 0 to 1."""
    return guess + (1 - guess) / (1 + exp(difficulty - ability))


def predict_trial(skill: Skill, trial: Trial) -> float:
    """Return the chance, from 0 to 1, that the learner answers the trial correctly."""
    return predict_success(skill.at(trial.concept), trial.difficulty.value, trial.guess)


def rate_answer(skill: Skill, trial: Trial, share: float) -> tuple[Skill, Rating]:
    """Return the skill and the difficulty after an answer that earned `share` of the points."""
    surprise = share - predict_trial(skill, trial)
    concepts = dict(skill.concepts)
    if trial.concept:
        concepts.pop(trial.concept, None)  # the latest concept comes last
        concepts[trial.concept] = _move(skill.in_concept(trial.concept), _CONCEPT_SHARE * surprise)
    learner = Skill(overall=_move(skill.overall, surprise), concepts=concepts)
    return learner, _move(trial.difficulty, -surprise)


def find_closest(skill: Skill, trials: Sequence[Trial]) -> int:
    """Return the index of the trial whose chance of success is nearest to the target, the first of equals."""

    def distance(index: int) -> float:
        return abs(predict_trial(skill, trials[index]) - TARGET_SUCCESS)

    return min(range(len(trials)), key=distance)


def choose_focus(skill: Skill) -> Focus:
    """Return the level nearest to the target, and the concepts below the learner's average."""
    answers = skill.overall.answers
    weak = sorted((rating.value, name) for name, rating in skill.concepts.items() if rating.value < 0)
    return Focus(
        difficulty=_choose_level(skill.overall.value) if answers >= _MIN_FOCUS_ANSWERS else None,
        concepts=tuple(name for _, name in weak[:_MAX_FOCUS_CONCEPTS]),
        answers=answers,
    )


def _choose_level(ability: float) -> Difficulty:
    return min(LEVELS, key=lambda level: abs(predict_success(ability, LEVELS[level]) - TARGET_SUCCESS))


def _move(rating: Rating, surprise: float) -> Rating:
    step = max(_MIN_STEP, _FIRST_STEP / (1 + _SETTLING * rating.answers))
    value = max(-_MAX_RATING, min(_MAX_RATING, rating.value + step * surprise))
    return rating.model_copy(update={"value": value, "answers": rating.answers + 1})
