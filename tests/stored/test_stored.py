"""Stored models against the samples of all their forms."""

from typing import Any

import pytest

from infra.collections import find_owner, list_collections
from shared.store import Document
from shared.store.documents import dump_document, load_document, upgrade_fields
from tests.stored.builder import describe_shape
from tests.stored.samples import FOLDER, Sample, find_models, name_folder, read_samples

MODELS = find_models()
SAMPLES = [(folder, sample) for folder in MODELS for sample in read_samples(folder)]


@pytest.mark.parametrize(("folder", "sample"), SAMPLES, ids=lambda value: getattr(value, "file", value))
def test_what_was_stored_once_can_be_read_and_is_saved_whole(folder: str, sample: Sample) -> None:
    model = MODELS[folder]
    document = load_document(model, f"{folder}/one", sample.fields)
    saved = dump_document(document)
    assert load_document(model, f"{folder}/one", saved) == document
    assert select_known(saved, upgrade_fields(model, sample.fields)) == upgrade_fields(model, sample.fields)


def select_known(saved: Any, known: Any) -> Any:
    """Return what was saved without the fields, at every depth, that the known ones lack."""
    if isinstance(saved, dict) and isinstance(known, dict):
        return {name: select_known(saved[name], value) for name, value in known.items() if name in saved}
    if isinstance(saved, list) and isinstance(known, list) and len(saved) == len(known):
        return [select_known(*pair) for pair in zip(saved, known, strict=True)]
    return saved


@pytest.mark.parametrize(("folder", "model"), MODELS.items(), ids=MODELS)
def test_the_newest_sample_has_the_shape_that_is_stored_today(folder: str, model: type[Document]) -> None:
    samples = read_samples(folder)
    assert samples, f"{model.__name__} is stored and has no sample: run `python -m tests.stored`"
    assert (samples[-1].shape, samples[-1].version) == (describe_shape(model), model.schema_version), (
        f"{model.__name__} is stored in another shape than its newest sample. If older fields keep their"
        " meaning, run `python -m tests.stored`; else raise its `schema_version` and add an upgrade first"
        " (docs/architecture.md, How to change a stored model)"
    )


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_an_upgrade_leads_from_each_version_to_the_next(model: type[Document]) -> None:
    assert sorted(model.upgrades) == list(range(1, model.schema_version))


def test_every_folder_of_samples_belongs_to_a_stored_model() -> None:
    assert sorted(folder.name for folder in FOLDER.iterdir()) == sorted(MODELS)


def test_every_document_has_one_owner() -> None:
    for each in list_collections():
        path = f"{each.template.replace('{', '').replace('}', '')}/{each.only or 'one'}"
        owners = [other for other in list_collections() if not other.view and other.holds(path)]
        assert [find_owner(path, list_collections())] == owners, (
            f"{name_folder(each)}: several models want to own {path}"
        )


def test_a_view_has_the_version_of_the_documents_it_reads() -> None:
    views = [each for each in list_collections() if each.view]
    owners = {each.template: each.model for each in list_collections() if not each.view}
    assert [
        each.template for each in views if each.model.schema_version != owners[each.template].schema_version
    ] == []
