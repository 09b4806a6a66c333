"""What is spent a day now, and from when on it will be more or less: by account, then by currency. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

from reconciler.kinds.codecs import grouped_money
from reconciler.kinds.said import counted
from reconciler.model.moments import format_time
from reconciler.model.plan import Moment, Plan, Spend
from reconciler.render.alike import few
from reconciler.text.sanitize import plain

WITHIN_CAPS = ", within spend caps"
"""Said of a total that would be more without them."""

MOST_MOMENTS = 6
"""Of those at which the spend changes; the JSON has all."""


MOST_UNCHANGED = 10
"""Accounts that are told one by one though nothing changes in them: of more, what the plan says would scroll away."""


def spend_lines(plan: Plan, *, full: bool = False) -> Iterator[str]:
    """What is spent a day now and from when on it changes, by account, then by currency. `full`: of each account,
    however many there are."""
    shown = {key: s for key, s in sorted(plan.spend.items()) if s.timeline or any(_amounts(s))}
    touched = {change.address.account for change in plan.changes}
    unchanged = {key: spend for key, spend in shown.items() if key not in touched and _stays(spend)}
    folded = unchanged if len(unchanged) > MOST_UNCHANGED and not full else {}
    for key, spend in shown.items():
        if key not in folded:
            yield f"Spending now: {plain(key)} {_spending(plan, spend)}"
    if folded:
        sums = totals_by_currency(folded.values())
        told = " and ".join(f"{_bare(one.active_after, currency)} {currency}" for currency, one in sorted(sums.items()))
        later = sum(bool(spend.timeline) for spend in folded.values())
        steps = f", and it will be more or less in {later} of them" if later else ""
        yield f"Spending now: {len(folded)} accounts, unchanged, together {told} a day{steps}. --full tells each."
    unplanned = few(map(plain, sorted(plan.failures)))
    if unplanned:
        yield f"Spending now: {unplanned} unknown: {'it' if len(plan.failures) == 1 else 'they'} could not be planned."
    currencies = Counter(spend.currency for spend in shown.values())
    if len(shown) > 1 and max(currencies.values()) > 1:
        without = f" Not counted: {unplanned}." if plan.failures else ""
        totals = totals_by_currency(shown.values())
        for currency in sorted(c for c, accounts in currencies.items() if accounts > 1):
            yield f"Spending now, all in {currency}: {_spending(plan, totals[currency])}{without}"


def _stays(spend: Spend) -> bool:
    before, after, active, active_after = _amounts(spend)
    return before == after and active == active_after


def totals_by_currency(spends: Iterable[Spend]) -> dict[str, Spend]:
    """The accounts of each currency together."""
    found: dict[str, Spend] = {}
    for one in spends:
        known = found.get(one.currency, Spend(one.currency, 0, 0, 0, 0))
        before, after, active, active_after = map(sum, zip(_amounts(known), _amounts(one), strict=True))
        found[one.currency] = Spend(
            one.currency,
            before,
            after,
            active,
            active_after,
            _together(known, one),
            (*known.rests, *one.rests),
            (*known.capped, *one.capped),
        )
    return found


def _amounts(spend: Spend) -> tuple[int, int, int, int]:
    return spend.daily_before, spend.daily_after, spend.active_before, spend.active_after


def _together(*spends: Spend) -> tuple[Moment, ...]:
    steps: dict[datetime, int] = {}
    for spend in spends:
        before = spend.active_after
        for moment in spend.timeline:
            steps[moment.at] = steps.get(moment.at, 0) + moment.daily - before
            before = moment.daily
    total = sum(spend.active_after for spend in spends)
    at = sorted(steps)
    daily = list(accumulate((steps[moment] for moment in at), initial=total))[1:]
    return tuple(map(Moment, at, daily))


def _spending(plan: Plan, spend: Spend) -> str:
    before, after = _bare(spend.active_before, spend.currency), _bare(spend.active_after, spend.currency)
    unchanged = before == after
    parts = [
        f"{before} {spend.currency} a day, unchanged" if unchanged else f"{before} → {after} {spend.currency} a day"
    ]
    parts += [
        f"From {_local(plan, moment.at)}: {_bare(moment.daily, spend.currency)} {spend.currency} a day"
        for moment in spend.timeline[:MOST_MOMENTS]
    ]
    more = spend.timeline[MOST_MOMENTS:]
    parts += [f"It changes {counted(len(more), 'time')} more until {_local(plan, more[-1].at)}"] if more else []
    if spend.daily_before != spend.daily_after:
        steps = f"{_bare(spend.daily_before, spend.currency)} → {_bare(spend.daily_after, spend.currency)}"
        parts.append(f"All budgets, paused ones too: {steps} {spend.currency} a day")
    return f"{'. '.join(parts)}."


def _local(plan: Plan, moment: datetime) -> str:
    return format_time(moment, plan.zone)


def _bare(minor: int, currency: str) -> str:
    return grouped_money(minor, currency).partition(" ")[0]
