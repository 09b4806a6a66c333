"""Stage 6: policies. A refusal names the policy, the address, the figure and the limit. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from reconciler.display import plain
from reconciler.kinds import BUDGETS
from reconciler.kinds.codecs import Money, format_money, format_time
from reconciler.lateness import POLICY as MAX_LATENESS
from reconciler.model import Account, Action, Address, Desired, Plan, Refusal, Resource
from reconciler.plan import MAKING
from reconciler.settings import DAYS, WINDOW
from reconciler.status import PAUSED

STEPS = frozenset({Action.UPDATE, Action.REPLACE})
TAKES_DOWN = frozenset({Action.REPLACE, Action.ARCHIVE, Action.DELETE})

FEW = 10
"""Below this many managed resources a share of them says little."""


@dataclass(frozen=True)
class _Look:
    account: Account
    desired: Desired
    resources: Mapping[Address, Resource]
    managed: int
    plan: Plan

    def money(self, minor: int) -> str:
        return format_money(Money(minor, self.account.currency))


def guard(plan: Plan, account: Account, desired: Desired, managed: int) -> Plan:
    """One account's plan with its refusals added. `managed` counts the recorded resources."""
    look = _Look(account, desired, desired.of(account.key), managed, plan)
    found = [refusal for rule in RULES for refusal in rule(look)]
    return replace(plan, refusals=(*plan.refusals, *found))


def _campaign_budgets(look: _Look) -> dict[Address, int]:
    sums: dict[Address, int] = {}
    for address, resource in look.resources.items():
        sums[address.root] = sums.get(address.root, 0) + int(resource.fields.get("daily_budget") or 0)
    return sums


def _max_daily_budget(look: _Look) -> Iterator[Refusal]:
    limit = look.account.policies.max_daily_budget
    for address, total in _campaign_budgets(look).items() if limit is not None else ():
        if limit is not None and total > limit:
            yield Refusal(
                "max_daily_budget",
                str(address),
                f"{look.money(total)} a day is over the limit of {look.money(limit)}",
            )


def _max_account_daily_budget(look: _Look) -> Iterator[Refusal]:
    limit = look.account.policies.max_account_daily_budget
    total = look.plan.spend[look.account.key].daily_after
    if limit is not None and total > limit:
        yield Refusal(
            "max_account_daily_budget",
            look.account.key,
            f"{look.money(total)} a day is over the account's limit of {look.money(limit)}",
        )


def _max_budget_increase(look: _Look) -> Iterator[Refusal]:
    limit = look.account.policies.max_budget_increase
    for change in look.plan.changes if limit is not None else ():
        for name in BUDGETS:
            before, after = change.before.get(name), change.after.get(name)
            if change.action in STEPS and before and after and limit is not None:
                step = 100 * (after - before) / before
                if step > limit:
                    yield Refusal(
                        "max_budget_increase",
                        str(change.address),
                        f"{name} rises by {step:.0f} % from {look.money(before)} to {look.money(after)}; "
                        f"the limit is {limit} %",
                    )


def _protect(look: _Look) -> Iterator[Refusal]:
    """An edit of the YAML must not take down what is protected; the clock may pause it."""
    for change in look.plan.changes:
        resource = look.resources.get(change.address)
        if resource is None or not resource.lifecycle.protect or not change.id:
            continue
        held = change.action is Action.PAUSE and resource.schedule.status == PAUSED
        if held or change.action in TAKES_DOWN:
            yield Refusal(
                "protect",
                str(change.address),
                f"this plan would {change.action} it, but it is protected; set protect: false and apply first",
            )


def _max_removals(look: _Look) -> Iterator[Refusal]:
    removals = sum(1 for change in look.plan.changes if change.removal)
    if removals and not look.desired.resources:
        yield Refusal(
            "empty",
            look.account.key,
            f"desired/ declares no campaign: that never means to remove all {removals}",
        )
    limit = look.account.policies.max_removals
    if look.managed >= FEW and 100 * removals > limit * look.managed:
        yield Refusal(
            "max_removals",
            look.account.key,
            f"{removals} of {look.managed} managed resources ({100 * removals // look.managed} %) would be removed; "
            f"the limit is {limit} %: raise policies.max_removals if you mean it",
        )


def _activation_window(look: _Look) -> Iterator[Refusal]:
    window = look.account.policies.activation_window
    if window is None or _inside(window, look.desired.now.astimezone(look.desired.zone)):
        return
    for change in look.plan.changes:
        if change.action is Action.ACTIVATE and change.kind == "campaign":
            moment = format_time(look.desired.now, look.desired.zone)
            yield Refusal("activation_window", str(change.address), f"{moment} is outside {window}")


def _inside(window: str, local: datetime) -> bool:
    parts = WINDOW.fullmatch(window)
    if parts is None:
        return False
    first = DAYS.index(parts["first"]) if parts["first"] in DAYS else 0
    last = DAYS.index(parts["last"]) if parts["last"] in DAYS else (first if parts["first"] else 6)
    days = {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return local.weekday() in days and parts["from"] <= f"{local:%H:%M}" < parts["to"]


def _allowed_domains(look: _Look) -> Iterator[Refusal]:
    allowed = look.account.policies.allowed_domains
    for address, resource in look.resources.items() if allowed is not None else ():
        url = resource.fields.get("destination_url")
        host = (urlsplit(str(url)).hostname or "") if url else ""
        if url and not any(host == d or host.endswith(f".{d}") for d in allowed or ()):
            yield Refusal("allowed_domains", str(address), f"{host} is not among {', '.join(allowed or ())}")


def _name_pattern(look: _Look) -> Iterator[Refusal]:
    pattern = look.account.policies.name_pattern
    for address, resource in look.resources.items() if pattern else ():
        if resource.kind == "campaign" and not re.fullmatch(str(pattern), resource.name):
            yield Refusal("name_pattern", str(address), f'the name "{plain(resource.name)}" does not match {pattern}')


def _require_url_tags(look: _Look) -> Iterator[Refusal]:
    for address, resource in look.resources.items() if look.account.policies.require_url_tags else ():
        if resource.kind == "ad" and not resource.fields.get("url_tags"):
            yield Refusal("require_url_tags", str(address), "the ad has no url_tags")


RULES: tuple[Callable[[_Look], Iterator[Refusal]], ...] = (
    _max_daily_budget,
    _max_account_daily_budget,
    _max_budget_increase,
    _protect,
    _max_removals,
    _activation_window,
    _allowed_domains,
    _name_pattern,
    _require_url_tags,
)


def held_whole(plan: Plan) -> bool:
    """Whether a refusal keeps all of an account's plan from being applied; lateness has taken its launches out."""
    return any(refusal.policy != MAX_LATENESS for refusal in plan.refusals)


def only_due(plan: Plan) -> Plan:
    """What `activate` may do: status changes whose time has come. What does not exist yet is not its business."""
    made = {str(c.address) for c in plan.changes if c.action in MAKING}
    late = tuple(one for one in plan.late if str(one.address) not in made)
    overdue = [r for r in plan.refusals if r.policy == MAX_LATENESS and r.address not in made]
    window = [r for r in plan.refusals if r.policy == "activation_window"]
    held = {Address.parse(r.address) for r in window}
    due = (c for c in plan.changes if c.timed and not c.removal and c.id)
    kept = tuple(c for c in due if not (c.action is Action.ACTIVATE and c.address.root in held))
    return replace(plan, changes=kept, refusals=(*overdue, *window), late=late)
