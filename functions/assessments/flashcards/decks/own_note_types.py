"""Note types for the export of cards that did not come from Anki."""

from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType

EXPLANATION = "Explanation"
_EXPLANATION_BLOCK = "{{#Explanation}}\n\n<br><br>{{Explanation}}{{/Explanation}}"
_CSS = """.card { font-family: arial; font-size: 20px; line-height: 1.5; text-align: center; }
.cloze { font-weight: bold; color: blue; }
.nightMode .cloze { color: lightblue; }
"""

BASIC = NoteType(
    id="1735689600001",
    anki_id=1735689600001,
    name="Aksio",
    fields=(FieldType(name="Front"), FieldType(name="Back"), FieldType(name=EXPLANATION)),
    templates=(
        CardTemplate(
            name="Card 1",
            question="{{Front}}",
            answer="{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}" + _EXPLANATION_BLOCK,
        ),
    ),
    css=_CSS,
)
CLOZE = NoteType(
    id="1735689600002",
    anki_id=1735689600002,
    name="Aksio Cloze",
    cloze=True,
    fields=(FieldType(name="Text"), FieldType(name="Back"), FieldType(name=EXPLANATION)),
    templates=(
        CardTemplate(
            name="Cloze",
            question="{{cloze:Text}}",
            answer="{{cloze:Text}}\n\n<hr id=answer>\n\n{{Back}}" + _EXPLANATION_BLOCK,
        ),
    ),
    css=_CSS,
)


def is_own_type(kind: NoteType) -> bool:
    """Return whether notes of this type are our own cards, which did not come from Anki."""
    own = CLOZE if kind.cloze else BASIC
    names = [field.name for field in kind.fields]
    return kind.name.startswith("Aksio") and names == [field.name for field in own.fields]
