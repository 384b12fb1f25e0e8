"""Reading what a language model answers, piece by piece as it arrives."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, Field, ValidationError

from shared.model.prompting import Prompt
from shared.model.prompts import summary_prompt
from shared.model.prompts_questions import grade_prompt
from shared.model.protocol import Citation, GradeRequest, Passage, PointGrade, SummaryRequest
from shared.text.invisible import strip_invisible

_STRAIGHT = str.maketrans("‘’“”‐‑–—", "''\"\"----")

T_co = TypeVar("T_co", covariant=True)


class Unreadable(Exception):
    """The answer is not what was asked for; asking again may help."""


class Reader(Protocol[T_co]):
    """Makes something of one answer after another, until one is complete."""

    @property
    def fruitful(self) -> bool:
        """Whether something was handed out that asking afresh would repeat."""
        ...

    def prompt(self) -> Prompt:
        """What to ask now. A new answer begins."""
        ...

    def read(self, piece: str) -> Iterable[T_co]:
        """What this piece of the answer completes."""
        ...

    def finish(self, *, truncated: bool) -> Iterable[T_co]:
        """What the end of the answer completes; raises Unreadable."""
        ...


class CitedText(NamedTuple):
    text: str
    citations: tuple[Citation, ...]


class SummaryReader:
    """A summary with those of its citations that stand in the passage they name."""

    fruitful = False

    def __init__(self, request: SummaryRequest) -> None:
        self._request = request
        self._text: list[str] = []

    def prompt(self) -> Prompt:
        self._text = []
        return summary_prompt(self._request)

    def read(self, piece: str) -> Iterable[CitedText]:
        self._text.append(piece)
        return ()

    def finish(self, *, truncated: bool) -> Iterable[CitedText]:  # noqa: ARG002 - cut JSON is invalid anyhow
        try:
            answer = _SummaryAnswer.model_validate_json("".join(self._text))
        except ValidationError:
            raise Unreadable from None
        if not answer.summary.strip():
            raise Unreadable
        yield CitedText(answer.summary.strip(), tuple(_grounded(answer.citations, self._request.passages)))


class GradedText(NamedTuple):
    points: tuple[PointGrade, ...]
    feedback: str


class GradeReader:
    """The points of a rubric; points without words of the answer behind them are not given."""

    fruitful = False

    def __init__(self, request: GradeRequest) -> None:
        self._request = request
        self._text: list[str] = []

    def prompt(self) -> Prompt:
        self._text = []
        return grade_prompt(self._request)

    def read(self, piece: str) -> Iterable[GradedText]:
        self._text.append(piece)
        return ()

    def finish(self, *, truncated: bool) -> Iterable[GradedText]:  # noqa: ARG002 - cut JSON is invalid anyhow
        try:
            answer = _GradeAnswer.model_validate_json("".join(self._text))
        except ValidationError:
            raise Unreadable from None
        by_index = {point.index: point for point in answer.points}
        if sorted(by_index) != list(range(len(self._request.rubric))) or len(by_index) < len(answer.points):
            raise Unreadable
        yield GradedText(
            tuple(_earned(by_index[index], self._request) for index in sorted(by_index)),
            spaced(answer.feedback),
        )


class _Cited(BaseModel):
    chunk_id: str
    quote: str


class _SummaryAnswer(BaseModel):
    summary: str
    citations: list[_Cited]


class _GradedPoint(BaseModel):
    index: int
    points: float = Field(ge=0, allow_inf_nan=False)
    quote: str
    comment: str


class _GradeAnswer(BaseModel):
    points: list[_GradedPoint]
    feedback: str


def _earned(given: _GradedPoint, request: GradeRequest) -> PointGrade:
    """What the answer's own words earn, at most what the point is worth."""
    quote, comment = found_in(given.quote, request.answer), spaced(given.comment)
    if not given.points or not quote:
        return PointGrade(index=given.index, points=0, comment=comment)
    worth = request.rubric[given.index].points
    return PointGrade(index=given.index, points=min(given.points, worth), quote=quote, comment=comment)


def _grounded(cited: Iterable[_Cited], passages: Iterable[Passage]) -> Iterator[Citation]:
    by_chunk = {passage.chunk_id: passage for passage in passages}
    for claim in cited:
        passage = by_chunk.get(claim.chunk_id)
        if passage and (quote := found_in(claim.quote, passage.text)):
            yield Citation(chunk_id=claim.chunk_id, quote=quote, page=passage.page)


def found_in(quote: str, text: str) -> str:
    """The words of `text` that `quote` repeats, as they stand there but for spaces; empty if it does not.
    Models like to straighten quotation marks and dashes."""
    wanted, there = spaced(quote), spaced(text)
    at = there.translate(_STRAIGHT).find(wanted.translate(_STRAIGHT)) if wanted else -1
    return there[at : at + len(wanted)] if at >= 0 else ""


def spaced(text: str) -> str:
    """Visible characters with single spaces."""
    return " ".join(strip_invisible(text).split())
