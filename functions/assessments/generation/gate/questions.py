"""The quality gate for questions: what a quiz asks and holds for right, plain code can stand by."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from functions.assessments.generation.gate import question_form as form
from functions.assessments.generation.gate import question_options as options
from functions.assessments.generation.gate.judging import QUESTION_SHARE, Judging, Source, borne_out, raw_flaw
from functions.assessments.generation.gate.question_keys import statement, supported_answers, unsupported
from functions.assessments.generation.gate.support import SourceWords
from functions.assessments.generation.gate.verdict import Dropped, Rule
from shared.model.protocol import Difficulty, Passage, QuestionDraft, QuestionType, RubricPoint
from shared.text.folding import fold_text

__all__ = ["AcceptedQuestion", "Dropped", "QuestionGate", "Rule"]


class AcceptedQuestion(BaseModel):
    """A cleaned question; `quote` is the exact part of the chunk's text that its key stands on. Only the
    fields its type needs are filled."""

    model_config = ConfigDict(frozen=True)

    question: str
    question_type: QuestionType
    options: tuple[str, ...]
    correct: tuple[int, ...]
    accepted_answers: tuple[str, ...]
    correct_number: float | None
    tolerance: float
    rubric: tuple[RubricPoint, ...]
    explanation: str
    difficulty: Difficulty
    confidence: float
    concept: str
    quote: str
    chunk_id: str
    document_id: str
    page: int | None

    @property
    def key(self) -> str:
        """What is right, in words."""
        return key_of(self)


class QuestionGate(Judging[QuestionDraft, AcceptedQuestion]):
    """Judges questions. `existing` holds question and key, in words, of those the user has already."""

    def __init__(
        self,
        *,
        passages: Iterable[Passage],
        existing: Iterable[tuple[str, str]] = (),
        concepts: Iterable[str] = (),
    ) -> None:
        known = ((statement(question), _telling(question, key)) for question, key in existing)
        super().__init__(passages=passages, existing=known, concepts=concepts)

    def _judge(self, draft: QuestionDraft, source: Source) -> AcceptedQuestion | Rule:
        if flaw := raw_flaw(form.texts(draft)):
            return flaw
        question = _with_true_first(form.clean(draft))
        return next(form.flaws(question), None) or self._against_source(question, source)

    def _against_source(self, question: QuestionDraft, source: Source) -> AcceptedQuestion | Rule:
        quote = source.quote(question.quote)
        if isinstance(quote, Rule):
            return quote
        if not source.knows(form.texts(question)):
            return Rule.FOREIGN_ADDRESS
        asked_of = SourceWords(f"{quote} {key_of(question)}")
        if not asked_of.support(statement(question.question), share=QUESTION_SHARE, numbers=False):
            return Rule.UNSUPPORTED_QUESTION
        rule = unsupported(question, quote, source) or _unfair(question, quote)
        if rule is not None:
            return rule
        if not self._is_new(statement(question.question), _telling(question.question, key_of(question))):
            return Rule.DUPLICATE
        return self._accept(question, quote, source)

    def _accept(self, question: QuestionDraft, quote: str, source: Source) -> AcceptedQuestion:
        known = f"{quote} {question.question} {key_of(question)}"
        return AcceptedQuestion(
            question=question.question,
            question_type=question.question_type,
            options=question.options,
            correct=question.correct,
            accepted_answers=supported_answers(question, quote, source),
            correct_number=question.correct_number,
            tolerance=question.tolerance,
            rubric=question.rubric,
            explanation=borne_out(question.explanation, known) or f"“{fold_text(quote)}”",
            difficulty=question.difficulty,
            confidence=question.confidence,
            concept=self._concept(question.concept, known, source),
            quote=quote,
            chunk_id=source.passage.chunk_id,
            document_id=source.passage.document_id,
            page=source.passage.page,
        )


def key_of(question: QuestionDraft | AcceptedQuestion) -> str:
    """What is right, in words."""
    if question.correct_number is not None:
        return f"{question.correct_number:g}"
    if question.rubric:
        return "; ".join(point.text for point in question.rubric)
    return ", ".join(question.options[place] for place in question.correct) or "".join(
        question.accepted_answers[:1]
    )


def _telling(question: str, key: str) -> str:
    """The key as far as it tells two questions apart: that a statement is true does not."""
    return "" if statement(question) != question or key in form.TRUE_FALSE else key


def _unfair(question: QuestionDraft, quote: str) -> Rule | None:
    if question.question_type not in {"multiple_choice", "multiple_select"}:
        return None
    found = options.flaws(question.options, question.correct, quote=quote, question=question.question)
    return next(found, None)


def _with_true_first(question: QuestionDraft) -> QuestionDraft:
    """A true_false question with its two options in one spelling and order."""
    named = [option.capitalize() for option in question.options]
    if question.question_type != "true_false" or sorted(named) != sorted(form.TRUE_FALSE):
        return question
    correct = tuple(
        form.TRUE_FALSE.index(named[place]) if 0 <= place < 2 else place for place in question.correct
    )
    return question.model_copy(update={"options": form.TRUE_FALSE, "correct": correct})
