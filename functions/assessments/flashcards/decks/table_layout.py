"""Layout of tables in text: the header lines of Anki's files, names of columns, and the separator."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from functions.assessments.flashcards.decks.characters import strip_unstorable

_LINE_CHARS = 65_536
_SAMPLE_CHARS = 65_536
_SEPARATORS = ("\t", ";", "|", ",")  # in the order in which they win
_SEPARATOR_NAMES = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "space": " ",
    "colon": ":",
    r"\t": "\t",
}
_DIRECTIVES = frozenset(
    {"separator", "html", "tags", "columns", "deck", "notetype", "deck column", "notetype column",
     "tags column",
     "guid column", "if matches", "match scope"}
)  # fmt: skip
_EXCEL_SEPARATOR = re.compile(r'"?sep=(?:\\t|([^\r\n]))"?[\r\n]*\Z', re.IGNORECASE)
_CELL_IN_QUOTES = re.compile(r'(?<![^\t;|,\r\n])"(?:[^"]|"")*+"')
_MAX_COLUMNS = 1000
_ALIASES = {
    "question": (
        "question", "front", "term", "prompt", "text", "word", "frage", "vorderseite", "begriff", "wort",
        "recto", "terme", "mot", "pregunta", "anverso", "término", "palabra", "pergunta", "frente", "termo",
        "domanda", "fronte", "termine", "vraag", "voorkant", "вопрос", "термин", "问题", "正面",
        "質問", "表面",
    ),
    "answer": (
        "answer", "back", "definition", "response", "meaning", "antwort", "rückseite", "bedeutung", "réponse",
        "verso", "définition", "respuesta", "reverso", "definición", "significado", "resposta", "definição",
        "risposta", "retro", "definizione", "antwoord", "achterkant", "ответ", "определение", "答案", "背面",
        "答え", "裏面", "translation", "übersetzung",
    ),
    "explanation": ("explanation", "extra", "back extra", "erklärung", "explication", "explicación"),
    "tags": ("tags", "tag", "schlagwörter", "étiquettes", "etiquetas", "метки", "标签", "タグ"),
    "card_type": ("card_type", "type"),
    "difficulty_level": ("difficulty_level", "difficulty"),
    "concept": ("concept",),
    "status": ("status",),
    "data": ("data",),
}  # fmt: skip
_COLUMN_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
COLUMNS = tuple(_ALIASES)


@dataclass(frozen=True)
class Layout:
    """The layout of a table.

    `columns` are those that are named; `guid`, `note_type`, `deck` and `tags` those of Anki's notes. Of the
    others, `fields`, the first asks and the second answers. `html` is None where nothing says whether cells
    hold HTML; `type_name`, `deck_name` and `all_tags` hold for each row; `is_anki` if Anki's header lines do.
    """

    separator: str = ","
    html: bool | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    guid: int | None = None
    note_type: int | None = None
    deck: int | None = None
    tags: int | None = None
    type_name: str = ""
    deck_name: str = ""
    all_tags: tuple[str, ...] = ()
    is_anki: bool = False

    @property
    def special(self) -> frozenset[int]:
        places = (self.guid, self.note_type, self.deck, self.tags)
        return frozenset(place for place in places if place is not None)

    def list_fields(self, width: int) -> list[int]:
        """Return the columns of a row of this width that hold the fields of a note."""
        return [place for place in range(width) if place not in self.special]


def read_layout(text: TextIO, *, tabs: bool) -> tuple[Layout, int]:
    """Return the layout that header lines and the first rows give, and the number of the header lines.

    Leaves the text at its first row.
    """
    directives: dict[str, str] = {}
    taken, start = 0, text.tell()
    separator = ""
    while line := text.readline(_LINE_CHARS):
        if taken == 0 and (excel := _EXCEL_SEPARATOR.match(line)):
            separator = excel[1] or "\t"
        elif taken == 0 and line.startswith("tags:"):  # as very old files of Anki's begin
            directives["tags"] = line.removeprefix("tags:")
        elif not (name := _name_directive(line)):
            break
        else:
            directives[name] = line.partition(":")[2].rstrip("\r\n")
        taken += 1
        start = text.tell()
    text.seek(start)
    sample = text.read(_SAMPLE_CHARS)
    text.seek(start)
    separator = _read_separator(directives.get("separator", "")) or separator
    separator = separator or ("\t" if tabs else detect_separator(sample))
    return _build_layout(directives, separator), taken


def detect_separator(sample: str) -> str:
    """Return the separator between names of columns, or that of most rows.

    A tab beats all, a semicolon beats commas in prose. One with a blank behind it is taken for prose
    as long as others divide as many rows.
    """
    bare = _CELL_IN_QUOTES.sub("x", sample)
    rows = [row for row in re.split(r"[\r\n]+", bare) if row.strip()]
    if not rows:
        return ","
    names = sample.lstrip("\r\n").splitlines()[0].replace('"', "")
    if named := next((each for each in _SEPARATORS if parse_header(names.split(each))), None):
        return named
    for prose in ("[ ]", ""):
        shares = {each: _measure_share(rows, each, prose) for each in _SEPARATORS}
        best = max(shares.values())
        if best >= 0.5 or (not prose and best > 0):
            return next(each for each in _SEPARATORS if shares[each] >= (0.5 if each == "\t" else 0.9 * best))
    return ":" if _measure_share(rows, ":", "") >= 0.9 else ","


def parse_header(row: Sequence[str]) -> dict[str, int] | None:
    """Return the columns by name, if the row names at least a question and an answer."""
    columns = name_columns(row)
    return columns if {"question", "answer"} <= columns.keys() else None


def name_columns(row: Sequence[str]) -> dict[str, int]:
    """Return the known columns of the row of names."""
    names = [_COLUMN_OF.get(cell.strip().strip("\ufeff").casefold(), "") for cell in row]
    return {name: names.index(name) for name in dict.fromkeys(names) if name}


def split_tags(cell: str) -> list[str]:
    """Return the tags of a cell, divided by semicolons, or by blanks where there are none."""
    tags = cell.split(";") if ";" in cell else cell.split()
    return [tag.strip() for tag in tags if tag.strip()]


def _name_directive(line: str) -> str:
    """Return the name of the header line, `comment` for one that names nothing, or nothing for a row."""
    if not line.startswith("#"):
        return ""
    name = line[1:].partition(":")[0].strip().lower()
    if name in _DIRECTIVES:
        return name
    return "" if any(each in line for each in ("\t", ";", ",")) else "comment"


def _read_separator(value: str) -> str:
    name = value.strip().lower()
    return _SEPARATOR_NAMES.get(name, name[:1]) or ("\t" if "\t" in value else "")


def _build_layout(directives: Mapping[str, str], separator: str) -> Layout:
    labels = tuple(_split_labels(directives.get("columns", ""), separator))
    html = directives.get("html", "").strip().lower()
    return Layout(
        separator=separator,
        html={"true": True, "false": False}.get(html),
        columns=parse_header(labels) or {},
        labels=labels,
        guid=_read_place(directives, "guid"),
        note_type=_read_place(directives, "notetype"),
        deck=_read_place(directives, "deck"),
        tags=_read_place(directives, "tags")
        if "tags column" in directives
        else name_columns(labels).get("tags"),
        type_name=strip_unstorable(directives.get("notetype", "").strip()),
        deck_name=strip_unstorable(directives.get("deck", "").strip())[:200],
        all_tags=tuple(split_tags(strip_unstorable(directives.get("tags", "")))),
        is_anki=bool(directives.keys() - {"comment"}),
    )


def _split_labels(value: str, separator: str) -> Iterable[str]:
    return [label.strip().strip('"') for label in value.split(separator)] if value.strip() else []


def _read_place(directives: Mapping[str, str], name: str) -> int | None:
    value = directives.get(f"{name} column", "").strip()
    return int(value) - 1 if re.fullmatch(r"[0-9]{1,3}", value) and 0 < int(value) < _MAX_COLUMNS else None


def _measure_share(rows: Sequence[str], separator: str, prose: str) -> float:
    """Return the share of rows that have as many of the separators as most, and at least one."""
    pattern = re.compile(f"{re.escape(separator)}(?!{prose})" if prose else re.escape(separator))
    counts = Counter(len(pattern.findall(row)) for row in rows)
    divided = sum(number for count, number in counts.items() if count)
    most = max((number for count, number in counts.items() if count), default=0)
    return divided / len(rows) if separator == "\t" else most / len(rows)
