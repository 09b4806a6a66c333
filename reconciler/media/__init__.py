"""Media files below creatives/: opened safely, looked into, hashed. Nothing here runs another program."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from reconciler.media import image, mp4, sniff
from reconciler.media.files import KINDS, HashingReader, Stamp, digest, reading, stamp
from reconciler.media.limits import aspect_name, judge, shape
from reconciler.media.model import ImageInfo, MediaError, VideoInfo
from reconciler.media.pointer import pointed_at

__all__ = [
    "LFS_MEND",
    "HashingReader",
    "ImageInfo",
    "MediaError",
    "MediaFile",
    "VideoInfo",
    "aspect_name",
    "open_media",
    "pointed_at",
    "reading",
    "shape",
]

# What each extension promises, and the extension that each content should have.
PROMISES = {
    ".mp4": sniff.MOVIE,
    ".mov": sniff.MOVIE,
    ".png": sniff.PNG,
    ".jpg": sniff.JPEG,
    ".jpeg": sniff.JPEG,
}
PROPER = {sniff.MOVIE: ".mp4", sniff.PNG: ".png", sniff.JPEG: ".jpg"}
LFS_MEND = "run git lfs pull (in GitHub Actions, give actions/checkout `lfs: true`)"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that Meta takes: `path` below the root, `size` in bytes, `warnings` of what could be better."""

    path: str
    size: int
    kind: Literal["video", "image"]
    info: VideoInfo | ImageInfo
    warnings: tuple[str, ...]
    root: Path = field(repr=False, compare=False)
    stamp: Stamp = field(repr=False)

    @property
    def sha256(self) -> str:
        """The content's SHA-256 in hex. Reads the file the first time it is asked for in a process.

        Raises MediaError where the file is no longer the one that was opened.
        """
        return digest(self.root, self.path, self.stamp)


def open_media(root: Path, relative: str) -> MediaFile:
    """The media file `relative` (forward slashes) below the folder `root`, checked against Meta's limits.

    Costs milliseconds whatever the file's size: it is hashed only when `sha256` is read. Raises MediaError,
    its message led by the path, for everything that is wrong with path, file or content.
    """
    with reading(root, relative) as file:
        try:
            return _looked_into(root, relative, file)
        except MediaError as error:
            raise error.of(relative) from None
        except OSError as error:
            raise MediaError(f"{relative}: cannot be read: {error.strerror}") from None


def _looked_into(root: Path, relative: str, file: BinaryIO) -> MediaFile:
    seen = stamp(file)
    suffix = PurePosixPath(relative).suffix.lower()
    _check_promise(root, relative, suffix, sniff.looks_like(file.read(sniff.HEAD)))
    kind: Literal["video", "image"] = "video" if KINDS[suffix] == "video" else "image"
    info = mp4.read_info(file, seen.size) if kind == "video" else image.read_info(file, seen.size)
    return MediaFile(
        path=relative,
        size=seen.size,
        kind=kind,
        info=info,
        warnings=judge(info),
        root=root,
        stamp=seen,
    )


def _free(root: Path, path: PurePosixPath) -> PurePosixPath:
    """One like it where there is such a file: whoever renames another one to it would lose that."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(one for one in chain((path,), numbered) if not os.path.lexists(root / one))


def _check_promise(root: Path, relative: str, suffix: str, content: str) -> None:
    if content == PROMISES[suffix]:
        return
    if content == sniff.LFS_POINTER:
        mend = LFS_MEND
    elif content in PROPER:
        mend = f"rename it to {_free(root, PurePosixPath(relative).with_suffix(PROPER[content]))}"
    else:
        mend = "export it as MP4 (H.264, AAC)" if KINDS[suffix] == "video" else "export it as PNG or JPEG"
    raise MediaError(f"this is {content}, not {PROMISES[suffix]}", mend)
