"""Plans for exams: each is made from all cards of the course and applied to some cards at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.queues import Change
from functions.assessments.flashcards.cards.rules import reschedule_card, to_local_day
from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.flashcards.exams.capacity import compute_capacity
from functions.assessments.flashcards.exams.models import EXAM_PLANS, ExamPlan
from functions.assessments.flashcards.exams.rules import Period, StudiedCard, choose_period, replan
from functions.assessments.flashcards.exams.snapshot import take_snapshot
from functions.assessments.flashcards.exams.sync import read_zone, schedule_plan
from functions.assessments.flashcards.exams.tasks import PlanExam
from functions.assessments.flashcards.scheduling.fsrs import Model
from shared.published.flashcards import StudyState, get_course_stats
from shared.services import Services
from shared.store import Store, Transaction

_BATCH_CARDS = 100

Move = tuple[StudiedCard, date]


async def plan_exam(services: Services, task: PlanExam) -> None:
    """Make the plan that is due and schedule the next.

    A task that was overtaken does nothing, and one that comes again finds the cards where they belong.
    """
    store, now = services.store, services.clock.now()
    plan = await _get_current_plan(store, task)
    if plan is None:
        return
    zone, state = await read_zone(store, task.user), await get_study_state(store, task.user)
    today = to_local_day(now, zone)
    if today < plan.exam and state.exams.get(task.course) == plan.exam:
        period = choose_period(today, plan.exam)
        await _apply(store, task, await _compute_moves(store, task, state, period, zone))
        await _schedule_next(services, task, period, now, zone)
    else:
        await _end_plan(store, task)


async def _get_current_plan(reads: Store | Transaction, task: PlanExam) -> ExamPlan | None:
    plan = await reads.get(EXAM_PLANS.doc(task.course, user=task.user))
    return plan if plan and (plan.chain, plan.plans_on) == (task.chain, task.day) else None


async def _compute_moves(
    store: Store, task: PlanExam, state: StudyState, period: Period, zone: ZoneInfo
) -> Sequence[Move]:
    deck = await take_snapshot(store, user_id=task.user, course_id=task.course, zone=zone)
    own, everything = await get_course_stats(store, user_id=task.user, course_id=task.course)
    days = replan(
        deck.studied,
        period=period,
        capacity=compute_capacity(period.days, everything=everything, own=own, state=state),
        new=sum(day < period.ends for day in deck.new),
        new_per_day=state.new_cards_per_day,
        limit=state.daily_review_limit,
        model=Model.of(state.weights),
    )
    return [(card, days[card.id]) for card in deck.studied if card.id in days]


async def _apply(store: Store, task: PlanExam, moves: Sequence[Move]) -> None:
    for start in range(0, len(moves), _BATCH_CARDS):
        batch = moves[start : start + _BATCH_CARDS]

        async def work(tx: Transaction, batch: Sequence[Move] = batch) -> None:
            await _apply_batch(tx, task, batch)

        await store.transact(work)


async def _apply_batch(tx: Transaction, task: PlanExam, moves: Sequence[Move]) -> None:
    """Place the cards that are as the plan saw them, unless it ended meanwhile."""
    state = await get_study_state(tx, task.user)
    if task.course in state.forgotten_courses or await _get_current_plan(tx, task) is None:
        return
    cards = await tx.get_many([FLASHCARDS.doc(card.id, user=task.user) for card, _ in moves])
    changes: list[Change] = [
        (card, reschedule_card(card, card.schedule.model_copy(update={"scheduled_on": day})))
        for card, (seen, day) in zip(cards, moves, strict=True)
        if card is not None and _is_unchanged(card, seen, task)
    ]
    changes = await arrange_changes(tx, user_id=task.user, changes=changes)
    save_changes(tx, user_id=task.user, changes=changes)


def _is_unchanged(card: Flashcard, seen: StudiedCard, task: PlanExam) -> bool:
    return card.course == task.course and card.status == "active" and card.due_on == seen.due


async def _schedule_next(
    services: Services, task: PlanExam, period: Period, now: datetime, zone: ZoneInfo
) -> None:
    async def work(tx: Transaction) -> None:
        plan = await _get_current_plan(tx, task)
        if plan is None:
            return
        if period.ends >= period.exam:
            tx.delete(EXAM_PLANS.doc(task.course, user=task.user))
            return
        following = plan.model_copy(update={"plans_on": period.ends})
        schedule_plan(tx, user_id=task.user, course_id=task.course, plan=following, now=now, zone=zone)

    await services.store.transact(work)


async def _end_plan(store: Store, task: PlanExam) -> None:
    async def work(tx: Transaction) -> None:
        if await _get_current_plan(tx, task) is not None:
            tx.delete(EXAM_PLANS.doc(task.course, user=task.user))

    await store.transact(work)
