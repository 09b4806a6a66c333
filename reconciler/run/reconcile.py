"""Brings every account to what the files say, and turns on and off what becomes due meanwhile.

Level-triggered: what is to be done is told by the files, by what is live and by the clock, never by what has started
the run. So a run that is lost, late, cancelled or doubled is made good by the next one.

    apply: three campaigns …  (09:00: a launch of another account is due)  … stops between two batches
    activate: the launch
    apply: goes on

Of an account in which nothing is to be applied and nothing is due, Meta is not asked at all: `state/runs/` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from reconciler import __version__
from reconciler.engine.agenda import moments_by_account
from reconciler.engine.due import is_usual
from reconciler.engine.policy import lets_others_start
from reconciler.engine.standing_drift import Standing
from reconciler.model.errors import Throttled
from reconciler.model.plan import Action
from reconciler.model.resource import Desired
from reconciler.run.activate import activate
from reconciler.run.apply import Launching, Pause, Pausing, Remembering, apply
from reconciler.run.events import Subscriber, ignore
from reconciler.run.look import Look, Work
from reconciler.run.plain import delivered
from reconciler.run.prepare import Prepared
from reconciler.run.request import Request
from reconciler.run.results import Applied, Result
from reconciler.store.git.source import Source
from reconciler.store.runs import Run, last_run
from reconciler.system.clock import Clock

TRIED_AGAIN = timedelta(hours=1)
"""What a policy or a conflict holds back waits for a person, or for time: it is looked at again so often."""

PASSING = frozenset({"unread_log", "unread"})
"""Refusals that the next run may well not meet, since something could not be read: it looks at the whole account again,
and so does a launch, whatever this look has found."""

SHORT = timedelta(minutes=2)
"""How long an apply may keep an overdue launch waiting: far less than GitHub's schedule does."""


@dataclass(frozen=True)
class Round:
    """`work` is DUE for one that only launches and stops."""

    work: Work
    applied: Applied


@dataclass(frozen=True)
class Reconciled:
    """What each round has done, in order: launches and applies by turns. `idle` are the accounts that were not asked
    for at all; `stopped` says why the rest was left to another run, "" where nothing was left."""

    rounds: tuple[Round, ...]
    idle: frozenset[str]
    stopped: str = ""
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By account and address what an earlier run was refused, and what was not looked at again by this one."""
    waiting: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The same way launches that somebody's change keeps waiting."""

    def of(self, work: Work) -> tuple[Applied, ...]:
        return tuple(one.applied for one in self.rounds if one.work is work)


def reconcile(
    request: Request,
    source: Source,
    notify: Subscriber = ignore,
    *,
    found: Look,
    obstacle: Callable[[], str] = lambda: "",
) -> Reconciled:
    """`found` is what there is to do. `obstacle` is asked before each round, and now and then between batches: why this
    run must not go on, "" where it may.

    Raises ConfigError where no account's files can be used.
    """
    applying, due = set(found.keys(Work.APPLY)), set(found.keys(Work.DUE))
    # An apply launches last: where a launch may be overdue, a long one stops soon. Most are done by then.
    overdue = found.overdue & applying
    rounds: list[Round] = []
    stopped, patient, throttled = "", frozenset[str](), frozenset[str]()
    while (applying or due) and not (stopped := obstacle()):
        begun = request.clock.now()
        request = replace(request, now=begun)
        keep = Keeping(request, source)
        if due:
            done = activate(_of(request, due), notify, remember=AsLaunched(keep))
            rounds.append(Round(Work.DUE, done))
        if applying:
            pausing = _pausing(
                begun, begun + SHORT if overdue else None, Seldom(request.clock, lambda: bool(obstacle())), patient
            )
            done = apply(_of(request, applying), notify, pausing=pausing, remember=AsApplied(keep))
            rounds.append(Round(Work.APPLY, done))
            applying = {result.account for result in done.results if result.cut_short}
            # Whoever has given way with empty hands does not do so twice.
            patient = frozenset(one.account for one in done.results if one.cut_short and not one.outcomes)
            throttled = _throttled(done)
        now, ahead = request.clock.now(), moments_by_account(done.planned.desired, begun)
        due = {key for key, moments in ahead.items() if key in found.work and moments and moments[0] <= now}
        # What an account's limits have kept from being applied may leave enough for a launch.
        due, overdue = due | (overdue & (applying | throttled)), frozenset()
    return Reconciled(tuple(rounds), found.keys(Work.NOTHING), stopped, found.held, found.waiting)


def _throttled(done: Applied) -> frozenset[str]:
    """Accounts that were not finished for the sake of Meta's limits."""
    found = {key for key, error in done.planned.failures.items() if isinstance(error, Throttled)}
    return frozenset(found.union(one.account for one in done.results if isinstance(one.error, Throttled)))


def _of(request: Request, accounts: Iterable[str]) -> Request:
    return replace(request, accounts=tuple(sorted(accounts)), now=request.clock.now())


def _pausing(begun: datetime, soon: datetime | None, stopped: Callable[[], bool], patient: frozenset[str]) -> Pausing:
    """At the next declared moment of any account, since a launch is not to wait for another account's long apply."""

    def pause(desired: Desired) -> Pause:
        ahead = (moments[0] for moments in moments_by_account(desired, begun).values() if moments)
        return Pause(soon or min(ahead, default=None), stopped, patient)

    return pause


# ---- what is kept for the next run


@dataclass(frozen=True)
class Keeping:
    """With the account's lease, before its state is published."""

    request: Request
    source: Source

    def applied(self, prepared: Prepared, result: Result) -> None:
        # Of what was cut down to some addresses, the rest was not applied.
        if not (result.cut_short or self.request.targets) and _is_complete(result):
            of = self.source
            held, due, refused = self._held(prepared), self._due(prepared), _refused(prepared)
            looked, waiting = _looked(prepared), _waiting(prepared)
            run = Run(of.desired, of.creatives, __version__, held, due, looked, refused, waiting)
            self.request.store.runs.put(result.account, run)

    def launched(self, prepared: Prepared, result: Result) -> None:
        known = last_run(self.request.store.runs, result.account)
        if known is not None and _is_complete(result):
            held = {**known.held, **self._held(prepared)}
            looked_at = _looked(prepared) if prepared.roots is None else known.looked_at
            refused = {**known.refused, **_refused(prepared)}
            run = replace(known, held=held, next_due=self._due(prepared), looked_at=looked_at, refused=refused)
            if prepared.roots is None:
                run = replace(run, waiting=_waiting(prepared))
            self.request.store.runs.put(result.account, run)

    def _held(self, prepared: Prepared) -> dict[str, datetime]:
        now = self.request.clock.now()
        held = {refusal.address: now + TRIED_AGAIN for refusal in prepared.plan.refusals}
        return held | dict.fromkeys(_unread(prepared), now)

    def _due(self, prepared: Prepared) -> datetime | None:
        """The next declared moment after this round has begun. One that came while the account was written to is still
        to be done."""
        ahead = moments_by_account(prepared.session.desired, self.request.now)
        return next(iter(ahead.get(prepared.account.key, ())), None)


@dataclass(frozen=True)
class AsApplied(Remembering):
    keep: Keeping

    def end(self, prepared: Prepared, result: Result) -> None:
        self.keep.applied(prepared, result)


@dataclass(frozen=True)
class AsLaunched(Launching):
    keep: Keeping

    def begin(self, prepared: Prepared) -> None:
        """Its files were merged."""

    def end(self, prepared: Prepared, result: Result) -> None:
        self.keep.launched(prepared, result)


class Seldom:
    """Asks at most once a minute: the remote is not to be asked before each batch."""

    def __init__(self, clock: Clock, ask: Callable[[], bool]) -> None:
        self._clock, self._ask = clock, ask
        self._next, self._lock = clock.now() + A_MINUTE, Lock()

    def __call__(self) -> bool:
        with self._lock:
            if self._clock.now() < self._next:
                return False
            self._next = self._clock.now() + A_MINUTE
        return self._ask()


A_MINUTE = timedelta(minutes=1)


def _refused(prepared: Prepared) -> dict[str, str]:
    """By address what is refused there; where several rules do so, all of them."""
    found: dict[str, list[str]] = {}
    for refusal in prepared.plan.refusals:
        found.setdefault(refusal.address, []).append(f"{refusal.policy}: {refusal.message}")
    return {address: "; ".join(said) for address, said in sorted(found.items())}


def _waiting(prepared: Prepared) -> dict[str, str]:
    ground, plan = prepared.ground, prepared.plan
    paused = {change.address for change in plan.changes if change.action is Action.PAUSE}
    standing = Standing(ground.resources, ground.observed, plan.drift, ground.now, paused)
    return {str(at): said for at, said in standing.said(ground.zone).items()}


def _looked(prepared: Prepared) -> datetime | None:
    """When the whole account was looked at, where later launches may rely on that look."""
    usual = not _unread(prepared) and is_usual(prepared.observed, delivered(prepared.ground.resources))
    return prepared.looked_at if usual and lets_others_start(prepared.proposed, prepared.ground) else None


def _unread(prepared: Prepared) -> frozenset[str]:
    """Addresses and accounts of which something could not be read, also where that has held nothing back."""
    return frozenset(refusal.address for refusal in prepared.proposed.refusals if refusal.policy in PASSING)


def _is_complete(result: Result) -> bool:
    return result.error is None and not any(outcome.error for outcome in result.outcomes)
