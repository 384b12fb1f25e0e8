"""The table of faults fits the sources of today; `make mutants` tries what it holds."""

import pytest

from tests.mutants.mutation import ROOT, Mutation, NotApplicable, mutate
from tests.mutants.table import MUTATIONS


def test_every_fault_can_be_put_into_its_file() -> None:
    problems = []
    for mutation in MUTATIONS:
        source = (ROOT / mutation.file).read_text(encoding="utf-8")
        try:
            assert mutate(mutation, source) != source, mutation
        except NotApplicable as problem:
            problems.append(str(problem))
    assert problems == [], "write the faults of tests/mutants/table anew for the changed sources"


def test_every_fault_is_of_the_product_and_has_tests_that_exist() -> None:
    for mutation in MUTATIONS:
        assert mutation.file.startswith(("functions/", "shared/"))
        assert mutation.tests
        for path in mutation.tests:
            file, _, test = path.partition("::")
            assert (ROOT / file).exists(), path
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8") if test else True, path


def test_no_fault_stands_twice() -> None:
    assert len({(each.file, each.text, each.replacement) for each in MUTATIONS}) == len(MUTATIONS)
    assert len(MUTATIONS) >= 60


@pytest.mark.parametrize(("text", "replacement"), [("b", "c"), ("a", "c"), ("d = 1", "d =")])
def test_a_text_that_is_missing_repeated_or_broken_is_told(text: str, replacement: str) -> None:
    fault = Mutation("module.py", text, replacement, "nothing works", ["tests"])
    with pytest.raises(NotApplicable, match=r"module\.py"):
        mutate(fault, "a = a\nd = 1\n")
