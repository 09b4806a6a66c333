"""What operations return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.model.errors import ReconcilerError
from reconciler.model.plan import Outcome, Plan
from reconciler.model.resource import Desired

if TYPE_CHECKING:
    # Whoever only looks whether there is anything to do loads no kinds.
    from reconciler.engine.agenda import Event as ScheduledEvent
    from reconciler.engine.delivery import DeliveryIssue


@dataclass(frozen=True)
class Planned:
    """What would be done, before anything is. An event, too: see `events.py`."""

    plan: Plan
    failures: Mapping[str, ReconcilerError]
    """Accounts that could not be planned."""
    desired: Desired
    """What the plan was made of."""
    unshared: ReconcilerError | None = None
    """Of a run of CI, which has gone on without it: why the state branch could not be fetched."""
    next: tuple[ScheduledEvent, ...] = ()
    """Of an activation: the next declared moment of what is at Meta already, and all that happens then."""


@dataclass(frozen=True)
class Result:
    """What became of one account: its outcomes, and what stopped it if anything did."""

    account: str
    outcomes: tuple[Outcome, ...] = ()
    error: ReconcilerError | None = None
    refused: bool = False
    cut_short: bool = False
    """Something became due, so the rest was left to the next apply."""
    unshared: ReconcilerError | None = None
    """Why what was done is remembered here alone."""


@dataclass(frozen=True)
class Applied:
    """What an apply or an activation has done."""

    planned: Planned
    results: tuple[Result, ...] = ()
    """Of the accounts that could be planned."""
    confirmed: bool = True
    """False where the plan was shown and not agreed to: nothing was done."""
    already_applied: bool = False
    """True where a plan file shows changes and none of them is left to do."""


@dataclass(frozen=True)
class Synced:
    """What a sync has seen, and of each account that it has brought up to date, how many resources state/ knows."""

    planned: Planned
    kept: Mapping[str, int]
    unshared: Mapping[str, ReconcilerError] = field(default_factory=dict)
    """Of which accounts others do not know it yet, and why."""
    delivery_issues: Mapping[str, tuple[DeliveryIssue, ...]] = field(default_factory=dict)
    """Of the same accounts, what Meta keeps from running."""
    undeclared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of the same accounts, in words, what stands beside what is declared: copies, and what runs without our label."""
    held_back: Mapping[str, str] = field(default_factory=dict)
    """Of the same accounts, in words, why Meta may hold back all that is in them."""


@dataclass(frozen=True)
class Stopped:
    """One object that was paused by the emergency stop. An event, too."""

    account: str
    kind: str
    id: str
    name: str
    address: str = ""
    """As state/ remembers it, or as it was asked for; "" where neither tells."""
