"""`Format`: one of the forms that a creative has. Each stands in a file of its own; `creative.py` has them all.

A format fills one part of `object_story_spec`, and reads it back; what all have in common (page, `url_tags`, `raw`) is
said by `creative.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NOWHERE = "http://fb.me/"
"""Meta's link of ads that open a form."""


@dataclass(frozen=True)
class Format:
    """One form of a creative. All are pure functions."""

    field: str
    """What an ad of this format has written, and no other."""
    media: Mapping[str, str]
    """Its fields that name a file: whether that is a `video` or an `image`."""
    part: str
    """What it fills of `object_story_spec`."""
    write: Callable[[Mapping[str, Any], str, Mapping[str, str]], dict[str, Any]]
    """The part, of an ad's content, the id of its video and its image: `{"image_hash": …}` or `{"image_url": …}`."""
    read: Callable[[Mapping[str, Any]], dict[str, Any]]
    """The part in a buyer's words, media by Meta's id or hash."""


def button(content: Mapping[str, Any]) -> dict[str, Any]:
    opens = {"lead_gen_form_id": content["lead_form"]} if content.get("lead_form") else None
    return {"type": content["call_to_action"], "value": opens or {"link": content["destination_url"]}}


def read_button(part: Mapping[str, Any], link: str | None = None) -> dict[str, Any]:
    """What the button says; `link` is that of the part itself."""
    given = part.get("call_to_action") or {}
    value = given.get("value") or {}
    form = value.get("lead_gen_form_id")
    return {
        "call_to_action": given.get("type"),
        "destination_url": None if form else value.get("link") or link,
        "lead_form": str(form) if form else None,
    }


def written(texts: Mapping[str, str], content: Mapping[str, Any]) -> dict[str, str]:
    """Texts that somebody wrote, under Meta's names. `texts`: by Meta's name, the field."""
    return {name: text for name, field in texts.items() if (text := content.get(field))}


def read_texts(texts: Mapping[str, str], part: Mapping[str, Any]) -> dict[str, Any]:
    return {field: part.get(name) for name, field in texts.items()}
