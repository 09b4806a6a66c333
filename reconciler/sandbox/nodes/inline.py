"""A parent given in the same call: ``campaign_spec`` of an ad set, ``adset_spec`` of an ad.

Recorded: validating an ad set with a ``campaign_spec`` answers 5xx; an ad with an ``adset_spec`` is validated.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context, OnlyValidating
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Action, Params
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.world import Node

_EDGES = {"campaign_spec": ("campaign_id", "campaigns"), "adset_spec": ("adset_id", "adsets")}


def given(params: Params, spec: str) -> bool:
    return bool(params.get(spec)) and not params.get(_EDGES[spec][0])


def create(ctx: Context, account: Node, params: Params, spec: str, parent: Action, child: Action) -> Any:
    """Both or neither."""
    if ctx.validating and spec == "campaign_spec":
        raise GraphError("unknown_error")
    id_name, edge = _EDGES[spec]
    fields = decoded(params[spec])
    if not isinstance(fields, dict):
        raise GraphError("param", name=spec, what="a JSON object")
    seq, logged, validating = ctx.world.counters.get("seq", 0), len(ctx.world.activities), ctx.validating
    try:
        ctx.validating = False
        made = parent(ctx, account, typed(signature("account", "POST", edge), fields))
        ctx.validating = validating
        rest = {name: value for name, value in params.items() if name != spec}
        return child(ctx, account, {**rest, id_name: made["id"]})
    except (GraphError, OnlyValidating):
        for node in [one for one in ctx.written if one.seq > seq]:
            ctx.world.forget(node)
        del ctx.world.activities[logged:]
        raise
    finally:
        ctx.validating = validating
