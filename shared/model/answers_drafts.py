"""Reading cards and questions out of an answer while it is still being written."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from shared.model.answers import Unreadable, spaced
from shared.model.partial import FinishedObjects
from shared.model.prompting import Prompt
from shared.model.prompts import card_prompt
from shared.model.prompts_questions import question_prompt
from shared.model.protocol import CardDraft, CardRequest, QuestionDraft, QuestionRequest

D = TypeVar("D", bound=CardDraft | QuestionDraft)
Ask = Callable[[int, tuple[str, ...]], Prompt]


class DraftReader(Generic[D]):
    """Drafts as they are finished: none twice, none beyond the number asked for, invalid ones left out.

    `ask` makes the prompt for so many drafts beside these questions, `parse` a draft of one finished
    object.
    """

    def __init__(self, count: int, *, ask: Ask, parse: Callable[[str], D | None]) -> None:
        self._count = count
        self._ask = ask
        self._parse = parse
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
        return self._count - len(self._given)

    def prompt(self) -> Prompt:
        self._begin()
        return self._ask(self._missing, tuple(self._given.values()))

    def read(self, piece: str) -> Iterator[D]:
        self._text.append(piece)
        for text in self._objects.feed(piece):
            draft = self._parse(text)
            self._valid += draft is not None
            if draft is not None and self._is_wanted(draft):
                self._given[_folded(draft.question)] = draft.question
                yield draft

    def _is_wanted(self, draft: D) -> bool:
        return self._missing > 0 and _folded(draft.question) not in self._given

    def finish(self, *, truncated: bool) -> Iterable[D]:
        enough = self._missing == 0 or (truncated and self.fruitful)
        if not enough and not self._is_complete():
            raise Unreadable
        return ()

    def _is_complete(self) -> bool:
        return self._objects.closed and (self._valid > 0 or _is_empty_list("".join(self._text)))


def card_reader(request: CardRequest) -> DraftReader[CardDraft]:
    def ask(count: int, given: tuple[str, ...]) -> Prompt:
        return card_prompt(request.model_copy(update={"count": count, "avoid": (*given, *request.avoid)}))

    return DraftReader(request.count, ask=ask, parse=_card)


def question_reader(request: QuestionRequest) -> DraftReader[QuestionDraft]:
    """Questions of the types asked for; others are left out."""

    def ask(count: int, given: tuple[str, ...]) -> Prompt:
        return question_prompt(request.model_copy(update={"count": count, "avoid": (*given, *request.avoid)}))

    def parse(text: str) -> QuestionDraft | None:
        question = _question(text)
        return question if question and question.question_type in request.question_types else None

    return DraftReader(request.count, ask=ask, parse=parse)


def _card(text: str) -> CardDraft | None:
    try:
        card = CardDraft.model_validate_json(text)
    except ValidationError:
        return None
    return card if all(map(str.strip, (card.question, card.answer, card.quote, card.chunk_id))) else None


def _question(text: str) -> QuestionDraft | None:
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


def _folded(question: str) -> str:
    return spaced(question).casefold()
