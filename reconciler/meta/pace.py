"""How fast Meta may be asked: points by tier, gauges from the headers, blocks. Remembered between runs.

Each limit stands for itself, by whose objects are asked for and by use case: reports do not slow campaigns.

Meta's account score is documented and shows in no header: a read costs 1 point, a write 3; the limited tier has 60
points, the full one 9,000, both decaying within 300 seconds; what goes over is blocked for 300 or 60 seconds, and each
call in a block makes it longer. So the points are counted here, parts of a batch each for themselves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from threading import RLock
from typing import Protocol

from reconciler.meta.throttle import NO_USE, Usage, fullest, read_usage
from reconciler.meta.use_cases import ADS_MANAGEMENT, APP_REFUSALS, APP_WIDE, REFUSALS, SCORES, limit_of
from reconciler.model.errors import GraphReply, Throttled
from reconciler.model.limits import EVERY, LONGEST, Limit, Spent
from reconciler.system.clock import SYSTEM, Clock

READ, WRITE = 1, 3
WINDOW = timedelta(seconds=300)
COUNTED = WINDOW + timedelta(seconds=15)
"""How long a point is taken for spent: at Meta it counts from when the call has arrived, and the last part of a batch
may arrive so much later than it was sent."""
SLOW_PAUSE = 1.0
LONG_WAIT = 60.0
"""Seconds after which what a gauge has said says nothing any more."""
WORTH_TELLING = 2.0
"""Seconds. At the end of a window points come back one by one."""
SECONDS_A_CALL = 0.3
"""What Meta takes about, in a batch or alone; nobody has measured it in public."""


@dataclass(frozen=True)
class Tier:
    """Points within WINDOW, of which a tenth is left to people."""

    points: int
    title: str
    page_size: int
    """Rows asked for in one read: where each of them counts, as many as an edge is known to give."""

    @property
    def usable(self) -> int:
        return self.points * 9 // 10

    @property
    def most_left_alone(self) -> int:
        """What launches and stops ahead keep others from, at most: however many there are, the rest gets on."""
        return self.usable * 2 // 3


LIMITED = Tier(60, "limited", 500)
FULL = Tier(9000, "full", 100)
TIERS = {"development_access": LIMITED, "standard_access": FULL}
"""By `ads_api_access_tier` in the usage headers."""

SCORE_BLOCKS = frozenset({(17, 2446079), (613, 1487742)})

NO_ROOM = "to stay within what Meta takes of this account in five minutes"
ASKED = "whoever answers in Meta's place, or Meta itself, has asked for it (Retry-After)"
LEFT = "the points that are left are kept for the launches and stops of the next minutes"
TOO_MUCH = (
    "the launches and stops of the next minutes need {needed} points, and {most} are kept: some of them will wait"
)

FEW = 10
"""Things that make a round worth its while."""

NEVER = datetime.min.replace(tzinfo=UTC)


class Memory(Protocol):
    """What the next run is to know, by limit. It may forget, and does not raise: `Limits` of a store is one."""

    def spent(self, limit: Limit) -> Spent: ...

    def keep_spent(self, limit: Limit, spent: Spent) -> None: ...

    def blocked_until(self, limit: Limit) -> datetime | None: ...

    def block(self, limit: Limit, until: datetime) -> datetime: ...


class Yielding(Protocol):
    """What goes before what is sent now: `points` are left alone for it, from `until` (aware) on nothing else waits
    for room, and `give_way` is asked then. It may raise, and nothing is sent."""

    @property
    def until(self) -> datetime | None: ...

    def points(self) -> int: ...

    def give_way(self) -> None: ...


OWN_BLOCK = "the account is blocked by Meta's rate limit, or by what stands before Meta"
APPS_BLOCK = "the app is blocked by Meta's rate limit, whichever account is asked"
KEPT = "; state/.*.block.json keeps that until then"
"""Git ignores these files; what it risks to delete one, docs/operating.md says."""


class Forgetful:
    """Remembers nothing beyond this run."""

    def spent(self, limit: Limit) -> Spent:
        return Spent()

    def keep_spent(self, limit: Limit, spent: Spent) -> None:
        pass

    def blocked_until(self, limit: Limit) -> datetime | None:
        return None

    def block(self, limit: Limit, until: datetime) -> datetime:
        return until


@dataclass
class Blocks:
    """Until when nothing may be sent of one scope, by use case."""

    scope: str
    clock: Clock = SYSTEM
    memory: Memory = field(default_factory=Forgetful)
    _until: dict[str, datetime] = field(default_factory=dict)

    def until(self, use_case: str) -> datetime:
        """When such calls may go on: none is sent while the scope as a whole is blocked."""
        return max(self._known(use_case), self._known(EVERY))

    def close(self, use_case: str, wait: timedelta) -> None:
        """A longer one stands, whoever has met it: of the parts of a batch only one may name the time."""
        wanted = max(self._known(use_case), self.clock.now() + min(wait or WINDOW, LONGEST))
        self._until[use_case] = max(wanted, self.memory.block(Limit(self.scope, use_case), wanted))

    def _known(self, use_case: str) -> datetime:
        if use_case not in self._until:
            self._until[use_case] = self.memory.blocked_until(Limit(self.scope, use_case)) or NEVER
        return self._until[use_case]


class Score:
    """The points that were spent of one limit within the last WINDOW."""

    def __init__(self, clock: Clock, spent: Spent) -> None:
        now = clock.now()
        self._clock = clock
        self._spent = deque((min(at, now), cost) for at, cost in spent.points if 0 < cost <= FULL.points)

    @property
    def points(self) -> int:
        edge = self._clock.now() - COUNTED
        while self._spent and self._spent[0][0] <= edge:
            self._spent.popleft()
        return sum(cost for _, cost in self._spent)

    def spend(self, cost: int) -> None:
        self._spent.append((self._clock.now(), cost))

    def seconds_to_room(self, cost: int, usable: int) -> float:
        """How long the oldest points still count where so many more do not fit; 0 where they do, or nothing counts."""
        if self.points + cost <= usable or not self._spent:
            return 0
        return max((self._spent[0][0] + COUNTED - self._clock.now()).total_seconds(), 0.1)

    def by_second(self) -> tuple[tuple[datetime, int], ...]:
        sums: dict[datetime, int] = {}
        for at, cost in self._spent:
            second = at.replace(microsecond=0)
            sums[second] = sums.get(second, 0) + cost
        return tuple(sorted(sums.items()))


class Pace:
    """One connection's. `account` is whose limits its calls count for unless their path says otherwise; all accounts
    with one token share the blocks of its `app`. `memory` keeps points, tier and blocks between runs."""

    def __init__(
        self,
        clock: Clock = SYSTEM,
        memory: Memory | None = None,
        *,
        account: str = "account",
        account_id: str = "",
        app: Blocks | None = None,
        tier: Tier | None = None,
        urgent: bool = False,
        zone: tzinfo | None = None,
    ) -> None:
        self.clock = clock
        self.urgent = urgent
        """Asks whatever the limits say: the emergency stop."""
        self.zone = zone
        """In which people are told of moments; this machine's where the project's is not known."""
        self.waiting: Callable[[float, str], None] = lambda seconds, why: None
        """Told before a long wait: how many seconds at most, and what for."""
        self.while_waiting: Callable[[], AbstractContextManager[None]] = nullcontext
        """Open while it waits for room."""
        self.requests = self.points = 0
        """What this connection has sent, and what that came to by Meta's count: a batch is one request, and each of its
        parts counts."""
        self.yielding: Yielding | None = None
        """What goes before what is being sent; None where that goes first itself."""
        self.first = False
        """Whether only launches and stops are being sent: a gauge that is nearly full keeps them back no more than Meta
        does."""
        self._told_too_much = False
        self._memory = memory or Forgetful()
        self._account, self._account_id = account, account_id
        self._ads = Limit(account, ADS_MANAGEMENT)
        self._ads_count = Limit(account, SCORES[ADS_MANAGEMENT])
        self._own: dict[str, Blocks] = {}
        self._app = app or Blocks("app", clock)
        self._usage: dict[Limit, Usage] = {}
        self._asked_until: dict[str, datetime] = {}
        """By scope, until when this run was asked to send nothing."""
        self._remarks: dict[str, str] = {}
        """By scope, of what has asked for a block."""
        self._kept_back: dict[Limit, datetime] = {}
        """Until when what can wait does. The next run looks for itself."""
        self._lock = RLock()
        """Uploads of one account go on side by side. Nobody waits while holding it."""
        kept = self._memory.spent(self._ads_count)
        self._scores = {self._ads_count: Score(clock, kept)}
        self.tier = tier or TIERS.get(kept.tier)

    # ---- how fast

    @property
    def limits(self) -> Tier:
        """Without a header that names the tier, the full one: a block corrects it."""
        return self.tier or FULL

    @property
    def room(self) -> int:
        """Points that can be spent on ads without waiting."""
        with self._lock:
            return self.limits.usable - self._ads_score.points

    @property
    def usable(self) -> int:
        """Points of a whole window for what is being sent: without those that are left alone."""
        return self.limits.usable - min(self._needed_first(), self.limits.most_left_alone)

    def _needed_first(self) -> int:
        return self.yielding.points() if self.yielding else 0

    def limit_of(self, path: str) -> Limit:
        """What a call on an id or an edge counts for."""
        return limit_of(path, self._account)

    def fitting(self, paths: Sequence[str]) -> int:
        """How many of these writes, from the first on, can go out together now, at least one: those that are counted in
        one place, and as many as have room; or, with no room at all, as fit into a whole window."""
        scores = [self._score_limit(self.limit_of(path)) for path in paths]
        same = next((at for at, score in enumerate(scores) if score != scores[0]), len(scores))
        if scores[0] is None:
            return same
        room = self.limits.usable - self._score(scores[0]).points
        return max(1, min(same, (room if room >= WRITE else self.limits.usable) // WRITE))

    def ready(self, number: int, each: int, before: int = 0) -> int:
        """Waits until `before` points and after them some of so many things of `each` points can go out at once; says
        how many of them."""
        self.make_room(before + each * min(number, FEW))
        with self._lock:
            room = self.usable - self._ads_score.points
        return max(1, min(number, (room - before) // each))

    def make_room(self, points: int) -> None:
        """Waits until so many points can be spent on ads at once, or as many as there are, and leaves alone what is
        needed first. Raises what `yielding.give_way` raises."""
        self._check_blocks([self._ads])
        first = self.yielding
        if first is not None:
            self._wait_behind(first, points)
            return
        while wait := self._seconds_to_room(points, self.limits.usable):
            self._wait(wait, self._why())

    def _wait_behind(self, first: Yielding, points: int) -> None:
        while wait := self._seconds_to_room(points, self.usable):
            first.give_way()
            now = self.clock.now()
            if first.until is not None and now < first.until:
                wait = min(wait, (first.until - now).total_seconds())
            self._wait(wait, self._why_behind(points))
            self._check_blocks([self._ads])

    def _why_behind(self, points: int) -> str:
        needed, most = self._needed_first(), self.limits.most_left_alone
        if needed > most and not self._told_too_much:
            self._told_too_much = True
            return TOO_MUCH.format(needed=needed, most=most)
        return self._why() if self._seconds_to_room(points, self.limits.usable) else LEFT

    def _why(self) -> str:
        return ASKED if self._seconds_asked_for([self._ads]) else NO_ROOM

    def enter(self, cost: int, limit: Limit | None = None) -> None:
        """Waits until a call of so many points may be sent. Raises Throttled where Meta has said no."""
        self.enter_all({limit or self._ads: cost})

    def enter_all(self, costs: Mapping[Limit, int]) -> None:
        """The same for calls that go out together, by what they count for."""
        if not self.urgent:
            self._wait_and_spend(costs)
        with self._lock:
            self.requests += 1
            self.points += sum(costs.values())

    def unspend(self, cost: int) -> None:
        """Of a request that has reached nobody: it does not count for what was asked. What may be sent stays as careful
        as if it had."""
        with self._lock:
            self.points -= cost

    def _wait_and_spend(self, costs: Mapping[Limit, int]) -> None:
        self._check_blocks(costs)
        self._check_gauges(costs)
        sums = self._sums(costs)
        while wait := self._seconds_asked_for(costs) or self._spend(sums):
            self._wait(wait, ASKED if self._seconds_asked_for(costs) else NO_ROOM)
            # Another call may have met a limit in the meantime.
            self._check_blocks(costs)
        if sum(costs.values()) >= WRITE and self.limits is LIMITED:
            self.save()

    def seconds_for(self, reads: int, writes: int, tier: Tier | None = None) -> float:
        """About how long so many calls for ads take at a tier, the account's own unless told, beginning now."""
        points = reads * READ + writes * WRITE + self._ads_score.points
        windows = max(0, points - 1) // (tier or self.limits).usable
        return windows * WINDOW.total_seconds() + (reads + writes) * SECONDS_A_CALL

    # ---- what Meta says

    def note(self, headers: Mapping[str, str], limits: Collection[Limit] = ()) -> None:
        """Headers of a reply. What it does not show of the limits that it is about counts as not used."""
        asked = set(limits) or {self._ads}
        with self._lock:
            for limit in _with_wholes(asked):
                self._usage.pop(limit, None)
            self._usage |= self._read((limit, headers) for limit in asked)

    def note_parts(self, parts: Iterable[tuple[Limit, Mapping[str, str]]]) -> None:
        """Headers of the parts of a batch, beside those of its reply: the fullest gauge counts."""
        parts = list(parts)
        asked = _with_wholes(limit for limit, _ in parts)
        for limit, usage in self._read(parts).items():
            self._usage[limit] = fullest([usage, self._usage.get(limit, NO_USE) if limit in asked else NO_USE])

    def blocked(self, reply: GraphReply, limit: Limit | None = None, asked: timedelta = timedelta()) -> datetime:
        """What a refusal for the sake of limits means for calls like the refused one: until when to stay away, and that
        not shorter than it has `asked` for beside Meta's headers."""
        refused = limit or self._ads
        if self.tier is None and (reply.code, reply.subcode) in SCORE_BLOCKS:
            self.tier = LIMITED
        usage = self._usage_of(refused)
        wait = usage.regain or (max(usage.wait, WINDOW) if usage.wait else None)
        if asked:
            wait = max(asked, wait or WINDOW)
        whole_app = reply.code in APP_WIDE
        named = APP_REFUSALS.get(reply.subcode or 0, EVERY) if whole_app else REFUSALS.get(reply.code or 0, EVERY)
        # Where it names another use case than the call's, such a call is not sent again all the same.
        met = [named] if named == EVERY else sorted({named, refused.use_case})
        return self._close(self._app if whole_app else self._blocks(refused.scope), met, wait, refused)

    def stand_back(self, asked: timedelta, limit: Limit | None = None, remark: str = "") -> None:
        """A reply that is no refusal of Meta's for the sake of limits has asked to be left alone so long: nothing is
        sent of its account, page or catalogue meanwhile, a launch neither. Whoever asks next waits for it, as for
        points. What is longer than such a wait is a block, for later runs too: they end with its time. `remark`: what a
        person should know of it."""
        refused = limit or self._ads
        if not asked:
            return
        wait = max(asked, self._usage_of(refused).regain)
        if wait > WINDOW:
            self._close(self._blocks(refused.scope), [EVERY], wait, refused)
            self._remarks[refused.scope] = f" ({remark})" if remark else ""
            return
        with self._lock:
            until = _whole(self.clock.now() + wait)
            self._asked_until[refused.scope] = max(until, self._asked_until.get(refused.scope, NEVER))

    def save(self) -> None:
        tier = next((name for name, tier in TIERS.items() if tier is self.tier), "")
        with self._lock:
            for limit, score in self._scores.items():
                # What no longer counts is not kept.
                self._memory.keep_spent(limit, Spent(score.by_second() if score.points else (), tier))

    # ---- points

    @property
    def _ads_score(self) -> Score:
        return self._scores[self._ads_count]

    def _score_limit(self, limit: Limit) -> Limit | None:
        """Where the points of a call are counted; None where Meta gives no score."""
        return Limit(limit.scope, SCORES[limit.use_case]) if limit.use_case in SCORES else None

    def _score(self, limit: Limit) -> Score:
        if limit not in self._scores:
            self._scores[limit] = Score(self.clock, self._memory.spent(limit))
        return self._scores[limit]

    def _sums(self, costs: Mapping[Limit, int]) -> dict[Limit, int]:
        sums: dict[Limit, int] = {}
        for limit, cost in costs.items():
            if (score := self._score_limit(limit)) is not None:
                sums[score] = sums.get(score, 0) + cost
        return sums

    def _spend(self, sums: Mapping[Limit, int]) -> float:
        """How long to wait; 0 where there is room: then it is taken, before another thread sees it."""
        with self._lock:
            usable = self.limits.usable
            wait = max((self._score(one).seconds_to_room(cost, usable) for one, cost in sums.items()), default=0.0)
            if not wait:
                for one, cost in sums.items():
                    self._score(one).spend(cost)
            return wait

    def _wait(self, seconds: float, why: str = NO_ROOM) -> None:
        if seconds >= WORTH_TELLING:
            self.waiting(seconds, why)
        with self.while_waiting():
            self.clock.sleep(seconds)
        if seconds >= LONG_WAIT:
            with self._lock:
                self._usage.clear()

    def _seconds_to_room(self, points: int, usable: int) -> float:
        """Of ads."""
        with self._lock:
            room = self._ads_score.seconds_to_room(min(points, usable), usable)
        return max(room, self._seconds_asked_for([self._ads]))

    def _seconds_asked_for(self, limits: Iterable[Limit]) -> float:
        """For how long their owners are still to be left alone."""
        with self._lock:
            until = max((self._asked_until.get(limit.scope, NEVER) for limit in limits), default=NEVER)
        return max(0.0, (until - self.clock.now()).total_seconds())

    # ---- gauges and blocks

    def _read(self, replies: Iterable[tuple[Limit, Mapping[str, str]]]) -> dict[Limit, Usage]:
        """Gauges by what they are of, in the scope of the calls that were answered with them. Learns the tier."""
        found: dict[Limit, list[Usage]] = {}
        for answered, headers in replies:
            for use_case, usage in read_usage(headers, self._holder(answered.scope)).items():
                found.setdefault(Limit(answered.scope, use_case), []).append(usage)
                self.tier = TIERS.get(usage.tier, self.tier)
        return {limit: fullest(usages) for limit, usages in found.items()}

    def _usage_of(self, limit: Limit) -> Usage:
        """With what is counted of its scope whatever the calls are for."""
        return fullest(self._usage.get(one, NO_USE) for one in (limit, Limit(limit.scope)))

    def _check_gauges(self, limits: Iterable[Limit]) -> None:
        usages = {limit: self._usage_of(limit) for limit in limits}
        for limit, usage in usages.items():
            if usage.stops(first=self.first):
                message = f"the account's limit is used to {usage.percent:.0f} %"
                raise Throttled(GraphReply(0, message=message), self._stop(limit, usage), zone=self.zone)
        if any(usage.slow for usage in usages.values()):
            self.clock.sleep(SLOW_PAUSE)

    def _stop(self, limit: Limit, usage: Usage) -> datetime:
        """Until when: of a full gauge for all runs; of one that is nearly full for this one, and not for what goes
        first."""
        is_full = usage.stops(first=True)
        met = limit if self._usage.get(limit, NO_USE).stops(first=is_full) else Limit(limit.scope)
        if is_full:
            return self._close(self._blocks(limit.scope), [met.use_case], usage.wait, limit)
        until = self.clock.now() + min(usage.wait or WINDOW, LONGEST)
        self._kept_back[met] = max(until, self._kept_back.get(met, NEVER))
        self._usage.pop(met)
        self.save()
        return _whole(until)

    def _holder(self, scope: str) -> str:
        """`page:102` => 102"""
        return self._account_id if scope == self._account else scope.rpartition(":")[2]

    def _check_blocks(self, limits: Iterable[Limit]) -> None:
        for limit in limits:
            kept_back = max(self._kept_back.get(one, NEVER) for one in _with_wholes([limit]))
            if not self.first and self.clock.now() < kept_back:
                message = "the account's limit is nearly used up"
                raise Throttled(GraphReply(0, message=message), _whole(kept_back), zone=self.zone)
            own, of_all = self._blocks(limit.scope).until(limit.use_case), self._app.until(limit.use_case)
            if self.clock.now() < max(own, of_all):
                message = (OWN_BLOCK + self._remarks.get(limit.scope, "") if own >= of_all else APPS_BLOCK) + KEPT
                raise Throttled(GraphReply(0, message=message), _whole(max(own, of_all)), zone=self.zone)

    def _blocks(self, scope: str) -> Blocks:
        if scope not in self._own:
            self._own[scope] = Blocks(scope, self.clock, self._memory)
        return self._own[scope]

    def _close(self, blocks: Blocks, use_cases: Sequence[str], wait: timedelta | None, refused: Limit) -> datetime:
        """What gauges said before the block says nothing after it. A refusal that names no time adds nothing to a block
        that stands: the parts of one batch are refused one after the other."""
        for use_case in use_cases:
            if wait is not None or blocks.until(use_case) <= self.clock.now():
                blocks.close(use_case, wait or WINDOW)
        for limit in _with_wholes([refused]):
            self._usage.pop(limit, None)
        self.save()
        return _whole(max(map(blocks.until, use_cases)))


def _with_wholes(limits: Iterable[Limit]) -> set[Limit]:
    """With what is counted of their scopes whatever the calls are for."""
    return {one for limit in limits for one in (limit, Limit(limit.scope))}


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
