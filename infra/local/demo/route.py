"""The steps of the demo, in order."""

from infra.local.demo.decks import take_along
from infra.local.demo.generation import check_quotes, generate
from infra.local.demo.journey import Act
from infra.local.demo.materials import check_health, open_course, sign_in, upload, watch_processing
from infra.local.demo.memory import review_by_fsrs
from infra.local.demo.outlook import show_forecast, show_forgetting, show_statistics, sign_out
from infra.local.demo.practice import hand_in_late, list_due, review_all, take_back
from infra.local.demo.quizzes import make_quiz, take_quiz

ROUTE: tuple[tuple[str, Act], ...] = (
    ("Health", check_health),
    ("Account", sign_in),
    ("Course", open_course),
    ("Upload", upload),
    ("Processing", watch_processing),
    ("Flashcards", generate),
    ("Quotes", check_quotes),
    ("Due", list_due),
    ("Reviews", review_all),
    ("Late reviews", hand_in_late),
    ("Undo", take_back),
    ("Quiz", make_quiz),
    ("Attempt", take_quiz),
    ("FSRS", review_by_fsrs),
    ("Statistics", show_statistics),
    ("Forecast", show_forecast),
    ("Forgetting", show_forgetting),
    ("Export", take_along),
    ("Sign out", sign_out),
)
