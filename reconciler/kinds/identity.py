"""Who an object is: labels for campaigns, ad sets and ads; content hashes for videos, images and creatives.

The label travels in the create call itself, so that it is there whatever happens to the reply.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from reconciler.model.address import Address
from reconciler.model.values import sha256_of

LABEL_PREFIX = "reconciler:"

VERSION = re.compile(r"(?<=:[0-9a-f]{16})\.[0-9a-f]{16}$")
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def project_prefix(project: str) -> str:
    return f"{LABEL_PREFIX}{project}:"


def label(project: str, address: Address, version: str = "") -> str:
    """`reconciler:<project>:<16 hex digits of the address's SHA-256>`. The version of what never changes stands behind
    a dot: several of them bear the label of one address."""
    return f"{project_prefix(project)}{label_digest(address)}{f'.{version}' if version else ''}"


def labels_in(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What an object that was read carries. Meta's SDK reads a list; some clients have met it as an edge, in `data`."""
    found = row.get("adlabels") or []
    return list(found.get("data") or []) if isinstance(found, Mapping) else list(found)


def unversioned(label: str) -> str:
    """What all versions of one address bear."""
    return VERSION.sub("", label)


def version_in(label: str) -> str:
    found = VERSION.search(label)
    return found.group().removeprefix(".") if found else ""


@cache
def label_digest(address: Address) -> str:
    """The part of a label that tells the address, whatever the project."""
    return hashlib.sha256(str(address).encode()).hexdigest()[:16]


def media_value(path: str, digest: str) -> str:
    """The canonical value of a media field. The path is for people; only the digest is compared."""
    return f"{path}@sha256:{digest}"


def media_path(value: str) -> str:
    return value.rpartition("@sha256:")[0]


def media_digest(value: str) -> str:
    return value.rpartition("@sha256:")[2]


AT_META = "meta:"


def named_at_meta(key: str) -> str:
    """Stands for the path, and for the digest, of a video or image that is known by Meta's id or hash alone."""
    return f"{AT_META}{key}"


def at_meta(value: str) -> str:
    """Meta's id or hash in a path, a digest or a media value; "" where a file's content is known."""
    return media_digest(value).removeprefix(AT_META) if media_digest(value).startswith(AT_META) else ""


def content_name(title: str, digest: str, limit: int) -> str:
    """A name that holds the whole digest and as much of the title as fits into `limit` characters."""
    return f"{title[: limit - len(digest) - 1].rstrip()} {digest}".strip()


def digest_in(name: str) -> str:
    """The SHA-256 that a name carries, or "". Meta appends text of its own to creative names."""
    found = DIGEST.search(name)
    return found.group() if found else ""


def creative_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a creative's canonical content; media count by digest, however deep they stand, so that moving a file
    changes nothing."""
    return sha256_of({name: _counted(name, value) for name, value in content.items() if value is not None})


def _counted(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _counted(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_counted(name, inner) for inner in value]
    return media_digest(value) if name in MEDIA_FIELDS and isinstance(value, str) else value


MEDIA_FIELDS = ("video", "thumbnail", "image")
MAIN_MEDIA = frozenset({"video", "image"})
"""An ad has one of these; a cover stands beside it, or none does."""


MARKER = re.compile(rf"\s*{LABEL_PREFIX}[^\s:]+:[0-9a-f]{{16}}(?:\.[0-9a-f]{{16}})?\b")
"""A label as text, in what has no labels: behind the description, or the name."""


def marked(text: str | None, label: str) -> str:
    return f"{text or ''} {label}".strip()


def remarked(text: str, project: str, label: str) -> str:
    """What people wrote, to the letter, with this label behind it in place of any other of the project's."""
    others = re.compile(rf"\s*{re.escape(project_prefix(project))}[0-9a-f]{{16}}(?:\.[0-9a-f]{{16}})?\b")
    own = others.sub("", text)
    return f"{own} {label}" if own else label


def markers_in(text: str) -> frozenset[str]:
    return frozenset(found.strip() for found in MARKER.findall(text))


def without_markers(text: str) -> str | None:
    """What people wrote; None where that is nothing."""
    return MARKER.sub("", text).strip() or None
