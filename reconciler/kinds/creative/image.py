"""The ad image: uploaded whole, found again by the SHA-256 in its file name. Meta's own hash is not a digest of it."""

from __future__ import annotations

from reconciler.kinds.base import Kind, Spec, Upload


class ImageSpec(Spec):
    """A file's content has no fields of its own: the digest is its identity."""


def image_file_name(path: str, digest: str) -> str:
    """The upload's file name: Meta answers by it, and keeps it as the image's name."""
    return f"{digest}.{path.rpartition('.')[2].lower()}"


KIND = Kind(
    name="image",
    spec=ImageSpec,
    edge="adimages",
    read_also=("id", "hash", "name"),
    graph_name="AdImage",
    download=("id", "hash", "name", "url", "permalink_url"),
    by_hash=True,
    upload=lambda size: Upload(writes=1),
)
