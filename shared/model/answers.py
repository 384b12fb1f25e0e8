"""Reading what a language model answers, piece by piece as it arrives."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from shared.model.partial import FinishedObjects
from shared.model.prompts import Prompt, card_prompt, summary_prompt
from shared.model.protocol import CardDraft, CardRequest, Citation, Passage, SummaryRequest
from shared.model.sanitise import strip_invisible

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


class CardReader:
    """Cards as they are finished: none twice, none beyond the number asked for, invalid ones left out."""

    def __init__(self, request: CardRequest) -> None:
        self._request = request
        self._given: dict[str, str] = {}  # folded question: question
        self._begin()

    def _begin(self) -> None:
        self._objects = FinishedObjects()
        self._text: list[str] = []
        self._valid = 0

    @property
    def fruitful(self) -> bool:
        return bool(self._given)

    @property
    def _missing(self) -> int:
        return self._request.count - len(self._given)

    def prompt(self) -> Prompt:
        self._begin()
        avoid = (*self._given.values(), *self._request.avoid)
        return card_prompt(self._request.model_copy(update={"count": self._missing, "avoid": avoid}))

    def read(self, piece: str) -> Iterator[CardDraft]:
        self._text.append(piece)
        for text in self._objects.feed(piece):
            card = _card(text)
            self._valid += card is not None
            if card is not None and self._is_wanted(card):
                self._given[_folded(card.question)] = card.question
                yield card

    def _is_wanted(self, card: CardDraft) -> bool:
        return self._missing > 0 and _folded(card.question) not in self._given

    def finish(self, *, truncated: bool) -> Iterable[CardDraft]:
        enough = self._missing == 0 or (truncated and self.fruitful)
        if not enough and not self._is_complete():
            raise Unreadable
        return ()

    def _is_complete(self) -> bool:
        return self._objects.closed and (self._valid > 0 or _is_empty_list("".join(self._text)))


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


class _Cited(BaseModel):
    chunk_id: str
    quote: str


class _SummaryAnswer(BaseModel):
    summary: str
    citations: list[_Cited]


def _card(text: str) -> CardDraft | None:
    try:
        card = CardDraft.model_validate_json(text)
    except ValidationError:
        return None
    return card if all(map(str.strip, (card.question, card.answer, card.quote, card.chunk_id))) else None


def _is_empty_list(text: str) -> bool:
    try:
        return bool(from_json(text) == {"cards": []})
    except ValueError:
        return False


def _grounded(cited: Iterable[_Cited], passages: Iterable[Passage]) -> Iterator[Citation]:
    by_chunk = {passage.chunk_id: passage for passage in passages}
    for claim in cited:
        passage = by_chunk.get(claim.chunk_id)
        quote = _spaced(claim.quote)
        if passage and quote and quote in _spaced(passage.text):
            yield Citation(chunk_id=claim.chunk_id, quote=quote, page=passage.page)


def _spaced(text: str) -> str:
    return " ".join(strip_invisible(text).split())


def _folded(question: str) -> str:
    return _spaced(question).casefold()
