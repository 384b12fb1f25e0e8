"""Comparison of all that the product shows with the model."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.whole.histories.model import LEECH, Card, Due, Settings, Student
from tests.whole.histories.streaks import MILESTONES, count_current, count_longest
from tests.whole.histories.student import ATTEMPTS, CARDS, V1, Session, require

_DAYS = 10  # of a forecast
_LEVELS = ("new", "learning", "difficult", "mastered")

Shown = dict[str, Any]


async def show(session: Session) -> Shown:
    """Return what the student sees of cards and streak at any time."""
    cards = await session.list_all(CARDS)
    return {
        "cards": {card["id"]: {name: card[name] for name in card if name != "updated_at"} for card in cards},
        "due": await session.get(f"{CARDS}due/", limit=100),
        "stats": await session.get(f"{CARDS}stats/"),
        "forecast": await session.get(f"{CARDS}forecast/", days=_DAYS),
        "streak": await session.get(f"{V1}accounts/streak/"),
    }


async def compare(session: Session) -> Shown:
    """Return what is shown. Raises Mismatch where it is not what the model says."""
    shown, model, today = await show(session), session.model, session.today
    _compare_cards(session, shown["cards"])
    _compare_due(model, shown["due"], model.list_due(today))
    _compare_statistics(shown["stats"], model.get_cards(), model.list_due(today).total)
    _compare_forecast(shown["forecast"], model.list_due(today), model.settings, today)
    _compare_streak(dict(shown["streak"]), model, today)
    for name, part in shown["due"] and [("due", card) for card in shown["due"]]:
        known = {key: part[key] for key in part if key != "updated_at"}
        require(known == shown["cards"][part["id"]], f"{name} shows {part}, the list {known}")
    return shown


async def compare_rarely(session: Session) -> None:
    """Compare what follows from the same counts and days, shown elsewhere. Raises Mismatch."""
    model, today = session.model, session.today
    course = session.chance.choice(list(model.courses))
    due = model.list_due(today, course)
    _compare_due(model, await session.get(f"{CARDS}due/", limit=100, course=course), due)
    stats = await session.get(f"{CARDS}stats/", course=course)
    _compare_statistics(stats, model.get_cards(course), due.total)
    courses = {each["id"]: each for each in await session.list_all(f"{V1}courses/")}
    require(courses.keys() == model.courses.keys(), f"courses {list(courses)}, not {list(model.courses)}")
    for name, each in courses.items():
        expected = (
            len(model.get_cards(name)),
            model.list_due(today, name).total,
            _text(model.courses[name]),
        )
        found = (each["flashcard_count"], each["due_count"], each["exam_date"])
        require(found == expected, f"a course has {found}, not {expected}")
    await _compare_dashboard(session)
    await _compare_activity(session)
    await _compare_lists(session)
    await _compare_history(session)
    await _compare_attempts(session)
    if model.courses[course] is not None:
        exam = (await session.get(f"{CARDS}forecast/", course=course))["exam"]
        ahead = model.courses[course]
        require((exam is not None) == (ahead is not None and ahead > today), f"the exam is {exam}")
        for name in ("expected_recall_now", "expected_recall_on_exam_day") if exam else ():
            require(0 <= exam[name] <= 1, f"{name} is {exam[name]}")


def _compare_cards(session: Session, shown: dict[str, Shown]) -> None:
    model = session.model
    require(shown.keys() == model.cards.keys(), f"cards {sorted(shown)}, not {sorted(model.cards)}")
    for card in model.cards.values():
        found = shown[card.id]
        due = find_due_day(session, found)
        if due != card.due_on and _may_move(session, card, due):
            card.scheduled_on = due
        card.blurred = card.blurred and card.buried_until == card.due_on
        expected = describe(card)
        actual = {name: found[name] for name in expected}
        require(actual == expected, f"card {found['question']}: {differ(actual, expected)}")
        require(due == card.due_on, f"card {found['question']} is due on {due}, not {card.due_on}")


def _may_move(session: Session, card: Card, due: date) -> bool:
    """Return whether the plan of an exam may have moved the card to the day."""
    if card.blurred:
        return True
    exam = session.model.courses[card.course]
    if not session.planned or exam is None or card.is_new or card.status != "active":
        return False
    assert card.memory.last is not None
    if due == card.buried_until:  # a plan knows no burial, which hides the day that it has chosen
        card.blurred = True
        return True
    return due > card.memory.last and due != exam


def describe(card: Card) -> Shown:
    """Return the fields of the card as the API shows them."""
    memory = card.memory
    return {
        "course": card.course,
        "question": card.question,
        "answer": card.answer,
        "card_type": card.card_type,
        "difficulty_level": card.difficulty,
        "tags": list(card.tags),
        "status": card.status,
        "ease_factor": round(float(memory.ease), 4),
        "interval_days": memory.interval,
        "repetitions": memory.repetitions,
        "total_reviews": memory.answers,
        "success_rate": round(memory.successes / memory.answers, 4) if memory.answers else 0.0,
        "lapses": memory.lapses,
        "leech": memory.lapses >= LEECH,
        "stability": None if memory.stability is None else round(memory.stability, 4),
        "fsrs_difficulty": None if memory.difficulty is None else round(memory.difficulty, 4),
        "mastery": memory.mastery,
        "buried_until": _text(card.buried_until),
        "last_reviewed": memory.last_at and _write(memory.last_at),
    }


def find_due_day(session: Session, shown: Shown) -> date:
    """Return the day of the user's on which the card is due, for a new one that of its making."""
    card = session.model.cards[shown["id"]]
    at = datetime.fromisoformat(shown["next_review_date"])
    if card.is_new and shown["next_review_date"] == shown["created_at"]:
        require(at <= session.now, f"a new card is due at {at}, not at once")
        return card.scheduled_on
    return session.model.to_day(at)


def _compare_due(model: Student, shown: list[Shown], due: Due) -> None:
    """Compare the list: reviews by day, those of one day in any order, new cards by place, then forgotten."""
    limited = sorted(due.limited, key=lambda card: card.due_on)[: due.room]
    reviews = sorted([*limited, *(card for card in due.reviews if card.is_relearning)], key=_by_day)
    expected = [_by_day(card) for card in reviews]
    found = [model.cards[card["id"]] for card in shown]
    first, rest = found[: len(reviews)], found[len(reviews) :]
    require(
        [_by_day(card) for card in first] == expected,
        f"reviews due on {[(card.question, str(card.due_on)) for card in found]}, not {expected}"
        f" then {[card.question for card in due.new]}",
    )
    allowed = {(card.group, card.due_on) for card in due.reviews}
    for card in first:
        require((card.group, card.due_on) in allowed, f"{card.question} is shown, but not due")
    names, expected_names = [card.question for card in rest], [card.question for card in due.new]
    forgotten = {card.group for card in due.forgotten}
    end = len(expected_names)
    require(names[:end] == expected_names, f"new cards {names}, not {expected_names}")
    last = [card.group for card in rest[end:]]
    require(set(last) == forgotten, f"new and forgotten cards {names}, not {expected_names} and {forgotten}")
    groups = [card.group for card in found]
    require(len(set(groups)) == len(groups), f"siblings are shown together: {groups}")


def _by_day(card: Card) -> date:
    return card.due_on


def _compare_statistics(shown: Shown, cards: list[Card], due: int) -> None:
    answers = sum(card.memory.answers for card in cards)
    successes = sum(card.memory.successes for card in cards)
    expected = {
        "total_flashcards": len(cards),
        "active_flashcards": sum(card.status == "active" for card in cards),
        "due_flashcards": due,
        "mastered_flashcards": sum(card.memory.mastery == "mastered" for card in cards),
        "average_success_rate": round(successes / answers, 4) if answers else 0.0,
        "by_difficulty": [
            {"difficulty_level": level, "count": sum(card.difficulty == level for card in cards)}
            for level in ("easy", "medium", "hard")
        ],
        "by_mastery": [
            {"level": level, "count": sum(card.memory.mastery == level for card in cards)}
            for level in _LEVELS
        ],
    }
    require(shown == expected, f"statistics: {differ(shown, expected)}")


def _compare_forecast(shown: Shown, due: Due, settings: Settings, today: date) -> None:
    """Compare today with what is due; of the days to come hold what must be true of any expectation."""
    late = sum(card.due_on < today for card in due.limited)
    overdue = min(due.room, late) + sum(card.due_on < today for card in due.relearning)
    first = {"date": today.isoformat(), "due": due.total - overdue, "new": len(due.new), "forgotten": 0}
    found = {"overdue": shown["overdue"], "first": shown["days"][0]}
    expected = {"overdue": overdue, "first": first}
    require(found == expected, f"forecast: {differ(found, expected)}")
    days = [(today + timedelta(days=ahead)).isoformat() for ahead in range(_DAYS)]
    require([day["date"] for day in shown["days"]] == days, f"the forecast is of {shown['days']}")
    if due.alone:
        left = due.unseen - len(due.new)
        for day in shown["days"][1:]:
            new = min(left, settings.new_per_day)
            require(day["new"] == new, f"{day['new']} new cards are expected on {day['date']}, not {new}")
            left -= new
    for day in shown["days"][1:]:
        require(0 <= day["new"] <= settings.new_per_day, f"new cards are expected beyond the limit: {day}")
        require(day["due"] >= max(0, day["new"]), f"less is expected than what is new: {day}")
        limit = settings.reviews_per_day + settings.new_per_day
        require(day["due"] <= limit, f"more than the limit of {limit} is expected: {day}")


def _compare_streak(shown: Shown, model: Student, today: date) -> None:
    active = model.active_days
    current, freezes = count_current(active, today)
    days = [today - timedelta(days=ago) for ago in reversed(range(30))]
    expected = {
        "current": current,
        "longest": count_longest(active),
        "last_active_date": max(active).isoformat() if active else None,
        "freezes_left": freezes,
        **{
            day.isoformat(): (
                _to_minutes(model.days[day].seconds if day in model.days else 0),
                max(0, model.days[day].reviews if day in model.days else 0),
            )
            for day in days
        },
    }
    listed = {day["date"]: (day["minutes"], day["reviews"]) for day in shown.pop("days")}
    shown |= listed
    require(shown == expected, f"streak: {differ(shown, expected)}; active on {sorted(map(str, active))}")


async def _compare_dashboard(session: Session) -> None:
    model, today = session.model, session.today
    shown = await session.get(f"{V1}accounts/dashboard/")
    longest, current = count_longest(model.active_days), count_current(model.active_days, today)[0]
    week = [today - timedelta(days=ago) for ago in range(7)]
    seconds = sum(day.seconds for name, day in model.days.items() if name in week)
    exams = sorted(day for day in model.courses.values() if day is not None and day >= today)[:10]
    expected = {
        "streak": {"current": current, "longest": longest},
        "hours": round(seconds / 3600, 1),
        "exams": [day.isoformat() for day in exams],
        "achievements": sorted(f"{length}-day study streak!" for length in MILESTONES if length <= longest),
    }
    found = {
        "streak": shown["study_streak"],
        "hours": shown["weekly_hours"],
        "exams": [each["due_date"] for each in shown["upcoming_deadlines"]],
        "achievements": sorted(each["title"] for each in shown["recent_achievements"]),
    }
    require(found == expected, f"dashboard: {differ(found, expected)}")
    profile = await session.get(f"{V1}accounts/profile/")
    expected = {
        "current_streak": current,
        "longest_streak": longest,
        "total_points": max(0, sum(day.successes for day in model.days.values())),
        "total_time_spent": f"{_to_minutes(sum(day.seconds for day in model.days.values()))} minutes",
        "timezone": str(model.zone),
    }
    found = {name: profile[name] for name in expected}
    require(found == expected, f"profile: {differ(found, expected)}")


async def _compare_activity(session: Session) -> None:
    entries = await session.list_all(f"{V1}accounts/activity/")
    reviews = {
        each["metadata"]["date"]: (each["metadata"]["reviews"], each["metadata"]["successful"])
        for each in entries
        if each["type"] == "flashcard_review"
    }
    days = session.model.days.items()
    expected = {str(name): (day.reviews, day.successes) for name, day in days if day.reviews > 0}
    require(reviews == expected, f"activity: {differ(reviews, expected)}")
    for kind, number in session.model.made.items():
        found = sum(each["type"] == kind for each in entries)
        require(found == number, f"{found} activities {kind}, not {number}")
    at = [each["created_at"] for each in entries]
    require(at == sorted(at, reverse=True), f"activities are out of order: {at}")


async def _compare_lists(session: Session) -> None:
    cards = list(session.model.cards.values())
    filters = [
        ("status", "suspended", {card.id for card in cards if card.status == "suspended"}),
        ("mastery", "learning", {card.id for card in cards if card.memory.mastery == "learning"}),
        ("tag", "red", {card.id for card in cards if "red" in card.tags}),
    ]
    name, value, expected = session.chance.choice(filters)
    found = {card["id"] for card in await session.list_all(CARDS, **{name: value})}
    require(found == expected, f"{name}={value} lists {len(found)} cards, not {len(expected)}")


async def _compare_history(session: Session) -> None:
    """Compare the past of a card: each answer with what it led to, however late it was handed in."""
    cards = [card for card in session.model.cards.values() if card.taken]
    if not cards:
        return
    card = session.chance.choice(cards)
    pairs = reversed(list(zip(card.taken, card.recall(), strict=True)))
    expected = [
        (answer.quality, _write(answer.at), answer.scheduler, memory.interval, round(float(memory.ease), 4))
        for answer, memory in pairs
    ]
    names = ("quality_response", "reviewed_at", "scheduler", "interval_days", "ease_factor")
    listed = await session.list_all(f"{CARDS}{card.id}/reviews/")
    found = [tuple(each[name] for name in names) for each in listed]
    require(found == expected, f"the past of {card.question} is {found}, not {expected}")


async def _compare_attempts(session: Session) -> None:
    listed = {each["attempt_id"]: each for each in await session.list_all(ATTEMPTS)}
    attempts = session.model.attempts
    require(listed.keys() == attempts.keys(), f"attempts {list(listed)}, not {list(attempts)}")
    for name, known in attempts.items():
        expected = ("completed" if known.completed else "in_progress", len(known.answers))
        found = (listed[name]["status"], listed[name]["answered"])
        require(found == expected, f"an attempt is {found}, not {expected}")
        right = listed[name]["correct_answers"]
        require(right == (known.right if known.completed else None), f"{right} answers are right")


def _write(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"


def _to_minutes(seconds: float) -> int:
    return max(0, round(seconds / 60))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def differ(found: Any, expected: Any) -> str:
    """Return what differs, as `name: found, not expected`, down to the innermost names."""
    if not isinstance(found, dict) or not isinstance(expected, dict):
        return f"{found!r}, not {expected!r}"
    names = [*expected, *(name for name in found if name not in expected)]
    return "; ".join(
        f"{name}: {differ(found.get(name), expected.get(name))}"
        for name in names
        if found.get(name) != expected.get(name)
    )
