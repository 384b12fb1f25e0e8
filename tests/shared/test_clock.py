"""Derived ids are those of RFC 9562, as they are stored since the first version."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shared.clock import derive_id


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_derived_id_is_a_uuid_of_version_5(parts: list[str]) -> None:
    assert derive_id(*parts) == str(uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join(parts)))
