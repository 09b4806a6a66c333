"""Ad images: the same bytes give the same hash, which is no MD5 of them (recorded)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from reconciler.sandbox import activity
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import NodeType, Params, local, success
from reconciler.sandbox.pictures import size_of
from reconciler.sandbox.world import Node


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    contents = _contents(ctx, params)
    ctx.about_to_write()
    for draft in contents.values():
        if content := draft.hidden.pop("content", b""):
            ctx.spool.keep(f"image/{draft.data['hash']}.png", content)
    nodes = {key: _stored(ctx, account, draft) for key, draft in contents.items()}
    return {"images": {key: _row(ctx, node) for key, node in nodes.items()}}


def _contents(ctx: Context, params: Params) -> dict[str, Node]:
    """Keyed by the uploaded file's name, or by "bytes"; two files of one name collide (recorded)."""
    if params.get("copy_from"):
        source = params["copy_from"] if isinstance(params["copy_from"], dict) else {}
        node = ctx.need(
            f"{str(source.get('source_account_id', '')).removeprefix('act_')}:{source.get('hash')}", "image"
        )
        return {node.data["name"]: node}
    found = {
        upload.filename or field: (upload.filename or field, upload.content) for field, upload in ctx.call.files.items()
    }
    if params.get("bytes"):
        found["bytes"] = (str(params.get("name") or "bytes"), _decoded(params["bytes"]))
    if not found or not all(content for _, content in found.values()):
        raise GraphError("image_not_read")
    return {key: _draft(ctx, name, content) for key, (name, content) in found.items()}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        raise GraphError("param", name="bytes", what="base64") from None


def hash_of(content: bytes) -> str:
    return hashlib.sha256(b"ad image" + content).hexdigest()[:32]


def _draft(ctx: Context, name: str, content: bytes) -> Node:
    width, height = size_of(content)
    data = {
        "hash": hash_of(content),
        "name": name,
        "status": "ACTIVE",
        "width": width,
        "height": height,
        "original_width": width,
        "original_height": height,
        "is_associated_creatives_in_adgroups": False,
    }
    hidden: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "content": content}
    return Node("", "image", "", data, hidden)


def _stored(ctx: Context, account: Node, draft: Node) -> Node:
    number = account.id.removeprefix("act_")
    id = f"{number}:{draft.data['hash']}"
    existing = ctx.world.get(id, "image")
    if existing:
        return existing
    data = {**draft.data, "account_id": number, "created_time": ctx.now, "updated_time": ctx.now}
    node = ctx.world.add(Node(id, "image", number, data, dict(draft.hidden)))
    activity.created(ctx, node)
    return ctx.wrote(node)


def _row(ctx: Context, node: Node) -> dict[str, Any]:
    return {
        "hash": node.data["hash"],
        "name": node.data["name"],
        "width": node.data["width"],
        "height": node.data["height"],
        "url": _url("")(ctx, node),
        "url_128": _url("128")(ctx, node),
        "url_256": _url("256")(ctx, node),
        "url_256_height": "256",
        "url_256_width": "256",
    }


def _url(size: str) -> Any:
    """Signed, and different at every read (recorded)."""

    def read(ctx: Context, node: Node) -> str:
        tail = f"_{size}" if size else ""
        address = f"{ctx.call.base_url}/_media/image/{node.data['hash']}{tail}.png"
        return f"{address}?oh={ctx.world.count('signature'):08x}"

    return read


def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "image")
    if params.get("hashes"):
        wanted = {str(one) for one in params["hashes"]}
        found = [one for one in found if one.data["hash"] in wanted]
    if params.get("name"):
        found = [one for one in found if one.data["name"] == params["name"]]
    least = params.get("minwidth") or 0, params.get("minheight") or 0
    return [one for one in found if one.data["width"] >= least[0] and one.data["height"] >= least[1]]


def remove(ctx: Context, account: Node, params: Params) -> Any:
    """``DELETE act_X/adimages?hash=``."""
    change.required(params, "hash")
    node = ctx.need(f"{account.id.removeprefix('act_')}:{params['hash']}", "image")
    ctx.about_to_write()
    activity.log(ctx.world, ctx.now, ctx.caller, node, "delete_images", {"old_value": node.data["name"]})
    ctx.world.forget(node)
    return success()


TYPE = NodeType(
    kind="image",
    label="AdImage",
    defaults=("id", "hash"),
    readers={
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
        "url": _url(""),
        "url_128": _url("128"),
        "permalink_url": _url(""),
        "filename": lambda ctx, node: None,  # read by clients, though the SDK only writes it
    },
)
