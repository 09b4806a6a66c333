"""One more ad set or ad in the text of a campaign's file; all else stays as it is to the byte. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

from reconciler.edit.canonical import level_lines, order_of
from reconciler.edit.yaml_text import with_value
from reconciler.model.address import Address
from reconciler.model.document import KeyPath

STEP = 2
"""Spaces by which a level is indented where the file does not show it."""


class CannotAddError(Exception):
    """The file has a form that has no room for it. The message is a sentence without its end."""


def with_level(file: str, text: str, address: Address, level: Mapping[str, Any]) -> str:
    """The text with the level of an ad set or ad. Raises CannotAddError, and CannotEditError."""
    root = _root(text)
    path = _place(root, address)
    if path[-2] == "ads" and _node(root, (*path[:-2], "ad")) is not None:
        text = _with_ads(text, root, path[:-2])
        root = _root(text)
    holder = _node(root, path[:-1])
    if not isinstance(holder, MappingNode) or holder.flow_style or not holder.value:
        return with_value(text, path, dict(level), order_of(file))
    last_key, last = holder.value[-1]
    indent = int(last_key.start_mark.column)
    lines = [f"{' ' * indent}{path[-1]}:", *level_lines(file, path, level, indent + STEP)]
    end = _line_end(text, _end(last))
    before = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return before + "\n".join(lines) + "\n" + text[end:]


def _place(root: MappingNode, address: Address) -> KeyPath:
    """Where its level is to stand."""
    written = {str(key.value) for key, _ in root.value}
    is_short = "ad_sets" not in written
    if len(address.keys) == STEP:
        if is_short and written & {"ad", "ads"}:
            raise CannotAddError("its file is in the short form, which has room for one ad set; write it with ad_sets:")
        return ("ad_sets", address.key)
    return ("ads", address.key) if is_short else ("ad_sets", address.keys[1], "ads", address.key)


def _with_ads(text: str, root: MappingNode, above: KeyPath) -> str:
    """`ad:` as the ad `main` of `ads:`."""
    holder = _node(root, above) if above else root
    assert isinstance(holder, MappingNode)
    key, value = next((k, v) for k, v in holder.value if k.value == "ad")
    if not isinstance(value, MappingNode) or holder.flow_style:
        raise CannotAddError("ad: has room for one ad; write ads: with the ad main in its place")
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
