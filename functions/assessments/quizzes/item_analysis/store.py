"""Storage of item statistics."""

from functions.assessments.quizzes.item_analysis.models import ItemStats, QuizStats
from shared.store import Collection

QUIZ_STATS = Collection("users/{user}/quiz_stats", QuizStats)
ITEM_STATS = Collection("users/{user}/item_stats", ItemStats)  # of earlier versions, by question
