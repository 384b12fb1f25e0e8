"""User names by RFC 8265 (PRECIS), and their comparison."""

import hashlib
import re
import unicodedata

MIN_NAME_CHARS, MAX_NAME_CHARS = 3, 50

_MAX_MARKS_IN_A_ROW = 4
_ASCII_SIGNS = frozenset("@._+-")
_WITHOUT_JOINERS = str.maketrans("", "", "\u200c\u200d")
_WORD = re.compile(r"[^@._+\-\d]+")
_LOOKALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})


def prepare_username(name: str) -> str:
    """Return a user name in NFC. Raises ValueError for what is none.

    A name consists of 3-50 letters with their marks, digits and the characters @._+-. Judged in NFKC by
    `UsernameCasePreserved`: no invisible characters, joiners only where a script needs them, no mixture of
    directions. Nor may one word mix scripts whose letters look alike.
    """
    from precis_i18n import get_profile

    prepared = unicodedata.normalize("NFC", name)
    try:
        judged = get_profile("UsernameCasePreserved").enforce(unicodedata.normalize("NFKC", name))
    except UnicodeEncodeError:
        raise ValueError("not a user name by RFC 8265") from None
    if not (MIN_NAME_CHARS <= len(prepared) <= MAX_NAME_CHARS):
        raise ValueError("not of 3-50 characters")
    if not all(char.isalnum() or char in _ASCII_SIGNS or not char.isascii() for char in judged):
        raise ValueError("a sign that no user name may have")
    if _has_stray_marks(judged) or any(map(_mixes_scripts, _WORD.findall(judged))):
        raise ValueError("looks like another name")
    return prepared


def is_username(name: str) -> bool:
    """Tell whether a name may be a user name."""
    try:
        prepare_username(name)
    except ValueError:
        return False
    return True


def fold_name(name: str) -> str:
    """Fold a name for comparison, ignoring case, joiners, and Unicode variants of one character."""
    plain = unicodedata.normalize("NFKC", name.strip()).translate(_WITHOUT_JOINERS)
    return unicodedata.normalize("NFKC", plain.casefold())


def hash_name(name: str) -> str:
    """Hash the folded name; the hash is the id of its documents."""
    return hashlib.sha256(fold_name(name).encode()).hexdigest()


def _has_stray_marks(name: str) -> bool:
    """Tell whether marks stand at the beginning, or are heaped on one letter."""
    marks = "".join("M" if unicodedata.category(char).startswith("M") else "-" for char in name)
    return marks.startswith("M") or "M" * (_MAX_MARKS_IN_A_ROW + 1) in marks


def _mixes_scripts(word: str) -> bool:
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word}
    return len(scripts & _LOOKALIKE_SCRIPTS) > 1
