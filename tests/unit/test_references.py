"""What is taken for a reference to something declared, among the texts beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.ref import address_in, is_ref, references, versioned

FORM = Address.parse("acme-sg/lead_form:quote")


@pytest.mark.parametrize("reference", [str(FORM), versioned(FORM, "1f2e"), "business:acme/audience:site-visitors"])
def test_an_address_beside_a_campaign_is_a_reference(reference: str) -> None:
    assert is_ref(reference)


@pytest.mark.parametrize(
    "text", ["/:", "Cars / SUVs: luxury", "a/b/c:d", "https://acme.example/x:y", "12/34: 56", "a/B:c", "120200"]
)
def test_another_text_is_none(text: str) -> None:
    assert list(references({"interests": [{"name": text}]})) == []


@given(st.text(alphabet="ab1-_/:@ ", max_size=20) | st.text())
def test_every_reference_is_to_an_address(text: str) -> None:
    assert not is_ref(text) or str(address_in(text)) == text.partition("@")[0]
