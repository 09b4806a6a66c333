"""Nodes as Graph shows them: only the fields asked for, empty ones left out."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import fields as grammar
from reconciler.sandbox import listing
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.fields import Field
from reconciler.sandbox.insights.query import check_fields
from reconciler.sandbox.nodes.base import NodeType
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import known_edge, readable_fields
from reconciler.sandbox.world import Node

_REFERENCES = {
    "account": "account",
    "adset": "ad_set",
    "business": "business",
    "campaign": "campaign",
    "creative": "creative",
    "source_ad": "ad",
    "source_adset": "ad_set",
    "source_campaign": "campaign",
}
_EMPTY: tuple[Any, ...] = (None, "", [], {})


_WITHOUT_ID = frozenset({"activity"})  # an event has none of its own (SDK)


def project(ctx: Context, node: Node, wanted: tuple[Field, ...] | None) -> dict[str, Any]:
    """In the order asked for; the id, where nobody asked for it, comes last (recorded)."""
    kind = TYPES[node.kind]
    if wanted is None:
        wanted = _defaults(kind, node)
    elif node.kind not in _WITHOUT_ID and not any(f.name == "id" for f in wanted):
        wanted = (*wanted, Field("id"))
    out: dict[str, Any] = {}
    for asked in wanted:
        value = _value(ctx, kind, node, asked)
        if value not in _EMPTY or (value == [] and asked.name in kind.keeps_empty):
            out[asked.name] = value
    return out


def _defaults(kind: NodeType, node: Node) -> tuple[Field, ...]:
    names = kind.defaults if kind.defaults is not None else tuple(node.data)
    return tuple(Field(name) for name in names)


def _value(ctx: Context, kind: NodeType, node: Node, asked: Field) -> Any:
    name = asked.name
    if name == "id":
        return node.id
    if name in kind.lists and (asked.sub is not None or asked.args or name not in kind.readers):
        return _edge(ctx, node, asked)
    if name in kind.reads and name not in kind.readers:
        return _report(ctx, node, asked)
    if name in kind.readers:
        value = kind.readers[name](ctx, node)
    elif _known(kind, name):
        value = node.data.get(name)
    elif known_edge(node.kind, "GET", name):
        raise GraphError("not_emulated", what=f"the edge {name} of {kind.label}")
    else:
        raise GraphError("nonexisting_field", field=name, type=kind.label)
    return _expanded(ctx, value, asked)


def _known(kind: NodeType, name: str) -> bool:
    """What a client has sent is no field because of that. Lines of listings show all that they have."""
    return kind.defaults is None or name in kind.defaults or name in readable_fields(kind.kind)


def _expanded(ctx: Context, value: Any, asked: Field) -> Any:
    if isinstance(value, Node):
        return project(ctx, value, asked.sub)
    return grammar.trim(value, asked.sub) if asked.sub else value


def _edge(ctx: Context, node: Node, asked: Field) -> Any:
    params: dict[str, Any] = dict(asked.args)
    if asked.sub is not None:
        params["fields"] = grammar.render(asked.sub)
    page = show(ctx, node, asked.name, params)
    return page if page["data"] or "summary" in page else None


def _report(ctx: Context, node: Node, asked: Field) -> Any:
    params: dict[str, Any] = dict(asked.args)
    if asked.sub is not None:
        params["fields"] = grammar.render(asked.sub)
    body = TYPES[node.kind].reads[asked.name](ctx, node, params)
    return body if body["data"] else None


def _shown(names: tuple[str, ...]) -> tuple[Field, ...] | None:
    return tuple(Field(name) for name in names) or None


def show(ctx: Context, node: Node, edge: str, params: dict[str, Any]) -> dict[str, Any]:
    """One page of an edge."""
    wanted = grammar.requested(params.get("fields")) or _shown(TYPES[node.kind].lists[edge].defaults)
    page = listing.page(ctx, node, edge, params)
    return page.body([project(ctx, one, wanted) for one in page.nodes])


def check(ctx: Context, kind: str, wanted: tuple[Field, ...] | None) -> None:
    """Names are checked even where a listing is empty."""
    node_type = TYPES[kind]
    for asked in wanted or ():
        if asked.name in node_type.lists:
            check(ctx, node_type.lists[asked.name].kind, asked.sub)
            continue
        if asked.name == "insights" and asked.name in node_type.reads:
            check_fields(tuple(one.name for one in asked.sub or ()))
        if asked.name in _REFERENCES and asked.name in node_type.readers:
            check(ctx, _REFERENCES[asked.name], asked.sub)
        if asked.name == "id" or asked.name in node_type.readers or asked.name in node_type.reads:
            continue
        if asked.name in readable_fields(kind) or asked.name in (node_type.defaults or ()):
            continue
        if known_edge(kind, "GET", asked.name):
            raise GraphError("not_emulated", what=f"the edge {asked.name} of {node_type.label}")
        raise GraphError("nonexisting_field", field=asked.name, type=node_type.label)
