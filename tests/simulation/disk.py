"""A disk that may lose what was not synced (fsync), and that can end the process in any system call of a file write.

The content of a file is safe once the file is synced; its name (a create, rename or delete) once its folder is synced.
When power is lost, the seed decides for everything else whether it is kept. Content that was not synced may be cut
anywhere.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Crash(BaseException):
    """The process is killed here. Not an `Exception`, so that no code that handles errors catches it."""


@dataclass
class Disk:
    """Stands in for `os` in `store/files/atomic.py`. The process is killed in the system call with the number
    `crash_at`."""

    rng: random.Random
    crash_at: int | None = None
    calls: list[str] = field(default_factory=list)
    dead: bool = False
    _open: dict[int, Path] = field(default_factory=dict)
    _unsynced: dict[Path, int] = field(default_factory=dict)
    """How many bytes of it are safe: those that were there when it was opened to be appended to."""
    _names: list[tuple[Path, Callable[[], None]]] = field(default_factory=list)
    """Folders with a change of names that is not synced, and a function that undoes the change."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def start(self, crash_at: int | None) -> None:
        self.calls, self.crash_at, self.dead = [], crash_at, False

    def _enter(self, name: str) -> bool:
        """Counts a system call; True where the process is killed in it."""
        if self.dead:
            raise Crash(f"{name} after the end")
        self.calls.append(name)
        return len(self.calls) - 1 == self.crash_at

    def _end(self, name: str) -> None:
        self.dead = True
        raise Crash(f"at {name}, system call {len(self.calls) - 1}")

    def open(self, path: Any, flags: int, mode: int = 0o777) -> int:
        ends = self._enter("open")
        if ends and (not flags & os.O_CREAT or self.rng.random() < 0.5):
            self._end("open")
        path = Path(path)
        before = path.stat().st_size if path.exists() and not flags & os.O_TRUNC else 0
        if flags & os.O_CREAT and not path.exists():
            self._names.append((path.parent, _put_back(path)))
        file = os.open(path, flags, mode)
        self._open[file] = path
        if flags & os.O_CREAT:
            self._unsynced.setdefault(path, before)
        if ends:
            os.close(file)
            self._end("open")
        return file

    def write(self, file: int, content: bytes) -> int:
        if self._enter("write"):
            os.write(file, content[: self.rng.randrange(len(content) + 1)])
            self._end("write")
        self._unsynced.setdefault(self._open[file], 0)
        return os.write(file, content)

    def fsync(self, file: int) -> None:
        if self._enter("fsync"):
            self._end("fsync")
        path = self._open[file]
        self._unsynced.pop(path, None)
        self._names = [(folder, undo) for folder, undo in self._names if folder != path]

    def sync(self) -> None:
        if self._enter("sync"):
            self._end("sync")
        self._unsynced.clear()
        self._names.clear()

    def close(self, file: int) -> None:
        self._open.pop(file, None)
        os.close(file)

    def replace(self, source: Any, target: Any) -> None:
        if self._enter("replace"):
            self._end("replace")
        source, target = Path(source), Path(target)
        self._names.append((target.parent, _put_back(target)))
        if source in self._unsynced:
            self._unsynced[target] = self._unsynced.pop(source)
        os.replace(source, target)  # noqa: PTH105

    def unlink(self, path: Any) -> None:
        if self._enter("unlink"):
            self._end("unlink")
        if Path(path).exists():
            self._names.append((Path(path).parent, _put_back(Path(path))))
        os.unlink(path)  # noqa: PTH108

    def lose_power(self) -> None:
        """Whatever was not synced is kept or lost, as the seed decides."""
        for path, safe in sorted(self._unsynced.items()):
            if path.exists():
                content = path.read_bytes()
                path.write_bytes(content[: self.rng.randrange(safe, max(safe, len(content)) + 1)])
        for _, undo in reversed(self._names):
            if self.rng.random() < 0.5:
                undo()
        self.forget()

    def forget(self) -> None:
        """The run is over without a loss of power: all that was written is kept."""
        self._unsynced.clear()
        self._names.clear()
        self._open.clear()


def _put_back(path: Path) -> Callable[[], None]:
    before = path.read_bytes() if path.exists() else None

    def undo() -> None:
        if before is None:
            path.unlink(missing_ok=True)
        elif path.parent.is_dir():
            path.write_bytes(before)

    return undo
