"""``picture`` of a page or a person: a redirect to it, or with ``redirect=false`` what it is (documented)."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import fields
from reconciler.sandbox.context import Context, Redirect
from reconciler.sandbox.nodes.base import Params
from reconciler.sandbox.params import signature, typed
from reconciler.sandbox.world import Node

# documented names; the sizes are what people report
_SIDES = {"small": 50, "square": 50, "album": 50, "thumbnail": 50, "normal": 100, "large": 200}
_LARGEST = 1000


def read(ctx: Context, node: Node, raw: Params) -> Any:
    sized: Params = {name: raw[name] for name in ("width", "height", "redirect") if name in raw}
    params = typed(signature("page", "GET", "picture"), sized)
    side = _SIDES.get(str(raw.get("type")), 50)
    width, height = (_side(params.get(name), side) for name in ("width", "height"))
    url = f"{ctx.call.base_url}/_media/picture/{node.id}_{width}x{height}.png"
    if ctx.call.parts[-1] == "picture" and params.get("redirect", True):
        raise Redirect(url)
    about = {"height": height, "is_silhouette": False, "url": url, "width": width}
    wanted = fields.requested(raw.get("fields"))
    return {"data": fields.trim(about, wanted) if wanted else about}


def _side(asked: int | None, usual: int) -> int:
    return min(asked, _LARGEST) if asked and asked > 0 else usual
