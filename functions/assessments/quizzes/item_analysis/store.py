"""Item statistics, kept under the id of their question."""

from functions.assessments.quizzes.item_analysis.models import ItemStats
from shared.store import Collection

ITEM_STATS = Collection("users/{user}/item_stats", ItemStats)
