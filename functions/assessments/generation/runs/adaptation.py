"""Adaptation of an order to the user's own results."""

from functions.assessments.generation.runs.models import Adjustments, Order
from functions.assessments.quizzes.adaptive.models import Focus

_LEVELS = ("easy", "medium", "hard")
_MAX_FOCUS_AREAS = 8


def adjust_order(order: Order, focus: Focus) -> Order:
    """Set the difficulty that fits the user, and focus on weak concepts, as far as either is known."""
    level = focus.difficulty or order.difficulty_level
    step = _LEVELS.index(level) - _LEVELS.index(order.difficulty_level)
    adjustments = Adjustments(
        difficulty_increased=step > 0,
        difficulty_decreased=step < 0,
        focus_areas=focus.concepts[:_MAX_FOCUS_AREAS],
    )
    return order.model_copy(update={"difficulty_level": level, "adjustments": adjustments})
