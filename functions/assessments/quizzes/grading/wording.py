"""Matching short answers by their words, however they are typed."""

from collections.abc import Callable, Iterable, Sequence

from functions.assessments.quizzes.grading.slips import is_slip
from functions.assessments.quizzes.grading.spelling import is_same_word
from functions.assessments.quizzes.grading.tokens import split_answer

IsTerm = Callable[[str], bool]
Tokens = Sequence[str]

_ARTICLES = frozenset(
    {
        "a", "an", "the", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el", "los",
        "las", "una", "il", "lo", "gli", "o", "os", "as", "um", "uma",
    }
)  # fmt: skip
# After these, a and o are letters: blood group A positive, A minor.
_LETTERED = frozenset({"positive", "negative", "minor", "major", "flat", "sharp", "antigen", "level"})

_MIN_LETTERS_FOR_TWO_SLIPS = 16
_MIN_LETTERS_TO_JOIN = 8
_MIN_LETTERS_OF_PART = 3
_FORMULAS = frozenset({"co", "hf", "cs", "po", "sc"})  # CO is no Co


def matches_any(answer: str, accepted: Iterable[str], *, is_term: IsTerm = lambda _: False) -> bool:
    """Return whether the answer is one of those accepted.

    Ignores case, punctuation, spaces beside signs, an article at the beginning, and accents and spellings
    that make no other word. Forgives a slip inside a long word, in long answers in two of them, unless the
    typed word is a term that the learner is asked to tell from it (`is_term`).
    """
    tokens = _drop_article(split_answer(answer))
    return bool(tokens) and any(
        _is_same(tokens, _drop_article(split_answer(each)), is_term) for each in accepted
    )


def has_word(text: str, word: str) -> bool:
    """Return whether the text has the word, in any case."""
    return word in text.casefold() and word in map(str.casefold, split_answer(text))


def _drop_article(tokens: Tokens) -> Tokens:
    match [token.casefold() for token in tokens[:2]]:
        case [article, word] if article in _ARTICLES:
            return tokens if len(article) == 1 and word in _LETTERED else tokens[1:]
        case _:
            return tokens


def _is_same(typed: Tokens, accepted: Tokens, is_term: IsTerm) -> bool:
    if len(typed) != len(accepted):
        return _is_same_formula(typed, accepted) or _is_joined(typed, accepted)
    slips = 0
    for position, (one, other) in enumerate(zip(typed, accepted, strict=True)):
        if _is_same_token(one, other, after_number=position > 0 and accepted[position - 1][0].isdigit()):
            continue
        word = one.casefold()
        if not is_slip(word, other.casefold()) or is_term(word):
            return _is_same_formula(typed, accepted)
        slips += 1
    return slips <= (2 if sum(map(len, accepted)) >= _MIN_LETTERS_FOR_TWO_SLIPS else 1)


def _is_same_token(typed: str, accepted: str, *, after_number: bool) -> bool:
    if typed == accepted:
        return True
    if not (typed[0].isalpha() and accepted[0].isalpha()):
        return False
    if _differs_by_case(typed, accepted, after_number=after_number):
        return False
    return is_same_word(typed.casefold(), accepted.casefold())


def _differs_by_case(typed: str, accepted: str, *, after_number: bool) -> bool:
    """Return whether two words of the same letters differ: genotypes, CO and Co, units such as mW and MW."""
    folded = accepted.casefold()
    if typed.casefold() != folded:
        return False
    if len(set(folded)) == 1 and any(not each.islower() and not each.isupper() for each in (typed, accepted)):
        return True
    if folded in _FORMULAS and typed[0].isupper() and accepted[0].isupper():
        return True
    return after_number and folded[0] == "m" and typed[0] != accepted[0]


def _is_same_formula(typed: Tokens, accepted: Tokens) -> bool:
    """Return whether they differ only in the marks of raised and lowered digits, which one of them lacks."""
    plain, other = _drop_script_marks(typed), _drop_script_marks(accepted)
    if len(plain) != len(other) or (len(plain), len(other)) == (len(typed), len(accepted)):
        return False
    if len(plain) < len(typed) and len(other) < len(accepted):
        return False
    return all(_is_same_token(*pair, after_number=False) for pair in zip(plain, other, strict=True))


def _drop_script_marks(tokens: Tokens) -> Tokens:
    """Drop each _, and each ^ that does not follow a plain number: 10^3 is not 103."""
    return [
        part
        for position, part in enumerate(tokens)
        if part != "_" and not (part == "^" and _can_raise(tokens[:position]))
    ]


def _can_raise(before: Tokens) -> bool:
    return bool(before) and (not before[-1][0].isdigit() or "_" in before[-2:-1])


def _is_joined(typed: Tokens, accepted: Tokens) -> bool:
    """Return whether they differ only in spaces between longer parts of a word: photo synthesis."""
    parts, joined = [part.casefold() for part in (*typed, *accepted)], "".join(typed).casefold()
    if len(joined) < _MIN_LETTERS_TO_JOIN or "not" in parts:
        return False
    if any(not part.isalpha() or len(part) < _MIN_LETTERS_OF_PART for part in parts):
        return False
    return is_same_word(joined, "".join(accepted).casefold())
