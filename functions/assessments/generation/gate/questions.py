"""The quality gate for questions."""

from functions.assessments.generation.gate import question_form, question_options
from functions.assessments.generation.gate.judging import AcceptedItem, DraftGate, find_raw_flaw
from functions.assessments.generation.gate.question_form import TRUE_FALSE, clean_question, list_texts
from functions.assessments.generation.gate.question_keys import (
    extract_statement,
    find_key_flaw,
    select_supported_answers,
)
from functions.assessments.generation.gate.source import Source
from functions.assessments.generation.gate.verdict import Rule
from shared.model.protocol import QuestionDraft, QuestionType, RubricPoint
from shared.text.folding import fold_text


class AcceptedQuestion(AcceptedItem):
    """A cleaned question, with the quote that supports its key. Only the fields of its type are filled."""

    question_type: QuestionType
    options: tuple[str, ...]
    correct: tuple[int, ...]
    accepted_answers: tuple[str, ...]
    correct_number: float | None
    tolerance: float
    rubric: tuple[RubricPoint, ...]

    @property
    def key(self) -> str:
        """The right answer in words."""
        return _describe_key(self)


class QuestionGate(DraftGate[QuestionDraft, AcceptedQuestion]):
    """Judges questions. `existing` holds question and key, in words, of the user's questions."""

    def _check(self, draft: QuestionDraft, source: Source) -> AcceptedQuestion | Rule:
        if flaw := find_raw_flaw(list_texts(draft)):
            return flaw
        question = _put_true_first(clean_question(draft))
        return next(question_form.find_flaws(question), None) or self._check_source(question, source)

    def _check_source(self, question: QuestionDraft, source: Source) -> AcceptedQuestion | Rule:
        statement, key = extract_statement(question.question), _describe_key(question)
        quote = source.verify(question.quote, asked=statement, key=key, texts=list_texts(question))
        if isinstance(quote, Rule):
            return quote
        flaw = find_key_flaw(question, quote, source) or _find_unfairness(question, quote)
        if flaw is not None:
            return flaw
        if not self._add_if_new(question.question, key):
            return Rule.DUPLICATE
        return self._accept(question, quote, source)

    def _identify(self, question: str, answer: str) -> tuple[str, str]:
        """Return the statement or question, with its key; True and False do not tell statements apart."""
        statement = extract_statement(question)
        return statement, "" if statement != question or answer in TRUE_FALSE else answer

    def _accept(self, question: QuestionDraft, quote: str, source: Source) -> AcceptedQuestion:
        shared = self._shared_fields(question, quote=quote, key=_describe_key(question), source=source)
        explanation = shared.pop("explanation") or f"“{fold_text(quote)}”"
        return AcceptedQuestion(
            question_type=question.question_type,
            options=question.options,
            correct=question.correct,
            accepted_answers=select_supported_answers(question, quote, source),
            correct_number=question.correct_number,
            tolerance=question.tolerance,
            rubric=question.rubric,
            explanation=explanation,
            **shared,
        )


def _describe_key(question: QuestionDraft | AcceptedQuestion) -> str:
    """Return the right answer in words."""
    if question.correct_number is not None:
        return f"{question.correct_number:g}"
    if question.rubric:
        return "; ".join(entry.text for entry in question.rubric)
    options = ", ".join(question.options[place] for place in question.correct)
    return options or "".join(question.accepted_answers[:1])


def _find_unfairness(question: QuestionDraft, quote: str) -> Rule | None:
    if question.question_type not in {"multiple_choice", "multiple_select"}:
        return None
    flaws = question_options.find_flaws(
        question.options, question.correct, quote=quote, question=question.question
    )
    return next(flaws, None)


def _put_true_first(question: QuestionDraft) -> QuestionDraft:
    """Give the two options of a true_false question one spelling and order."""
    named = [option.capitalize() for option in question.options]
    if question.question_type != "true_false" or sorted(named) != sorted(TRUE_FALSE):
        return question
    correct = tuple(TRUE_FALSE.index(named[place]) if 0 <= place < 2 else place for place in question.correct)
    return question.model_copy(update={"options": TRUE_FALSE, "correct": correct})
