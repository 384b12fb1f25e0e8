import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.folding import find_quote, fold_text, fold_with_spans

MARKED = st.text(
    alphabet="ab A-\n\t“”’—\u00ad\u200b\u0301\u00a0\ufb01e\u1100\u1161\u11a8\uff76\uff9e½…", max_size=40
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \n\t b\u00a0c ", "a b c"),
        ("“Don’t” – he said…", '"Don\'t" - he said...'),
        ("soft\u00adhyphen zero\u200bwidth bidi\u202e", "softhyphen zerowidth bidi"),
        ("ﬁnal ﬂow", "final flow"),
        ("cafe\u0301", "café"),
        ("\uff76\uff9e", "ガ"),
        ("KEEP Case", "KEEP Case"),
    ],
)
def test_typography_is_folded(text: str, expected: str) -> None:
    assert fold_text(text) == expected


@pytest.mark.parametrize(
    ("quote", "source", "found"),
    [
        ("the information", "All the infor-\nmation here", "the infor-\nmation"),
        ("well-known fact", "A well-\nknown fact.", "well-\nknown fact"),
        ('"a b c"', "x a b c y", "a b c"),
        ("café", "The cafe\u0301 is open", "cafe\u0301"),
        ("cat", "concatenate the cat", "cat"),
        ("cat", "concatenate", None),
        ("水は", "それは水は青い", "水は"),
        ("Text", "text", None),
        ("", "text", None),
    ],
)
def test_a_quote_is_found_however_it_was_typed(quote: str, source: str, found: str | None) -> None:
    assert find_quote(quote, source) == found


@given(MARKED)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@given(MARKED)
def test_each_character_has_the_span_of_its_source(text: str) -> None:
    result = fold_with_spans(text)
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(result.starts, result.ends, strict=True))
    assert list(result.starts) == sorted(result.starts)


@given(MARKED, MARKED, MARKED)
def test_a_found_quote_folds_to_a_part_of_the_folded_source(before: str, quote: str, after: str) -> None:
    source = before + quote + after
    found = find_quote(quote, source)
    if found is not None:
        assert found in source
        assert fold_text(found) in fold_text(source)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_searched_without_an_error(quote: str, source: str) -> None:
    found = find_quote(quote, source)
    assert found is None or fold_text(found) in fold_text(source)
