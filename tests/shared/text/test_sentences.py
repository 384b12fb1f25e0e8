"""Sentences, by rules and by pysbd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.sentences import ends_sentence, segment_sentences, split_sentences

TEXT = "Cells need energy, e.g. from sugar. Dr. Mill (b. 1920) found ATP! “Why?” Nobody knew."
SENTENCES = ["Cells need energy, e.g. from sugar.", "Dr. Mill (b. 1920) found ATP!", "“Why?”", "Nobody knew."]


def test_abbreviations_end_no_sentence() -> None:
    assert split_sentences(TEXT) == SENTENCES
    assert split_sentences("Vgl. z.B. Abb. 3. Die Zelle lebt.") == ["Vgl. z.B. Abb. 3.", "Die Zelle lebt."]


def test_pysbd_knows_more_abbreviations() -> None:
    text = "The U.S. District Court ruled. It was 1972."
    assert [part.strip() for part in segment_sentences(text, "en")] == [
        "The U.S. District Court ruled.",
        "It was 1972.",
    ]
    assert [part.strip() for part in segment_sentences("Eins. Zwei.", "tlh")] == ["Eins.", "Zwei."]


def test_sentences_end_where_readers_think_they_do() -> None:
    text = 'Dr. Hopper said "Stop!" Then, e.g. Python (cf. Fig. 3) ran. Was it 3.5 s? Yes… J. Smith agrees.'

    assert split_sentences(text) == [
        'Dr. Hopper said "Stop!"',
        "Then, e.g. Python (cf. Fig. 3) ran.",
        "Was it 3.5 s?",
        "Yes…",
        "J. Smith agrees.",
    ]


@given(st.text(max_size=300) | st.text('aA .!?"', max_size=80))
def test_nothing_but_spaces_is_lost(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "ends"), [("Yes.", True), ("He said “no!”", True), ("Three kinds:", True), ("a cell", False)]
)
def test_the_end_of_a_sentence_shows_in_its_last_sign(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends
