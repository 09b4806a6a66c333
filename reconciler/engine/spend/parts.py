"""What spends, the times at which it is on, and the hours of those that a budget counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from reconciler.engine.spend.fields import EVER
from reconciler.kinds import BUDGETS
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.values import Fields

HOUR = timedelta(hours=1)
UNKNOWN = EVER

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


def within(one: Span, other: Span) -> Span | None:
    (start, end), (since, until) = one, other
    if since is not None and (start is None or since > start):
        start = since
    if until is not None and (end is None or until < end):
        end = until
    return None if start is not None and end is not None and end <= start else (start, end)


def on_at(spans: Iterable[Span], moment: datetime) -> bool:
    return any((s is None or s <= moment) and (e is None or moment < e) for s, e in spans)


def hours_of(spans: Iterable[Span], since: datetime | None, zone: tzinfo | None) -> int | None:
    """Hours of the zone's clock in which one of the spans runs, begun ones too; None where a start is not known.
    `over_time.py` counts the same: 09:30 to 10:10 is two hours, wherever that is."""
    clipped = [(start, end) for start, end in (_clipped(span, since) for span in spans) if end is None or end > start]
    if any(start == UNKNOWN for start, _ in clipped):
        return None
    total, until = timedelta(), UNKNOWN
    for start, end in sorted((_hour(s, zone), _hour_after(e or s + 24 * HOUR, zone)) for s, e in clipped):
        total += max(timedelta(), end - max(start, until))
        until = max(until, end)
    return total // HOUR


def days_counted(hours: int | None) -> int | None:
    """Hours for which a budget counts: those of a day at least."""
    return None if hours is None else max(24, hours)


def _hour(moment: datetime, zone: tzinfo | None) -> datetime:
    """The beginning of its hour: in Kolkata that is 30 minutes past one of UTC."""
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def _hour_after(moment: datetime, zone: tzinfo | None) -> datetime:
    """The end of an hour that has begun."""
    start = _hour(moment, zone)
    return start if start == moment else start + HOUR


def _clipped(span: Span, since: datetime | None) -> tuple[datetime, datetime | None]:
    start = span[0] or UNKNOWN
    return (start if since is None else max(start, since)), span[1]


def narrower(span: Span, clock: Span) -> Span:
    """Of a campaign's or an ad's span what its own times say, and not those that it has from its ad set."""
    (start, end), (since, until) = span, clock
    begins = start if start is not None and (since is None or start > since) else None
    return begins, end if end is not None and (until is None or end < until) else None


def common(*spans: Span) -> list[Span]:
    """The one that is within all of them, if there is one."""
    found: Span | None = (None, None)
    for span in spans:
        found = within(found, span) if found is not None else None
    return [] if found is None else [found]


def span_of(part: Part) -> Span:
    return part.start, part.end


def has_budget(fields: Fields) -> bool:
    return any(fields.get(name) for name in BUDGETS)
