"""Readers of a language model's answer, piece by piece as it arrives."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, Field, ValidationError

from shared.model.prompt_parts import Prompt
from shared.model.prompts import build_summary_prompt
from shared.model.protocol import Citation, GradeRequest, Passage, PointGrade, SummaryRequest
from shared.model.question_prompts import build_grade_prompt
from shared.text.invisible import strip_invisible

_STRAIGHT = str.maketrans("‘’“”‐‑–—", "''\"\"----")

T_co = TypeVar("T_co", covariant=True)


class UnreadableAnswer(Exception):
    """The answer is not what was asked for; asking again may help."""


class Reader(Protocol[T_co]):
    """A reader that makes something of one answer after another, until one is complete."""

    @property
    def has_results(self) -> bool:
        """True if something was yielded that asking afresh would repeat."""
        ...

    def next_prompt(self) -> Prompt:
        """Return what to ask now; a new answer begins."""
        ...

    def read(self, piece: str) -> Iterable[T_co]:
        """Yield what this piece of the answer completes."""
        ...

    def finish(self, *, truncated: bool) -> Iterable[T_co]:
        """Yield what the end of the answer completes. Raises UnreadableAnswer."""
        ...


class CitedText(NamedTuple):
    """A text with its citations."""

    text: str
    citations: tuple[Citation, ...]


class SummaryReader:
    """A reader of a summary with those of its citations that stand in the passage they name."""

    has_results = False

    def __init__(self, request: SummaryRequest) -> None:
        self._request = request
        self._text: list[str] = []

    def next_prompt(self) -> Prompt:
        """Return the prompt for the summary."""
        self._text = []
        return build_summary_prompt(self._request)

    def read(self, piece: str) -> Iterable[CitedText]:
        """Keep the piece: JSON of one object is read when it is whole."""
        self._text.append(piece)
        return ()

    def finish(self, *, truncated: bool) -> Iterable[CitedText]:  # noqa: ARG002 - cut JSON is invalid anyhow
        """Yield the summary. Raises UnreadableAnswer."""
        try:
            answer = _SummaryAnswer.model_validate_json("".join(self._text))
        except ValidationError:
            raise UnreadableAnswer from None
        if not answer.summary.strip():
            raise UnreadableAnswer
        yield CitedText(
            answer.summary.strip(), tuple(_verify_citations(answer.citations, self._request.passages))
        )


class GradedText(NamedTuple):
    """The points for an answer, and feedback for the student."""

    points: tuple[PointGrade, ...]
    feedback: str


class GradeReader:
    """A reader of the points of a rubric; points without words of the answer behind them are not given."""

    has_results = False

    def __init__(self, request: GradeRequest) -> None:
        self._request = request
        self._text: list[str] = []

    def next_prompt(self) -> Prompt:
        """Return the prompt for the grade."""
        self._text = []
        return build_grade_prompt(self._request)

    def read(self, piece: str) -> Iterable[GradedText]:
        """Keep the piece: JSON of one object is read when it is whole."""
        self._text.append(piece)
        return ()

    def finish(self, *, truncated: bool) -> Iterable[GradedText]:  # noqa: ARG002 - cut JSON is invalid anyhow
        """Yield the grade. Raises UnreadableAnswer."""
        try:
            answer = _GradeAnswer.model_validate_json("".join(self._text))
        except ValidationError:
            raise UnreadableAnswer from None
        by_index = {point.index: point for point in answer.points}
        if sorted(by_index) != list(range(len(self._request.rubric))) or len(by_index) < len(answer.points):
            raise UnreadableAnswer
        yield GradedText(
            tuple(_limit_points(by_index[index], self._request) for index in sorted(by_index)),
            normalise_spaces(answer.feedback),
        )


class _CitedQuote(BaseModel):
    chunk_id: str
    quote: str


class _SummaryAnswer(BaseModel):
    summary: str
    citations: list[_CitedQuote]


class _GradedPoint(BaseModel):
    index: int
    points: float = Field(ge=0, allow_inf_nan=False)
    quote: str
    comment: str


class _GradeAnswer(BaseModel):
    points: list[_GradedPoint]
    feedback: str


def _limit_points(point: _GradedPoint, request: GradeRequest) -> PointGrade:
    """Give the points that the answer's own words earn, at most what the point is worth."""
    quote, comment = find_verbatim(point.quote, request.answer), normalise_spaces(point.comment)
    if not point.points or not quote:
        return PointGrade(index=point.index, points=0, comment=comment)
    max_points = request.rubric[point.index].points
    return PointGrade(index=point.index, points=min(point.points, max_points), quote=quote, comment=comment)


def _verify_citations(claims: Iterable[_CitedQuote], passages: Iterable[Passage]) -> Iterator[Citation]:
    by_chunk = {passage.chunk_id: passage for passage in passages}
    for claim in claims:
        passage = by_chunk.get(claim.chunk_id)
        if passage and (quote := find_verbatim(claim.quote, passage.text)):
            yield Citation(chunk_id=claim.chunk_id, quote=quote, page=passage.page)


def find_verbatim(quote: str, text: str) -> str:
    """Return the words of `text` that `quote` repeats, spaces apart; empty if it does not.

    Quotation marks and dashes count as alike: models like to straighten them.
    """
    needle, haystack = normalise_spaces(quote), normalise_spaces(text)
    start = haystack.translate(_STRAIGHT).find(needle.translate(_STRAIGHT)) if needle else -1
    return haystack[start : start + len(needle)] if start >= 0 else ""


def normalise_spaces(text: str) -> str:
    """Return the visible characters with single spaces."""
    return " ".join(strip_invisible(text).split())
