"""Video bytes on their way in: appended to a temporary file, hashed, and dropped when the upload ends."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(slots=True)
class Session:
    video: str
    size: int
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def append(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self.digest.update(chunk)
        self.received += len(chunk)

    def seconds(self) -> float | None:
        """The film's length from an MP4's ``mvhd`` box, if it has one."""
        self.file.seek(0)
        return _mp4_seconds(self.file, self.received)

    def close(self) -> None:
        self.file.close()


class Spool:
    """Upload sessions live with the process; a restarted sandbox has forgotten them, as Meta does in time."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def open(self, id: str, video: str, size: int) -> Session:
        self.sessions[id] = Session(video, size)
        return self.sessions[id]

    def drop(self, id: str) -> None:
        session = self.sessions.pop(id, None)
        if session:
            session.close()


def _mp4_seconds(file: IO[bytes], end: int) -> float | None:
    moov = _box(file, 0, end, b"moov")
    mvhd = _box(file, *moov, b"mvhd") if moov else None
    if not mvhd:
        return None
    file.seek(mvhd[0])
    head = file.read(32)
    wide = head[:1] == b"\x01"
    scale_at, long = (20, 8) if wide else (12, 4)
    scale = int.from_bytes(head[scale_at : scale_at + 4])
    duration = int.from_bytes(head[scale_at + 4 : scale_at + 4 + long])
    return round(duration / scale, 3) if scale else None


def _box(file: IO[bytes], at: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, body = int.from_bytes(head[:4]), at + 8
        if size == 1:
            size, body = int.from_bytes(head[8:16]), at + 16
        elif size == 0:
            size = end - at
        if head[4:8] == wanted:
            return body, min(at + size, end)
        if size < 8:
            return None
        at += size
    return None
