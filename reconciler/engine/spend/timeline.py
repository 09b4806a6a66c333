"""What campaigns may spend a day, from now on and from each later moment at which that changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from math import floor

from reconciler.engine.spend.fields import schedules
from reconciler.engine.spend.over_time import come_to, is_over_cap, until_declared_end
from reconciler.engine.spend.parts import (
    Part,
    Parts,
    Span,
    common,
    days_counted,
    has_budget,
    hours_of,
    narrower,
    on_at,
    span_of,
)
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.plan import Capped, Moment, Spend


@light(frozen=True)
class Holder:
    """What may have a budget: an ad set, or a campaign."""

    address: Address
    part: Part
    on: Sequence[Span] = ()
    """In which it runs."""
    spread: Sequence[Span] = ()
    """Over which a lifetime budget is spread."""


@light(frozen=True)
class Campaign:
    address: Address
    own: Part
    ad_sets: Sequence[Holder]
    now: datetime
    """In the zone by whose clock hours count."""
    whole: bool

    def rate(self, moment: datetime) -> int:
        owners = [self.whole_of_it] if has_budget(self.own.fields) else self.ad_sets
        found = sum(self.daily(one, moment) for one in owners if on_at(one.on, moment))
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
        return steps([self])

    @property
    def whole_of_it(self) -> Holder:
        """The campaign itself: it runs while one of its ad sets does."""
        on = [span for one in self.ad_sets for span in one.on]
        spread = [span for one in self.ad_sets for span in one.spread]
        return Holder(self.address, self.own, on, spread)

    def daily(self, one: Holder, moment: datetime) -> int:
        fields = one.part.fields
        budget = int(fields.get("daily_budget") or 0)
        more = sum(s.amount(budget) for s in schedules(fields) if s.start <= moment < s.end)
        return budget + more + self._lifetime(one)

    def comes_to(self, one: Holder) -> int | None:
        """Of its budget: a day where it is one for its lifetime, else in all. None without a declared end."""
        if not one.on or any(end is None for _, end in one.on):
            return None
        if one.part.fields.get("lifetime_budget"):
            return self._lifetime(one)
        edges = sorted(moment for moment in self.moments())
        first, *later = (Moment(at, self.daily(one, at) if on_at(one.on, at) else 0) for at in edges)
        run = Spend("", 0, 0, 0, first.daily, tuple(later))
        whole = until_declared_end(run, self.now, self.now.tzinfo or UTC).amount
        return whole if self.cap is None else min(whole, self.cap)

    def _lifetime(self, one: Holder) -> int:
        left = self._left(one.part)
        hours = days_counted(self._lasts(one.spread)) if left else None
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
        return hours_of(spans, None if self.whole else self.now, self.now.tzinfo)

    def rests(self) -> Iterator[Moment]:
        """Of lifetime budgets, what their days come to beside what there is of them: those of less than a day lack what
        is no share of that day, and a share that is rounded up is too much once it is added up."""
        for one in (self.whole_of_it, *self.ad_sets):
            left, ends = self._left(one.part), [end for _, end in one.on if end is not None and end > self.now]
            hours, on = (self._lasts(one.spread), self._lasts(one.on)) if left and ends else (None, None)
            if hours and on and (rest := floor(Fraction(left * on, hours) - self._days_come_to(one))):
                yield Moment(max(ends), rest)

    def _days_come_to(self, one: Holder) -> Fraction:
        a_day = self._lifetime(one)
        first, *later = (Moment(at, a_day if on_at(one.on, at) else 0) for at in sorted(self.moments()))
        return come_to(Spend("", 0, 0, 0, first.daily, tuple(later)), self.now, self.now.tzinfo or UTC)

    def moments(self) -> set[datetime]:
        parts = [self.own, *(one.part for one in self.ad_sets)]
        edges = {edge for one in self.ad_sets for span in one.on for edge in span if edge is not None}
        edges |= {edge for part in parts for s in schedules(part.fields) for edge in (s.start, s.end)}
        return {self.now, *(edge for edge in edges if edge > self.now)}


def campaigns(parts: Parts, now: datetime, *, whole: bool, ads: bool) -> Iterator[tuple[Address, Campaign]]:
    below: dict[Address, list[Address]] = {}
    for address in parts:
        if (parent := address.parent) is not None:
            below.setdefault(parent, []).append(address)
    for root, own in parts.items():
        if len(root.keys) > 1:
            continue
        found = []
        for address in sorted(below.get(root, [])):
            holders = [span_of(parts[ad]) for ad in below.get(address, [])] if ads else [(None, None)]
            found.append(_ad_set(address, own, parts[address], holders))
        if not found and not ads:
            found = [Holder(root, Part({}), [span_of(own)], [span_of(own)])]
        yield root, Campaign(root, own, found, now, whole)


def _ad_set(address: Address, own: Part, part: Part, holders: Iterable[Span]) -> Holder:
    on: list[Span] = []
    spread: list[Span] = []
    clock = span_of(part)
    for holder in holders:
        on += common(span_of(own), clock, holder)
        spread += common(part.kept or clock, *(narrower(span, clock) for span in (span_of(own), holder)))
    return Holder(address, part, on, spread)


def steps(readings: Sequence[Campaign]) -> list[Moment]:
    """Of one campaign, at each moment by the reading that lets it spend the most."""
    found: list[Moment] = []
    for moment in sorted({moment for one in readings for moment in one.moments()}):
        rate = max(one.rate(moment) for one in readings)
        if not found or found[-1].daily != rate:
            found.append(Moment(moment, rate))
    return found


def timeline(parts: Parts, now: datetime, *, whole: bool = False, ads: bool = True) -> list[Moment]:
    """What may be spent a day from `now` on, and from each later moment at which that changes."""
    return together(([campaign] for _, campaign in campaigns(parts, now, whole=whole, ads=ads)), now)


def together(all_readings: Iterable[Sequence[Campaign]], now: datetime) -> list[Moment]:
    """The same of campaigns by their readings."""
    rises: dict[datetime, int] = {now: 0}
    for readings in all_readings:
        before = 0
        for step in steps(readings):
            rises[step.at] = rises.get(step.at, 0) + step.daily - before
            before = step.daily
    found: list[Moment] = []
    total = 0
    for moment, change in sorted(rises.items()):
        total += change
        if not found or found[-1].daily != total:
            found.append(Moment(moment, total))
    return found


def most(moments: Iterable[Moment]) -> Moment:
    """The first at which the most may be spent."""
    return max(moments, key=lambda moment: moment.daily)


def rests(those: Iterable[Campaign]) -> list[Moment]:
    """What `timeline` leaves out, since it tells how much is spent a day."""
    return sorted((rest for campaign in those for rest in campaign.rests()), key=lambda rest: rest.at)


def capped(those: Iterable[Campaign], now: datetime) -> list[Capped]:
    """Those that a spend cap lets spend less in all than `timeline` and `rests` say of them."""
    found = []
    for campaign in those:
        if campaign.cap is not None:
            first, *later = campaign.steps()
            left, ends = max(0, campaign.cap - campaign.spent), sorted(campaign.rests(), key=lambda rest: rest.at)
            found.append(Capped(left, first.daily, tuple(later), tuple(ends)))
    return [one for one in found if is_over_cap(one, now, now.tzinfo or UTC)]


def highest(parts: Parts, now: datetime) -> Moment:
    """The moment from `now` on at which the most may be spent, by the days that budgets are for."""
    return most(timeline(parts, now, whole=True, ads=False))


def budgets(parts: Parts, now: datetime) -> dict[Address, int]:
    """Each budget at its highest, whether anything of it runs or not."""
    return {
        one.address: max(campaign.daily(one, moment) for moment in campaign.moments())
        for _, campaign in campaigns(parts, now, whole=False, ads=False)
        for one in (*campaign.ad_sets, campaign.whole_of_it)
    }
