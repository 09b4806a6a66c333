"""Media files that come from Meta: whole or not at all, under a name of their own, each content once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from reconciler.media import PROPER, MediaError, open_media, sniff
from reconciler.media.files import FOLDER, KINDS, LINKED, MAX_BYTES
from reconciler.system import platforms

HEAD = sniff.HEAD


@dataclass
class Creatives:
    """Files by their content, by paths from `root`, `creatives/`. Only those in `folder` are looked at, once, when
    first asked for: another client's file is not shared."""

    root: Path
    folder: str
    _paths: dict[str, str] = field(default_factory=dict)
    _is_read: bool = False

    def path_of(self, digest: str) -> str:
        """A file that has this SHA-256, by its path; "" where there is none."""
        self._read()
        return self._paths.get(digest, "")

    def keep(self, noun: str, stem: str, pieces: Iterable[bytes]) -> tuple[str, str]:
        """The path and the SHA-256 of what came. `noun` is `video` or `image`; `stem` its path without suffix. A file
        that has the same content is used in its place. Raises MediaError for what no ad can show, and OSError."""
        if platforms.is_link(self.root):
            raise MediaError(f"{FOLDER}/ is a link, not a folder", LINKED)
        self._read()
        folder = (self.root / stem).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                digest = _written(file, noun, pieces)
            if digest in self._paths:
                return self._paths[digest], digest
            path = self._named(noun, stem, temporary)
            temporary.replace(self.root / path)
            try:
                open_media(self.root, path)
            except MediaError:
                (self.root / path).unlink()
                raise
            self._paths[digest] = path
            return path, digest
        finally:
            temporary.unlink(missing_ok=True)

    def _named(self, noun: str, stem: str, temporary: Path) -> str:
        with temporary.open("rb") as file:
            content = sniff.looks_like(file.read(HEAD))
        suffix = PROPER.get(content, "")
        if not suffix or KINDS[suffix] != noun:
            raise MediaError(f"what came is {content}, which no ad of one {noun} shows")
        path, number = f"{stem}{suffix}", 2
        while os.path.lexists(self.root / path):
            path, number = f"{stem}-{number}{suffix}", number + 1
        return path

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        for path in _media_files(self.root, self.folder):
            try:
                self._paths.setdefault(open_media(self.root, path).sha256, path)
            except MediaError:
                continue


def _written(file: BinaryIO, noun: str, pieces: Iterable[bytes]) -> str:
    most, said = MAX_BYTES[noun]
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise MediaError(f"it is larger than {said}")
        digest.update(piece)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def _media_files(root: Path, below: str) -> Iterator[str]:
    """By their paths from the root, in order."""
    for folder, folders, names in os.walk(root / below):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in KINDS and not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix()
