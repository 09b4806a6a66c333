"""What can be spent on each day, and in all until the last declared end: from an account's `Spend`. Pure, in minor
units.

Every hour that is begun counts, as it does in the days of a lifetime budget, since ends are written 23:59: a rise
counts from the beginning of its hour, a fall from the end of it. A whole day is the daily budget, however many hours it
has when the clocks change. The figures are what budgets allow, whether Meta finds people to show the ads to or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

from reconciler.model.plan import Capped, Spend

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Total:
    """So much, in minor units, from now until `until` (aware)."""

    amount: int
    until: datetime | None
    """None where something runs on without a declared end: then the amount is that until `known_until`."""
    known_until: datetime
    """The last moment at which the spend changes; now, where it never does."""
    onward: int = 0
    """What is spent a day from then on, for ever. 0 without `until`: until spend caps are spent, which `amount` is."""
    capped: bool = False
    """Whether spend caps make it less than the days come to."""


def daily(spend: Spend, now: datetime, zone: tzinfo, days: int) -> tuple[tuple[date, int], ...]:
    """What can be spent on each of so many days, today first, with what is left of it."""
    today = now.astimezone(zone).date()
    all_days = [today + n * DAY for n in range(days)]
    end = _midnight(today + days * DAY, zone)
    found = _by_day(spend, now, zone, end)
    for one in spend.capped:
        for day, beyond in _beyond(one, now, zone, end):
            found[day] = max(Fraction(0), found.get(day, Fraction(0)) - beyond)
    return tuple((day, round(found.get(day, Fraction(0)))) for day in all_days)


def until_declared_end(spend: Spend, now: datetime, zone: tzinfo) -> Total:
    """All that can be spent from now until nothing runs any more."""
    last = max([now, *(moment.at for moment in spend.timeline)])
    until = _rates(spend, now, zone)[-1][0]
    whole = come_to(spend, now, zone)
    beyond = [sum(over for _, over in _beyond(one, now, zone, until)) for one in spend.capped]
    onward, ahead = _onward(spend), [_onward(one) for one in spend.capped]
    if onward and onward == sum(ahead):
        spent = (_within_cap(one, now, zone, until) for one in spend.capped)
        later = sum(one.left - so_far for one, so_far in zip(spend.capped, spent, strict=True) if _onward(one))
        return Total(ceil(whole - sum(beyond) + later), None, last, capped=True)
    onward -= sum(daily for daily, over in zip(ahead, beyond, strict=True) if over)
    return Total(ceil(whole - sum(beyond)), None if onward else last, last, onward, capped=any(beyond))


def come_to(run: Spend | Capped, now: datetime, zone: tzinfo) -> Fraction:
    """All that its days come to, from now until it changes no more."""
    return sum(_by_day(run, now, zone, _rates(run, now, zone)[-1][0]).values(), Fraction(0))


def _onward(run: Spend | Capped) -> int:
    return run.timeline[-1].daily if run.timeline else run.active_after


def _within_cap(one: Capped, now: datetime, zone: tzinfo, until: datetime) -> Fraction:
    return min(Fraction(one.left), sum(_by_day(one, now, zone, until).values(), Fraction(0)))


def is_over_cap(one: Capped, now: datetime, zone: tzinfo) -> bool:
    """Whether its cap lets it spend less than its days come to."""
    return _onward(one) > 0 or come_to(one, now, zone) > one.left


def _beyond(one: Capped, now: datetime, zone: tzinfo, until: datetime) -> Iterator[tuple[date, Fraction]]:
    """What its cap takes off each day, where all is spent as early as it may be."""
    left = Fraction(one.left)
    for day, amount in sorted(_by_day(one, now, zone, until).items()):
        yield day, max(Fraction(0), amount - left)
        left = max(Fraction(0), left - amount)


def _by_day(spend: Spend | Capped, now: datetime, zone: tzinfo, until: datetime) -> dict[date, Fraction]:
    """Of each day on which something is spent, before `until`."""
    found: dict[date, Fraction] = {}
    for (start, rate), (end, _) in pairwise([*_rates(spend, now, zone), (until, 0)]):
        for day, share in _shares(start, min(end, until), zone) if rate else ():
            found[day] = found.get(day, Fraction(0)) + rate * share
    for rest in spend.rests:
        if now < rest.at <= until:
            day = (rest.at - SECOND).astimezone(zone).date()
            found[day] = found.get(day, Fraction(0)) + rest.daily
    return found


def _rates(spend: Spend | Capped, now: datetime, zone: tzinfo) -> list[tuple[datetime, int]]:
    """From each whole hour at which it changes on, what is spent a day."""
    rises = {_hour(now, zone, begun=False): spend.active_after}
    before = spend.active_after
    for moment in spend.timeline:
        hour = _hour(moment.at, zone, begun=moment.daily < before)
        rises[hour] = rises.get(hour, 0) + moment.daily - before
        before = moment.daily
    hours = sorted(rises)
    return list(zip(hours, accumulate(rises[hour] for hour in hours), strict=True))


def _hour(moment: datetime, zone: tzinfo, *, begun: bool) -> datetime:
    """The beginning of its hour on the clocks of the zone; the end of an hour that has `begun`."""
    start = moment.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return start + HOUR if begun and start < moment else start


def _shares(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[date, Fraction]]:
    """The days between two moments, and which part of each lies between them."""
    day = start.astimezone(zone).date()
    while (begin := _midnight(day, zone)) < end:
        over = _midnight(day + DAY, zone)
        yield day, Fraction((min(end, over) - max(start, begin)) // SECOND, (over - begin) // SECOND)
        day += DAY


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
