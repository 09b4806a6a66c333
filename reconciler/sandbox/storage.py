"""The world in a file: read at the start, written whole and atomically while it changes."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from pathlib import Path

from reconciler.sandbox import control
from reconciler.sandbox.core import Sandbox


def load(sandbox: Sandbox, path: Path) -> bool:
    if not path.exists():
        return False
    control.restore(sandbox, json.loads(path.read_text(encoding="utf-8")))
    return True


def save(sandbox: Sandbox, path: Path) -> None:
    with sandbox.lock:
        text = json.dumps(control.dump(sandbox))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class Keeper:
    """Saves within a moment of each change, and once more at the end."""

    def __init__(self, sandbox: Sandbox, path: Path, pause: float = 0.2) -> None:
        self._sandbox, self._path, self._pause = sandbox, path, pause
        self._saved = (id(sandbox.world), sandbox.world.revision)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(self._pause):
            self._save_if_changed()

    def _save_if_changed(self) -> None:
        world = self._sandbox.world
        mark = (id(world), world.revision)
        if mark != self._saved:
            save(self._sandbox, self._path)
            self._saved = mark

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        save(self._sandbox, self._path)
