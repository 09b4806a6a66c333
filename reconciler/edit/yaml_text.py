"""A value put into the text of a YAML file, or taken out of it, with all else as it was to the byte. Pure.

What stands there is found by the marks of the parser, never by patterns, and only the letters of what differs are
exchanged: of a list the items, of a mapping the keys. A text that no small edit can make so is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from reconciler.model.document import KeyPath
from reconciler.text.yaml import in_double_quotes, may_be_plain, quoted

Order = Callable[[KeyPath], Sequence[str]]
"""By mapping, the order in which a person writes its keys; those that it does not name come last."""


class CannotEditError(Exception):
    """No small edit makes the text say so. The message ends a sentence: `its text has several lines`."""


class Letters(str):
    """A value as YAML writes it without quotes, such as `80.00 SGD` and `2026-12-01 09:00`."""

    __slots__ = ()


def with_value(text: str, path: KeyPath, value: Any, order: Order = lambda path: ()) -> str:
    """The text with `value`, plain data or `Letters`, at `path`; keys that are not there yet are added. Raises
    CannotEditError."""
    return _Text(text, order).put(path, value)


def without_value(text: str, path: KeyPath) -> str:
    """The text less the key at `path`, and less the mappings that this leaves empty. Raises CannotEditError."""
    return _Text(text, lambda path: ()).take(path)


@dataclass(frozen=True)
class _Text:
    text: str
    order: Order

    # ---- what is to be done

    def put(self, path: KeyPath, value: Any) -> str:
        known, node = self._deepest(path)
        rest = path[len(known) :]
        if not rest:
            return self._exchange(known, node, value)
        step, *deeper = rest
        if not isinstance(step, str):
            raise CannotEditError("the list has no such item")
        for inner in reversed(deeper):
            value = {inner: value}
        if _is_nothing(node):
            return self._spliced(node, f" {flow({step: value})}".removeprefix("" if self._is_empty(node) else " "))
        if not isinstance(node, MappingNode):
            raise CannotEditError("a single value stands where the key would go")
        return self._add(known, node, step, value)

    def take(self, path: KeyPath) -> str:
        known, _ = self._deepest(path)
        if known != path or not path:
            raise CannotEditError("it is not written there")
        above = self._at(path[:-1])
        if len(above.value) == 1 and len(path) > 1 and isinstance(above, MappingNode):
            return self.take(path[:-1])
        return self._take_part(above, self._position(above, path[-1]))

    # ---- nodes

    @property
    def _root(self) -> Node:
        yaml = YAML(typ="safe", pure=True)
        try:
            return yaml.compose(self.text)
        except YAMLError as error:
            raise CannotEditError("it cannot be read as YAML") from error

    def _at(self, path: KeyPath) -> Node:
        return self._deepest(path)[1]

    def _deepest(self, path: KeyPath) -> tuple[KeyPath, Node]:
        """What stands at the path, or at the nearest of what it is in."""
        node = self._root
        for depth, step in enumerate(path):
            at = self._position(node, step)
            if at is None:
                return path[:depth], node
            node = node.value[at][1] if isinstance(node, MappingNode) else node.value[at]
        return path, node

    @staticmethod
    def _position(node: Node, step: str | int) -> int | None:
        if isinstance(node, MappingNode):
            return next((at for at, (key, _) in enumerate(node.value) if key.value == step), None)
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            return step
        return None

    def _start(self, node: Node) -> int:
        return int(node.start_mark.index)

    def _end(self, node: Node) -> int:
        """Behind the last letter of its own: the parser's mark of a block stands behind the comments that follow."""
        if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, MappingNode) else last)
        end = int(node.end_mark.index)
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return self._start(node) + len(self.text[self._start(node) : end].rstrip())
        return end

    def _source(self, node: Node) -> str:
        return self.text[self._start(node) : self._end(node)]

    def _is_empty(self, node: Node) -> bool:
        return self._start(node) == self._end(node)

    def _spliced(self, node: Node, letters: str) -> str:
        return self.text[: self._start(node)] + letters + self.text[self._end(node) :]

    # ---- one value for another

    def _exchange(self, path: KeyPath, node: Node, value: Any) -> str:
        if isinstance(node, MappingNode) and isinstance(value, Mapping):
            return self._exchange_mapping(path, node, value)
        if isinstance(node, SequenceNode) and isinstance(value, (list, tuple)):
            return self._exchange_items(path, node, list(value))
        if not isinstance(node, ScalarNode) and not node.flow_style:
            raise CannotEditError("a block stands where one value would go")
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return self._spliced(node, self._block_again(node, value))
        if "\n" in self._source(node):
            raise CannotEditError("its text goes over several lines")
        style = node.style if isinstance(node, ScalarNode) else None
        one = not isinstance(value, (Mapping, list))
        letters = scalar(value, style, within=self._is_within_brackets(path)) if one else flow(value)
        return self._spliced(node, f" {letters}" if self._is_empty(node) else letters)

    def _block_again(self, node: ScalarNode, value: Any) -> str:
        """A text over several lines, with as many of them as can stay; on one line where it cannot be such a text."""
        header, *lines = self._source(node).splitlines()
        marks, comment, _ = header.partition("#")
        lines, indent = [line.strip() for line in lines], _indent_of(lines)
        fits = isinstance(value, str) and all(line.isprintable() and line == line.strip() for line in value.split("\n"))
        if not fits or not value or not lines or re.search("[0-9]", marks):
            if comment or isinstance(value, (Mapping, list)):
                raise CannotEditError("its text has several lines")
            return scalar(value, None)
        again = value.split("\n") if node.style == "|" else _folded_again(lines, value)
        return self._break.join([header, *(f"{indent}{line}" if line else "" for line in again)])

    def _is_within_brackets(self, path: KeyPath) -> bool:
        return any(self._at(path[:depth]).flow_style for depth in range(len(path)))

    def _exchange_mapping(self, path: KeyPath, node: MappingNode, value: Mapping[str, Any]) -> str:
        text, there = self.text, plain_data(node)
        for key in [key for key in there if key not in value]:
            text = without_value(text, (*path, key))
        for key, inner in value.items():
            if key not in there or not same(there[key], inner):
                text = with_value(text, (*path, key), inner, self.order)
        return text

    def _exchange_items(self, path: KeyPath, node: SequenceNode, value: list[Any]) -> str:
        kept, new = _aligned([plain_data(item) for item in node.value], value)
        if not node.flow_style and node.value:
            return self._exchange_lines(path, node, kept, new)
        if "\n" in self._source(node):
            raise CannotEditError("its list goes over several lines")
        return self._spliced(node, f"[{', '.join([*(self._source(node.value[at]) for at in kept), *map(flow, new)])}]")

    def _exchange_lines(self, path: KeyPath, node: SequenceNode, kept: list[int], new: list[Any]) -> str:
        """Of a list with an item on each line."""
        if not kept and not new:
            raise CannotEditError("an empty list would be left")
        column = self._dash(node)
        added = "".join(f"{self._break}{' ' * column}- {flow(item)}" for item in new)
        end = self._end(node)
        text = self.text[:end] + added + self.text[end:]
        for at in reversed(range(len(node.value))):
            if at not in kept:
                item = node.value[at]
                text = _without_lines(text, _line_start(text, self._start(item)), self._end(item))
        return text

    def _dash(self, node: SequenceNode) -> int:
        first = self._start(node.value[0])
        line = self.text[_line_start(self.text, first) : first]
        return line.rindex("-")

    # ---- keys that are not there yet

    def _add(self, path: KeyPath, node: MappingNode, key: str, value: Any) -> str:
        if node.flow_style:
            end = self._end(node) - 1
            before = self.text[:end].rstrip()
            joint = "" if not node.value else " " if before.endswith(",") else ", "
            return before + joint + flow({key: value})[1:-1] + self.text[len(before) :]
        entry = f"{key}: {scalar(value, None) if not isinstance(value, (Mapping, list)) else flow(value)}"
        column = int(node.value[0][0].start_mark.column)
        after = self._before(path, node, key)
        if after is None:
            start = self._start(node.value[0][0])
            return self.text[:start] + entry + self._break + " " * column + self.text[start:]
        end = self._line_end(self._end(node.value[after][1]), node.value[after][0])
        return self.text[:end] + self._break + " " * column + entry + self.text[end:]

    def _before(self, path: KeyPath, node: MappingNode, key: str) -> int | None:
        """Behind which of the keys a person would look for it; None: before the first."""
        order = {name: at for at, name in enumerate(self.order(path))}
        last = len(order)
        place = order.get(key, last)
        earlier = [at for at, (name, _) in enumerate(node.value) if order.get(name.value, last) <= place]
        return earlier[-1] if earlier else None

    def _line_end(self, end: int, key: Node) -> int:
        """Where the line ends, with the comment behind the value."""
        found = re.compile(r"[^\r\n]*").match(self.text, max(end, self._end(key)))
        return found.end() if found else end

    @property
    def _break(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    # ---- what is to go

    def _take_part(self, above: Node, at: int | None) -> str:
        if at is None:
            raise CannotEditError("it is not written there")
        first, last = (above.value[at], above.value[at]) if isinstance(above, SequenceNode) else above.value[at]
        start, end = self._start(first), max(self._end(last), self._end(first))
        if above.flow_style:
            return self._take_from_brackets(above, at, start, end)
        if self.text[_line_start(self.text, start) : start].strip():
            raise CannotEditError("it stands behind a dash on the line of its list")
        return _without_lines(self.text, _line_start(self.text, start), end)

    def _take_from_brackets(self, above: Node, at: int, start: int, end: int) -> str:
        firsts = [self._start(one[0] if isinstance(above, MappingNode) else one) for one in above.value]
        lasts = [self._end(one[1] if isinstance(above, MappingNode) else one) for one in above.value]
        if at + 1 < len(firsts):
            return self.text[:start] + self.text[firsts[at + 1] :]
        return self.text[: lasts[at - 1] if at else start] + self.text[end:]


def _indent_of(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return first[: len(first) - len(first.lstrip())]


def _folded_again(lines: Sequence[str], value: str) -> list[str]:
    """Lines that a reader joins by spaces. A blank line between two is a break."""
    if "\n" in value or "" in lines:
        return re.sub("\n+", lambda found: found.group() + "\n", value).split("\n")
    head, tail, rest = [], [], value
    for line in lines:
        if not rest.startswith(f"{line} "):
            break
        head.append(line)
        rest = rest[len(line) + 1 :]
    for line in reversed(lines[len(head) :]):
        if not rest.endswith(f" {line}"):
            break
        tail.append(line)
        rest = rest[: -len(line) - 1]
    return [*head, rest, *reversed(tail)]


def _without_lines(text: str, start: int, end: int) -> str:
    """Less all from `start` to the end of the line in which `end` is."""
    found = re.compile(r"[^\r\n]*(\r\n|\r|\n|$)").match(text, end)
    return text[:start] + text[found.end() if found else end :]


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.value in ("", "~", "null")


def plain_data(node: Node) -> Any:
    """What a node says. Numbers and flags stay the letters that are written; texts in quotes are told from them."""
    if isinstance(node, MappingNode):
        return {key.value: plain_data(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain_data(item) for item in node.value]
    return Letters(node.value) if node.style is None else str(node.value)


def same(written: Any, value: Any) -> bool:
    """Whether what is written says the value already."""
    if isinstance(written, Mapping) and isinstance(value, Mapping):
        return written.keys() == value.keys() and all(same(written[key], value[key]) for key in written)
    if isinstance(written, list) and isinstance(value, (list, tuple)):
        return len(written) == len(value) and all(map(same, written, value))
    if isinstance(written, (Mapping, list)) or isinstance(value, (Mapping, list, tuple)):
        return False
    return str(written) == (value if isinstance(value, str) else flow(value))


def _aligned(there: list[Any], value: list[Any]) -> tuple[list[int], list[Any]]:
    """Which of the items stay, in their order, and what comes behind them."""
    left, new = list(range(len(there))), []
    kept = []
    for item in value:
        at = next((at for at in left if same(there[at], item)), None)
        if at is None:
            new.append(item)
        else:
            left.remove(at)
            kept.append(at)
    return sorted(kept), new


# ---- letters


def flow(value: Any) -> str:
    """Plain data on one line, as it stands within brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_text(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, None, within=True)


def scalar(value: Any, style: str | None, *, within: bool = False) -> str:
    """One value, in the quotes that stand there already; else in quotes only where it needs them."""
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Letters) or not isinstance(value, str):
        return str(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == '"':
        return in_double_quotes(value)
    return value if may_be_plain(value, within=within) else quoted(value)


def key_text(key: Any) -> str:
    text = str(key)
    return text if re.fullmatch(r"[A-Za-z_][\w.-]*", text) and may_be_plain(text) else quoted(text)
