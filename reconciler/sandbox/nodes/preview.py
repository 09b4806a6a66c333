"""``previews`` of an ad or a creative, and ``generatepreviews`` of a spec.

Recorded: one row with an iframe as text, and its size for two formats. The sandbox draws no ads: the frame shows the
creative's flat picture.
"""

from __future__ import annotations

from html import escape
from typing import Any

from reconciler.sandbox import fields
from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Params
from reconciler.sandbox.params import signature, typed
from reconciler.sandbox.world import Node

_SIZES = {"MOBILE_FEED_STANDARD": (335, 450), "INSTAGRAM_STANDARD": (320, 525)}
_USUAL = (540, 690)


def of_creative(ctx: Context, node: Node, raw: Params) -> Any:
    return answer(ctx, node.id, asked("creative", "previews", raw), raw)


def of_ad(ctx: Context, ad: Node, raw: Params) -> Any:
    return answer(ctx, ad.data["creative"], asked("ad", "previews", raw), raw)


def asked(kind: str, edge: str, raw: Params) -> Params:
    params = typed(signature(kind, "GET", edge), {name: value for name, value in raw.items() if name != "fields"})
    change.required(params, "ad_format")
    return params


def answer(ctx: Context, key: str, params: Params, raw: Params) -> Any:
    usual = _SIZES.get(params["ad_format"], _USUAL)
    width, height = params.get("width") or usual[0], params.get("height") or usual[1]
    url = (
        f"{ctx.call.base_url}/_media/preview/{key}.png?format={params['ad_format']}&t={ctx.world.count('signature'):x}"
    )
    size = f'width="{width}" height="{height}"'
    about = {"body": f'<iframe src="{escape(url)}" {size} scrolling="yes" style="border: none;"></iframe>'}
    wanted = fields.requested(raw.get("fields"))
    return {"data": [fields.trim(about, wanted) if wanted else about]}
