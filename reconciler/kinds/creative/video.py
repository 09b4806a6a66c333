"""The ad video: uploaded in chunks, found again by the SHA-256 in its title."""

from __future__ import annotations

from math import ceil

from reconciler.kinds.base import Kind, Spec, Upload
from reconciler.kinds.identity import content_name

TITLE_LIMIT = 255
PART = 1_000_000
"""Bytes that Meta asks for at a time. Recorded: 1,048,576 of the first part, so many of each further one."""
LOOKS = 10
"""At a film that Meta processes for 20 seconds, about; nobody has measured that in public."""


class VideoSpec(Spec):
    """A file's content has no fields of its own: the digest is its identity."""


def video_title(path: str, digest: str) -> str:
    """At most 255 characters (Meta's limit), with the file's whole digest in it."""
    return content_name(path, digest, TITLE_LIMIT)


def upload(size: int) -> Upload:
    """Its start, its parts and its end; then it is looked at until it is ready, and for a still of it."""
    return Upload(LOOKS + 1, 2 + ceil(size / PART))


KIND = Kind(
    name="video",
    spec=VideoSpec,
    edge="advideos",
    read_also=("id", "title", "status"),
    graph_name="AdVideo",
    download=("id", "title", "source"),
    upload=upload,
)
