"""Plan files, where the user says."""

from __future__ import annotations

from pathlib import Path

from reconciler.store.files.atomic import read_regular, write_durably

MOST_BYTES = 256 * 1024 * 1024
"""Of a plan file. Ten thousand ads take a tenth of it."""


class FilePlans:
    """`store/plans.py`, with paths for names."""

    def write(self, name: str, text: str) -> None:
        write_durably(Path(name), text)

    def read(self, name: str) -> str:
        return read_regular(Path(name), MOST_BYTES)
