"""A file that a browser opens: one stylesheet, no script, nothing from elsewhere. Pure."""

from __future__ import annotations

from reconciler.render.html.element import Markup, element
from reconciler.render.html.style import POLICY, STYLE


def document(title: str, body: Markup) -> str:
    """The whole file. `title` is any text."""
    return f"<!doctype html>\n{element('html', _meta(title), body, lang='en')}\n"


def _meta(title: str) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
