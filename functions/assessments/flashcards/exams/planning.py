"""A plan for an exam: made from all cards of the course, carried out a few cards at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.counts import count_changes
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import local_day, scheduled
from functions.assessments.flashcards.cards.store import FLASHCARDS, study_state
from functions.assessments.flashcards.exams.capacity import room_for
from functions.assessments.flashcards.exams.memory import model_of
from functions.assessments.flashcards.exams.models import EXAM_PLANS, ExamPlan
from functions.assessments.flashcards.exams.rules import Period, Studied, period, replanned
from functions.assessments.flashcards.exams.snapshot import whole_deck
from functions.assessments.flashcards.exams.sync import schedule_plan, zone_of
from functions.assessments.flashcards.exams.tasks import PlanExam
from shared.published.flashcards import ALL, CARD_STATS, StudyState
from shared.services import Services
from shared.store import Store, Transaction

_AT_ONCE = 100

Move = tuple[Studied, date]


async def plan_exam(services: Services, task: PlanExam) -> None:
    """Make the plan that is due and schedule the next; a task that was overtaken does nothing, and one that
    comes again finds the cards where they belong."""
    store, now = services.store, services.clock.now()
    plan = await _current(store, task)
    if plan is None:
        return
    zone, state = await zone_of(store, task.user), await study_state(store, task.user)
    today = local_day(now, zone)
    if today < plan.exam and state.exams.get(task.course) == plan.exam:
        ahead = period(today, plan.exam)
        await _carry_out(store, task, await _moves(store, task, state, ahead, zone))
        await _schedule_next(services, task, ahead, now, zone)
    else:
        await _end(store, task)


async def _current(reads: Store | Transaction, task: PlanExam) -> ExamPlan | None:
    plan = await reads.get(EXAM_PLANS.doc(task.course, user=task.user))
    return plan if plan and (plan.chain, plan.plans_on) == (task.chain, task.day) else None


async def _moves(
    store: Store, task: PlanExam, state: StudyState, ahead: Period, zone: ZoneInfo
) -> Sequence[Move]:
    deck = await whole_deck(store, user_id=task.user, course_id=task.course, zone=zone)
    names = (ALL, task.course)
    everything, own = await store.get_many([CARD_STATS.doc(name, user=task.user) for name in names])
    room = room_for(ahead.days, everything=everything, own=own, state=state)
    new = sum(day < ahead.ends for day in deck.new)
    limit, model = state.daily_review_limit, model_of(state.weights)
    days = replanned(deck.studied, plan=ahead, room=room, new=new, limit=limit, model=model)
    return [(card, days[card.id]) for card in deck.studied if card.id in days]


async def _carry_out(store: Store, task: PlanExam, moves: Sequence[Move]) -> None:
    for start in range(0, len(moves), _AT_ONCE):
        some = moves[start : start + _AT_ONCE]

        async def work(tx: Transaction, some: Sequence[Move] = some) -> None:
            await _move(tx, task, some)

        await store.transact(work)


async def _move(tx: Transaction, task: PlanExam, moves: Sequence[Move]) -> None:
    """Place the cards that are as the plan saw them, unless it ended meanwhile."""
    state = await study_state(tx, task.user)
    if task.course in state.forgotten_courses or await _current(tx, task) is None:
        return
    cards = await tx.get_many([FLASHCARDS.doc(card.id, user=task.user) for card, _ in moves])
    changes = [
        (card, scheduled(card, card.schedule.model_copy(update={"scheduled_on": day})))
        for card, (seen, day) in zip(cards, moves, strict=True)
        if card is not None and _unchanged(card, seen, task)
    ]
    for _, after in changes:
        tx.put(FLASHCARDS.doc(after.id, user=task.user), after)
    count_changes(tx, user_id=task.user, changes=changes)


def _unchanged(card: Flashcard, seen: Studied, task: PlanExam) -> bool:
    return card.course == task.course and card.status == "active" and card.due_on == seen.due


async def _schedule_next(
    services: Services, task: PlanExam, ahead: Period, now: datetime, zone: ZoneInfo
) -> None:
    async def work(tx: Transaction) -> None:
        plan = await _current(tx, task)
        if plan is None:
            return
        if ahead.ends >= ahead.exam:
            tx.delete(EXAM_PLANS.doc(task.course, user=task.user))
            return
        following = plan.model_copy(update={"plans_on": ahead.ends})
        schedule_plan(tx, user_id=task.user, course_id=task.course, plan=following, now=now, zone=zone)

    await services.store.transact(work)


async def _end(store: Store, task: PlanExam) -> None:
    async def work(tx: Transaction) -> None:
        if await _current(tx, task) is not None:
            tx.delete(EXAM_PLANS.doc(task.course, user=task.user))

    await store.transact(work)
