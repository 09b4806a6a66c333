"""Composes the stages; the page to read first.

    load → specs → resolve → observe → diff → plan → guard → apply → record

`plan` uses the first seven with a client that can only read; `apply` goes through all; `activate` through all with
a plan cut down to the status changes that are due. Accounts run side by side, and one that fails leaves the
others alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.apply import Work
from reconciler.apply import apply as apply_changes
from reconciler.apply.gate import clocks_apart
from reconciler.config.declared import choose_accounts, load_desired
from reconciler.engine.activity import only_ours
from reconciler.engine.compare import baseline, reads_as
from reconciler.engine.diff import Difference, diff
from reconciler.engine.in_flight import LOGGED, unconfirmed
from reconciler.engine.lateness import Known, missed, refusals
from reconciler.engine.plan import MAKING, make_plan, merge_plans, too_small_budgets
from reconciler.engine.policy import Approved, guard, only_due
from reconciler.engine.policy_rules import Ground
from reconciler.engine.refresh import refreshed
from reconciler.engine.staleness import declared_digest, undeclared_facts
from reconciler.engine.verify import check as check_read_back
from reconciler.engine.waiting import waiting_note
from reconciler.kinds import versions
from reconciler.kinds.base import Handling
from reconciler.kinds.structure import as_declared
from reconciler.meta.address import GRAPH_URL, checked_graph_url
from reconciler.meta.client import Adapter, Connection, Reader, Writer
from reconciler.meta.pace import LIMITED, Blocks, Pace
from reconciler.meta.upload import Progress
from reconciler.model.account import Account, AccountFacts
from reconciler.model.address import Address
from reconciler.model.errors import (
    ConfigError,
    CredentialsError,
    GraphError,
    ReconcilerError,
    Throttled,
    TokenRefused,
    UsageError,
)
from reconciler.model.plan import Action, Basis, Change, Drift, Effort, Options, Outcome, Plan, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Desired, Resource
from reconciler.observe.account_facts import ACCOUNT_STATUSES
from reconciler.observe.account_log import REACH, find_deleted, read_activities, read_identity
from reconciler.observe.objects import find_objects, observe, with_log
from reconciler.observe.plain import PlainObjects, find_plain
from reconciler.run.failures import failure_of
from reconciler.run.plain import PlainAccount, handled_as
from reconciler.store.files.os_errors import why
from reconciler.store.leases import Lease
from reconciler.store.opening import Store, may_run, open_store, renamed_account
from reconciler.store.records import Records, rehomed, with_accepted, without
from reconciler.system.clock import SYSTEM, Clock
from reconciler.system.interrupt import gathered
from reconciler.system.platforms import set_variable
from reconciler.text.redact import remember_credentials
from reconciler.text.sanitize import brief

DEFAULT_PARALLELISM = 4

__all__ = ["Listener", "Prepared", "Request", "Result", "apply_all", "load_desired", "make_plans", "sync_account"]


@dataclass(frozen=True)
class Request:
    """What the user asked for. `now` is aware; `environment` holds tokens by variable name."""

    root: Path
    now: datetime
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    accounts: tuple[str, ...] = ()
    targets: tuple[Address, ...] = ()
    revert_drift: bool = False
    reviewed: bool = False
    """A person has seen this plan: a plan file is made or applied."""
    late_activations: bool = False
    """Turn on what is more than `max_lateness` late, too."""
    accept_live: bool = False
    """What was added to fields that are sent whole may stand from now on."""
    keep_drift: bool = False
    """Overwrite nothing that a person changed, whatever the policies say."""
    pause_orphans: bool = False
    """Pause what carries our label and what neither desired/ nor state/ knows."""
    exclusive: bool = False
    """Lock each account before it is looked at, since what is seen will be acted on."""
    offline: bool = False
    clock: Clock = SYSTEM
    adapter: Adapter | None = None
    """Instead of sockets, for trial runs within one process."""
    parallelism: int = DEFAULT_PARALLELISM
    waiting: Callable[[str, datetime, float, str], None] = lambda account, until, seconds, why: None
    """Told before a long wait, from several threads: until when at most, in the project's timezone, and what for."""
    app_blocks: dict[str, Blocks] = field(default_factory=dict, repr=False)
    """By token: a limit of the app stops all accounts that use it."""

    @property
    def options(self) -> Options:
        return Options(**{field.name: getattr(self, field.name) for field in fields(Options)})

    @property
    def store(self) -> Store:
        """What the project remembers."""
        return open_store(self.root, self.clock)

    def pace(self, account: Account, token: str) -> Pace:
        """As earlier runs have left it."""
        limits = self.store.limits
        app = self.app_blocks.setdefault(token, Blocks(f"app:{account.token}", self.clock, limits))
        return Pace(self.clock, limits, account=account.key, app=app)


@dataclass
class Prepared:
    """One account, looked at and planned."""

    account: Account
    store: Records
    records: Mapping[Address, Record]
    moves: Mapping[Address, Address]
    observed: Observed
    difference: Difference
    plain: PlainAccount
    drift: tuple[Drift, ...]
    """Of the whole account, whatever the plan was cut down to: records are brought up to date for all of it."""
    proposed: Plan
    """Before policy: never applied."""
    ground: Ground
    approved: Approved
    connection: Connection | None = None
    """None offline."""
    server_time: datetime | None = None
    lock: Lease | None = None

    @property
    def plan(self) -> Plan:
        """What may be done, and what is held back."""
        return self.approved.plan

    def drifted(self) -> dict[Address, frozenset[str]]:
        found: dict[Address, set[str]] = {}
        reverted = {(d.address, d.field) for d in self.plan.drift if d.reverted}
        for drift in self.drift:
            if (drift.address, drift.field) not in reverted and not drift.accepted:
                found.setdefault(drift.address, set()).add(drift.field)
        return {address: frozenset(names) for address, names in found.items()}


@dataclass
class Result:
    """What became of one account: its outcomes, and what stopped it if anything did."""

    account: str
    outcomes: list[Outcome] = field(default_factory=list)
    error: ReconcilerError | None = None
    refused: bool = False


Step = Callable[[Prepared], Prepared]


@dataclass
class Listener:
    """Who wants to hear how work goes on. Called from several threads."""

    outcome: Callable[[str, Outcome], None] = lambda account, outcome: None
    upload: Callable[[str], Progress] = lambda title: lambda done, total: None


def connect(request: Request, account: Account, desired: Desired) -> Connection:
    """The account's connection with the project's API version, and the pace that earlier runs have left it."""
    made = connection_for(account, request.environment)
    pace = request.pace(account, made.token)

    def waiting(seconds: float, why: str) -> None:
        until = request.clock.now().astimezone(desired.zone) + timedelta(seconds=seconds)
        request.waiting(account.key, until, seconds, why)

    pace.waiting, pace.zone = waiting, desired.zone
    return replace(made, version=desired.api_version, clock=request.clock, adapter=request.adapter, pace=pace)


def connection_for(account: Account, environment: Mapping[str, str]) -> Connection:
    """Raises CredentialsError where the account's token is not in the environment."""
    token = environment.get(account.token, "").strip()
    if not token:
        raise CredentialsError(
            f"no token for {account.key}: the environment variable {account.token} is not set\n"
            f"  mend: {set_variable(account.token, '…')} with a system-user token that has ads_management"
        )
    if not token.isascii() or any(c.isspace() or not c.isprintable() for c in token):
        raise CredentialsError(
            f"{account.token} holds what no token has: white space, quotes of a word processor\n  mend: set it again"
        )
    secret = environment.get("META_APP_SECRET", "").strip()
    remember_credentials(token, secret)
    url = checked_graph_url(environment.get("META_GRAPH_URL", "") or GRAPH_URL)
    return Connection(token, url, app_secret=secret, variable=account.token)


def chosen_accounts(request: Request, desired: Desired) -> list[Account]:
    """The accounts to work on. Raises UsageError for one that is not declared."""
    return choose_accounts(desired, {*request.accounts, *(t.account for t in request.targets)})


def prepare(request: Request, desired: Desired, account: Account) -> Prepared:
    """Stages 3 to 6 for one account. Reads only."""
    store = request.store.records(account.key, account.id, account.currency, account.previously)
    store.now = request.clock.now
    resources = desired.of(account.key, request.now)
    records, moves = rehomed(store.all(), resources)
    delivered = handled_as(resources, Handling.DELIVERABLE)
    remembered = handled_as(records, Handling.DELIVERABLE)
    _check_targets(request, account, {*resources, *records})
    connection = None if request.offline else connect(request, account, desired)
    reader = Reader(connection) if connection else None
    if reader is not None:
        store.now = lambda: reader.server_time or request.clock.now()
    plain = PlainAccount.of(
        resources,
        records,
        find_plain(reader, account, desired.project, resources, records)
        if reader
        else PlainObjects(dict(_remembered(account, handled_as(records, Handling.PLAIN)).objects)),
    )
    observed = (
        observe(reader, account, desired.project, delivered, {**remembered, **plain.located})
        if reader
        else _remembered(account, remembered)
    )

    def compared() -> Difference:
        reverts = _reverts(request, account)
        found = diff(
            delivered,
            observed,
            remembered,
            moves,
            request.now,
            desired.zone,
            revert_drift=reverts,
            reviewed=request.reviewed,
            renamed_account=renamed,
            pause_orphans=request.pause_orphans,
            accept_live=request.accept_live,
        )
        plain.add_to(found, revert_drift=reverts)
        return found

    renamed = renamed_account(request.store, account, desired.accounts)
    difference = compared()
    asked = _objects_in_question(difference)
    if reader and (asked or difference.lost):
        try:
            observed = _with_history(reader, desired.project, request.now, observed, account, asked, difference.lost)
            difference = compared()
        except (Throttled, TokenRefused):
            raise
        except GraphError as error:
            # A refusal of the log alone is none of the account.
            _without_the_log(difference, account, error)
    drift = tuple(difference.drift)
    removals = sum(1 for change in difference.changes if change.removal)
    _keep_targets(difference, request.targets)
    known = Known(account, resources, observed.objects, records, request.now, desired.zone)
    late = missed(difference.changes, known, allowed=request.reviewed or request.late_activations)
    difference.refusals += refusals(late, known)
    difference.refusals += too_small_budgets(account, resources, observed, difference.changes)
    notes = [
        *_account_notes(observed),
        *_identity_notes(observed, difference.drift),
        *_clock_notes(request, reader, desired.zone),
    ]
    basis = {account.key: Basis(account.id, declared_digest(resources), undeclared_facts(observed))}
    plan = make_plan(desired, request.now, account, observed, difference, notes)
    plan = replace(plan, late=late, options=request.options, accounts=basis)
    ground = Ground(
        account, request.now, desired.zone, resources, observed, records, removals, declares=bool(desired.resources)
    )
    approved = guard(plan, ground, partial(_timed, connection))
    server_time = reader.server_time if reader else None
    if connection:
        connection.pace.save()
    return Prepared(
        account,
        store,
        records,
        moves,
        observed,
        difference,
        plain,
        drift,
        plan,
        ground,
        approved,
        connection,
        server_time,
    )


def _with_history(
    reader: Reader,
    project: str,
    now: datetime,
    observed: Observed,
    account: Account,
    asked: frozenset[str],
    lost: Mapping[Address, Resource],
) -> Observed:
    """With what the log says of the objects in question, and of what somebody may have deleted."""
    names = frozenset(resource.name for resource in lost.values())
    log = read_activities(reader, account, asked, now, deleted_names=names)
    return replace(
        observed,
        activities=log,
        identity=read_identity(reader),
        log_since=now - REACH,
        deleted=find_deleted(reader, project, lost, log),
    )


def _timed(connection: Connection | None, cost: Effort) -> Effort | None:
    """With the time that it takes at the account's tier; None where nothing is to be written, or nothing is known."""
    if connection is None or not cost.writes:
        return None
    pace = connection.pace
    return replace(
        cost,
        seconds=pace.seconds_for(cost.reads, cost.writes),
        tier=pace.tier.title if pace.tier else "",
        seconds_if_limited=0 if pace.tier else pace.seconds_for(cost.reads, cost.writes, LIMITED),
    )


def _without_the_log(difference: Difference, account: Account, error: GraphError) -> None:
    """What spends less needs no log; nobody can tell whether the rest goes against somebody's will."""
    why = "nothing is made, turned on or raised, since nobody can tell what people have changed"
    message = f"the activity log cannot be read ({brief(str(error.reply))}): {why}; run again"
    difference.refusals.append(Refusal("unread_log", account.key, message))
    # What no record knows is not written down either: the next run would take the guess for what was applied.
    unknown = [change for change in difference.changes if change.action is Action.ADOPT]
    difference.changes = [change for change in difference.changes if change not in unknown]
    difference.set_aside |= {change.address for change in unknown}
    difference.held.clear()


def _check_targets(request: Request, account: Account, known: set[Address]) -> None:
    for target in request.targets:
        if target.account == account.key and target not in known:
            near = get_close_matches(str(target), map(str, known), n=1)
            raise UsageError(f"nothing has the address {target}" + (f"; did you mean {near[0]}?" if near else ""))


def _reverts(request: Request, account: Account) -> bool:
    return not (request.keep_drift or request.accept_live) and (
        request.revert_drift or account.policies.drift == "revert"
    )


def _remembered(account: Account, records: Mapping[Address, Record]) -> Observed:
    """What state/ last saw, in place of what is live."""
    objects = {
        address: Object(
            record.kind,
            record.id,
            {
                **record.applied,
                **{n: v for n, v in record.live.items() if n not in ("status", "effective_status")},
            },
            str(record.live.get("status") or record.status or "PAUSED"),
            str(record.live.get("effective_status") or ""),
            creative_id=record.creative_id,
        )
        for address, record in records.items()
        if record.id
    }
    return Observed(account.key, AccountFacts(account.currency), objects)


DECIDED = frozenset({Action.ACTIVATE, Action.PAUSE, Action.ADOPT, Action.UPDATE})


def _objects_in_question(difference: Difference) -> frozenset[str]:
    """Whose history matters: what drifted, and what is taken over, turned on or off, or changed."""
    drifted = {d.id for d in difference.drift}
    changed = {c.id for c in difference.changes if c.action in DECIDED}
    return frozenset((drifted | changed | difference.asked) - {""})


def _account_notes(observed: Observed) -> list[str]:
    status = ACCOUNT_STATUSES.get(observed.facts.status)
    return [f"{observed.account}: the ad account is {status}; nothing will deliver"] if status else []


def _identity_notes(observed: Observed, drift: Iterable[Drift]) -> Iterable[str]:
    known = observed.identity is not None and observed.identity.application_id
    if observed.log_since is not None and not known and any(one.beyond is not None for one in drift):
        yield f"{observed.account}: {NO_APPLICATION}"


NO_APPLICATION = (
    "Meta does not tell whose token this is, so nobody can tell what Meta has added by itself from what people have; "
    "--accept-live lets it stand"
)


def _clock_notes(request: Request, reader: Reader | None, zone: tzinfo) -> list[str]:
    apart = clocks_apart(request.clock.now(), reader.server_time if reader else None, zone)
    return [f"{apart}: nothing is turned on until they agree"] if apart else []


def _keep_targets(difference: Difference, targets: tuple[Address, ...]) -> None:
    """Only what is asked for, and the making of what it stands in."""
    if not targets:
        return
    difference.changes = [c for c in difference.changes if _targeted(c, targets)]
    difference.drift = [d for d in difference.drift if any(d.address.within(t) for t in targets)]
    difference.refusals = [r for r in difference.refusals if _concerns(r, targets)]
    difference.notes.append(f"partial plan: only {', '.join(map(str, targets))}")


def _concerns(refusal: Refusal, targets: tuple[Address, ...]) -> bool:
    """A refusal of a whole account concerns all of it."""
    return "/" not in refusal.address or any(Address.parse(refusal.address).within(t) for t in targets)


def _targeted(change: Change, targets: tuple[Address, ...]) -> bool:
    return any(change.address.within(t) or (change.action in MAKING and t.within(change.address)) for t in targets)


def make_plans(request: Request, desired: Desired) -> tuple[Plan, list[Prepared], dict[str, ReconcilerError]]:
    """All chosen accounts side by side. An account's failure is kept, not raised."""
    accounts = chosen_accounts(request, desired)
    failures = _unreadable(request, desired)

    def attempt(account: Account) -> Prepared | None:
        lock: Lease | None = None
        try:
            lock = request.store.leases.acquire(account.key) if request.exclusive else None
            prepared = replace(prepare(request, desired, account), lock=lock)
            if lock is not None:
                prepared.store.fence = lock.check
            return prepared
        except UsageError:
            raise
        except Exception as error:
            failures[account.key] = failure_of(error, account.key)
            _release(lock)
            return None

    with ThreadPoolExecutor(max_workers=request.parallelism) as pool:
        prepared = [p for p in gathered(pool, attempt, accounts) if p is not None]
    told = {key: str(error) for key, error in sorted(failures.items())}
    plan = merge_plans(desired, request.now, [p.plan for p in prepared], told)
    notes = (*plan.notes, *waiting_notes(prepared), *_orphans(request, desired), *_version_notes(request, desired))
    refused = (*plan.refusals, *_undeclared(request, desired))
    return replace(plan, notes=notes, refusals=refused, options=request.options), prepared, failures


def _unreadable(request: Request, desired: Desired) -> dict[str, ReconcilerError]:
    """The chosen accounts whose own files are wrong. Raises ConfigError where no other is chosen, and where one of them
    may be a declared account under another key: what is not read of the one would be an orphan to the other."""
    wanted = {*request.accounts, *(target.account for target in request.targets)} or {
        *desired.accounts,
        *desired.broken,
    }
    found = {key: own for key, own in desired.broken.items() if key in wanted}
    ids = {account.id for account in desired.accounts.values()}
    if not wanted & set(desired.accounts) or any(request.store.account_id_of(key) in ids for key in desired.broken):
        raise ConfigError([problem for own in (found or desired.broken).values() for problem in own])
    return {key: ConfigError(own) for key, own in found.items()}


def each_account(prepared: Iterable[Prepared], failures: dict[str, ReconcilerError], step: Step) -> list[Prepared]:
    """Those with which the step went well. A failure is kept, not raised, and the account's lock is let go."""
    done = []
    for one in prepared:
        try:
            done.append(step(one))
        except Exception as error:
            failures[one.account.key] = failure_of(error, one.account.key)
            _release(one.lock)
    return done


def with_failures(plan: Plan, failures: Mapping[str, ReconcilerError]) -> Plan:
    return replace(plan, failures={key: str(error) for key, error in sorted(failures.items())})


def give_up(prepared: Iterable[Prepared]) -> None:
    """Lets go of accounts that are not worked on after all."""
    for one in prepared:
        _release(one.lock)


def _release(lock: Lease | None) -> None:
    if lock is not None:
        lock.release()


def _waiting(prepared: Prepared) -> str:
    ground = prepared.ground
    return waiting_note(prepared.plan, prepared.account.key, ground.resources, ground.observed.objects)


def waiting_notes(prepared: Iterable[Prepared]) -> tuple[str, ...]:
    """Of each account, the launches that wait for what its plan refuses."""
    return tuple(filter(None, map(_waiting, prepared)))


def _version_notes(request: Request, desired: Desired) -> list[str]:
    told = versions.notice(desired.api_version, request.now)
    return [f"api_version: {'; '.join(told)}"] if told else []


def _undeclared(request: Request, desired: Desired) -> Iterable[Refusal]:
    """Accounts that only state/ knows: what was on there when it was last seen may run on, and nobody looks."""
    renamed = {key for account in desired.accounts.values() for key in account.previously}
    for key in request.store.recorded_accounts():
        if key in {*desired.accounts, *desired.broken, *renamed} or not may_run(request.store, key):
            continue
        yield Refusal(
            "undeclared_account",
            key,
            f"state/{key} remembers campaigns that were on, and no desired/accounts/{key}.yaml declares the account: "
            f"what they spend is not known; stop them with reconciler pause --all --account {key}, and remove "
            f"state/{key} then, or bring the account's file back",
        )


def _orphans(request: Request, desired: Desired) -> Iterable[str]:
    try:
        recorded = request.store.recorded_accounts()
    except OSError as error:
        yield f"state/ cannot be listed ({why(error)}), so nobody knows whether it remembers other accounts"
        return
    for key in recorded:
        if key not in desired.accounts and key not in desired.broken:
            yield f"state/{key} remembers objects, but no desired/accounts/{key}.yaml declares the account"


def due_only(prepared: Prepared) -> Prepared:
    """The account's plan cut down to the status changes whose time has come, and judged anew."""
    approved = only_due(prepared.proposed, prepared.ground, partial(_timed, prepared.connection))
    return replace(prepared, approved=approved)


def apply_all(request: Request, desired: Desired, prepared: Iterable[Prepared], listener: Listener) -> list[Result]:
    """Stages 7 and 8 for every prepared account, side by side: of each what policy has approved."""

    def attempt(one: Prepared) -> Result:
        return apply_account(request, desired, one, listener)

    with ThreadPoolExecutor(max_workers=request.parallelism) as pool:
        return list(gathered(pool, attempt, prepared))


def apply_account(request: Request, desired: Desired, prepared: Prepared, listener: Listener) -> Result:
    """Writes what policy has approved, reads it back, and brings the records up to date."""
    result = Result(prepared.account.key, refused=bool(prepared.plan.refusals))
    if result.refused and not prepared.plan.changes:
        _release(prepared.lock)
        return result
    done: list[Outcome] = []
    try:
        result.outcomes = _carry_out(request, desired, prepared, listener, done)
    except BrokenPipeError:
        # Nobody listens any more: that is no account's failure.
        raise
    except Exception as error:
        result.outcomes, result.error = done, failure_of(error, prepared.account.key)
    finally:
        _release(prepared.lock)
    return result


def _carry_out(
    request: Request, desired: Desired, prepared: Prepared, listener: Listener, done: list[Outcome]
) -> list[Outcome]:
    """The outcomes as reading back has shown them; `done` has those so far, whatever is raised."""
    connection = prepared.connection or connect(request, prepared.account, desired)
    writer = Writer(connection, prepared.store.fence)
    try:
        prepared.store.now = lambda: writer.server_time or request.clock.now()
        _bring_up_records(prepared)
        _accept(prepared)
        work = _work(request, desired, prepared, listener)
        for outcome in apply_changes(work, prepared.approved, writer):
            done.append(outcome)
            listener.outcome(prepared.account.key, outcome)
        _accept(prepared)
        return _read_back(desired, prepared, writer, done)
    finally:
        connection.pace.save()


def _bring_up_records(prepared: Prepared) -> None:
    for new, old in prepared.moves.items():
        prepared.store.move(old, new)
    prepared.store.put_all(prepared.difference.outdated)


def _work(request: Request, desired: Desired, prepared: Prepared, listener: Listener) -> Work:
    return Work(
        account=prepared.account,
        project=desired.project,
        root=request.root,
        resources=prepared.ground.resources,
        objects={**prepared.observed.objects, **prepared.plain.there},
        store=prepared.store,
        observed=prepared.observed,
        now=prepared.ground.now,
        zone=desired.zone,
        server_time=prepared.server_time,
        drifted=prepared.drifted(),
        applied=prepared.difference.applied,
        held=prepared.difference.held,
        progress=listener.upload,
    )


def _accept(prepared: Prepared) -> None:
    """What the plan has told as accepted is remembered, with the values that it told."""
    accepted = [drift for drift in prepared.plan.drift if drift.accepted]
    for address in {drift.address for drift in accepted}:
        record = prepared.store.get(address)
        if record is not None and record.id == prepared.observed.objects[address].id:
            prepared.store.put(address, with_accepted(record, [d for d in accepted if d.address == address]))


def _read_back(desired: Desired, prepared: Prepared, reader: Reader, done: list[Outcome]) -> list[Outcome]:
    observed, account = prepared.observed, prepared.account
    if any(o.change.action not in (Action.ADOPT, Action.FORGET) for o in done):
        resources = prepared.ground.resources
        observed = find_objects(reader, account, desired.project, resources, prepared.store.all(), observed)
        doubtful = [o for o in _checked(desired, prepared, observed, done) if o.not_taken]
        ids = {observed.objects[o.change.address].id for o in doubtful}
        observed = with_log(reader, account, resources, prepared.store.all(), observed, ids)
    refresh_records(prepared, observed)
    checked = _checked(desired, prepared, observed, done)
    for outcome in checked:
        if outcome.not_taken:
            _take_back(prepared, outcome, observed)
    return checked


def _checked(desired: Desired, prepared: Prepared, observed: Observed, done: list[Outcome]) -> list[Outcome]:
    currency = prepared.account.currency
    return list(check_read_back(done, observed, prepared.store.all(), currency, desired.zone))


def _take_back(prepared: Prepared, outcome: Outcome, observed: Observed) -> None:
    """What Meta did not take was not applied: the next plan asks for it again instead of calling it drift. A value that
    was neither sent nor there before is somebody's, unless the log knows of nobody: then Meta has made it of what was
    sent. What spends is judged by the log alone: `engine/in_flight.py`."""
    address, live, ground = outcome.change.address, observed.objects[outcome.change.address], prepared.ground
    record, former = prepared.store.get(address), prepared.records.get(address)
    if record is None:
        return
    before = {**(former.applied if former else {}), **outcome.change.before}
    judged = [name for name in outcome.not_taken if name not in LOGGED and name != "status"]
    untouched = [n for n in judged if _as_before(n, before, live)]
    made = [
        n for n in judged if n not in untouched and only_ours(observed.log_of(live.id), observed.identity, live.id, n)
    ]
    left = without(record, former, untouched)
    sent = {name: outcome.change.after.get(name) for name in (*untouched, *made)}
    kept = {name: as_declared(sent[name], live.fields[name]) for name in made if name in live.fields}
    applied = {**left.applied, **kept}
    # What Meta has added to it is learnt too: what is mended later says just what Meta keeps.
    learnt, _ = baseline(ground.resources[address], left, applied, live, ground.now, observed)
    dropped = {**(left.dropped or {}), **sent} or None
    fresh = replace(left, applied=applied, dropped=dropped, baseline=learnt)
    prepared.store.put(address, unconfirmed(fresh, outcome.not_taken))


def _as_before(name: str, before: Mapping[str, Any], live: Object) -> bool:
    return live.fields.get(name) is None or (name in before and reads_as(live.kind, name, before[name], live))


def refresh_records(prepared: Prepared, observed: Observed) -> None:
    """Stage 8: every record says what was applied and what is live."""
    drifted = prepared.drifted()
    fresh: dict[Address, Record] = {}
    for address, resource in prepared.ground.resources.items():
        live = observed.objects.get(address)
        if live is None or live.gone or address in observed.disowned or address in observed.unseen:
            continue
        if any(address.within(at) for at in prepared.difference.set_aside):
            continue
        record = prepared.store.get(address)
        applied, held = prepared.difference.applied.get(address), prepared.difference.held.get(address, "")
        names = drifted.get(address, frozenset())
        fresh[address] = refreshed(resource, record, live, names, prepared.ground.now, observed, applied, held)
    prepared.store.put_all(fresh)


def sync_account(prepared: Prepared) -> Prepared:
    """Live state into state/, adopting what is found by its label."""
    _bring_up_records(prepared)
    refresh_records(prepared, prepared.observed)
    prepared.plain.remember(prepared.store, prepared.plan.changes, prepared.drifted())
    _release(prepared.lock)
    return prepared
