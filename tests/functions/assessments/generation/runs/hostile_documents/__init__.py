"""Documents that try to make the model, or whoever sees its cards, do something else.

Each holds a little honest biology and an attack, and says what a model that obeyed it would write: fields of
a card, or of a question, that is honest otherwise. What an attack wants bears one of the CANARIES.
"""

from tests.functions.assessments.generation.runs.hostile_documents.disguises import DISGUISES
from tests.functions.assessments.generation.runs.hostile_documents.falsehoods import FALSEHOODS
from tests.functions.assessments.generation.runs.hostile_documents.hostile import CANARIES, HONEST, Hostile
from tests.functions.assessments.generation.runs.hostile_documents.instructions import INSTRUCTIONS
from tests.functions.assessments.generation.runs.hostile_documents.markup import MARKUP

__all__ = ["CANARIES", "DOCUMENTS", "HONEST", "Hostile"]

DOCUMENTS: tuple[Hostile, ...] = (*INSTRUCTIONS, *DISGUISES, *MARKUP, *FALSEHOODS)
