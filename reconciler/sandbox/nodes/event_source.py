"""Pixels that feed a catalogue (documented: the edge; guess: ``source_type``)."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import auth
from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import NodeType, Params, row, success
from reconciler.sandbox.world import Node

EDGE = "external_event_sources"


def rows(ctx: Context, catalog: Node, params: Params) -> list[Node]:
    pixels = [ctx.world.nodes[id] for id in catalog.hidden.get(EDGE, []) if id in ctx.world.nodes]
    return [
        row(one.id, "event_source", {"name": one.data["name"], "source_type": "PIXEL"}, "", one.seq) for one in pixels
    ]


def _asked(ctx: Context, params: Params) -> list[str]:
    auth.need_scope(ctx, "catalog_management")
    change.required(params, EDGE)
    given = params[EDGE] if isinstance(params[EDGE], list) else [*params[EDGE]]
    return [ctx.need(str(one), "pixel").id for one in given]


def add(ctx: Context, catalog: Node, params: Params) -> Any:
    asked = _asked(ctx, params)
    ctx.about_to_write()
    catalog.hidden[EDGE] = [*dict.fromkeys([*catalog.hidden.get(EDGE, []), *asked])]
    ctx.wrote(catalog)
    return success()


def remove(ctx: Context, catalog: Node, params: Params) -> Any:
    asked = _asked(ctx, params)
    ctx.about_to_write()
    catalog.hidden[EDGE] = [one for one in catalog.hidden.get(EDGE, []) if one not in asked]
    ctx.wrote(catalog)
    return success()


TYPE = NodeType(kind="event_source", label="ExternalEventSource", defaults=("id", "name", "source_type"))
