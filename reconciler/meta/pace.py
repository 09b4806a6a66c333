"""How fast an account may be asked: points by tier, gauges from the headers, blocks. Remembered between runs.

Meta's account score is documented and shows in no header: a read costs 1 point, a write 3; the limited tier has 60
points, the full one 9,000, both decaying within 300 seconds; what goes over is blocked for 300 or 60 seconds, and each
call in a block makes it longer. So the points are counted here, parts of a batch each for themselves.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from reconciler.meta.throttle import Usage, read_usage
from reconciler.model.errors import GraphReply, Throttled
from reconciler.store.files.atomic import read_regular
from reconciler.system.clock import SYSTEM, Clock

READ, WRITE = 1, 3
WINDOW = timedelta(seconds=300)
SLOW_PAUSE = 1.0
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


LIMITED = Tier(60, "limited", 500)
FULL = Tier(9000, "full", 100)
TIERS = {"development_access": LIMITED, "standard_access": FULL}
"""By `ads_api_access_tier` in the usage headers."""

SCORE_BLOCKS = frozenset({(17, 2446079), (613, 1487742)})
APP_WIDE = frozenset({4})
"""Codes that speak of the app, not of one account: nobody with this token may call."""

NO_ROOM = "Meta takes no more calls of this account before that"

FEW = 10
"""Things that make a round worth its while."""

LONGEST = timedelta(days=1)
LARGEST = 1024 * 1024
"""Bytes of a file that keeps points."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Block:
    """Until when nothing may be sent. `path` keeps it between runs, if there is one."""

    until: datetime = NEVER
    path: Path | None = None

    @classmethod
    def kept_at(cls, path: Path, now: datetime) -> Block:
        """What cannot be read is none."""
        try:
            kept = json.loads(read_regular(path, LARGEST))
            return cls(NEVER if _ahead(kept, now) else _until(kept, now), path)
        except UNREADABLE:
            return cls(path=path)

    def close(self, now: datetime, wait: timedelta) -> None:
        """A longer one stands, whoever has met it: of the parts of a batch only one may name the time."""
        known = self.until if self.path is None else max(self.until, Block.kept_at(self.path, now).until)
        self.until = max(known, now + min(wait or WINDOW, LONGEST))
        if self.path is not None:
            _keep(self.path, now, {"blocked_until": self.until.isoformat()})


@dataclass
class Pace:
    """One account's. `app` is shared by all accounts that use one token; `path` keeps points and tier between runs."""

    clock: Clock = SYSTEM
    path: Path | None = None
    own: Block = field(default_factory=Block)
    app: Block = field(default_factory=Block)
    tier: Tier | None = None
    usage: Usage = field(default_factory=Usage)
    urgent: bool = False
    """Asks whatever the limits say: the emergency stop."""
    spent: deque[tuple[datetime, int]] = field(default_factory=deque)
    waiting: Callable[[float, str], None] = lambda seconds, why: None
    """Told before a long wait: how many seconds at most, and what for."""
    zone: tzinfo | None = None
    """In which people are told of moments; this machine's where the project's is not known."""

    def __post_init__(self) -> None:
        self._load()

    @property
    def limits(self) -> Tier:
        """Without a header that names the tier, the full one: a block corrects it."""
        return self.tier or FULL

    def fitting(self, writes: int) -> int:
        """How many of so many writes fit now, at least one; or, with no room at all, into a whole window."""
        room = self.room
        return max(1, min(writes, (room if room >= WRITE else self.limits.usable) // WRITE))

    def enter(self, cost: int) -> None:
        """Waits until a call of so many points may be sent. Raises Throttled where Meta has said no."""
        if self.urgent:
            return
        self._check_blocks()
        if self.usage.stop:
            message = f"the account's limit is used to {self.usage.percent:.0f} %"
            raise Throttled(GraphReply(0, message=message), self._close(self.own, self.usage.wait), zone=self.zone)
        if self.usage.slow:
            self.clock.sleep(SLOW_PAUSE)
        if self._wait_for_room(cost):
            # Another account's call may have met a limit of the app in the meantime.
            self._check_blocks()
        self.spent.append((self.clock.now(), cost))
        if cost >= WRITE and self.limits is LIMITED:
            self.save()

    def _check_blocks(self) -> None:
        blocked = max(self.own.until, self.app.until)
        if self.clock.now() < blocked:
            message = "the account is blocked by Meta's rate limit"
            raise Throttled(GraphReply(0, message=message), _whole(blocked), zone=self.zone)

    def ready(self, number: int, each: int, before: int = 0) -> int:
        """Waits until `before` points and after them some of so many things of `each` points can go out at once; says
        how many of them."""
        self.make_room(before + each * min(number, FEW))
        return max(1, min(number, (self.room - before) // each))

    def make_room(self, points: int) -> None:
        """Waits until so many points can be spent at once, or as many as there are."""
        self._check_blocks()
        self._wait_for_room(min(points, self.limits.usable))

    @property
    def room(self) -> int:
        """Points that can be spent without waiting."""
        return self.limits.usable - self._points()

    def note(self, headers: Mapping[str, str]) -> None:
        """Headers of a reply."""
        self._note(read_usage(headers))

    def note_parts(self, parts: Iterable[Mapping[str, str]]) -> None:
        """Headers of the parts of a batch, beside those of its reply: the fullest gauge counts."""
        found = [self.usage, *map(read_usage, parts)]
        tier = next((usage.tier for usage in found if usage.tier), "")
        percent, wait, regain = (
            max(column) for column in zip(*((u.percent, u.wait, u.regain) for u in found), strict=True)
        )
        self._note(Usage(percent, wait, regain, tier))

    def _note(self, usage: Usage) -> None:
        self.usage = usage
        self.tier = TIERS.get(usage.tier, self.tier)

    def blocked(self, reply: GraphReply) -> datetime:
        """What a refusal for the sake of limits means: until when to stay away."""
        if self.tier is None and (reply.code, reply.subcode) in SCORE_BLOCKS:
            self.tier = LIMITED
        block = self.app if reply.code in APP_WIDE else self.own
        return self._close(block, self.usage.regain or max(self.usage.wait, WINDOW))

    def _close(self, block: Block, wait: timedelta) -> datetime:
        block.close(self.clock.now(), wait)
        self.usage = Usage()
        self.save()
        return _whole(block.until)

    def seconds_for(self, reads: int, writes: int, tier: Tier | None = None) -> float:
        """About how long so many calls take at a tier, the account's own unless told, beginning now."""
        points = reads * READ + writes * WRITE + self._points()
        windows = max(0, points - 1) // (tier or self.limits).usable
        return windows * WINDOW.total_seconds() + (reads + writes) * SECONDS_A_CALL

    def save(self) -> None:
        if self.path is None:
            return
        self._points()
        _keep(
            self.path,
            self.clock.now(),
            {
                "spent": [[at.isoformat(), cost] for at, cost in _by_second(self.spent)],
                "tier": next((name for name, tier in TIERS.items() if tier is self.tier), ""),
            },
        )

    def _load(self) -> None:
        if self.path is None:
            return
        try:
            now = self.clock.now()
            kept = json.loads(read_regular(self.path, LARGEST))
            self.tier = TIERS.get(kept["tier"])
            if _ahead(kept, now):
                return
            spent = deque((datetime.fromisoformat(at), int(cost)) for at, cost in kept["spent"])
            self.spent = deque((min(at, now), cost) for at, cost in spent if 0 < cost <= FULL.points)
        except UNREADABLE:
            return

    def _points(self) -> int:
        edge = self.clock.now() - WINDOW
        while self.spent and self.spent[0][0] <= edge:
            self.spent.popleft()
        return sum(cost for _, cost in self.spent)

    def _wait_for_room(self, cost: int) -> bool:
        waited = False
        while self._points() + cost > self.limits.usable and self.spent:
            wait = (self.spent[0][0] + WINDOW - self.clock.now()).total_seconds()
            self.waiting(wait, NO_ROOM)
            self.clock.sleep(max(wait, 0.1))
            waited = True
        return waited


UNREADABLE = (OSError, ValueError, TypeError, KeyError, RecursionError)


def _ahead(kept: Mapping[str, Any], now: datetime) -> bool:
    """Written by a clock that ran ahead: none of its times can be believed."""
    return datetime.fromisoformat(kept["saved_at"]) > now + timedelta(minutes=1)


def _keep(path: Path, now: datetime, content: Mapping[str, Any]) -> None:
    """What cannot be written is forgotten: then Meta's own refusal stops the next run."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into its place: another run may read it, or be stopped, at any moment.
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
        fresh.write_text(json.dumps({**content, "saved_at": now.isoformat()}), "utf-8")
        try:
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError:
        return


def _until(kept: Mapping[str, Any], now: datetime) -> datetime:
    until = datetime.fromisoformat(kept["blocked_until"])
    return until if until <= now + LONGEST else NEVER


def _by_second(spent: deque[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    sums: dict[datetime, int] = {}
    for at, cost in spent:
        second = at.replace(microsecond=0)
        sums[second] = sums.get(second, 0) + cost
    return sorted(sums.items())


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
