"""A creative that somebody else has made, read whole: what of it can be written here, and what cannot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds.creative.creative import FORMATS, read_creative
from reconciler.kinds.creative.format import NOWHERE, Format
from reconciler.kinds.identity import at_meta
from reconciler.kinds.structure import is_nothing

ACTORS = frozenset({"page_id", "instagram_user_id", "instagram_actor_id"})
RAW_READ = ("degrees_of_freedom_spec",)
"""Parameters of a creative that stand under an ad's `raw` where somebody has chosen them."""
ADDED = "adapt_to_placement"
"""The one enhancement that Meta puts there by itself, as OPT_IN."""
READ = (
    "id",
    "name",
    "object_story_spec",
    "url_tags",
    "asset_feed_spec",
    "object_story_id",
    "product_set_id",
    *RAW_READ,
)
"""What has to be asked for."""

OTHERS = {
    "asset_feed_spec": "it mixes several assets (dynamic creative)",
    "product_set_id": "it shows products of a catalogue",
}
"""By field of a creative, what it is where that is set."""

OF_A_PART = {
    "child_attachments": "it is a carousel, which cannot be written here yet",
    "collection_thumbnails": "it is a collection, which cannot be written here yet",
}
"""The same of what a story is made of: its format is told before what else it lacks."""

OF_META = frozenset({"image_url", "picture", "thumbnail_url", "attachment_style"})
"""What Meta shows beside a part's own fields, and what is told by another one of it."""
KEPT = frozenset(
    {"caption", "image_crops", "multi_share_optimized", "multi_share_end_card", "use_flexible_image_aspect_ratio"}
)
"""Small things that stay at Meta while the creative does, and are lost with it."""
BUTTON_KEPT = frozenset({"link_caption", "link_format", "link_title", "link_description"})


@dataclass(frozen=True)
class Whole:
    """`why`: what keeps it from being written here; "" where it can be."""

    content: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    kept: tuple[str, ...] = ()
    """What it has besides, and would lose if it were made anew."""


def whole_creative(creative: Mapping[str, Any]) -> Whole:
    """Media are named by Meta's id or hash."""
    for name, said in OTHERS.items():
        if not is_nothing(creative.get(name)):
            return Whole(why=said)
    story = creative.get("object_story_spec") or {}
    parts = [name for name in story if name not in ACTORS and not is_nothing(story[name])]
    if not parts and creative.get("object_story_id"):
        return Whole(why="it shows an existing post")
    if not parts:
        return Whole(why="Meta does not show what it is made of: a post of its own, or one that is gone")
    chosen = next((one for one in FORMATS if [one.part] == parts), None)
    if chosen is None:
        return Whole(why=f"its format ({', '.join(parts)}) cannot be written here yet")
    if why := next((said for name, said in OF_A_PART.items() if not is_nothing(story[chosen.part].get(name))), ""):
        return Whole(why=why)
    content = read_creative(creative, {}, {})
    if why := _lacks(content, chosen):
        return Whole(why=why)
    part = story[chosen.part]
    beyond = sorted(_beyond(part, chosen.write(_as_sent(content), _key(content, "video"), _image(content))))
    foreign = [name for name in beyond if name.rpartition(".")[2] not in KEPT | BUTTON_KEPT]
    if foreign:
        return Whole(why=f"its {', '.join(foreign)} cannot be written here yet")
    return Whole({**content, **_raw(creative)}, kept=tuple(beyond))


def _lacks(content: Mapping[str, Any], chosen: Format) -> str:
    if not content.get(chosen.field):
        return f"it has no {chosen.field} of its own"
    if not content.get("call_to_action"):
        return "it has no button"
    leads = content.get("lead_form") or content.get("destination_url") not in (None, NOWHERE)
    return "" if leads else "its button leads to no page and to no lead form"


def _as_sent(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}


def _key(content: Mapping[str, Any], name: str) -> str:
    return at_meta(str(content.get(name) or ""))


def _image(content: Mapping[str, Any]) -> dict[str, str]:
    found = _key(content, "image") or _key(content, "thumbnail")
    return {"image_hash": found} if found else {}


def _beyond(part: Mapping[str, Any], written: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in part.items():
        if is_nothing(value) or name in OF_META or (name == "link" and value == NOWHERE):
            continue
        if is_nothing(written.get(name)):
            yield f"{path}{name}"
        elif isinstance(value, Mapping) and isinstance(written[name], Mapping):
            yield from _beyond(value, written[name], f"{path}{name}.")


def _is_out(feature: Any) -> bool:
    return isinstance(feature, Mapping) and feature.get("enroll_status") == "OPT_OUT"


def _raw(creative: Mapping[str, Any]) -> dict[str, Any]:
    """Enhancements that somebody has chosen."""
    found = {}
    for name in RAW_READ:
        features = ((creative.get(name) or {}).get("creative_features_spec")) or {}
        chosen = {each: value for each, value in features.items() if each != ADDED or _is_out(value)}
        if chosen:
            found[name] = {"creative_features_spec": chosen}
    return found
