"""Meta's targeting spec as an editor offers it: fields by their shapes, and words on those that buyers use. What is not
here is taken, too, and judged by `validate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.countries import COUNTRY_SCHEMA
from reconciler.kinds.targeting_fields import PARTS, SHAPES, is_read_only

_ID = {"type": "string", "description": "Meta's id, in quotes."}
_NAME = {"type": "string", "description": "For people; Meta goes by the id."}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "number": {"type": "integer"},
    "numbers": {"type": "array", "items": {"type": "integer"}},
    "flag": {"type": "boolean"},
    "text": {"type": "string"},
    "mapping": {"type": "object"},
    "list": {"type": "array"},
    "named": {
        "type": "array",
        "items": {"type": "object", "properties": {"id": _ID, "name": _NAME}},
    },
}

_WORDS: Mapping[str, str] = {
    "geo_locations": "Where people are. Countries alone are shorter as countries: [SG] of the ad set.",
    "excluded_geo_locations": "Where people are who never see the ads, within what geo_locations includes.",
    "age_min": "Youngest age, from 13; with Advantage+ audience at most 25.",
    "age_max": "Oldest age; 65 stands for 65 and older. Advantage+ audience does not take it.",
    "genders": "[1] men, [2] women; leave it out for all.",
    "locales": "Languages, as Meta's numbers.",
    "interests": 'By id: [{id: "6003107902433", name: Coffee}]. With Advantage+ audience only a suggestion.',
    "behaviors": "By id, as Ads Manager's search finds them.",
    "flexible_spec": "A list of groups: people must be in each of them, and in one thing of each suffices.",
    "custom_audiences": 'Keys of desired/audiences, or [{id: "120210…"}] of one that is not declared.',
    "excluded_custom_audiences": "Audiences that never see the ads, written as in custom_audiences.",
    "publisher_platforms": "Leave it out for Advantage+ placements, which are mostly cheaper.",
    "device_platforms": "Leave it out for all devices.",
    "targeting_automation": "advantage_audience of the ad set says it shorter.",
    "user_os": "Such as [iOS, Android_ver_12.0_and_above].",
}
_PLATFORMS = ("facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp")
_AUDIENCES: Mapping[str, Any] = {
    "type": "array",
    "items": {
        "anyOf": [
            {"type": "string", "x-names": "audience"},
            {"type": "object", "properties": {"id": _ID}, "required": ["id"]},
        ]
    },
}
_CLOSER: Mapping[str, Mapping[str, Any]] = {
    "age_min": {"minimum": 13, "maximum": 65},
    "age_max": {"minimum": 13, "maximum": 65},
    "genders": {"items": {"type": "integer", "enum": [1, 2], "enumDescriptions": ["men", "women"]}},
    "publisher_platforms": {"items": {"type": "string", "enum": list(_PLATFORMS)}},
    "device_platforms": {"items": {"type": "string", "enum": ["mobile", "desktop", "connected_tv"]}},
    "custom_audiences": _AUDIENCES,
    "excluded_custom_audiences": _AUDIENCES,
}


def _places() -> dict[str, Any]:
    said = "A list, as Meta's targeting spec has it."
    properties: dict[str, Any] = {
        name: {"type": "array", "description": said} for name in sorted(PARTS["geo_locations"])
    }
    properties["countries"] = {"type": "array", "items": COUNTRY_SCHEMA, "description": "ISO codes, such as [SG, MY]."}
    properties["cities"]["description"] = '[{key: "1004074", radius: 17, distance_unit: kilometer, country: SG}]'
    properties["location_types"]["items"] = {"type": "string", "enum": ["home", "recent"]}
    return {"type": "object", "properties": properties}


def _field(name: str, shape: str) -> dict[str, Any]:
    said = {"description": _WORDS.get(name, "As Meta's targeting spec has it. A change resets learning.")}
    form = _places() if name in ("geo_locations", "excluded_geo_locations") else _SHAPES[shape]
    return {**form, **_CLOSER.get(name, {}), **said}


TARGETING_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {name: _field(name, shape) for name, shape in sorted(SHAPES.items()) if not is_read_only(name)},
}
