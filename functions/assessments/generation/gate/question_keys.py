"""Support of a question's key by its quote, checked for each type in its own way."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from functions.assessments.generation.gate.question_options import find_absolutes
from functions.assessments.generation.gate.similarity import is_reversed, select_reversing
from functions.assessments.generation.gate.source import Source
from functions.assessments.generation.gate.support import SourceWords, find_verbatim, has_answer
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import extract_stems, read_numbers
from shared.model.protocol import QuestionDraft, QuestionType
from shared.text.folding import fold_text

_MIN_STATEMENT_SHARE = 0.7  # a true statement repeats its quote except for a few words

_ANNOUNCEMENT = re.compile(
    r"^(?:true or false|(?:richtig|wahr) oder falsch|vrai ou faux|verdadero o falso|vero o falso)\s*[:?.]\s*",
    re.IGNORECASE,
)


class Evidence(NamedTuple):
    """The quote of a question, its words, and the passage that it is from."""

    quote: str
    words: SourceWords
    source: Source


def extract_statement(question: str) -> str:
    """Return the statement of a true_false question, without its `True or false:`."""
    return _ANNOUNCEMENT.sub("", question)


def find_key_flaw(question: QuestionDraft, quote: str, source: Source) -> Rule | None:
    """Return the rule that the key of a cleaned, well-formed question breaks against its quote."""
    return _CHECKS[question.question_type](question, Evidence(quote, SourceWords(quote), source))


def select_supported_answers(question: QuestionDraft, quote: str, source: Source) -> tuple[str, ...]:
    """Return the accepted answers that the source has, those of the quote first."""
    evidence = Evidence(quote, SourceWords(quote), source)
    quoted = [answer for answer in question.accepted_answers if _has_answer_in_quote(evidence, answer)]
    if not quoted:
        return ()
    quoted_words = SourceWords(" ".join(quoted))
    variants = [
        answer
        for answer in question.accepted_answers
        if answer not in quoted
        and (_has_all_words(source.words, answer) or _has_all_words(quoted_words, answer))
    ]
    return (*quoted, *variants)


def _check_choice(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    right = [question.options[place] for place in question.correct]
    if not all(_has_answer_in_quote(evidence, option) for option in right):
        return Rule.UNSUPPORTED_ANSWER
    if question.question_type == "multiple_choice" and has_answer(question.question, right[0]):
        return Rule.ANSWER_IN_QUESTION
    return None


def _check_selection(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    wrong = (option for place, option in enumerate(question.options) if place not in question.correct)
    if any(find_verbatim(option, evidence.quote) for option in wrong):
        return Rule.SUSPECT_DISTRACTOR
    return _check_choice(question, evidence)


def _check_true_false(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    statement, quote = extract_statement(question.question), evidence.quote
    if find_absolutes(statement) - find_absolutes(quote):
        return Rule.ABSOLUTE_WORDING
    repeats = _is_repeated(statement, quote)
    if question.options[question.correct[0]] == "False":
        return Rule.WRONG_KEY if repeats else None
    if not evidence.words.support(statement, share=_MIN_STATEMENT_SHARE):
        return Rule.UNSUPPORTED_ANSWER
    reordered = evidence.words.support(statement, share=1.0) and not repeats
    denied = select_reversing(extract_stems(statement)) - select_reversing(extract_stems(quote))
    return Rule.WRONG_KEY if reordered or denied else None


def _is_repeated(statement: str, quote: str) -> bool:
    """Return whether the quote has the statement's words in their order, and denies what it denies."""
    stated, quoted = extract_stems(statement), extract_stems(quote)
    following = iter(quoted)
    return all(word in following for word in stated) and not is_reversed(stated, quoted)


def _check_short_answer(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    answers = select_supported_answers(question, evidence.quote, evidence.source)
    if not answers:
        return Rule.UNSUPPORTED_ANSWER
    if any(has_answer(question.question, answer) for answer in answers):
        return Rule.ANSWER_IN_QUESTION
    return None


def _check_number(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    number = question.correct_number or 0.0
    if number not in read_numbers(evidence.quote):
        return Rule.UNSUPPORTED_ANSWER
    return Rule.ANSWER_IN_QUESTION if number in read_numbers(question.question) else None


def _check_rubric(question: QuestionDraft, evidence: Evidence) -> Rule | None:
    words = evidence.source.words
    if not all(words.support(entry.text, asked=question.question) for entry in question.rubric):
        return Rule.UNSUPPORTED_ANSWER
    if any(has_answer(question.question, entry.text) for entry in question.rubric):
        return Rule.ANSWER_IN_QUESTION
    return None


def _has_answer_in_quote(evidence: Evidence, answer: str) -> bool:
    """Return whether the quote has half of the answer's words, or a sign such as `+=` as it is."""
    if not extract_stems(answer):
        return fold_text(answer).casefold() in fold_text(evidence.quote).casefold()
    return evidence.words.support(answer)


def _has_all_words(words: SourceWords, answer: str) -> bool:
    return bool(extract_stems(answer)) and words.support(answer, share=1.0)


_Check = Callable[[QuestionDraft, Evidence], Rule | None]
_CHECKS: Mapping[QuestionType, _Check] = {
    "multiple_choice": _check_choice,
    "multiple_select": _check_selection,
    "true_false": _check_true_false,
    "short_answer": _check_short_answer,
    "numeric": _check_number,
    "essay": _check_rubric,
}
