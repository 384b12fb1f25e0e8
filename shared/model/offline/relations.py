"""Cards on what things do: purpose, meaning, parts, effects, and reasons."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, build_candidate
from shared.model.offline.corpus import Corpus
from shared.model.offline.definitions import is_term
from shared.model.offline.grammar import Clause, parse_clause, tag_words
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import parse_words
from shared.model.offline.wording import (
    cut_second_clause,
    cut_second_verb,
    decapitalise,
    format_answer,
    split_lead,
    strip_apposition,
    strip_article,
    strip_trailing_adverb,
)

_USED = re.compile(
    r"^(?P<be>be )?(?:\w+ly |often |also )?(?P<how>used|designed|needed|required)\s+(?P<prep>to|for)\s+"
)
_PREPOSITIONS = {
    "refer": "to",
    "stand": "for",
    "consist": "of",
    "depend": "on",
    "lead": "to",
    "result": "in",
    "belong": "to",
    "rely": "on",
    "contribute": "to",
    "iterate": "over",
    "serve": "as",
    "act": "as",
    "arise": "from",
    "focus": "on",
}
_OBJECT_VERBS = parse_words(
    """
    mean require contain include need support represent provide produce indicate describe measure
    determine promote reduce increase cause affect involve store carry form regulate control
    influence explain state define show cover receive have lack create generate release absorb
    reflect compare exclude prevent limit protect
    """
)
_ACTION_VERBS = parse_words(
    """
    display return convert translate combine stop allow enable help let tell make give take
    transport move break remove finish execute run perform compute calculate ignore facilitate join
    repeat round iterate bind catalyse catalyze transmit filter pump digest split maintain record
    store regulate control produce release generate protect prevent set print read keep act assign
    exchange connect separate divide organize organise
    """
)
_OBJECT_STARTS = parse_words("AT0 DT0 DPS AJ0 AJC AJS NN0 NN1 NN2 NP0 CRD UNC CJT DTQ VVG PNI PNQ AVQ")
_BECAUSE = re.compile(r"^(?P<main>[^,;:]+?),? because (?!of\b)(?P<reason>.+)$")
_REASON = re.compile(
    r"^(?P<what>(?:One|The main|A|A key) reason (?:why|that|for) .+?) (?:is|was) (?:because"
    r"|that) (?P<reason>.+)$"
)
_USES = re.compile(r"^(?P<means>[^,;:]{4,80}?) to (?P<goal>(?!the |an? )[^,;:]+)$")
_KINDS = re.compile(
    r"\b(?:examples|elements|types|kinds|parts|forms|functions|components|factors|causes|effects|symptoms"
    r"|features|methods|uses|sources|advantages|benefits|properties) of\b"
)
_QUANTIFIED = re.compile(r"^(?:many|most|some|several|all|other|few|both|each|every) ", re.IGNORECASE)
_VAGUE_SUBJECTS = parse_words(
    """
    program programs programmer programmers user users people professionals students computers
    """
)
_AUXILIARIES = parse_words("VBZ VBB VBD VM0 VHZ VHB VHD")
_MIN_OBJECT_WORDS = 2


def propose_relations(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose cards for the reason, purpose, effect or parts that the sentence tells."""
    if reason := _REASON.match(sentence.text):
        yield _build_card(
            sentence,
            Pattern.CAUSE,
            f"What is {_lower_first(reason['what'])}?",
            reason["reason"],
            reason["what"],
        )
        return
    if because := _BECAUSE.match(sentence.text):
        yield from _propose_reason(sentence, because["main"], because["reason"], corpus)
        return
    field, text = split_lead(strip_apposition(sentence.text))
    clause = sentence.clause if text == sentence.text else parse_clause(text, tag_words(text))
    if clause is not None and is_term(strip_trailing_adverb(clause.subject)) and not _is_vague(clause):
        yield from _propose_from_clause(sentence, clause, corpus, field)


def _propose_from_clause(
    sentence: Sentence, clause: Clause, corpus: Corpus, field: str
) -> Iterator[Candidate]:
    subject = decapitalise(strip_trailing_adverb(clause.subject), corpus)
    if clause.verb.lemma == "be" or clause.verb.tag == "VM0":
        yield from _propose_purpose(sentence, clause, subject, field)
    elif clause.verb.tag in {"VVZ", "VVB", "VHZ", "VHB"}:
        yield from _propose_effect(sentence, clause, subject, field)


def _propose_purpose(sentence: Sentence, clause: Clause, subject: str, field: str) -> Iterator[Candidate]:
    purpose = _USED.match(clause.rest)
    if purpose is None or (clause.verb.tag == "VM0") != bool(purpose["be"]):
        return
    goal = cut_second_clause(clause.rest[purpose.end() :])
    if len(goal.split()) < _MIN_OBJECT_WORDS:
        return
    question = f"{clause.verb.text} {subject} {purpose['be'] or ''}{purpose['how']} for?"
    reply = f"to {goal}" if purpose["prep"] == "to" else goal
    yield _build_card(
        sentence, Pattern.PURPOSE, _join_question(field, f"what {question}"), reply, clause.subject
    )


def _propose_effect(sentence: Sentence, clause: Clause, subject: str, field: str) -> Iterator[Candidate]:
    verb, rest = clause.verb.lemma, clause.rest
    preposition = _PREPOSITIONS.get(verb, "")
    if preposition and rest.startswith(preposition + " "):
        target, ending = rest[len(preposition) + 1 :], f"{verb} {preposition}"
    elif verb == "use":
        yield from _propose_means(sentence, clause, subject, field)
        return
    elif verb in {"occur", "happen", "arise"} and rest.startswith("when "):
        question = f"when {'do' if clause.plural else 'does'} {subject} {verb}?"
        yield _build_card(
            sentence,
            Pattern.RELATION,
            _join_question(field, question),
            cut_second_clause(rest),
            clause.subject,
        )
        return
    elif verb in _OBJECT_VERBS and clause.rest_tokens and clause.rest_tokens[0].tag in _OBJECT_STARTS:
        target, ending = rest, verb
    else:
        yield from _propose_action(sentence, clause, subject, field)
        return
    target = cut_second_verb(cut_second_clause(target))
    if len(target.split()) < _MIN_OBJECT_WORDS or _is_vague_have(verb, target):
        return
    if verb == "include" and clause.plural and _KINDS.search(subject):
        question = f"what are {subject}?"
    else:
        question = f"what {'do' if clause.plural else 'does'} {subject} {ending}?"
    yield _build_card(sentence, Pattern.RELATION, _join_question(field, question), target, clause.subject)


def _propose_means(sentence: Sentence, clause: Clause, subject: str, field: str) -> Iterator[Candidate]:
    match = _USES.match(clause.rest)
    if match is not None and tag_words(match["goal"])[0].tag in {"VVI", "VVB", "NN1", "AV0"}:
        question = f"what {'do' if clause.plural else 'does'} {subject} use to {match['goal'].rstrip('.')}?"
        yield _build_card(
            sentence, Pattern.RELATION, _join_question(field, question), match["means"], clause.subject
        )


def _propose_action(sentence: Sentence, clause: Clause, subject: str, field: str) -> Iterator[Candidate]:
    if (
        clause.verb.lemma not in _ACTION_VERBS
        or len(clause.rest_tokens) < 3
        or clause.rest.startswith("place ")
    ):
        return
    question = f"what {'do' if clause.plural else 'does'} {subject} do?"
    pronoun = "they" if clause.plural else "it"
    reply = f"{pronoun} {clause.verb.text} {cut_second_clause(clause.rest)}"
    yield _build_card(sentence, Pattern.ACTION, _join_question(field, question), reply, clause.subject)


def _propose_reason(sentence: Sentence, main: str, reason: str, corpus: Corpus) -> Iterator[Candidate]:
    clause = parse_clause(main, tag_words(main))
    if clause is None:
        return
    subject = decapitalise(strip_trailing_adverb(clause.subject), corpus)
    if clause.verb.tag in _AUXILIARIES:
        question = f"Why {clause.verb.text} {subject} {clause.rest}"
    elif clause.verb.tag in {"VVZ", "VVB", "VVD"}:
        helper = "did" if clause.past else "do" if clause.plural else "does"
        question = f"Why {helper} {subject} {clause.verb.lemma} {clause.rest}"
    else:
        return
    yield _build_card(sentence, Pattern.CAUSE, f"{question.strip()}?", f"because {reason}", clause.subject)


def _is_vague(clause: Clause) -> bool:
    """Return whether the question would have a hundred answers, as `What do programs do?` has."""
    if _QUANTIFIED.match(clause.subject) or strip_article(clause.subject).lower() in _VAGUE_SUBJECTS:
        return True
    return (
        len(clause.subject_tokens) == 1
        and clause.subject_tokens[0].tag == "NP0"
        and not clause.subject.isupper()
    )


def _is_vague_have(verb: str, target: str) -> bool:
    """Return whether a gap reads better: `has one or more loops`, unlike `has local scope`."""
    return verb == "have" and bool(re.match(r"(?:one|many|several|some|more|an?|the|to|not|been)\b", target))


def _join_question(field: str, question: str) -> str:
    text = f"{field}{question}"
    return text[0].upper() + text[1:]


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]


def _build_card(sentence: Sentence, pattern: Pattern, question: str, reply: str, about: str) -> Candidate:
    return build_candidate(
        sentence, pattern, question=question, answer=format_answer(reply), concept=strip_article(about)
    )
