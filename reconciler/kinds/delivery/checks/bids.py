"""Bid strategies: whose they are, what each needs beside it, and with which goals it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.kinds import BUDGETS
from reconciler.kinds.codecs import ROAS_FLOOR, Money, format_money, offset
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.goals import GOALS
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

CAPPED = ("LOWEST_COST_WITH_BID_CAP", "COST_CAP")
MIN_ROAS, PLAIN = "LOWEST_COST_WITH_MIN_ROAS", "LOWEST_COST_WITHOUT_CAP"
EXAMPLE = f"bid_constraints: {{{ROAS_FLOOR}: 2.0}}"


def bids(scope: Scope) -> Iterator[Problem]:
    """A strategy at the wrong level, or without what it needs."""
    for path, ad_set in scope.ad_sets():
        if ad_set.bid_strategy and scope.campaign_budget:
            yield scope.problem(
                (*path, "bid_strategy"),
                "with a campaign budget the bid strategy is the campaign's",
                "move bid_strategy to the campaign",
            )
        strategy = strategy_of(scope, ad_set)
        if strategy in CAPPED and ad_set.bid_amount is None:
            mend = f"add bid_amount: 5.00 {scope.account.currency} to the ad set"
            yield scope.problem(path, f"{strategy} needs a bid", mend)
        yield from _floor(scope, path, ad_set, strategy)


def strategy_of(scope: Scope, ad_set: AdSetSpec) -> str:
    """The strategy that is sent for the ad set, by itself or with its campaign."""
    return ad_set.bid_strategy or scope.spec.bid_strategy or PLAIN


def doubtful_bids(scope: Scope) -> Iterator[Problem]:
    """Warnings: a bid of cents, one above the budget, one that nothing uses."""
    currency, units = scope.account.currency, offset(scope.account.currency)
    for path, ad_set in scope.ad_sets():
        bid, here = ad_set.bid_amount, (*path, "bid_amount")
        if bid is None:
            continue
        said = format_money(Money(bid, currency))
        if isinstance(scope.document.value(here), int) and bid < units:
            whole = format_money(Money(bid * units, currency))
            message = f"bid_amount: {bid} is {said}, since a whole number counts the smallest unit"
            yield scope.problem(here, message, f"write bid_amount: {whole}, or {said} where so little is meant")
        if strategy_of(scope, ad_set) == PLAIN:
            at = "" if not scope.campaign_budget else " on the campaign"
            mend = f"write bid_strategy: COST_CAP{at}, or remove bid_amount"
            yield scope.problem(here, f"bid_amount has no effect with {PLAIN}", mend)
        level, name = (scope.spec, "the campaign's ") if scope.campaign_budget else (ad_set, "")
        budget = next(((each, value) for each in BUDGETS if (value := getattr(level, each)) is not None), None)
        if budget and bid > budget[1]:
            total = format_money(Money(budget[1], currency))
            message = f"the bid, {said}, is above {name}{budget[0]}, {total}"
            yield scope.problem(here, message, "write a bid of which the budget pays for several, or a higher budget")


def _floor(scope: Scope, path: KeyPath, ad_set: AdSetSpec, strategy: str) -> Iterator[Problem]:
    floor = ad_set.bid_constraints and ad_set.bid_constraints.roas_average_floor
    has_value = "VALUE" in GOALS.get(str(scope.spec.objective), {})
    if strategy != MIN_ROAS:
        if floor is not None:
            instead = f", or write bid_strategy: {MIN_ROAS} with optimization_goal: VALUE" if has_value else ""
            message = f"{ROAS_FLOOR} has no effect with {strategy}"
            yield scope.problem((*path, "bid_constraints"), message, f"remove bid_constraints{instead}")
        return
    if ad_set.optimization_goal not in (None, "VALUE"):
        other = f"write bid_strategy: {PLAIN} and remove bid_constraints"
        mend = f"write optimization_goal: VALUE, or {other}" if has_value else other
        message = f"{MIN_ROAS} goes only with the goal VALUE, not with {ad_set.optimization_goal}"
        yield scope.problem((*path, "optimization_goal"), message, mend)
        if not has_value:
            return
    if floor is None:
        yield scope.problem(path, f"{MIN_ROAS} needs a floor", f"add {EXAMPLE}")
    if ad_set.bid_amount is not None:
        yield scope.problem(
            (*path, "bid_amount"), f"{MIN_ROAS} takes no bid: its floor is the limit", "remove bid_amount"
        )


def one_goal(scope: Scope) -> Iterator[Problem]:
    """Ad sets that share a campaign's budget without a cap share a goal (1885760)."""
    if not scope.campaign_budget or (scope.spec.bid_strategy or PLAIN) in CAPPED:
        return
    first: tuple[str, str] | None = None
    for path, ad_set in scope.ad_sets():
        goal = ad_set.optimization_goal
        if goal is None or ad_set.status == "ARCHIVED":
            continue
        first = first or (goal, str(path[-1]))
        if goal != first[0]:
            message = f"one campaign budget, two goals: {first[0]} in {first[1]}, {goal} here"
            mend = f"write optimization_goal: {first[0]}"
            if scope.preset != "advantage_plus_sales":
                mend += (
                    f", or give each ad set a daily_budget: 20.00 {scope.account.currency} in place of the campaign's"
                )
            yield scope.problem((*path, "optimization_goal"), message, mend)
