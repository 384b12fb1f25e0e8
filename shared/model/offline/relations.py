"""Cards on what things do: purpose, meaning, parts, effects, and reasons."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, from_sentence
from shared.model.offline.corpus import Corpus
from shared.model.offline.definitions import is_term
from shared.model.offline.grammar import Clause, clause, tagged
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import vocabulary
from shared.model.offline.wording import (
    answer,
    concept,
    first_object,
    first_thought,
    inside,
    lead,
    without_apposition,
    without_trailing_adverb,
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
_OBJECT_VERBS = vocabulary(
    """
    mean require contain include need support represent provide produce indicate describe measure
    determine promote reduce increase cause affect involve store carry form regulate control
    influence explain state define show cover receive have lack create generate release absorb
    reflect compare exclude prevent limit protect
    """
)
_ACTION_VERBS = vocabulary(
    """
    display return convert translate combine stop allow enable help let tell make give take
    transport move break remove finish execute run perform compute calculate ignore facilitate join
    repeat round iterate bind catalyse catalyze transmit filter pump digest split maintain record
    store regulate control produce release generate protect prevent set print read keep act assign
    exchange connect separate divide organize organise
    """
)
_OBJECT_STARTS = vocabulary("AT0 DT0 DPS AJ0 AJC AJS NN0 NN1 NN2 NP0 CRD UNC CJT DTQ VVG PNI PNQ AVQ")
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
_VAGUE_SUBJECTS = vocabulary(
    """
    program programs programmer programmers user users people professionals students computers
    """
)
_AUXILIARIES = vocabulary("VBZ VBB VBD VM0 VHZ VHB VHD")
_MIN_OBJECT_WORDS = 2


def relations(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    if reason := _REASON.match(sentence.text):
        yield _card(
            sentence, Pattern.CAUSE, f"What is {_small(reason['what'])}?", reason["reason"], reason["what"]
        )
        return
    if because := _BECAUSE.match(sentence.text):
        yield from _why(sentence, because["main"], because["reason"], corpus)
        return
    field, text = lead(without_apposition(sentence.text))
    cut = sentence.clause if text == sentence.text else clause(text, tagged(text))
    if cut is not None and is_term(without_trailing_adverb(cut.subject)) and not _vague(cut):
        yield from _of_clause(sentence, cut, corpus, field)


def _of_clause(sentence: Sentence, cut: Clause, corpus: Corpus, field: str) -> Iterator[Candidate]:
    subject = inside(without_trailing_adverb(cut.subject), corpus)
    if cut.verb.lemma == "be" or cut.verb.tag == "VM0":
        yield from _purpose(sentence, cut, subject, field)
    elif cut.verb.tag in {"VVZ", "VVB", "VHZ", "VHB"}:
        yield from _effect(sentence, cut, subject, field)


def _purpose(sentence: Sentence, cut: Clause, subject: str, field: str) -> Iterator[Candidate]:
    used = _USED.match(cut.rest)
    if used is None or (cut.verb.tag == "VM0") != bool(used["be"]):
        return
    goal = first_thought(cut.rest[used.end() :])
    if len(goal.split()) < _MIN_OBJECT_WORDS:
        return
    asked = f"{cut.verb.text} {subject} {used['be'] or ''}{used['how']} for?"
    reply = f"to {goal}" if used["prep"] == "to" else goal
    yield _card(sentence, Pattern.PURPOSE, _question(field, f"what {asked}"), reply, cut.subject)


def _effect(sentence: Sentence, cut: Clause, subject: str, field: str) -> Iterator[Candidate]:
    verb, rest = cut.verb.lemma, cut.rest
    preposition = _PREPOSITIONS.get(verb, "")
    if preposition and rest.startswith(preposition + " "):
        target, ending = rest[len(preposition) + 1 :], f"{verb} {preposition}"
    elif verb == "use":
        yield from _means(sentence, cut, subject, field)
        return
    elif verb in {"occur", "happen", "arise"} and rest.startswith("when "):
        asked = f"when {'do' if cut.plural else 'does'} {subject} {verb}?"
        yield _card(sentence, Pattern.RELATION, _question(field, asked), first_thought(rest), cut.subject)
        return
    elif verb in _OBJECT_VERBS and cut.rest_tokens and cut.rest_tokens[0].tag in _OBJECT_STARTS:
        target, ending = rest, verb
    else:
        yield from _action(sentence, cut, subject, field)
        return
    target = first_object(first_thought(target))
    if len(target.split()) < _MIN_OBJECT_WORDS or _vague_have(verb, target):
        return
    if verb == "include" and cut.plural and _KINDS.search(subject):
        question = f"what are {subject}?"
    else:
        question = f"what {'do' if cut.plural else 'does'} {subject} {ending}?"
    yield _card(sentence, Pattern.RELATION, _question(field, question), target, cut.subject)


def _means(sentence: Sentence, cut: Clause, subject: str, field: str) -> Iterator[Candidate]:
    match = _USES.match(cut.rest)
    if match is not None and tagged(match["goal"])[0].tag in {"VVI", "VVB", "NN1", "AV0"}:
        asked = f"what {'do' if cut.plural else 'does'} {subject} use to {match['goal'].rstrip('.')}?"
        yield _card(sentence, Pattern.RELATION, _question(field, asked), match["means"], cut.subject)


def _action(sentence: Sentence, cut: Clause, subject: str, field: str) -> Iterator[Candidate]:
    if cut.verb.lemma not in _ACTION_VERBS or len(cut.rest_tokens) < 3 or cut.rest.startswith("place "):
        return
    question = f"what {'do' if cut.plural else 'does'} {subject} do?"
    pronoun = "they" if cut.plural else "it"
    reply = f"{pronoun} {cut.verb.text} {first_thought(cut.rest)}"
    yield _card(sentence, Pattern.ACTION, _question(field, question), reply, cut.subject)


def _why(sentence: Sentence, main: str, reason: str, corpus: Corpus) -> Iterator[Candidate]:
    cut = clause(main, tagged(main))
    if cut is None:
        return
    subject = inside(without_trailing_adverb(cut.subject), corpus)
    if cut.verb.tag in _AUXILIARIES:
        asked = f"Why {cut.verb.text} {subject} {cut.rest}"
    elif cut.verb.tag in {"VVZ", "VVB", "VVD"}:
        helper = "did" if cut.past else "do" if cut.plural else "does"
        asked = f"Why {helper} {subject} {cut.verb.lemma} {cut.rest}"
    else:
        return
    yield _card(sentence, Pattern.CAUSE, f"{asked.strip()}?", f"because {reason}", cut.subject)


def _vague(cut: Clause) -> bool:
    """`What does Python support?` and `What do programs do?` have a hundred answers."""
    if _QUANTIFIED.match(cut.subject) or concept(cut.subject).lower() in _VAGUE_SUBJECTS:
        return True
    return len(cut.subject_tokens) == 1 and cut.subject_tokens[0].tag == "NP0" and not cut.subject.isupper()


def _vague_have(verb: str, target: str) -> bool:
    """`has local scope` asks well; `has one or more loops` reads better with a gap."""
    return verb == "have" and bool(re.match(r"(?:one|many|several|some|more|an?|the|to|not|been)\b", target))


def _question(field: str, asked: str) -> str:
    text = f"{field}{asked}"
    return text[0].upper() + text[1:]


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _card(sentence: Sentence, pattern: Pattern, question: str, reply: str, about: str) -> Candidate:
    return from_sentence(sentence, pattern, question=question, answer=answer(reply), concept=concept(about))
