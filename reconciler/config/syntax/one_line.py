"""What one line shows that makes a file no YAML: each look takes a line, and says a `Cause` or nothing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from reconciler.config.known_keys import EVERY_KEY
from reconciler.kinds.files import LAYERED
from reconciler.text.yaml import (
    KEY_AND_VALUE,
    LEADING_APOSTROPHE,
    LONGEST,
    ODD_SPACE,
    ODD_SPACES,
    TYPOGRAPHIC,
    closed_by_typesetting,
    named,
    put_in_quotes,
    quoted,
    quoted_line,
    split_quotes,
    without_quotes,
)

Cause = tuple[int, str, str]
"""The column, from 0, where it stands; what it is; the mend."""


def _fence(line: str) -> Cause | None:
    if not re.fullmatch(r"\s*(```|~~~).*", line):
        return None
    return 0, "this is the frame of an example in a chat or a document", "delete the line"


def _indent(line: str) -> Cause | None:
    match = re.match(rf"[ \t{ODD_SPACES}]*", line)
    lead = match[0] if match else ""
    if "\t" in lead:
        return lead.index("\t"), "a tab is used to indent", f"indent with spaces: {_shown(line, lead)}"
    if odd := ODD_SPACE.search(lead):
        return odd.start(), f"{named(odd[0])} is used to indent", f"indent with ordinary spaces: {_shown(line, lead)}"
    return None


def _shown(line: str, lead: str) -> str:
    spaces = "".join("  " if c in "\t\u3000" else " " for c in lead if unicodedata.category(c) != "Cf")
    return repr(spaces + line[len(lead) :].rstrip()[:LONGEST])


def _other_colon(line: str) -> Cause | None:
    match = re.fullmatch(rf"( *(?:- +)?)([A-Za-z_][\w +-]*?)[{ODD_SPACES} ]*([：﹕︓])[{ODD_SPACES} ]*(.*)", line)
    if match is None:
        return None
    return match.start(3), f"a full-width {match[3]} stands in place of the ':'", written_as(match[2], match[4])


def _tight_colon(line: str) -> Cause | None:
    match = re.fullmatch(rf"( *(?:- +)?)([A-Za-z_][\w +-]*?) ?:([{ODD_SPACES}]*)(?! |//)(\S.*)", line)
    if match is None:
        return None
    odd = ODD_SPACE.search(match[3])
    said = f"{named(odd[0])} stands behind the ':'" if odd else f"{match[2]} has no space behind its ':'"
    return match.end(2), said, written_as(match[2], match[4])


SHORT = frozenset({"name", *LAYERED.words.parts})
"""Words that are keys wherever they stand alone on a line; others of a single word may be text."""


def no_colon(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)([a-z]+(?:_[a-z]+)*)(?:\s+([\[{\"'].*|[0-9].*))?\s*", line)
    if match is None or not (match[3] or "_" in match[2] or match[2] in SHORT):
        return None
    return match.end(2), f"{match[2]} has no ':'", written_as(match[2], match[3] or "")


def _equals(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)([A-Za-z_]\w*)\s*[=＝]\s*(.*)", line)
    return (match.end(2), "an '=' stands in place of the ':'", written_as(match[2], match[3])) if match else None


def written_as(key: str, value: str) -> str:
    value = value.strip()
    shown = value if not value or _is_plain(value) else quoted(without_quotes(value))
    return f"write {key}: {shown}".rstrip() if len(shown) <= LONGEST else f"write {key}: and the value behind it"


def _is_plain(value: str) -> bool:
    """Whether a value may stand without quotes."""
    return value_of(f"k: {value}") is None and " #" not in value and value[0] not in TYPOGRAPHIC and value[0] != "#"


def _comment(line: str) -> Cause | None:
    match = re.fullmatch(r"\s*(＃|//|;|<!--)\s?(.*)", line)
    return (match.start(1), f"YAML takes no {match[1]} for a comment", f"write # {match[2].strip()}") if match else None


def _quoted_key(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)[“”„‘’«]([\w ]+)[“”’»]\s*[:：]\s*(.*)", line)
    return (
        (match.end(1), f"{line[match.end(1)]} is no quote of YAML", written_as(match[2], match[3])) if match else None
    )


_STARTS = (
    (r"[@`%]", "a value cannot begin with {0!r}"),
    (r"[*&!]", "an unquoted value cannot begin with {0!r}"),
    (r"[-?](?=\s|$)", "an unquoted value cannot begin with '{0} '"),
    (r"[,\]}]", "an unquoted value cannot begin with {0!r}"),
    (r"[|>](?!\s*$)(?![-+0-9]{0,2}\s*(#|$))", "{0!r} begins a block text, whose lines stand below it"),
)
_MARKDOWN = r"\[[^\]]*\]\((https?://[^()\s]+)\)"
COLON = r":(?=\s|$)"


def value_of(line: str) -> Cause | None:
    match = KEY_AND_VALUE.fullmatch(line.rstrip())
    if match is None or not match[4]:
        return None
    value, column = match[4], match.start(4)
    for pattern, said in _STARTS:
        if start := re.match(pattern, value):
            other = "begin the text on the next line, or " if start[0] in "|>" else ""
            return column, said.format(start[0]), other + put_in_quotes(line)
    if value[0] in "\"'":
        return _quotes(line, match[3], value, column)
    if value[0] in "[{":
        return _brackets(line, match[3], value, column)
    if colon := re.search(COLON, value):
        second = re.search(r"[\s,;]([a-z]+(?:_[a-z]+)*)$", value[: colon.start()])
        other = f"begin {second[1]}: on a line of its own, or " if second and second[1] in EVERY_KEY else ""
        return column + colon.start(), "a ':' stands inside an unquoted text", other + put_in_quotes(line)
    return None


def _quotes(line: str, key: str, value: str, column: int) -> Cause | None:
    closed = split_quotes(value)
    if closed is None:
        return _never_closed(line, value, column)
    inside, rest = closed
    if not rest or rest.startswith("#"):
        return None
    behind = column + len(value) - len(rest)
    if rest in (",", ";"):
        return behind, f"a '{rest}' stands behind the closing quote", f"delete it: {key}: {inside}"
    return behind, "the text goes on behind its closing quote", put_in_quotes(line)


def _never_closed(line: str, value: str, column: int) -> Cause | None:
    if LEADING_APOSTROPHE.match(value):
        return column, "an apostrophe at the beginning opens a quote", put_in_quotes(line)
    if value[0] in value[1:]:
        return None
    if closed_by_typesetting(value):
        said = f"{value[-1]} is no quote of YAML and closes none"
        return column + len(value) - 1, said, f"write {quoted_line(line)}"
    return column, "a quote that is never closed", f"write the closing quote: {quoted_line(line)}"


_JSON = r'( *)"([A-Za-z_]\w*)"\s*:\s*(.*?)(,?)'


def _json(line: str) -> Cause | None:
    """`"name": "Spring",`, whose braces are not there."""
    match = re.fullmatch(_JSON, line.rstrip())
    if match is None or not match[4] or value_of(f"k: {match[3]}"):
        return None
    return (
        match.start(4),
        "a ',' ends the line, as in JSON",
        f"delete it, and that of each line like it: {line.strip()[:-1]}",
    )


def _brackets(line: str, key: str, value: str, column: int) -> Cause | None:
    opening, closing = value[0], "]" if value[0] == "[" else "}"
    inside, level = value[1:], 0
    for index, character in enumerate(value):
        level += (character == opening) - (character == closing)
        if not level:
            rest = value[index + 1 :].strip()
            if not rest or rest.startswith("#"):
                return None
            said = f"the text goes on behind the {closing}: YAML takes {opening} for the beginning of a "
            if link := re.fullmatch(_MARKDOWN, value):
                return column, "this is a link as Markdown writes it", f"write {key}: {link[1]}"
            return column, said + ("list" if opening == "[" else "mapping"), put_in_quotes(line, brackets=True)
    if inside.rstrip()[-1:] in ("", ",", ":", "[", "{") or len(line) > LONGEST:
        return None  # it goes on in the next line
    ended = re.sub(r"[)\]}>\s]+$", "", inside)
    return column, f"the {opening} has no {closing}", f"write {key}: {opening}{ended}{closing}"


OF_A_LINE: tuple[Callable[[str], Cause | None], ...] = (
    _fence,
    _indent,
    _other_colon,
    _quoted_key,
    value_of,
    _json,
    _tight_colon,
    _comment,
    _equals,
)
