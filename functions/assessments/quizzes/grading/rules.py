"""What is right, and what it is worth. Nothing here waits for anybody."""

from collections.abc import Mapping, Sequence

from functions.assessments.quizzes.grading.models import Given, Mark, Pending
from functions.assessments.quizzes.grading.numbers import is_near, number
from functions.assessments.quizzes.grading.wording import matches
from functions.assessments.quizzes.questions.models import QuestionContent
from shared.model.protocol import Grade, GradeRequest, PointGrade, RubricPoint
from shared.text.folding import find_quote, fold_text

CHOICES = frozenset({"multiple_choice", "multiple_select", "true_false"})
LONGEST_SHORT_ANSWER = 1000
_FULL = 1e-9  # what rounding may keep from full points
_WORDS_OF_A_QUOTE = 3

Problems = dict[str, list[str]]


def problems(question: QuestionContent, given: Given) -> Problems:
    """What makes this no answer to the question, by field. A blank answer takes an earlier one back."""
    if question.question_type in CHOICES:
        return _problems_of_choice(question, given)
    if given.selected_options:
        return {"selected_options": ["This question is answered by text_answer"]}
    if question.question_type == "numeric" and given.text_answer and number(given.text_answer) is None:
        return {"text_answer": ["Must be a number"]}
    if question.question_type == "short_answer" and len(given.text_answer) > LONGEST_SHORT_ANSWER:
        return {"text_answer": [f"At most {LONGEST_SHORT_ANSWER} characters"]}
    return {}


def _problems_of_choice(question: QuestionContent, given: Given) -> Problems:
    found: Problems = {}
    if given.text_answer:
        found["text_answer"] = ["This question is answered by selected_options"]
    if set(given.selected_options) - {option.id for option in question.options}:
        found["selected_options"] = ["Not an option of this question"]
    elif question.question_type != "multiple_select" and len(given.selected_options) > 1:
        found["selected_options"] = ["This question takes one option"]
    return found


def marked(question: QuestionContent, given: Given | None) -> Mark:
    """What the answer earns by the question's key; pending where the key can't tell."""
    if given is None or given.is_blank:
        return Mark(points=0, correct=False)
    if question.question_type in CHOICES:
        return _mark(question, _share_of_choice(question, given.selected_options))
    if question.question_type == "numeric":
        return _mark(question, float(_is_the_number(question, given.text_answer)))
    if question.question_type == "short_answer":
        right = matches(given.text_answer, question.accepted_answers)
        if right or not question.graded_by_model:
            return _mark(question, float(right))
    return Mark(points=0, correct=None, graded_by=None, pending=_waits_for(question))


def rubric_of(question: QuestionContent) -> tuple[RubricPoint, ...]:
    """What a written answer is measured by; a short answer by saying what is accepted."""
    if question.question_type != "short_answer":
        return question.rubric
    return tuple(RubricPoint(text=each, points=question.points) for each in question.accepted_answers[:1])


def grade_request(question: QuestionContent, text: str, *, objection: str = "") -> GradeRequest:
    return GradeRequest(
        question=question.question_text,
        answer=text,
        rubric=rubric_of(question),
        reference="; ".join(question.accepted_answers),
        objection=objection,
    )


def supported(grade: Grade, request: GradeRequest) -> tuple[PointGrade, ...]:
    """The model's points, one entry for each of the rubric, as far as the answer bears them out: none without
    words of the answer, quoted verbatim, and never more than the rubric gives."""
    first: Mapping[int, PointGrade] = {each.index: each for each in reversed(grade.points)}
    return tuple(
        _supported(first.get(index, PointGrade(index=index, points=0)), point, request.answer)
        for index, point in enumerate(request.rubric)
    )


def written_mark(question: QuestionContent, points: Sequence[PointGrade]) -> Mark:
    """What the points of the rubric are worth in points of the question."""
    possible = sum(point.points for point in rubric_of(question))
    share = sum(point.points for point in points) / possible if possible else 0.0
    return _mark(question, share).model_copy(update={"graded_by": "model"})


def hand_mark(question: QuestionContent, points: float) -> Mark:
    return _mark(question, points / question.points if question.points else 1.0).model_copy(
        update={"graded_by": "hand"}
    )


def _supported(given: PointGrade, point: RubricPoint, answer: str) -> PointGrade:
    quote = find_quote(given.quote, answer) if given.points > 0 else None
    enough = min(_WORDS_OF_A_QUOTE, len(fold_text(answer).split()))
    if quote is None or len(quote.split()) < enough:
        return given.model_copy(update={"points": 0.0, "quote": ""})
    return given.model_copy(update={"points": min(given.points, point.points), "quote": quote})


def _mark(question: QuestionContent, share: float) -> Mark:
    """Points to the hundredth."""
    full = share >= 1 - _FULL
    return Mark(points=question.points if full else round(question.points * share, 2), correct=full)


def _share_of_choice(question: QuestionContent, selected: Sequence[str]) -> float:
    """One option is right or not; of several, each right choice counts for and each wrong one against."""
    right = {option.id for option in question.options if option.is_correct}
    chosen = set(selected)
    if question.question_type != "multiple_select":
        return float(chosen == right)
    return max(0, len(chosen & right) - len(chosen - right)) / len(right) if right else 0.0


def _is_the_number(question: QuestionContent, text: str) -> bool:
    given = number(text)
    if given is None or question.correct_answer is None:
        return False
    return is_near(given, question.correct_answer, question.tolerance)


def _waits_for(question: QuestionContent) -> Pending:
    if question.question_type == "code":
        return "code"
    return "model" if rubric_of(question) else "no_rubric"
