"""`url_tags`, and what Meta fills in there and in links: slips of a person, and words of other tools. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from reconciler.text.yaml import LONGEST, TOO_LONG, quoted

# ---- what Meta fills in

MACROS = (
    "{{campaign.id}}", "{{adset.id}}", "{{ad.id}}", "{{campaign.name}}", "{{adset.name}}", "{{ad.name}}",
    "{{placement}}", "{{site_source_name}}",
)  # fmt: skip
"""Meta's "Use URL tags for tracking" has the first six, the form of Ads Manager all eight."""


def _letters(said: str) -> str:
    return re.sub("[^a-z]", "", said.lower())


MACRO_OF: Mapping[str, str] = {_letters(macro): macro for macro in MACROS} | {
    "adgroupid": "{{adset.id}}",
    "adgroupname": "{{adset.name}}",
    "adsetgroupid": "{{adset.id}}",
    "creativeid": "{{ad.id}}",
    "source": "{{site_source_name}}",
    "sitesource": "{{site_source_name}}",
    "sourcename": "{{site_source_name}}",
}
"""By their letters alone, so that any case, space, dot or dash will do; words of other tools among them."""
NAME_OR_ID: Mapping[str, str] = {"campaign": "campaign", "adset": "adset", "adgroup": "adset", "ad": "ad"}
"""What may be either, the name or the id."""

_BRACES = re.compile(r"\$?\{+([\w. -]*)\}*|__([A-Z_]+?)__")
_BRACKETS = re.compile(r"(?<==)(?:\[([\w. -]+)\]|<([\w. -]+)>)(?=&|#|\Z)")


def _macro(said: str) -> str:
    letters = _letters(said)
    near = get_close_matches(letters, MACRO_OF, n=1, cutoff=0.9) if len(letters) <= LONGEST else []
    return MACRO_OF.get(letters) or (MACRO_OF[near[0]] if near else "")


def is_macro(said: str) -> bool:
    """Whether a word in braces is meant for something that Meta fills in."""
    return bool(_macro(said))


def _right_macros(text: str) -> str:
    """With each that is meant for one of Meta's as Meta writes it. Of the others only the spaces go."""

    def right(match: re.Match[str]) -> str:
        said = match[1] or match[2] or ""
        return _macro(said) or (re.sub(r"\s", "", match[0]) if "{" in match[0] else match[0])

    return _BRACKETS.sub(right, _BRACES.sub(right, text))


def unknown_macros(text: str) -> Iterator[tuple[str, str]]:
    for match in (*_BRACES.finditer(text), *_BRACKETS.finditer(text)):
        said = match[1] or match[2] or ""
        if match[0] in MACROS or _macro(said) or match[0].startswith("__") or not said.strip():
            continue
        thing = NAME_OR_ID.get(_letters(said))
        which = f"{{{{{thing}.name}}}} or {{{{{thing}.id}}}}" if thing else f"one of {' '.join(MACROS)}"
        mend = f"write {which} in its place" + ("" if thing else ", or take the parameter out")
        yield f"Meta fills in nothing for {match[0][:LONGEST]}", mend


# ---- slips


@dataclass(frozen=True)
class Slip:
    said: str
    less: Callable[[str], str]
    """The text without it."""
    is_sure: bool = True
    """Whether no link or count could work with it: an error. Else it is a warning."""


_PAGE = re.compile(
    r"\A(?:(?:(?:https?:)?//[^\s?&]*|[\w-]+(?:\.[\w-]+)+(?:/[^\s?&=]*)?)(?:[?&]|\Z)|[^=&{}\s?]+\?)", re.IGNORECASE
)
_NAME = r"[A-Za-z_][\w.-]*"
_JOINED = re.compile(rf"(?:\s*[,;|]\s*|\s+)(?={_NAME}=|utm_\w+:)|\s*&[\s&]*")
_AROUND_EQUALS = re.compile(r"\s+=\s*|=\s+(?=\S)")
_JOINED_BY_SPACE = re.compile(rf"(?:[,;|]?\s+|\s+[,;|])(?={_NAME}=|utm_\w+:)|\s*&\s+|\s+&")


def _equals(text: str) -> str:
    return re.sub(r"(^|&)(utm_[a-z]+)\s*:\s*(?=[^&=]*(?:&|$))", r"\1\2=", text)


def _less_ampersands(text: str) -> str:
    """What stands between two & without an = belongs to the value before it: `utm_campaign=h&m`."""
    pieces: list[str] = []
    for piece in text.split("&"):
        if "=" in piece or not piece or not pieces:
            pieces.append(piece)
        else:
            pieces[-1] += f"%26{piece}"
    return "&".join(pieces)


_PLUS_ALONE = re.compile(r"(?<=\s)\+|\+(?=\s)")
"""One beside a space is meant as a plus; elsewhere it may stand for a space, as forms write one."""


def _less_spaces(text: str) -> str:
    return SPACE.sub("%20", _PLUS_ALONE.sub("%2B", text))


def _of_query(less: Callable[[str], str]) -> Callable[[str], str]:
    """The same for what stands behind the `?` of an address."""

    def in_address(url: str) -> str:
        page, mark, rest = url.partition("?")
        query, hash_, fragment = rest.partition("#")
        return page + mark + less(query) + hash_ + fragment

    return in_address


def _less_end(text: str) -> str:
    """Without a full stop, and without the `)` of a text around it: `(see https://…)`, but not `…/Mercury_(planet)`."""
    bare = text.rstrip(".!:'’")
    return bare[:-1] if bare.endswith(")") and bare.count(")") > bare.count("(") else bare


_NO_MARK = re.compile(rf"\A([^?#]*?)(?:&(?={_NAME}=)|(?=(?<!&)utm_[a-z]+=))")
_IN_PATH = re.compile(r"\A[^?#]*utm_[a-z]+=")
_SECOND_MARK = re.compile(rf"(?<=.)\?(?={_NAME}=)")
_BEHIND_HASH = re.compile(r"\A([^#]*)(#[^?&]*)[?&](utm_.*)\Z")


def _less_second_mark(query: str) -> str:
    """An address within a value has a `?` of its own."""
    return query if "//" in query else _SECOND_MARK.sub("&", query)


def _before_hash(url: str) -> str:
    found = _BEHIND_HASH.match(url)
    return f"{found[1]}{'&' if '?' in found[1] else '?'}{found[3]}{found[2]}" if found else url


COMMENT = Slip("a comment stands within it", lambda text: re.sub(r"\s+#\s.*", "", text, flags=re.DOTALL))
ENTITY = Slip("&amp; is how the code of a page writes &", lambda text: text.replace("&amp;", "&"), is_sure=False)
QUOTES = Slip("a quote stands within it", lambda text: re.sub("[\"“”„«»]|^[‘’']|[‘’']$", "", text))
ENCODED = Slip(
    "%7B%7B may not be read as {{",
    lambda text: re.sub("%7D%7D", "}}", re.sub("%7B%7B", "{{", text, flags=re.I), flags=re.I),
    is_sure=False,
)
AS_META_WRITES = Slip("what Meta fills in must stand as Meta writes it", _right_macros)
EQUALS = "a parameter is a name, = and a value"
TIGHT = "no space stands beside an ="
JOINED = "parameters are joined by & alone"
SPACE = re.compile(r"\s")

OF_TAGS = (
    COMMENT,
    Slip("they are what comes behind the ? of an address, without the page", lambda text: _PAGE.sub("", text)),
    Slip("Meta writes the ? or & before it", lambda text: text.lstrip("?&"), is_sure=False),
    ENTITY,
    QUOTES,
    ENCODED,
    AS_META_WRITES,
    Slip(TIGHT, lambda text: _AROUND_EQUALS.sub("=", text), is_sure=False),
    Slip(JOINED, lambda text: _JOINED.sub("&", text), is_sure=False),
    Slip(EQUALS, _equals),
    Slip("it ends in a sign that is no part of it", lambda text: text.rstrip(",;&#"), is_sure=False),
    Slip("an & within a value is written %26, and a parameter has an =", _less_ampersands, is_sure=False),
    Slip("a # ends the parameters: what stands behind it is counted nowhere", lambda text: text.replace("#", "%23")),
    Slip("a space in it breaks the link", _less_spaces, is_sure=False),
)
OF_ADDRESS = (
    COMMENT,
    ENTITY,
    Slip(
        "the first parameter stands behind a ?, or it is part of the page's path",
        lambda text: _NO_MARK.sub(r"\1?", text) if _IN_PATH.match(text) else text,
    ),
    Slip("an & before the first ? is part of the page's path", lambda text: _NO_MARK.sub(r"\1?", text), is_sure=False),
    Slip("a second ? is part of a value", _of_query(_less_second_mark), is_sure=False),
    Slip("what stands behind a # never reaches the page's server", _before_hash, is_sure=False),
    Slip("a quote stands within it", lambda text: re.sub('["“”„«»]', "", text)),
    Slip("it ends in a sign that is no part of it", lambda text: text.rstrip(",;>")),
    ENCODED,
    AS_META_WRITES,
    Slip(TIGHT, _of_query(lambda text: _AROUND_EQUALS.sub("=", text))),
    Slip(JOINED, _of_query(lambda text: _JOINED_BY_SPACE.sub("&", text))),
    Slip(EQUALS, _of_query(_equals)),
    Slip("it ends in a sign that may be no part of it", _less_end, is_sure=False),
)


@lru_cache(maxsize=20_000)
def slips_of(text: str, table: tuple[Slip, ...]) -> tuple[str, tuple[Slip, ...]]:
    """The text as it was meant, and what it was not. Longer than any link, it is not looked into. Each link is asked
    about four times in a row, by what is an error and by what is a warning."""
    if len(text) > TOO_LONG:
        return text, ()
    found: list[Slip] = []
    for slip in table:
        if (less := slip.less(text).strip()) != text:
            found.append(slip)
            text = less
    return text, tuple(found)


def told_of(slips: Sequence[Slip]) -> str:
    return "; ".join(slip.said for slip in slips)


# ---- url_tags, wherever they are written

Said = tuple[str, str]
"""A message and its mend."""


def wrong_tags(text: str) -> Iterator[Said]:
    yield from _said_of_tags(text, sure=True)


def doubtful_tags(text: str) -> Iterator[Said]:
    yield from _said_of_tags(text, sure=False)
    meant, _ = slips_of(text.strip(), OF_TAGS)
    told = (*unknown_macros(meant[:TOO_LONG]), *_nameless(meant), *_doubled(meant))
    yield from ((f"url_tags: {message}", mend) for message, mend in told)


def doubtful_query(query: str) -> Iterator[str]:
    """Of what stands behind the `?` of an address."""
    if bare := next((part for part in query.split("&") if re.fullmatch("utm_[a-z]+", part)), ""):
        yield f"{bare} has no value: a parameter is a name, = and a value"
    yield from (message for message, _ in _doubled(query))


def _nameless(text: str) -> Iterator[Said]:
    first = text.partition("&")[0]
    if first and "=" not in first:
        shown = f"write it as utm_campaign={first}" if len(first) <= LONGEST else "write a name and = before it"
        yield f"{first[:LONGEST]} is no parameter: that is a name, = and a value", f"{shown}, or take it out"


def _doubled(text: str) -> Iterator[Said]:
    """A name that stands twice. One with [] is a list of the page's own."""
    pieces = [(piece.partition("=")[0], piece) for piece in text.split("&")]
    counted = Counter(name for name, _ in pieces)
    twice = next((name for name, count in counted.items() if count > 1 and name and not name.endswith("[]")), "")
    if twice:
        first = "&".join(dict(reversed(pieces))[name] for name in counted)
        last = "&".join(dict(pieces)[name] for name in counted)
        kept = " or ".join(f"write url_tags: {quoted(one)}" for one in dict.fromkeys((first, last)))
        mend = f"keep one: {kept}" if len(text) <= LONGEST else "keep one of them"
        yield f"{twice[:LONGEST]} stands twice: each tool takes another of the two", mend


def _said_of_tags(text: str, *, sure: bool) -> Iterator[Said]:
    meant, slips = slips_of(text.strip(), OF_TAGS)
    if slips and sure == any(slip.is_sure for slip in slips):
        shown = f"write url_tags: {quoted(meant)}" if len(meant) <= LONGEST else "write it again without that"
        yield f"url_tags: {told_of(slips)}", shown if meant else NO_TAGS


NO_TAGS = "write the parameters alone, as in url_tags: utm_source=meta, or delete the line"
