"""Which fields a node can be asked for, from the installed SDK: asking for any other is an error (100).

The SDK lists what can be read in the order of the alphabet, and after it, in that order again, what can only be sent.
Meta's own answer has the last word: `client.py`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module


@cache
def readable(graph_name: str) -> frozenset[str]:
    """Field names of a node, such as `Campaign`."""
    module = import_module(f"facebook_business.adobjects.{graph_name.lower()}")
    names = list(getattr(module, graph_name)._field_types)
    end = next((at for at in range(1, len(names)) if names[at] < names[at - 1]), len(names))
    return frozenset(names[:end])


def without(fields: str, names: frozenset[str]) -> str:
    """`fields` in Graph's syntax, with braces within one another, without some names at whatever depth."""
    kept, rest = _fields(fields, names)
    return kept if not rest else f"{kept}{rest}"


def _fields(text: str, names: frozenset[str]) -> tuple[str, str]:
    found = []
    while text and not text.startswith("}"):
        name = _name(text)
        text = text[len(name) :]
        inner = ""
        if text.startswith("{"):
            inner, text = _fields(text[1:], names)
            inner, text = f"{{{inner}}}", text[1:]
        if name.partition(".")[0] not in names and inner != "{}":
            found.append(name + inner)
        text = text.removeprefix(",")
    return ",".join(found), text


def _name(text: str) -> str:
    end = next((at for at, letter in enumerate(text) if letter in ",{}"), len(text))
    return text[:end]
