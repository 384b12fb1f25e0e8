from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from functions.courses.tags.rules import count_changes, fold_name, remove_duplicates

IDS = st.lists(st.sampled_from("abcdef"), max_size=10)


def test_case_width_and_spacing_do_not_tell_tags_apart() -> None:
    assert fold_name(" Exam  Prep ") == fold_name("ＥＸＡＭ prep")
    assert remove_duplicates(["Exam", "exam", "loops", "EXAM"]) == ["Exam", "loops"]


@given(IDS, IDS)
def test_changes_lead_from_the_old_set_to_the_new(before: list[str], after: list[str]) -> None:
    counts = Counter(set(before))
    counts.update(count_changes(before, after))
    assert +counts == Counter(set(after))
