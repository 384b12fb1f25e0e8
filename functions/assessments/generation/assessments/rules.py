"""How a user's own results change what is generated."""

from functions.assessments.generation.runs.models import Adjustments, Order
from functions.assessments.quizzes.adaptive.models import Focus

_LEVELS = ("easy", "medium", "hard")
_MOST_AREAS = 8


def adjusted(order: Order, focus: Focus) -> Order:
    """The order as hard as the user can take, dwelling on what is weakest, as far as anything is known."""
    wanted = focus.difficulty or order.difficulty_level
    step = _LEVELS.index(wanted) - _LEVELS.index(order.difficulty_level)
    made = Adjustments(
        difficulty_increased=step > 0,
        difficulty_decreased=step < 0,
        focus_areas=focus.concepts[:_MOST_AREAS],
    )
    return order.model_copy(update={"difficulty_level": wanted, "adjustments": made})
