"""What the assessments group serves and receives. `/flashcards/{id}/` comes after every fixed name."""

from functions.assessments.cards.routes import router as cards
from functions.assessments.cards.states import router as states
from functions.assessments.reminders.handlers import handlers as reminders
from functions.assessments.reviews.handlers import handlers as purging
from functions.assessments.reviews.routes import router as reviews
from functions.assessments.statistics.routes import router as statistics
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="assessments",
    routers=[statistics, reviews, states, cards],
    handlers=Handlers().include(purging, reminders),
)
