"""What the specs say of their fields: the text below each. Read only where it is shown, in a JSON Schema or a mend,
since finding it takes a look at the source."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import zip_longest

from pydantic import BaseModel


def description(spec: type[BaseModel], name: str) -> str:
    """Of one field, "" where nothing is said of it."""
    return descriptions(spec)[name]


@cache
def descriptions(spec: type[BaseModel]) -> Mapping[str, str]:
    """By field, those of the specs that it extends included."""
    found: dict[str, str] = {}
    for each in reversed(spec.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _of_module(each.__module__).get(each.__name__, {})
    return found


@cache
def _of_module(module: str) -> Mapping[str, Mapping[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(_said(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _said(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, text in zip_longest(body, body[1:]):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, inspect.cleandoc(said)
            case ast.AnnAssign(target=ast.Name(id=name)), _:
                yield name, ""
