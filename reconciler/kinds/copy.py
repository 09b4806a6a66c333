"""Texts: what is no copy of an ad for certain, and what its author may not see, or may have meant for YAML. Pure."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from pydantic import BaseModel

from reconciler.kinds.said import fill_in
from reconciler.kinds.spec_tree import is_text
from reconciler.kinds.tags import Said, doubtful_tags, wrong_tags
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import LONGEST, TOO_LONG, named, quoted, without_typographic

ENTITY = re.compile("&#?[A-Za-z0-9]+;")
"""`&amp;`, as web pages write an &."""

MARKUP = re.compile(
    r"(?P<line><br ?/?>)|</?(?:b|i|u|p|em|strong|span|div|ul|li|h[1-6]|a)(?: [^<>]*)?>"
    r"|\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\[\]\n]+)\]\(https?://[^()\s]+\)",
    re.IGNORECASE,
)
"""What web pages and Markdown write for a new line, bold and links. Ads show it letter by letter."""

UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""Signs that nobody sees. Within a text they part syllables and turn directions; at its ends they are leftovers."""

CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
"""What turns the direction of what follows → what ends that."""

COMMENT = re.compile(r"^\s*#+ +(?!\d)\S.*|\s#+ +(?!\d)\S.*$")
"""`# approved by Tan`, and not `#sale` or `# 1`."""

SHEET_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|ERROR!|SPILL!|CALC!|GETTING_DATA)")
FORMULA = re.compile(r"=\s*(?:\$?[A-Z]{1,3}\$?[0-9]+|[A-Z]{2,}\()[^\n]{0,20}")
LOREM = re.compile(r"\blorem ipsum\b", re.IGNORECASE)
OWN_WORDS = "write the text itself"

PARTS = re.compile(r"\s*\|\s*|\s+[-–—:]\s+|[&=\n]")
TO_COME = re.compile(
    r"(?i:tb[acd]|x{3,10}|fixme|n/a|placeholder|(?:text|copy|headline|description|name|title) (?:here|goes here))"
    r"|TODO|(?:TODO|FIXME|TB[ACD]): .*",
)
"""What marks, as a whole text or between `|` and ` - `, where one is to be put."""
BLANK = re.compile(
    r"[\[<{]{1,3} ?(?:(?:your|insert|enter|add) [\w ]{1,30}"
    r"|(?:brand|client|company|product|campaign|account|customer|city|price|date|headline|text|copy|url|link|name|xx+)"
    r"(?:[ _]?(?:name|here))?) ?[\]>}]+"
    r"|\{\{[^{}\n]{1,60}\}\}",
    re.IGNORECASE,
)
"""`[BRAND]`, `<client>`, `{{product.name}}`, and not `[NEW]`: Meta fills in nothing in the texts of such ads. A name
may begin with `[Brand]`, as a kind of campaign."""

TAGS = "url_tags"
LINKS = ("destination_url", TAGS)

LONG = "primary_text"
"""The text that people write over several lines."""
COPY = (LONG, "headline", "description")


Check = Callable[[str, str, str], Iterator[Said]]
"""Takes a text's name, the text, and how it stands in the file: "" where it stands in quotes on one line."""


def wrong_texts(model: type[BaseModel], document: Document) -> Iterator[Problem]:
    """Texts that nobody can have meant to publish."""
    yield from _told(model, document, FAULTS)


def doubtful_texts(model: type[BaseModel], document: Document) -> Iterator[Problem]:
    """Warnings: what a text holds that its author may not see, or may have meant for YAML."""
    yield from _told(model, document, DOUBTS)


def _told(model: type[BaseModel], document: Document, checks: tuple[Check, ...]) -> Iterator[Problem]:
    for path, origin, name, value in _remarkable(document):
        said = _said_of(checks, name, value, origin.written)
        if said and is_text(model, path):
            yield from (Problem(origin, message, mend) for message, mend in said)


@lru_cache(maxsize=20_000)
def _said_of(checks: tuple[Check, ...], name: str, text: str, written: str) -> tuple[Said, ...]:
    """The same tags, and often the same words, stand in many files."""
    return tuple(each for check in checks for each in check(name, text, written))


@lru_cache(maxsize=1)
def _remarkable(document: Document) -> Sequence[tuple[KeyPath, Origin, str, str]]:
    """Each text with its name, once: what a campaign says for its ads stands once in the file. Asked for by what is
    wrong, and then by what is doubtful."""
    found: dict[Origin, tuple[KeyPath, Origin, str, str]] = {}
    for path, origin, value in document.texts:
        last = path[-1]
        name = last if isinstance(last, str) else next(step for step in reversed(path) if isinstance(step, str))
        if is_remarkable(name, value, origin.written):
            found.setdefault(origin, (path, origin, name, value))
    return tuple(found.values())


SIGNS = re.compile(r"[^\t\n\w !\"$%'()+,./:;=>?@\]^`|}~-]", re.ASCII)
"""All but what ASCII shows, and of that # & < * [ { \\. In one class, and the words in small letters: a pattern of
several branches takes five times as long."""
WORDS = re.compile(r"lorem|tb[acd]|xxx|fixme|n/a|placeholder|here|todo")


def is_remarkable(name: str, text: str, written: str) -> bool:
    """Whether any of the checks could have a word to say. There are fourteen of them for each text of a thousand files,
    and hardly ever has one: a sign, a line that YAML has joined, or the beginning of a word shows that it may."""
    return (
        name == TAGS
        or "\n" in written
        or text.startswith("=")
        or bool(SIGNS.search(text) or WORDS.search(text.lower()))
    )


def _is_unquoted(written: str) -> bool:
    return bool(written) and written[0] not in "\"'"


def _letters_for_quotes(name: str, text: str, written: str) -> Iterator[Said]:
    if _is_unquoted(written) and (bare := without_typographic(text)) != text:
        keep = f"where people shall see them, write {name}: {quoted(text)}"
        yield (
            f"{name}: the quotes {text[0]} {text[-1]} are shown, they are letters to YAML",
            f"write {quoted(bare)}; {keep}",
        )


def _unseen_ends(name: str, text: str, written: str) -> Iterator[Said]:
    if unseen := re.search(f"^{UNSEEN}|{UNSEEN}$", text):
        bare = _less_unpaired(re.sub(f"^{UNSEEN}+|{UNSEEN}+$", "", text))
        shown = quoted(bare) if len(bare) <= LONGEST else "it again, by hand"
        yield f"{name}: nobody sees the {named(unseen[0])} at its end or beginning", f"write {shown}"


TURNED = re.compile("[\u202d\u202e]")
"""Letters behind one are shown from the other end: no script needs it, and 03 becomes 30."""


def _turned(name: str, text: str, written: str) -> Iterator[Said]:
    if not re.search(f"^{UNSEEN}|{UNSEEN}$", text) and (found := TURNED.search(text)):
        bare = "".join(sign for sign in text if sign not in "\u202c\u202d\u202e")
        said = f"{name}: {named(found[0])} shows what follows in another order"
        yield said, f"write {_shown(bare, 'it again, by hand')}"


def _less_unpaired(text: str) -> str:
    """Without what opens a direction and is not closed, and what closes one that is not open: its partner stood at an
    end."""
    opened: dict[str, list[int]] = {close: [] for close in set(CLOSED_BY.values())}
    alone = set[int]()
    for at, sign in enumerate(text):
        if sign in CLOSED_BY:
            opened[CLOSED_BY[sign]].append(at)
        elif sign in opened:
            alone |= set() if opened[sign] else {at}
            opened[sign] = opened[sign][:-1]
    alone.update(at for left in opened.values() for at in left)
    return "".join(sign for at, sign in enumerate(text) if at not in alone)


def _letters_for_breaks(name: str, text: str, written: str) -> Iterator[Said]:
    if _is_unquoted(written) and "\\n" in text:
        broken = _shown(text.replace("\\n", "\n"), "a block text")
        yield f"{name}: \\n is shown as it stands, without quotes it breaks no line", f"write {broken}"


def _entities(name: str, text: str, written: str) -> Iterator[Said]:
    seen = next((match[0] for match in ENTITY.finditer(text) if html.unescape(match[0]) != match[0]), "")
    if seen and name not in LINKS and len(text) <= LONGEST:
        bare = ENTITY.sub(lambda match: html.unescape(match[0]), text)
        yield f"{name}: people see {seen} as it stands", f"write {quoted(bare)}"


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
    for line in written.split("\n")[1:] if _is_unquoted(written) else ():
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


def _comments(name: str, text: str, written: str) -> Iterator[Said]:
    """A line that begins with `# `, or ends in ` # …`: within a text YAML knows no comments. `#sale` is a hashtag."""
    for line in text.split("\n") if name in COPY else ():
        if match := COMMENT.search(line):
            note = match[0].strip()[:LONGEST]
            mend = f"take it out of the text, or move it above the line {name}:"
            yield f"{name}: people see {note!r}, in a text YAML knows no comments", mend


def _to_be_filled_in(name: str, text: str, written: str) -> Iterator[Said]:
    parts = (match[0] for part in PARTS.split(text[:TOO_LONG]) if (match := TO_COME.fullmatch(part.strip())))
    blanks = (match[0] for match in BLANK.finditer(text[:TOO_LONG]) if _is_blank(name, match[0]))
    if found := next(itertools.chain(parts, blanks), ""):
        yield f"{name}: {found!r} is yet to be filled in", fill_in("value" if name in LINKS else name, found)


def _is_blank(name: str, found: str) -> bool:
    return name in COPY or (name not in LINKS and found[0] != "[")


def _of_a_sheet(name: str, text: str, written: str) -> Iterator[Said]:
    if found := of_a_sheet(text):
        yield f"{name}: {found} is what a sheet shows where a formula fails, or the formula itself", OWN_WORDS


def of_a_sheet(text: str) -> str:
    """`#REF!` and its like, or the beginning of a formula; empty where there is none."""
    found = FORMULA.match(text) or SHEET_ERROR.search(text)
    return found[0] if found else ""


def _dummy(name: str, text: str, written: str) -> Iterator[Said]:
    if LOREM.search(text):
        yield f"{name}: lorem ipsum only fills a page", OWN_WORDS


def _wrong_tags(name: str, text: str, written: str) -> Iterator[Said]:
    yield from wrong_tags(text) if name == TAGS and not of_a_sheet(text) else ()


def _doubtful_tags(name: str, text: str, written: str) -> Iterator[Said]:
    yield from doubtful_tags(text) if name == TAGS else ()


FAULTS: tuple[Check, ...] = (_of_a_sheet, _dummy, _wrong_tags)
DOUBTS: tuple[Check, ...] = (
    _letters_for_quotes,
    _unseen_ends,
    _turned,
    _letters_for_breaks,
    _entities,
    _lines_made_one,
    _swallowed_key,
    _markup,
    _wrongly_read,
    _comments,
    _to_be_filled_in,
    _doubtful_tags,
)


def _shown(text: str, else_: str) -> str:
    return quoted(text) if len(text) <= LONGEST else else_


def _begins_like_an_item(line: str) -> bool:
    return bool(line) and not (line[0].isalnum() or line[0] in "(\"'“‘¿¡")
