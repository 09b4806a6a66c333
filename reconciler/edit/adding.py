"""One more ad set or ad in the text of a campaign's file; all else stays as it is to the byte. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

from reconciler.edit.canonical import level_lines, order_of
from reconciler.edit.yaml_text import key_text, with_value
from reconciler.kinds.files import LAYERED
from reconciler.model.document import KeyPath

STEP = 2
"""Spaces by which a level is indented where the file does not show it."""
IN_BRACKETS = "its file stands in brackets: write it with a line for each key"


class CannotAddError(Exception):
    """The file has a form that has no room for it. The message is what is in the way, and what to do."""


def with_level(file: str, text: str, path: KeyPath, level: Mapping[str, Any]) -> str:
    """The text with the level of an ad set or ad at a path that it does not have yet. Raises CannotAddError, and
    CannotEditError."""
    root = _root(text)
    if path[-2] == "ads" and _node(root, (*path[:-2], "ad")) is not None:
        text = _with_ads(text, root, path[:-2])
        root = _root(text)
    known = next(path[:size] for size in range(len(path) - 1, -1, -1) if _node(root, path[:size]) is not None)
    holder = _node(root, known)
    if not isinstance(holder, MappingNode) or holder.flow_style or not holder.value:
        return with_value(text, path, dict(level), order_of(file))
    last_key, last = holder.value[-1]
    end = _line_end(text, _end(last))
    before = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    lines = _nested(file, path, level, len(known), int(last_key.start_mark.column))
    return before + "\n".join(lines) + "\n" + text[end:]


def _nested(file: str, path: KeyPath, level: Mapping[str, Any], size: int, indent: int) -> Iterator[str]:
    """With the keys above it that the text does not have either."""
    for step in path[size:]:
        yield f"{' ' * indent}{key_text(step)}:"
        indent += STEP
    yield from level_lines(file, path, level, indent)


def with_keys(text: str, key: str) -> str:
    """The short form with its one ad set under a key, so that there is room for others. What is said of it moves with
    the comments above it; the rest stays. Raises CannotAddError."""
    root = _root(text)
    moving = [(one, value) for one, value in root.value if str(one.value) in LAYERED.importing.in_short]
    if root.flow_style:
        raise CannotAddError(IN_BRACKETS)
    if not moving:
        return text
    spans = [_span(text, int(one.start_mark.index), value) for one, value in moving]
    inner = "".join(re.sub(r"(?m)^(?=.)", " " * 2 * STEP, _whole_line(text[begin:end])) for begin, end in spans)
    found, at = "", 0
    for number, (begin, end) in enumerate(spans):
        found += text[at:begin]
        if number == 0:
            found += f"ad_sets:\n{' ' * STEP}{key}:\n{inner}"
        at = end
    return found + text[at:]


def _span(text: str, start: int, value: Node) -> tuple[int, int]:
    """From the comments right above a key at the top of a file to the end of its value."""
    begin = start
    while begin and text[(above := text.rfind("\n", 0, begin - 1) + 1) : begin].startswith("#"):
        begin = above
    # What stands at the head of the file is of all of it.
    return begin or start, _line_end(text, _end(value))


def _whole_line(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _with_ads(text: str, root: MappingNode, above: KeyPath) -> str:
    """`ad:` as the ad `main` of `ads:`."""
    holder = _node(root, above) if above else root
    assert isinstance(holder, MappingNode)
    key, value = next((k, v) for k, v in holder.value if k.value == "ad")
    if not isinstance(value, MappingNode) or holder.flow_style:
        raise CannotAddError("ad: has room for one ad: write ads: with the ad main in its place")
    start, indent = int(key.start_mark.index), int(key.start_mark.column)
    if value.flow_style:
        return text[:start] + f"ads:\n{' ' * (indent + STEP)}main" + text[start + len("ad") :]
    end = _line_end(text, _end(value))
    block = re.sub(r"(?m)^(?=.)", " " * STEP, text[start + len("ad:") : end].partition("\n")[2])
    head = text[start + len("ad:") : end].partition("\n")[0]
    return text[:start] + f"ads:{head}\n{' ' * (indent + STEP)}main:\n{block}" + text[end:]


def _root(text: str) -> MappingNode:
    found = YAML(typ="safe", pure=True).compose(text)
    assert isinstance(found, MappingNode)
    return found


def _node(node: Node, path: KeyPath) -> Node | None:
    for step in path:
        inner = node.value if isinstance(node, MappingNode) else []
        found = next((value for key, value in inner if key.value == step), None)
        if found is None:
            return None
        node = found
    return node


def _end(node: Node) -> int:
    """Behind its last letter: the parser's mark of a block stands behind the comments that follow."""
    if isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _line_end(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":
        return index
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1
