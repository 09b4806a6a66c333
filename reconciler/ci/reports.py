"""Where a run of the CI tells what it did."""

from __future__ import annotations

from collections.abc import Mapping
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


def reconcile_outputs(
    exitcode: int = 0, *, done: int = 0, failed: int = 0, launched: int = 0, idle: int = 0, stopped: bool = False
) -> Mapping[str, str | int | bool]:
    """What later steps can ask for behind `ci reconcile`: docs/ci.md lists the names. `done` are changes that were
    made, `idle` accounts that need nothing; `stopped`: whether the rest was left to another run."""
    names = ("exitcode", "done", "failed", "launched", "idle_accounts", "stopped")
    return dict(zip(names, (exitcode, done, failed, launched, idle, stopped), strict=True))
