"""What an account spends, what something new comes to, and budgets that are spread over another time."""

from __future__ import annotations

from dataclasses import replace

from reconciler.engine.spend.fields import RUN
from reconciler.engine.spend.future import MAKES, Future
from reconciler.engine.spend.parts import has_budget
from reconciler.engine.spend.timeline import budgets, campaigns, capped, rests, timeline, together
from reconciler.model.account import Account
from reconciler.model.account_status import BLOCKED
from reconciler.model.address import Address
from reconciler.model.plan import Action, Spend


def spend(account: Account, future: Future) -> Spend:
    """What is spent a day now, what after the changes, and from when on it will be more or less."""
    present = future.present
    blocked = future.observed.facts.status in BLOCKED or future.observed.facts.limit_left == 0
    running = [campaign for _, campaign in campaigns(future.running, future.now, whole=False, ads=True)]
    after = together(([campaign] for campaign in running), future.now)
    before = after if present is future else timeline(present.running, future.now)
    daily_after = sum(budgets(future.managed, future.now).values())
    return Spend(
        currency=account.currency,
        daily_before=daily_after if present is future else sum(budgets(present.managed, future.now).values()),
        daily_after=daily_after,
        active_before=0 if blocked else before[0].daily,
        active_after=0 if blocked else after[0].daily,
        timeline=tuple(after[1:]),
        rests=tuple(rests(running)),
        capped=() if blocked else tuple(capped(running, future.now)),
    )


def comes_to(future: Future) -> dict[Address, int]:
    """By address of something new with a budget, as it counts in the spend: what of a daily one may be spent until its
    declared end, and of a lifetime one a day. Without what has no end, and what never runs."""
    made = {change.address for change in future.changes if change.action in MAKES}
    if not made:
        return {}
    roots, launched = {address.root for address in made}, replace(future, waiting=()) if future.waiting else future
    parts = {at: part for at, part in launched.running.items() if at.root in roots}
    found = {
        one.address: campaign.comes_to(one)
        for _, campaign in campaigns(parts, future.now, whole=False, ads=True)
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
    parts = [{at: part for at, part in one.managed.items() if at.root in roots} for one in (future.present, future)]
    before, after = (budgets(each, future.now) for each in parts)
    spread = {at for each in parts for at, part in each.items() if part.fields.get("lifetime_budget")}
    owners = {at: owner for at in moved for owner in (at, at.root) if owner in spread}
    steps = {at: (before.get(owner, 0), after.get(owner, 0)) for at, owner in owners.items()}
    return {at: step for at, step in steps.items() if step[0] != step[1]}
