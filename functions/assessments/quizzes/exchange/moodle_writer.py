"""Writing questions as Moodle's XML, which has no concepts, difficulty or rubrics. Code is an essay."""

from collections.abc import Callable, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from functions.assessments.quizzes.exchange.models import WrittenFile
from functions.assessments.quizzes.exchange.qti_item_writer import strip_invalid
from functions.assessments.quizzes.questions.models import Question, QuestionContent, QuestionType
from functions.assessments.quizzes.questions.rules import get_key
from functions.assessments.quizzes.quizzes.models import Quiz

_NAME_CHARS = 60
_TYPES: Mapping[QuestionType, str] = {
    "multiple_choice": "multichoice",
    "multiple_select": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "numeric": "numerical",
    "essay": "essay",
    "code": "essay",
}


def write_moodle(quiz: Quiz, questions: Sequence[Question]) -> WrittenFile:
    """Write the quiz in Moodle's XML; the quiz's title becomes the category."""
    root = Element("quiz")
    category = SubElement(SubElement(root, "question", {"type": "category"}), "category")
    title = " ".join(quiz.title.split()).replace("/", "//")
    SubElement(category, "text").text = f"$course$/top/{strip_invalid(title)}"
    for question in questions:
        _add_question(root, question)
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return WrittenFile(content, "application/xml", "moodle.xml")


def _add_question(root: Element, question: QuestionContent) -> None:
    element = SubElement(root, "question", {"type": _TYPES[question.question_type]})
    _add_text(element, "name", " ".join(question.question_text.split())[:_NAME_CHARS], {})
    _add_text(element, "questiontext", question.question_text)
    _add_text(element, "generalfeedback", question.explanation)
    SubElement(element, "defaultgrade").text = repr(question.points)
    _WRITERS[question.question_type](element, question)
    if question.tags:
        tags = SubElement(element, "tags")
        for tag in question.tags:
            _add_text(tags, "tag", tag, {})


def _add_choice(element: Element, question: QuestionContent) -> None:
    """Add the options with their fractions: right ones share 100 %, wrong ones of several take all of it."""
    several = question.question_type == "multiple_select"
    share = 100 / max(1, sum(option.is_correct for option in question.options))
    SubElement(element, "single").text = "false" if several else "true"
    SubElement(element, "shuffleanswers").text = "false"
    SubElement(element, "answernumbering").text = "none"
    for option in question.options:
        fraction = f"{share:.5f}".rstrip("0").rstrip(".") if option.is_correct else "-100" if several else "0"
        _add_text(element, "answer", option.text, {"fraction": fraction, "format": "plain_text"})


def _add_truth(element: Element, question: QuestionContent) -> None:
    for text in ("true", "false"):
        is_right = (text == "true") == bool(get_key(question))
        _add_text(element, "answer", text, {"fraction": "100" if is_right else "0"})


def _add_accepted(element: Element, question: QuestionContent) -> None:
    SubElement(element, "usecase").text = "0"
    for answer in question.accepted_answers:
        _add_text(element, "answer", answer.replace("*", "\\*"), {"fraction": "100", "format": "plain_text"})


def _add_number(element: Element, question: QuestionContent) -> None:
    answer = _add_text(element, "answer", repr(question.correct_answer), {"fraction": "100"})
    SubElement(answer, "tolerance").text = repr(question.tolerance)
    if question.unit:
        unit = SubElement(SubElement(element, "units"), "unit")
        SubElement(unit, "multiplier").text = "1"
        SubElement(unit, "unit_name").text = strip_invalid(question.unit)


def _add_essay(element: Element, question: QuestionContent) -> None:
    SubElement(element, "responseformat").text = (
        "monospaced" if question.question_type == "code" else "editor"
    )
    if question.rubric:
        lines = [f"{point.points:g}: {point.text}" for point in question.rubric]
        _add_text(element, "graderinfo", "\n".join(lines))


def _add_text(parent: Element, name: str, text: str, attributes: Mapping[str, str] | None = None) -> Element:
    form = {"format": "plain_text"} if attributes is None else dict(attributes)
    element = SubElement(parent, name, form)
    SubElement(element, "text").text = strip_invalid(text)
    return element


_WRITERS: Mapping[QuestionType, Callable[[Element, QuestionContent], None]] = {
    "multiple_choice": _add_choice,
    "multiple_select": _add_choice,
    "true_false": _add_truth,
    "short_answer": _add_accepted,
    "numeric": _add_number,
    "essay": _add_essay,
    "code": _add_essay,
}
