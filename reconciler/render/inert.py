"""Strangers' text for where Markdown is read: it shows as it is, and does nothing. Pure.

What GitHub makes of a comment comes in two steps. Its Markdown reads references such as `&#42;` as letters, never as
marks, so what could be a mark stands as one; that holds inside HTML such as `<summary>`, too. Then its filters look in
what is text by now, outside of code, for people, issues, commits and addresses: they are parted by a space of no width.
A line break never comes out of here, so nothing that stands at the beginning of a line can be a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reconciler.text.sanitize import plain

APART = "\u200b"
"""In a text that is `plain` there is none: it would be written out."""

PARTED = re.compile(
    r"@"  # a person, a team, an e-mail
    r"|#"  # an issue, owner/repository#1
    r"|(?i:gh-)(?=\d)"
    r"|:(?=//)"
    r"|(?i:www)(?=\.)"
    r"|:(?=(?:[+-]1|100|1234|[\w+-]*[A-Za-z][\w+-]*):)"  # an emoji by its name
    r"|(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{6}(?=[0-9a-f]{1,34}(?![0-9A-Za-z]))"  # a commit; ids stay whole
)

MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_[]|~\"'"}
MARKS |= {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord(APART): "&#8203;"}
MARKS |= {ord("$"): "<span>$</span>"}
"""GitHub's own way to write one that begins no formula."""

IN_CODE = re.compile(r"[^`|\\]+")
"""What a code span of one backtick holds anywhere, in a table too."""

URL = re.compile(r"https?://[\w.-]+(:\d+)?(/[\w.~%/?&=#:@+,;-]*)?", re.ASCII)


def inert(text: str) -> str:
    """Inside a line of Markdown, a cell of a table, or HTML."""
    return PARTED.sub(lambda match: match[0] + APART, plain(text)).translate(MARKS)


def code(text: str) -> str:
    """As code, where a code span can hold it: there nothing is looked for."""
    shown = plain(text)
    return f"`{shown}`" if IN_CODE.fullmatch(shown) and shown.strip() else inert(shown)


def html_code(text: str) -> str:
    """As code within HTML."""
    return f"<code>{inert(text)}</code>"


def link(shown: str, url: str) -> str:
    """`shown` is Markdown. An address that is none of the web's, or holds what could end a link, is left out."""
    return f"[{shown}]({url})" if URL.fullmatch(url) else shown


OURS = ("<b>", "<code>", "`")
"""What begins a line by our hand: `inert` writes a stranger's as references."""


def item(text: str) -> str:
    """A line of a list. What stands first is ours: `- ` and a stranger's `1. ` would be a list within the list."""
    return f"- {text}\n" if text.startswith(OURS) else f"- &#8203;{text}\n"


def fenced(lines: Iterable[str], language: str) -> str:
    """Each line begins with a sign of ours, so that none closes the fence."""
    return "\n".join([f"```{language}", *lines, "```"])
