"""What operations return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.engine.agenda import Event as ScheduledEvent
from reconciler.model.errors import ReconcilerError
from reconciler.model.plan import Outcome, Plan


@dataclass(frozen=True)
class Planned:
    """What would be done, before anything is. An event, too: see `events.py`."""

    plan: Plan
    failures: Mapping[str, ReconcilerError]
    """Accounts that could not be planned."""
    next: tuple[ScheduledEvent, ...] = ()
    """Of an activation: the next declared moment of what is at Meta already, and all that happens then."""


@dataclass(frozen=True)
class Result:
    """What became of one account: its outcomes, and what stopped it if anything did."""

    account: str
    outcomes: tuple[Outcome, ...] = ()
    error: ReconcilerError | None = None
    refused: bool = False


@dataclass(frozen=True)
class Applied:
    """What an apply or an activation has done."""

    planned: Planned
    results: tuple[Result, ...] = ()
    """Of the accounts that could be planned."""
    confirmed: bool = True
    """False where the plan was shown and not agreed to: nothing was done."""


@dataclass(frozen=True)
class Synced:
    """What a sync has seen, and of each account that it has brought up to date, how many resources state/ knows."""

    planned: Planned
    kept: Mapping[str, int]


@dataclass(frozen=True)
class Stopped:
    """One object that was paused by the emergency stop. An event, too."""

    account: str
    kind: str
    id: str
    name: str
