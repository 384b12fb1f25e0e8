"""Anki's own note types, which files of text name in the language of the user's Anki, but do not contain."""

from functools import lru_cache

from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType
from functions.assessments.flashcards.decks.note_types import check_type

_CSS = """.card { font-family: arial; font-size: 20px; line-height: 1.5; text-align: center; }
.cloze { font-weight: bold; color: blue; }
"""
_BACK = "{{FrontSide}}\n\n<hr id=answer>\n\n"
_MAX_NAME_CHARS = 200

# The names in all languages that Anki had in 2026.
_BASIC_NAMES = (
    "Basic", "Basies", "Bàsica", "Grundlæggende", "Einfach", "Põhimudel", "Básico", "Baza", "Oinarrizkoa",
    "Basique", "Bunúsach", "Básica", "Osnovna", "Basilare", "Elementari", "Alap", "Basis", "Grunnleggende",
    "Oddiy", "Podstawowy", "Простая", "De bază", "Základný", "Perusmalli", "Grundläggande", "Cơ bản", "Temel",
    "sampu", "Základní", "Βασικό", "Базавая", "Основен", "Үндсэн", "Основно", "Базовий", "Қарапайым",
    "Հիմնական", "עיקרדיק", "בסיסי", "ئاساسى", "أساسي", "ମୌଳିକ", "พื้นฐาน", "基本", "问答题", "基本型",
)  # fmt: skip
_REVERSED_NAMES = (
    "Basic (and reversed card)", "Basiese (en omgekeerde kaart)", "Bàsica (i targeta inversa)",
    "Grundlæggende (og kort baglæns)",
    "Einfach (und die umgekehrte Richtung)", "Básico (y tarjeta invertida)",
    "Baza (en ambaŭ direktoj)", "Oinarrizko (eta alderantzizko karta)", "Généralités (deux sens)",
    "Bunúsach (le malairt an chárta)", "Básica (e tarxeta invertida)", "Osnovna (i obratna kartica)",
    "Basilare (e carta inversa)", "Generalitats (dos senses)", "Alap (mindkét irányban)",
    "Basis (en omgekeerde kaart)", "Oddiy (va teskari karta)", "Podstawowy (z odwrotną kartą)",
    "Básico (e ficha invertida)", "Básico (e cartão invertido)", "Простая (с обратной карточкой)",
    "De bază (și cu card întors)", "Základný (plus obrátená karta)", "Osnovna (in obrnjena kartica)",
    "Perusmalli (ja käänteinen kortti)", "Bas (och omvänt kort)", "Cơ bản (với thẻ ngược)",
    "Temel (ve ters kart)", "Základní (plus obrácená karta)", "Βασική (και αντεστραμμένη κάρτα)",
    "Базавая (з адваротнай карткай)", "Основна (и обърната карта)", "Основна (и обратне карте)",
    "Базовий (зі зворотною карткою)", "Қарапайым (және кері карта)", "Հիմնական (+ հետադարձ քարտերը)",
    "עיקרדיק (און פֿאַרקערט קאַרטל)", "בסיסי (וכרטיס הופכי)", "ئاساسى (ئۆرۈلىدىغان كارتا)",
    "أساسي (وبطاقة معكوسة)", "ମୌଳିକ (ଏବଂ ଓଲଟା ପତ୍ର)", "พื้นฐาน (และการ์ดแบบกลับด้าน)",
    "基本 (表面と裏面を反転したカードも作成)", "问答题（附翻转卡片）", "基本型（含反向卡片）",
)  # fmt: skip
_OPTIONAL_NAMES = (
    "Basic (optional reversed card)", "Basiese (opsioneel omgekeerde kaart)",
    "Bàsica (targeta inversa opcional)", "Grundlæggende (valgfrit med kort baglæns)",
    "Einfach (und wahlweise die umgekehrte Richtung)", "Básico (tarjeta invertida opcional)",
    "Baza (en unu aŭ ambaŭ direktoj)", "Oinarrizko( aukerako alderantzizko karta)",
    "Basique (carte inversée optionnelle)", "Bunúsach (le malairt an chárta mar rogha)",
    "Básica (tarxeta invertida opcional)", "Osnovna (obratna kartica po volji)",
    "Basilare (carta inversa opzionale)", "Generalitats (convèrsa facultativa)",
    "Alap (egyik vagy mindkét irányban)", "Basis (omgekeerde kaart optioneel)",
    "Oddiy (va ixtiyoriy teskari karta)", "Podstawowy (z opcjonalną odwrotną kartą)",
    "Básico (ficha invertida opcional)", "Básico (cartão invertido opcional)",
    "Простая (с обратной по выбору)",
    "De bază (opțional cu card întors)", "Základný (plus voliteľná obrátená karta)",
    "Osnovna (in izbirno obrnjena kartica)", "Perusmalli (valinnainen käänteinen kortti)",
    "Bas (valbart omvänt kort)", "Cơ bản (thẻ ngược tùy chọn)", "Temel (seçimli ters kart)",
    "Základní (plus volitelná obrácená karta)", "Βασική (κατ'επιλογή αντεστραμμένη κάρτα)",
    "Базавая (з неабавязковай адваротнай карткай)", "Основна (+ обърната карта по избор)",
    "Основна (обратне по избору)", "Базовий (з необов'язковою зворотною карткою)",
    "Қарапайым (қосымша кері карта)", "Հիմնական (հետադարձը ըստ ընտրության)",
    "עיקרדיק (ברירהדיק פֿאַרקערט קאַרטל)", "בסיסי (כרטיס הופכי אופציונלי)",
    "ئاساسى (تاللاشچان ئۆرۈلىدىغان كارتا)", "أساسي (وبطاقة معكوسة اختيارية)", "ମୌଳିକ (ବୈକଲ୍ପିକ ଓଲଟା ପତ୍ର)",
    "基本 (任意で反転カードを作成)", "问答题（可选附翻转卡片）", "基本型（選擇性反向卡片）",
)  # fmt: skip
_CLOZE_NAMES = (
    "Cloze", "Text amb buits", "Lückentext", "Respuesta anidada", "Truteksto", "hutsuneak betetzea",
    "Texte à trous", "Iomlánú", "Oco", "Nadopunjavanje teksta", "Tèxte amb traucs", "Lyukas szöveg",
    "Boʻshliqni toʻldirish", "Luka", "Omissão de Palavras", "Задание с пропусками", "Test cu cuvinte lipsă",
    "Doplňovačka", "Zapora podatka", "Aukkotehtävä", "Lucktext", "Điền chỗ trống", "Boşluklu", "mipri cipra",
    "Κλείσιμο", "З прабеламі", "Пропусти", "Закритий текст", "Саңылау толтыру", "Բացթողումներ", "שפּאַלט",
    "השלם את החסר", "بوش ئورۇن تولدۇرۇش", "ملء فراغات", "କ୍ଲୋଜ୍", "เติมคำ", "穴埋め問題", "填空题", "克漏字",
)  # fmt: skip


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


_REVERSED = frozenset(map(_fold, _REVERSED_NAMES))
_OPTIONAL = frozenset(map(_fold, _OPTIONAL_NAMES))
_CLOZE = frozenset(map(_fold, _CLOZE_NAMES))
_BASIC = frozenset(map(_fold, _BASIC_NAMES))


def is_cloze_name(name: str) -> bool:
    """Return whether Anki gives this name to the type of notes with gaps, in any language."""
    return _fold(name) in _CLOZE


def count_fields(name: str) -> int | None:
    """Return the number of fields that Anki's type of this name has; None for a name of the user's own."""
    folded = _fold(name)
    if folded in _OPTIONAL:
        return 3
    # Types whose answer is typed are named as Basic with words in brackets.
    is_stock = folded in _BASIC | _REVERSED | _CLOZE or folded.partition(" (")[0] in _BASIC
    return 2 if is_stock else None


def is_paired_name(name: str) -> bool:
    """Return whether Anki gives this name, in any language, to a type whose notes ask in both directions."""
    return _fold(name) in _REVERSED | _OPTIONAL


@lru_cache(maxsize=256)  # a file has few types and many notes
def build_type(name: str, *, fields: int, is_cloze: bool) -> NoteType:
    """Return a note type of this name for notes of so many fields.

    Its templates are those of Anki's type of this name; of an unknown one the first field asks for all.
    """
    if is_cloze:
        return _build(
            3, name or "Cloze", _name_fields(("Text", "Back Extra"), fields), _list_cloze_templates(fields)
        )
    folded = _fold(name)
    if folded in _REVERSED and fields >= 2:
        names = _name_fields(("Front", "Back"), fields)
        return _build(
            1, name, names, (("Card 1", "Front", names[1:]), ("Card 2", "Back", ("Front", *names[2:])))
        )
    if folded in _OPTIONAL and fields >= 3:
        names = _name_fields(("Front", "Back", "Add Reverse"), fields)
        reverse = ("Card 2", "#Add Reverse", ("Front",))
        return _build(2, name, names, (("Card 1", "Front", ("Back", *names[3:])), reverse))
    names = _name_fields(("Front", "Back"), max(fields, 2))
    return _build(0, name or "Basic", names, (("Card 1", "Front", names[1:]),))


def _name_fields(names: tuple[str, ...], number: int) -> tuple[str, ...]:
    more = tuple(f"Field {position}" for position in range(len(names) + 1, number + 1))
    return (*names, *more)


def _list_cloze_templates(fields: int) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return (("Cloze", "cloze:Text", _name_fields(("Text", "Back Extra"), fields)[1:]),)


def _build(
    kind: int,
    name: str,
    fields: tuple[str, ...],
    templates: tuple[tuple[str, str, tuple[str, ...]], ...],
) -> NoteType:
    """Return the type; templates are a name, the field of the front, and the fields of the back."""
    number = 1735689600010 + kind
    return check_type(
        NoteType(
            id=str(number),
            anki_id=number,
            name=name[:_MAX_NAME_CHARS],
            cloze=kind == 3,
            fields=tuple(FieldType(name=each) for each in fields),
            templates=tuple(_build_template(*each) for each in templates),
            css=_CSS,
        )
    )


def _build_template(name: str, front: str, back: tuple[str, ...]) -> CardTemplate:
    question = "{{#Add Reverse}}{{Back}}{{/Add Reverse}}" if front == "#Add Reverse" else f"{{{{{front}}}}}"
    answer = f"{{{{{front}}}}}<br>\n" if front.startswith("cloze:") else _BACK
    filled = "".join(f"{{{{#{each}}}}}<br>{{{{{each}}}}}{{{{/{each}}}}}" for each in back[1:])
    return CardTemplate(name=name, question=question, answer=f"{answer}{{{{{back[0]}}}}}{filled}")
