"""PNG and JPEG: size, orientation, and whether the file is whole."""

from __future__ import annotations

import re
import struct
import zlib
from typing import BinaryIO

from reconciler.media import sniff
from reconciler.media.model import ImageInfo, MediaError

MAX_CHUNKS = 100_000
MAX_SEGMENTS = 5_000

CUT_SHORT = "the file was cut short; copy or export it again"
BROKEN = "export the image again, as PNG or JPEG"

# Baseline, extended and progressive; the other processes are shown by no browser.
_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_START, _END, _SCAN, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1
_BARE = {0x01, *range(0xD0, 0xD8)}

# In a scan, FF 00 is a byte FF of picture and FF D0 to FF D7 are restarts; whatever else follows is a marker.
_MARKER_IN_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SCAN_READ = 65_536
_MAX_FILL = 64

_TURNED = {5, 6, 7, 8}


def read_info(file: BinaryIO, size: int) -> ImageInfo:
    """What a PNG or JPEG of `size` bytes holds. Raises MediaError where it is damaged or something else."""
    file.seek(0)
    kind = sniff.looks_like(file.read(sniff.HEAD))
    if kind == sniff.PNG:
        return _png(file, size)
    if kind == sniff.JPEG:
        return _jpeg(file, size)
    raise MediaError(f"this is {kind}, not a PNG or JPEG image", "export the image as PNG or JPEG")


def _bytes(file: BinaryIO, start: int, count: int) -> bytes:
    file.seek(start)
    data = file.read(count)
    if len(data) != count:
        raise MediaError("the image ends too early", CUT_SHORT)
    return data


def _png(file: BinaryIO, size: int) -> ImageInfo:
    length, name, body, checksum = struct.unpack(">I4s13sI", _bytes(file, 8, 25))
    if (length, name) != (13, b"IHDR") or zlib.crc32(name + body) != checksum:
        raise MediaError("the PNG header (IHDR) is damaged", BROKEN)
    width, height = struct.unpack(">II", body[:8])
    if not (0 < width < 1 << 31 and 0 < height < 1 << 31):
        raise MediaError(f"the PNG header (IHDR) says {width}x{height} pixels", BROKEN)
    names = _png_chunks(file, size)
    if b"IDAT" not in names:
        raise MediaError("the PNG has no pixels (IDAT)", BROKEN)
    return ImageInfo(width=width, height=height, format="PNG", animated=b"acTL" in names)


def _png_chunks(file: BinaryIO, size: int) -> set[bytes]:
    at = 33
    names: set[bytes] = set()
    for _ in range(MAX_CHUNKS):
        length, name = struct.unpack(">I4s", _bytes(file, at, 8))
        at += 12 + length
        if at > size:
            raise MediaError("the image ends too early", CUT_SHORT)
        if not name.isalpha():
            raise MediaError("the PNG has a chunk without a name", BROKEN)
        if name == b"IEND":
            return names
        names.add(name)
    raise MediaError(f"the PNG has more than {MAX_CHUNKS} chunks", BROKEN)


def _jpeg(file: BinaryIO, size: int) -> ImageInfo:
    at = 2
    frame: tuple[int, int] | None = None
    orientation = 0
    scanned = False
    for _ in range(MAX_SEGMENTS):
        marker, at = _marker(file, at)
        if marker == _END:
            return _jpeg_info(frame if scanned else None, orientation)
        if marker in _BARE:
            continue
        length = struct.unpack(">H", _bytes(file, at, 2))[0]
        if length < 2 or at + length > size:
            raise MediaError("the image ends too early", CUT_SHORT)
        if marker in _OTHER_FRAMES:
            raise MediaError("the JPEG is lossless, hierarchical or arithmetic-coded", BROKEN)
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", _bytes(file, at + 3, 4))
            frame = width, height
        elif marker == _EXIF and not orientation:
            orientation = exif_orientation(_bytes(file, at + 2, length - 2))
        at += length
        if marker == _SCAN:
            scanned = True
            at = _after_scan(file, at)
    raise MediaError(f"the JPEG has more than {MAX_SEGMENTS} segments", BROKEN)


def _jpeg_info(frame: tuple[int, int] | None, orientation: int) -> ImageInfo:
    if frame is None:
        raise MediaError("the JPEG has no picture", BROKEN)
    if 0 in frame:
        raise MediaError(f"the JPEG says {frame[0]}x{frame[1]} pixels", BROKEN)
    width, height = reversed(frame) if orientation in _TURNED else frame
    return ImageInfo(width=width, height=height, format="JPEG", orientation=orientation or 1)


def _marker(file: BinaryIO, at: int) -> tuple[int, int]:
    """The marker at an offset, and where its segment begins. Any number of FF may lead."""
    file.seek(at)
    data = file.read(_MAX_FILL)
    rest = data.lstrip(b"\xff")
    if len(data) < 2:
        raise MediaError("the image ends too early, without an end marker", CUT_SHORT)
    if rest == data:
        raise MediaError("the JPEG has bytes between its segments", BROKEN)
    if not rest or rest[0] in {0x00, _START}:
        raise MediaError("the JPEG has a segment without a marker", BROKEN)
    return rest[0], at + len(data) - len(rest) + 1


def _after_scan(file: BinaryIO, at: int) -> int:
    """Where the first marker after the scan's data stands."""
    while True:
        file.seek(at)
        data = file.read(_SCAN_READ)
        found = _MARKER_IN_SCAN.search(data)
        if found:
            return at + found.start()
        if len(data) < 2:
            raise MediaError("the image ends too early, without an end marker", CUT_SHORT)
        # The last byte is read again: it may be the FF of a marker.
        at += len(data) - 1


def exif_orientation(segment: bytes) -> int:
    """The orientation (1 to 8) in an APP1 segment's payload; 0 where there is none that can be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(segment[6:10])
    if order is None or not segment.startswith(b"Exif\0\0"):
        return 0
    tiff = segment[6:]
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        entries = struct.iter_unpack(f"{order}HHIHxx", tiff[start + 2 : start + 2 + 12 * count])
        value = next((value for tag, kind, _, value in entries if (tag, kind) == (0x0112, 3)), 0)
    except struct.error:
        return 0
    return value if 1 <= value <= 8 else 0
