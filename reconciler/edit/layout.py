"""A file's text in canonical order and layout. Pure.

Whole lines move, with what stands on them to the letter: of a value only its place and its indentation change, of a
list or mapping in brackets on one line also the spaces between its parts. So a comment can only be moved, never lost:
one above a key goes with the key, one behind a value stays behind it, and what stands on top of the file stays there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from reconciler.edit.canonical import sorted_keys
from reconciler.edit.yaml_text import Order
from reconciler.model.document import KeyPath

BOM = "\ufeff"


class CannotPlaceError(Exception):
    """The text stays as it is. The message ends a sentence: `line 3 has a key of several lines`."""


def formatted(text: str, order: Order) -> str:
    """The text of one file, with the line ends that it has, without a byte order mark. Raises CannotPlaceError."""
    plain = re.sub(r"\r\n?", "\n", text.removeprefix(BOM))
    if odd := re.search("[\x85\u2028\u2029]", plain):
        raise CannotPlaceError(f"line {plain.count(chr(10), 0, odd.start()) + 1} holds a line break that few see")
    plain = _without_tabs(plain)
    made = _Layout(plain, order).whole()
    if _said(made) != _said(plain) or _letters(made) != _letters(plain):
        raise CannotPlaceError("it would not say the same afterwards")
    first = re.search(r"\r\n?|\n", text)
    return made if first is None or first[0] == "\n" else made.replace("\n", "\r\n")


_TABS = re.compile(r"(?<=\S)[ \t]*\t[ \t]*(?=#|$)|(?<=:)[ \t]*\t[ \t]*(?=\S)|^[ \t]*\t[ \t]*$", re.MULTILINE)


def _without_tabs(text: str) -> str:
    """Only libyaml takes tabs around values. The text is the same to those who read both."""
    try:
        _root(text)
    except CannotPlaceError:
        return _TABS.sub(lambda match: "  " if match.end() < len(text) and text[match.end()] in "#" else " ", text)
    return text


def _letters(text: str) -> Counter[str]:
    """All but what may come and go: spaces, and a comma before a closing bracket."""
    return Counter(re.sub(r"[\s,]", "", text))


def _said(text: str) -> Any:
    return _plain_data(_root(text))


def _plain_data(node: Node | None) -> Any:
    """Keys in any order; a number and a text of the same digits are two things."""
    if isinstance(node, MappingNode):
        return {key.value: _plain_data(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain_data(item) for item in node.value]
    return None if node is None else (node.style is None, node.value)


def _root(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    try:
        return yaml.compose(text)
    except (YAMLError, ValueError, OverflowError) as error:
        raise CannotPlaceError("it cannot be read as YAML") from error


@dataclass(frozen=True)
class _Part:
    """One key with its value, or one item of a list. `start` and `end` are its first and its last line."""

    name: str | int
    key: Node | None
    value: Node
    start: int
    end: int
    lead: tuple[str, ...]
    """The lines above it, blanks and comments."""
    tail: tuple[str, ...] = ()
    """The lines below it that stand further in: they end what it holds."""


class _Layout:
    """One text, and where its lines begin."""

    def __init__(self, text: str, order: Order) -> None:
        self.text = text
        self.order = order
        self.is_open = False
        """Whether the last value is a text behind `|+`, to which blank lines below it belong."""
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def whole(self) -> str:
        root = _root(self.text)
        if not isinstance(root, MappingNode) or root.flow_style or not root.value:
            return self._bare()
        last = self._last_line(root)
        above, below = self.lines[: root.start_mark.line], _without_ends(self.lines[last + 1 :], only_last=True)
        head, lead = _head(above)
        made = [*head, *self._block(root, (), 0, tuple(lead), tuple(below))]
        return "\n".join(made) + "\n"

    def _bare(self) -> str:
        """Of what is no block: only the spaces at the ends of its lines go."""
        return "\n".join(_without_ends([line.rstrip() for line in self.lines])) + "\n"

    # ---- blocks

    def _block(
        self, node: Node, path: KeyPath, indent: int, lead: tuple[str, ...], below: tuple[str, ...]
    ) -> Iterator[str]:
        """`lead` are the lines above the first part, `below` those behind the last one that belong here."""
        parts, tail = self._parts(node, lead, below)
        if isinstance(node, MappingNode):
            names = [str(part.name) for part in parts]
            if len(set(names)) < len(names):
                raise CannotPlaceError(f"line {parts[0].start + 1} begins keys of which one is there twice")
            by_name = {str(part.name): part for part in parts}
            parts = [by_name[name] for name in sorted_keys(names, self.order(path))]
        for at, part in enumerate(parts):
            yield from self._lead(part.lead, indent, is_first=at == 0)
            yield from self._part(part, (*path, part.name), node, indent)
        yield from self._lead(tail, indent, is_first=False)

    def _lead(self, lines: Sequence[str], indent: int, *, is_first: bool) -> Iterator[str]:
        was_blank = is_first or self.is_open
        for line in lines:
            bare = line.strip()
            if bare and not bare.startswith("#") and bare not in ("...", "---"):
                raise CannotPlaceError(f"{bare[:40]!r} stands where only a comment is expected")
            if bare or not was_blank:
                yield f"{' ' * indent}{bare}" if bare else ""
            was_blank = not bare

    def _parts(self, node: Node, lead: tuple[str, ...], below: tuple[str, ...]) -> tuple[list[_Part], tuple[str, ...]]:
        """With what is left of the lines below the last of them."""
        parts, before = [], lead
        for at, entry in enumerate(node.value):
            key, value = entry if isinstance(node, MappingNode) else (None, entry)
            start = key.start_mark.line if key is not None else self._dash_line(node, at)
            end = self._last_line(value, key)
            after = below
            if at + 1 < len(node.value):
                after = tuple(self.lines[end + 1 : self._first_line(node, at + 1)])
            tail, rest = self._split(node, value, after)
            name = at if key is None else key.value
            parts.append(_Part(name, key, value, start, end, before, tail))
            before = rest
        return parts, before

    def _split(self, node: Node, value: Node, lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What of the lines below a part still belongs within it: comments further in than the keys beside it."""
        if isinstance(value, ScalarNode) or value.flow_style:
            return (), tuple(lines)
        column, count = node.start_mark.column, 0
        for at, line in enumerate(lines):
            if not line.strip():
                continue
            if len(line) - len(line.lstrip()) <= column:
                break
            count = at + 1
        return tuple(lines[:count]), tuple(lines[count:])

    def _first_line(self, node: Node, at: int) -> int:
        if isinstance(node, MappingNode):
            return int(node.value[at][0].start_mark.line)
        return self._dash_line(node, at)

    def _dash_line(self, node: Node, at: int) -> int:
        if at == 0:
            return int(node.start_mark.line)
        column, first = node.start_mark.column, self._last_line(node.value[at - 1]) + 1
        for line in range(first, node.value[at].start_mark.line + 1):
            if self.lines[line][:column].strip() == "" and self.lines[line][column : column + 1] == "-":
                return line
        raise CannotPlaceError(f"line {first + 1} has an item whose dash is not found")

    # ---- one part

    def _part(self, part: _Part, path: KeyPath, above: Node, indent: int) -> Iterator[str]:
        margin, self.is_open = " " * indent, False
        if part.key is None:
            start, behind, opened = "-", above.start_mark.column + 1, part.start
            source_column = above.start_mark.column
        else:
            source = self._source(part.key)
            if "\n" in source or self.lines[part.start][: part.key.start_mark.column].strip(" -"):
                raise CannotPlaceError(f"line {part.start + 1} has a key that is more than one word on its line")
            colon = re.compile(r"\s*:").match(self.lines[part.start], part.key.end_mark.column)
            if colon is None:
                raise CannotPlaceError(f"line {part.start + 1} has a key without a colon")
            start, behind, opened = f"{source}:", colon.end(), part.start
            source_column = part.key.start_mark.column
        value = part.value
        if self._is_empty(value):
            yield f"{margin}{start}{self._comment(opened, behind)}"
            return
        if not isinstance(value, ScalarNode) and not value.flow_style:
            yield from self._held(part, path, start, behind, indent)
            return
        if value.start_mark.line > opened:
            # The value stands below its key: what is between them goes above both.
            between = [self._comment(opened, behind).strip(), *self.lines[opened + 1 : value.start_mark.line]]
            yield from self._lead([line for line in between if line.strip()], indent, is_first=True)
        yield from self._single(value, path, f"{margin}{start} ", indent, source_column)

    def _held(self, part: _Part, path: KeyPath, start: str, behind: int, indent: int) -> Iterator[str]:
        """A block that a key or a dash holds."""
        value, margin = part.value, " " * indent
        begins = value.start_mark.line
        between = tuple(self.lines[part.start + 1 : begins])
        if part.key is not None:
            if begins == part.start:
                raise CannotPlaceError(f"line {part.start + 1} has a block beside its key")
            yield f"{margin}{start}{self._comment(part.start, behind)}"
            yield from self._block(value, path, indent + 2, between, part.tail)
            return
        note = self._comment(part.start, behind).strip() if begins > part.start else ""
        yield from self._lead([note] if note else [], indent, is_first=True)
        lines = list(self._block(value, path, indent + 2, between, part.tail))
        first = next(at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
        yield from (f"{margin}{line.strip()}".rstrip() for line in lines[:first])
        yield f"{margin}- {lines[first][indent + 2 :]}"
        yield from lines[first + 1 :]

    def _single(self, node: Node, path: KeyPath, start: str, indent: int, column: int) -> Iterator[str]:
        """A value that is no block, with the comment behind it."""
        first, last = node.start_mark.line, self._line(self._end(node))
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            yield from self._block_text(node, start, indent, column)
            return
        behind = self._comment(last, self._end(node) - self.starts[last])
        if first == last:
            yield f"{start}{self._in_brackets(node, path)}{behind}"
            return
        source = self._source(node).split("\n")
        yield start + (source[0] if isinstance(node, ScalarNode) else source[0].rstrip())
        for at, line in enumerate(source[1:], start=1):
            comment = behind if at == len(source) - 1 else ""
            yield self._continued(node, line, indent, column) + comment

    def _continued(self, node: Node, line: str, indent: int, column: int) -> str:
        bare = line.lstrip()
        if not bare:
            return ""
        if isinstance(node, ScalarNode):
            return f"{' ' * (indent + 2)}{bare}"
        # Brackets over several lines keep their lines as they are among each other.
        least = indent if bare[0] in "]}" else indent + 2
        return f"{' ' * max(least, len(line) - len(bare) + indent - column)}{bare.rstrip()}"

    def _block_text(self, node: ScalarNode, start: str, indent: int, column: int) -> Iterator[str]:
        """A text behind `|` or `>`: its lines are moved together."""
        line = node.start_mark.line
        header = re.compile(r"[|>][-+0-9]*").match(self.lines[line], node.start_mark.column)
        if header is None:
            raise CannotPlaceError(f"line {line + 1} begins a block text in an unknown way")
        self.is_open = "+" in header[0]
        yield f"{start}{header[0]}{self._comment(line, header.end())}"
        lines = self.lines[line + 1 : self._line(self._end(node)) + 1]
        if digits := re.search(r"[1-9]", header[0]):
            was, becomes = column + int(digits[0]), indent + int(digits[0])
        else:
            was = min((len(one) - len(one.lstrip(" ")) for one in lines if one.strip(" ")), default=0)
            becomes = indent + 2
        for one in lines:
            yield " " * becomes + one[was:] if one[was:] else ""

    # ---- places

    def _index(self, mark: Any) -> int:
        return int(self.starts[mark.line] + mark.column)

    def _line(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

    def _end(self, node: Node) -> int:
        """Behind the last letter of its own: the parser's mark of a block stands behind what follows."""
        if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
            last = node.value[-1]
            key, value = last if isinstance(node, MappingNode) else (None, last)
            return max(self._end(value), self._end(key) if key is not None else 0)
        start, end = self._index(node.start_mark), self._index(node.end_mark)
        if not (isinstance(node, ScalarNode) and node.style in ("|", ">")):
            return end
        source = self.text[start:end]
        kept = source.rstrip("\n") if "+" in source.split("\n", 1)[0].split(" #", 1)[0] else None
        if kept is not None:
            return max(start + 1, end - 1) if source.endswith("\n") else end
        return start + len(source.rstrip())

    def _last_line(self, value: Node, key: Node | None = None) -> int:
        line = self._line(self._end(value))
        return max(line, int(key.end_mark.line)) if key is not None else line

    def _source(self, node: Node) -> str:
        return self.text[self._index(node.start_mark) : self._end(node)]

    def _is_empty(self, node: Node) -> bool:
        return isinstance(node, ScalarNode) and node.style is None and self._index(node.start_mark) == self._end(node)

    def _comment(self, line: int, column: int) -> str:
        """What stands behind a value on its line: nothing, or a comment with two spaces before it at least."""
        rest = self.lines[line][column:]
        bare = rest.strip()
        if not bare:
            return ""
        if not bare.startswith("#"):
            raise CannotPlaceError(f"line {line + 1} goes on with {bare[:40]!r}")
        spaces = rest[: len(rest) - len(rest.lstrip())]
        return (spaces if len(spaces) >= 2 and spaces.isascii() and "\t" not in spaces else "  ") + bare

    def _in_brackets(self, node: Node, path: KeyPath) -> str:
        source = self._source(node)
        if isinstance(node, ScalarNode) or not all(map(self._is_whole, _within(node))):
            return source
        return self._tidy(node, path)

    def _is_whole(self, node: Node) -> bool:
        """Not so are `[a: b]`, where the mapping has no brackets, and `{a, b}`, where keys have no values."""
        if isinstance(node, ScalarNode):
            return not self._is_empty(node)
        return self._source(node)[0] in "{["

    def _tidy(self, node: Node, path: KeyPath) -> str:
        if isinstance(node, SequenceNode):
            return "[" + ", ".join(self._tidy(item, (*path, at)) for at, item in enumerate(node.value)) + "]"
        if isinstance(node, ScalarNode):
            return self._source(node)
        by_name = {key.value: (key, value) for key, value in node.value}
        names = sorted_keys(list(by_name), self.order(path))
        pairs = ((self._source(by_name[name][0]), self._tidy(by_name[name][1], (*path, name))) for name in names)
        return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def _within(node: Node) -> Iterator[Node]:
    yield node
    for entry in node.value if isinstance(node, (MappingNode, SequenceNode)) else ():
        for each in entry if isinstance(node, MappingNode) else (entry,):
            yield from _within(each)


def _head(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stays on top, and what goes with the first key: that is behind a blank line."""
    blanks = [at for at, line in enumerate(lines) if not line.strip()]
    cut = blanks[-1] + 1 if blanks else len(lines)
    head = [line.strip() for line in lines[:cut]]
    kept = [line for at, line in enumerate(head) if line or (at and head[at - 1])]
    return kept if any(kept) else [], list(lines[cut:])


def _without_ends(lines: Sequence[str], *, only_last: bool = False) -> list[str]:
    """Without blank lines at either end."""
    said = [at for at, line in enumerate(lines) if line.strip()]
    return list(lines[0 if only_last else said[0] : said[-1] + 1]) if said else []
