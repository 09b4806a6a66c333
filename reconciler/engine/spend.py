"""What may be spent a day: one daily equivalent for everything that spends. Pure, in minor units.

A daily budget counts as it is, with its budget schedules at their moments. A lifetime budget counts by the days that
it is for: policies take the whole of it over the days of its run (`whole`), the spend takes what is left of it over the
days that are left, as Meta keeps them: now those that are live, and afterwards what is carried out of the declared. A
campaign's budget counts while one of its ad sets runs, an ad set's while it runs itself, and no campaign for more than
its spend cap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconciler.engine.spend_fields import EVER, RUN, SCHEDULES, schedules
from reconciler.engine.spend_over_time import is_over_cap, until_declared_end
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.account import Account
from reconciler.model.account_status import BLOCKED
from reconciler.model.address import LEVELS, Address
from reconciler.model.light import light
from reconciler.model.plan import Action, Capped, Change, Moment, Spend
from reconciler.model.record import Record
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED, Schedule
from reconciler.model.values import Fields

if TYPE_CHECKING:
    from reconciler.model.remote import Object, Observed

HOUR = timedelta(hours=1)
NOT_SHOWN = frozenset({"DISAPPROVED", "PENDING_BILLING_INFO"})
"""Effective statuses of ads that Meta keeps from running."""

# ---- a day's money

Span = tuple[datetime | None, datetime | None]


@light(frozen=True)
class Part:
    """A campaign, an ad set or an ad, and between which moments it is on (None: always was, for ever)."""

    fields: Fields
    start: datetime | None = None
    end: datetime | None = None
    left: int | None = None
    """Of a lifetime budget; None where that is not known: then the whole."""
    kept: Span | None = None
    """Of an ad set, between which moments Meta lets it run, where the clock may turn it on later or off earlier: a
    lifetime budget is spread over these. None: over those at which it is on."""


Parts = Mapping[Address, Part]


def _within(one: Span, other: Span) -> Span | None:
    (start, end), (since, until) = one, other
    if since is not None and (start is None or since > start):
        start = since
    if until is not None and (end is None or until < end):
        end = until
    return None if start is not None and end is not None and end <= start else (start, end)


def _on(spans: Iterable[Span], moment: datetime) -> bool:
    return any((s is None or s <= moment) and (e is None or moment < e) for s, e in spans)


def _hours(spans: Iterable[Span], since: datetime | None, zone: tzinfo | None) -> int | None:
    """Hours of the zone's clock in which one of the spans runs, begun ones too; None where a start is not known.
    `engine/spend_over_time.py` counts the same: 09:30 to 10:10 is two hours, wherever that is."""
    clipped = [(start, end) for start, end in (_clipped(span, since) for span in spans) if end is None or end > start]
    if any(start == UNKNOWN for start, _ in clipped):
        return None
    total, until = timedelta(), UNKNOWN
    for start, end in sorted((_hour(s, zone), _hour_after(e or s + 24 * HOUR, zone)) for s, e in clipped):
        total += max(timedelta(), end - max(start, until))
        until = max(until, end)
    return total // HOUR


def _days(hours: int | None) -> int | None:
    """Hours for which a budget counts: those of a day at least."""
    return None if hours is None else max(24, hours)


def _hour(moment: datetime, zone: tzinfo | None) -> datetime:
    """The beginning of its hour: in Kolkata that is 30 minutes past one of UTC."""
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def _hour_after(moment: datetime, zone: tzinfo | None) -> datetime:
    """The end of an hour that has begun."""
    start = _hour(moment, zone)
    return start if start == moment else start + HOUR


UNKNOWN = EVER


def _clipped(span: Span, since: datetime | None) -> tuple[datetime, datetime | None]:
    start = span[0] or UNKNOWN
    return (start if since is None else max(start, since)), span[1]


@light(frozen=True)
class _Holder:
    """What may have a budget: an ad set, or a campaign."""

    address: Address
    part: Part
    on: Sequence[Span] = ()
    """In which it runs."""
    spread: Sequence[Span] = ()
    """Over which a lifetime budget is spread."""


@light(frozen=True)
class _Campaign:
    address: Address
    own: Part
    ad_sets: Sequence[_Holder]
    now: datetime
    """In the zone by whose clock hours count."""
    whole: bool

    def rate(self, moment: datetime) -> int:
        owners = [self.whole_of_it] if has_budget(self.own.fields) else self.ad_sets
        found = sum(self.daily(one, moment) for one in owners if _on(one.on, moment))
        return found if self.cap is None else min(found, self.cap)

    @property
    def cap(self) -> int | None:
        """What it may spend in all."""
        cap = self.own.fields.get("spend_cap")
        return None if cap is None else int(cap)

    @property
    def spent(self) -> int:
        """As far as Meta says so: of lifetime budgets."""
        known = [part for part in (self.own, *(one.part for one in self.ad_sets)) if part.left is not None]
        return sum(max(0, int(part.fields.get("lifetime_budget") or 0) - (part.left or 0)) for part in known)

    def steps(self) -> list[Moment]:
        """What it may spend a day from now on, and from each later moment at which that changes."""
        found: list[Moment] = []
        for moment in sorted(self.moments()):
            rate = self.rate(moment)
            if not found or found[-1].daily != rate:
                found.append(Moment(moment, rate))
        return found

    @property
    def whole_of_it(self) -> _Holder:
        """The campaign itself: it runs while one of its ad sets does."""
        on = [span for one in self.ad_sets for span in one.on]
        spread = [span for one in self.ad_sets for span in one.spread]
        return _Holder(self.address, self.own, on, spread)

    def daily(self, one: _Holder, moment: datetime) -> int:
        fields = one.part.fields
        budget = int(fields.get("daily_budget") or 0)
        more = sum(s.amount(budget) for s in schedules(fields) if s.start <= moment < s.end)
        return budget + more + self._lifetime(one)

    def comes_to(self, one: _Holder) -> int | None:
        """Of its budget: a day where it is one for its lifetime, else in all. None without a declared end."""
        if not one.on or any(end is None for _, end in one.on):
            return None
        if one.part.fields.get("lifetime_budget"):
            return self._lifetime(one)
        edges = sorted(moment for moment in self.moments())
        first, *later = (Moment(at, self.daily(one, at) if _on(one.on, at) else 0) for at in edges)
        run = Spend("", 0, 0, 0, first.daily, tuple(later))
        whole = until_declared_end(run, self.now, self.now.tzinfo or UTC).amount
        return whole if self.cap is None else min(whole, self.cap)

    def _lifetime(self, one: _Holder) -> int:
        left = self._left(one.part)
        hours = _days(self._lasts(one.spread)) if left else None
        # Where the start is not declared and nothing is there yet, nobody can say over how many days.
        return 0 if hours is None else -(-left * 24 // hours)

    def _left(self, part: Part) -> int:
        """Of a lifetime budget; the whole of it where that counts. Meta tells what is left of a daily one, too."""
        total = int(part.fields.get("lifetime_budget") or 0)
        if not total:
            return 0
        spent = 0 if part.left is None else total - part.left
        left = total if self.cap is None else min(total, self.cap)
        return max(0, left - (0 if self.whole else spent))

    def _lasts(self, spans: Sequence[Span]) -> int | None:
        """In hours."""
        return _hours(spans, None if self.whole else self.now, self.now.tzinfo)

    def rests(self) -> Iterator[Moment]:
        """Of lifetime budgets that are for less than a day, what their share of that day lacks."""
        for one in (self.whole_of_it, *self.ad_sets):
            left, ends = self._left(one.part), [end for _, end in one.on if end is not None and end > self.now]
            hours, on = (self._lasts(one.spread), self._lasts(one.on)) if left and ends else (None, None)
            if hours and on and hours < 24:
                yield Moment(max(ends), left * on // hours - left * on // 24)

    def moments(self) -> set[datetime]:
        parts = [self.own, *(one.part for one in self.ad_sets)]
        edges = {edge for one in self.ad_sets for span in one.on for edge in span if edge is not None}
        edges |= {edge for part in parts for s in schedules(part.fields) for edge in (s.start, s.end)}
        return {self.now, *(edge for edge in edges if edge > self.now)}


def has_budget(fields: Fields) -> bool:
    return any(fields.get(name) for name in BUDGETS)


def _campaigns(parts: Parts, now: datetime, *, whole: bool, ads: bool) -> Iterator[tuple[Address, _Campaign]]:
    below: dict[Address, list[Address]] = {}
    for address in parts:
        if (parent := address.parent) is not None:
            below.setdefault(parent, []).append(address)
    for root, own in parts.items():
        if len(root.keys) > 1:
            continue
        found = []
        for address in sorted(below.get(root, [])):
            holders = [_span(parts[ad]) for ad in below.get(address, [])] if ads else [(None, None)]
            found.append(_ad_set(address, own, parts[address], holders))
        if not found and not ads:
            found = [_Holder(root, Part({}), [_span(own)], [_span(own)])]
        yield root, _Campaign(root, own, found, now, whole)


def _ad_set(address: Address, own: Part, part: Part, holders: Iterable[Span]) -> _Holder:
    on: list[Span] = []
    spread: list[Span] = []
    clock = _span(part)
    for holder in holders:
        on += _common(_span(own), clock, holder)
        spread += _common(part.kept or clock, *(_narrower(span, clock) for span in (_span(own), holder)))
    return _Holder(address, part, on, spread)


def _narrower(span: Span, clock: Span) -> Span:
    """Of a campaign's or an ad's span what its own times say, and not those that it has from its ad set."""
    (start, end), (since, until) = span, clock
    begins = start if start is not None and (since is None or start > since) else None
    return begins, end if end is not None and (until is None or end < until) else None


def _common(*spans: Span) -> list[Span]:
    """The one that is within all of them, if there is one."""
    found: Span | None = (None, None)
    for span in spans:
        found = _within(found, span) if found is not None else None
    return [] if found is None else [found]


def _span(part: Part) -> Span:
    return part.start, part.end


def timeline(parts: Parts, now: datetime, *, whole: bool = False, ads: bool = True) -> list[Moment]:
    """What may be spent a day from `now` on, and from each later moment at which that changes."""
    steps: dict[datetime, int] = {now: 0}
    for _, campaign in _campaigns(parts, now, whole=whole, ads=ads):
        before = 0
        for step in campaign.steps():
            steps[step.at] = steps.get(step.at, 0) + step.daily - before
            before = step.daily
    found: list[Moment] = []
    total = 0
    for moment, change in sorted(steps.items()):
        total += change
        if not found or found[-1].daily != total:
            found.append(Moment(moment, total))
    return found


def rests(parts: Parts, now: datetime) -> list[Moment]:
    """What `timeline` leaves out, since it tells how much is spent a day."""
    found = (rest for _, campaign in _campaigns(parts, now, whole=False, ads=True) for rest in campaign.rests())
    return sorted(found, key=lambda rest: rest.at)


def capped(parts: Parts, now: datetime) -> list[Capped]:
    """The campaigns that a spend cap lets spend less in all than `timeline` and `rests` say of them."""
    found = []
    for _, campaign in _campaigns(parts, now, whole=False, ads=True):
        if campaign.cap is not None:
            first, *later = campaign.steps()
            left, ends = max(0, campaign.cap - campaign.spent), sorted(campaign.rests(), key=lambda rest: rest.at)
            found.append(Capped(left, first.daily, tuple(later), tuple(ends)))
    return [one for one in found if is_over_cap(one, now, now.tzinfo or UTC)]


def highest(parts: Parts, now: datetime) -> Moment:
    """The moment from `now` on at which the most may be spent, by the days that budgets are for."""
    return max(timeline(parts, now, whole=True, ads=False), key=lambda moment: moment.daily)


# ---- from resources and objects to parts


def declared(
    resources: Mapping[Address, Resource],
    objects: Mapping[Address, Object] | None,
    now: datetime,
    records: Mapping[Address, Record] | None = None,
) -> dict[Address, Part]:
    """What the YAML allows to run, holds left out of account. Without `objects` a start that is not declared is not
    known; with them it is the live one, or `now`. A live one that has passed stays where it is."""
    known = records or {}
    return {
        address: Part(
            _adding(_applied_schedules(known.get(address)), resource.fields),
            _declared_start(resource, objects, now),
            resource.schedule.deactivate_at,
        )
        for address, resource in resources.items()
        if KINDS[resource.kind].has_budget and resource.schedule.status != ARCHIVED
    }


def _declared_start(resource: Resource, objects: Mapping[Address, Object] | None, now: datetime) -> datetime | None:
    declared = resource.schedule.activate_at
    if objects is None or not KINDS[resource.kind].has_run:
        return declared
    live = objects.get(resource.address)
    kept = _live_start(live) if live else None
    if declared is None:
        return kept or now
    # Meta moves no start that has passed: an earlier one would only make a lifetime budget look thinner.
    return max(declared, kept) if kept is not None and kept <= now else declared


def _live_start(live: Object) -> datetime | None:
    start = live.fields.get("start_time")
    return parse_wire_time(start) if start else live.created_time


def _live_end(live: Fields) -> datetime | None:
    end = live.get("end_time")
    return parse_wire_time(end) if end else None


def as_live(objects: Mapping[Address, Object], records: Mapping[Address, Record]) -> dict[Address, Part]:
    """What is there, whether it is on or not, by the times that Meta keeps. Budget schedules are not read back: those
    that were applied last count."""
    found = {}
    for address, live in objects.items():
        if live.gone or live.status == ARCHIVED:
            continue
        kept = _applied_schedules(records.get(address))
        fields = {SCHEDULES: kept, **live.fields} if kept else live.fields
        start = _live_start(live) if KINDS[live.kind].has_run else None
        found[address] = Part(fields, start, _live_end(live.fields), live.budget_remaining)
    return found


def _applied_schedules(record: Record | None) -> list[Any]:
    rows = record.applied.get(SCHEDULES) if record else None
    return rows if isinstance(rows, list) else []


def _adding(there: list[Any], fields: Fields) -> Fields:
    """Budget schedules that are sent again come on top of those that are there, unless they are the same."""
    rows = fields.get(SCHEDULES)
    if not there or not isinstance(rows, list):
        return fields
    return {**fields, SCHEDULES: [*rows, *(row for row in there if row not in rows)]}


@dataclass(frozen=True)
class Future:
    """An account as it is once the changes are carried out. `waiting`: campaigns whose launches are held back."""

    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    now: datetime
    """In the project's zone."""
    changes: Sequence[Change] = ()
    waiting: Collection[Address] = ()

    def undeclared(self) -> dict[Address, Part]:
        """What is on then and nobody declares. In what is replaced, archived or deleted nothing runs any more."""
        gone = {c.address for c in self.changes if c.action in TAKES_AWAY}
        found = undeclared(self.observed, self._orphans_off())
        return {a: part for a, part in found.items() if not gone & {a, *a.ancestors}}

    def _orphans_off(self) -> frozenset[str]:
        return frozenset(c.id for c in self.changes if c.address.is_orphan)

    @cached_property
    def parts(self) -> tuple[Parts, Mapping[Address, str]]:
        """Everything that is there then, and its statuses."""
        parts = as_live(self.observed.objects, self.records)
        lives, off = self.observed.objects, self._orphans_off()
        statuses = {at: PAUSED if lives[at].id in off else lives[at].status for at in parts}
        for change in self.changes:
            _carry_out(change, parts, statuses)
        return parts, statuses

    @cached_property
    def managed(self) -> Parts:
        """What of it is ours still."""
        gone = {c.address for c in self.changes if c.removal or c.action is Action.FORGET}
        return {at: self._by_declared_times(at, part) for at, part in self.parts[0].items() if at not in gone}

    def _by_declared_times(self, address: Address, part: Part) -> Part:
        resource = self.resources.get(address)
        if resource is None:
            return part
        start, end = _declared_start(resource, self.observed.objects, self.now), resource.schedule.deactivate_at
        return Part(part.fields, start, end, part.left, _kept(resource.kind, part.start or start, part.end or end))

    def allowed(self) -> dict[Address, Part]:
        """What may run of it from now on: by the declared times, or because it is on."""
        parts, statuses = self.parts
        found = {}
        for address, part in parts.items():
            resource = self.resources.get(address)
            if resource is None and statuses[address] == ACTIVE:
                found[address] = part
            elif resource is not None:
                found[address] = self._by_declared_times(address, part)
        return {**found, **self.undeclared()}

    @cached_property
    def running(self) -> Parts:
        """What runs then, and from when to when, if nobody comes in between."""
        parts, statuses = self.parts
        found = {}
        for address, part in parts.items():
            live, schedule = self.observed.objects.get(address), None
            if address in self.resources:
                schedule = self.resources[address].schedule
            waits = address.root in self.waiting
            span = _future(statuses[address], schedule, self.now, waits=waits)
            at_meta = (_start_at_meta(part.fields), part.end)
            on = _within(span, at_meta) if span else None
            if on is not None and not (live and live.effective_status in NOT_SHOWN):
                found[address] = Part(part.fields, *on, part.left, _kept(address.kind, *at_meta))
        return {**found, **self.undeclared()}


def _kept(kind: str, start: datetime | None, end: datetime | None) -> Span | None:
    return (start, end) if KINDS[kind].has_run else None


TAKES_AWAY = frozenset({Action.REPLACE, Action.ARCHIVE, Action.DELETE})


def _start_at_meta(fields: Fields) -> datetime | None:
    start = fields.get("start_time")
    return parse_wire_time(start) if start else None


def _future(status: str, schedule: Schedule | None, now: datetime, *, waits: bool) -> Span | None:
    """Between which moments something of this status is on. What a person has paused stays so until its next time."""
    timed = schedule is not None and schedule.timed
    end = schedule.deactivate_at if schedule is not None and timed else None
    end = None if end is not None and end <= now else end
    if status == ACTIVE:
        return None, end
    start = schedule.activate_at if schedule is not None and timed else None
    return (start, end) if start is not None and start > now and not waits else None


def _carry_out(change: Change, parts: dict[Address, Part], statuses: dict[Address, str]) -> None:
    address = change.address
    if change.action in (Action.ARCHIVE, Action.DELETE):
        parts.pop(address, None)
        return
    if change.action in (Action.CREATE, Action.REPLACE):
        parts[address] = Part({})
    if address not in parts:
        return
    part = parts[address]
    fields = {**part.fields, **_adding(part.fields.get(SCHEDULES) or [], change.after)}
    total, was = fields.get("lifetime_budget"), part.fields.get("lifetime_budget")
    left = None if part.left is None or total is None or was is None else max(0, part.left + int(total) - int(was))
    start = (_start_at_meta(fields) or part.start) if KINDS[change.kind].has_run else None
    parts[address] = Part(fields, start, _live_end(fields), left)
    statuses[address] = str(change.after.get("status", statuses.get(address, "")))


def undeclared(observed: Observed, off: Collection[str] = ()) -> dict[Address, Part]:
    """What is on and nobody declares (orphans, copies, what bears no label and stands in ours or around it), but for
    the ids that are `off` by then, under addresses made of its ids: `acme-sg/spring-sale/#120210` is an ad set that
    stands in our campaign."""
    ours = {live.id: address for address, live in observed.objects.items()}
    unknown = (*observed.beside, *observed.unmanaged)
    by_id = {live.id: live for live in unknown if live.id not in ours}
    found: dict[Address, Part] = {}
    for live in by_id.values():
        chain = [live]
        while chain[0].parent_id in by_id:
            chain.insert(0, by_id[chain[0].parent_id])
        above = _above(chain[0], ours, observed.account)
        if above is None or any(one.status != ACTIVE or one.id in off for one in chain):
            continue
        for size in range(2, len(above) + 1):
            if above[size - 1].startswith("#"):
                found[Address.of(*above[:size])] = Part({})
        found[Address.of(*above, *(f"#{one.id}" for one in chain))] = Part(
            live.fields, _start_at_meta(live.fields), _live_end(live.fields), live.budget_remaining
        )
    return found


HELD_FROM_ABOVE = frozenset({"CAMPAIGN_PAUSED", "ADSET_PAUSED", "ARCHIVED", "DELETED"})


def _above(live: Object, ours: Mapping[str, Address], account: str) -> tuple[str, ...] | None:
    """The steps of what it stands in. Of what no listing shows only the id is known, and whether it is off: then
    None."""
    if live.parent_id in ours:
        return ours[live.parent_id].steps
    unseen = LEVELS.index(live.kind)
    if unseen and live.effective_status in HELD_FROM_ABOVE:
        return None
    return (account, *["#"] * (unseen - 1), *[f"#{live.parent_id}"] * min(unseen, 1))


def spend(account: Account, future: Future) -> Spend:
    """What is spent a day now, what after the changes, and from when on it will be more or less."""
    present = replace(future, changes=()) if future.changes else future
    blocked = future.observed.facts.status in BLOCKED
    after = timeline(future.running, future.now)
    before = after if present is future else timeline(present.running, future.now)
    daily_after = sum(_budgets(future.managed, future.now).values())
    return Spend(
        currency=account.currency,
        daily_before=daily_after if present is future else sum(_budgets(present.managed, future.now).values()),
        daily_after=daily_after,
        active_before=0 if blocked else before[0].daily,
        active_after=0 if blocked else after[0].daily,
        timeline=tuple(after[1:]),
        rests=tuple(rests(future.running, future.now)),
        capped=() if blocked else tuple(capped(future.running, future.now)),
    )


def comes_to(future: Future) -> dict[Address, int]:
    """By address of something new with a budget, as it counts in the spend: what of a daily one may be spent until its
    declared end, and of a lifetime one a day. Without what has no end, and what never runs."""
    made = {change.address for change in future.changes if change.action in (Action.CREATE, Action.REPLACE)}
    if not made:
        return {}
    roots, launched = {address.root for address in made}, replace(future, waiting=()) if future.waiting else future
    parts = {at: part for at, part in launched.running.items() if at.root in roots}
    found = {
        one.address: campaign.comes_to(one)
        for _, campaign in _campaigns(parts, future.now, whole=False, ads=True)
        for one in (campaign.whole_of_it, *campaign.ad_sets)
        if one.address in made and has_budget(one.part.fields)
    }
    return {address: amount for address, amount in found.items() if amount is not None}


def spread_anew(future: Future) -> dict[Address, tuple[int, int]]:
    """By address of what is to start or end at another moment: what is spent a day of the lifetime budget that is
    spread over that time, now and then. Without those of which it stays the same."""
    moved = [c.address for c in future.changes if c.action is Action.UPDATE and not RUN.isdisjoint(c.after)]
    if not moved:
        return {}
    roots = {address.root for address in moved}
    parts = [
        {at: part for at, part in one.managed.items() if at.root in roots}
        for one in (replace(future, changes=()), future)
    ]
    before, after = (_budgets(each, future.now) for each in parts)
    spread = {at for each in parts for at, part in each.items() if part.fields.get("lifetime_budget")}
    owners = {at: owner for at in moved for owner in (at, at.root) if owner in spread}
    steps = {at: (before.get(owner, 0), after.get(owner, 0)) for at, owner in owners.items()}
    return {at: step for at, step in steps.items() if step[0] != step[1]}


def _budgets(parts: Parts, now: datetime) -> dict[Address, int]:
    """Each budget at its highest, whether anything of it runs or not."""
    return {
        one.address: max(campaign.daily(one, moment) for moment in campaign.moments())
        for _, campaign in _campaigns(parts, now, whole=False, ads=False)
        for one in (*campaign.ad_sets, campaign.whole_of_it)
    }
