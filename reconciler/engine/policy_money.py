"""What policies refuse of money: what campaigns and accounts may spend a day, and by how much that may rise. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import Enum, auto
from typing import Any, TypeVar

from reconciler.engine.policy_ground import Look
from reconciler.engine.spend.fields import RUN, unjudged
from reconciler.engine.spend.future import as_live, declared
from reconciler.engine.spend.judged import as_it_will_be, left_to_spend, together_with_the_rest
from reconciler.engine.spend.parts import Part, Parts, has_budget
from reconciler.engine.spend.timeline import Campaign, campaigns, highest, most, steps, timeline, together
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.budget_schedules import SCHEDULES, beyond
from reconciler.kinds.said import undoing
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Moment, Plan, Refusal
from reconciler.model.problem import Origin
from reconciler.model.resource import Resource

Value = TypeVar("Value")

STEPS = frozenset({Action.UPDATE, Action.REPLACE})
AMOUNTS = (*BUDGETS, "spend_cap")
SPENDS = (*AMOUNTS, SCHEDULES)
NONE: Mapping[Address, int] = {}
MOST_NAMED = 5


def limit_currency(look: Look) -> Iterator[Refusal]:
    """A limit that only other currencies have would let this one pass unseen."""
    account = look.account
    for name in account.policies.lacking:
        yield Refusal(
            "limit_currency",
            account.key,
            f"{name} has no amount in {account.currency}, the currency of {account.key}",
            look.place(name),
            f"add an amount in {account.currency} beside what stands there, in one list, or write {name} below "
            f"policies in desired/accounts/{account.key}.yaml",
        )


def unjudged_spend(look: Look) -> Iterator[Refusal]:
    for address, resource in look.resources.items():
        named = KINDS[resource.kind].fields
        for name, wrong, mend in unjudged(resource.fields, named):
            yield Refusal("unjudged_spend", str(address), wrong, resource.origin_of(name), mend)


# ---- a campaign's money a day


def max_daily_budget(look: Look) -> Iterator[Refusal]:
    limit = look.account.policies.max_daily_budget
    if limit is None:
        return
    made = look.future.made if look.future else ()
    added = look.future.undeclared() if look.future else {}
    parts = {**declared(look.resources, look.objects, look.now, look.records, made), **added}
    there, left = (as_it_will_be(look.future), left_to_spend(look.future)) if look.future else ({}, {})
    members_of, added_in = _by_root(look.resources), _by_root(added)
    for root, campaign in campaigns(parts, look.now, whole=True, ads=False):
        if root not in look.resources:
            continue
        reading, moment = _judged(campaign, there.get(root), left.get(root, ()))
        if moment.daily > limit:
            members = members_of[root]
            beside = added_in.get(root, {})
            yield Refusal(
                "max_daily_budget",
                str(root),
                f"{look.money(moment.daily)} a day is over the limit of {look.money(limit)}"
                f"{_reason(reading, moment, members, {at: parts[at] for at in members if at in parts}, beside, look)}",
                _place_of_money(members),
                f"{_lower(reading, root)}, or raise the limit at {look.place('max_daily_budget').line_text}",
            )


class _Reading(Enum):
    DECLARED = auto()
    LIVE = auto()
    LEFT = auto()


def _judged(declared: Campaign, there: Campaign | None, left: Sequence[Campaign]) -> tuple[_Reading, Moment]:
    """The reading that comes to the most, the first of those that come to as much."""
    readings = [
        (_Reading.DECLARED, most(steps([declared]))),
        *([(_Reading.LIVE, most(steps([there])))] if there else []),
        *((_Reading.LEFT, most(steps([one]))) for one in left),
    ]
    return max(readings, key=lambda one: one[1].daily)


def _reason(
    reading: _Reading,
    moment: Moment,
    members: Mapping[Address, Resource],
    parts: Parts,
    beside: Parts,
    look: Look,
) -> str:
    if reading is _Reading.LIVE:
        names = [
            f"{name} {look.money(int(value))}"
            for at, resource in members.items()
            for name in BUDGETS
            if (value := _live(at, name, look)) and value != resource.fields.get(name)
        ]
        return f" ({', '.join(names)} is live, and not what is declared)" if names else " (by what is live)"
    if reading is _Reading.LEFT:
        return " (what is left of its budgets counts over the days that are left)"
    return _why(members, parts, beside, look, moment)


def _live(at: Address, name: str, look: Look) -> Any:
    live = (look.objects or {}).get(at)
    return live.fields.get(name) if live else None


def _lower(reading: _Reading, root: Address) -> str:
    if reading is _Reading.LIVE:
        return f"lower it in Ads Manager, overwrite it with {undoing(root)}"
    if reading is _Reading.LEFT:
        return "lower the budget, end it later"
    return "lower the budget"


def _by_root(known: Mapping[Address, Value]) -> Mapping[Address, dict[Address, Value]]:
    found: dict[Address, dict[Address, Value]] = {}
    for address, value in known.items():
        found.setdefault(address.root, {})[address] = value
    return found


def _why(
    members: Mapping[Address, Resource], parts: Parts, added: Mapping[Address, Part], look: Look, moment: Moment
) -> str:
    """Where the figure does not stand in the YAML."""
    lifetimes = [int(r.fields["lifetime_budget"]) for r in members.values() if r.fields.get("lifetime_budget")]
    days = "the days that are left, since what is made now has spent nothing" if _is_late(members, look) else DAYS
    told = [f"lifetime budgets of {look.money(sum(lifetimes))} count over {days}"] if lifetimes else []
    if any(part.fields.get(SCHEDULES) for part in parts.values()):
        told.append(f"budget schedules count at their highest moment{look.since(moment)}")
    if any(beyond(part.fields.get(SCHEDULES), members[at].fields.get(SCHEDULES)) for at, part in parts.items()):
        told.append("those that are live and not declared count too: see drift")
    ids = ", ".join(a.steps[-1].removeprefix("#") for a, part in sorted(added.items()) if has_budget(part.fields))
    if ids:
        told.append(f"what is on in it and nobody declares counts too: {ids}")
    return f" ({'; '.join(told)})" if told else ""


DAYS = "their declared days"


def _is_late(members: Mapping[Address, Resource], look: Look) -> bool:
    """Whether something is made after its start."""
    made = look.future.made if look.future else ()
    starts = [resource.schedule.activate_at for at, resource in members.items() if at in made]
    return any(start is not None and start < look.now for start in starts)


def _place_of_money(members: Mapping[Address, Resource]) -> Origin | None:
    for name in (SCHEDULES, *BUDGETS):
        for resource in members.values():
            if resource.fields.get(name):
                return resource.origin_of(name)
    return None


# ---- an account's


def declared_account_budget(look: Look) -> Iterator[Refusal]:
    if look.account.policies.max_account_daily_budget is not None:
        yield from _account_over(look, highest(declared(look.resources, None, look.now), look.now))


def account_budget(look: Look) -> Iterator[Refusal]:
    """What its campaigns come to together, each by its readings."""
    if look.account.policies.max_account_daily_budget is None or look.future is None:
        return
    there, left = as_it_will_be(look.future), together_with_the_rest(look.future)
    readings = [[*([there[root]] if root in there else []), *left.get(root, ())] for root in {**there, **left}]
    moment = most(together(readings, look.now))
    yield from _account_over(look, moment, _more_by_what_is_left(look, moment, there, left))


def _more_by_what_is_left(
    look: Look, moment: Moment, there: Mapping[Address, Campaign], left: Mapping[Address, Sequence[Campaign]]
) -> dict[Address, int]:
    """What campaigns may still spend a day at the moment, where that is more than the whole of their budgets comes to:
    no file shows that figure."""
    rates = {root: max(one.rate(moment.at) for one in readings) for root, readings in sorted(left.items())}
    known = {root: there[root].rate(moment.at) if root in there else 0 for root in rates}
    return {root: rate for root, rate in rates.items() if rate > known[root]}


def _account_over(look: Look, moment: Moment, more: Mapping[Address, int] = NONE) -> Iterator[Refusal]:
    name, limit = "max_account_daily_budget", look.account.policies.max_account_daily_budget
    if limit is not None and moment.daily > limit:
        yield Refusal(
            name,
            look.account.key,
            f"{look.money(moment.daily)} a day is over the account's limit of {look.money(limit)}{look.since(moment)}"
            f"{_said_more(more, look)}",
            look.place(name),
            f"lower the budgets of the account{', end those later' if more else ''}, or raise the limit",
        )


def _said_more(more: Mapping[Address, int], look: Look) -> str:
    """The greatest first."""
    if not more:
        return ""
    named = sorted(more, key=lambda root: -more[root])
    told = [f"{root} may spend {look.money(more[root])}" for root in named[:MOST_NAMED]]
    told += [f"{len(named) - MOST_NAMED:,} more"] if len(named) > MOST_NAMED else []
    return f" (what is left of budgets counts over the days that are left: {', '.join(told)} a day)"


# ---- by how much it rises


@dataclass(frozen=True)
class _Rise:
    """Of one field that says how much, or of what is spent a day (`name` is empty)."""

    address: Address
    name: str
    before: int
    after: int

    @property
    def percent(self) -> Decimal:
        return 100 * Decimal(self.after - self.before) / self.before

    def is_over(self, limit: int) -> bool:
        return 100 * (self.after - self.before) > limit * self.before


def max_budget_increase(look: Look, plan: Plan) -> Iterator[Refusal]:
    """Each field that says how much, and what it comes to a day, whatever kind of budget says it and at which level."""
    limit = look.account.policies.max_budget_increase
    if limit is None:
        return
    own = [rise for change in plan.changes if change.action in STEPS for rise in _of_fields(change)]
    a_day = list(_a_day(look, plan))
    over = [rise for rise in own if rise.is_over(limit)]
    told = {rise.address for rise in over}
    for rise in a_day:
        # What one of its fields or its ad sets explains is not told twice.
        if rise.is_over(limit) and not any(at.within(rise.address) or rise.address == at for at in told):
            told.add(rise.address)
            over.append(rise)
    for rise in over:
        root = rise.address.root
        most_of_all = max(one.percent for one in (*own, *a_day) if one.address.root == root)
        origin = _place_of(rise, look, plan)
        yield _increase(look, rise, origin, most_of_all, is_alone=_is_alone(rise, own, a_day))


def _of_fields(change: Change) -> Iterator[_Rise]:
    for name in AMOUNTS:
        before, after = change.before.get(name), change.after.get(name)
        if before and after:
            yield _Rise(change.address, name, before, after)


def _a_day(look: Look, plan: Plan) -> Iterator[_Rise]:
    """By the whole of budgets over their days, and by what is left of them over those that are left: what is half
    spent rises by more than its field, and a day less makes more of what is left than of the whole."""
    touched = {c.address for c in plan.changes if c.action in STEPS and {*SPENDS, *RUN} & set(c.after)}
    if not touched or look.future is None:
        return
    past = as_live(look.objects or {}, look.records or {})
    of_yaml = declared(look.resources, look.objects, look.now, look.records, look.future.made)
    then = look.future.allowed()
    for owner in _owners(touched):
        before = _comes_to(look, (past, past), owner)
        after = _comes_to(look, (of_yaml, then), owner)
        if before and after:
            yield _Rise(owner, "", before, after)


def _comes_to(look: Look, parts: tuple[Parts, Parts], owner: Address) -> int:
    """A day, by the reading that comes to more."""
    whole, left = (_alone(one, owner) for one in parts)
    by_left = most(timeline(left, look.now, whole=False, ads=False)).daily
    return max(highest(whole, look.now).daily, by_left)


def _owners(touched: set[Address]) -> list[Address]:
    """Ad sets before their campaign."""
    return sorted(touched | {a.root for a in touched}, key=lambda a: (-len(a.steps), a.steps))


def _alone(parts: Mapping[Address, Any], owner: Address) -> dict[Address, Any]:
    return {a: p for a, p in parts.items() if a == owner.root or a.within(owner)}


def _is_alone(rise: _Rise, own: Iterable[_Rise], a_day: Iterable[_Rise]) -> bool:
    """Whether a day's money rises by this field and by as much: then the same amount mends both."""
    others = [one for one in own if one.address.root == rise.address.root and one is not rise]
    days = [one for one in a_day if one.address.root == rise.address.root]
    return rise.name == "daily_budget" and not others and all(one.percent <= rise.percent for one in days)


def _place_of(rise: _Rise, look: Look, plan: Plan) -> Origin | None:
    """Of the field; of a day's money where its budget stands, or what has moved (an end that is earlier)."""
    resource = look.resources.get(rise.address)
    if resource is not None and rise.name:
        return resource.origin_of(rise.name)
    moved = (c.origin for c in plan.changes if c.address == rise.address and c.action is Action.UPDATE)
    of_root = _by_root(look.resources).get(rise.address.root, {})
    own = {rise.address: resource} if resource is not None else {}
    return _place_of_money(own) or next(moved, None) or _place_of_money(of_root)


def _increase(look: Look, rise: _Rise, origin: Origin | None, most_of_all: Decimal, *, is_alone: bool) -> Refusal:
    limit = look.account.policies.max_budget_increase or 0
    what, unit = (f"{rise.name} rises", "") if rise.name else ("the budget rises", " a day")
    at = f" at {origin.line_text}" if origin else ""
    lower = f"raise it by less{at}, or end it later"
    if is_alone:
        lower = f"write {rise.name}: {look.money(rise.before * (100 + limit) // 100)} or less{at}"
    raised = f"write max_budget_increase: {_whole(most_of_all)} at {look.place('max_budget_increase').line_text}"
    return Refusal(
        "max_budget_increase",
        str(rise.address),
        f"{what} by {_percent(rise.percent)} % from {look.money(rise.before)} to {look.money(rise.after)}{unit}; "
        f"the limit is {limit} %",
        origin,
        f"{lower}, or {raised}",
    )


def _percent(value: Decimal) -> str:
    """Never so short that it looks like the limit that it is over."""
    return f"{value.quantize(Decimal('0.01'), ROUND_CEILING):f}".rstrip("0").rstrip(".")


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))
