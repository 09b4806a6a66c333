"""One account, looked at, compared, planned and judged. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from reconciler.engine.diff import Difference, diff
from reconciler.engine.lateness import Known, missed, refusals
from reconciler.engine.plan import make_plan, too_small_budgets
from reconciler.engine.policy import Approved, guard, only_due
from reconciler.engine.policy_rules import Ground
from reconciler.engine.staleness import declared_digest, undeclared_facts
from reconciler.engine.waiting import waiting_note
from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.meta.pace import LIMITED, Pace
from reconciler.model.account import Account, AccountFacts
from reconciler.model.address import Address
from reconciler.model.plan import Basis, Drift, Effort, Plan
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.observe.objects import observe
from reconciler.observe.plain import PlainObjects, find_plain
from reconciler.run.history import AccountHistory
from reconciler.run.notes import account_notes
from reconciler.run.plain import PlainAccount, delivered, standing_alone
from reconciler.run.request import Request
from reconciler.run.session import Session
from reconciler.run.targets import check_targets, keep_targets
from reconciler.store.opening import renamed_account
from reconciler.store.records import rehomed


@dataclass(frozen=True)
class Prepared:
    """What reading has found, what is to be done, and the session that it is done in."""

    session: Session
    records: Mapping[Address, Record]
    moves: Mapping[Address, Address]
    difference: Difference
    plain: PlainAccount
    drift: tuple[Drift, ...]
    """Of the whole account, whatever the plan was cut down to: records are brought up to date for all of it."""
    proposed: Plan
    """Before policy: never applied."""
    ground: Ground
    approved: Approved
    server_time: datetime | None = None
    """Meta's clock when the account was looked at."""

    @property
    def account(self) -> Account:
        return self.ground.account

    @property
    def observed(self) -> Observed:
        return self.ground.observed

    @property
    def plan(self) -> Plan:
        """What may be done, and what is held back."""
        return self.approved.plan

    @property
    def waiting_note(self) -> str:
        """Of launches that wait for what the plan refuses; "" where there are none."""
        return waiting_note(self.plan, self.account.key, self.ground.resources, self.observed.objects)

    def drifted(self) -> dict[Address, frozenset[str]]:
        """Fields that somebody has changed and that stay so, by address."""
        found: dict[Address, set[str]] = {}
        reverted = {(d.address, d.field) for d in self.plan.drift if d.reverted}
        for drift in self.drift:
            if (drift.address, drift.field) not in reverted and not drift.accepted:
                found.setdefault(drift.address, set()).add(drift.field)
        return {address: frozenset(names) for address, names in found.items()}


@dataclass(frozen=True)
class _Inputs:
    """What desired/ and state/ say of the account."""

    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    moves: Mapping[Address, Address]

    @property
    def delivered(self) -> dict[Address, Resource]:
        return delivered(self.resources)

    @property
    def remembered(self) -> dict[Address, Record]:
        """Of what is delivered."""
        return delivered(self.records)


def prepare(session: Session) -> Prepared:
    """Raises UsageError for a target that nothing has, and what stops the account."""
    known = _inputs(session)
    reader = session.reader()
    plain = _plain(session, known, reader)
    observed, difference = _compared(session, known, plain, reader)
    # Before the plan is cut down to the targets.
    drift, removals = tuple(difference.drift), sum(1 for change in difference.changes if change.removal)
    ground = _ground(session, known, observed, removals)
    keep_targets(difference, session.request.targets)
    plan = _proposed(session, ground, difference, reader)
    approved = guard(plan, ground, partial(_timed, session.pace))
    if session.pace is not None:
        session.pace.save()
    server_time = reader.server_time if reader else None
    return Prepared(session, known.records, known.moves, difference, plain, drift, plan, ground, approved, server_time)


def due_only(prepared: Prepared) -> Prepared:
    """The account's plan cut down to the status changes whose time has come, and judged anew."""
    approved = only_due(prepared.proposed, prepared.ground, partial(_timed, prepared.session.pace))
    return replace(prepared, approved=approved)


def _inputs(session: Session) -> _Inputs:
    request, key = session.request, session.account.key
    resources = session.desired.of(key, request.now)
    records, moves = rehomed(session.store.all(), resources)
    check_targets(request.targets, key, {*resources, *records})
    return _Inputs(resources, records, moves)


def _ground(session: Session, known: _Inputs, observed: Observed, removals: int) -> Ground:
    desired = session.desired
    return Ground(
        session.account,
        session.request.now,
        desired.zone,
        known.resources,
        observed,
        known.records,
        removals,
        declares=bool(desired.resources),
    )


# ---- observe, diff


def _plain(session: Session, known: _Inputs, reader: Reader | None) -> PlainAccount:
    """What is no part of a campaign is looked at first: campaigns refer to it."""
    account, resources, records = session.account, known.resources, known.records
    live = (
        find_plain(reader, account, session.desired.project, resources, records)
        if reader
        else PlainObjects(_as_remembered(known))
    )
    return PlainAccount.of(resources, records, live)


def _as_remembered(known: _Inputs) -> dict[Address, Object]:
    """Without a look: of what never changes, what has another content than the declared is not the one."""
    declared, records = known.resources, standing_alone(known.records)
    same = (at for at, one in records.items() if at not in declared or _same_version(at, declared[at], one))
    return {at: _as_seen(records[at]) for at in same if records[at].id}


def _same_version(at: Address, resource: Resource, record: Record) -> bool:
    kind = KINDS[at.kind]
    return kind.version(resource.fields) == kind.version(record.applied)


def _compared(
    session: Session, known: _Inputs, plain: PlainAccount, reader: Reader | None
) -> tuple[Observed, Difference]:
    account, project, request = session.account, session.desired.project, session.request
    observed = (
        observe(reader, account, project, known.delivered, {**known.remembered, **plain.located})
        if reader
        else _remembered(account, known.remembered)
    )
    renamed = renamed_account(request.store, account, session.desired.accounts)
    compare = partial(_difference, session, known, plain, renamed)
    difference = compare(observed)
    if reader is None:
        return observed, difference
    return AccountHistory(reader, project, account, request.now).considered(observed, difference, compare)


def _difference(session: Session, known: _Inputs, plain: PlainAccount, renamed: str, observed: Observed) -> Difference:
    request = session.request
    reverts = _reverts(request, session.account)
    found = diff(
        known.delivered,
        observed,
        known.remembered,
        known.moves,
        request.now,
        session.desired.zone,
        revert_drift=reverts,
        reviewed=request.reviewed,
        renamed_account=renamed,
        pause_orphans=request.pause_orphans,
        accept_live=request.accept_live,
    )
    plain.add_to(found, revert_drift=reverts)
    return found


def _reverts(request: Request, account: Account) -> bool:
    return not (request.keep_drift or request.accept_live) and (
        request.revert_drift or account.policies.drift == "revert"
    )


def _remembered(account: Account, records: Mapping[Address, Record]) -> Observed:
    """What state/ last saw, in place of what is live."""
    objects = {address: _as_seen(record) for address, record in records.items() if record.id}
    return Observed(account.key, AccountFacts(account.currency), objects)


def _as_seen(record: Record) -> Object:
    live = {n: v for n, v in record.live.items() if n not in ("status", "effective_status")}
    return Object(
        record.kind,
        record.id,
        {**record.applied, **live},
        str(record.live.get("status") or record.status or "PAUSED"),
        str(record.live.get("effective_status") or ""),
        creative_id=record.creative_id,
    )


# ---- plan


def _proposed(session: Session, ground: Ground, difference: Difference, reader: Reader | None) -> Plan:
    """The account's plan before policy has judged it. Adds to the difference what is refused beside it."""
    request, account, observed = session.request, ground.account, ground.observed
    known = Known(account, ground.resources, observed.objects, ground.records, ground.now, ground.zone)
    late = missed(difference.changes, known, allowed=request.reviewed or request.late_activations)
    difference.refusals += refusals(late, known)
    difference.refusals += too_small_budgets(account, ground.resources, observed, difference.changes)
    server_time = reader.server_time if reader else None
    notes = account_notes(observed, difference.drift, request.clock.now(), server_time, ground.zone)
    plan = make_plan(session.desired, ground.now, account, observed, difference, notes)
    basis = Basis(account.id, declared_digest(ground.resources), undeclared_facts(observed))
    return replace(plan, late=late, options=request.options, accounts={account.key: basis})


def _timed(pace: Pace | None, cost: Effort) -> Effort | None:
    """With the time that it takes at the account's tier; None where nothing is to be written, or nothing is known."""
    if pace is None or not cost.writes:
        return None
    return replace(
        cost,
        seconds=pace.seconds_for(cost.reads, cost.writes),
        tier=pace.tier.title if pace.tier else "",
        seconds_if_limited=0 if pace.tier else pace.seconds_for(cost.reads, cost.writes, LIMITED),
    )
