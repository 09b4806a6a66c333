"""One image with its texts, a link and a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.creative.format import NOWHERE, Format, button, read_button, read_texts, written

TEXTS = {"message": "primary_text", "name": "headline", "description": "description"}


def _write(content: Mapping[str, Any], video_id: str, image: Mapping[str, str]) -> dict[str, Any]:
    link = content.get("destination_url") or NOWHERE
    return {"link": link, **image, **written(TEXTS, content), "call_to_action": button(content)}


def _read(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"image": part.get("image_hash"), **read_texts(TEXTS, part), **read_button(part, part.get("link"))}


SINGLE_IMAGE = Format("image", {"image": "image"}, "link_data", _write, _read)
