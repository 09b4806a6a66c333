"""Creatives: content that cannot change, found again by its content.

Recorded: the same content gives the existing id and the new name is ignored; names carry a dated suffix; the
echo adds object_type, effective_object_story_id and more. Guessed: that an update of any other field is
ignored in silence, as any parameter unknown to an edge is.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change, label, preview, story
from reconciler.sandbox.nodes.account_fields import name_of_account
from reconciler.sandbox.nodes.base import NodeType, Params, success
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.world import Node

_NOT_CONTENT = {"name", "adlabels", "status"}
_SOURCES = ("object_story_spec", "object_story_id", "source_instagram_media_id", "source_facebook_post_id")
_IMAGE_ONLY = {"image_touchups", "image_templates", "image_animation", "image_uncrop", "image_background_gen"}
_VIDEO_ONLY = {"video_auto_crop", "video_filtering", "video_highlight", "video_uncrop"}


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    draft = _draft(ctx, account, params)
    ctx.about_to_write()
    return {"id": commit(ctx, draft).id}


def chosen(ctx: Context, account: Node, value: Any) -> Node:
    """An ad's ``creative``: an id, or a whole spec. A draft has no id yet."""
    value = decoded(value)
    spec = value if isinstance(value, dict) else {"creative_id": value}
    id = spec.get("creative_id") or (spec.get("id") if len(spec) == 1 else None)
    if id is None:
        return _draft(ctx, account, typed(signature("account", "POST", "adcreatives"), spec))
    node = ctx.world.get(str(id), "creative")
    if node is None or f"act_{node.account}" != account.id or node.data["status"] == "DELETED":
        raise GraphError("bad_creative", id=id, blame=["creative"])
    return node


def _draft(ctx: Context, account: Node, params: Params) -> Node:
    number = account.id.removeprefix("act_")
    content = {k: v for k, v in change.storable("account", "adcreatives", params).items() if k not in _NOT_CONTENT}
    if len(str(params.get("name") or "")) > 100:
        raise GraphError("param", name="name", what="no longer than 100 characters")
    content.pop("image_crops", None)  # taken and dropped (recorded): they belong into the story
    given = [key for key in _SOURCES if content.get(key)]
    _feed_shape(content)
    if len(given) > 1:
        raise GraphError("ambiguous_creative", given=", ".join(given), blame=given)
    if not given and not content.get("asset_feed_spec"):
        raise GraphError("empty_creative")
    if "object_story_spec" in content:
        story.check(ctx, account, content["object_story_spec"], bool(content.get("asset_feed_spec")))
    _features(content)
    labels = label.checked(ctx, number, params.get("adlabels"))
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    data = {**content, "name": str(params.get("name") or ""), "account_id": number, "status": "ACTIVE"}
    return Node("", "creative", number, data, {"content": key, "labels": labels})


def commit(ctx: Context, draft: Node) -> Node:
    if draft.id:
        return draft
    existing = ctx.world.by_content(draft.account, "creative", draft.hidden["content"])
    if existing and existing.data["status"] != "DELETED":
        return existing
    draft.id = ctx.world.new_id("creative", draft.account)
    draft.data["adlabels"] = label.resolved(ctx, draft.account, draft.hidden.pop("labels"))
    draft.data["name"] = _suffixed(ctx, draft)
    draft.data["created_time"] = draft.data["updated_time"] = ctx.now
    return ctx.wrote(ctx.world.add(draft))


def _suffixed(ctx: Context, draft: Node) -> str:
    name = draft.data["name"] or story.texts(draft.data)["title"] or "Creative"
    day = graph_time(ctx.now, ctx.zone(draft))[:10]
    return f"{name} {day}-{draft.hidden['content'][:32]}"


def _features(content: Params) -> None:
    spec = (content.get("degrees_of_freedom_spec") or {}).get("creative_features_spec") or {}
    if not isinstance(spec, dict) or not all(isinstance(one, dict) for one in spec.values()):
        raise GraphError("param", name="degrees_of_freedom_spec", what="a JSON object of features")
    if "standard_enhancements" in spec:
        raise GraphError("standard_enhancements", blame=["degrees_of_freedom_spec"])


def _feed_shape(content: Params) -> None:
    feed = content.get("asset_feed_spec") or {}
    if not isinstance(feed, dict) or not isinstance(feed.get("bodies") or [], list):
        raise GraphError("param", name="asset_feed_spec", what="a JSON object of arrays")


def update(ctx: Context, node: Node, params: Params) -> Any:
    labels = label.checked(ctx, node.account, params.get("adlabels"))
    changes = {key: params[key] for key in ("name", "status") if params.get(key)}
    if len(str(changes.get("name", ""))) > 100:
        raise GraphError("param", name="name", what="no longer than 100 characters")
    ctx.about_to_write()
    if "adlabels" in params:
        changes["adlabels"] = label.resolved(ctx, node.account, labels)
    change.apply(ctx, node, changes)
    return success()


def preview_of_spec(ctx: Context, account: Node, raw: Params) -> Any:
    """``generatepreviews``: the spec is checked as if it were created; nothing is stored."""
    params = preview.asked("account", "generatepreviews", raw)
    change.required(params, "creative")
    draft = chosen(ctx, account, params["creative"])
    return preview.answer(ctx, draft.id or draft.hidden["content"][:16], params, raw)


def is_dynamic(data: Params) -> bool:
    """An asset feed with an optimization_type is no dynamic creative (recorded: DEGREES_OF_FREEDOM)."""
    feed = data.get("asset_feed_spec") or {}
    return bool(feed) and feed.get("optimization_type", "REGULAR") in ("REGULAR", "")


def has_no_link(data: Params) -> bool:
    spec = data.get("object_story_spec") or {}
    return bool(spec) and not data.get("asset_feed_spec") and not story.link_of(spec)


def lead_form(data: Params) -> bool:
    return holds(data, "lead_gen_form_id")


def lead_forms(data: Params) -> set[str]:
    """The ids that its buttons name."""
    text = json.dumps([data.get("object_story_spec"), data.get("asset_feed_spec")])
    return set(re.findall(r'"lead_gen_form_id": "?(\d+)', text))


def holds(data: Params, word: str) -> bool:
    return word in json.dumps([data.get("object_story_spec"), data.get("asset_feed_spec")])


def primary_text(data: Params) -> str:
    return story.texts(data)["body"]


def _text(name: str) -> Any:
    return lambda ctx, node: story.texts(node.data)[name] or node.data.get(name)


def _story_id(ctx: Context, node: Node) -> str:
    page = (node.data.get("object_story_spec") or {}).get("page_id", "0")
    return str(node.data.get("object_story_id") or f"{page}_{int(node.hidden['content'][:12], 16)}")


def _object_type(ctx: Context, node: Node) -> str:
    spec = node.data.get("object_story_spec") or {}
    if "video_data" in spec:
        return "VIDEO"
    return "PHOTO" if "photo_data" in spec else "SHARE"


def _thumbnail(ctx: Context, node: Node) -> str:
    """Signed, and different at every read (recorded)."""
    return f"{ctx.call.base_url}/_media/creative/{node.id}.png?oh={ctx.world.count('signature'):08x}"


def _server_id(name: str, salt: str) -> Any:
    """The top-level video and thumbnail ids differ from the uploaded ones (recorded)."""

    def read(ctx: Context, node: Node) -> Any:
        spec = (node.data.get("object_story_spec") or {}).get("video_data")
        if not spec:
            return node.data.get(name)
        return str(10**15 + int(hashlib.sha256((salt + node.id).encode()).hexdigest()[:12], 16))

    return read


def _image_url(ctx: Context, node: Node) -> Any:
    """Of the image behind the hash (folk: clients read both); signed, and different at every read."""
    if node.data.get("image_url"):
        return node.data["image_url"]
    hash = _image_hash(ctx, node)
    return f"{ctx.call.base_url}/_media/image/{hash}.png?oh={ctx.world.count('signature'):08x}" if hash else None


def _image_urls(ctx: Context, node: Node) -> list[str]:
    """In no SDK, but clients ask for it (folk: a list of addresses)."""
    feed = node.data.get("asset_feed_spec") or {}
    listed = [one for one in feed.get("images") or [] if isinstance(one, dict) and one.get("hash")]
    found = [f"{ctx.call.base_url}/_media/image/{one['hash']}.png" for one in listed]
    own = _image_url(ctx, node)
    return [own, *found] if own else found


def _of_story(name: str) -> Any:
    """Read at the top level too, where the story has it (recorded for crops, folk for hashes)."""

    def read(ctx: Context, node: Node) -> Any:
        spec = node.data.get("object_story_spec") or {}
        parts = [spec[key] for key in ("link_data", "video_data", "photo_data") if isinstance(spec.get(key), dict)]
        return node.data.get(name) or next((part.get(name) for part in parts), None)

    return read


_image_hash = _of_story("image_hash")


def _degrees(ctx: Context, node: Node) -> Any:
    """Ineligible OPT_INs are dropped, adapt_to_placement is added (recorded)."""
    spec = node.data.get("degrees_of_freedom_spec") or {}
    ineligible = _IMAGE_ONLY if _object_type(ctx, node) == "VIDEO" else _VIDEO_ONLY
    kept = {
        name: value
        for name, value in (spec.get("creative_features_spec") or {}).items()
        if not (name in ineligible and value.get("enroll_status") == "OPT_IN")
    }
    kept.setdefault("adapt_to_placement", {"enroll_status": "OPT_IN"})
    return {**spec, "creative_features_spec": kept}


def _feed(ctx: Context, node: Node) -> Any:
    feed = node.data.get("asset_feed_spec")
    if not feed:
        return None
    given = feed.get("link_urls")
    links = {"link_urls": [_with_path(one) for one in given]} if isinstance(given, list) else {}
    return {**feed, **links, "reasons_to_shop": False, "shops_bundle": False}


def _with_path(link: Any) -> Any:
    """A host alone gets a slash (recorded of feeds, and the other way of a story's link)."""
    address = str(link.get("website_url")) if isinstance(link, dict) else ""
    bare = re.fullmatch("https?://[^/?#]+", address)
    return {**link, "website_url": f"{address}/"} if bare else link


TYPE = NodeType(
    kind="creative",
    label="AdCreative",
    readers={
        **label.LABEL_READERS,
        "account_name": name_of_account,
        "body": _text("body"),
        "title": _text("title"),
        "call_to_action_type": _text("call_to_action_type"),
        "effective_object_story_id": _story_id,
        "object_type": _object_type,
        "thumbnail_url": _thumbnail,
        "video_id": _server_id("video_id", "video"),
        "thumbnail_id": _server_id("thumbnail_id", "thumbnail"),
        "image_crops": _of_story("image_crops"),
        "image_hash": _image_hash,
        "image_url": _image_url,
        "image_urls_for_viewing": _image_urls,
        "degrees_of_freedom_spec": _degrees,
        "asset_feed_spec": _feed,
        "instagram_user_id": lambda ctx, node: (
            node.data.get("instagram_user_id") or (node.data.get("object_story_spec") or {}).get("instagram_user_id")
        ),
    },
    reads={"previews": preview.of_creative},
    posts=label.LABEL_POSTS,
    deletes=label.LABEL_DELETES,
    update=update,
    remove=change.remove,
)
