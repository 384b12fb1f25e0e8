"""Reading an assessmentItem of QTI 2.1 (imsglobal.org): choices, text entries and extended texts."""

import math
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.xml_parser import find_all, find_first, get_name, get_text
from functions.assessments.quizzes.questions.rules import FALSE, TRUE

_INTERACTIONS = frozenset({"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"})
_ASIDE = frozenset({"rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline"})
_GAP = "_____"
_EXPLANATIONS = ("explanation", "general", "solution", "feedback")

Fields = dict[str, Any]


def read_item(item: Element) -> Fields:
    """Return the question as a request would send it. Raises UnusableContent."""
    body = find_first(item, "itemBody")
    if body is None:
        raise UnusableContent("The item has no body")
    interaction = _find_interaction(body)
    declared = _find_declaration(item, interaction)
    interaction_type = get_name(interaction)
    if interaction_type == "choiceInteraction":
        fields = _read_choice(interaction, declared)
    elif interaction_type == "textEntryInteraction":
        fields = _read_entry(item, declared)
    else:
        fields = _read_essay(body, interaction)
    return {
        **fields,
        "question_text": _read_stem(body, interaction),
        "points": _read_points(item),
        "explanation": _read_explanation(item),
    }


def _find_interaction(body: Element) -> Element:
    interactions = [each for each in body.iter() if get_name(each).endswith("Interaction")]
    if len(interactions) != 1:
        raise UnusableContent(
            f"The item has {len(interactions)} interactions; only items with one are supported"
        )
    if get_name(interactions[0]) not in _INTERACTIONS:
        raise UnusableContent(f"A {get_name(interactions[0])} is not supported")
    return interactions[0]


def _find_declaration(item: Element, interaction: Element) -> Element:
    wanted = interaction.get("responseIdentifier")
    for declared in find_all(item, "responseDeclaration"):
        if declared.get("identifier") == wanted:
            return declared
    raise UnusableContent("The response is not declared")


def _read_stem(body: Element, interaction: Element) -> str:
    """Return the text around the interaction, with a gap for one within it, and its prompt."""
    gap = _GAP if get_name(interaction) == "textEntryInteraction" else ""
    # Blocks beside the question are left out first, so that only the interaction becomes a gap.
    text = get_text(_copy_without(body, _ASIDE), without=_INTERACTIONS, gap=gap)
    if gap and (text.endswith(f"\n{gap}") or text == gap):  # it is on a line of its own below the question
        text = text.removesuffix(gap).rstrip()
    prompt = get_text(find_first(interaction, "prompt"))
    return "\n".join(part for part in (text, prompt) if part)


def _copy_without(element: Element, names: frozenset[str]) -> Element:
    """Return a copy without these elements; the text after them stays."""
    copy = Element(element.tag, dict(element.attrib))
    copy.text = element.text
    for child in element:
        copied = Element("aside") if get_name(child) in names else _copy_without(child, names)
        copied.tail = child.tail
        copy.append(copied)
    return copy


def _read_choice(interaction: Element, declared: Element) -> Fields:
    right = set(_get_correct(declared)) or {key for key, value in _get_mapping(declared).items() if value > 0}
    choices = [
        (each.get("identifier"), get_text(each, without=frozenset({"feedbackInline"})))
        for each in find_all(interaction, "simpleChoice")
    ]
    options = [{"text": text, "is_correct": identifier in right} for identifier, text in choices]
    single = declared.get("cardinality", "single") == "single"
    if single and sorted(text.capitalize() for _, text in choices) == [FALSE, TRUE]:
        return {"question_type": "true_false", "options": options}
    return {"question_type": "multiple_choice" if single else "multiple_select", "options": options}


def _read_entry(item: Element, declared: Element) -> Fields:
    if declared.get("baseType") in ("float", "integer"):
        centre, tolerance = _get_interval(_get_correct(declared), find_first(item, "equal"))
        return {"question_type": "numeric", "correct_answer": centre, "tolerance": tolerance}
    mapping = _get_mapping(declared)
    best = max(mapping.values(), default=0.0)
    accepted = [key for key, value in mapping.items() if value == best and value > 0]
    texts = list(dict.fromkeys([*accepted, *_get_correct(declared)]))
    return {"question_type": "short_answer", "accepted_answers": texts}


def _read_essay(body: Element, interaction: Element) -> Fields:
    if "code" in (interaction.get("class") or "").split():
        return {"question_type": "code"}
    rubric = find_first(find_first(body, "rubricBlock"), "dl")
    points = [] if rubric is None else [get_text(each) for each in find_all(rubric, "dt")]
    texts = [] if rubric is None else [get_text(each) for each in find_all(rubric, "dd")]
    if len(points) != len(texts):
        raise UnusableContent("The rubric's points do not match its texts")
    lines = [
        {"text": text, "points": _parse_number(worth)} for worth, text in zip(points, texts, strict=True)
    ]
    return {"question_type": "essay", "rubric": lines}


def _get_interval(correct: list[str], equal: Element | None) -> tuple[float, float]:
    """Return the number and its tolerance; for unequal tolerances, the centre of the interval."""
    if len(correct) != 1:
        raise UnusableContent("Exactly one number must be right")
    number = _parse_number(correct[0])
    tolerances = (
        [] if equal is None else [_parse_number(each) for each in equal.get("tolerance", "").split()[:2]]
    )
    mode = "exact" if equal is None else equal.get("toleranceMode", "exact")
    if not tolerances or mode not in ("absolute", "relative"):
        return number, 0.0
    below, above = tolerances[0], tolerances[-1]
    if mode == "relative":
        below, above = abs(number) * below / 100, abs(number) * above / 100
    return (number, below) if below == above else (number + (above - below) / 2, (above + below) / 2)


def _read_points(item: Element) -> float | None:
    for outcome in find_all(item, "outcomeDeclaration"):
        if outcome.get("identifier") == "SCORE" and outcome.get("normalMaximum"):
            return _parse_number(outcome.get("normalMaximum") or "")
        if outcome.get("identifier") == "MAXSCORE" and (value := find_first(outcome, "value")) is not None:
            return _parse_number(value.text or "")
    return None


def _read_explanation(item: Element) -> str:
    """Return the feedback that does not depend on the answer: by its name, or the only one there is."""
    feedback = {each.get("identifier", ""): get_text(each) for each in find_all(item, "modalFeedback")}
    named = [feedback[name] for name in _EXPLANATIONS if name in feedback]
    return named[0] if named else next(iter(feedback.values())) if len(feedback) == 1 else ""


def _get_correct(declared: Element) -> list[str]:
    correct = find_first(declared, "correctResponse")
    values = [] if correct is None else find_all(correct, "value")
    return [(value.text or "").strip() for value in values]


def _get_mapping(declared: Element) -> Mapping[str, float]:
    return {
        entry.get("mapKey", "").strip(): _parse_number(entry.get("mappedValue", "0"))
        for entry in find_all(declared, "mapEntry")
    }


def _parse_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise UnusableContent(f"Not a number: {text.strip()[:40]!r}") from None
    if not math.isfinite(number):
        raise UnusableContent("A number is out of range")
    return number
