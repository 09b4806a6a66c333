"""Opening and hashing files below a root that a stranger's pull request may have filled."""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from reconciler.kinds.meant import clean
from reconciler.media.limits import MAX_IMAGE_BYTES, MAX_VIDEO_BYTES
from reconciler.media.model import MediaError
from reconciler.system import platforms

# What the user calls the root, in messages.
FOLDER = "creatives"
CHUNK = 1024**2
MAX_SUGGESTIONS = 1000

KINDS = {".mp4": "video", ".mov": "video", ".png": "image", ".jpg": "image", ".jpeg": "image"}
MAX_BYTES = {"video": (MAX_VIDEO_BYTES, "4 GB"), "image": (MAX_IMAGE_BYTES, "30 MB")}

_FOLDER = os.O_RDONLY | platforms.flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
# Without O_NONBLOCK, opening a FIFO that took the file's place after the stat would wait for a writer.
_FILE = os.O_RDONLY | platforms.PLAIN

_NOT_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a symbolic link"),
)


def media_names(root: Path) -> dict[str, list[str]]:
    """By `video` and `image`, the files below creatives/ of the repository at `root`, as YAML names them; nothing is
    opened, and no link is followed."""
    found: dict[str, list[str]] = {}
    top = root / FOLDER
    if platforms.is_link(top):
        return found
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if kind := KINDS.get(PurePosixPath(name).suffix.lower()):
                found.setdefault(kind, []).append((Path(folder) / name).relative_to(top).as_posix())
    return found


class Stamp(NamedTuple):
    """Equal stamps mean equal content, for as long as one process runs."""

    device: int
    inode: int
    size: int
    mtime_ns: int


_digests: dict[Stamp, str] = {}


@contextmanager
def reading(root: Path, relative: str) -> Iterator[BinaryIO]:
    """The file `relative` (forward slashes) below the folder `root`, open for reading in binary.

    Raises MediaError where the path leaves `root` (by itself or through a symbolic link), where `root` is such a link,
    where there is no regular file of a media type, and where the file is empty, unreadable or too large for Meta.
    """
    with os.fdopen(_open(root, relative), "rb") as file:
        _check_size(relative, os.fstat(file.fileno()).st_size)
        yield file


def stamp(file: BinaryIO) -> Stamp:
    """What identifies the content of an open file without reading it."""
    status = os.fstat(file.fileno())
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def digest(root: Path, relative: str, expected: Stamp) -> str:
    """The SHA-256 of a file in hex, read once a process.

    Raises MediaError as `reading` does, and where the file is no longer the one stamped `expected`.
    """
    if expected not in _digests:
        with reading(root, relative) as file:
            try:
                _digests[expected] = _hash(file, expected)
            except MediaError as error:
                raise error.of(relative) from None
    return _digests[expected]


def _hash(file: BinaryIO, expected: Stamp) -> str:
    reader = HashingReader(file)
    if reader.stamp != expected:
        raise _changed()
    while reader.read(CHUNK):
        pass
    return reader.hexdigest()


class HashingReader:
    """Hands out a file for upload and hashes what it hands out, so that the sender can prove what was sent.

    Give it the file of `reading`. It reads on like any file, and by range, where a range may come again
    (Meta asks for a chunk anew after a lost connection) or skip ahead (what lies between is hashed too).
    """

    def __init__(self, file: BinaryIO) -> None:
        self.stamp = stamp(file)
        self._file = file
        self._sha256 = hashlib.sha256()
        self._hashed = 0
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, or all that are left; empty at the end."""
        rest = max(0, self.stamp.size - self._position)
        return self.read_range(self._position, self._position + (rest if size < 0 else min(size, rest)))

    def read_range(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`. Raises MediaError where the file does not have them all."""
        if not 0 <= start <= end <= self.stamp.size:
            raise MediaError(f"bytes {start} to {end} were asked for of a file of {self.stamp.size}")
        self._hash_to(start)
        data = self._exactly(start, end - start)
        if end > self._hashed:
            self._sha256.update(memoryview(data)[self._hashed - start :])
            self._hashed = end
        self._position = end
        return data

    def hexdigest(self) -> str:
        """The SHA-256 in hex. Raises MediaError where bytes are missing or the file changed meanwhile."""
        if self._hashed != self.stamp.size:
            raise MediaError(f"only {self._hashed} of {self.stamp.size} bytes were read")
        if stamp(self._file) != self.stamp:
            raise _changed()
        return self._sha256.hexdigest()

    def verify(self, sha256: str) -> None:
        """Raises MediaError unless what was handed out is the whole file and has this SHA-256 (hex)."""
        if self.hexdigest() != sha256:
            raise _changed()

    def _hash_to(self, offset: int) -> None:
        while self._hashed < offset:
            data = self._exactly(self._hashed, min(CHUNK, offset - self._hashed))
            self._sha256.update(data)
            self._hashed += len(data)

    def _exactly(self, start: int, count: int) -> bytes:
        try:
            self._file.seek(start)
            data = self._file.read(count)
        except OSError as error:
            raise MediaError(f"cannot be read: {error.strerror}") from None
        if len(data) != count:
            raise _changed()
        return data


def _changed() -> MediaError:
    return MediaError("the file changed while it was being read", "run again once it is whole")


def _open(root: Path, relative: str) -> int:
    parts = _parts(relative)
    if platforms.is_link(root):
        raise MediaError(f"{relative}: {FOLDER}/ is a link, not a folder", LINKED)
    base = Path(os.path.realpath(root))
    # Links are resolved first and the result is opened step by step without following any, so that a
    # link put in place between the two is refused instead of followed.
    target = Path(os.path.realpath(base.joinpath(*parts)))
    if target == base or not target.is_relative_to(base):
        raise MediaError(f"{relative}: a symbolic link leads out of {FOLDER}/", f"put the file itself below {FOLDER}/")
    try:
        return _open_beneath(base, target.relative_to(base).parts, relative)
    except FileNotFoundError:
        raise MediaError(f"{relative}: no such file below {FOLDER}/", _suggestion(base, parts)) from None
    except OSError as error:
        raise _refused(relative, error) from None


def _parts(relative: str) -> tuple[str, ...]:
    if not _is_plain(relative):
        raise MediaError(f"{relative!a}: a path has no control characters", CONTROL)
    if re.match(r"[A-Za-z][A-Za-z+.-]+:/|www\.", relative):
        raise MediaError(f"{relative}: a web address, not a file", DOWNLOAD.format(name=_last(relative)))
    if "\\" in relative or re.match("[A-Za-z]:", relative):
        is_rooted = re.match(r"[A-Za-z]:|\\", relative)
        mend = _brought(relative) if is_rooted else _below(_steps(relative))
        raise MediaError(f"{relative}: a path of Windows; here it has no backslashes and no drive", mend)
    if relative.startswith(("/", "~")):
        raise MediaError(f"{relative}: an absolute path", _brought(relative))
    parts = tuple(relative.split("/"))
    if any(part in {"", ".", ".."} for part in parts):
        said = f"{relative or 'an empty path'}: a path has no empty, . or .. steps"
        raise MediaError(said, _below(_steps(relative)))
    return parts


LINKED = "put the folder itself in its place"
CONTROL = "rename the file; where the path stands in double quotes, write / for each \\"
DOWNLOAD = "download it to creatives/, and write its path there: {name}"


def _steps(relative: str) -> list[str]:
    """Of a path from elsewhere: what stands behind creatives/, or all of it."""
    steps = [step for step in re.split(r"[\\/]", relative) if step not in ("", ".", "..", "~") and step[1:] != ":"]
    return steps[steps.index(FOLDER) + 1 :] if FOLDER in steps else steps


def _below(steps: list[str]) -> str:
    if not steps:
        return f"name the file by its path below {FOLDER}/, such as spring/hero.mp4"
    return f"write {'/'.join(steps)}, the path below {FOLDER}/"


def _brought(relative: str) -> str:
    steps = _steps(relative)
    if not steps or FOLDER in re.split(r"[\\/]", relative):
        return _below(steps)
    return f"put the file below {FOLDER}/ and write its path there: {steps[-1]}"


def _last(address: str) -> str:
    name = re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]
    return (
        name
        if PurePosixPath(name).suffix.lower() in KINDS
        else "spring/hero.mp4 for a video, spring/hero.jpg for an image"
    )


def _open_beneath(base: Path, parts: tuple[str, ...], relative: str) -> int:
    file = (_open_stepwise if platforms.OPENS_FOLDERS else _open_by_name)(base, parts, relative)
    try:
        _check_regular(relative, os.fstat(file).st_mode)
    except MediaError:
        os.close(file)
        raise
    return file


def _open_stepwise(base: Path, parts: tuple[str, ...], relative: str) -> int:
    folder = os.open(base, _FOLDER)
    try:
        for name in parts[:-1]:
            deeper = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = deeper
        # The stat keeps us from opening a device, where opening alone can have an effect.
        _check_regular(relative, os.stat(parts[-1], dir_fd=folder, follow_symlinks=False).st_mode)
        return os.open(parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def _open_by_name(base: Path, parts: tuple[str, ...], relative: str) -> int:
    """Whoever puts a link into the path between a look and the open wins; nobody who can do that needs to."""
    path = base.joinpath(*parts)
    platforms.refuse_link(path)
    _check_regular(relative, path.lstat().st_mode)
    return os.open(path, _FILE)


def _check_regular(relative: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    what = next((name for test, name in _NOT_FILES if test(mode)), "not a regular file")
    raise MediaError(f"{relative}: {what}, not a file", "name a video or image file")


def _refused(relative: str, error: OSError) -> MediaError:
    if error.errno in {errno.ENOTDIR, errno.ELOOP}:
        return MediaError(f"{relative}: a step of the path is not a folder", "name the file itself")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return MediaError(f"{relative}: no permission to read it", "give yourself read access to the file")
    return MediaError(f"{relative}: cannot be opened: {error.strerror}")


def _check_size(relative: str, size: int) -> None:
    kind = KINDS.get(PurePosixPath(relative).suffix.lower())
    if kind is None:
        raise MediaError(
            f"{relative}: not a type of file that Meta takes in ads",
            "videos are .mp4 or .mov, images are .png, .jpg or .jpeg",
        )
    limit, shown = MAX_BYTES[kind]
    if size == 0:
        raise MediaError(f"{relative}: the file is empty", "export or copy it again")
    if size > limit:
        raise MediaError(f"{relative}: {size:,} bytes is too large, Meta takes {shown} for {kind}s", "compress it")


def _suggestion(base: Path, parts: tuple[str, ...]) -> str:
    if parts[0] == FOLDER and _is_file(base, *parts[1:]):
        return f"write {'/'.join(parts[1:])}; paths start below {FOLDER}/"
    if (plain := clean("/".join(parts))) != "/".join(parts) and _is_file(base, *plain.split("/")):
        return f"write {plain}"
    found: tuple[str, ...] = ()
    for part in parts:
        names = _names(base.joinpath(*found))
        if part not in names and (same := [name for name in names if _composed(name) == _composed(part)]):
            return _same_letters(part, (*found, same[0]))
        near = part if part in names else _nearest(part, names)
        if not near:
            break
        found = (*found, near)
    if len(found) == len(parts) and _is_file(base, *found):
        return f"did you mean {'/'.join(found)}?"
    folder = next((size for size in range(1, len(parts)) if not base.joinpath(*parts[:size]).is_dir()), 0)
    nowhere = f"there is no folder {'/'.join((FOLDER, *parts[:folder]))}/ either: add both, or correct the path"
    missing = nowhere if folder else "add the file"
    return _elsewhere(base, parts) or missing


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MAX_SUGGESTIONS) if _is_plain(entry.name)]
    except OSError:
        return []


def _nearest(name: str, names: list[str]) -> str:
    by_letters = {clean(each).lower(): each for each in names}
    close = difflib.get_close_matches(clean(name).lower(), by_letters, n=1)
    return by_letters[close[0]] if close else ""


def _elsewhere(base: Path, parts: tuple[str, ...]) -> str:
    """The only file of that name below the root, in another folder."""
    folders = [(), *((name,) for name in sorted(_names(base)))]
    found = ["/".join((*folder, parts[-1])) for folder in folders if _is_file(base, *folder, parts[-1])]
    return f"did you mean {found[0]}?" if len(found) == 1 else ""


def _is_file(base: Path, *parts: str) -> bool:
    target = Path(os.path.realpath(base.joinpath(*parts)))
    try:
        return target.is_relative_to(base) and target.is_file()
    except OSError:
        # A name that is longer than any file's may be.
        return False


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _same_letters(part: str, there: tuple[str, ...]) -> str:
    said = f"{FOLDER}/{'/'.join(there)} has the same letters in another Unicode form, as macOS writes them"
    return f"rename it to {part}: {said}"


def _is_plain(name: str) -> bool:
    return not any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
