from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from reconciler.meta.form import form

TEXTS = st.text(st.characters(codec="utf-8")) | st.text("%+ &=~é😀\0", max_size=8)


@given(st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_a_form_is_that_of_the_standard_library(fields: dict[str, str]) -> None:
    assert form(fields) == urlencode(fields)


@given(TEXTS)
def test_so_is_a_form_within_a_form(text: str) -> None:
    assert form({"batch": form({"name": text})}) == urlencode({"batch": urlencode({"name": text})})
