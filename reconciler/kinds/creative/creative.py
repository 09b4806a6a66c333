"""The ad creative: one of several formats, with its texts, a button and a link. Identified by content.

A creative cannot be edited at Meta (only renamed), so a changed one is a new one and the ad is pointed at it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from reconciler.kinds.addresses import same_address
from reconciler.kinds.base import Api, Kind, Spec
from reconciler.kinds.buttons import OFFERED
from reconciler.kinds.creative.format import Format
from reconciler.kinds.creative.single_image import SINGLE_IMAGE
from reconciler.kinds.creative.single_video import SINGLE_VIDEO
from reconciler.kinds.enums import BUTTONS_OF_OTHERS, CALLS_TO_ACTION, COMMON_BUTTONS, SAID_BUTTONS
from reconciler.kinds.field_types import Id, Named, OneOf, Prose, Text
from reconciler.kinds.identity import (
    at_meta,
    content_name,
    creative_digest,
    media_digest,
    media_path,
    named_at_meta,
)
from reconciler.kinds.parameters import PARAMETERS
from reconciler.kinds.wire import TEXT, Codec

NAME_LIMIT = 100
NEW_CREATIVE = "new creative: goes to review"

FILE_FORM = "write the path of a file below creatives/"
_AT_META = re.compile("[0-9a-zA-Z_-]{1,100}")


def _by_id(value: object) -> object:
    """`{id: "…"}`, or of an image `{hash: "…"}`, for what is at Meta and has no file here."""
    if not isinstance(value, dict):
        return value
    named = next(iter(value.values()), None) if set(value) in ({"id"}, {"hash"}) else None
    if not isinstance(named, str) or not _AT_META.fullmatch(named):
        raise ValueError(f'a mapping names no file; {FILE_FORM}, or {{id: "…"}} with the id at Meta in quotes')
    return named_at_meta(named)


MediaPath = Annotated[
    str,
    BeforeValidator(_by_id),
    StringConstraints(min_length=1, max_length=500),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 500},
                {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string", "description": "Meta's id of a video that has no file here."},
                        "hash": {"type": "string", "description": "Meta's hash of an image that has no file here."},
                    },
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
Url = Annotated[str, Prose(), StringConstraints(strip_whitespace=True, max_length=2000)]


def _same_media(declared: str | None, live: str | None) -> bool:
    """By content; of what is known by Meta's id alone, by that."""
    pair = (declared or "", live or "")
    if media_digest(pair[0]) == media_digest(pair[1]):
        return True
    named = next(filter(None, map(at_meta, pair)), "")
    return bool(named) and all(named == (at_meta(one) or media_path(one).rpartition(" ")[2]) for one in pair)


def _same_url(declared: str | None, live: str | None) -> bool:
    return same_address(declared or "", live or "")


MEDIA = Codec(lambda value: value, lambda value: value, _same_media)
URL = Codec(lambda value: value, lambda value: value, _same_url)

BUTTON = OneOf(CALLS_TO_ACTION, SAID_BUTTONS, COMMON_BUTTONS, BUTTONS_OF_OTHERS, "write LEARN_MORE", OFFERED)


class CreativeSpec(Spec):
    """What a person sees: the words and media of one ad."""

    video: Annotated[Annotated[MediaPath, Named("video")] | None, Api(MEDIA, consequence=NEW_CREATIVE)] = None
    """A file below creatives/, MP4 or MOV."""
    thumbnail: Annotated[Annotated[MediaPath, Named("image")] | None, Api(MEDIA, consequence=NEW_CREATIVE)] = None
    """The video's still, a file below creatives/. Without one, Meta's own preferred frame is used."""
    image: Annotated[Annotated[MediaPath, Named("image")] | None, Api(MEDIA, consequence=NEW_CREATIVE)] = None
    """A file below creatives/, PNG or JPEG; instead of `video`."""
    primary_text: Annotated[Text | None, Api(TEXT, consequence=NEW_CREATIVE)] = None
    """The text above the media. People see about 125 characters before "See more", about 72 over a story or a reel. A
    change makes a new creative, which goes to review."""
    headline: Annotated[Text | None, Api(TEXT, consequence=NEW_CREATIVE)] = None
    """The bold line below the media. About 40 characters are seen; Meta takes 255. A change goes to review."""
    description: Annotated[Text | None, Api(TEXT, consequence=NEW_CREATIVE)] = None
    """The small line below the headline, which many placements leave out. About 30 characters are seen; Meta takes 255.
    A change goes to review."""
    call_to_action: Annotated[
        Annotated[str, BUTTON],
        Api(TEXT, consequence=NEW_CREATIVE),
    ] = "SHOP_NOW"
    """The button; SHOP_NOW, or SIGN_UP with a lead form, unless written. A change goes to review."""
    destination_url: Annotated[Url | None, Api(URL, consequence=NEW_CREATIVE)] = None
    """Where a click leads: http or https. A change goes to review."""
    lead_form: Annotated[
        Annotated[Text, Named("lead_form")] | None, Api(TEXT, consequence=NEW_CREATIVE, refers=True, id_of="lead_form")
    ] = None
    """What a click opens instead of a website: the key of a lead form, or the id of one that is not declared."""
    url_tags: Annotated[Text | None, Api(TEXT, consequence=NEW_CREATIVE)] = None
    """Query parameters that Meta adds to the link, such as utm_source=meta. Replaces the account's default."""
    page: Annotated[Id | None, Api(TEXT, consequence=NEW_CREATIVE)] = Field(default=None)
    """The Facebook page that the ad runs as, in place of the account's."""
    instagram_user: Annotated[Id | None, Api(TEXT, consequence=NEW_CREATIVE)] = Field(default=None)
    """The Instagram account that the ad runs as, in place of the account's."""


CREATIVE_FIELDS = tuple(CreativeSpec.model_fields)

CREATIVE_PARAMETERS = PARAMETERS["creative"] - PARAMETERS["ad"] - {*CREATIVE_FIELDS, "object_story_spec"}
"""What may stand under an ad's `raw` and belongs to its creative. A name that both have stays with the ad."""


def content_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an ad's fields that makes up its creative."""
    raw = sorted(CREATIVE_PARAMETERS & set(fields))
    return {name: fields[name] for name in (*CREATIVE_FIELDS, *raw) if fields.get(name) is not None}


def raw_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Of a creative's content what stood under `raw`: sent, and read back, as it is."""
    return {name: value for name, value in content.items() if name in CREATIVE_PARAMETERS}


def creative_name(ad_name: str, content: Mapping[str, Any]) -> str:
    """At most 100 characters (Meta's limit), with the content's whole digest in it."""
    return content_name(ad_name, creative_digest(content), NAME_LIMIT)


FORMATS = (SINGLE_VIDEO, SINGLE_IMAGE)
"""A new format is one file and one line here, with its fields in `CreativeSpec`."""


def format_of(content: Mapping[str, Any]) -> Format:
    """What an ad's content is a creative of."""
    return next(one for one in FORMATS if content.get(one.field))


def files_of(content: Mapping[str, Any]) -> dict[str, str]:
    """By SHA-256, whether it is a video or an image; not those that Meta's id alone names."""
    named = {str(content[field]): noun for one in FORMATS for field, noun in one.media.items() if content.get(field)}
    return {media_digest(value): noun for value, noun in named.items() if not at_meta(value)}


def creative_params(
    name: str, content: Mapping[str, Any], *, video_id: str = "", image: Mapping[str, str]
) -> dict[str, Any]:
    """The parameters of the create call, with ids in place of references. `image` is `{"image_hash": …}` or
    `{"image_url": …}`."""
    story: dict[str, Any] = {"page_id": content["page"]}
    if content.get("instagram_user"):
        story["instagram_user_id"] = content["instagram_user"]
    chosen = format_of(content)
    story[chosen.part] = chosen.write(content, video_id, image)
    params: dict[str, Any] = {"name": name, "object_story_spec": story}
    if content.get("url_tags"):
        params["url_tags"] = content["url_tags"]
    return params | raw_content(content)


def read_creative(creative: Mapping[str, Any], videos: Mapping[str, str], images: Mapping[str, str]) -> dict[str, Any]:
    """A live creative in a buyer's words. `videos` and `images` give the content digest of ids and hashes.

    Used only for creatives that we did not make: those that we made are known by the digest in their name.
    """
    story = creative.get("object_story_spec") or {}
    found = {
        "url_tags": creative.get("url_tags"),
        "page": story.get("page_id"),
        "instagram_user": story.get("instagram_user_id"),
    }
    digests = {"video": videos, "image": images}
    for one in (one for one in FORMATS if one.part in story):
        said = one.read(story[one.part])
        found |= said | {name: _known_media(noun, said[name], digests[noun]) for name, noun in one.media.items()}
    return {name: value for name, value in found.items() if value}


def _known_media(noun: str, key: str | None, digests: Mapping[str, str]) -> str | None:
    if not key:
        return None
    return f"{noun} {key}@sha256:{digests.get(str(key)) or named_at_meta(str(key))}"


KIND = Kind(
    name="creative",
    spec=CreativeSpec,
    edge="adcreatives",
    read_also=("id", "name", "object_story_spec", "url_tags"),
    graph_name="AdCreative",
    log=("creative",),
)
