"""What there is to do in each account, by what the last runs have left. Asks git, never Meta, and parses no YAML: a
scheduled run in which nothing is due ends with this, and loads nothing that only work needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.model.errors import StateError, UsageError
from reconciler.run.at_a_glance import branch_at, declared_at
from reconciler.run.request import Request
from reconciler.run.sharing import Sharing
from reconciler.store.git.source import Source, source_of
from reconciler.store.runs import Run

if TYPE_CHECKING:
    from reconciler.run.events import Subscriber


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


@dataclass(frozen=True)
class Idle:
    """That nothing is due. `at` is the next declared moment, of `accounts`; None where none lies ahead."""

    at: datetime | None
    accounts: tuple[str, ...] = ()


def look_idle(request: Request, notify: Subscriber) -> Idle | None:
    """That nothing is due, where the last runs have left that; None where only all files tell, since they are no commit
    that was wholly applied, since something is held back, or since nobody knows what others have done."""
    try:
        source = source_of(request.root)
    except StateError:
        return None
    if source is None or source.edited or request.targets or _undeclared(request):
        return None
    keys = _accounts(request)
    if not keys:
        return None
    sharing = _sharing(request, source, notify)
    runs = sharing.last_runs(keys)
    known = {key: run for key, run in runs.items() if run is not None and not run.held}
    idle = {key for key, run in known.items() if work_of(run, source, request.now) is Work.NOTHING}
    if sharing.plan_notes() or idle != set(keys):
        return None
    at = min((run.next_due for run in known.values() if run.next_due), default=None)
    return Idle(at, tuple(sorted(key for key, run in known.items() if at and run.next_due == at)))


def look(request: Request, source: Source, notify: Subscriber) -> Look:
    """What there is to do, by what the last runs have left. Asks git, never Meta, and parses no YAML. Raises UsageError
    for an account that is not declared."""
    if unknown := _undeclared(request):
        declared = ", ".join(declared_at(request.root))
        raise UsageError(f"no account {unknown[0]!r} is declared; there are: {declared}")
    keys = _accounts(request)
    # Whoever asks for some addresses wants them looked at, and a mistake in one told.
    found = dict.fromkeys(keys) if request.targets else _sharing(request, source, notify).last_runs(keys)
    work = {key: work_of(run, source, request.now) for key, run in found.items()}
    overdue = (key for key, run in found.items() if run is None or _is_due(run, request.now))
    return Look(work, frozenset(overdue))


def _sharing(request: Request, source: Source, notify: Subscriber) -> Sharing:
    return Sharing(request, branch_at(request.root), notify, source.place)


def _accounts(request: Request) -> list[str]:
    return [key for key in declared_at(request.root) if request.chooses(key)]


def _undeclared(request: Request) -> list[str]:
    named = request.named_accounts
    return sorted(named.difference(declared_at(request.root))) if named else []


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
