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

from reconciler.model.plan import Spend

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
    """What is spent a day from then on, for ever."""


def daily(spend: Spend, now: datetime, zone: tzinfo, days: int) -> tuple[tuple[date, int], ...]:
    """What can be spent on each of so many days, today first, with what is left of it."""
    today = now.astimezone(zone).date()
    all_days = [today + n * DAY for n in range(days)]
    found = _by_day(spend, now, zone, _midnight(today + days * DAY, zone))
    return tuple((day, round(found.get(day, Fraction(0)))) for day in all_days)


def until_declared_end(spend: Spend, now: datetime, zone: tzinfo) -> Total:
    """All that can be spent from now until nothing runs any more."""
    last = max([now, *(moment.at for moment in spend.timeline)])
    onward = spend.timeline[-1].daily if spend.timeline else spend.active_after
    until = _rates(spend, now, zone)[-1][0]
    amount = ceil(sum(_by_day(spend, now, zone, until).values()))
    return Total(amount, None if onward else last, last, onward)


def _by_day(spend: Spend, now: datetime, zone: tzinfo, until: datetime) -> dict[date, Fraction]:
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


def _rates(spend: Spend, now: datetime, zone: tzinfo) -> list[tuple[datetime, int]]:
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
