"""Writing questions as Moodle's GIFT, which has no points, concepts or rubrics. Code becomes an essay."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from functions.assessments.quizzes.exchange.gift_escapes import escape
from functions.assessments.quizzes.exchange.models import WrittenFile
from functions.assessments.quizzes.questions.models import Option, Question, QuestionContent, QuestionType
from functions.assessments.quizzes.questions.rules import get_key
from functions.assessments.quizzes.quizzes.models import Quiz


def write_gift(quiz: Quiz, questions: Sequence[Question]) -> WrittenFile:
    """Write the quiz in Moodle's GIFT format; the quiz's title becomes the category."""
    title = _join_lines(quiz.title).replace("/", "//")
    blocks = [f"$CATEGORY: $course$/ {title}", *(_write_block(question) for question in questions)]
    content = "\n\n".join([*blocks, ""]).encode("utf-8")
    return WrittenFile(content, "text/plain; charset=utf-8", "gift.txt")


def _write_block(question: QuestionContent) -> str:
    answers = _WRITERS[question.question_type](question)
    feedback = f"####{_write_text(question.explanation)}" if question.explanation else ""
    return f"{_write_tags(question.tags)}[plain]{escape(question.question_text)}{{{answers}{feedback}}}"


def _write_choice(question: QuestionContent) -> str:
    return _write_lines(f"{_get_mark(option)}{_write_text(option.text)}" for option in question.options)


def _write_selection(question: QuestionContent) -> str:
    """Write weights: the right options share 100 %, and a wrong one takes all of it."""
    share = f"{100 / sum(option.is_correct for option in question.options):.5f}".rstrip("0").rstrip(".")
    return _write_lines(
        f"~%{share if option.is_correct else '-100'}%{_write_text(option.text)}"
        for option in question.options
    )


def _write_truth(question: QuestionContent) -> str:
    return "TRUE" if get_key(question) else "FALSE"


def _write_accepted(question: QuestionContent) -> str:
    """Write the answers, with a backslash before asterisks, which are wildcards otherwise."""
    return _write_lines(
        f"=%100%{_write_text(answer)}".replace("*", "\\*") for answer in question.accepted_answers
    )


def _write_number(question: QuestionContent) -> str:
    return f"#{question.correct_answer!r}:{question.tolerance!r}"


def _write_nothing(_: QuestionContent) -> str:
    return ""


def _write_lines(answers: Iterable[str]) -> str:
    return "".join(f"\n\t{answer}" for answer in answers) + "\n"


def _write_text(text: str) -> str:
    """Escape the text. A leading bracket gets a format, so that it is not read as one."""
    return f"{'[plain]' if text.startswith('[') else ''}{escape(text)}"


def _join_lines(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _get_mark(option: Option) -> str:
    if option.is_correct:
        return "="
    return "~%0%" if option.text.startswith("%") else "~"


def _write_tags(tags: Sequence[str]) -> str:
    """Write the tags in a comment, as Moodle does since 3.8."""
    escaped = [_join_lines(tag).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") for tag in tags]
    return f"// {' '.join(f'[tag:{tag}]' for tag in escaped)}\n" if escaped else ""


_WRITERS: Mapping[QuestionType, Callable[[QuestionContent], str]] = {
    "multiple_choice": _write_choice,
    "multiple_select": _write_selection,
    "true_false": _write_truth,
    "short_answer": _write_accepted,
    "numeric": _write_number,
    "essay": _write_nothing,
    "code": _write_nothing,
}
