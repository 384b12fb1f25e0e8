"""Questions of all types from one source, about as many of each type, no sentence used twice."""

import re
from collections.abc import Callable, Iterator

from shared.model.offline.candidates import Pattern
from shared.model.offline.concept_names import match_concept_name
from shared.model.offline.list_questions import list_members, propose_essays, propose_selections
from shared.model.offline.number_questions import propose_numbers
from shared.model.offline.question_candidates import Material, QuestionCandidate
from shared.model.offline.ranking import estimate_confidence, rank_candidates
from shared.model.offline.statements import OPTIONS, propose_statements
from shared.model.offline.term_questions import GAP, build_question, propose_choices, propose_short_answers
from shared.model.offline.terms import list_terms
from shared.model.protocol import QuestionDraft, QuestionRequest, QuestionType


def draft_questions(material: Material, request: QuestionRequest, *, english: bool) -> list[QuestionDraft]:
    """Draft up to twice the questions asked for, the best first: the gate drops some."""
    builders = _list_english_builders(material) if english else _list_general_builders(material)
    types = tuple(dict.fromkeys(request.question_types))
    by_type = {
        kind: list(
            rank_candidates(
                builders[kind]() if kind in builders else (),
                material.corpus,
                limit=4 * request.count,
                difficulty=request.difficulty,
                avoid=request.avoid,
                focus=request.focus,
            )
        )
        for kind in types
    }
    return [
        _draft_question(candidate, material, request) for candidate in _take_turns(by_type, 2 * request.count)
    ]


Builders = dict[QuestionType, Callable[[], Iterator[QuestionCandidate]]]


def _list_english_builders(material: Material) -> Builders:
    defined, lists = list_terms(material), list_members(material)
    return {
        "multiple_choice": lambda: propose_choices(defined, material),
        "multiple_select": lambda: propose_selections(lists, defined),
        "true_false": lambda: propose_statements(defined, material),
        "short_answer": lambda: propose_short_answers(defined, material),
        "numeric": lambda: propose_numbers(material),
        "essay": lambda: propose_essays(lists, defined, material),
    }


def _list_general_builders(material: Material) -> Builders:
    """List what needs no grammar: sentences with a gap, and sentences unchanged."""
    return {
        "short_answer": lambda: _propose_gaps(material),
        "true_false": lambda: _propose_sentences(material),
    }


def _propose_gaps(material: Material) -> Iterator[QuestionCandidate]:
    for card in material.select(Pattern.CLOZE, cloze=True):
        gapped = re.sub(r"\{\{c1::.*?\}\}", GAP, card.question)
        yield build_question(card, "short_answer", gapped, card.answer, accepted=(card.answer,))


def _propose_sentences(material: Material) -> Iterator[QuestionCandidate]:
    for card in material.select(Pattern.CLOZE, cloze=True):
        sentence = material.sentence_of[card.quote]
        yield build_question(card, "true_false", sentence.text, OPTIONS[0], options=OPTIONS, correct=(0,))


def _take_turns(
    by_type: dict[QuestionType, list[QuestionCandidate]], limit: int
) -> Iterator[QuestionCandidate]:
    """Let the types take turns, the rarest first; a sentence that gave one question gives no second."""
    queues = sorted((part for queue in by_type.values() for part in _separate_false(queue)), key=len)
    used_quotes: set[str] = set()
    while any(queues):
        for place, queue in enumerate(queues):
            queue[:] = [candidate for candidate in queue if candidate.quote not in used_quotes]
            if queue and len(used_quotes) < limit:
                candidate = _pick(queue, queues[:place])
                used_quotes.add(candidate.quote)
                yield candidate
        if len(used_quotes) >= limit:
            return


def _separate_false(
    candidates: list[QuestionCandidate],
) -> tuple[list[QuestionCandidate], list[QuestionCandidate]]:
    """Give false statements, which are rare, a queue of their own: true ones would crowd them out."""
    false = [
        candidate for candidate in candidates if candidate.options == OPTIONS and candidate.correct == (1,)
    ]
    return false, [candidate for candidate in candidates if candidate not in false]


def _pick(queue: list[QuestionCandidate], rarer_queues: list[list[QuestionCandidate]]) -> QuestionCandidate:
    """Pick the best candidate whose sentence no rarer type could still use, or else the best."""
    needed_quotes = {candidate.quote for others in rarer_queues for candidate in others}
    return next((candidate for candidate in queue if candidate.quote not in needed_quotes), queue[0])


def _draft_question(
    candidate: QuestionCandidate, material: Material, request: QuestionRequest
) -> QuestionDraft:
    return QuestionDraft(
        question=candidate.question,
        question_type=candidate.question_type,
        options=candidate.options,
        correct=candidate.correct,
        accepted_answers=candidate.accepted,
        correct_number=candidate.number,
        rubric=candidate.rubric,
        explanation=f"“{' '.join(candidate.quote.split())}”",
        quote=candidate.quote,
        chunk_id=candidate.chunk_id,
        difficulty=request.difficulty,
        confidence=estimate_confidence(candidate, material.corpus),
        concept=match_concept_name(candidate.concept, request.concepts),
    )
