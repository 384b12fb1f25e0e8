"""Reading an assessmentItem of QTI 2 or 3 (imsglobal.org): a question for each of its interactions.

Choices, texts, numbers and essays are what they are. Matching, ordering and gaps become a choice each.
"""

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.models import Fields
from functions.assessments.quizzes.exchange.numbers import parse_number
from functions.assessments.quizzes.exchange.parts import (
    MARK,
    build_choice,
    build_matching,
    build_ordering,
    fill_gaps,
    share_points,
)
from functions.assessments.quizzes.exchange.text_builder import collapse_spaces
from functions.assessments.quizzes.exchange.xml_parser import find_all, find_first, get_name, get_text
from functions.assessments.quizzes.questions.rules import FALSE, TRUE, normalise_text

_INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
_ASIDE = frozenset({"feedbackBlock", "feedbackInline", "templateBlock", "templateInline"})
_FEEDBACK = frozenset({"feedbackInline"})
_EXPLANATIONS = ("explanation", "general", "solution", "feedback")


def read_item(item: Element) -> list[Fields]:
    """Return the questions as requests would send them. Raises UnusableContent."""
    body = find_first(item, "itemBody")
    if body is None:
        raise UnusableContent("The item has no body")
    interactions = [each for each in body.iter() if get_name(each).endswith("Interaction")]
    if not interactions:
        raise UnusableContent("There is nothing to answer: this is a text and not a question")
    if unknown := sorted({name for each in interactions if (name := get_name(each)) not in _READERS}):
        raise UnusableContent(f"A {unknown[0]} is not supported")
    text = _read_text(body)
    parts: list[Fields] = []
    gap = 0
    for interaction in interactions:
        stem = _build_stem(text, interaction, gap)
        parts += _READERS[get_name(interaction)](
            stem, interaction, _find_declaration(item, interaction), item
        )
        gap += get_name(interaction) in _INLINE
    explanation = _read_explanation(item)
    return [{**part, "explanation": explanation} for part in share_points(parts, _read_points(item))]


def _find_declaration(item: Element, interaction: Element) -> Element:
    wanted = interaction.get("responseIdentifier")
    for declared in find_all(item, "responseDeclaration"):
        if declared.get("identifier") == wanted:
            return declared
    raise UnusableContent("The response is not declared")


def _read_text(body: Element) -> str:
    """Return the text around the interactions, with a mark for each that lies within the text."""
    return get_text(_copy_text(body))


def _copy_text(element: Element) -> Element:
    """Return a copy without blocks for scorers, feedback, and the inside of interactions."""
    copy = Element(element.tag, dict(element.attrib))
    copy.text = element.text
    for child in element:
        name = get_name(child)
        is_hidden = name == "rubricBlock" and "candidate" not in (child.get("view") or "candidate").split()
        if name in _INLINE:
            copied = Element("span")
            copied.text = MARK
        elif name.endswith("Interaction") or name in _ASIDE or is_hidden:
            copied = Element("div" if name.endswith("Interaction") or is_hidden else "span")
        else:
            copied = _copy_text(child)
        copied.tail = child.tail
        copy.append(copied)
    return copy


def _build_stem(text: str, interaction: Element, gap: int) -> str:
    """Return the question: the text with its gap, and the prompt of the interaction."""
    if get_name(interaction) in _INLINE:
        if text.count(MARK) == 1 and (text.endswith(f"\n{MARK}") or text == MARK):
            return text.removesuffix(MARK).rstrip()  # it is on a line of its own below the question
        return fill_gaps(text, gap)
    prompt = get_text(find_first(interaction, "prompt"))
    return "\n".join(part for part in (fill_gaps(text, -1), prompt) if part)


def _read_choice(stem: str, interaction: Element, declared: Element, _: Element) -> list[Fields]:
    right = _get_right(declared)
    choices = [
        (each.get("identifier"), get_text(each, without=_FEEDBACK))
        for each in find_all(interaction, "simpleChoice", "hottext", "inlineChoice")
    ]
    options = [{"text": text, "is_correct": identifier in right} for identifier, text in choices]
    single = declared.get("cardinality", "single") == "single"
    question_type = "multiple_choice" if single else "multiple_select"
    if single and sorted(text.capitalize() for _, text in choices) == [FALSE, TRUE]:
        question_type = "true_false"
    return [{"question_text": stem, "question_type": question_type, "options": options}]


def _read_entry(stem: str, _: Element, declared: Element, item: Element) -> list[Fields]:
    if declared.get("baseType") in ("float", "integer"):
        centre, tolerance = _get_interval(_get_correct(declared), find_first(item, "equal"))
        fields: Fields = {"question_type": "numeric", "correct_answer": centre, "tolerance": tolerance}
    else:
        mapping = _get_mapping(declared)
        best = max(mapping.values(), default=0.0)
        accepted = [key for key, value in mapping.items() if value == best and value > 0]
        texts = [collapse_spaces(text) for text in [*accepted, *_get_correct(declared)]]
        distinct: dict[str, str] = {}
        for text in filter(None, texts):
            distinct.setdefault(normalise_text(text), text)
        fields = {"question_type": "short_answer", "accepted_answers": list(distinct.values())}
    return [{"question_text": stem, **fields}]


def _read_essay(stem: str, interaction: Element, _: Element, item: Element) -> list[Fields]:
    if "code" in (interaction.get("class") or "").split():
        return [{"question_text": stem, "question_type": "code"}]
    blocks = [each for each in find_all(item, "rubricBlock") if "scorer" in (each.get("view") or "").split()]
    rubric = find_first(blocks[0], "dl") if blocks else None
    points = [] if rubric is None else [get_text(each) for each in find_all(rubric, "dt")]
    texts = [] if rubric is None else [get_text(each) for each in find_all(rubric, "dd")]
    if len(points) != len(texts):
        raise UnusableContent("The rubric's points do not match its texts")
    lines = [{"text": text, "points": parse_number(worth)} for worth, text in zip(points, texts, strict=True)]
    return [{"question_text": stem, "question_type": "essay", "rubric": lines}]


def _read_slider(stem: str, _: Element, declared: Element, item: Element) -> list[Fields]:
    centre, tolerance = _get_interval(_get_correct(declared), find_first(item, "equal"))
    return [
        {
            "question_text": stem,
            "question_type": "numeric",
            "correct_answer": centre,
            "tolerance": tolerance,
        }
    ]


def _read_matching(stem: str, interaction: Element, declared: Element, _: Element) -> list[Fields]:
    """Read pairs of two sets, or of one set. A left side with several right ones selects them all."""
    texts = {
        each.get("identifier", ""): get_text(each, without=_FEEDBACK)
        for each in find_all(interaction, "simpleAssociableChoice")
    }
    sets = find_all(interaction, "simpleMatchSet")
    rights = (
        [each.get("identifier", "") for each in find_all(sets[-1], "simpleAssociableChoice")] if sets else []
    )
    matches: dict[str, list[str]] = {}
    for pair in _get_pairs(declared):
        is_turned = pair[0] in rights and pair[1] not in rights
        left, right = reversed(pair) if is_turned else pair
        matches.setdefault(left, []).append(right)
    _require_known({*matches, *(each for found in matches.values() for each in found)}, texts)
    if all(len(found) == 1 for found in matches.values()):
        pairs = [(texts[left], texts[found[0]]) for left, found in matches.items()]
        return build_matching(stem, pairs, [texts[each] for each in rights or texts if each not in matches])
    return [
        {
            "question_text": "\n".join(part for part in (stem, texts[left]) if part),
            "question_type": "multiple_select",
            "options": [{"text": texts[each], "is_correct": each in found} for each in rights or texts],
        }
        for left, found in matches.items()
    ]


def _read_gaps(stem: str, interaction: Element, declared: Element, _: Element) -> list[Fields]:
    choices = {each.get("identifier", ""): get_text(each) for each in find_all(interaction, "gapText")}
    if find_all(interaction, "gapImg"):
        raise UnusableContent("Gaps that are filled with pictures are not supported")
    gaps = [each.get("identifier", "") for each in find_all(interaction, "gap")]
    inside = Element("div")
    inside.extend(each for each in interaction if get_name(each) not in ("gapText", "prompt"))
    text = get_text(inside, without=frozenset({"gap"}), gap=MARK)
    key = {}
    for one, other in _get_pairs(declared):
        choice, gap = (one, other) if one in choices else (other, one)
        key[gap] = choice
    _require_known({*gaps}, key)
    _require_known({*key.values()}, choices)
    return [
        build_choice(
            "\n".join(part for part in (stem, fill_gaps(text, place)) if part),
            list(choices.values()),
            choices[key[gap]],
        )
        for place, gap in enumerate(gaps)
    ]


def _read_order(stem: str, interaction: Element, declared: Element, _: Element) -> list[Fields]:
    texts = {
        each.get("identifier", ""): get_text(each, without=_FEEDBACK)
        for each in find_all(interaction, "simpleChoice")
    }
    order = _get_correct(declared)
    _require_known({*order}, texts)
    return build_ordering(stem, [texts[each] for each in order])


def _read_hot_text(stem: str, interaction: Element, declared: Element, item: Element) -> list[Fields]:
    inside = Element("div")
    inside.extend(each for each in interaction if get_name(each) != "prompt")
    text = "\n".join(part for part in (stem, get_text(inside)) if part)
    return _read_choice(text, interaction, declared, item)


_READERS: dict[str, Callable[[str, Element, Element, Element], list[Fields]]] = {
    "choiceInteraction": _read_choice,
    "inlineChoiceInteraction": _read_choice,
    "hottextInteraction": _read_hot_text,
    "textEntryInteraction": _read_entry,
    "extendedTextInteraction": _read_essay,
    "sliderInteraction": _read_slider,
    "matchInteraction": _read_matching,
    "associateInteraction": _read_matching,
    "gapMatchInteraction": _read_gaps,
    "orderInteraction": _read_order,
}


def _require_known(names: set[str], known: Mapping[str, str]) -> None:
    if not names or not names <= known.keys():
        raise UnusableContent("The key names answers that the item does not have, or none")


def _get_interval(correct: list[str], equal: Element | None) -> tuple[float, float]:
    """Return the number and its tolerance; for unequal tolerances, the centre of the interval."""
    if len(correct) != 1:
        raise UnusableContent("Exactly one number must be right")
    number = parse_number(correct[0])
    tolerances = (
        [] if equal is None else [parse_number(each) for each in equal.get("tolerance", "").split()[:2]]
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
            return parse_number(outcome.get("normalMaximum") or "")
        if outcome.get("identifier") == "MAXSCORE" and (value := find_first(outcome, "value")) is not None:
            return parse_number(value.text or "")
    return None


def _read_explanation(item: Element) -> str:
    """Return the feedback that does not depend on the answer: by its name, or the only one there is."""
    feedback = {each.get("identifier", ""): get_text(each) for each in find_all(item, "modalFeedback")}
    named = [feedback[name] for name in _EXPLANATIONS if name in feedback]
    return named[0] if named else next(iter(feedback.values())) if len(feedback) == 1 else ""


def _get_right(declared: Element) -> set[str]:
    mapped = {key for key, value in _get_mapping(declared).items() if value > 0}
    return set(_get_correct(declared)) or mapped


def _get_pairs(declared: Element) -> list[tuple[str, str]]:
    """Return the identifiers of the pairs that are right. Raises UnusableContent."""
    mapped = [key for key, value in _get_mapping(declared).items() if value > 0]
    pairs = [tuple(each.split()) for each in _get_correct(declared) or mapped]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise UnusableContent("The key has no pairs")
    return [(pair[0], pair[1]) for pair in pairs]


def _get_correct(declared: Element) -> list[str]:
    correct = find_first(declared, "correctResponse")
    values = [] if correct is None else find_all(correct, "value")
    return [(value.text or "").strip() for value in values]


def _get_mapping(declared: Element) -> Mapping[str, float]:
    return {
        entry.get("mapKey", "").strip(): parse_number(entry.get("mappedValue", "0"))
        for entry in find_all(declared, "mapEntry")
    }
