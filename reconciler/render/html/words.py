"""Texts of an ad in the page: where people see them cut, what they have changed in, and what Meta fills in. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from reconciler.render.html.element import Child, Markup, element, joined

PLACEHOLDER = re.compile(r"(\{\{[^{}\n]{1,100}\}\})")
"""`{{product.name}}`: Meta puts a product's own word there."""

WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 3000
"""Longer texts are told as changed as a whole."""


def marked(text: str) -> Markup:
    """With its placeholders marked."""
    parts = PLACEHOLDER.split(text)
    return joined(*(element("span", part, class_="filled-in") if at % 2 else part for at, part in enumerate(parts)))


def folded(text: str, shown: int) -> tuple[str, str]:
    """What is seen at once, and what after a tap. A word that would be cut goes to the rest."""
    if len(text) <= shown:
        return text, ""
    space = text.rfind(" ", shown - 15, shown + 1)
    at = space if space > 0 else shown
    return text[:at], text[at:]


def folding_text(text: str, shown: int, *, whole: bool) -> Markup | None:
    """A text of which the rest is reachable. `whole`: it is here, too, below "See more", in a softer ink."""
    if not text:
        return None
    seen, rest = folded(text, shown)
    more = element("span", "… See more", class_="more") if rest else None
    after = element("span", marked(rest.strip("\n ")), class_="rest") if rest and whole else None
    return element("p", marked(seen), more, after, class_="text", dir="auto")


def cut_text(text: str, shown: int, class_: str) -> Markup | None:
    """A text of which the rest is seen nowhere."""
    if not text:
        return None
    seen, rest = folded(text, shown)
    return element(
        "span", marked(seen), element("s", marked(rest), class_="cut") if rest else None, class_=class_, dir="auto"
    )


def compared(before: str, after: str) -> tuple[Markup, Markup]:
    """Both, with the words marked that only one of them has."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return element("del", before), element("ins", after)
    kept_old, kept_new = set(), set()
    for a, b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        # A space that both have between words of which neither is the other's is no common part.
        if "".join(old[a : a + size]).strip():
            kept_old |= set(range(a, a + size))
            kept_new |= set(range(b, b + size))
    return joined(_side("del", old, kept_old)), joined(_side("ins", new, kept_new))


def _side(name: str, words: Sequence[str], kept: Collection[int]) -> Iterator[Child]:
    for is_kept, run in groupby(range(len(words)), key=kept.__contains__):
        text = "".join(words[at] for at in run)
        yield text if is_kept or not text.strip() else element(name, text)
