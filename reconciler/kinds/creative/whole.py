"""A creative that somebody else has made, read whole: what of it can be written here, and what cannot. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds.creative.creative import FORMATS, read_creative
from reconciler.kinds.creative.format import NOWHERE, Format
from reconciler.kinds.creative.unsaid import ACTORS, ADDED, ASKED, NOT_MADE, OTHERS, STORY, beyond, unsaid
from reconciler.kinds.structure import is_nothing

READ = ("id", "name", STORY, "url_tags", "object_story_id", *sorted(ASKED))
"""What has to be asked for."""

OF_A_PART = {
    "child_attachments": "it is a carousel, which cannot be written here yet",
    "collection_thumbnails": "it is a collection, which cannot be written here yet",
}
"""The same of what a story is made of: its format is told before what else it lacks."""

KEPT = ADDED | {"caption", "image_crops", "link"}
"""Small things that stay at Meta while the creative does, and are lost with it."""
COVER = "image_url"
"""A film's still that is no image of the account: its address is signed, so that nothing can be made of it again."""


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
    besides = sorted(path for path, _ in beyond(part, content))
    foreign = [path for path in besides if path.rpartition(".")[2] not in KEPT]
    if foreign:
        return Whole(why=f"its {', '.join(foreign)} cannot be written here yet")
    cover = [COVER] if content.get("video") and not content.get("thumbnail") and part.get(COVER) else []
    unmade = [name for name in unsaid(creative) if name in NOT_MADE]
    return Whole({**content, **_raw(creative)}, kept=(*besides, *cover, *unmade))


def _lacks(content: Mapping[str, Any], chosen: Format) -> str:
    if not content.get(chosen.field):
        return f"it has no {chosen.field} of its own"
    if not content.get("call_to_action"):
        return "it has no button"
    leads = content.get("lead_form") or content.get("destination_url") not in (None, NOWHERE)
    return "" if leads else "its button leads to no page and to no lead form"


def _raw(creative: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under an ad's `raw`, since somebody has chosen it; what is so of a creative for which nobody has, an
    enhancement among them, is as little an import's as it is drift."""
    return {name: value for name, value in unsaid(creative).items() if name not in {STORY, *NOT_MADE}}
