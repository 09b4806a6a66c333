"""What a creative shows that no word of YAML says: a carousel's cards, a sponsor, another link than the button's. Pure.

The rule is general. Whatever a creative can be made with and read for is asked, and what of it neither an ad's words
nor Meta itself has put there is somebody's. Meta's own additions are in `MIRRORS`, `OF_META` and `kinds/echoes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from reconciler.kinds.creative.creative import CREATIVE_PARAMETERS, FORMATS, URL, read_creative
from reconciler.kinds.creative.format import NOWHERE
from reconciler.kinds.echoes import is_echo
from reconciler.kinds.identity import at_meta
from reconciler.kinds.structure import is_nothing

STORY = "object_story_spec"
GROUPS = "creative_asset_groups_spec"
"""Of an ad, not of its creative: what makes it flexible."""
ACTORS = frozenset({"page_id", "instagram_user_id", "instagram_actor_id"})

OTHERS = {
    "asset_feed_spec": "it mixes several assets (dynamic creative)",
    "product_set_id": "it shows products of a catalogue",
    "source_instagram_media_id": "it shows an Instagram post",
}
"""By field of a creative, what it is where that is set."""

MIRRORS = frozenset(
    """
    account_id actor_id body call_to_action call_to_action_type effective_authorization_category
    effective_instagram_media_id effective_object_story_id existing_post_title image_crops image_hash image_url
    instagram_permalink_url instagram_user_id link_og_id link_url object_id object_story_id object_type object_url
    thumbnail_id thumbnail_url title video_id
    """.split()
)
"""What Meta repeats of a story at its creative's top, or makes of it, such as its post."""
NOT_MADE = frozenset(
    """
    auto_update collaborative_ads_lsb_image_bank_id enable_direct_install link_deep_link_url
    link_destination_display_url messenger_sponsored_message object_store_url photo_album_source_object_story_id
    product_data
    """.split()
)
"""What a creative may read as and no create of one takes, by the SDK: nothing can make it again."""
UNREADABLE = frozenset({"execution_options", "image_file", "is_dco_internal", "media_optimization_spec"})
ASKED = CREATIVE_PARAMETERS - MIRRORS - UNREADABLE
"""What a creative says beside its story."""

OF_META = frozenset({"image_url", "picture", "thumbnail_url", "attachment_style"})
"""What Meta shows beside a part's own fields, and what is told by another one of it."""
ADDED = frozenset(
    """
    link_caption link_description link_format link_title multi_share_end_card multi_share_optimized
    use_flexible_image_aspect_ratio
    """.split()
)
"""Small things that Meta adds by itself, so that nothing is lost with them; of cards they are somebody's choice."""

DEFAULTS = (False, 0, "0", "NONE")
"""A field that says no more than this is as if it had never been sent."""


def unsaid(creative: Mapping[str, Any]) -> dict[str, Any]:
    """By Meta's name, of a creative that was asked for `ASKED`; of its story the parts and fields alone that no word
    says."""
    found = {name: value for name in sorted(ASKED) if not is_nothing(value := chosen(name, creative.get(name)))}
    story = _nested(_of_story(creative))
    return {**found, STORY: story} if story else found


def chosen(path: str, value: Any, inside: Any = None) -> Any:
    """A value without what Meta adds by itself; None where nothing is left."""
    left = _left(path, value, inside)
    return left if _says_something(left) else None


def _left(path: str, value: Any, inside: Any) -> Any:
    if is_nothing(value) or is_echo(path, value, inside):
        return None
    if isinstance(value, Mapping):
        return {key: left for key, one in value.items() if (left := _left(f"{path}.{key}", one, value)) is not None}
    return value


def _says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(map(_says_something, value))
    return not is_nothing(value) and value not in DEFAULTS


def beyond(part: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """By path, what a part of a story says and the words of `content`, which were read of it, would not write."""
    written = next(one for one in FORMATS if content.get(one.field)).write(
        {name: value for name, value in content.items() if value is not None},
        at_meta(str(content.get("video") or "")),
        _image(content),
    )
    yield from _beyond(part, written)


def _image(content: Mapping[str, Any]) -> dict[str, str]:
    found = next((key for name in ("image", "thumbnail") if (key := at_meta(str(content.get(name) or "")))), "")
    return {"image_hash": found} if found else {}


def _beyond(part: Mapping[str, Any], written: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if is_nothing(value) or name in OF_META:
            continue
        said = written.get(name)
        if isinstance(value, Mapping) and isinstance(said, Mapping):
            yield from _beyond(value, said, f"{path}{name}.")
        elif (name == "link" and not _leads_there(value, said)) or (name != "link" and is_nothing(said)):
            yield f"{path}{name}", value


def _leads_there(link: Any, said: Any) -> bool:
    """Whether a link is the one that is written, or Meta's own of an ad that opens a form."""
    nowhere = urlsplit(NOWHERE).netloc
    return URL.same(said, str(link)) or urlsplit(str(link)).netloc == nowhere


def _of_story(creative: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    story = creative.get(STORY) or {}
    content = read_creative(creative, {}, {})
    for name, part in story.items():
        if name in ACTORS or is_nothing(part):
            continue
        ours = next((one for one in FORMATS if one.part == name), None)
        if ours is None or not content.get(ours.field) or not _has_a_button(content):
            # Its words cannot be written, so that nothing tells which of it they say.
            yield from ((f"{name}.{at}", value) for at, value in part.items() if _is_no_word(ours, at))
            continue
        cards = not is_nothing(part.get("child_attachments"))
        for path, value in beyond(part, content):
            if cards or path.rpartition(".")[2] not in ADDED:
                yield f"{name}.{path}", value


def _has_a_button(content: Mapping[str, Any]) -> bool:
    leads = content.get("lead_form") or content.get("destination_url")
    return bool(content.get("call_to_action") and leads)


WORDS = frozenset({"message", "name", "title", "description", "link_description", "link", "image_hash", "video_id"})


def _is_no_word(ours: Any, name: str) -> bool:
    return ours is None or name not in WORDS | OF_META | ADDED | {"call_to_action"}


def _nested(leaves: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in leaves:
        *above, name = path.split(".")
        inside = found
        for step in above:
            inside = inside.setdefault(step, {})
        inside[name] = value
    return found


BECOME = {
    "child_attachments": "it is a carousel",
    "collection_thumbnails": "it is a collection",
    GROUPS: "it is a flexible ad",
    **OTHERS,
}
"""By what says so, what an ad has become."""


def has_become(name: str, value: Any) -> str:
    """In a few words, what an ad has become by a field that no word says; "" where that says enough itself."""
    parts = value.values() if name == STORY and isinstance(value, Mapping) else ()
    names = (name, *(key for part in parts if isinstance(part, Mapping) for key in part))
    return next((f"{BECOME[one]} now" for one in names if one in BECOME), "")
