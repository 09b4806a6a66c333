from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds.creative.creative import CREATIVE_FIELDS, creative_name
from reconciler.kinds.creative.image import image_file_name
from reconciler.kinds.creative.video import video_title
from reconciler.kinds.field_types import KEY_PATTERN
from reconciler.kinds.identity import (
    content_name,
    creative_digest,
    digest_in,
    label,
    media_digest,
    media_path,
    media_value,
    project_prefix,
)
from reconciler.model.address import LEVELS, Address

keys = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,12}", fullmatch=True)
addresses = st.lists(keys, min_size=2, max_size=4).map(lambda steps: Address.of(*steps))
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
DIGEST = hashlib.sha256(b"content").hexdigest()


LABELS = {
    "acme-sg/spring-sale": "reconciler:acme:e0b30677b74214a0",
    "acme-sg/spring-sale/main": "reconciler:acme:07f0286e02af0fe9",
    "acme-sg/spring-sale/main/hero": "reconciler:acme:2efee1dbbc2b57a5",
}
"""Objects at Meta are recognised by these labels. With another digest the tool would no longer know what runs, and
would create it a second time."""


@pytest.mark.parametrize(("text", "expected"), LABELS.items())
def test_the_label_of_an_address_is_what_it_has_always_been(text: str, expected: str) -> None:
    assert label("acme", Address.parse(text)) == expected


TYPED = [("acme-sg/audience:buyers", "audience", "buyers"), ("business:acme/catalog:main", "catalog", "main")]


@pytest.mark.parametrize(("text", "kind", "key"), TYPED)
def test_what_stands_beside_campaigns_has_its_kind_in_its_address(text: str, kind: str, key: str) -> None:
    address = Address.parse(text)
    assert (str(address), address.kind, address.key) == (text, kind, key)
    assert (address.parent, address.root) == (None, address)
    assert str(address.scope) == text.split("/", maxsplit=1)[0]


@given(st.sampled_from([*LEVELS, "audience", "lead_form"]), st.from_regex("[0-9]{1,15}", fullmatch=True))
def test_an_orphan_has_an_address_of_its_kind_that_no_file_can_have(kind: str, object_id: str) -> None:
    address = Address.of_orphan("acme-sg", kind, object_id)
    assert (address.kind, address.is_orphan, address.key) == (kind, True, f"#{object_id}")
    assert not re.fullmatch(KEY_PATTERN, address.key)


def test_the_label_is_the_project_and_sixteen_digits_of_the_address() -> None:
    expected = hashlib.sha256(b"acme-sg/spring/main").hexdigest()[:16]
    assert label("acme", Address.of("acme-sg", "spring", "main")) == f"reconciler:acme:{expected}"


@given(addresses, addresses)
def test_two_addresses_have_two_labels(one: Address, other: Address) -> None:
    assert (label("acme", one) == label("acme", other)) == (one == other)


@given(addresses)
def test_a_label_starts_with_its_project_and_with_no_other(address: Address) -> None:
    assert label("acme", address).startswith(project_prefix("acme"))
    assert not label("acme-agency", address).startswith(project_prefix("acme"))


@given(addresses)
def test_an_address_reads_back_from_its_text(address: Address) -> None:
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "one", "a//b", "/a/b", "a/b/", "a/b/c/d/e", "a/b:c/d", "a/:c", "a/b:", "a/b/c:d"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write account/campaign"):
        Address.parse(text)


@given(st.text(max_size=300), digests, st.sampled_from([100, 255]))
def test_a_content_name_holds_the_whole_digest_within_the_limit(title: str, digest: str, limit: int) -> None:
    name = content_name(title, digest, limit)
    assert len(name) <= limit
    assert name.endswith(digest)


@given(st.text(alphabet=st.characters(exclude_characters="0123456789abcdef"), max_size=80), digests)
def test_the_digest_is_found_in_a_name_that_meta_has_added_to(title: str, digest: str) -> None:
    assert digest_in(f"{creative_name(title, {})} 2026-07-08-34f3")
    assert digest_in(f"{content_name(title, digest, 100)} 2026-07-08-34f39bd1") == digest
    assert digest_in(video_title(title, digest)) == digest
    assert digest_in(image_file_name(f"{title}.PNG", digest)) == digest


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Spring Sale", id="no digest"),
        pytest.param(DIGEST[:63], id="a digit short"),
        pytest.param(DIGEST + "0", id="a digit too many"),
        pytest.param(DIGEST.upper(), id="capitals are not ours"),
        pytest.param("", id="empty"),
    ],
)
def test_a_name_without_a_whole_digest_has_none(name: str) -> None:
    assert digest_in(name) == ""


def test_an_image_name_keeps_its_suffix_in_small_letters() -> None:
    assert image_file_name("spring/Hero.JPG", DIGEST) == f"{DIGEST}.jpg"


@given(st.text(min_size=1, max_size=50), digests)
def test_a_media_value_gives_back_path_and_digest(path: str, digest: str) -> None:
    value = media_value(path, digest)
    assert (media_path(value), media_digest(value)) == (path, digest)


contents = st.dictionaries(
    st.sampled_from([*CREATIVE_FIELDS, "x"]), st.one_of(st.none(), st.text(max_size=8)), max_size=6
)


@given(contents)
def test_a_creative_is_the_same_whatever_the_order_of_its_fields_and_whatever_is_unset(
    content: dict[str, str | None],
) -> None:
    turned = dict(reversed([(k, v) for k, v in content.items() if v is not None]))
    assert creative_digest(turned) == creative_digest(content)


@given(digests, st.text(max_size=20), st.text(max_size=20), st.sampled_from(["video", "thumbnail", "image"]))
def test_moving_a_media_file_makes_no_new_creative(digest: str, one: str, other: str, field: str) -> None:
    assert creative_digest({field: media_value(one, digest)}) == creative_digest({field: media_value(other, digest)})


@pytest.mark.parametrize("field", CREATIVE_FIELDS)
def test_every_field_of_a_creative_counts(field: str) -> None:
    assert creative_digest({field: "a@sha256:one"}) != creative_digest({field: "a@sha256:two"})
