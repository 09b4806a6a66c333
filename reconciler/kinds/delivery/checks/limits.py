"""Meta's limits on texts, budgets and runs: what it refuses is an error, what it advises against a warning. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reconciler.kinds import BUDGETS
from reconciler.kinds.codecs import Money, format_money, offset
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.windows import of_ad_set
from reconciler.kinds.lengths import LENGTHS, Length
from reconciler.kinds.minimums import LEAST_CAP, in_minor, least_daily, rounded_up
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.light import light
from reconciler.model.moments import format_time, said_length
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope


# ---- texts


def long_texts(scope: Scope) -> Iterator[Problem]:
    """Texts that Meta refuses for their length."""
    for path, name, size, length in _texts(scope):
        if length.most is not None and size > length.most:
            message = f"{name} has {size} characters: Meta takes {length.most}"
            yield scope.problem((*path, name), message, f"shorten it: people see about {length.shown}")


def unseen_texts(scope: Scope) -> Iterator[Problem]:
    """Warnings: texts of which people see only the beginning."""
    for path, name, size, length in _texts(scope):
        if length.shown < size <= (length.most or size):
            message = f"{name} has {size} characters: people see about {length.shown}, the rest is cut or folded away"
            yield scope.problem((*path, name), message, "say first what counts, or shorten it")


def _texts(scope: Scope) -> Iterator[tuple[KeyPath, str, int, Length]]:
    for path, _, ad in scope.ads():
        for name, length in LENGTHS.items():
            yield path, name, len(getattr(ad, name) or ""), length


# ---- budgets


@light(frozen=True)
class Amount:
    """One amount of money that a file states, and about the least that Meta takes."""

    path: KeyPath
    minor: int
    least: int
    each: str = ""


def _amounts(scope: Scope) -> Iterator[Amount]:
    currency, spec = scope.account.currency, scope.spec
    yield from _budgets(scope, (), spec, least_daily(currency), _days(spec.activate_at, spec.deactivate_at))
    if spec.spend_cap is not None:
        yield Amount(("spend_cap",), spec.spend_cap, in_minor(LEAST_CAP, currency))
    for path, ad_set in scope.ad_sets():
        if all(getattr(ad_set, name) is None for name in BUDGETS):
            continue
        least = least_daily(currency, ad_set.billing_event or "")
        run = of_ad_set(scope.spec, str(path[-1]))
        yield from _budgets(scope, path, ad_set, least, _days(*run.moments))


def _budgets(scope: Scope, path: KeyPath, level: CampaignSpec | AdSetSpec, least: int, days: int) -> Iterator[Amount]:
    for name, times, each in zip(BUDGETS, (1, days), (" a day", " for its days"), strict=True):
        if (minor := getattr(level, name)) is not None:
            yield Amount((*path, name), minor, least * times, each)


def _days(start: datetime | None, end: datetime | None) -> int:
    return max(1, math.ceil((end - start) / timedelta(days=1))) if start and end else 1


def small_amounts(scope: Scope) -> Iterator[Problem]:
    """Warnings: amounts below Meta's minimum at about today's rate. The account's own is asked for at each plan, which
    holds back what lies below it."""
    yield from (_small(scope, each) for each in _amounts(scope) if each.minor < each.least)


def _small(scope: Scope, amount: Amount) -> Problem:
    currency, name = scope.account.currency, str(amount.path[-1])
    written = scope.document.value(amount.path)
    said = format_money(Money(amount.minor, currency))
    is_bare = isinstance(written, int) and offset(currency) > 1
    meant = amount.minor * offset(currency)
    wanted = format_money(
        Money(meant if is_bare and meant >= amount.least else rounded_up(amount.least, currency), currency)
    )
    cents = f"{written} is {said}, since a whole number counts the smallest unit" if is_bare else said
    least = format_money(Money(amount.least, currency))
    return scope.problem(
        amount.path, f"{name}: {cents}: Meta takes about {least}{amount.each} at least", f"write {name}: {wanted}"
    )


def too_thin_budgets(scope: Scope) -> Iterator[Problem]:
    """Warnings: a campaign's budget below the least of its ad sets together (2238055)."""
    currency, live = scope.account.currency, [one for _, one in scope.ad_sets() if one.status != "ARCHIVED"]
    least = sum(least_daily(currency, one.billing_event or "") for one in live)
    days = _days(scope.spec.activate_at, scope.spec.deactivate_at)
    for name, times, each in zip(BUDGETS, (1, days), (" a day", " for its days"), strict=True):
        minor = getattr(scope.spec, name)
        # Below the least of one alone, `small_amounts` says so.
        if len(live) < 2 or minor is None or not least_daily(currency) * times <= minor < least * times:
            continue
        said, wanted = (format_money(Money(one, currency)) for one in (minor, rounded_up(least * times, currency)))
        message = (
            f"{name}: {said} for {len(live)} ad sets: Meta takes about {_said(least * times, scope)}{each} at least"
        )
        yield scope.problem((name,), message, f"write {name}: {wanted}, or fewer ad sets")


def crossed_shares(scope: Scope) -> Iterator[Problem]:
    """Warnings: more at least than at most, or than the campaign has."""
    for path, ad_set in scope.ad_sets():
        for budget, run in zip(BUDGETS, ("daily", "lifetime"), strict=True):
            name = f"{run}_min_spend_target"
            if (target := getattr(ad_set, name)) is None:
                continue
            limits = {
                f"{run}_spend_cap": getattr(ad_set, f"{run}_spend_cap"),
                f"the {budget}": getattr(scope.spec, budget),
            }
            above = [(what, most) for what, most in limits.items() if most and target > most]
            for what, most in above[:1]:
                message = f"{name}: {_said(target, scope)} is above {what}, {_said(most, scope)}"
                yield scope.problem((*path, name), message, f"write {name}: {_said(most, scope)}, or less")


def _said(minor: int, scope: Scope) -> str:
    return format_money(Money(minor, scope.account.currency))


def reserved_daily(scope: Scope) -> Iterator[Problem]:
    """Warnings: reach that is reserved is bought for all its days, by a forecast."""
    levels = [(path, level) for path, kind, level in scope.levels() if kind != "ad"]
    for path, level in levels if scope.spec.buying_type == "RESERVED" else ():
        if getattr(level, "daily_budget", None) is not None:
            message = "RESERVED buys reach for a whole run, by a forecast of Meta's: it may take no daily budget"
            mend = "write buying_type: AUCTION where the budget of a day is meant, or lifetime_budget and deactivate_at"
            yield scope.problem((*path, "daily_budget"), message, mend)


# ---- runs

LEAST_RUN = timedelta(hours=24)
LONG_RUN = timedelta(days=366)


def short_runs(scope: Scope) -> Iterator[Problem]:
    """An ad set with a daily budget of its own runs longer than a day."""
    if not scope.campaign_budget:
        yield from _short(scope, "Meta takes a daily budget only for more than 24 h")


def perhaps_short_runs(scope: Scope) -> Iterator[Problem]:
    """Warnings: of a campaign's daily budget Meta's pages do not say the same, but so it has to be divided."""
    if scope.campaign_budget:
        yield from _short(scope, "Meta may take a daily budget only for more than 24 h")


def _short(scope: Scope, rule: str) -> Iterator[Problem]:
    for path, ad_set in scope.ad_sets():
        run, level = of_ad_set(scope.spec, str(path[-1])), scope.spec if scope.campaign_budget else ad_set
        if level.daily_budget is None or run.start is None or run.end is None:
            continue
        lasts = run.end.moment - run.start.moment
        if not timedelta() < lasts <= LEAST_RUN:
            continue
        budget = format_money(Money(level.daily_budget, scope.account.currency))
        yield scope.problem(
            (*run.end.level, "deactivate_at"),
            f"it runs {said_length(lasts.total_seconds())}: {rule}",
            f"write lifetime_budget: {budget} in place of daily_budget, or a later deactivate_at",
        )


def long_runs(scope: Scope) -> Iterator[Problem]:
    """Warnings: an end that lies more than a year away is mostly a slip of its year."""
    for path, _, level in scope.levels():
        start, end = level.activate_at or scope.now, level.deactivate_at
        if start is None or end is None or end - start <= LONG_RUN:
            continue
        years = (end - start) / timedelta(days=365.25)
        mend = "write it as it is meant"
        for name, moment in _years_meant(start, end, scope.now or start):
            mend = f"write {name}: {format_time(moment, moment.tzinfo)} if the year is a slip"
            break
        message = f"it runs for {years:.1f} years, and may spend all the time"
        yield scope.problem((*path, "deactivate_at"), message, mend)


def _years_meant(start: datetime, end: datetime, now: datetime) -> Iterator[tuple[str, datetime]]:
    """An earlier end, where that is not over by now; else, of what should have begun long ago, a later start."""
    ends = (_in_year(end, year) for year in (start.year, start.year + 1))
    starts = (_in_year(start, year) for year in (end.year, end.year - 1) if start < now)
    since = max(start, now)
    yield from (("deactivate_at", one) for one in ends if one and since < one < end)
    yield from (("activate_at", one) for one in starts if one and one < end)


def _in_year(moment: datetime, year: int) -> datetime | None:
    """The same day of another year; a leap day may be none there."""
    with suppress(ValueError):
        return moment.replace(year=year)
    return None


# ---- names


def same_names(campaigns: Mapping[Address, tuple[CampaignSpec, Document]]) -> Iterator[Problem]:
    """Warnings: two campaigns of one account that people could not tell apart."""
    named: dict[tuple[str, str], tuple[Address, Document]] = {}
    for address, (spec, document) in sorted(campaigns.items(), key=lambda item: item[0]):
        if spec.status == "ARCHIVED":
            continue
        first, other = named.setdefault((address.account, spec.name), (address, document))
        if other is not document:
            here = document.origin(("name",))
            yield Problem(
                here if here.file == document.origin(()).file else document.origin(()),
                f"{first} has the name {spec.name!r} too",
                "give one of them another name: Ads Manager and reports show names",
            )
