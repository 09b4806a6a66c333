"""The digest of JSON values."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.values import sha256_of, sha256_of_each

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=4))
def test_a_list_has_the_digest_of_its_values_one_after_the_other(values: list[Any]) -> None:
    assert sha256_of_each(iter(values)) == sha256_of(values)
