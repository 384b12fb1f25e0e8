"""Stored ratings."""

from functions.assessments.quizzes.adaptive.models import Ability, ItemRatings
from shared.store import Collection

ABILITIES = Collection("users/{user}/abilities", Ability)
ITEM_RATINGS = Collection("users/{user}/item_ratings", ItemRatings)
