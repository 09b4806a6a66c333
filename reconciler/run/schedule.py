"""What will start and stop by the YAML, and when. Loads no HTTP library."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reconciler.config.declared import choose_accounts, load_desired
from reconciler.engine.agenda import Event, agenda
from reconciler.run.request import Request


@dataclass(frozen=True)
class Schedule:
    """In the order of time."""

    events: tuple[Event, ...]
    project: str
    zone: ZoneInfo


def schedule(request: Request, days: int) -> Schedule:
    """Of the next days. Raises ConfigError with every problem of every file, and UsageError for an account that is not
    declared."""
    desired = load_desired(request.root, request.now)
    wanted = {account.key for account in choose_accounts(desired, request.accounts)}
    targets = request.targets
    events = tuple(
        event
        for event in agenda(desired, request.now, days)
        if event.address.account in wanted and (not targets or any(event.address.within(t) for t in targets))
    )
    return Schedule(events, desired.project, desired.zone)
