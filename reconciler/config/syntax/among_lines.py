"""What a line shows among those around it: the nearest cause, at and above the place where a parser stumbled. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from reconciler.config.known_keys import holds_text, keys_at, takes_list
from reconciler.config.syntax.one_line import COLON, OF_A_LINE, Cause, no_colon, value_of, written_as
from reconciler.kinds.copy import LINKS, LONG
from reconciler.kinds.said import counted
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import (
    KEY_AND_VALUE,
    LONGEST,
    TOO_LONG,
    quoted_line,
    without_comment,
)

_LEVEL = r"[ ]*"
_BLOCK = r"[|>][-+0-9]{0,2}\s*(?:#.*)?"


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
    return match.end(2), f"{word} has no ':'", written_as(word, value) + other


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
    match, found = KEY_AND_VALUE.fullmatch(lines[index].rstrip()), value_of(lines[index])
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
    if match is None or item is None or re.search(COLON, item[1]):
        return None
    path, whole = [*_owners(lines, index), match[3]], quoted_line(lines[index])
    if takes_list(name, path):
        mend = f"write a list in brackets: {match[3]}: [{item[1][:LONGEST]}]"
    else:
        mend = written_as(match[3], item[1])
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
        return match.start(5), f"a '{mark}' stands in place of the ':'", written_as(word, value)
    return match.start(2), f"a key begins with a letter, and not with '{before or behind}'", written_as(word, value)


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
    if said_no_colon := no_colon(lines[first]):
        return first, said_no_colon
    if not value and (items := _bulleted(lines, first)):
        mend = f"write {key}: [{', '.join(items)}]; or, where they are text, use a block text: {key}: |"
        return first, (column, "YAML takes '- ' with its space for an item of a list, and nothing else", mend)
    if not value or value.startswith("#"):
        text = lines[first].strip()
        return first, (
            column,
            f"this is not further in than {key}",
            written_as(key, text if len(text) < LONGEST else ""),
        )
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
        for find in (*OF_A_LINE, *([_closing] if number == fault else [])):
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
