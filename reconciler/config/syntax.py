"""Why a file is no YAML, told by the line that a person wrote. Pure.

A parser stumbles where it can go no further, often a line after the slip: behind `name：Spring` it misses a ':' at the
next key. So the lines at and above that place are looked at for what people do write there; only where nothing is
found, the parser's own error is said in plain words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reconciler.config.comments import LINE_BREAK
from reconciler.config.known_keys import EVERY_KEY, holds_text, keys_at, takes_list
from reconciler.kinds.copy import LINKS, LONG
from reconciler.kinds.files import LAYERED
from reconciler.kinds.said import counted
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import (
    KEY_AND_VALUE,
    LEADING_APOSTROPHE,
    LONGEST,
    ODD_SPACE,
    ODD_SPACES,
    TOO_LONG,
    TYPOGRAPHIC,
    closed_by_typesetting,
    named,
    put_in_quotes,
    quoted,
    quoted_line,
    split_quotes,
    without_comment,
    without_quotes,
)

# ---- one line


_LEVEL = r"[ ]*"
_BLOCK = r"[|>][-+0-9]{0,2}\s*(?:#.*)?"


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
    return match.start(3), f"a full-width {match[3]} stands in place of the ':'", _write(match[2], match[4])


def _tight_colon(line: str) -> Cause | None:
    match = re.fullmatch(rf"( *(?:- +)?)([A-Za-z_][\w +-]*?) ?:([{ODD_SPACES}]*)(?! |//)(\S.*)", line)
    if match is None:
        return None
    odd = ODD_SPACE.search(match[3])
    said = f"{named(odd[0])} stands behind the ':'" if odd else f"{match[2]} has no space behind its ':'"
    return match.end(2), said, _write(match[2], match[4])


SHORT = frozenset({"name", *LAYERED.words.parts})
"""Words that are keys wherever they stand alone on a line; others of a single word may be text."""


def _no_colon(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)([a-z]+(?:_[a-z]+)*)(?:\s+([\[{\"'].*|[0-9].*))?\s*", line)
    if match is None or not (match[3] or "_" in match[2] or match[2] in SHORT):
        return None
    return match.end(2), f"{match[2]} has no ':'", _write(match[2], match[3] or "")


def _equals(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)([A-Za-z_]\w*)\s*[=＝]\s*(.*)", line)
    return (match.end(2), "an '=' stands in place of the ':'", _write(match[2], match[3])) if match else None


def _write(key: str, value: str) -> str:
    value = value.strip()
    shown = value if not value or _is_plain(value) else quoted(without_quotes(value))
    return f"write {key}: {shown}".rstrip() if len(shown) <= LONGEST else f"write {key}: and the value behind it"


def _is_plain(value: str) -> bool:
    """Whether a value may stand without quotes."""
    return _value(f"k: {value}") is None and " #" not in value and value[0] not in TYPOGRAPHIC and value[0] != "#"


def _comment(line: str) -> Cause | None:
    match = re.fullmatch(r"\s*(＃|//|;|<!--)\s?(.*)", line)
    return (match.start(1), f"YAML takes no {match[1]} for a comment", f"write # {match[2].strip()}") if match else None


def _quoted_key(line: str) -> Cause | None:
    match = re.fullmatch(r"( *)[“”„‘’«]([\w ]+)[“”’»]\s*[:：]\s*(.*)", line)
    return (match.end(1), f"{line[match.end(1)]} is no quote of YAML", _write(match[2], match[3])) if match else None


_STARTS = (
    (r"[@`%]", "a value cannot begin with {0!r}"),
    (r"[*&!]", "an unquoted value cannot begin with {0!r}"),
    (r"[-?](?=\s|$)", "an unquoted value cannot begin with '{0} '"),
    (r"[,\]}]", "an unquoted value cannot begin with {0!r}"),
    (r"[|>](?!\s*$)(?![-+0-9]{0,2}\s*(#|$))", "{0!r} begins a block text, whose lines stand below it"),
)
_MARKDOWN = r"\[[^\]]*\]\((https?://[^()\s]+)\)"
_COLON = r":(?=\s|$)"


def _value(line: str) -> Cause | None:
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
    if colon := re.search(_COLON, value):
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
    if match is None or not match[4] or _value(f"k: {match[3]}"):
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


_OF_A_LINE: tuple[Callable[[str], Cause | None], ...] = (
    _fence,
    _indent,
    _other_colon,
    _quoted_key,
    _value,
    _json,
    _tight_colon,
    _comment,
    _equals,
)


# ---- a line among others


def _indented_top(lines: Sequence[str], index: int, _: str) -> tuple[int, Cause] | None:
    """The first key stands further in than those of its level: what follows at the margin begins nothing."""
    if _depth(lines[index]) or not KEY_AND_VALUE.fullmatch(lines[index].rstrip()):
        return None
    above = [n for n in range(index) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    depth = min((_depth(lines[n]) for n in above), default=0)
    first = KEY_AND_VALUE.fullmatch(lines[above[0]].rstrip()) if depth else None
    if first is None:
        return None
    each = f" and before each line below it, down to line {above[-1] + 1}" if len(above) > 1 else ""
    mend = f"take {counted(depth, 'space')} away before {first[3]}{each}"
    return above[0], (depth, f"{first[3]} stands further in than the keys of its level", mend)


def _misaligned(lines: Sequence[str], index: int, name: str) -> tuple[int, Cause] | None:
    """A key that stands further in or out than those beside it. The line at fault is either of two."""
    here = KEY_AND_VALUE.fullmatch(lines[index].rstrip())
    above = _above(lines, index)
    if here is None or above is None or (before := KEY_AND_VALUE.fullmatch(lines[above].rstrip())) is None:
        return None
    if _is_open(before[4] or ""):
        return None
    indent, last = len(here[1]), len(before[1])
    if indent > last and before[4] and not re.fullmatch(_BLOCK, before[4]):
        if _slipped_out(lines, above, indent):
            return above, _moved(before[3], last, indent, f"{here[3]} below it")
        owners = _owners(lines, above)
        if here[3] not in (keys_at(name, owners) or ()) and holds_text(name, [*owners, before[3]]):
            said = f"a ':' stands in a line of the text of {before[3]}"
            return index, (here.end(3), said, _block_text(before[3]))
        return index, _moved(here[3], indent, last, f"{before[3]} above it")
    if indent < last and indent not in {_depth(lines[number]) for number in range(index) if lines[number].strip()}:
        return index, _moved(here[3], indent, last, f"{before[3]} above it")
    return None


def _slipped_out(lines: Sequence[str], number: int, indent: int) -> bool:
    """Whether a line belongs `indent` far in: as the line above it is, or since that is a key that waits for one."""
    above = _above(lines, number)
    if above is None:
        return False
    owner = KEY_AND_VALUE.fullmatch(lines[above].rstrip())
    return _depth(lines[above]) == indent or (
        owner is not None and not owner[4] and len(owner[1]) == _depth(lines[number])
    )


def _moved(key: str, indent: int, right: int, beside: str) -> Cause:
    count = abs(right - indent)
    spaces = counted(count, "space")
    mend = f"put {spaces} before {key}" if right > indent else f"take {spaces} away before {key}"
    where = "further out" if right > indent else "further in"
    return indent, f"{key} stands {where} than {beside}", f"{mend}, so that both begin at one column"


_WORD = r"( *)([a-z][a-z0-9_-]*)(?:[ \t]+([^\s:=：＝﹕︓].*))?"


def _missing_colon(lines: Sequence[str], index: int, name: str) -> Cause | None:
    """A line that begins with a key that may stand there, and is not there yet."""
    match = re.fullmatch(_WORD, lines[index].rstrip())
    if match is None or _goes_on_in_quotes(lines, index):
        return None
    word, value, owners = match[2], match[3] or "", _owners(lines, index)
    keys = keys_at(name, owners)
    is_known = word in keys if keys is not None else not value
    has_lines_below = _depth(_line_below(lines, index)) > len(match[1])
    if not is_known or not (value or has_lines_below) or word in _siblings(lines, index):
        return None
    text = _text_above(lines, index, name, owners)
    # `headline Save 30%` is a key; `name your price` may be the text above it, going on.
    is_doubtful = text and "_" not in word and value[:1].islower()
    other = f"; where it goes on with the text above it, {_block_text(text)}" if is_doubtful else ""
    return match.end(2), f"{word} has no ':'", _write(word, value) + other


def _owners(lines: Sequence[str], index: int) -> list[str]:
    """The keys that a line stands below, outermost first."""
    depth, found = _depth(lines[index]), []
    for line in reversed(lines[:index]):
        if line.strip() and line.lstrip()[0] != "#" and _depth(line) < depth:
            depth = _depth(line)
            found.append(re.split(r"[\s:]", line.strip(), maxsplit=1)[0])
    return found[::-1]


def _siblings(lines: Sequence[str], index: int) -> set[str]:
    """The keys beside a line, in the same mapping."""
    depth = _depth(lines[index])
    found: set[str] = set()
    for part in (reversed(lines[:index]), lines[index + 1 :]):
        for line in itertools.takewhile(lambda each: not each.strip() or _depth(each) >= depth, part):
            match = KEY_AND_VALUE.fullmatch(line.rstrip()) if _depth(line) == depth else None
            found.update([match[3]] if match else [])
    return found


def _goes_on_in_quotes(lines: Sequence[str], index: int) -> bool:
    above = next((m for line in reversed(lines[:index]) if (m := KEY_AND_VALUE.fullmatch(line.rstrip()))), None)
    return above is not None and _is_open(above[4] or "")


def _text_above(lines: Sequence[str], index: int, name: str, owners: Sequence[str]) -> str:
    """The key right above a line, where it holds a text that is written without quotes."""
    above = _above(lines, index)
    match = KEY_AND_VALUE.fullmatch(lines[above].rstrip()) if above is not None else None
    is_text = match is not None and match[4] and match[4][0] not in "\"'" and holds_text(name, [*owners, match[3]])
    return match[3] if match and is_text else ""


def _line_below(lines: Sequence[str], index: int) -> str:
    return next((line for line in lines[index + 1 :] if line.strip()), "")


def _block_text(key: str) -> str:
    return f"use a block text: {key}: |, and each line of the text below it, two spaces further in"


def _lines_of_text(lines: Sequence[str], index: int, name: str) -> Cause | None:
    """A text that goes on in the lines below, and holds what no unquoted text may: a block text is both mends."""
    match, found = KEY_AND_VALUE.fullmatch(lines[index].rstrip()), _value(lines[index])
    if match is None or found is None or match[4][0] in "\"'[{":
        return None
    below = _line_below(lines, index)
    is_more = below.lstrip().startswith("- ") or not KEY_AND_VALUE.fullmatch(below.rstrip())
    if not is_more or _depth(below) < len(match[1]) or not below.strip() or below.lstrip()[0] == "#":
        return None
    if _missing_colon(lines, lines.index(below, index + 1), name):
        return None
    is_text = holds_text(name, [*_owners(lines, index), match[3]])
    return (found[0], found[1], _block_text(match[3])) if is_text else None


def _one_item(lines: Sequence[str], index: int, name: str) -> Cause | None:
    """`headline: - Save 30%`: a list cannot begin behind its key, and only some keys take one."""
    match = KEY_AND_VALUE.fullmatch(lines[index].rstrip())
    item = re.fullmatch(r"- +(.*)", match[4] or "") if match else None
    if match is None or item is None or re.search(_COLON, item[1]):
        return None
    path, whole = [*_owners(lines, index), match[3]], quoted_line(lines[index])
    if takes_list(name, path):
        mend = f"write a list in brackets: {match[3]}: [{item[1][:LONGEST]}]"
    else:
        mend = _write(match[3], item[1])
        mend += f"; where the - belongs to the text, {whole}" if whole and holds_text(name, path) else ""
    return match.start(4), "an unquoted value cannot begin with '- '", mend


_DRESSED = re.compile(
    r"( *)((?:[-+>•*_`#–]+ *)?)([a-z]+(?:_[a-z]+)*)([*_`]*) *(:[*_`]*(?= |$)|;|=>|->|→|–|—)[*_`]* *(.*)"
)


def _dressed_key(lines: Sequence[str], index: int, name: str) -> Cause | None:
    """`**headline**: Save 30%`, `- headline: Save 30%`, `headline; Save 30%`: signs that are none of YAML's."""
    match = _DRESSED.fullmatch(lines[index].rstrip())
    if match is None or _goes_on_in_quotes(lines, index):
        return None
    before, word, behind, mark, value = match[2].strip(), match[3], match[4], match[5], match[6]
    is_plain = not before and not behind and mark == ":"
    if is_plain or word in _siblings(lines, index) or word not in (keys_at(name, _owners(lines, index)) or ()):
        return None
    if mark[0] != ":" and not before:
        return match.start(5), f"a '{mark}' stands in place of the ':'", _write(word, value)
    return match.start(2), f"a key begins with a letter, and not with '{before or behind}'", _write(word, value)


def _tab_in_block(lines: Sequence[str], index: int, name: str) -> Cause | None:
    """A tab in place of the spaces of a block text."""
    lead = re.match(r"[ ]*\t[ \t]*", lines[index])
    above = _above(lines, index)
    if lead is None or above is None:
        return None
    owner = KEY_AND_VALUE.fullmatch(lines[above].rstrip())
    begins = owner is not None and re.fullmatch(_BLOCK, owner[4] or "") is not None
    if not begins and not _is_in_block(lines, above):
        return None
    depth = _depth(lines[above]) + 2 * begins
    text = lines[index].strip()[:LONGEST]
    more = (
        ", and each line below it that a tab begins likewise" if "\n\t" in "\n".join(["", *lines[index + 1 :]]) else ""
    )
    return lead[0].index("\t"), "a tab is used to indent", f"indent with {depth} spaces: {' ' * depth + text!r}{more}"


def separator_mend(lines: Sequence[str], index: int, name: str) -> str:
    """For a `---` at the beginning of a line, which to YAML begins another document, wherever it stands."""
    key, below = _key_above(lines, index), KEY_AND_VALUE.fullmatch(_line_below(lines, index).rstrip())
    if not key or not _line_below(lines, index) or (below and below[3] in (keys_at(name, ()) or below[3])):
        return "keep one document a file"
    return (
        f"where the --- belongs to the text, use a block text: {key}: |, and each line of the text below it, the --- "
        "too, two spaces further in"
    )


def _key_above(lines: Sequence[str], index: int) -> str:
    """The key whose text the line at `index` has cut off."""
    above = (m for line in reversed(lines[:index]) if line.strip() and (m := KEY_AND_VALUE.fullmatch(line.rstrip())))
    match = next(above, None)
    return match[3] if match and match[4] else ""


def _paragraph(lines: Sequence[str], index: int, name: str) -> tuple[int, Cause] | None:
    """A line that has no key: text that goes on, or that has slipped out of its block."""
    first = owner = index
    while owner >= 0 and not (lines[owner].strip() and KEY_AND_VALUE.fullmatch(lines[owner].rstrip())):
        first = owner if lines[owner].strip() else first
        owner -= 1
    if not lines[index].strip() or owner == index:
        return None
    if owner < 0:
        return _above_all(lines, index)
    if lines[first].lstrip().startswith("#"):
        return None
    match = KEY_AND_VALUE.fullmatch(lines[owner].rstrip())
    assert match is not None  # what the loop has stopped at
    key, value, column = match[3], match[4] or "", _depth(lines[first])
    if not value and lines[first].lstrip().startswith("- "):
        return _no_item(lines, first, index, key)
    if _is_open(value):
        return None
    if re.fullmatch(_BLOCK, value):
        said = f"the lines of the block text of {key} do not line up"
        if column > _depth(lines[owner]):
            first, column = index, _depth(lines[index])
        return first, (column, said, f"begin each of them at one column, further in than {key}")
    if said_no_colon := _no_colon(lines[first]):
        return first, said_no_colon
    if not value and (items := _bulleted(lines, first)):
        mend = f"write {key}: [{', '.join(items)}]; or, where they are text, use a block text: {key}: |"
        return first, (column, "YAML takes '- ' with its space for an item of a list, and nothing else", mend)
    if not value or value.startswith("#"):
        text = lines[first].strip()
        return first, (column, f"this is not further in than {key}", _write(key, text if len(text) < LONGEST else ""))
    return first, _no_key(lines, first, owner, name)


def _no_key(lines: Sequence[str], first: int, owner: int, name: str) -> Cause:
    """A line below a value, which it may go on with where that is a text."""
    match = KEY_AND_VALUE.fullmatch(lines[owner].rstrip())
    assert match is not None  # it has a key
    key, column = match[3], _depth(lines[first])
    is_text = key not in LINKS and holds_text(name, [*_owners(lines, owner), key])
    is_below = column >= _depth(lines[owner])
    if is_text and (is_below or key == LONG):
        said = f"this line has no key: the text of {key} cannot go on here"
        return column, said, _block_text(key) + ("" if is_below else "; where it is none of the text, delete it")
    other = f"; where it goes on with the text above it, {_block_text(key)}" if is_text else ""
    note = f"delete it, or make it a comment: # {lines[first].strip()[:LONGEST]}"
    return column, "this line has no key", note + other


def _no_item(lines: Sequence[str], first: int, index: int, key: str) -> tuple[int, Cause] | None:
    """A line among the items of a list, which begins at `first`."""
    if index == first:
        return None
    while _is_tight(lines[index]) and _is_tight(lines[index - 1]):
        index -= 1
    column, item = _depth(lines[index]), lines[index].strip()[:LONGEST]
    if _is_tight(lines[index]):
        said = "YAML takes '- ' with its space for an item of a list, and nothing else"
        return index, (column, said, f"write {'; '.join(f'- {each}' for each in _bulleted(lines, index))}")
    if column != _depth(lines[first]) or item.startswith("-"):
        return None
    return index, (column, f"this is no item of the list of {key}", f"write - {item}")


_TIGHT = r"\s*([-•·*–])\s*(\w.{0,60})"


def _is_tight(line: str) -> bool:
    return re.fullmatch(_TIGHT, line) is not None and not line.lstrip().startswith("- ")


def _above_all(lines: Sequence[str], index: int) -> tuple[int, Cause] | None:
    """A title or a note above the first key."""
    text = lines[index].strip()
    if (
        not text[0].isalnum()
        or len(text) > LONGEST
        or not any(KEY_AND_VALUE.fullmatch(line) for line in lines[index + 1 :])
    ):
        return None
    return index, (_depth(lines[index]), "this line has no key", f"delete it, or make it a comment: # {text}")


def _bulleted(lines: Sequence[str], first: int) -> list[str]:
    """The items of lines that begin with a dash without a space, or with another sign of a list."""
    matches = (re.fullmatch(_TIGHT, line) for line in lines[first : first + 20])
    return [match[2].strip() for match in itertools.takewhile(lambda match: match is not None, matches) if match]


def _closing(line: str) -> Cause | None:
    match = re.fullmatch(r"(\s*)([}\])]+),?\s*", line)
    return (match.end(1), f"a {match[2]} that nothing opens", "delete it") if match else None


def _is_open(value: str) -> bool:
    """Whether a list, a mapping or a quote begins that goes on in the next line."""
    if value[:1] in ("[", "{"):
        return value.count("[") + value.count("{") > value.count("]") + value.count("}")
    return value[:1] in ('"', "'") and value[0] not in value[1:]


def _above(lines: Sequence[str], index: int) -> int | None:
    return next((n for n in range(index - 1, -1, -1) if lines[n].strip() and lines[n].lstrip()[0] != "#"), None)


def _depth(line: str) -> int:
    match = re.match(_LEVEL, line)
    return len(match[0]) if match else 0


def _is_in_block(lines: Sequence[str], index: int) -> bool:
    """Whether the line is text of a `key: |` above it, where anything may be written."""
    depth = _depth(lines[index])
    for number in range(index - 1, -1, -1):
        if lines[number].strip() and _depth(lines[number]) < depth:
            depth = _depth(lines[number])
            match = KEY_AND_VALUE.fullmatch(lines[number].rstrip())
            if match and match[4] and re.fullmatch(_BLOCK, match[4]):
                return True
    return False


def _causes(lines: Sequence[str], fault: int, name: str) -> Iterator[tuple[int, Cause]]:
    """At the place where the parser stumbled and at the two lines above it, nearest first."""
    fault = min(fault, len(lines) - 1)
    written = (n for n in range(fault, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
    for number in itertools.islice(written, 3):
        if len(lines[number]) > TOO_LONG:
            continue
        if _is_in_block(lines, number):
            if number == fault and (placed := _paragraph(lines, number, name)):
                yield placed
            continue
        for in_file in (_dressed_key, _missing_colon, _tab_in_block, _lines_of_text, _one_item):
            if cause := in_file(lines, number, name):
                yield number, cause
        for find in (*_OF_A_LINE, *([_closing] if number == fault else [])):
            if cause := find(lines[number]):
                yield number, cause
        for among in (_indented_top, _misaligned, _paragraph):
            if placed := among(lines, number, name):
                yield placed


_NOTE = r"\S # \S"
"""A `#` that may begin a comment, or belong to the text."""


def cause(lines: Sequence[str], fault: int, name: str) -> Problem | None:
    """What a person has written near the line `fault` (from 0) that makes it no YAML; None where nothing is known."""
    bare = [without_comment(line) if len(line) <= TOO_LONG else line for line in lines]
    found = next(_causes(bare, fault, name), None)
    if found is None:
        return None
    number, (column, message, mend) = found
    if re.search(_NOTE, bare[number]) and re.search(_NOTE, mend):
        mend += "; a comment has two spaces before its # and one after"
    return Problem(Origin(name, number + 1, column + 1), message, mend)


# ---- the parser's own errors

# (in ruamel's "context: problem", what to say, mend); the first that matches counts.
# {char} is the character at fault, {since} the line where the broken thing begins.
_SYNTAX = (
    (
        r"mapping values are not allowed",
        "a ':' stands here, inside a value that has begun already",
        "give each key its own line and indentation; quote a text that holds ': '",
    ),
    (
        r"sequence entries are not allowed",
        "a list item '- ' stands where no list can begin",
        "begin the list on a line of its own; quote a text that begins with '- '",
    ),
    (r"mapping keys are not allowed", "a '? ' stands where no key can begin", "quote the text"),
    (r"could not find expected ':'", "a key without a ':'", "write key: value on one line"),
    (r"an (anchor|alias)", "a value cannot begin with '&' or '*'", "quote the text"),
    (r"tag", "a value cannot begin with '!'", "quote the text"),
    (r"directive", "a % directive is not allowed", "delete the line"),
    (r"tab character", "a tab is used to indent", "indent with spaces"),
    (r"cannot start any token", "a value cannot begin with {char}", "quote the text"),
    (
        r"<document start>",
        "what stands above this line is a text of its own, with no key",
        "write key: value lines from the first line on",
    ),
    (
        r"document separator",
        "a '---' or '...' inside a quoted text ends the document",
        "close the quote above it; where the line belongs to the text, put two spaces before it",
    ),
    (
        r"document end marker",
        "text after the end of the document",
        "keep one document a file",
    ),
    (r"end of stream", "a quote that is never closed", "write the closing quote"),
    (
        r"',' or '\]'",
        "the list that [ opens at line {since} has neither a ',' nor its ']' here",
        "put the ',' or the ']'",
    ),
    (
        r"',' or '\}'",
        "the mapping that {{ opens at line {since} has neither a ',' nor its '}}' here",
        "put the ',' or the '}'",
    ),
    (
        r"expected <block end>",
        "this does not continue what begins at line {since}",
        "line it up with its siblings; quote the whole of a text that begins with a quote",
    ),
    (
        r"escape character|escape sequence",
        "this is no escape of a double-quoted text",
        "write / in a path; put a text with a backslash into single quotes",
    ),
    (
        r"a block scalar",
        "only |, >, + and - may stand on the line where a block text begins",
        "begin the text on the next line",
    ),
    (
        r"node content",
        "a value is expected here, and {char} begins none",
        "write a value, or quote the text",
    ),
)


_PLAIN_ENOUGH = "document separator|document end marker|escape"
"""What the parser says better than the line shows."""


def explain(error: Exception, source: str, name: str) -> Problem:
    """The cause that is seen in the lines, else the parser's error."""
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    found = None
    if mark is not None and not re.search(_PLAIN_ENOUGH, str(getattr(error, "problem", ""))):
        at_end = not source[mark.index :].strip()
        began = getattr(error, "context_mark", None) or mark
        found = cause(LINE_BREAK.split(source), (began if at_end else mark).line, name)
        found = _bare_variable(LINE_BREAK.split(source)[mark.line], mark.line + 1, name) or found
    return found or _told(error, source, name)


_IN_BRACKETS = r"[\[{,:]\s+(?P<text>[^\s\"'{}\[\],]*(?P<name>\$\{\w+\})[^\s\"'{}\[\],]*)"
"""An unquoted text with a variable, of which the brackets would end at its }."""


def _bare_variable(line: str, number: int, name: str) -> Problem | None:
    found = re.search(_IN_BRACKETS, line)
    if found is None or not re.search(r"[\[{]", line[: found.start("name")]):
        return None
    origin = Origin(name, number, found.start("text") + 1)
    said = f"within brackets YAML takes the braces of {found['name']} for its own"
    return Problem(origin, said, f'put it in quotes: "{found["text"]}"')


_WINDOWS = re.compile(r'"[A-Za-z]:\\[^"\r\n]*?([\w.-]+)"')


def _windows_path(mark: Any, source: str, name: str) -> Problem | None:
    """In double quotes each of its backslashes begins an escape."""
    path = _WINDOWS.match(source, mark.index)
    if path is None:
        return None
    whose = f"put the file below creatives/ and write its path there: {path[1]}"
    said = "a path of Windows; here it has no backslashes and no drive"
    return Problem(Origin(name, mark.line + 1, mark.column + 1), said, whose)


def _told(error: Exception, source: str, name: str) -> Problem:
    said = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or error}"
    context: Any = getattr(error, "context_mark", None)
    mark: Any = getattr(error, "problem_mark", None) or context
    if mark is None:
        return Problem(Origin(name), f"this is not YAML: {said}", "check the quotes and the indentation")
    char = source[mark.index : mark.index + 1]
    if "escape" in said and (found := _windows_path(context or mark, source, name)):
        return found
    if char == "\t" and "cannot start" in said:
        said = "tab character"
    since = (context or mark).line + 1
    # The end of the file is nowhere to look: what was left open is.
    if context and not source[mark.index :].strip():
        mark = context
    origin = Origin(name, mark.line + 1, mark.column + 1)
    for pattern, message, mend in _SYNTAX:
        if re.search(pattern, said):
            return Problem(origin, message.format(char=repr(char) if char else "the end", since=since), mend)
    return Problem(origin, f"this is not YAML: {said.strip(': ')}", "check the quotes and the indentation")
