"""The OpenAPI document of the whole API: merged from the groups, then made fit for readers and generators."""

from typing import Any

from infra.openapi.descriptions import describe
from infra.openapi.merge import merge_public_groups
from infra.openapi.operations import complete_operations
from infra.openapi.schemas import clean_schemas
from shared.services import Services

__all__ = ["public_document"]


def public_document(services: Services) -> dict[str, Any]:
    """Describe every public group of the table. Raises ValueError where groups contradict each other."""
    document = merge_public_groups(services)
    complete_operations(document)
    clean_schemas(document)
    describe(document)
    return document
