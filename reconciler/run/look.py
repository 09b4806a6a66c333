"""What there is to do in each account, by what the last runs have left. Asks git, never Meta, and parses no YAML: a
scheduled run in which nothing is due ends with this, and loads nothing that only work needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler import __version__
from reconciler.run.at_a_glance import branch_at, declared_at
from reconciler.run.events import Subscriber, ignore
from reconciler.run.request import Request
from reconciler.run.sharing import Sharing
from reconciler.store.git.source import Source
from reconciler.store.runs import Run


class Work(StrEnum):
    """What one account needs."""

    NOTHING = "nothing"
    DUE = "due"
    APPLY = "apply"


@dataclass(frozen=True)
class Look:
    """By account."""

    work: Mapping[str, Work]
    overdue: frozenset[str]
    """Accounts in which something is due, or of which nothing tells."""

    @property
    def at_everything(self) -> Look:
        """Whatever the last runs have left."""
        return Look(dict.fromkeys(self.work, Work.APPLY), self.overdue)

    def keys(self, *wanted: Work) -> frozenset[str]:
        return frozenset(key for key, work in self.work.items() if work in wanted)


def look(request: Request, source: Source, notify: Subscriber = ignore) -> Look:
    """What there is to do, by what the last runs have left. Asks git, never Meta, and parses no YAML."""
    keys = [key for key in declared_at(request.root) if request.chooses(key)]
    found = Sharing(request, branch_at(request.root), notify, source.place).last_runs(keys)
    work = {key: work_of(run, source, request.now) for key, run in found.items()}
    overdue = (key for key, run in found.items() if run is None or _is_due(run, request.now))
    return Look(work, frozenset(overdue))


def work_of(run: Run | None, source: Source, now: datetime) -> Work:
    """Where nothing tells what was applied, everything is looked at."""
    if run is None:
        return Work.APPLY
    same = (run.desired, run.creatives, run.tool) == (source.desired, source.creatives, __version__)
    if not same or any(moment <= now for moment in run.held.values()):
        return Work.APPLY
    return Work.DUE if _is_due(run, now) else Work.NOTHING


def _is_due(run: Run, now: datetime) -> bool:
    return run.next_due is not None and run.next_due <= now
