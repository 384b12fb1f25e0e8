"""From sums to what is shown."""

from functions.assessments.quizzes.item_analysis.models import ItemStats
from functions.assessments.quizzes.item_analysis.rules import discrimination, facility, flags
from functions.assessments.quizzes.item_analysis.schemas import ItemStatisticsView, OptionStatisticsView
from functions.assessments.quizzes.quizzes.models import QuestionContent


def statistics_view(sums: ItemStats | None, content: QuestionContent) -> ItemStatisticsView | None:
    """None where no completed attempt had the question."""
    if sums is None or not sums.answers:
        return None
    return ItemStatisticsView(
        answers=sums.answers,
        facility=_rounded(facility(sums)),
        discrimination=_rounded(discrimination(sums)),
        flags=flags(sums),
        options=tuple(
            OptionStatisticsView(**dict(option), chosen=sums.chosen.get(option.id, 0))
            for option in content.options
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
