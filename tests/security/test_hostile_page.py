"""The page that a client signs: whatever strangers write in names, copy, paths and errors stays text in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hostile import CORPUS
from hypothesis import given
from hypothesis import strategies as st
from support import values
from support.markup import Node, parsed
from support.values import AD, AD_SET, CAMPAIGN, NOW

from reconciler.engine.agenda import Run
from reconciler.model.plan import Action, Drift, Held, Refusal, Spend
from reconciler.model.preview import Medium, Preview, Showing
from reconciler.render.html.page import Sheet, page
from reconciler.render.review import About, review_of

TAGS = frozenset(
    """
    html head meta title style body svg defs image symbol use g line rect path text main header footer section article
    div p span h1 h2 h3 h4 dl dt dd ul li table caption thead tbody tr th td figure figcaption small b s a video del ins
    code details summary
    """.split()
)
ATTRIBUTES = frozenset(
    """
    aria-hidden aria-label charset class colspan content controls d data-head dir dx dy height href http-equiv id lang
    muted name overflow playsinline preload preserveaspectratio rel role rx scope src text-anchor viewbox width x x1 x2
    y y1 y2
    """.split()
)
PICTURE = Medium("a.png", "a" * 64, "image", 10, 10, 100, "1:1", "image/png", b"\x89PNG")


def sheet(text: str, *, after: str = "") -> Sheet:
    """A plan in which everything that a stranger may write is `text`."""
    path = Medium(text, "b" * 64, "video", 9, 16, 5_000_000, text, lacking=text)
    showing = Showing(text, text, text, "SHOP_NOW", f"https://acme.example/{after}", text, "", PICTURE, path)
    bare = Showing(text, text, text, text, text, text, "", path)
    ads = [Preview(AD, text, text, showing, shapes=frozenset({"feed", "story"})), Preview(AD, text, text, bare)]
    fields = {"name": text, "objective": text, "daily_budget": 5000, "pacing_type": [text]}
    plan = values.plan(
        [
            values.change(Action.CREATE, CAMPAIGN, after=fields),
            values.change(Action.CREATE, AD_SET, after={"name": text}),
        ],
        drift=(Drift(CAMPAIGN, "name", "x", text, actor=text, application=text, at=NOW),),
        refusals=(Refusal("conflict", "acme-sg/spring", text, mend=text),),
        held=(Held(values.change(Action.CREATE, AD, after={"name": text}), "conflict", "acme-sg/spring"),),
        notes=(text,),
        failures={"kopi-my": text},
        spend={"acme-sg": Spend("SGD", 0, 5000, 0, 5000)},
    )
    about = About(NOW, text, text, text or "0")
    runs = [Run(CAMPAIGN, text, NOW, None), Run(AD_SET, text, None, NOW + timedelta(days=3))]
    return Sheet(review_of(plan, about=about), ads, runs, {"acme-sg": text, "kopi-my": text}, reach={str(AD_SET): text})


def harmless(text: str) -> str:
    """As long, and cut at the same places."""
    return re.sub(r"[^\s{}]", "x", text)


def looked_at(node: Node) -> None:
    for one in node.all():
        assert one.tag in TAGS | {""}
        assert set(one.attributes) <= ATTRIBUTES
        assert one.attributes.get("href", "#").startswith(("#", "https://", "http://", "data:image/"))
        assert one.attributes.get("src", "data:").startswith("data:")


@pytest.mark.parametrize("number", range(20))
def test_hostile_text_is_text_and_nothing_else(number: int) -> None:
    text = "\x20".join(one for one in CORPUS[number::20] if "\n" not in one)
    node = parsed(page(sheet(text)))
    looked_at(node)
    assert node.shape() == parsed(page(sheet(harmless(text)))).shape()


@given(st.text(max_size=200))
def test_any_text_leaves_the_page_s_elements_as_they_are(text: str) -> None:
    node = parsed(page(sheet(text, after=text)))
    looked_at(node)
    assert [one for one in node.shape() if one[1] not in ("a", "span", "s", "br")] == [
        one for one in parsed(page(sheet(harmless(text)))).shape() if one[1] not in ("a", "span", "s", "br")
    ]
