"""What an account already has, by content: videos, images and creatives that carry a SHA-256 in their name.

Read once, when first needed. Ours is recognised by the digest, not by an id in a file, so that the same content
is uploaded once per account even when `state/` is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.identity import digest_in
from reconciler.meta.client import Reader

UNUSABLE = frozenset({"error", "expired", "upload_failed", "uploading"})
CREATIVE_FIELDS = ("id", "name")


class Library:
    """Digest ↔ id for one account."""

    def __init__(self, reader: Reader, account_id: str) -> None:
        self._reader = reader
        self._account_id = account_id
        # Not functools.cached_property: its lock is shared by all accounts, which work side by side.
        self._known: dict[str, dict[str, str]] = {}

    @property
    def videos(self) -> dict[str, str]:
        """Digest → video id."""
        return self._of("video", KINDS["video"].read_also, "title", "id")

    @property
    def images(self) -> dict[str, str]:
        """Digest → image hash."""
        return self._of("image", KINDS["image"].read_also, "name", "hash")

    @property
    def creatives(self) -> dict[str, str]:
        """Digest → creative id."""
        return self._of("creative", CREATIVE_FIELDS, "name", "id")

    def forget_creatives(self) -> None:
        """The next look reads the account again."""
        self._known.pop("creative", None)

    def _of(self, kind: str, fields: tuple[str, ...], named: str, identity: str) -> dict[str, str]:
        if kind not in self._known:
            found: dict[str, str] = {}
            for row in self._reader.pages(f"{self._account_id}/{KINDS[kind].edge}", fields=",".join(fields)):
                digest = digest_in(str(row.get(named) or ""))
                if digest and row.get(identity) and _usable(row):
                    found.setdefault(digest, str(row[identity]))
            self._known[kind] = found
        return self._known[kind]


def _usable(row: Mapping[str, Any]) -> bool:
    """A video that did not arrive or cannot be shown is none."""
    status = row.get("status")
    return not isinstance(status, Mapping) or status.get("video_status") not in UNUSABLE
