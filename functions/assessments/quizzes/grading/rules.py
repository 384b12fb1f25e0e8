"""Rules that decide which answers are right and how many points they earn."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from functions.assessments.quizzes.grading.models import AnswerContent, Mark, Pending, to_fraction
from functions.assessments.quizzes.grading.numbers import find_number_problem, is_near, parse_number
from functions.assessments.quizzes.grading.wording import has_word, matches_any
from functions.assessments.quizzes.questions.models import QuestionContent
from shared.language import say
from shared.model.protocol import Grade, GradeRequest, PointGrade, RubricPoint
from shared.text.folding import find_quote, fold_text

CHOICE_TYPES = frozenset({"multiple_choice", "multiple_select", "true_false"})
MAX_SHORT_ANSWER_CHARS = 1000
_TOO_LONG = say("Write at most {number} characters", code="too_long", number=MAX_SHORT_ANSWER_CHARS)
_ROUNDING = Fraction(1, 10**9)  # of a share: thirds in a rubric are floats
_MIN_QUOTE_WORDS = 3

Problems = dict[str, list[str]]


def select_content(question: QuestionContent, answer: AnswerContent) -> AnswerContent:
    """Return the answer without the field that the question's type does not use: clients send both."""
    unused = "text_answer" if question.question_type in CHOICE_TYPES else "selected_options"
    return answer.model_copy(update={unused: AnswerContent.model_fields[unused].default})


def find_answer_problems(question: QuestionContent, answer: AnswerContent) -> Problems:
    """Return the reasons, by field, that the answer does not fit the question.

    A blank answer always fits: it withdraws an earlier one.
    """
    if question.question_type in CHOICE_TYPES:
        return _find_choice_problems(question, answer)
    if answer.selected_options:
        return {"selected_options": ["Answer this question with a text (text_answer)"]}
    text = answer.text_answer
    if question.question_type == "numeric" and text.strip():
        problem = find_number_problem(text, question.unit)
        return {"text_answer": [problem]} if problem else {}
    if question.question_type == "short_answer" and len(text) > MAX_SHORT_ANSWER_CHARS:
        return {"text_answer": [_TOO_LONG]}
    return {}


def _find_choice_problems(question: QuestionContent, answer: AnswerContent) -> Problems:
    problems: Problems = {}
    if answer.text_answer:
        problems["text_answer"] = ["Answer this question by its options (selected_options)"]
    if set(answer.selected_options) - {option.id for option in question.options}:
        problems["selected_options"] = ["Choose options of this question, by their ids"]
    elif question.question_type != "multiple_select" and len(answer.selected_options) > 1:
        problems["selected_options"] = ["Select one option only"]
    return problems


def mark_answer(
    question: QuestionContent, answer: AnswerContent | None, peers: Iterable[QuestionContent] = ()
) -> Mark:
    """Return the points by the question's key, pending if the key cannot decide.

    A word that `peers`, the questions asked with this one, have is never taken for a slip.
    """
    if answer is None or answer.is_blank:
        return Mark(points=0, correct=False)
    if question.question_type in CHOICE_TYPES:
        return _build_mark(question, _share_of_choice(question, answer.selected_options))
    if question.question_type == "numeric":
        return _build_mark(question, Fraction(_is_right_number(question, answer.text_answer)))
    if question.question_type == "short_answer":
        right = _is_right_text(question, answer.text_answer, peers)
        if right or not question.graded_by_model:
            return _build_mark(question, Fraction(right))
    return Mark(points=0, correct=None, graded_by=None, pending=_get_pending(question))


def get_rubric(question: QuestionContent) -> tuple[RubricPoint, ...]:
    """Return the rubric of a written answer; for a short answer that is to give the first accepted one."""
    if question.question_type != "short_answer":
        return question.rubric
    return tuple(RubricPoint(text=each, points=question.points) for each in question.accepted_answers[:1])


def build_grade_request(question: QuestionContent, text: str, *, objection: str = "") -> GradeRequest:
    """Build the model's request to grade an open answer; `objection` is the learner's appeal."""
    return GradeRequest(
        question=question.question_text,
        answer=text,
        rubric=get_rubric(question),
        reference="; ".join(question.accepted_answers),
        objection=objection,
    )


def limit_to_support(grade: Grade, request: GradeRequest) -> tuple[PointGrade, ...]:
    """Return the model's points, one entry for each of the rubric, as far as the answer supports them.

    There are none without a verbatim quote of the answer, and never more than the rubric gives.
    """
    first: Mapping[int, PointGrade] = {each.index: each for each in reversed(grade.points)}
    return tuple(
        _limit_point(first.get(index, PointGrade(index=index, points=0)), point, request.answer)
        for index, point in enumerate(request.rubric)
    )


def mark_by_model(question: QuestionContent, points: Sequence[PointGrade]) -> Mark:
    """Convert points of the rubric into points of the question."""
    possible = sum(to_fraction(point.points) for point in get_rubric(question))
    share = sum(to_fraction(point.points) for point in points) / possible if possible else Fraction(0)
    return _build_mark(question, share).model_copy(update={"graded_by": "model"})


def mark_by_hand(question: QuestionContent, points: float) -> Mark:
    """Build the mark for points given by hand."""
    share = to_fraction(points) / to_fraction(question.points) if question.points else Fraction(1)
    return _build_mark(question, share).model_copy(update={"graded_by": "hand"})


def _limit_point(grade: PointGrade, point: RubricPoint, answer: str) -> PointGrade:
    quote = find_quote(grade.quote, answer) if grade.points > 0 else None
    required = min(_MIN_QUOTE_WORDS, len(fold_text(answer).split()))
    if quote is None or len(quote.split()) < required:
        return grade.model_copy(update={"points": 0.0, "quote": ""})
    return grade.model_copy(update={"points": min(grade.points, point.points), "quote": quote})


def _build_mark(question: QuestionContent, share: Fraction) -> Mark:
    """Return the share of the question's points, exact and rounded to hundredths for show."""
    full = share >= 1 - _ROUNDING
    exact = to_fraction(question.points) * (1 if full else share)
    points = question.points if full else round(float(exact), 2)
    return Mark(points=points, correct=full, exact=None if to_fraction(points) == exact else str(exact))


def _share_of_choice(question: QuestionContent, selected: Sequence[str]) -> Fraction:
    """Return 0 or 1 for a single choice; for several, each wrong one cancels a right one."""
    right = {option.id for option in question.options if option.is_correct}
    chosen = set(selected)
    if question.question_type != "multiple_select":
        return Fraction(chosen == right)
    return Fraction(max(0, len(chosen & right) - len(chosen - right)), len(right)) if right else Fraction(0)


def _is_right_number(question: QuestionContent, text: str) -> bool:
    readings = parse_number(text, question.unit)
    return question.correct_answer is not None and is_near(
        readings, question.correct_answer, question.tolerance
    )


def _is_right_text(question: QuestionContent, text: str, peers: Iterable[QuestionContent]) -> bool:
    def is_term(word: str) -> bool:
        return any(has_word(each, word) for peer in (question, *peers) for each in _get_terms(peer))

    return matches_any(text, question.accepted_answers, is_term=is_term)


def _get_terms(question: QuestionContent) -> tuple[str, ...]:
    """Return the texts of a question in which a learner meets its terms."""
    options = (option.text for option in question.options)
    return (question.question_text, question.concept, *question.accepted_answers, *options)


def _get_pending(question: QuestionContent) -> Pending:
    if question.question_type == "code":
        return "code"
    return "model" if get_rubric(question) else "no_rubric"
