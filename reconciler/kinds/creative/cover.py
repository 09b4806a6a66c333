"""A film's cover: whether somebody has chosen another than the one that it would get here. Pure.

Without a `thumbnail` a creative is sent the address of the frame that Meta prefers. Meta signs addresses anew at every
read, so that only the file's name tells one from another; and it may show a hash beside an address, or in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from reconciler.kinds.creative.creative import FORMATS
from reconciler.kinds.creative.format import Format

HASH, ADDRESS = "image_hash", "image_url"
COVERS = {one.part: cover for one in FORMATS for cover in one.media if cover != one.field}
"""By part of a story, the field that names its cover."""


@dataclass(frozen=True)
class Cover:
    """`hash` and `file`, the name of the picture behind an address; "" where Meta shows none."""

    hash: str = ""
    file: str = ""

    def is_as(self, other: Cover) -> bool:
        same = (self.hash and self.hash == other.hash, self.file and self.file == other.file)
        return any(same)


@dataclass(frozen=True)
class Frames:
    """Of a film, as files: the frame that Meta prefers, and all the others."""

    preferred: str = ""
    others: frozenset[str] = frozenset()


def with_cover(creative: Mapping[str, Any]) -> Format | None:
    """The format of a creative that has a cover; None of any other."""
    story = creative.get("object_story_spec") or {}
    return next((one for one in FORMATS if one.part in COVERS and story.get(one.part)), None)


def cover_of(creative: Mapping[str, Any]) -> Cover:
    chosen = with_cover(creative)
    part = creative["object_story_spec"][chosen.part] if chosen else {}
    return Cover(str(part.get(HASH) or ""), file_of(str(part.get(ADDRESS) or "")))


def address_of(creative: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a story with the address of its cover alone."""
    chosen = with_cover(creative)
    value = creative["object_story_spec"][chosen.part].get(ADDRESS) if chosen else None
    return {chosen.part: {ADDRESS: value}} if chosen and value else {}


def file_of(address: str) -> str:
    """The last step of its path, without what signs it."""
    return urlsplit(address).path.rpartition("/")[2]


def frames_of(rows: Iterable[Mapping[str, Any]]) -> Frames:
    files = {file_of(str(row["uri"])): bool(row.get("is_preferred")) for row in rows if row.get("uri")}
    preferred = next((file for file, is_preferred in files.items() if is_preferred), next(iter(files), ""))
    return Frames(preferred, frozenset(files) - {preferred})


def is_chosen(seen: Cover, former: Cover | None, frames: Frames | None) -> bool:
    """Whether somebody has chosen the cover that is seen. `former`: that of the creative which was put there last; None
    where nothing is remembered of it, so that what is seen has to be a known other one."""
    if not (seen.hash or seen.file) or (frames is not None and seen.file and seen.file == frames.preferred):
        return False
    if former is None:
        return bool(seen.hash) or (frames is not None and seen.file in frames.others)
    return not seen.is_as(former)
