"""What the assessments group serves and receives. Paths with `{id}` come after every fixed name."""

from functions.assessments.attempts.handlers import handlers as attempting
from functions.assessments.attempts.routes import router as attempts
from functions.assessments.cards.routes import router as cards
from functions.assessments.cards.states import router as states
from functions.assessments.exams.handlers import handlers as exams
from functions.assessments.exchange.decks.handlers import handlers as deck_imports
from functions.assessments.exchange.decks.routes import router as decks
from functions.assessments.exchange.quizzes.routes import router as quiz_files
from functions.assessments.fitting.handlers import handlers as fitting
from functions.assessments.fitting.routes import router as calibration
from functions.assessments.generation.handlers import handlers as generations
from functions.assessments.generation.routes import router as generation
from functions.assessments.items.handlers import handlers as item_statistics
from functions.assessments.items.routes import router as items
from functions.assessments.living.handlers import handlers as living
from functions.assessments.purging.handlers import handlers as purging
from functions.assessments.quizzes.handlers import handlers as quiz_purging
from functions.assessments.quizzes.question_routes import router as questions
from functions.assessments.quizzes.routes import router as quizzes
from functions.assessments.reminders.handlers import handlers as reminders
from functions.assessments.reviews.handlers import handlers as reviewing
from functions.assessments.reviews.routes import router as reviews
from functions.assessments.scheduling.handlers import handlers as scheduling
from functions.assessments.sets.routes import router as sets
from functions.assessments.statistics.routes import router as statistics
from functions.assessments.verdicts.handlers import handlers as judging
from functions.assessments.verdicts.routes import router as verdicts
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="assessments",
    routers=[
        generation,
        statistics,
        calibration,
        reviews,
        decks,
        states,
        cards,
        questions,
        items,
        quiz_files,
        attempts,
        verdicts,
        quizzes,
        sets,
    ],
    handlers=Handlers().include(
        attempting,
        deck_imports,
        exams,
        fitting,
        generations,
        item_statistics,
        judging,
        living,
        purging,
        quiz_purging,
        reminders,
        reviewing,
        scheduling,
    ),
    keeps_files=True,
)
