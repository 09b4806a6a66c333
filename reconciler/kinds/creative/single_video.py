"""One video with its texts and a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.creative.format import NOWHERE, Format, button, read_button, read_texts, written

TEXTS = {"message": "primary_text", "title": "headline", "link_description": "description"}


def _write(content: Mapping[str, Any], video_id: str, image: Mapping[str, str]) -> dict[str, Any]:
    # video_data has no link of its own; the button carries it.
    given = button(content)
    value = {"link": NOWHERE, **given["value"]}
    return {"video_id": video_id, **image, **written(TEXTS, content), "call_to_action": {**given, "value": value}}


def _read(part: Mapping[str, Any]) -> dict[str, Any]:
    media = {"video": part.get("video_id"), "thumbnail": part.get("image_hash")}
    return {**media, **read_texts(TEXTS, part), **read_button(part)}


SINGLE_VIDEO = Format("video", {"video": "video", "thumbnail": "image"}, "video_data", _write, _read)
