"""Elements of HTML. Text and values of attributes are escaped here and nowhere else, so nothing can be forgotten: a
`Markup` is made by `element` alone, and every other text is text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias
from urllib.parse import urlsplit

from reconciler.text.redact import redact
from reconciler.text.sanitize import plain

VOID = frozenset("br col img input link meta".split())


class Markup(str):
    """HTML of our own making."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
"""Text, elements, and lists of both. Of None nothing is left."""

Value: TypeAlias = "str | int | float | bool | None"
"""Of an attribute: True is one without a value, False and None are none."""


def element(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """`element("p", text, class_="soft", aria_label="…")`: the names of attributes are Python's, `_` for `-`."""
    opening = f"<{name}{''.join(map(_attribute, attributes.items()))}>"
    return Markup(opening if name in VOID else f"{opening}{_inside(children)}</{name}>")


def joined(*children: Child) -> Markup:
    return Markup(_inside(children))


def _attribute(given: tuple[str, Value]) -> str:
    name, value = given
    if value is None or value is False:
        return ""
    said = SPELT.get(name) or name.rstrip("_").replace("_", "-")
    text = value if isinstance(value, Markup) else escaped(str(value))
    return f" {said}" if value is True else f' {said}="{text}"'


SPELT = {"viewBox": "viewBox", "preserveAspectRatio": "preserveAspectRatio"}
"""SVG's names that have capitals, which are the same either way; here so that nobody writes them small."""


def _inside(children: Child) -> str:
    if children is None:
        return ""
    if isinstance(children, Markup):
        return children
    return escaped(children) if isinstance(children, str) else "".join(map(_inside, children))


def escaped(text: str) -> str:
    """Without tokens, with its line breaks, and with what nobody sees written out."""
    lines = redact(text).replace("\r\n", "\n").split("\n")
    return escape("\n".join(map(plain, lines)))


def link(url: str, *children: Child, **attributes: Value) -> Markup:
    """A link where the address leads to a website, else its text alone: `javascript:` is no address."""
    return (
        element("a", *children, href=url, rel="noopener noreferrer", **attributes) if is_web(url) else joined(*children)
    )


def is_web(url: str) -> bool:
    return bool(host_of(url)) and url.isprintable() and url.lower().startswith(("https://", "http://"))


def host_of(url: str) -> str:
    """As the ad shows it, without `www.`; "" of what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
