"""MP4 and QuickTime: what the boxes say of a movie. Reads headers and tables, never the media data."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from reconciler.media.model import MediaError, VideoInfo
from reconciler.media.sniff import HEAD, MOVIE, looks_like

# Four hours in one-second fragments are about 170 000 boxes; at 60 frames a second, 900 000 pictures.
MAX_BOXES = 250_000
MAX_SAMPLES = 2_000_000
SAMPLES_A_READ = 16_384

CUT_SHORT = "the file was cut short or the export failed; copy or export it again"
BROKEN = "export the video again, as MP4 (H.264, AAC)"

# A configuration box without which no decoder can start.
CONFIGURATIONS = {b"avc1": b"avcC", b"avc3": b"avcC", b"hvc1": b"hvcC", b"hev1": b"hvcC", b"av01": b"av1C"}

_VISUAL_ENTRY = 86
_PRINTABLE = re.compile(rb"[\x20-\x7e]{4}")
_UNKNOWN_DURATIONS = {0: 2**32 - 1, 1: 2**64 - 1}


class Box(NamedTuple):
    """A box's four characters and the bounds of its payload in the file."""

    name: bytes
    start: int
    end: int

    def __str__(self) -> str:
        return f"'{_shown(self.name)}'"


class Track(NamedTuple):
    """What a `trak` says. Width and height are as shown; durations in fragments count in `timescale`."""

    id: int
    handler: bytes
    enabled: bool
    timescale: int
    codec: str
    width: int
    height: int
    rotation: int
    chunks: int


class Boxes:
    """Reads the boxes of one file and counts them, so that no file can cost more than MAX_BOXES."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = MAX_BOXES
        self.whole = Box(b"", 0, size)

    def inside(self, parent: Box) -> Iterator[Box]:
        """The boxes in a parent's payload, in order. Raises MediaError where one runs past its parent."""
        at = parent.start
        while at + 8 <= parent.end:
            self._left -= 1
            if self._left < 0:
                raise MediaError(f"more than {MAX_BOXES} boxes", BROKEN)
            box = self._box(at, parent)
            yield box
            at = box.end
        if parent == self.whole and self.read(at, parent.end - at).strip(b"\0"):
            raise MediaError("the file ends inside a box header", CUT_SHORT)

    def index(self, parent: Box) -> dict[bytes, Box]:
        """The first box of each name in a parent's payload."""
        found: dict[bytes, Box] = {}
        for box in self.inside(parent):
            found.setdefault(box.name, box)
        return found

    def fields(self, box: Box, form: str, at: int = 0) -> tuple[Any, ...]:
        """`struct.unpack` of a payload from `at` on. Raises MediaError where the box is too short."""
        count = struct.calcsize(form)
        if box.start + at + count > box.end:
            raise MediaError(f"box {box} is too short", BROKEN)
        return struct.unpack(form, self.read(box.start + at, count))

    def read(self, start: int, count: int) -> bytes:
        self._file.seek(start)
        data = self._file.read(count)
        if len(data) != count:
            raise MediaError("the file became shorter while it was being read", CUT_SHORT)
        return data

    def copy(self, box: Box) -> bytes:
        """The whole box, with a short header."""
        return struct.pack(">I4s", box.end - box.start + 8, box.name) + self.read(box.start, box.end - box.start)

    def _box(self, at: int, parent: Box) -> Box:
        size, name = struct.unpack(">I4s", self.read(at, 8))
        header = 8
        if size == 1:
            header = 16
            size = self.fields(Box(name, at + 8, parent.end), ">Q")[0]
        elif size == 0:
            size = parent.end - at
        box = Box(name, at + header, at + size)
        if size < header:
            raise MediaError(f"box {box} has the impossible size {size}", BROKEN)
        if box.end > parent.end:
            where = "the end of the file" if parent == self.whole else f"the end of {parent}"
            mend = CUT_SHORT if parent == self.whole else BROKEN
            raise MediaError(f"box {box} runs {box.end - parent.end} bytes past {where}", mend)
        return box


def read_info(file: BinaryIO, size: int) -> VideoInfo:
    """What an MP4 or MOV of `size` bytes holds. Raises MediaError where it is damaged or something else."""
    file.seek(0)
    kind = looks_like(file.read(HEAD))
    if kind != MOVIE:
        raise MediaError(f"this is {kind}, not {MOVIE}", "export the video as MP4 (H.264, AAC)")
    boxes = Boxes(file, size)
    top = list(boxes.inside(boxes.whole))
    names = [box.name for box in top]
    if b"moov" not in names:
        raise MediaError("there is no movie header (moov)", CUT_SHORT)
    if b"mdat" not in names:
        raise MediaError("there are no pictures (mdat)", CUT_SHORT)
    moov = top[names.index(b"moov")]
    tracks = [_track(boxes, box) for box in boxes.inside(moov) if box.name == b"trak"]
    video = _main(tracks, b"vide")
    if video is None:
        raise MediaError("there is no video track", "export it with pictures; Meta takes no sound alone")
    sound = _main(tracks, b"soun")
    headers = boxes.index(moov)
    fragmented = b"mvex" in headers
    if not (video.chunks or fragmented):
        raise MediaError("the video track is empty", BROKEN)
    brand = top[names.index(b"ftyp")] if b"ftyp" in names else None
    return VideoInfo(
        width=video.width,
        height=video.height,
        duration=_duration(boxes, top, headers, tracks),
        video_codec=video.codec,
        audio_codec=sound.codec if sound else None,
        brand=_shown(boxes.fields(brand, "4s")[0]).rstrip() if brand else "",
        rotation=video.rotation,
        faststart=names.index(b"moov") < names.index(b"mdat"),
        fragmented=fragmented,
    )


def _shown(name: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte <= 0x7E else f"\\x{byte:02x}" for byte in name)


def needed(found: dict[bytes, Box], name: bytes) -> Box:
    """Raises MediaError where a box that every movie has is not there."""
    if name not in found:
        raise MediaError(f"there is no '{_shown(name)}' box", BROKEN)
    return found[name]


def _main(tracks: list[Track], handler: bytes) -> Track | None:
    # Chapter pictures are a video track too, but a disabled one.
    of_kind = [track for track in tracks if track.handler == handler]
    return next((track for track in of_kind if track.enabled), of_kind[0] if of_kind else None)


def _version(boxes: Boxes, box: Box) -> int:
    version: int = boxes.fields(box, ">B")[0]
    if version > 1:
        raise MediaError(f"box {box} has the unknown version {version}", BROKEN)
    return version


def _timing(boxes: Boxes, box: Box) -> tuple[int, int]:
    """Timescale and duration of an `mvhd` or `mdhd`; an unknown duration is 0."""
    version = _version(boxes, box)
    timescale, duration = boxes.fields(box, ">IQ", 20) if version else boxes.fields(box, ">II", 12)
    if not timescale:
        raise MediaError(f"box {box} has no timescale", BROKEN)
    return timescale, 0 if duration == _UNKNOWN_DURATIONS[version] else duration


def _track(boxes: Boxes, trak: Box) -> Track:
    found = boxes.index(trak)
    media = boxes.index(needed(found, b"mdia"))
    handler: bytes = boxes.fields(needed(media, b"hdlr"), "4s", 8)[0]
    header = needed(found, b"tkhd")
    version = _version(boxes, header)
    timescale, _ = _timing(boxes, needed(media, b"mdhd"))
    codec, width, height, rotation, chunks = "", 0, 0, 0, 0
    if handler in {b"vide", b"soun"}:
        table = boxes.index(needed(boxes.index(needed(media, b"minf")), b"stbl"))
        description = needed(table, b"stsd")
        entry = _entry(boxes, description)
        codec = _shown(entry.name)
        chunks = _chunks(boxes, table)
        if handler == b"vide":
            size = _picture(boxes, entry)
            width, height, rotation = _shown_size(boxes, header, 52 if version else 40, size)
    return Track(
        id=boxes.fields(header, ">I", 20 if version else 12)[0],
        handler=handler,
        enabled=bool(boxes.fields(header, ">I")[0] & 1),
        timescale=timescale,
        codec=codec,
        width=width,
        height=height,
        rotation=rotation,
        chunks=chunks,
    )


def _entry(boxes: Boxes, description: Box) -> Box:
    """The first sample description."""
    if not boxes.fields(description, ">I", 4)[0]:
        raise MediaError("the sample description (stsd) is empty", BROKEN)
    body = description._replace(start=description.start + 8)
    entry = next(boxes.inside(body), None)
    if entry is None:
        raise MediaError("the sample description (stsd) is broken", BROKEN)
    return entry


def _picture(boxes: Boxes, entry: Box) -> tuple[int, int]:
    """Width and height as encoded. Raises MediaError for a description that no decoder can start from."""
    if not _PRINTABLE.fullmatch(entry.name):
        raise MediaError(f"the sample description (stsd) names the codec {entry}", BROKEN)
    width, height = boxes.fields(entry, ">HH", 24)
    configuration = CONFIGURATIONS.get(entry.name)
    if configuration and configuration not in _extensions(boxes, entry):
        raise MediaError(f"the sample description (stsd) of {entry} has no {configuration.decode()}", BROKEN)
    return width, height


def _extensions(boxes: Boxes, entry: Box) -> set[bytes]:
    start = entry.start - 8 + _VISUAL_ENTRY
    found: set[bytes] = set()
    if start >= entry.end:
        return found
    for box in boxes.inside(entry._replace(start=start)):
        # QuickTime ends the list with four zero bytes, which read as a box of size 0.
        if box.name == b"\0\0\0\0":
            break
        found.add(box.name)
    return found


def _shown_size(boxes: Boxes, header: Box, at: int, encoded: tuple[int, int]) -> tuple[int, int, int]:
    """Width, height and clockwise rotation after the track's matrix."""
    # Players size the picture by the header and take only the turn from the matrix.
    a, b = boxes.fields(header, ">2i", at)
    rotation = round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360
    width, height = (side / 65536 for side in boxes.fields(header, ">II", at + 36))
    if width < 1 or height < 1:
        width, height = encoded
    across, down = (height, width) if rotation in {90, 270} else (width, height)
    if round(across) < 1 or round(down) < 1:
        raise MediaError("the video track has no width or height", BROKEN)
    return round(across), round(down), rotation


def _chunks(boxes: Boxes, table: dict[bytes, Box]) -> int:
    """How many chunks the track has outside fragments. Raises MediaError where the last is not there."""
    offsets, form = (table[b"co64"], ">Q") if b"co64" in table else (needed(table, b"stco"), ">I")
    count: int = boxes.fields(offsets, ">I", 4)[0]
    if count:
        last = boxes.fields(offsets, form, 8 + (count - 1) * struct.calcsize(form))[0]
        if last >= boxes.whole.end:
            raise MediaError("the last pictures lie past the end of the file", CUT_SHORT)
    return count


def _duration(boxes: Boxes, top: list[Box], headers: dict[bytes, Box], tracks: list[Track]) -> float:
    """Seconds. Raises MediaError where a fragmented file announces more than it holds."""
    timescale, ticks = _timing(boxes, needed(headers, b"mvhd"))
    seconds = ticks / timescale
    if b"mvex" not in headers:
        return seconds
    chunked = any(track.chunks for track in tracks)
    extends = boxes.index(headers[b"mvex"])
    announced = _fragment_duration(boxes, extends) / timescale or _indexed(boxes, top)
    announced = announced or (0 if chunked else seconds)
    held = _fragments(boxes, top, headers[b"mvex"], tracks, chunked)
    if held and announced - held > max(1.0, announced * 0.02):
        raise MediaError(f"{announced:.1f} s are announced and {held:.1f} s are there", CUT_SHORT)
    return max(seconds, held) or announced


def _fragment_duration(boxes: Boxes, extends: dict[bytes, Box]) -> int:
    if b"mehd" not in extends:
        return 0
    box = extends[b"mehd"]
    ticks: int = boxes.fields(box, ">Q" if _version(boxes, box) else ">I", 4)[0]
    return ticks


def _indexed(boxes: Boxes, top: list[Box]) -> float:
    """Seconds that the segment indexes (`sidx`) list, of the longest stream."""
    seconds: dict[int, float] = {}
    for box in top:
        if box.name != b"sidx":
            continue
        stream, timescale = boxes.fields(box, ">II", 4)
        at = 28 if _version(boxes, box) else 20
        count = boxes.fields(box, ">H", at + 2)[0]
        words = boxes.fields(box, f">{3 * count}I", at + 4)
        # The top bit marks a reference to another index, which lists the same stretch again.
        ticks = sum(words[i + 1] for i in range(0, len(words), 3) if words[i] < 1 << 31)
        seconds[stream] = seconds.get(stream, 0) + ticks / max(1, timescale)
    return max(seconds.values(), default=0.0)


class _Stretch(NamedTuple):
    start: int
    end: int


def _fragments(boxes: Boxes, top: list[Box], mvex: Box, tracks: list[Track], chunked: bool) -> float:
    """Seconds that the fragments (`moof`) span, of the longest track."""
    defaults = dict(boxes.fields(box, ">I4xI", 4) for box in boxes.inside(mvex) if box.name == b"trex")
    samples = _Samples(boxes)
    spans: dict[int, _Stretch] = {}
    for moof in top:
        if moof.name != b"moof":
            continue
        for traf in boxes.inside(moof):
            if traf.name == b"traf":
                _add_fragment(boxes, samples, traf, defaults, spans)
    scale = {track.id: track.timescale for track in tracks}
    return max(
        ((span.end - (0 if chunked else span.start)) / scale[track] for track, span in spans.items() if track in scale),
        default=0.0,
    )


def _add_fragment(
    boxes: Boxes, samples: _Samples, traf: Box, defaults: dict[int, int], spans: dict[int, _Stretch]
) -> None:
    parts = list(boxes.inside(traf))
    found = {box.name: box for box in parts}
    header = needed(found, b"tfhd")
    flags, track = boxes.fields(header, ">II")
    default = defaults.get(track, 0)
    if flags & 0x08:
        default = boxes.fields(header, ">I", 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0))[0]
    known = spans.get(track)
    start = known.end if known else 0
    if b"tfdt" in found:
        time = found[b"tfdt"]
        start = boxes.fields(time, ">Q" if _version(boxes, time) else ">I", 4)[0]
    ticks = sum(samples.ticks(box, default) for box in parts if box.name == b"trun")
    spans[track] = (
        _Stretch(min(known.start, start), max(known.end, start + ticks)) if known else _Stretch(start, start + ticks)
    )


class _Samples:
    """Adds up sample durations, and stops at MAX_SAMPLES of them."""

    def __init__(self, boxes: Boxes) -> None:
        self._boxes = boxes
        self._left = MAX_SAMPLES

    def ticks(self, run: Box, default: int) -> int:
        flags, count = self._boxes.fields(run, ">II")
        if not flags & 0x100:
            return int(count * default)
        self._left -= count
        if self._left < 0:
            raise MediaError(f"more than {MAX_SAMPLES} pictures", BROKEN)
        at = 8 + (4 if flags & 0x01 else 0) + (4 if flags & 0x04 else 0)
        words = (flags & 0xF00).bit_count()
        total = 0
        for first in range(0, count, SAMPLES_A_READ):
            some = min(SAMPLES_A_READ, count - first)
            values = self._boxes.fields(run, f">{some * words}I", at + first * words * 4)
            total += sum(values[::words])
        return total
