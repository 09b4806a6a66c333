"""One account, looked at, compared, planned and judged. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

from reconciler.apply.first import Endless, First
from reconciler.apply.sent import RELIED_ON
from reconciler.engine.access import without_access
from reconciler.engine.diff import diff
from reconciler.engine.difference import Difference
from reconciler.engine.due import concerned
from reconciler.engine.lateness import Known, missed, refusals
from reconciler.engine.plan import make_plan, too_small_budgets
from reconciler.engine.policy import Approved, guard, only_due
from reconciler.engine.policy_ground import Ground
from reconciler.engine.policy_rules import is_new_removal
from reconciler.engine.referring import Users, under_present_names
from reconciler.engine.reverting import with_all_that_is_undone
from reconciler.engine.settle import Settled, settle
from reconciler.engine.staleness import declared_digest, undeclared_facts
from reconciler.engine.waiting import waiting_note
from reconciler.engine.withdrawn import with_withdrawn
from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.meta.pace import LIMITED, Pace
from reconciler.model.account import Account, AccountFacts
from reconciler.model.address import Address
from reconciler.model.plan import Basis, Drift, Effort, Plan
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import PAUSED
from reconciler.observe.objects import observe
from reconciler.observe.part import find_only
from reconciler.observe.plain import PlainObjects, find_plain
from reconciler.observe.source import NotEnough
from reconciler.run.facts import facts_of, keep_identity
from reconciler.run.history import AccountHistory, Unusual
from reconciler.run.notes import account_notes
from reconciler.run.pages import not_of_others, with_its_page
from reconciler.run.plain import PlainAccount, delivered, standing_alone
from reconciler.run.request import Request
from reconciler.run.session import Session
from reconciler.run.targets import check_targets, keep_targets
from reconciler.store.opening import renamed_account
from reconciler.store.records import rehomed

Value = TypeVar("Value")


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
    looked_at: datetime | None = None
    """When that began, by this computer's clock; None where it was not."""
    roots: frozenset[Address] | None = None
    """The campaigns that were looked at; None for the whole account. The rest is as it is remembered."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing was looked at, since nothing is due."""
        return self.roots is not None and not self.roots

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
    renamed: Mapping[Address, Record]
    """Records that name otherwise what they refer to than the files do by now, as they should be."""

    roots: frozenset[Address] | None = None
    """The campaigns to look at; None for the whole account."""

    @cached_property
    def declared(self) -> dict[Address, Resource]:
        """All that is delivered, whether it is to be looked at or not."""
        return delivered(self.resources)

    @cached_property
    def delivered(self) -> dict[Address, Resource]:
        """What is to be compared."""
        return self._of_roots(self.declared)

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(at.kind for at in self.resources)

    @cached_property
    def recorded(self) -> dict[Address, Record]:
        """What is remembered of all that is delivered, whether it is to be looked at or not."""
        return delivered(self.records)

    @cached_property
    def remembered(self) -> dict[Address, Record]:
        """Of what is delivered and to be compared."""
        return self._of_roots(self.recorded)

    def _of_roots(self, known: Mapping[Address, Value]) -> dict[Address, Value]:
        return {at: one for at, one in known.items() if self.roots is None or at.root in self.roots}


def prepare(session: Session) -> Prepared:
    """Raises UsageError for a target that nothing has, and what stops the account."""
    with session.timed("compare"):
        known = _inputs(session)
    return _prepared(session, known)


def prepare_due(session: Session) -> Prepared:
    """The same for what the clock alone asks for. Nothing is asked where nothing is due, and where the last look at the
    whole account is no day old and has found nothing unusual, only what concerns the campaigns in which something is.
    """
    with session.timed("compare"):
        known = _inputs(session)
    roots = concerned(known.declared, known.recorded, session.request.now)
    if roots and (known.moves or known.renamed or not session.may_rely_on_last_look):
        return _prepared(session, known, first=True)
    try:
        return _prepared(session, replace(known, roots=roots), first=True)
    except (Unusual, NotEnough):
        return _prepared(session, known, first=True)


def _prepared(session: Session, known: _Inputs, *, first: bool = False) -> Prepared:
    reader = None if known.roots is not None and not known.roots else session.reader()
    if first and reader is not None:
        reader.pace.first = True
    looked_at = session.request.clock.now() if reader else None
    with session.timed("fetch"):
        plain = _plain(session, known, reader)
        observed, difference = _compared(session, known, plain, reader)
    # Before the plan is cut down to the targets.
    drift, removals = tuple(difference.drift), _removals(session, known, difference)
    ground = _ground(session, known, observed, removals, difference.held)
    keep_targets(difference, session.request.targets, plain.retiring, known.resources)
    with session.timed("plan"):
        plan = _proposed(session, ground, difference, reader)
    with session.timed("policy"):
        ahead = partial(_ahead, ground, difference.held)
        approved = guard(plan, ground, partial(_timed, session.pace, ahead))
    if session.pace is not None:
        session.pace.save()
        keep_identity(session)
    server_time = reader.server_time if reader else None
    return Prepared(
        session,
        known.records,
        known.moves,
        difference,
        plain,
        drift,
        plan,
        ground,
        approved,
        server_time,
        looked_at,
        None if session.request.offline else known.roots,
    )


def due_only(prepared: Prepared) -> Prepared:
    """The account's plan cut down to the status changes whose time has come, and judged anew."""
    approved = only_due(prepared.proposed, prepared.ground, partial(_timed, prepared.session.pace, lambda: (0, 0)))
    return replace(prepared, approved=approved)


def _inputs(session: Session) -> _Inputs:
    request, key = session.request, session.account.key
    resources = session.desired.of(key, request.now)
    with session.timed("read files"):
        remembered = session.store.all()
    records, moves = rehomed(remembered, resources)
    check_targets(request.targets, key, resources, records)
    present = under_present_names(records, resources)
    known = resources | with_withdrawn(delivered(resources), present)
    return _Inputs(known, present, moves, {at: one for at, one in present.items() if one != records[at]})


def _ground(session: Session, known: _Inputs, observed: Observed, removals: int, held: Mapping[Address, str]) -> Ground:
    desired = session.desired
    return Ground(
        session.account,
        session.request.now.astimezone(desired.zone),
        desired.zone,
        known.resources,
        observed,
        known.records,
        removals,
        declares=bool(desired.resources),
        unsent=_unsent(session),
        held=frozenset(held),
        unlisted=desired.unlisted,
    )


def _removals(session: Session, known: _Inputs, difference: Difference) -> int:
    """How many of the whole account may go, where what has no file here is not held back anyway."""
    removed = [change.address.root for change in difference.changes if is_new_removal(change, known.records)]
    if session.desired.unlisted is None:
        return len(removed)
    declared = {address.root for address in known.resources}
    return sum(root in declared for root in removed)


def _unsent(session: Session) -> dict[str, int]:
    sizes = session.desired.sizes
    sent = session.request.store.uploads.get(session.account.key) if sizes else None
    fresh = session.request.clock.now() - RELIED_ON
    known = {key.rpartition(":")[2] for key, one in sent.made.items() if one.at > fresh} if sent else set()
    return {digest: size for digest, size in sizes.items() if digest not in known}


# ---- observe, settle, compare


def _plain(session: Session, known: _Inputs, reader: Reader | None) -> PlainAccount:
    """What is no part of a campaign is looked at first: campaigns refer to it."""
    account, resources, records = session.account, known.resources, known.records
    if reader is None:
        return PlainAccount.of(resources, records, PlainObjects(_as_remembered(known)))
    desired = session.desired
    live = find_plain(reader, account, desired.project, resources, records, with_its_page(desired, account))
    live.orphans = not_of_others(live.orphans, desired, session.request.store, account)
    # What refers to what could not be read is known by the ids that are remembered.
    live.objects |= {at: one for at, one in _as_remembered(known).items() if at.kind in live.unread}
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
    observed = _observed(session, known, plain, reader) if reader else _remembered(account, known.recorded)
    renamed = renamed_account(request.store, account, session.desired.accounts)
    compare = partial(_difference, session, known, plain, renamed)
    difference = compare(observed)
    if reader is None:
        return observed, difference
    looked_at = session.looked_at if known.roots is not None else None
    history = AccountHistory(
        reader, project, account, request.now, known.remembered, known.delivered, looked_at, known.roots or ()
    )
    return history.considered(observed, difference, compare)


def _observed(session: Session, known: _Inputs, plain: PlainAccount, reader: Reader) -> Observed:
    account, project = session.account, session.desired.project
    facts = facts_of(session, reader, known.kinds)
    records = {**known.recorded, **plain.located}
    if known.roots is None:
        return observe(reader, account, project, known.declared, records, facts)
    seen = replace(_remembered(account, known.recorded), facts=facts)
    return find_only(reader, account, project, known.declared, records, seen, known.roots, listed=False)


def _difference(
    session: Session,
    known: _Inputs,
    plain: PlainAccount,
    renamed: str,
    observed: Observed,
    silent: Collection[Address] = frozenset(),
) -> Difference:
    with session.timed("settle"):
        settled = settle(known.remembered, observed, session.request.now)
    with session.timed("compare"):
        return _differing(session, known, plain, renamed, observed, settled, silent)


def _differing(
    session: Session,
    known: _Inputs,
    plain: PlainAccount,
    renamed: str,
    observed: Observed,
    settled: Mapping[Address, Settled],
    silent: Collection[Address],
) -> Difference:
    request = session.request
    reverts = _reverts(request, session.account)
    found = diff(
        known.delivered,
        observed,
        known.remembered,
        settled,
        known.moves,
        request.now,
        session.desired.zone,
        revert_drift=reverts,
        reviewed=request.reviewed,
        renamed_account=renamed,
        pause_orphans=request.pause_orphans,
        accept_live=request.accept_live,
        declared_reverts=not (request.keep_drift or request.accept_live),
        silent=silent,
    )
    plain.add_to(found, Users(known.declared, known.recorded, observed), revert_drift=reverts)
    found.outdated = {**known.renamed, **found.outdated}
    found.refusals = with_all_that_is_undone(found.refusals, found.drift)
    return found


def _reverts(request: Request, account: Account) -> bool:
    return not (request.keep_drift or request.accept_live) and (
        request.revert_drift or account.policies.drift == "revert"
    )


def _remembered(account: Account, records: Mapping[Address, Record]) -> Observed:
    """What state/ last saw, in place of what is live."""
    objects = {address: _as_seen(record) for address, record in records.items() if record.id}
    return Observed(account.key, AccountFacts(account.currency), objects)


BESIDE_FIELDS = frozenset({"status", "effective_status", "created_time"})
"""What a record remembers of a look beside the fields."""


def _as_seen(record: Record) -> Object:
    live = {n: v for n, v in record.live.items() if n not in BESIDE_FIELDS}
    return Object(
        record.kind,
        record.id,
        {**record.applied, **live},
        _status_seen(record),
        "" if record.removed else str(record.live.get("effective_status") or ""),
        creative_id=record.creative_id,
    )


def _status_seen(record: Record) -> str:
    """The pause of a removal came after the last look: nothing that is removed is looked at again."""
    looked = "" if record.removed else record.live.get("status")
    return str(looked or record.status or PAUSED)


# ---- plan


def _proposed(session: Session, ground: Ground, difference: Difference, reader: Reader | None) -> Plan:
    """The account's plan before policy has judged it. Adds to the difference what is refused beside it."""
    request, account, observed = session.request, ground.account, ground.observed
    known = Known(account, ground.resources, observed.objects, ground.records, ground.now, ground.zone)
    late = missed(difference.changes, known, allowed=request.reviewed or request.late_activations)
    difference.refusals += refusals(late, known)
    difference.refusals += too_small_budgets(account, ground.resources, observed, difference.changes)
    difference.refusals += without_access(ground.resources, observed.facts.no_access, difference.changes)
    difference.refusals += session.unknown_here(difference.changes)
    server_time = reader.server_time if reader else None
    notes = account_notes(
        account, observed, ground.resources, difference, request.clock.now(), server_time, ground.zone
    )
    plan = make_plan(session.desired, ground.now, account, observed, difference, notes)
    basis = Basis(account.id, declared_digest(ground.resources), undeclared_facts(observed))
    return replace(plan, late=late, options=request.options, accounts={account.key: basis})


def _ahead(ground: Ground, held: Mapping[Address, str]) -> tuple[int, int]:
    """Reads and writes of what is declared to start or stop soon after this plan, made by then or not."""
    there = dict.fromkeys(ground.resources, "")
    first = First(ground.resources, there, ground.observed.objects, held, ground.now, lambda: ground.now, Endless())
    return first.calls()


def _timed(pace: Pace | None, ahead: Callable[[], tuple[int, int]], cost: Effort) -> Effort | None:
    """With the time that it takes at the account's tier, and what goes before it; None where nothing is to be written,
    or nothing is known."""
    if pace is None or not cost.writes:
        return None
    reads, writes = ahead()
    return replace(
        cost,
        due_reads=reads,
        due_writes=writes,
        seconds=pace.seconds_for(cost.reads, cost.writes),
        tier=pace.tier.title if pace.tier else "",
        seconds_if_limited=0 if pace.tier else pace.seconds_for(cost.reads, cost.writes, LIMITED),
    )
