"""``object_story_spec``: one page, one kind of post, and what each kind needs."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.video import state_of
from reconciler.sandbox.world import Node

_KINDS = ("link_data", "video_data", "photo_data", "template_data", "text_data")
_TEXTS = ("message", "name", "title", "description", "caption", "link", "image_hash", "image_url", "video_id")
# calls to action that open no website
_NO_LINK = {"NO_BUTTON", "LIKE_PAGE", "CALL_NOW", "MESSAGE_PAGE", "WHATSAPP_MESSAGE", "INSTAGRAM_MESSAGE"}


def check(ctx: Context, account: Node, spec: dict[str, Any], has_feed: bool) -> None:
    _actors(ctx, account, spec)
    kinds = [kind for kind in _KINDS if spec.get(kind)]
    if len(kinds) > 1 or (not kinds and not has_feed):
        raise GraphError("bad_story", why=f"exactly one of {', '.join(_KINDS)} is needed")
    for kind in kinds:
        if not isinstance(spec[kind], dict):
            raise GraphError("param", name=kind, what="a JSON object")
        _shapes(spec[kind])
        _CHECKS[kind](ctx, account, spec[kind])


def _shapes(data: dict[str, Any]) -> None:
    action = data.get("call_to_action")
    if action and not (isinstance(action, dict) and isinstance(action.get("value") or {}, dict)):
        raise GraphError("param", name="call_to_action", what="a JSON object")
    for key in _TEXTS:
        if isinstance(data.get(key), dict | list):
            raise GraphError("param", name=key, what="a string")


def _actors(ctx: Context, account: Node, spec: dict[str, Any]) -> None:
    page = spec.get("page_id")
    if not page:
        raise GraphError("bad_story", why="page_id is needed", blame=["object_story_spec", "page_id"])
    if "instagram_actor_id" in spec:
        raise GraphError("instagram_actor")
    if not ctx.settings["check_assets"]:
        return
    if str(page) not in account.hidden["pages"]:
        raise GraphError("page_access", id=page, blame=["object_story_spec", "page_id"])
    instagram = spec.get("instagram_user_id")
    if instagram and str(instagram) not in account.hidden["ig_users"]:
        raise GraphError("instagram_access", id=instagram, blame=["object_story_spec", "instagram_user_id"])


def _image(ctx: Context, account: Node, hash: Any) -> None:
    if hash and ctx.world.get(f"{account.id.removeprefix('act_')}:{hash}", "image") is None:
        raise GraphError("bad_image", hash=hash, blame=["image_hash"])


def _link(ctx: Context, account: Node, data: dict[str, Any]) -> None:
    if not data.get("link"):
        raise GraphError("link_missing", blame=["link"])
    if data.get("image_hash") and data.get("picture"):
        raise GraphError("bad_story", why="image_hash and picture exclude each other")
    _image(ctx, account, data.get("image_hash"))
    cards = data.get("child_attachments")
    if cards is None:
        return
    if not isinstance(cards, list) or not 2 <= len(cards) <= 10:
        raise GraphError("bad_story", why="child_attachments takes 2 to 10 cards", blame=["child_attachments"])
    for card in cards:
        if not isinstance(card, dict) or not card.get("link"):
            raise GraphError("link_missing", blame=["child_attachments", "link"])
        _image(ctx, account, card.get("image_hash"))


def _video(ctx: Context, account: Node, data: dict[str, Any]) -> None:
    video = ctx.world.get(str(data.get("video_id")), "video")
    if video is None or f"act_{video.account}" != account.id:
        raise GraphError("bad_video", id=data.get("video_id"), blame=["video_id"])
    if not data.get("image_hash") and not data.get("image_url"):
        raise GraphError("thumbnail_missing", blame=["image_hash"])
    _image(ctx, account, data.get("image_hash"))
    action = data.get("call_to_action") or {}
    value = action.get("value") or {}
    if action.get("type") and action["type"] not in _NO_LINK and not (value.get("link") or value.get("app_link")):
        raise GraphError("link_missing", blame=["link"])
    if state_of(ctx, video) != "ready":
        raise GraphError("video_not_ready", id=video.id, blame=["video_id"])


def _photo(ctx: Context, account: Node, data: dict[str, Any]) -> None:
    if not data.get("image_hash") and not data.get("url"):
        raise GraphError("bad_story", why="photo_data needs image_hash or url")
    _image(ctx, account, data.get("image_hash"))


def _template(ctx: Context, account: Node, data: dict[str, Any]) -> None:
    if not data.get("link"):
        raise GraphError("link_missing", blame=["link"])


def _text_post(ctx: Context, account: Node, data: dict[str, Any]) -> None:
    if not data.get("message"):
        raise GraphError("bad_story", why="text_data needs a message")


_CHECKS = {
    "link_data": _link,
    "video_data": _video,
    "photo_data": _photo,
    "template_data": _template,
    "text_data": _text_post,
}


def link_of(spec: dict[str, Any]) -> str:
    for kind in _KINDS:
        data = spec.get(kind) or {}
        action = data.get("call_to_action") or {}
        link = data.get("link") or (action.get("value") or {}).get("link")
        if link:
            return str(link)
    return ""


def texts(creative: dict[str, Any]) -> dict[str, str]:
    """Body, title and button of a creative, which Meta repeats at the top level (recorded)."""
    spec = creative.get("object_story_spec") or {}
    data: dict[str, Any] = next((spec[kind] for kind in _KINDS if spec.get(kind)), {})
    feed = creative.get("asset_feed_spec") or {}
    bodies = " ".join(str(one.get("text", "")) for one in feed.get("bodies", []) if isinstance(one, dict))
    return {
        "body": str(data.get("message") or data.get("caption") or bodies or ""),
        "title": str(data.get("name") or data.get("title") or ""),
        "call_to_action_type": str((data.get("call_to_action") or {}).get("type") or ""),
    }
