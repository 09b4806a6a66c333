"""One command, timed: wall time, and the most memory it held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 3600
"""Seconds after which a command counts as hung."""


@dataclass(frozen=True)
class Timed:
    """`seconds` of wall time, `peak` bytes of resident memory."""

    seconds: float
    peak: int
    out: str


@dataclass(frozen=True)
class Spread:
    """Of several runs of one thing."""

    seconds: tuple[float, ...]
    peak: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.3f} s ({min(self.seconds):.3f}–{max(self.seconds):.3f})"


def timed(command: Sequence[str], environment: Mapping[str, str], folder: Path, *, ends: Sequence[int] = (0,)) -> Timed:
    """Raises RuntimeError where the command ends otherwise: what fails early would look fast."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(environment), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    out = process.stdout.read()
    _, waited, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(waited)
    if process.returncode not in ends:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{out[-2000:]}")
    return Timed(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), out)
