"""What an account already has, by content: videos, images and creatives that carry a SHA-256 in their name.

Read once, when first needed. Ours is recognised by the digest, not by an id in a file, so that the same content
is uploaded once per account even when `state/` is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.creative.creative import read_creative
from reconciler.kinds.identity import digest_in
from reconciler.meta.client import Reader

UNUSABLE = frozenset({"error", "expired", "upload_failed", "uploading"})
CREATIVE_FIELDS = ("id", "name", "status")


class Library:
    """Digest ↔ id for one account."""

    def __init__(self, reader: Reader, account_id: str) -> None:
        self._reader = reader
        self._account_id = account_id
        # Not functools.cached_property: its lock is shared by all accounts, which work side by side.
        self._known: dict[str, dict[str, str]] = {}
        self._made: dict[tuple[str, str], str] | None = None

    @property
    def videos(self) -> dict[str, str]:
        """Digest → video id."""
        return self._of("video", KINDS["video"].read_also, "title", "id")

    @property
    def images(self) -> dict[str, str]:
        """Digest → image hash."""
        return self._of("image", KINDS["image"].read_also, "name", "hash")

    def creatives(self, opened: Mapping[str, str], others: Collection[str] = ()) -> dict[str, str]:
        """Digest → creative id, of the wanted ones. `opened`: by digest, the id of the form that the creative has to
        open; "" where it opens none. A form that was made again has another id, and the same digest. `others`: ids of
        creatives that say something else than their names do."""
        rows = self._creatives(any(opened.values()), others)
        return {digest: found for digest, form in opened.items() if (found := rows.get((digest, form)))}

    def _creatives(self, forms: bool, others: Collection[str]) -> dict[tuple[str, str], str]:
        if self._made is None:
            found: dict[tuple[str, str], str] = {}
            asked = (*CREATIVE_FIELDS, "object_story_spec") if forms else CREATIVE_FIELDS
            for row in self._reader.pages(f"{self._account_id}/{KINDS['creative'].edge}", fields=",".join(asked)):
                form = str(read_creative(row, {}, {}).get("lead_form") or "")
                if (
                    (digest := digest_in(str(row.get("name") or "")))
                    and str(row["id"]) not in others
                    and not is_deleted(row)
                ):
                    found.setdefault((digest, form), str(row["id"]))
            self._made = found
        return self._made

    def forget_creatives(self) -> None:
        """The next look reads the account again."""
        self._made = None

    def _of(self, kind: str, fields: tuple[str, ...], named: str, identity: str) -> dict[str, str]:
        if kind not in self._known:
            found: dict[str, str] = {}
            for row in self._reader.pages(f"{self._account_id}/{KINDS[kind].edge}", fields=",".join(fields)):
                digest = digest_in(str(row.get(named) or ""))
                if digest and row.get(identity) and _usable(row):
                    found.setdefault(digest, str(row[identity]))
            self._known[kind] = found
        return self._known[kind]


def is_deleted(creative: Mapping[str, Any]) -> bool:
    """Meta shows one that was deleted for a while, and takes it for no ad."""
    return creative.get("status") == "DELETED"


def _usable(row: Mapping[str, Any]) -> bool:
    """A video that did not arrive or cannot be shown is none."""
    status = row.get("status")
    return not isinstance(status, Mapping) or status.get("video_status") not in UNUSABLE
