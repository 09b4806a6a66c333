"""Warnings of copy: what a text holds that its author may not see, or may have meant for YAML."""

from __future__ import annotations

import html
import re
import typing
from collections.abc import Callable, Iterator

from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.spec_tree import is_text
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import LONGEST, named, quoted, without_typographic

if typing.TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

ENTITY = re.compile("&#?[A-Za-z0-9]+;?")
"""`&amp;`, as web pages write an &."""

MARKUP = re.compile(
    r"(?P<line><br ?/?>)|</?(?:b|i|u|p|em|strong|span|div|ul|li|h[1-6]|a)(?: [^<>]*)?>"
    r"|\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\[\]\n]+)\]\(https?://[^()\s]+\)",
    re.IGNORECASE,
)
"""What web pages and Markdown write for a new line, bold and links. Ads show it letter by letter."""

UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""Signs that nobody sees. Within a text they part syllables and turn directions; at its ends they are leftovers."""

LINKS = ("destination_url", "url_tags")

COPY = ("primary_text", "headline", "description")


def doubtful_texts(scope: Scope) -> Iterator[Problem]:
    """Warnings: what a text holds that its author may not see, or may have meant for YAML."""
    document = scope.document
    seen: set[Origin] = set()
    for path, origin in document.values.items():
        value = document.value(path)
        if not isinstance(value, str) or not origin.line or origin in seen:
            continue
        seen.add(origin)  # what a campaign says for its ads stands once in the file
        name = next(step for step in reversed(path) if isinstance(step, str))
        doubts = list(_doubts(name, value, origin.written))
        if doubts and is_text(CampaignSpec, path):
            yield from (Problem(origin, message, mend) for message, mend in doubts)


Said = tuple[str, str]
"""A message and its mend."""


def _doubts(name: str, text: str, written: str) -> Iterator[Said]:
    for doubt in DOUBTS:
        yield from doubt(name, text, written)


def _letters_for_quotes(name: str, text: str, written: str) -> Iterator[Said]:
    if written and (bare := without_typographic(text)) != text:
        keep = f"where people shall see them, write {name}: {quoted(text)}"
        yield (
            f"{name}: the quotes {text[0]} {text[-1]} are shown, they are letters to YAML",
            f"write {quoted(bare)}; {keep}",
        )


def _unseen_ends(name: str, text: str, written: str) -> Iterator[Said]:
    if unseen := re.search(f"^{UNSEEN}|{UNSEEN}$", text):
        bare = re.sub(f"^{UNSEEN}+|{UNSEEN}+$", "", text)
        shown = quoted(bare) if len(bare) <= LONGEST else "it again, by hand"
        yield f"{name}: nobody sees the {named(unseen[0])} at its end or beginning", f"write {shown}"


def _letters_for_breaks(name: str, text: str, written: str) -> Iterator[Said]:
    if written and "\\n" in text:
        broken = _shown(text.replace("\\n", "\n"), "a block text")
        yield f"{name}: \\n is shown as it stands, without quotes it breaks no line", f"write {broken}"


def _entities(name: str, text: str, written: str) -> Iterator[Said]:
    if (bare := html.unescape(text)) != text and len(text) <= LONGEST:
        yield f"{name}: people see {ENTITY.findall(text)[0]} as it stands", f"write {quoted(bare)}"


def _lines_made_one(name: str, text: str, written: str) -> Iterator[Said]:
    lines = [line.strip() for line in written.split("\n")[1:]]
    items = any(_begins_like_an_item(line) and f" {line}" in text for line in lines)
    if items or ("" in lines and not written.startswith(">")):
        yield (
            f"{name}: YAML makes one line of these lines",
            f"use a block text: {name}: |, with the lines of the text below it",
        )


def _swallowed_key(name: str, text: str, written: str) -> Iterator[Said]:
    """`headline Shop` below a text, where `headline: Shop` was meant."""
    for line in written.split("\n")[1:]:
        if (key := re.match(r"\s*(\w+)\s+(\S.*)", line)) and key[1] in KEYS:
            message = f"{name} goes on with {key[0].strip()!r}, which begins like a key of its own"
            yield message, f"write {key[1]}: {quoted(key[2])} at the level of {name}; or put the whole text in quotes"


KEYS = frozenset({"video", "image", "call_to_action", *COPY, *LINKS})


def _markup(name: str, text: str, written: str) -> Iterator[Said]:
    if name in COPY and (mark := MARKUP.search(text)):
        bare = MARKUP.sub(_without_mark, text).strip()
        yield f"{name}: people see {mark[0]} as it stands", f"write {_shown(bare, 'it without those signs')}"


def _without_mark(mark: re.Match[str]) -> str:
    return "\n" if mark["line"] else mark["bold"] or mark["label"] or ""


def _wrongly_read(name: str, text: str, written: str) -> Iterator[Said]:
    """Text in UTF-8 that some program has read as Windows-1252: `donâ€™t` is `don’t`."""
    try:
        meant = text.encode("cp1252").decode()
    except UnicodeError:
        return
    if meant != text:
        odd = next(a for a, b in zip(text, meant, strict=False) if a != b)
        yield f"{name}: another program has garbled the letters from {odd} on", f"write {_shown(meant, 'it again')}"


def _doubtful_tags(name: str, text: str, written: str) -> Iterator[Said]:
    if name == "url_tags" and (meant := re.sub(r"\s", "%20", text.strip().lstrip("?&"))) != text:
        message = "url_tags: Meta writes the ? or & before it, and a space in it breaks the link"
        yield message, f"write url_tags: {quoted(meant)}"


DOUBTS: tuple[Callable[[str, str, str], Iterator[Said]], ...] = (
    _letters_for_quotes,
    _unseen_ends,
    _letters_for_breaks,
    _entities,
    _lines_made_one,
    _swallowed_key,
    _markup,
    _wrongly_read,
    _doubtful_tags,
)
"""Each takes a text's name, the text, and how it stands in the file: "" where it stands in quotes."""


def _shown(text: str, else_: str) -> str:
    return quoted(text) if len(text) <= LONGEST else else_


def _begins_like_an_item(line: str) -> bool:
    return bool(line) and not (line[0].isalnum() or line[0] in "(\"'“‘¿¡")
