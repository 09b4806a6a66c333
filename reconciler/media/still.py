"""A video's poster without a decoder: a film of one picture, cut out of the video as it is.

A browser shows it where a video stands still, and it is as small as one picture (20 to 200 KB of a film of many MB).
The picture is the largest key frame among the first few: films often begin with black, and black is small.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from reconciler.media.model import MediaError
from reconciler.media.mp4 import Box, Boxes, needed

KEY_FRAMES = 8
"""Of the first ones, the largest is taken: some seconds of an ordinary film."""

FARTHEST = 20_000
"""Pictures. A key frame that comes later is not looked for: five minutes of film are before it."""

LARGEST = 8 * 1024**2
"""Bytes of one picture; more is no film for ads."""

SECOND = 1000
COPIED = (b"vmhd", b"dinf")
HANDLER = b"vide"


def still_of(file: BinaryIO, size: int) -> bytes:
    """An MP4 that holds one picture of an MP4 or MOV of `size` bytes. Raises MediaError where none can be cut out, such
    as of a film in fragments."""
    boxes = Boxes(file, size)
    moov = boxes.index(needed(boxes.index(boxes.whole), b"moov"))
    trak = _video_track(boxes, needed(boxes.index(boxes.whole), b"moov"))
    mdia = boxes.index(needed(trak, b"mdia"))
    minf = boxes.index(needed(mdia, b"minf"))
    table = boxes.index(needed(minf, b"stbl"))
    start, length = _picture(boxes, table)
    picture = boxes.read(start, length)
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    parts = (_movie(boxes, moov), _header(boxes, trak), boxes.copy(needed(mdia, b"hdlr")))
    copied = b"".join(boxes.copy(minf[name]) for name in COPIED if name in minf)
    description = boxes.copy(needed(table, b"stsd"))
    # The table says where the picture begins, which is behind the table: its length does not depend on that.
    offset = len(head) + len(_moov(*parts, copied, description, length, 0)) + 8
    return head + _moov(*parts, copied, description, length, offset) + _box(b"mdat", picture)


def _video_track(boxes: Boxes, moov: Box) -> dict[bytes, Box]:
    for box in boxes.inside(moov):
        if box.name == b"trak":
            found = boxes.index(box)
            media = boxes.index(needed(found, b"mdia"))
            if boxes.fields(needed(media, b"hdlr"), "4s", 8)[0] == HANDLER:
                return found
    raise MediaError("there is no video track")


# ---- which picture


def _picture(boxes: Boxes, table: dict[bytes, Box]) -> tuple[int, int]:
    """Where in the file the largest of the first key frames begins, and its length."""
    count = boxes.fields(needed(table, b"stsz"), ">II", 4)[1]
    wanted = {number for number in _key_frames(boxes, table) if number < min(count, FARTHEST)}
    found = [(length, start) for number, start, length in _samples(boxes, table, max(wanted, default=-1))
             if number in wanted]  # fmt: skip
    if not found:
        raise MediaError("the video has no pictures outside its fragments")
    length, start = max(found)
    if length > LARGEST:
        raise MediaError(f"a picture of {length} bytes is too large")
    return start, length


def _key_frames(boxes: Boxes, table: dict[bytes, Box]) -> tuple[int, ...]:
    """Numbers of samples, from 0. Without a list every sample is one."""
    if b"stss" not in table:
        return tuple(range(KEY_FRAMES))
    count = min(boxes.fields(table[b"stss"], ">I", 4)[0], KEY_FRAMES)
    return tuple(number - 1 for number in boxes.fields(table[b"stss"], f">{count}I", 8))


def _samples(boxes: Boxes, table: dict[bytes, Box], last: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and length of each sample up to `last`."""
    number = 0
    for chunk, held in enumerate(_held(boxes, table)):
        if number > last:
            return
        at = _chunk_start(boxes, table, chunk)
        for _ in range(min(held, last + 1 - number)):
            length = _length(boxes, table, number)
            yield number, at, length
            number, at = number + 1, at + length


def _held(boxes: Boxes, table: dict[bytes, Box]) -> Iterator[int]:
    """How many samples each chunk holds: the table has the chunks from which on it is another number."""
    offsets = table.get(b"co64") or needed(table, b"stco")
    chunks = boxes.fields(offsets, ">I", 4)[0]
    runs = boxes.fields(needed(table, b"stsc"), ">I", 4)[0]
    for at in range(runs):
        first, held = boxes.fields(table[b"stsc"], ">II", 8 + 12 * at)
        end = boxes.fields(table[b"stsc"], ">I", 8 + 12 * (at + 1))[0] if at + 1 < runs else chunks + 1
        yield from (held for _ in range(first, min(end, chunks + 1)))


def _chunk_start(boxes: Boxes, table: dict[bytes, Box], chunk: int) -> int:
    box, form = (table[b"co64"], ">Q") if b"co64" in table else (needed(table, b"stco"), ">I")
    start: int = boxes.fields(box, form, 8 + struct.calcsize(form) * chunk)[0]
    return start


def _length(boxes: Boxes, table: dict[bytes, Box], number: int) -> int:
    common: int = boxes.fields(table[b"stsz"], ">I", 4)[0]
    return common or boxes.fields(table[b"stsz"], ">I", 12 + 4 * number)[0]


# ---- the film of it


def _box(name: bytes, *payload: bytes) -> bytes:
    content = b"".join(payload)
    return struct.pack(">I4s", len(content) + 8, name) + content


def _full(name: bytes, form: str, *values: int) -> bytes:
    """A box with version and flags of 0."""
    return _box(name, struct.pack(f">I{form}", 0, *values))


def _movie(boxes: Boxes, moov: dict[bytes, Box]) -> bytes:
    """The header of the movie, a second long."""
    matrix_on = boxes.read(needed(moov, b"mvhd").end - 80, 80)
    return _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, SECOND, SECOND), matrix_on)


def _header(boxes: Boxes, trak: dict[bytes, Box]) -> bytes:
    """The header of the track, with its turn and size as they are."""
    layer_on = boxes.read(needed(trak, b"tkhd").end - 60, 60)
    return _box(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, SECOND), layer_on)


def _moov(movie: bytes, header: bytes, handler: bytes, media: bytes, description: bytes, length: int, at: int) -> bytes:
    table = _box(
        b"stbl",
        description,
        _full(b"stts", "III", 1, 1, SECOND),
        _full(b"stsc", "IIII", 1, 1, 1, 1),
        _full(b"stsz", "II", length, 1),
        _full(b"stco", "II", 1, at),
    )
    times = _full(b"mdhd", "IIIIHH", 0, 0, SECOND, SECOND, 0x55C4, 0)
    return _box(b"moov", movie, _box(b"trak", header, _box(b"mdia", times, handler, _box(b"minf", media, table))))
