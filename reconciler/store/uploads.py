"""What an account has been sent of media and creatives, so that a run which is cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Upload:
    """One that Meta has begun and that is not known to be ready: the ids that it was answered with, and the next range
    of bytes that Meta has asked for. `file` is what tells the file from another of its name; `at` (aware): when Meta
    was heard last."""

    session: str
    video_id: str
    file: str
    start: int
    end: int
    at: datetime


@dataclass(frozen=True)
class Made:
    """What Meta has answered with: an id, or an image's hash; and when (aware)."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Uploads:
    """`basis` is a digest of where it was sent. `begun` by the SHA-256 of a file; `made` by noun and digest, such as
    `video:…`. `doubted`: something has failed since, so Meta is asked what is there."""

    basis: str
    begun: Mapping[str, Upload] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)
    doubted: bool = False


class UploadsKept(Protocol):
    """By account. A help, not a truth: what cannot be read, or was written by a clock that ran ahead, is as if it had
    never been kept, and nothing here raises."""

    def get(self, account: str) -> Uploads | None:
        """What was kept last; None where there is none."""

    def put(self, account: str, uploads: Uploads) -> None:
        """In place of what was kept before."""

    def forget(self, account: str) -> None:
        """So that Meta is asked again, and all that is not there is sent anew."""
