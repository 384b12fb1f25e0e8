"""Where the statistics of questions are kept: under the question's id."""

from functions.assessments.quizzes.item_analysis.models import ItemStats
from shared.store import Collection

ITEM_STATS = Collection("users/{user}/item_stats", ItemStats)
