"""A form with a range of a file in it, read from disk while it is sent: how large the range is costs no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from uuid import uuid4

PIECE = 256 * 1024
"""Bytes that are held at a time."""


class Multipart:
    """Sent once, from its beginning to its end. `read_range` gives the bytes of the file from one offset up to
    another; whatever it raises ends the request."""

    def __init__(
        self, fields: Mapping[str, str], name: str, read_range: Callable[[int, int], bytes], start: int, end: int
    ) -> None:
        boundary = uuid4().hex
        self.content_type = f"multipart/form-data; boundary={boundary}"
        texts = [_part(boundary, f'name="{key}"') + text.encode() + b"\r\n" for key, text in fields.items()]
        kind = "\r\nContent-Type: application/octet-stream"
        self._left = b"".join([*texts, _part(boundary, f'name="{name}"; filename="chunk"{kind}')])
        self._foot = f"\r\n--{boundary}--\r\n".encode()
        self._read_range, self._at, self._end = read_range, start, end
        self._length = len(self._left) + (end - start) + len(self._foot)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(PIECE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; all that are left where it is negative, and none at the end."""
        found = bytearray()
        while (size < 0 or len(found) < size) and self._fill():
            most = len(self._left) if size < 0 else size - len(found)
            found += self._left[:most]
            self._left = self._left[most:]
        return bytes(found)

    def _fill(self) -> bool:
        """Whether something is left."""
        if not self._left and self._at < self._end:
            until = min(self._end, self._at + PIECE)
            self._left, self._at = self._read_range(self._at, until), until
        elif not self._left:
            self._left, self._foot = self._foot, b""
        return bool(self._left)


def _part(boundary: str, disposition: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
