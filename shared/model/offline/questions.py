"""Questions of all types from one source, about as many of each type, no sentence asked twice."""

import re
from collections.abc import Callable, Iterator

from shared.model.offline.asked import Asked, Material
from shared.model.offline.candidates import Pattern
from shared.model.offline.choices import GAP, asked, choices, short_answers
from shared.model.offline.figures import figures
from shared.model.offline.names import named
from shared.model.offline.ranking import confidence, ranked
from shared.model.offline.sets import essays, members, selections
from shared.model.offline.statements import OPTIONS, statements
from shared.model.offline.terms import terms
from shared.model.protocol import QuestionDraft, QuestionRequest, QuestionType


def question_drafts(material: Material, request: QuestionRequest, *, english: bool) -> list[QuestionDraft]:
    """Up to twice the questions asked for, the best first: the gate drops some."""
    found = _of_english(material) if english else _of_any_language(material)
    wanted = tuple(dict.fromkeys(request.question_types))
    by_type = {
        kind: list(
            ranked(
                found[kind]() if kind in found else (),
                material.corpus,
                limit=4 * request.count,
                difficulty=request.difficulty,
                avoid=request.avoid,
                focus=request.focus,
            )
        )
        for kind in wanted
    }
    return [_draft(one, material, request) for one in _in_turns(by_type, 2 * request.count)]


Builders = dict[QuestionType, Callable[[], Iterator[Asked]]]


def _of_english(material: Material) -> Builders:
    known, lists = terms(material), members(material)
    return {
        "multiple_choice": lambda: choices(known, material),
        "multiple_select": lambda: selections(lists, known),
        "true_false": lambda: statements(known, material),
        "short_answer": lambda: short_answers(known, material),
        "numeric": lambda: figures(material),
        "essay": lambda: essays(lists, known, material),
    }


def _of_any_language(material: Material) -> Builders:
    """Without a grammar: sentences with a gap, and sentences as they stand."""
    return {"short_answer": lambda: _gaps(material), "true_false": lambda: _as_they_stand(material)}


def _gaps(material: Material) -> Iterator[Asked]:
    for card in material.of(Pattern.CLOZE, cloze=True):
        gapped = re.sub(r"\{\{c1::.*?\}\}", GAP, card.question)
        yield asked(card, "short_answer", gapped, card.answer, accepted=(card.answer,))


def _as_they_stand(material: Material) -> Iterator[Asked]:
    for card in material.of(Pattern.CLOZE, cloze=True):
        sentence = material.sentence_of[card.quote]
        yield asked(card, "true_false", sentence.text, OPTIONS[0], options=OPTIONS, correct=(0,))


def _in_turns(by_type: dict[QuestionType, list[Asked]], limit: int) -> Iterator[Asked]:
    """The types take turns, the rarest first; a sentence that gave one question gives no second."""
    waiting = sorted((part for found in by_type.values() for part in _parts(found)), key=len)
    used: set[str] = set()
    while any(waiting):
        for place, found in enumerate(waiting):
            found[:] = [one for one in found if one.quote not in used]
            if found and len(used) < limit:
                one = _spared(found, waiting[:place])
                used.add(one.quote)
                yield one
        if len(used) >= limit:
            return


def _parts(found: list[Asked]) -> tuple[list[Asked], list[Asked]]:
    """False statements, which are rare, take turns of their own, so that true ones do not crowd them out."""
    false = [one for one in found if one.options == OPTIONS and one.correct == (1,)]
    return false, [one for one in found if one not in false]


def _spared(found: list[Asked], rarer: list[list[Asked]]) -> Asked:
    """The best whose sentence no rarer type could still use, or else the best."""
    needed = {one.quote for others in rarer for one in others}
    return next((one for one in found if one.quote not in needed), found[0])


def _draft(one: Asked, material: Material, request: QuestionRequest) -> QuestionDraft:
    return QuestionDraft(
        question=one.question,
        question_type=one.question_type,
        options=one.options,
        correct=one.correct,
        accepted_answers=one.accepted,
        correct_number=one.number,
        rubric=one.rubric,
        explanation=f"“{' '.join(one.quote.split())}”",
        quote=one.quote,
        chunk_id=one.chunk_id,
        difficulty=request.difficulty,
        confidence=confidence(one, material.corpus),
        concept=named(one.concept, request.concepts),
    )
