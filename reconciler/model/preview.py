"""What people will see of an ad, with the files in it. Plain data, for a page that is one file."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.address import Address


@dataclass(frozen=True)
class Medium:
    """An image or a video of an ad. Sides in pixels as shown, `size` in bytes."""

    path: str
    sha256: str
    kind: str
    """`image` or `video`; "" where the file is not there."""
    width: int = 1
    height: int = 1
    size: int = 0
    shape: str = ""
    """What a reader is told of it, such as `16:9, 0:15`."""
    type: str = ""
    """Of the content, for a data: URL."""
    content: bytes = b""
    """Empty where it was left out: see `lacking`."""
    still: bytes = b""
    """Of a video one picture, as an MP4 of its own."""
    lacking: str = ""
    """Why the content is not here, for people."""


@dataclass(frozen=True)
class Showing:
    """One state of an ad: its words as written, its button by Meta's word, and its media."""

    primary_text: str = ""
    headline: str = ""
    description: str = ""
    call_to_action: str = ""
    destination_url: str = ""
    url_tags: str = ""
    lead_form: str = ""
    medium: Medium | None = None
    """None where the ad is made of Meta's own parameters, under `raw`."""
    poster: Medium | None = None
    """The video's own still, where one is declared."""


@dataclass(frozen=True)
class Preview:
    """A new or changed ad."""

    address: Address
    name: str
    page: str
    """What stands above the ad. Only Meta knows the Page's name, so it is the account's."""
    after: Showing
    before: Showing | None = None
    """Of an ad that is there, what people see until the change."""
    shapes: frozenset[str] = frozenset()
    """In which its placements show it: `feed`, `story`."""
