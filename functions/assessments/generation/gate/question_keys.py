"""Whether the quote bears out the key of a question, each type in its own way."""

import re
from collections.abc import Callable, Mapping

from functions.assessments.generation.gate.judging import Source
from functions.assessments.generation.gate.question_options import absolutes
from functions.assessments.generation.gate.similarity import turned, turns
from functions.assessments.generation.gate.support import SourceWords, gives_away, stands_in
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import content_words, figures
from shared.model.protocol import QuestionDraft, QuestionType
from shared.text.folding import fold_text

# A true statement repeats its quote but for a few words.
STATED_SHARE = 0.7

_ANNOUNCED = re.compile(
    r"^(?:true or false|(?:richtig|wahr) oder falsch|vrai ou faux|verdadero o falso|vero o falso)\s*[:?.]\s*",
    re.IGNORECASE,
)


def statement(question: str) -> str:
    """What a true_false question states, without its `True or false:`."""
    return _ANNOUNCED.sub("", question)


def unsupported(question: QuestionDraft, quote: str, source: Source) -> Rule | None:
    """The rule a cleaned, well-formed question breaks against its quote."""
    return _CHECKS[question.question_type](question, SourceWords(quote), quote, source)


def supported_answers(question: QuestionDraft, quote: str, source: Source) -> tuple[str, ...]:
    """The accepted answers the source has, those of the quote first."""
    said = SourceWords(quote)
    kept = [answer for answer in question.accepted_answers if _has(said, answer, quote)]
    spelt = SourceWords(" ".join(kept))
    variants = [
        answer
        for answer in question.accepted_answers
        if answer not in kept and (_whole(source.words, answer) or (kept and _whole(spelt, answer)))
    ]
    return (*kept, *variants) if kept else ()


def _choice(question: QuestionDraft, said: SourceWords, quote: str, _source: Source) -> Rule | None:
    right = [question.options[place] for place in question.correct]
    if not all(_has(said, option, quote) for option in right):
        return Rule.UNSUPPORTED_ANSWER
    if question.question_type == "multiple_choice" and gives_away(question.question, right[0]):
        return Rule.ANSWER_IN_QUESTION
    return None


def _selection(question: QuestionDraft, said: SourceWords, quote: str, source: Source) -> Rule | None:
    wrong = (option for place, option in enumerate(question.options) if place not in question.correct)
    if any(stands_in(option, quote) for option in wrong):
        return Rule.SUSPECT_DISTRACTOR
    return _choice(question, said, quote, source)


def _true_false(question: QuestionDraft, said: SourceWords, quote: str, _source: Source) -> Rule | None:
    text = statement(question.question)
    if absolutes(text) - absolutes(quote):
        return Rule.ABSOLUTE_WORDING
    agrees = _repeats(text, quote)
    if question.options[question.correct[0]] == "False":
        return Rule.WRONG_KEY if agrees else None
    if not said.support(text, share=STATED_SHARE):
        return Rule.UNSUPPORTED_ANSWER
    reordered = said.support(text, share=1.0) and not agrees
    denied = turns(content_words(text)) - turns(content_words(quote))
    return Rule.WRONG_KEY if reordered or denied else None


def _repeats(text: str, quote: str) -> bool:
    """Whether the quote says the words of the text in the same order, and denies what it denies."""
    stated, words = content_words(text), content_words(quote)
    following = iter(words)
    return all(word in following for word in stated) and not turned(stated, words)


def _short_answer(question: QuestionDraft, _said: SourceWords, quote: str, source: Source) -> Rule | None:
    answers = supported_answers(question, quote, source)
    if not answers:
        return Rule.UNSUPPORTED_ANSWER
    if any(gives_away(question.question, answer) for answer in answers):
        return Rule.ANSWER_IN_QUESTION
    return None


def _numeric(question: QuestionDraft, _said: SourceWords, quote: str, _source: Source) -> Rule | None:
    number = question.correct_number or 0.0
    if number not in figures(quote):
        return Rule.UNSUPPORTED_ANSWER
    return Rule.ANSWER_IN_QUESTION if number in figures(question.question) else None


def _essay(question: QuestionDraft, _said: SourceWords, _quote: str, source: Source) -> Rule | None:
    if not all(source.words.support(point.text, asked=question.question) for point in question.rubric):
        return Rule.UNSUPPORTED_ANSWER
    if any(gives_away(question.question, point.text) for point in question.rubric):
        return Rule.ANSWER_IN_QUESTION
    return None


def _has(said: SourceWords, answer: str, quote: str) -> bool:
    """Whether the quote has the answer: word for word where that is a sign, else half of its words."""
    if not content_words(answer):
        return fold_text(answer).casefold() in fold_text(quote).casefold()
    return said.support(answer)


def _whole(said: SourceWords, answer: str) -> bool:
    return bool(content_words(answer)) and said.support(answer, share=1.0)


_Check = Callable[[QuestionDraft, SourceWords, str, Source], Rule | None]
_CHECKS: Mapping[QuestionType, _Check] = {
    "multiple_choice": _choice,
    "multiple_select": _selection,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "essay": _essay,
}
