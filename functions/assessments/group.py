"""Routes and handlers of the assessments group. Paths with `{id}` come after every fixed name."""

from functions.assessments.flashcards.calibration.handlers import handlers as calibration_handlers
from functions.assessments.flashcards.calibration.routes import router as calibration
from functions.assessments.flashcards.cards.handlers import handlers as card_handlers
from functions.assessments.flashcards.cards.routes import router as cards
from functions.assessments.flashcards.cards.state_routes import router as card_states
from functions.assessments.flashcards.decks.handlers import handlers as deck_handlers
from functions.assessments.flashcards.decks.routes import router as decks
from functions.assessments.flashcards.exams.handlers import handlers as exam_handlers
from functions.assessments.flashcards.reminders.handlers import handlers as reminder_handlers
from functions.assessments.flashcards.reviews.handlers import handlers as review_handlers
from functions.assessments.flashcards.reviews.routes import router as reviews
from functions.assessments.flashcards.scheduling.handlers import handlers as scheduling_handlers
from functions.assessments.flashcards.statistics.routes import router as statistics
from functions.assessments.generation.assessments.routes import router as assessments
from functions.assessments.generation.citations.handlers import handlers as citation_handlers
from functions.assessments.generation.runs.handlers import handlers as generation_handlers
from functions.assessments.generation.runs.routes import assessment_router as content_generation
from functions.assessments.generation.runs.routes import router as generation
from functions.assessments.purging.handlers import handlers as purging_handlers
from functions.assessments.quizzes.attempts.handlers import handlers as attempt_handlers
from functions.assessments.quizzes.attempts.routes import router as attempts
from functions.assessments.quizzes.authoring.handlers import handlers as authoring_handlers
from functions.assessments.quizzes.authoring.routes import router as authoring
from functions.assessments.quizzes.exchange.routes import router as quiz_exchange
from functions.assessments.quizzes.item_analysis.handlers import handlers as item_analysis_handlers
from functions.assessments.quizzes.item_analysis.routes import router as item_analysis
from functions.assessments.quizzes.marking.handlers import handlers as marking_handlers
from functions.assessments.quizzes.marking.routes import router as marking
from functions.assessments.quizzes.quizzes.routes import router as quizzes
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="assessments",
    routers=[
        generation,
        content_generation,
        statistics,
        calibration,
        reviews,
        decks,
        card_states,
        cards,
        authoring,
        item_analysis,
        quiz_exchange,
        attempts,
        marking,
        quizzes,
        assessments,
    ],
    handlers=Handlers().include(
        attempt_handlers,
        authoring_handlers,
        calibration_handlers,
        card_handlers,
        citation_handlers,
        deck_handlers,
        exam_handlers,
        generation_handlers,
        item_analysis_handlers,
        marking_handlers,
        purging_handlers,
        reminder_handlers,
        review_handlers,
        scheduling_handlers,
    ),
    keeps_files=True,
)
