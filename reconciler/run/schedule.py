"""What will start and stop by the YAML, and when. Loads no HTTP library."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.config.declared import choose_accounts
from reconciler.engine.agenda import Event, Run, agenda, runs
from reconciler.engine.launches import holiday_notes, review_notes, window_notes
from reconciler.engine.standing_drift import Standing, as_last_seen, waiting_for_drift
from reconciler.kinds import KINDS
from reconciler.model.account import AccountFacts
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, StateError
from reconciler.model.record import Record
from reconciler.model.remote import Observed
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.failures import failure_of
from reconciler.run.request import Moment, Request
from reconciler.store.records import rehomed


@dataclass(frozen=True)
class Schedule:
    """In the order of time. `now` is the moment that it is seen from; `until` the last that is looked at."""

    events: tuple[Event, ...]
    project: str
    zone: ZoneInfo
    now: datetime
    until: datetime
    runs: tuple[Run, ...] = ()
    """What is on at some moment of it, and what has no times."""
    notes: tuple[str, ...] = ()
    """Launches that collide with something."""
    names: dict[str, str] = field(default_factory=dict)
    """Of accounts, by key."""


def schedule(request: Request, days: int, *, at: Moment | None = None) -> Schedule:
    """Of the next days. Raises ConfigError with every problem of every file, and UsageError for an account that is not
    declared."""
    desired = declared_by(request)
    if at is not None:
        request = replace(request, now=at(desired.zone))
    now = request.now
    until = now + timedelta(days=days)
    chosen = choose_accounts(desired, request.named_accounts)
    wanted = {account.key for account in chosen}
    ahead = agenda(desired, now, days, from_now=at is not None)
    events = tuple(e for e in ahead if e.address.account in wanted and _asked(request, e.address))
    told = (one for one in runs(desired, wanted) if _asked(request, one.address) and _is_on(one, now, until))
    return Schedule(
        events,
        desired.project,
        desired.zone,
        now,
        until,
        tuple(told),
        tuple(_notes(request, desired, wanted, {event.address.root for event in events})),
        {account.key: account.name or account.key for account in chosen},
    )


Remembered = Mapping[str, Mapping[Address, Record]]
"""By account, what state/ has, at present addresses."""


def remembered_of(
    request: Request, desired: Desired, accounts: Collection[str]
) -> tuple[Remembered, dict[str, ReconcilerError]]:
    """An account of which state/ cannot be believed is left out, with what a plan would stop with there."""
    found, unread = dict[str, Mapping[Address, Record]](), dict[str, ReconcilerError]()
    for key in accounts:
        account = desired.accounts[key]
        try:
            records = request.store.records(key, account.id, account.currency, account.previously).all()
        except (StateError, OSError) as error:
            unread[key] = failure_of(error, key)
        else:
            found[key], _ = rehomed(records, desired.of(key, request.now))
    return found, unread


def offline_notes(
    request: Request, desired: Desired, accounts: Collection[str], remembered: Remembered | None = None
) -> list[str]:
    """Of launches to come, by desired/ and state/ alone; what the policies refuse is left out. `remembered` where it
    was read already."""
    known = remembered_of(request, desired, accounts)[0] if remembered is None else remembered
    unmade = set(_unmade(request, desired, accounts, known))
    return [
        *holiday_notes(desired, request.now, accounts, request.targets),
        *review_notes(desired, request.now, accounts, unmade),
    ]


def _asked(request: Request, address: Address) -> bool:
    return not request.targets or any(address.within(target) for target in request.targets)


def _is_on(run: Run, now: datetime, until: datetime) -> bool:
    return not run.timed or ((run.start or now) <= until and (run.end is None or run.end > now))


def _notes(request: Request, desired: Desired, accounts: Collection[str], starting: Collection[Address]) -> list[str]:
    """Of what the schedule shows."""
    shown = replace(request, targets=tuple(sorted(starting)))
    if not starting:
        return []
    remembered, _ = remembered_of(request, desired, accounts)
    return [
        *window_notes(desired, request.now, accounts, starting),
        *offline_notes(shown, desired, accounts, remembered),
        *_held_by_drift(desired, request.now, remembered, starting),
    ]


def _held_by_drift(
    desired: Desired, now: datetime, remembered: Remembered, starting: Collection[Address]
) -> Iterator[str]:
    """By the last look, which state/ remembers: nobody is asked here."""
    for key, records in sorted(remembered.items()):
        objects, drift = as_last_seen(records)
        account = desired.accounts[key]
        seen = Observed(key, AccountFacts(account.currency), objects)
        resources = {at: one for at, one in desired.of(key, now).items() if at.root in starting}
        told = waiting_for_drift(Standing(resources, seen, drift, now), key, desired.zone)
        if told and account.policies.drift != "revert":
            yield f"by the last look, {told}"


def _unmade(request: Request, desired: Desired, accounts: Collection[str], remembered: Remembered) -> Iterator[Address]:
    """Ads that state/ does not know."""
    for key in accounts:
        if key in remembered:
            made = {address for address, record in remembered[key].items() if record.id}
            ads = (at for at in desired.of(key, request.now) if KINDS[at.kind].content)
            yield from (at for at in ads if at not in made and _asked(request, at))
