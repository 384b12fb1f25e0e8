"""Documents that attack the model, or the readers of its cards.

Each consists of some honest biology and an attack, with the fields that a model which obeyed it would write
into an otherwise honest card or question. The output that an attack asks for contains one of the CANARIES.
"""

from tests.functions.assessments.generation.runs.hostile_documents.disguises import DISGUISES
from tests.functions.assessments.generation.runs.hostile_documents.falsehoods import FALSEHOODS
from tests.functions.assessments.generation.runs.hostile_documents.hostile import CANARIES, HONEST, Hostile
from tests.functions.assessments.generation.runs.hostile_documents.instructions import INSTRUCTIONS
from tests.functions.assessments.generation.runs.hostile_documents.markup import MARKUP

__all__ = ["CANARIES", "DOCUMENTS", "HONEST", "Hostile"]

DOCUMENTS: tuple[Hostile, ...] = (*INSTRUCTIONS, *DISGUISES, *MARKUP, *FALSEHOODS)
