"""Decks as people make them, built by Anki's own library, and all that Anki stores of a deck."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.functions.assessments.flashcards.decks.files import PNG

Build = Callable[[Any, Path], None]


@contextmanager
def open_anki(folder: Path, name: str) -> Iterator[Any]:
    """Open a collection of Anki's, new or as it was left."""
    from anki.collection import Collection

    collection = Collection(str(folder / f"{name}.anki2"))
    try:
        yield collection
    finally:
        collection.close()


def export_package(collection: Any, file: Path, *, legacy: bool = False) -> bytes:
    """Return the package that Anki exports, with scheduling, options and media."""
    from anki.collection import ExportAnkiPackageOptions

    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
    )
    collection.export_anki_package(out_path=str(file), limit=None, options=options)
    return file.read_bytes()


def import_package(collection: Any, file: Path) -> Any:
    """Import the package into Anki, and return its log."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    request = ImportAnkiPackageRequest(package_path=str(file), options=options)
    return collection.import_anki_package(request).log


def describe(collection: Any, folder: Path, name: str) -> dict[str, Any]:
    """Return all that Anki stores of notes, types, cards, answers, decks and media, in terms of GUIDs."""
    guids = dict(collection.db.all("SELECT id, guid FROM notes"))
    decks = {each.id: each.name for each in collection.decks.all_names_and_ids()}
    types = {each["id"]: each for each in collection.models.all()}
    files = (folder / f"{name}.media").glob("*")
    return {
        "notes": {
            guid: {"type": types[kind]["name"], "tags": tags, "fields": fields.split("\x1f"), "modified": at}
            for guid, kind, tags, fields, at in collection.db.all(
                "SELECT guid, mid, tags, flds, mod FROM notes"
            )
        },
        "types": {
            types[row[0]]["name"]: _describe_type(types[row[0]])
            for row in collection.db.all("SELECT DISTINCT mid FROM notes")
        },
        "cards": dict(_describe_cards(collection, guids, decks)),
        "order": _list_order(collection, guids),
        "answers": _list_answers(collection, guids),
        "media": {file.name: file.read_bytes() for file in files if file.is_file()},
    }


def _describe_type(kind: dict[str, Any]) -> dict[str, Any]:
    """Return the note type without its numbers."""
    plain = {name: kind.get(name) for name in ("type", "css", "latexPre", "latexPost", "latexsvg", "sortf")}
    fields = [{**each, "id": None, "media": None} for each in kind["flds"]]  # `media` was of Anki before 2.1
    templates = [{**each, "id": None} for each in kind["tmpls"]]
    return {**plain, "stock": kind.get("originalStockKind"), "fields": fields, "templates": templates}


def _describe_cards(
    collection: Any, guids: dict[int, str], decks: dict[int, str]
) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    rows = collection.db.all(
        "SELECT nid, ord, did, odid, type, queue, due, odue, ivl, factor, reps, lapses, flags, data"
        " FROM cards"
    )
    for note, side, deck, home, kind, queue, due, home_due, *numbers, data in rows:
        memory = json.loads(data or "{}")
        yield (guids[note], side), {
            "deck": decks[home or deck], "filtered": bool(home), "type": kind, "queue": queue,
            # Days are counted from the day of the collection's creation.
            "due in days": (home_due or due) - collection.sched.today if kind == 2 else None,
            **dict(zip(("interval", "factor", "reps", "lapses", "flags"), numbers, strict=True)),
            "stability": memory.get("s"), "difficulty": memory.get("d"), "custom data": memory.get("cd"),
        }  # fmt: skip


def _list_order(collection: Any, guids: dict[int, str]) -> list[tuple[str, int]]:
    rows = collection.db.all("SELECT nid, ord FROM cards WHERE type = 0 ORDER BY due, nid, ord")
    return [(guids[nid], side) for nid, side in rows]


def _list_answers(collection: Any, guids: dict[int, str]) -> list[tuple[Any, ...]]:
    rows = collection.db.all(
        "SELECT nid, ord, revlog.id, ease, revlog.ivl, lastIvl, revlog.factor, time, revlog.type"
        " FROM revlog JOIN cards ON cards.id = cid ORDER BY revlog.id"
    )
    return [(guids[row[0]], *row[1:]) for row in rows]


def add(collection: Any, kind: str, *fields: str, deck: str = "Deck", tags: str = "") -> Any:
    """Add a note, and return it."""
    made = collection.new_note(collection.models.by_name(kind))
    made.fields[: len(fields)] = fields
    made.tags = tags.split()
    collection.add_note(made, collection.decks.id(deck))
    return made


def add_type(
    collection: Any,
    name: str,
    fields: str,
    *templates: tuple[str, str],
    cloze: bool = False,
    css: str | None = None,
    rtl: bool = False,
) -> str:
    """Add a note type, and return its name."""
    models = collection.models
    kind = models.new(name)
    kind["type"] = int(cloze)
    for field_name in fields.split():
        made = models.new_field(field_name)
        made["rtl"] = rtl
        models.add_field(kind, made)
    for number, (question, answer) in enumerate(templates, 1):
        template = models.new_template(f"Card {number}")
        template["qfmt"], template["afmt"] = question, answer
        models.add_template(kind, template)
    kind["css"] = css if css is not None else kind["css"]
    models.add(kind)
    return name


def study(collection: Any, deck: str, *ratings: int) -> None:
    """Answer the cards that Anki asks, each with a rating from 0, again, to 3, easy."""
    collection.decks.select(collection.decks.id(deck))
    for rating in ratings:
        queued = collection.sched.get_queued_cards(fetch_limit=1)
        if not queued.cards:
            return
        card = collection.get_card(queued.cards[0].card.id)
        card.start_timer()
        answer = collection.sched.build_answer(card=card, states=queued.cards[0].states, rating=rating)
        collection.sched.answer_card(answer)


_LINE = "{{FrontSide}}\n\n<hr id=answer>\n\n"


def _vocabulary(col: Any, _: Path) -> None:
    for word, meaning in (("dog", "Hund"), ("cat", "Katze"), ("<i>cow</i>", "Kuh &amp; Kalb")):
        add(col, "Basic", word, meaning, deck="German::A1", tags="animals a::b::c")


def _both_directions(col: Any, _: Path) -> None:
    add(col, "Basic (and reversed card)", "sun", "Sonne")
    add(col, "Basic (optional reversed card)", "moon", "Mond", "y")
    add(col, "Basic (optional reversed card)", "star", "Stern")


def _typed(col: Any, _: Path) -> None:
    add(col, "Basic (type in the answer)", "2+2", "4")
    col.models.by_name("Cloze")
    name = add_type(
        col,
        "Typed cloze",
        "Text",
        ("{{cloze:Text}}{{type:cloze:Text}}", "{{type:cloze:Text}}{{cloze:Text}}"),
        cloze=True,
    )
    add(col, name, "a {{c1::b}}")


def _gaps(col: Any, _: Path) -> None:
    add(col, "Cloze", "The {{c1::owl::bird}} is {{c2::wise}}", "Proverb")
    add(col, "Cloze", "{{c1::a {{c2::b}} c}} and {{c1::d}}", "")
    add(col, "Cloze", "{{c1,2::Lima}} lies in {{c2::Peru}}", "")
    add(col, "Cloze", r"\( {{c1::\frac{1}{2} }} = x^{{c2::2}} \)", "")


def _japanese(col: Any, _: Path) -> None:
    name = add_type(
        col,
        "日本語",
        "表現 読み 意味",
        ("{{kanji:読み}}", _LINE + "{{furigana:読み}}<br>{{kana:読み}} = {{意味}}"),
    )
    add(col, name, "山", "山[やま]", "mountain")
    add(col, name, "食べる", "食[た]べる", "to eat")


def _arabic(col: Any, _: Path) -> None:
    name = add_type(
        col, "عربي", "سؤال جواب", ("{{سؤال}}", _LINE + "{{جواب}}"), rtl=True, css=".card{direction:rtl}"
    )
    add(col, name, "كلب", "dog")


def _formulas(col: Any, _: Path) -> None:
    add(col, "Basic", r"\( \frac{a}{b} \)", r"\[ \sum_{i=1}^n i \]")
    add(col, "Basic", "[latex]\\LaTeX[/latex] [$]x^2[/$]", "[$$]\\int[/$$]")
    add(col, "Basic", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "10<sup>23</sup> H<sub>2</sub>O")


def _code(col: Any, _: Path) -> None:
    add(col, "Basic", "<pre><code>for i in x:\n    if i:\n\tgo()</code></pre>", "<code>a &lt; b</code>")


def _lists_and_tables(col: Any, _: Path) -> None:
    add(
        col,
        "Basic",
        "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
        "<table><tr><td>1</td><td>2</td></tr></table>",
    )


def _pictures(col: Any, folder: Path) -> None:
    for name in ("dog.png", "leaf (1).png", "my leaf#1.png", "100%.png", "山.png", "café.png"):
        (folder / name).write_bytes(PNG + name.encode())
    add(col, "Basic", 'a <img src="dog.png"> b', '<img src="leaf (1).png">')
    add(col, "Basic", '<img src="my%20leaf%231.png">', '<img src="100%25.png">')
    add(col, "Basic", '<img src="山.png" width="100">', '<img alt="café" src="café.png">')


def _sounds(col: Any, folder: Path) -> None:
    (folder / "hello world.mp3").write_bytes(b"ID3 sound")
    add(col, "Basic", "[sound:hello world.mp3]", "hallo [sound:hello world.mp3]")
    name = add_type(col, "Spoken", "W M", ("{{tts en_US:W}}", "{{W}}<hr id=answer>{{M}}"))
    add(col, name, "hello", "hallo")


def _hints(col: Any, _: Path) -> None:
    name = add_type(col, "Hinted", "Q H A", ("{{Q}}{{hint:H}}", _LINE + "{{A}}<br>{{hint:H}}"))
    add(col, name, "capital of Peru", "begins with L", "Lima")


def _conditions(col: Any, _: Path) -> None:
    front = "{{#Extra}}{{Front}} ({{Extra}}){{/Extra}}{{^Extra}}{{Front}}{{/Extra}}"
    name = add_type(
        col, "Conditional", "Front Back Extra", (front, _LINE + "{{Back}}{{#Tags}}<br>{{Tags}}{{/Tags}}")
    )
    add(col, name, "a", "b", "c", tags="x y")
    add(col, name, "d", "e")


def _special_fields(col: Any, _: Path) -> None:
    name = add_type(col, "Special", "Q A", ("{{Subdeck}} {{Type}} {{Card}}: {{Q}}", _LINE + "{{A}} {{Deck}}"))
    add(col, name, "largest?", "whale", deck="Biology::Mammals")


def _other_delimiters(col: Any, _: Path) -> None:
    name = add_type(col, "Old", "Q A", ("{{=<% %>=}}<%Q%>", "{{=<% %>=}}<%FrontSide%><hr id=answer><%A%>"))
    add(col, name, "2+3", "5")


def _above_the_line(col: Any, _: Path) -> None:
    name = add_type(col, "Above", "W R M", ("{{W}}", "{{FrontSide}}<br>{{R}}<hr id=answer>{{M}}"))
    add(col, name, "犬", "いぬ", "dog")
    name = add_type(col, "No line", "W M", ("{{W}}", "{{W}} means {{M}}"))
    add(col, name, "dog", "Hund")


def _occlusion(col: Any, folder: Path) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (80, 40), (255, 255, 255)).save(out, "PNG")
    picture = folder.parent / "map.png"
    picture.write_bytes(out.getvalue())
    col.add_image_occlusion_notetype()
    shapes = (
        "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.3:oi=1}}<br>"
        "{{c2::image-occlusion:ellipse:left=.5:top=.1:rx=.2:ry=.3:oi=1}}<br>"
    )
    col.add_image_occlusion_note(
        notetype_id=col.models.by_name("Image Occlusion")["id"], image_path=str(picture), occlusions=shapes,
        header="Europe", back_extra="more", tags=["maps"],
    )  # fmt: skip


def _many_fields(col: Any, _: Path) -> None:
    fields = " ".join(f"F{number}" for number in range(1, 31))
    name = add_type(col, "Thirty", fields, ("{{F1}}", _LINE + "{{F2}} {{F30}}"))
    add(col, name, *[f"<b>{number}</b>" for number in range(1, 31)])


def _nested_decks(col: Any, _: Path) -> None:
    for deck in ("A", "A::B", "A::B::C", "Ünïcödé::深い"):
        add(col, "Basic", f"in {deck}", "a", deck=deck)


def _tags(col: Any, _: Path) -> None:
    long = "Body::Organs::Cardiovascular_system_of_mammals::Heart::Chambers_1"
    add(col, "Basic", "four chambers", "heart", tags=f"{long} ünï 標籤")
    add(col, "Basic", "many", "tags", tags=" ".join(f"t{number:02}" for number in range(30)))


def _reviewed(col: Any, _: Path) -> None:
    for number in range(6):
        add(col, "Basic", f"q{number}", "a")
    study(col, "Deck", 2, 3, 0, 1, 3, 2)


def _long_reviewed(col: Any, _: Path) -> None:
    notes = [add(col, "Basic", f"q{number}", "a") for number in range(3)]
    for position, made in enumerate(notes):
        card = made.cards()[0]
        col.sched.set_due_date([card.id], f"{5 * position + 1}!", None)
        card.load()
        card.reps, card.lapses, card.factor = 4 + position, position, 2300
        col.update_card(card)


def _suspended(col: Any, _: Path) -> None:
    notes = [add(col, "Basic", f"q{number}", "a") for number in range(4)]
    col.sched.suspend_cards([notes[0].cards()[0].id])
    col.sched.bury_cards([notes[1].cards()[0].id])
    col.set_user_flag_for_cards(3, [notes[2].cards()[0].id])


def _repositioned(col: Any, _: Path) -> None:
    notes = [
        add(col, "Basic (and reversed card)", f"front {number}", f"back {number}") for number in range(5)
    ]
    cards = [each.cards()[0].id for each in reversed(notes)] + [each.cards()[1].id for each in notes]
    col.sched.reposition_new_cards(cards, starting_from=1, step_size=1, randomize=False, shift_existing=False)


def _filtered(col: Any, _: Path) -> None:
    for number in range(3):
        add(col, "Basic", f"q{number}", "a")
    study(col, "Deck", 3, 3)
    deck = col.sched.get_or_create_filtered_deck(0)
    deck.config.search_terms[0].search = "deck:Deck"
    col.sched.add_or_update_filtered_deck(deck)


def _empty_fields(col: Any, _: Path) -> None:
    add(col, "Basic", "only a front", "")
    add(col, "Basic", "good", "answer")


def _markup(col: Any, _: Path) -> None:
    add(col, "Basic", "<div>one</div><div>two&nbsp; three</div>", "a &lt; b &amp;amp; c<br><br>d")
    add(col, "Basic", '<span style="color: red">red</span><script>x</script>', "<s>old</s> <u>new</u>")
    add(col, "Basic", "emoji 🙂 \u200d zero", "tab\tand  blanks")


DECKS: dict[str, Build] = {
    "vocabulary": _vocabulary, "both directions": _both_directions, "typed": _typed, "gaps": _gaps,
    "japanese": _japanese, "arabic": _arabic, "formulas": _formulas, "code": _code,
    "lists and tables": _lists_and_tables, "pictures": _pictures, "sounds": _sounds, "hints": _hints,
    "conditions": _conditions, "special fields": _special_fields, "other delimiters": _other_delimiters,
    "above the line": _above_the_line, "occlusion": _occlusion, "many fields": _many_fields,
    "nested decks": _nested_decks, "tags": _tags, "reviewed": _reviewed, "long reviewed": _long_reviewed,
    "suspended": _suspended, "repositioned": _repositioned, "filtered": _filtered,
    "empty fields": _empty_fields, "markup": _markup,
}  # fmt: skip
