"""What an ad is made of, for the breakdowns by asset, by product and by carousel card."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from reconciler.sandbox.nodes import products, story
from reconciler.sandbox.world import Node, World

Shape = Callable[[World, Node, Any], dict[str, Any]]
_STORIES = ("link_data", "video_data", "photo_data", "template_data")


def _id(kind: str, value: Any) -> str:
    return str(6 * 10**15 + int(hashlib.sha256(f"{kind}{value}".encode()).hexdigest()[:12], 16))


def _text(kind: str, key: str = "text") -> Shape:
    return lambda world, ad, value: {key: str(value), "id": _id(kind, value)}


def _image(world: World, ad: Node, hash: Any) -> dict[str, Any]:
    node = world.get(f"{ad.account}:{hash}", "image")
    name = {"name": node.data["name"]} if node else {}
    return {"hash": str(hash), "id": _id("image", hash), **name}


# kind: where it stands in a story, where in an asset feed, and how it is shown
_WHERE: dict[str, tuple[tuple[str, ...], str, str, Shape]] = {
    "image_asset": (("image_hash",), "images", "hash", _image),
    "video_asset": (("video_id",), "videos", "video_id", _text("video", "video_id")),
    "body_asset": (("message", "caption"), "bodies", "text", _text("body")),
    "title_asset": (("name", "title"), "titles", "text", _text("title")),
    "description_asset": (("description", "link_description"), "descriptions", "text", _text("description")),
    "link_url_asset": (("link",), "link_urls", "website_url", _text("link", "website_url")),
    "call_to_action_asset": (("call_to_action",), "call_to_action_types", "", _text("call_to_action", "name")),
}
KINDS = tuple(_WHERE)


def of(world: World, ad: Node, kind: str) -> list[Any]:
    if kind == "product_id":
        return [f"{one.id}, {one.data.get('name', '')}" for one in products.of_ad(world, ad)]
    inside, listed, key, shape = _WHERE[kind]
    creative = world.nodes[ad.data["creative"]].data
    feed = creative.get("asset_feed_spec") or {}
    found = [one.get(key) if isinstance(one, dict) else one for one in feed.get(listed) or []]
    found += [] if found else _in_story(creative, inside)
    return [shape(world, ad, value) for value in dict.fromkeys(str(one) for one in found if one)]


def _in_story(creative: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    spec = creative.get("object_story_spec") or {}
    parts = [spec[name] for name in _STORIES if isinstance(spec.get(name), dict)]
    values = [next((part[name] for name in names if part.get(name)), None) for part in parts]
    return [one.get("type") if isinstance(one, dict) else one for one in values]


def _cards(world: World, ad: Node) -> Iterator[tuple[str, str]]:
    spec = world.nodes[ad.data["creative"]].data.get("object_story_spec") or {}
    cards = (spec.get("link_data") or {}).get("child_attachments") or []
    for number, card in enumerate(cards, 1):
        yield _id("card", f"{ad.data['creative']}{number}"), str(card.get("name") or f"Card {number}")


def labels(world: World, ad: Node, cuts: tuple[str, ...]) -> list[dict[str, str]]:
    """One for each part that an ad's actions fall into; a single empty one where nothing tells them apart."""
    creative = world.nodes[ad.data["creative"]].data
    spec = creative.get("object_story_spec") or {}
    promoted = world.nodes[ad.data["adset_id"]].data.get("promoted_object") or {}
    page = str(spec.get("page_id") or promoted.get("page_id") or "")
    common = {
        "action_target_id": str(promoted.get("pixel_id") or page),
        "action_destination": urlsplit(story.link_of(spec)).hostname or _name(world, page),
    }
    found = {name: value for name, value in common.items() if name in cuts and value}
    cards = [{"action_carousel_card_id": id, "action_carousel_card_name": name} for id, name in _cards(world, ad)]
    return [{**found, **{name: one[name] for name in one if name in cuts}} for one in cards] or [found]


def _name(world: World, id: str) -> str:
    node = world.get(id)
    return str(node.data.get("name", id)) if node else id
