"""The steps of the demo, in order."""

from infra.local.demo.decks import export_deck
from infra.local.demo.fsrs_reviews import review_by_fsrs
from infra.local.demo.generation import check_quotes, generate_cards
from infra.local.demo.journey import Action
from infra.local.demo.materials import check_health, open_course, sign_in, upload_documents, watch_processing
from infra.local.demo.progress import show_forecast, show_forgetting, show_statistics, sign_out
from infra.local.demo.quizzes import make_quiz, take_quiz
from infra.local.demo.reviews import list_due, review_all, submit_late_reviews, undo_review

STEPS: tuple[tuple[str, Action], ...] = (
    ("Health", check_health),
    ("Account", sign_in),
    ("Course", open_course),
    ("Upload", upload_documents),
    ("Processing", watch_processing),
    ("Flashcards", generate_cards),
    ("Quotes", check_quotes),
    ("Due", list_due),
    ("Reviews", review_all),
    ("Late reviews", submit_late_reviews),
    ("Undo", undo_review),
    ("Quiz", make_quiz),
    ("Attempt", take_quiz),
    ("FSRS", review_by_fsrs),
    ("Statistics", show_statistics),
    ("Forecast", show_forecast),
    ("Forgetting", show_forgetting),
    ("Export", export_deck),
    ("Sign out", sign_out),
)
