"""``fields=`` : parse the expansion grammar, check names, project nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reconciler.sandbox.errors import GraphError

_NAME = re.compile(r"[A-Za-z0-9_:]+")
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    sub: tuple[Field, ...] | None = None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fail(self, what: str) -> GraphError:
        return GraphError("syntax", what=what, at=self.at, text=self.text[:200])

    def peek(self) -> str:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def fields(self, depth: int) -> tuple[Field, ...]:
        if depth > _MAX_DEPTH:
            raise self.fail("Too deeply nested")
        found: list[Field] = []
        while True:
            if self.peek() not in ("", ",", "}"):
                found.append(self.one(depth))
            if self.peek() != ",":
                return tuple(found)
            self.at += 1

    def one(self, depth: int) -> Field:
        match = _NAME.match(self.text, self.at)
        if not match:
            raise self.fail(f"Expected name instead of {self.peek()!r}.")
        self.at = match.end()
        args: dict[str, str] = {}
        while self.peek() == ".":
            name, value = self.modifier()
            args[name] = value
        sub = None
        if self.peek() == "{":
            self.at += 1
            sub = self.fields(depth + 1)
            if self.peek() != "}":
                raise self.fail('Expected "}"')
            self.at += 1
        return Field(match.group(), args, sub)

    def modifier(self) -> tuple[str, str]:
        self.at += 1
        match = _NAME.match(self.text, self.at)
        if not match or self.text[match.end() : match.end() + 1] != "(":
            raise self.fail("Expected a modifier such as limit(10)")
        start = self.at = match.end() + 1
        self.at = self._closing(start)
        value = self.text[start : self.at]
        self.at += 1
        return match.group(), value

    def _closing(self, at: int) -> int:
        depth, quoted = 1, False
        while at < len(self.text):
            char = self.text[at]
            if char == "\\":
                at += 1
            elif char == '"':
                quoted = not quoted
            elif not quoted and char in "()":
                depth += 1 if char == "(" else -1
                if depth == 0:
                    return at
            at += 1
        raise self.fail('Expected ")"')


@lru_cache(maxsize=2048)
def parse(text: str) -> tuple[Field, ...]:
    parser = _Parser(text)
    found = parser.fields(0)
    if parser.peek() or parser.at != len(parser.text):
        raise parser.fail("Expected end of string")
    return found


def requested(value: Any) -> tuple[Field, ...] | None:
    """``fields`` as text, or as the JSON array that some clients send. None: nothing asked."""
    if value in (None, "", []):
        return None
    if isinstance(value, str) and value.startswith("["):
        value = value.strip("[]").replace('"', "").replace("'", "")
    return parse(",".join(map(str, value)) if isinstance(value, list) else str(value)) or None


def render(wanted: tuple[Field, ...]) -> str:
    """Back to text, for ``paging.next`` of nested edges."""
    return ",".join(
        f.name
        + "".join(f".{k}({v})" for k, v in f.args.items())
        + ("{" + render(f.sub) + "}" if f.sub is not None else "")
        for f in wanted
    )


def trim(value: Any, sub: tuple[Field, ...]) -> Any:
    """Braces on a plain structure, such as ``targeting{geo_locations}``."""
    if isinstance(value, list):
        return [trim(item, sub) for item in value]
    if isinstance(value, dict):
        return {f.name: trim(value[f.name], f.sub) if f.sub else value[f.name] for f in sub if f.name in value}
    return value
