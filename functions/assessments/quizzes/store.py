"""Where quizzes and their questions are kept."""

from functions.assessments.quizzes.models import Question, Quiz
from shared.store import Collection

QUIZZES = Collection("users/{user}/quizzes", Quiz)
QUESTIONS = Collection("users/{user}/questions", Question)
