"""The plain model: a student's cards, answers, quizzes and days, and what follows from them.

It is written from the documentation and never calls the product. Where the documentation leaves a choice, as
the day within a window, the model checks what the product chose and goes on from it.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.whole.histories.schedulers import Answer, Memory, remember

LEECH, LEECH_AGAIN = 8, 4  # lapses until a card is suspended, and until it is suspended again


@dataclass
class Settings:
    """The settings that scheduling follows."""

    scheduler: str = "sm2"
    retention: float = 0.9
    reviews_per_day: int = 200
    new_per_day: int = 20
    relearn_today: bool = True
    easy_days: dict[str, str] = field(default_factory=dict)


@dataclass
class Card:
    """A card; `place` is its number in the order in which cards were made.

    `scheduled_on` is where its last answer or the plan of an exam has put it; `blurred` while a burial hides
    that. `taken` has the answers in order of time; `places`, by their clients' ids, the days on which the
    card was due before them, those that a late answer has not changed. `postponed` has the siblings that the
    answers of a day have moved, with the days until which these were buried before.
    """

    id: str
    course: str
    question: str
    answer: str
    place: int
    scheduled_on: date
    card_type: str = "basic"
    difficulty: str = "medium"
    tags: tuple[str, ...] = ()
    status: str = "active"
    note: str | None = None
    buried_until: date | None = None
    suspended_by: Answer | None = None
    start: Memory = field(default_factory=Memory)
    memory: Memory = field(default_factory=Memory)
    taken: list[Answer] = field(default_factory=list)
    places: dict[str, date] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    postponed: dict[date, dict[str, date | None]] = field(default_factory=dict)
    blurred: bool = False

    @property
    def due_on(self) -> date:
        return max(self.scheduled_on, self.buried_until or date.min)

    @property
    def is_new(self) -> bool:
        return not self.memory.answers

    @property
    def group(self) -> str:
        """The content that the card shares with its siblings."""
        return f"{self.note} {self.course}" if self.note else self.id

    @property
    def is_relearning(self) -> bool:
        return self.memory.last is not None and self.due_on <= self.memory.last

    @property
    def client_ids(self) -> set[str]:
        """The ids by which the product knows an answer that comes again."""
        return {answer.client_id for answer in self.taken if not answer.imported} | self.undone

    def take(self, answers: Iterable[Answer]) -> None:
        """Insert the answers in order of time, and suspend the card if they make it a leech."""
        before = self.memory.lapses
        for answer in answers:
            insort(self.taken, answer, key=lambda each: each.at)
        memories = self.recall()
        stage = _count_leech_stages(self.memory.lapses)
        if self.status == "active" and stage != _count_leech_stages(before):
            self.status = "suspended"
            self.suspended_by = next(
                answer
                for answer, memory in zip(self.taken, memories, strict=True)
                if _count_leech_stages(memory.lapses) == stage
            )

    def recall(self) -> list[Memory]:
        """Compute the memory anew from all answers; return it after each of them."""
        memories, memory = [], self.start
        for answer in self.taken:
            memory = remember(memory, answer)
            memories.append(memory)
        self.memory = memory
        return memories

    def take_back(self) -> Answer:
        """Undo the last answer, and the suspension that came of it."""
        answer = self.taken.pop()
        if not answer.imported:
            self.undone.add(answer.client_id)
        if self.status == "suspended" and self.suspended_by == answer:
            self.status = "active"
        if self.status == "active":
            self.suspended_by = None
        self.recall()
        return answer

    def set_status(self, status: str) -> None:
        """Take the card out of study or back, by the user's hand."""
        self.status = status
        if status != "suspended":
            self.suspended_by = None


def _count_leech_stages(lapses: int) -> int:
    return 0 if lapses < LEECH else 1 + (lapses - LEECH) // LEECH_AGAIN


@dataclass
class Day:
    """The studying of a day of the user's."""

    reviews: int = 0
    successes: int = 0
    quizzes: int = 0
    seconds: float = 0.0

    @property
    def is_active(self) -> bool:
        return self.reviews > 0 or self.quizzes > 0


@dataclass
class Quiz:
    """A quiz of questions with the ids of their right and wrong options."""

    id: str
    course: str
    questions: dict[str, tuple[str, str]]
    minutes: int | None


@dataclass
class Attempt:
    """An attempt: the answers by question, right or wrong, with the seconds that each took."""

    id: str
    quiz: Quiz
    zone: ZoneInfo
    expires_at: datetime | None
    answers: dict[str, tuple[bool, float]] = field(default_factory=dict)
    completed: bool = False

    @property
    def right(self) -> int:
        return sum(right for right, _ in self.answers.values())


@dataclass
class Due:
    """The cards that are asked on a day, one of each note, and the `room` that the limit leaves for reviews.

    `unseen` is the number of new cards without the limit; `alone` where none of them can wait for a
    sibling or for a day.
    """

    reviews: list[Card]
    new: list[Card]
    forgotten: list[Card]
    room: int
    unseen: int
    alone: bool

    @property
    def total(self) -> int:
        return min(self.room, len(self.limited)) + len(self.relearning) + len(self.new)

    @property
    def limited(self) -> list[Card]:
        return [card for card in self.reviews if not card.is_relearning]

    @property
    def relearning(self) -> list[Card]:
        return [card for card in self.reviews if card.is_relearning] + self.forgotten


class Student:
    """All that the model knows of one student."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.settings = Settings()
        self.courses: dict[str, date | None] = {}  # by id, with the day of the exam
        self.exams: dict[str, date] = {}  # those that were to come when one was set last: study follows them
        self.cards: dict[str, Card] = {}
        self.days: dict[date, Day] = {}
        self.quizzes: dict[str, Quiz] = {}
        self.attempts: dict[str, Attempt] = {}
        self.made = Counter[str]()  # activities by type
        self._places = 0

    def to_day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def to_instant(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def add_card(self, card: Card) -> Card:
        self._places += 1
        self.cards[card.id] = replace(card, place=self._places)
        return self.cards[card.id]

    def get_cards(self, course: str | None = None) -> list[Card]:
        return [card for card in self.cards.values() if course in (None, card.course)]

    def get_siblings(self, card: Card) -> list[Card]:
        """Return the other cards of the card's note in its course."""
        return [each for each in self.cards.values() if each.group == card.group and each.id != card.id]

    def count_load(self, card: Card, day: date) -> int:
        """Count the other cards in study that are due on the day."""
        return sum(
            each.due_on == day and each.status == "active" and each.id != card.id
            for each in self.cards.values()
        )

    def study(self, day: date) -> Day:
        return self.days.setdefault(day, Day())

    def count_answer(self, answer: Answer, sign: int = 1) -> None:
        """Add an answer to its day, or take an undone one out; one that was imported was no study of ours."""
        if not answer.imported:
            day = self.study(answer.day)
            day.reviews += sign
            day.successes += sign * answer.passed
            day.seconds += sign * answer.seconds

    @property
    def active_days(self) -> set[date]:
        return {name for name, day in self.days.items() if day.is_active}

    def list_due(self, today: date, course: str | None = None) -> Due:
        """Return what is asked today, one card of each note, within the limits of the day."""
        groups: dict[str, list[Card]] = {}
        for card in self.get_cards(course):
            if card.status == "active":
                groups.setdefault(card.group, []).append(card)
        reviews, new = [], []
        for cards in groups.values():
            asked = [card for card in cards if not card.is_new and card.due_on <= today]
            fresh = [card for card in cards if card.is_new and (card.buried_until or today) <= today]
            if asked:
                reviews.append(min(asked, key=lambda card: (card.due_on, card.id)))
            elif fresh:
                new.append(min(fresh, key=lambda card: (card.buried_until or date.min, card.place)))
        introduced = [card for card in self.cards.values() if card.memory.introduced == today]
        answered = [card for card in self.cards.values() if card.memory.last == today]
        room = max(0, self.settings.reviews_per_day - max(0, len(answered) - len(introduced)))
        new_room = max(0, self.settings.new_per_day - len(introduced))
        return Due(
            reviews=[card for card in reviews if not (card.is_relearning and card.due_on >= today)],
            new=sorted(new, key=lambda card: card.place)[:new_room],
            forgotten=[card for card in reviews if card.is_relearning and card.due_on >= today],
            room=room,
            unseen=len(new),
            alone=not any(
                card.note or (card.buried_until or today) > today
                for card in self.cards.values()
                if card.is_new and card.status == "active"
            ),
        )

    def postpone_siblings(self, card: Card, day: date) -> dict[str, date | None]:
        """Bury the siblings that are due by the day of an answer until the next; return their days before."""
        moved = {}
        for each in self.get_siblings(card):
            if each.status == "active" and each.due_on <= day:
                moved[each.id] = each.buried_until
                each.buried_until = day + timedelta(days=1)
        return moved
