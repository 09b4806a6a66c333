"""`edit/canonical.py`: the order of keys, and the text of a new file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.document import parse_document
from reconciler.edit.canonical import order_of, spec_of, text_of
from reconciler.kinds import KINDS
from reconciler.kinds.base import Level

CAMPAIGN = "desired/campaigns/acme-sg/spring.yaml"
FILES = (
    "desired/project.yaml",
    "desired/accounts/acme-sg.yaml",
    "desired/templates/sale.yaml",
    CAMPAIGN,
    "desired/audiences/acme-sg/visitors.yaml",
    "desired/lead_forms/acme-sg/quote.yaml",
)

keys = st.sampled_from("name ads ad raw targeting lifecycle status hero x-1 yes questions defaults countries".split())
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=20)
AWKWARD = """\
yes|1e3|00123|0x1f||~|- a|a: b|a #b|a\\nb|🎉 Sale|“Save”|2026-12-01 09:00|50.00 SGD|12:30|1%|24h|2026-12-01|[x]|it's
say "x"|a\\b|12 days|https://acme.example/?a=b#c|x:|% off|100 % off|a, b|{{campaign.id}}|a\tb|…|1_000|.5|? a|!a|&a|@a\
"""
awkward = st.sampled_from([*re.split(r"[|\n]", AWKWARD), "a\nb\n", "a\n\n b", "\n", "a\n\n\n", "a \nb", " a\nb"])
scalars = texts | awkward | st.booleans() | st.integers(-(10**9), 10**9) | st.none()
trees = st.dictionaries(
    keys,
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)),
    min_size=1,
    max_size=6,
)


@given(st.sampled_from(FILES), trees)
def test_a_new_file_says_what_it_was_made_of(file: str, tree: dict[str, Any]) -> None:
    assert parse_document(text_of(file, tree), file).data == tree


def test_a_new_file_is_written_as_the_docs_write_it() -> None:
    tree = {
        "lifecycle": {"protect": True},
        "ads": {"hero": {"page": "1029384756", "headline": "Save 30%", "primary_text": "Shop.\n\nNow.\n"}},
        "targeting": {"age_min": 21, "geo_locations": {"countries": ["SG", "MY"]}},
        "activate_at": "2026-12-01 09:00",
        "daily_budget": "50.00 SGD",
        "name": "12.12 Flash | SG",
    }
    assert (
        text_of(CAMPAIGN, tree, head="Made for the docs.")
        == """\
# yaml-language-server: $schema=../../../schemas/campaign.schema.json
# Made for the docs.
name: 12.12 Flash | SG
daily_budget: 50.00 SGD
activate_at: 2026-12-01 09:00
targeting:
  age_min: 21
  geo_locations: {countries: [SG, MY]}
ads:
  hero:
    primary_text: |
      Shop.

      Now.
    headline: Save 30%
    page: "1029384756"
lifecycle: {protect: true}
"""
    )


@pytest.mark.parametrize("path", [(), ("ad_sets", "broad"), ("ad_sets", "broad", "ads", "hero"), ("ad",)])
def test_every_level_begins_with_its_name_and_ends_with_its_lifecycle(path: tuple[str, ...]) -> None:
    order = order_of(CAMPAIGN)(path)
    assert (order[0], order[-1]) == ("name", "lifecycle")


def test_keys_of_the_writer_and_of_meta_have_no_order() -> None:
    assert not any(order_of(CAMPAIGN)(path) for path in [("ads",), ("targeting",), ("ad_sets", "x", "ads"), ("raw",)])


def test_what_is_said_of_the_order_names_fields_that_there_are() -> None:
    known = {name for kind in KINDS.values() for name in kind.written.model_fields}
    assert {*Level.FIRST, *Level.LAST} <= known


def test_defaults_have_the_order_of_their_levels() -> None:
    assert spec_of("desired/project.yaml", ("defaults", "ad")) is KINDS["ad"].written
