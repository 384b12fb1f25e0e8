"""Gaps of cloze cards."""

from functions.assessments.generation.gate.cloze import (
    fill_gaps,
    find_gaps,
    has_gap_marks,
    hide_gaps,
    is_well_formed,
)


def test_gaps_are_found_filled_and_hidden() -> None:
    question = "Water is {{c1::H2O}} and boils at {{c2::100::a number}} degrees."
    assert find_gaps(question) == ["H2O", "100"]
    assert fill_gaps(question) == "Water is H2O and boils at 100 degrees."
    assert "a number" in hide_gaps(question)
    assert "H2O" not in hide_gaps(question)
    assert is_well_formed(question)
    assert has_gap_marks("a {{ c1: b")
    assert not has_gap_marks("std::map<int, int> x{};")
