"""Item statistics as answers show them."""

from functions.assessments.quizzes.item_analysis.models import ItemSums
from functions.assessments.quizzes.item_analysis.rules import (
    compute_discrimination,
    compute_facility,
    find_flags,
)
from functions.assessments.quizzes.item_analysis.schemas import (
    ItemStatisticsView,
    OptionStatisticsView,
    QuestionStatisticsView,
)
from functions.assessments.quizzes.questions.models import Question, QuestionContent


def build_question_statistics(question: Question, order: int, sums: ItemSums) -> QuestionStatisticsView:
    """Build a question's statistics, at place `order` of the quiz."""
    return QuestionStatisticsView(
        question=question.id,
        order=order,
        question_text=question.question_text,
        question_type=question.question_type,
        statistics=build_statistics_view(sums, question),
    )


def build_statistics_view(sums: ItemSums, content: QuestionContent) -> ItemStatisticsView | None:
    """Return the statistics, None if no completed attempt had the question."""
    if not sums.answers:
        return None
    return ItemStatisticsView(
        answers=sums.answers,
        facility=_round(compute_facility(sums)),
        discrimination=_round(compute_discrimination(sums)),
        flags=find_flags(sums),
        options=tuple(
            OptionStatisticsView(**dict(option), chosen=sums.chosen.get(option.id, 0))
            for option in content.options
        ),
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
