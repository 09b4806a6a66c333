"""What is known of a media file before anything of it is sent."""

from __future__ import annotations

from reconciler.model.light import light


@light(frozen=True)
class MediaFact:
    """What a resource needs of a media file, or the problem with it."""

    kind: str = ""
    sha256: str = ""
    warnings: tuple[str, ...] = ()
    problem: tuple[str, str] | None = None
    absent: tuple[str, str] | None = None
    """What is to be said, and done, where only the digest is known: the content is needed for an upload alone."""
    size: int = 0
    """In bytes."""
    shape: str = ""
    """What a reader of a plan is told of it, such as `16:9, 0:15`."""
