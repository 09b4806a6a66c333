"""Where a run of the CI tells what it did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reports:
    """Where a run tells what it did. `ping_url` is the address that a dead man's check waits for; "" for none."""

    summaries: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    ping_url: str = ""
    artifacts: Path = Path()
    """The folder for the result of a shard."""
    results: tuple[Path, ...] = ()
    """Folders with the results of shards, which are told in place of doing anything."""
