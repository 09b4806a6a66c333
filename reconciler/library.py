"""What an account already has, by content: videos, images and creatives that carry a SHA-256 in their name.

Read once, when first needed. Ours is recognised by the digest, not by an id in a file, so that the same content
is uploaded once per account even when `state/` is lost.
"""

from __future__ import annotations

from functools import cached_property

from reconciler.identity import digest_in
from reconciler.kinds import KINDS
from reconciler.meta.client import Reader

UNUSABLE = frozenset({"error", "expired", "upload_failed", "uploading"})


class Library:
    """Digest ↔ id for one account."""

    def __init__(self, reader: Reader, account_id: str) -> None:
        self._reader = reader
        self._account_id = account_id

    @cached_property
    def videos(self) -> dict[str, str]:
        """Digest → video id."""
        found: dict[str, str] = {}
        edge = f"{self._account_id}/{KINDS['video'].edge}"
        for row in self._reader.pages(edge, fields=",".join(KINDS["video"].read_also)):
            digest = digest_in(str(row.get("title") or ""))
            status = (row.get("status") or {}).get("video_status")
            if digest and status not in UNUSABLE:
                found.setdefault(digest, str(row["id"]))
        return found

    @cached_property
    def images(self) -> dict[str, str]:
        """Digest → image hash."""
        found: dict[str, str] = {}
        edge = f"{self._account_id}/{KINDS['image'].edge}"
        for row in self._reader.pages(edge, fields=",".join(KINDS["image"].read_also)):
            digest = digest_in(str(row.get("name") or ""))
            if digest and row.get("hash"):
                found.setdefault(digest, str(row["hash"]))
        return found

    @cached_property
    def creatives(self) -> dict[str, str]:
        """Digest → creative id."""
        found: dict[str, str] = {}
        edge = f"{self._account_id}/{KINDS['creative'].edge}"
        for row in self._reader.pages(edge, fields="id,name"):
            digest = digest_in(str(row.get("name") or ""))
            if digest:
                found.setdefault(digest, str(row["id"]))
        return found

    def forget_creatives(self) -> None:
        """The next look reads the account again."""
        self.__dict__.pop("creatives", None)
