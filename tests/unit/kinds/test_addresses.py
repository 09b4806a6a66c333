"""Which two texts are one web address."""

from __future__ import annotations

import pytest

from reconciler.kinds.addresses import same_address
from reconciler.kinds.structure import gaps

SAME = {
    "a host alone": ("https://acme.example", "https://acme.example/"),
    "with a query": ("https://acme.example?a=1", "https://acme.example/?a=1"),
    "small letters": ("HTTPS://ACME.example/A", "https://acme.example/A"),
    "as DNS writes it": ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
    "its port": ("https://acme.example:443/a", "https://acme.example/a"),
    "an escaped letter": ("https://acme.example/é?q=ü", "https://acme.example/%c3%a9?q=%C3%BC"),
}
OTHERS = {
    "a slash behind a path": ("https://acme.example/a", "https://acme.example/a/"),
    "letters of a path": ("https://acme.example/A", "https://acme.example/a"),
    "a scheme": ("https://acme.example/", "http://acme.example/"),
    "another port": ("https://acme.example:8443/", "https://acme.example/"),
    "www": ("https://www.acme.example/", "https://acme.example/"),
    "an escape that means something": ("https://acme.example/a%2Fb", "https://acme.example/a/b"),
    "a parameter": ("https://acme.example/?a=1", "https://acme.example/"),
    "no addresses": ("acme", "acme/"),
    "letters that IDNA of 2003 writes as others": ("https://straße.example/", "https://strasse.example/"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_leads_to_one_page_is_one_address(one: str, other: str) -> None:
    assert same_address(one, other) and same_address(other, one)
    link = [{"website_url": one}], [{"website_url": other}]
    assert not list(gaps(*link, "asset_feed_spec.link_urls"))


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS)
def test_what_may_lead_elsewhere_is_another(one: str, other: str) -> None:
    assert not same_address(one, other)
    assert list(gaps({"link": one}, {"link": other}, "template_url_spec"))
