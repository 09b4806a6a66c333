"""Media bytes on their way in: hashed and looked into as they pass. Small files are kept for as long as the process
runs, so that they can be downloaded again; large ones nowhere, so that size costs nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

LARGEST_KEPT, MOST_KEPT = 4 * 1024 * 1024, 64 * 1024 * 1024

_VERSION_0, _VERSION_1 = 20, 32  # bytes of ``mvhd`` up to the end of its duration


class Film:
    """The length that an MP4 tells in ``moov/mvhd``, wherever in the file that stands."""

    def __init__(self) -> None:
        self.seconds: float | None = None
        self._head = bytearray()
        self._wanted = 8  # bytes of the box at hand; 0 once there is nothing more to learn
        self._skip = 0

    def feed(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left and self._wanted:
            if self._skip:
                cut = min(self._skip, len(left))
                self._skip -= cut
            else:
                cut = min(self._wanted - len(self._head), len(left))
                self._head += left[:cut]
            left = left[cut:]
            if len(self._head) == self._wanted:
                self._box()

    def _box(self) -> None:
        head = self._head
        start = 16 if head[:4] == b"\0\0\0\1" else 8
        name = bytes(head[4:8])
        needed = start + self._rest(start) if name == b"mvhd" else start
        if len(head) < needed:
            self._wanted = needed
            return
        size = int.from_bytes(head[8:16] if start == 16 else head[:4])
        if name == b"mvhd":
            self.seconds, self._wanted = _duration(head[start:]), 0
            return
        # what moov holds comes next; a box of size 0 goes on to the end of the file
        self._skip = 0 if name == b"moov" else size - start
        self._wanted = 8 if self._skip >= 0 else 0
        self._head = bytearray()

    def _rest(self, start: int) -> int:
        return _VERSION_1 if self._head[start : start + 1] == b"\1" else _VERSION_0


def _duration(mvhd: bytearray) -> float | None:
    at, long = (20, 8) if mvhd[0] == 1 else (12, 4)
    scale = int.from_bytes(mvhd[at : at + 4])
    return round(int.from_bytes(mvhd[at + 4 : at + 4 + long]) / scale, 3) if scale else None


@dataclass(slots=True)
class Session:
    video: str
    size: int
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    film: Film = field(default_factory=Film)
    kept: bytearray | None = field(default_factory=bytearray)
    """None once it has grown too large to be kept."""

    def append(self, chunk: bytes) -> None:
        if self.kept is not None:
            self.kept += chunk
            if len(self.kept) > LARGEST_KEPT:
                self.kept = None
        self.film.feed(chunk)
        self.digest.update(chunk)
        self.received += len(chunk)


class Spool:
    """Upload sessions live with the process; a restarted sandbox has forgotten them, as Meta does in time."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.media: dict[str, bytes] = {}
        """By the file's name below ``/_media/``, what was uploaded; the oldest go first."""

    def keep(self, name: str, content: bytes) -> None:
        """To be downloaded again, as far as there is room."""
        if len(content) > LARGEST_KEPT:
            return
        self.media[name] = content
        while sum(map(len, self.media.values())) > MOST_KEPT:
            del self.media[next(iter(self.media))]

    def open(self, id: str, video: str, size: int) -> Session:
        self.sessions[id] = Session(video, size)
        return self.sessions[id]

    def drop(self, id: str) -> None:
        self.sessions.pop(id, None)
