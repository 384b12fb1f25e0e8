"""Readers of cards and questions, which take them out of an answer that is still being written."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from shared.model.partial_json import FinishedObjects
from shared.model.prompt_parts import Prompt
from shared.model.prompts import build_card_prompt
from shared.model.protocol import CardDraft, CardRequest, QuestionDraft, QuestionRequest
from shared.model.question_prompts import build_question_prompt
from shared.model.readers import UnreadableAnswer, normalise_spaces

D = TypeVar("D", bound=CardDraft | QuestionDraft)
Ask = Callable[[int, tuple[str, ...]], Prompt]


class DraftReader(Generic[D]):
    """A reader of drafts as they are finished: none twice, none beyond `count`, invalid ones left out.

    `ask` makes the prompt for so many drafts beside these questions, `parse` a draft of one finished
    object.
    """

    def __init__(self, count: int, *, ask: Ask, parse: Callable[[str], D | None]) -> None:
        self._count = count
        self._ask = ask
        self._parse = parse
        self._drafted: dict[str, str] = {}  # questions by their folded form
        self._begin()

    def _begin(self) -> None:
        self._objects = FinishedObjects()
        self._text: list[str] = []
        self._valid = 0

    @property
    def has_results(self) -> bool:
        """True if drafts were read that asking afresh would repeat."""
        return bool(self._drafted)

    @property
    def _missing(self) -> int:
        return self._count - len(self._drafted)

    def next_prompt(self) -> Prompt:
        """Ask for the drafts that are missing; a new answer begins."""
        self._begin()
        return self._ask(self._missing, tuple(self._drafted.values()))

    def read(self, piece: str) -> Iterator[D]:
        """Yield the drafts that this piece of the answer completes."""
        self._text.append(piece)
        for text in self._objects.feed(piece):
            draft = self._parse(text)
            self._valid += draft is not None
            if draft is not None and self._is_wanted(draft):
                self._drafted[_fold(draft.question)] = draft.question
                yield draft

    def _is_wanted(self, draft: D) -> bool:
        return self._missing > 0 and _fold(draft.question) not in self._drafted

    def finish(self, *, truncated: bool) -> Iterable[D]:
        """Accept the end of the answer. Raises UnreadableAnswer if it has too little."""
        enough = self._missing == 0 or (truncated and self.has_results)
        if not enough and not self._is_complete():
            raise UnreadableAnswer
        return ()

    def _is_complete(self) -> bool:
        return self._objects.closed and (self._valid > 0 or _is_empty_list("".join(self._text)))


def build_card_reader(request: CardRequest) -> DraftReader[CardDraft]:
    """Build a reader of as many cards as the request wants."""

    def ask(count: int, drafted: tuple[str, ...]) -> Prompt:
        return build_card_prompt(
            request.model_copy(update={"count": count, "avoid": (*drafted, *request.avoid)})
        )

    return DraftReader(request.count, ask=ask, parse=_parse_card)


def build_question_reader(request: QuestionRequest) -> DraftReader[QuestionDraft]:
    """Build a reader of questions of the types asked for; others are left out."""

    def ask(count: int, drafted: tuple[str, ...]) -> Prompt:
        return build_question_prompt(
            request.model_copy(update={"count": count, "avoid": (*drafted, *request.avoid)})
        )

    def parse(text: str) -> QuestionDraft | None:
        question = _parse_question(text)
        return question if question and question.question_type in request.question_types else None

    return DraftReader(request.count, ask=ask, parse=parse)


def _parse_card(text: str) -> CardDraft | None:
    try:
        card = CardDraft.model_validate_json(text)
    except ValidationError:
        return None
    return card if all(map(str.strip, (card.question, card.answer, card.quote, card.chunk_id))) else None


def _parse_question(text: str) -> QuestionDraft | None:
    try:
        question = QuestionDraft.model_validate_json(text)
    except ValidationError:
        return None
    return question if all(map(str.strip, (question.question, question.quote, question.chunk_id))) else None


def _is_empty_list(text: str) -> bool:
    try:
        answer = from_json(text)
    except ValueError:
        return False
    return isinstance(answer, dict) and list(answer.values()) == [[]]


def _fold(question: str) -> str:
    return normalise_spaces(question).casefold()
