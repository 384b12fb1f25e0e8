"""Questions as Moodle's GIFT. It has no points, concepts or rubrics; code becomes an essay."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from functions.assessments.quizzes.exchange.gift_marks import escaped
from functions.assessments.quizzes.exchange.models import Written
from functions.assessments.quizzes.questions.models import Option, Question, QuestionContent, QuestionType
from functions.assessments.quizzes.questions.rules import get_key
from functions.assessments.quizzes.quizzes.models import Quiz


def write_gift(quiz: Quiz, questions: Sequence[Question]) -> Written:
    title = _one_line(quiz.title).replace("/", "//")
    blocks = [f"$CATEGORY: $course$/ {title}", *(_block(question) for question in questions)]
    return Written("\n\n".join([*blocks, ""]).encode("utf-8"), "text/plain; charset=utf-8", "gift.txt")


def _block(question: QuestionContent) -> str:
    answers = _ANSWERS[question.question_type](question)
    feedback = f"####{_text(question.explanation)}" if question.explanation else ""
    return f"{_tags(question.tags)}[plain]{escaped(question.question_text)}{{{answers}{feedback}}}"


def _choice(question: QuestionContent) -> str:
    return _lines(f"{_single(option)}{_text(option.text)}" for option in question.options)


def _selection(question: QuestionContent) -> str:
    """The right options share what can be had; a wrong one takes all of it."""
    share = f"{100 / sum(option.is_correct for option in question.options):.5f}".rstrip("0").rstrip(".")
    return _lines(
        f"~%{share if option.is_correct else '-100'}%{_text(option.text)}" for option in question.options
    )


def _truth(question: QuestionContent) -> str:
    return "TRUE" if get_key(question) else "FALSE"


def _accepted(question: QuestionContent) -> str:
    return _lines(f"=%100%{_text(answer)}" for answer in question.accepted_answers)


def _number(question: QuestionContent) -> str:
    return f"#{question.correct_answer!r}:{question.tolerance!r}"


def _nothing(_: QuestionContent) -> str:
    return ""


def _lines(answers: Iterable[str]) -> str:
    return "".join(f"\n\t{answer}" for answer in answers) + "\n"


def _text(text: str) -> str:
    """Escaped; what looks like the name of a format is kept from being one."""
    return f"{'[plain]' if text.startswith('[') else ''}{escaped(text)}"


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _single(option: Option) -> str:
    if option.is_correct:
        return "="
    return "~%0%" if option.text.startswith("%") else "~"


def _tags(tags: Sequence[str]) -> str:
    """In a comment, as Moodle has them since 3.8."""
    safe = [_one_line(tag).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") for tag in tags]
    return f"// {' '.join(f'[tag:{tag}]' for tag in safe)}\n" if safe else ""


_ANSWERS: Mapping[QuestionType, Callable[[QuestionContent], str]] = {
    "multiple_choice": _choice,
    "multiple_select": _selection,
    "true_false": _truth,
    "short_answer": _accepted,
    "numeric": _number,
    "essay": _nothing,
    "code": _nothing,
}
