"""The note types under which Anki gets cards that were not made by it."""

from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType

EXPLANATION = "Explanation"
_MORE = "{{#Explanation}}\n\n<br><br>{{Explanation}}{{/Explanation}}"
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
            answer="{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}" + _MORE,
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
            answer="{{cloze:Text}}\n\n<hr id=answer>\n\n{{Back}}" + _MORE,
        ),
    ),
    css=_CSS,
)


def is_own(kind: NoteType) -> bool:
    """Whether the notes of this type are cards of ours, which were never Anki's."""
    own = CLOZE if kind.cloze else BASIC
    names = [field.name for field in kind.fields]
    return kind.name.startswith("Aksio") and names == [field.name for field in own.fields]
