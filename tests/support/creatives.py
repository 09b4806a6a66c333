"""What a person shows in an ad: another creative, since Meta changes none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from support.sandbox import PAGE, LocalGraph


def put_on(graph: LocalGraph, address: str, tags: str = "", **changed: Any) -> None:
    """Another creative, put on the ad, as Ads Manager does it. `changed` is of the story's part; None takes it out."""
    creative = graph.read(graph.id(address), "creative{object_story_spec,url_tags}")["creative"]
    story: Mapping[str, Any] = creative["object_story_spec"]
    part = next(name for name in ("video_data", "link_data") if name in story)
    data = {name: value for name, value in {**story[part], **changed}.items() if value is not None}
    if "link" in changed and part == "link_data":
        data["call_to_action"] = {**data["call_to_action"], "value": {"link": changed["link"]}}
    if data.get("image_hash"):
        data = {name: value for name, value in data.items() if name not in ("picture", "image_url")}
    kept = tags or creative.get("url_tags")
    made = graph.person_makes(
        "adcreatives",
        name="Mei's",
        object_story_spec={"page_id": PAGE, part: data},
        **({"url_tags": kept} if kept else {}),
    )
    graph.person_posts(address, creative={"creative_id": made})
