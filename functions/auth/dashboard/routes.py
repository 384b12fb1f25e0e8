"""Route of the dashboard."""

from functions.auth.activity.calendar import list_active_days
from functions.auth.activity.rules import evaluate_streak
from functions.auth.activity.service import ROLL_UP, get_progress, list_last_days, roll_up_reviews
from functions.auth.activity.store import query_recent_achievements
from functions.auth.activity.titles import translate_title
from functions.auth.dashboard.rules import MAX_DEADLINES, list_deadlines
from functions.auth.dashboard.schemas import AchievementView, Dashboard, StudyStreak
from functions.auth.users.store import find_user
from shared.published.courses import COURSE_SUMMARIES
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="dashboard")

_WEEK = 7
_MAX_ACHIEVEMENTS = 5


@router.serve(
    "GET",
    "/api/v1/accounts/dashboard/",
    access=USER,
    cost=Cost(reads=3 + _WEEK + MAX_DEADLINES + _MAX_ACHIEVEMENTS) + ROLL_UP,
)
async def get_dashboard(caller: Caller, services: Provided) -> Dashboard:
    """Return the user's streak, study time, deadlines and achievements."""
    store, user_id = services.store, caller.user_id
    await roll_up_reviews(services, user_id=user_id)
    today = services.clock.now().astimezone(caller.zone).date()
    exams = COURSE_SUMMARIES.query(user=user_id).where("exam_date", ">=", today).order_by("exam_date")
    user = await find_user(store, user_id)
    progress = await get_progress(store, user_id)
    week = await list_last_days(store, user_id, today=today, number=_WEEK)
    courses = await store.find(exams.limit(MAX_DEADLINES))
    achievements = await store.find(query_recent_achievements(user_id, limit=_MAX_ACHIEVEMENTS))
    return Dashboard(
        study_streak=StudyStreak(
            current=evaluate_streak(list_active_days(progress), today)[0], longest=progress.streak.longest
        ),
        weekly_hours=round(max(0.0, sum(day.seconds for day in week)) / 3600, 1),
        goals_completed_this_month=0,
        upcoming_deadlines=list_deadlines(user, courses, today),
        recent_achievements=[
            AchievementView(type=each.type, title=translate_title(each.title), achieved_at=each.achieved_at)
            for each in achievements
        ],
    )
