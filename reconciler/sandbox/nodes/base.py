"""What a kind of node declares: how it reads, which edges it has, how it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.world import Node

Params = dict[str, Any]
Reader = Callable[[Context, Node], Any]
Rows = Callable[[Context, Node, Params], Sequence[Node]]
Action = Callable[[Context, Node, Params], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """An edge that can be read. ``hides`` drops ARCHIVED and DELETED unless asked for (documented)."""

    kind: str
    rows: Rows
    hides: bool = False
    newest_first: bool = True
    needs: str = ""  # a scope, where ads_read does not do
    defaults: tuple[str, ...] = ()  # where the edge shows more of its nodes than they show themselves


@dataclass(frozen=True, slots=True)
class NodeType:
    kind: str
    label: str
    defaults: tuple[str, ...] | None = ("id",)  # None: every field
    readers: Mapping[str, Reader] = field(default_factory=dict)
    lists: Mapping[str, Listing] = field(default_factory=dict)
    reads: Mapping[str, Action] = field(default_factory=dict)  # edges that are no plain list; raw parameters
    posts: Mapping[str, Action] = field(default_factory=dict)
    deletes: Mapping[str, Action] = field(default_factory=dict)
    update: Action | None = None
    remove: Action | None = None
    keeps_empty: frozenset[str] = frozenset()


def row(id: str, kind: str, data: dict[str, Any], account: str = "", seq: int = 0) -> Node:
    """A line of a listing that is no object of its own."""
    return Node(id, kind, account, data, {}, seq)


def local(name: str) -> Reader:
    """A time in the account's zone (recorded)."""
    return lambda ctx, node: ctx.local_time(node, node.data.get(name))


def owned(kind: str) -> Rows:
    return lambda ctx, account, params: ctx.world.of_account(account.id.removeprefix("act_"), kind)


def children(kind: str) -> Rows:
    return lambda ctx, parent, params: ctx.world.children(parent.id, kind)


def success(**more: Any) -> dict[str, Any]:
    return {"success": True, **more}
