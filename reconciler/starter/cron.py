"""Times of runs as GitHub's `schedule` takes them: five fields, in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EVERY_TEN_MINUTES = ("7,17,27,37,47,57 * * * *",)
"""Not at the full hour, when GitHub is busiest."""

SAFETY_NET = "41 */6 * * *"
"""For what a late or lost run has left, where the other lines follow the declared times."""

AFTER = (timedelta(minutes=1), timedelta(minutes=16))
"""Runs of one moment: right after it, and once more for a run that GitHub loses."""

MOST_MOMENTS = 50
"""Declared moments that get lines of their own; of the later ones the safety net takes care until they are next."""

PATIENCE = timedelta(minutes=30)
"""How long after a declared moment a run has to come by."""

MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
DAYS = {name: n for n, name in enumerate("sun mon tue wed thu fri sat".split())}
FIELDS: Sequence[tuple[int, int, Mapping[str, int]]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, MONTHS),
    (0, 6, DAYS),
)
"""The least and the greatest value of each, and the names that it takes."""


A_YEAR = 366


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    """Where both a day of the month and one of the week are named, one of the two is enough."""

    def runs_at(self, moment: datetime) -> bool:
        """`moment` is aware; its seconds do not count."""
        at = moment.astimezone(UTC)
        return at.minute in self.minutes and at.hour in self.hours and at.month in self.months and self._on(at)

    def last_before(self, moment: datetime) -> datetime | None:
        """The newest run at or before a moment, within a year; None where there is none."""
        at = moment.astimezone(UTC).replace(second=0, microsecond=0)
        for day in (at - timedelta(days=n) for n in range(A_YEAR)):
            if day.month in self.months and self._on(day):
                runs = (day.replace(hour=hour, minute=minute) for hour in self.hours for minute in self.minutes)
                found = max((run for run in runs if run <= at), default=None)
                if found is not None:
                    return found
        return None

    def _on(self, at: datetime) -> bool:
        found = (at.day in self.days, at.isoweekday() % 7 in self.weekdays)
        return any(found) if self.either else all(found)


def parse(line: str) -> Cron:
    """Raises ValueError for what GitHub does not take, such as `@daily`."""
    words = line.lower().split()
    minutes, hours, days, months, weekdays = [
        _values(word, *limits) for word, limits in zip(words, FIELDS, strict=True)
    ]
    return Cron(minutes, hours, days, months, weekdays, either="*" not in (words[2][0], words[4][0]))


def _values(word: str, least: int, most: int, names: Mapping[str, int]) -> frozenset[int]:
    found = set[int]()
    for part in word.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low = least if first == "*" else _number(first, names)
        high = _number(last, names) if last else most if first == "*" or step else low
        found.update(range(low, high + 1, int(step or "1")))
    if not found or min(found) < least or max(found) > most:
        raise ValueError(f"{word} is not within {least} to {most}")
    return frozenset(found)


def _number(word: str, names: Mapping[str, int]) -> int:
    return names[word] if word in names else int(word)


def cron_of(moments: Iterable[datetime], now: datetime) -> tuple[str, ...]:
    """Lines that follow the declared moments, in UTC as GitHub reads them, and the safety net. One says the day and the
    month, so it comes again each year, when it finds nothing to do."""
    runs = sorted({(at + wait).replace(second=0, microsecond=0) for at in next_of(moments, now) for wait in AFTER})
    return (*(f"{at.minute} {at.hour} {at.day} {at.month} *" for at in runs), SAFETY_NET)


def next_of(moments: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those that get lines of their own."""
    return sorted({moment.astimezone(UTC) for moment in moments if moment > now})[:MOST_MOMENTS]


def without_a_run(moments: Iterable[datetime], lines: Iterable[Cron], now: datetime) -> list[datetime]:
    """The moments after which no run comes by in time."""
    known = tuple(lines)

    return [at for at in next_of(moments, now) if not any(line.runs_at(m) for m in _minutes(at) for line in known)]


def _minutes(at: datetime) -> list[datetime]:
    return [at + timedelta(minutes=n) for n in range(int(PATIENCE / timedelta(minutes=1)) + 1)]


def minutes_a_month(cron: Iterable[str]) -> int:
    """What the runs cost in a month of 31 days, where each takes less than a minute: GitHub counts every begun minute
    of a job. A line that it cannot read starts nothing."""
    return sum(_runs_a_month(line) for line in cron)


def _runs_a_month(text: str) -> int:
    try:
        line = parse(text)
    except ValueError:
        return 0
    days = len(line.days) if len(line.weekdays) == len(DAYS) else -(-31 * len(line.weekdays) // len(DAYS))
    return days * len(line.hours) * len(line.minutes)
