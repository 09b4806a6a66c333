"""The ad video: uploaded in chunks, found again by the SHA-256 in its title."""

from __future__ import annotations

from reconciler.kinds.base import Kind, Spec
from reconciler.kinds.identity import content_name

TITLE_LIMIT = 255


class VideoSpec(Spec):
    """A file's content has no fields of its own: the digest is its identity."""


def video_title(path: str, digest: str) -> str:
    """At most 255 characters (Meta's limit), with the file's whole digest in it."""
    return content_name(path, digest, TITLE_LIMIT)


KIND = Kind(
    name="video",
    spec=VideoSpec,
    edge="advideos",
    read_also=("id", "title", "status"),
    graph_name="AdVideo",
    download=("id", "title", "source"),
)
