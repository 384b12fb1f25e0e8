"""One assessmentItem of QTI 2.1 (imsglobal.org): choice, text entry and extended text interactions."""

import math
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from functions.assessments.quizzes.exchange.errors import Unusable
from functions.assessments.quizzes.exchange.xml_reading import all_named, first_named, name_of, text_of
from functions.assessments.quizzes.questions.rules import FALSE, TRUE

_INTERACTIONS = frozenset({"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"})
_ASIDE = frozenset({"rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline"})
_GAP = "_____"
_EXPLAINING = ("explanation", "general", "solution", "feedback")

Fields = dict[str, Any]


def read_item(item: Element) -> Fields:
    """The question as a request would send it. Raises Unusable."""
    body = first_named(item, "itemBody")
    if body is None:
        raise Unusable("The item has no body")
    interaction = _interaction(body)
    declared = _declaration(item, interaction)
    kind = name_of(interaction)
    if kind == "choiceInteraction":
        fields = _choice(interaction, declared)
    elif kind == "textEntryInteraction":
        fields = _entry(item, declared)
    else:
        fields = _essay(body, interaction)
    return {
        **fields,
        "question_text": _stem(body, interaction),
        "points": _points(item),
        "explanation": _explanation(item),
    }


def _interaction(body: Element) -> Element:
    found = [each for each in body.iter() if name_of(each).endswith("Interaction")]
    if len(found) != 1:
        raise Unusable(f"An item with {len(found)} interactions is not taken, only with one")
    if name_of(found[0]) not in _INTERACTIONS:
        raise Unusable(f"A {name_of(found[0])} is not taken")
    return found[0]


def _declaration(item: Element, interaction: Element) -> Element:
    wanted = interaction.get("responseIdentifier")
    for declared in all_named(item, "responseDeclaration"):
        if declared.get("identifier") == wanted:
            return declared
    raise Unusable("The response is not declared")


def _stem(body: Element, interaction: Element) -> str:
    """The words around the interaction, a gap where it stands within them, and its prompt."""
    gap = _GAP if name_of(interaction) == "textEntryInteraction" else ""
    # The interaction alone is to be a gap: aside are whole blocks, and their text is not the question's.
    words = text_of(_without(body, _ASIDE), without=_INTERACTIONS, gap=gap)
    if gap and (words.endswith(f"\n{gap}") or words == gap):  # it stands by itself, below the question
        words = words.removesuffix(gap).rstrip()
    prompt = text_of(first_named(interaction, "prompt"))
    return "\n".join(part for part in (words, prompt) if part)


def _without(element: Element, names: frozenset[str]) -> Element:
    """A copy that lacks these elements; what follows them stays."""
    copy = Element(element.tag, dict(element.attrib))
    copy.text = element.text
    for child in element:
        kept = Element("aside") if name_of(child) in names else _without(child, names)
        kept.tail = child.tail
        copy.append(kept)
    return copy


def _choice(interaction: Element, declared: Element) -> Fields:
    right = set(_correct(declared)) or {key for key, value in _mapping(declared).items() if value > 0}
    choices = [
        (each.get("identifier"), text_of(each, without=frozenset({"feedbackInline"})))
        for each in all_named(interaction, "simpleChoice")
    ]
    options = [{"text": text, "is_correct": identifier in right} for identifier, text in choices]
    single = declared.get("cardinality", "single") == "single"
    if single and sorted(text.capitalize() for _, text in choices) == [FALSE, TRUE]:
        return {"question_type": "true_false", "options": options}
    return {"question_type": "multiple_choice" if single else "multiple_select", "options": options}


def _entry(item: Element, declared: Element) -> Fields:
    if declared.get("baseType") in ("float", "integer"):
        middle, off = _interval(_correct(declared), first_named(item, "equal"))
        return {"question_type": "numeric", "correct_answer": middle, "tolerance": off}
    mapping = _mapping(declared)
    best = max(mapping.values(), default=0.0)
    accepted = [key for key, value in mapping.items() if value == best and value > 0]
    texts = list(dict.fromkeys([*accepted, *_correct(declared)]))
    return {"question_type": "short_answer", "accepted_answers": texts}


def _essay(body: Element, interaction: Element) -> Fields:
    if "code" in (interaction.get("class") or "").split():
        return {"question_type": "code"}
    rubric = first_named(first_named(body, "rubricBlock"), "dl")
    points = [] if rubric is None else [text_of(each) for each in all_named(rubric, "dt")]
    texts = [] if rubric is None else [text_of(each) for each in all_named(rubric, "dd")]
    if len(points) != len(texts):
        raise Unusable("The rubric's points do not match its texts")
    lines = [{"text": text, "points": _number(worth)} for worth, text in zip(points, texts, strict=True)]
    return {"question_type": "essay", "rubric": lines}


def _interval(correct: list[str], equal: Element | None) -> tuple[float, float]:
    """The number and what it may be off; where that is more on one side, the middle of what is right."""
    if len(correct) != 1:
        raise Unusable("Exactly one number must be right")
    number = _number(correct[0])
    given = [] if equal is None else [_number(each) for each in equal.get("tolerance", "").split()[:2]]
    mode = "exact" if equal is None else equal.get("toleranceMode", "exact")
    if not given or mode not in ("absolute", "relative"):
        return number, 0.0
    below, above = given[0], given[-1]
    if mode == "relative":
        below, above = abs(number) * below / 100, abs(number) * above / 100
    return (number, below) if below == above else (number + (above - below) / 2, (above + below) / 2)


def _points(item: Element) -> float | None:
    for outcome in all_named(item, "outcomeDeclaration"):
        if outcome.get("identifier") == "SCORE" and outcome.get("normalMaximum"):
            return _number(outcome.get("normalMaximum") or "")
        if outcome.get("identifier") == "MAXSCORE" and (value := first_named(outcome, "value")) is not None:
            return _number(value.text or "")
    return None


def _explanation(item: Element) -> str:
    """The feedback that is given whatever was answered: by its name, or the only one there is."""
    given = {each.get("identifier", ""): text_of(each) for each in all_named(item, "modalFeedback")}
    named = [given[name] for name in _EXPLAINING if name in given]
    return named[0] if named else next(iter(given.values())) if len(given) == 1 else ""


def _correct(declared: Element) -> list[str]:
    correct = first_named(declared, "correctResponse")
    values = [] if correct is None else all_named(correct, "value")
    return [(value.text or "").strip() for value in values]


def _mapping(declared: Element) -> Mapping[str, float]:
    return {
        entry.get("mapKey", "").strip(): _number(entry.get("mappedValue", "0"))
        for entry in all_named(declared, "mapEntry")
    }


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise Unusable(f"Not a number: {text.strip()[:40]!r}") from None
    if not math.isfinite(number):
        raise Unusable("A number is out of range")
    return number
