"""Words of scripts with and without spaces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.rules import build_search_term, list_search_terms
from functions.courses.courses.rules import build_search_term as build_course_term
from functions.courses.courses.rules import build_search_terms as build_course_terms
from shared.text.search import contains_words, split_words

# A text, and words that a reader finds within it.
FOUND = [
    ("什么是光合作用", ["光合作用", "作用", "光", "什么"]),
    ("中華民國憲法第一條", ["憲法", "民國", "第一條"]),
    ("植物の光合成とは何か", ["光合成", "植物", "何か", "とは"]),
    ("サーバーレスアーキテクチャ", ["アーキテクチャ", "ｻｰﾊﾞｰ", "レス"]),
    ("การสังเคราะห์แสงคืออะไร", ["แสง", "สังเคราะห์", "คืออะไร"]),
    ("น้ำแข็งละลายที่อุณหภูมิใด", ["น้ำ", "ละลาย", "อุณหภูมิ"]),
    ("ການສັງເຄາະແສງແມ່ນຫຍັງ", ["ແສງ", "ແມ່ນ"]),
    ("រស្មីសំយោគគឺជាអ្វី", ["សំយោគ", "អ្វី"]),
    ("အလင်းမှီစုဖွဲ့ခြင်းဆိုတာဘာလဲ", ["ဖွဲ့", "ဘာလဲ"]),
    ("འོད་སྦྱོར་ཞེས་པ་ཅི", ["སྦྱོར", "ཅི"]),
    ("광합성은 무엇인가", ["광합성", "광합", "합성", "무엇"]),
    ("한국고등학교 역사교과서", ["고등학교", "학교", "교과서", "역사"]),
    ("हिन्दी व्याकरण", ["हिन्दी", "हिन्", "व्याकरण"]),
    ("தமிழ் இலக்கணம்", ["தமிழ்", "இலக்க"]),
    ("قواعد اللُّغة العربيّة", ["اللغة", "العربية"]),
    ("דִּקְדּוּק עברי", ["דקדוק", "עברי"]),
    ("DNA复制与RNA转录", ["dna", "复制", "RNA", "转录", "DNA复制"]),
    ("2024年諾貝爾獎", ["2024", "諾貝爾", "2024年"]),
    ("Größe einer Übung", ["grosse", "ubung", "ein"]),
]
NOT_FOUND = [
    ("什么是光合作用", ["合光", "作用光", "光作"]),
    ("植物の光合成", ["光成", "成合"]),
    ("การสังเคราะห์แสง", ["แงส"]),
    ("광합성은 무엇인가", ["성합", "상"]),
    ("photosynthesis", ["synthesis", "hoto"]),
    ("हिन्दी", ["न्दी"]),
]


@pytest.mark.parametrize(("text", "words"), FOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_a_word_is_found_wherever_it_may_begin(text: str, words: list[str]) -> None:
    terms, course_terms = list_search_terms(text), build_course_terms(text)
    for word in words:
        for form in ("NFC", "NFD"):
            pieces = split_words(unicodedata.normalize(form, word))
            assert contains_words(text, pieces), word
            assert all(build_search_term(piece) in terms for piece in pieces), word
            assert build_course_term(unicodedata.normalize(form, word)) in course_terms, word


@pytest.mark.parametrize(("text", "words"), NOT_FOUND)
def test_letters_that_are_no_such_word_find_nothing(text: str, words: list[str]) -> None:
    for word in words:
        assert not contains_words(text, split_words(word)), word


_SCRIPTS = st.text(st.sampled_from("光合作用植物のとはแสงคือน้ำສຫගရ광합성한हिन्ABc é1 、。,_"), max_size=300)


@given(_SCRIPTS, st.integers(0, 300), st.integers(1, 12))
def test_terms_are_bounded_and_any_part_of_a_short_text_without_spaces_is_found(
    text: str, start: int, length: int
) -> None:
    terms = list_search_terms(text)
    assert len(terms) <= 400
    assert all(0 < len(term) <= 10 for term in terms)
    assert len(build_course_terms(text)) <= 400
    chinese = "".join(char for char in text if char in "光合作用植物のとは")[:100]
    part = chinese[start : start + length]
    if part:
        assert build_search_term(split_words(part)[0]) in list_search_terms(chinese)
        assert contains_words(chinese, split_words(part))


@given(st.text(max_size=100))
def test_words_have_no_spaces_and_splitting_them_again_changes_nothing(text: str) -> None:
    words = split_words(text)
    assert all(word and not word.isspace() for word in words)
    assert split_words(" ".join(words)) == words
