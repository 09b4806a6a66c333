"""What there is to do in each account, by what the last runs have left. Asks git, never Meta, and parses no YAML: a
scheduled run in which nothing is due ends with this, and loads nothing that only work needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.model.errors import ConfigError, StateError, UsageError
from reconciler.model.moments import format_time
from reconciler.run.at_a_glance import branch_at, declared_at, zone_at
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
    why: Mapping[str, str] = field(default_factory=dict)
    """Of each account that needs something, why."""
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the last runs were refused, and what is not to be tried again yet: by account and address, why."""

    waiting: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Launches that somebody's change keeps waiting, of accounts that are not looked at: the same way."""

    def said(self, account: str) -> str:
        return f"{self.work[account]}: {self.why[account]}" if account in self.why else str(self.work[account])

    @property
    def told(self) -> dict[str, str]:
        """What is to be done in each, and why."""
        return {account: self.said(account) for account in self.work}

    @property
    def at_everything(self) -> Look:
        """Whatever the last runs have left."""
        return Look(dict.fromkeys(self.work, Work.APPLY), self.overdue, self.why)

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
    """What there is to do, by what the last runs have left. Asks git, never Meta, and parses no YAML but where some
    addresses are asked for. Raises UsageError for an account that is not declared, and an address that nothing has."""
    if unknown := _undeclared(request):
        declared = ", ".join(declared_at(request.root))
        raise UsageError(f"no account {unknown[0]!r} is declared; there are: {declared}")
    keys = _accounts(request)
    # Whoever asks for some addresses wants them looked at, and a mistake in one told.
    sharing = _sharing(request, source, notify)
    if request.targets:
        _check_targets(request, sharing)
    found = dict.fromkeys(keys) if request.targets else sharing.last_runs(keys)
    work = {key: work_of(run, source, request.now) for key, run in found.items()}
    overdue = (key for key, run in found.items() if run is None or _is_due(run, request.now))
    untold = "it is asked for by its address" if request.targets else _untold(sharing)
    why = {key: untold if run is None else why_of(run, source, request) for key, run in found.items()}
    held = {key: run.still_held for key, run in found.items() if run and run.held and work[key] is not Work.APPLY}
    told = {key: said for key, said in why.items() if said}
    waiting = {key: run.waiting for key, run in found.items() if run and run.waiting and work[key] is Work.NOTHING}
    return Look(work, frozenset(overdue), told, held, waiting)


def held_lines(held: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A line for each thing that is held back still, or waits."""
    return [f"{address}: {why}" for _, of in sorted(held.items()) for address, why in sorted(of.items())]


def _check_targets(request: Request, sharing: Sharing) -> None:
    """What is wrong with the files, and what others remember where they cannot be asked, is for the work to tell."""
    from reconciler.run.declared import declared_by  # noqa: PLC0415  a look at everything parses no YAML
    from reconciler.run.targets import check_targets  # noqa: PLC0415

    sharing.begin()
    try:
        desired = declared_by(request, by_account=True)
        for key in {target.account for target in request.targets}.intersection(desired.accounts):
            records = request.store.records(key, desired.accounts[key].id).all()
            if sharing.problem is None:
                check_targets(request.targets, key, desired.of(key, request.now), records)
    except (ConfigError, StateError):
        return


def _untold(sharing: Sharing) -> str:
    """Why everything is looked at in an account of which no run is known."""
    if sharing.problem is not None:
        return f"what other runs have found is not known: {str(sharing.problem).partition(chr(10))[0]}"
    return "no run is known that has wholly applied it"


def why_of(run: Run, source: Source, request: Request) -> str:
    """Of an account in which a run has left that; "" where it needs nothing."""
    changed = [name for name, same in _same(run, source).items() if not same]
    if changed:
        return f"{' and '.join(changed)} {'is' if len(changed) == 1 else 'are'} not what was wholly applied last"
    if again := sorted((at, address) for address, at in run.held.items() if at <= request.now):
        more = f" and {len(again) - 1} more" if len(again) > 1 else ""
        return f"what was held back is tried again since {_said(again[0][0], request)}: {again[0][1]}{more}"
    if run.next_due is not None and _is_due(run, request.now):
        return f"something is to start or stop since {_said(run.next_due, request)}"
    return ""


def _said(moment: datetime, request: Request) -> str:
    return format_time(moment, zone_at(request.root))


def _same(run: Run, source: Source) -> dict[str, bool]:
    return {
        "desired/": run.desired == source.desired,
        "creatives/": run.creatives == source.creatives,
        "the version of the reconciler": run.tool == __version__,
    }


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
    if not all(_same(run, source).values()) or any(moment <= now for moment in run.held.values()):
        return Work.APPLY
    return Work.DUE if _is_due(run, now) else Work.NOTHING


def _is_due(run: Run, now: datetime) -> bool:
    return run.next_due is not None and run.next_due <= now
