"""One account's differences to a plan: attributed, in order, with what it will cost. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from zoneinfo import ZoneInfo

from reconciler.engine.activity import last_edit, names, speaks_of
from reconciler.engine.difference import Difference
from reconciler.engine.idle import idle_starts, told_idle
from reconciler.engine.spend.fields import direction
from reconciler.engine.warned import warnings_of
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.codecs import Money, format_money, offset
from reconciler.kinds.said import said
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change, Drift, Options, Plan, Refusal
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.text.sanitize import plain

HOUR = timedelta(hours=1)
BUDGET_EDITS = 4
"""Documented: an object's budget may be changed four times an hour (613/1487632 after that)."""

LEAST_OF_SPENT = 110
"""Documented: a new lifetime budget is at least so much percent of what is spent (100/1885650 below that)."""

MAKING = frozenset({Action.CREATE, Action.REPLACE})

BILLING_GROUPS = {
    "LINK_CLICKS": "clicks",
    "PAGE_LIKES": "clicks",
    "POST_ENGAGEMENT": "clicks",
    "THRUPLAY": "views",
    "APP_INSTALLS": "actions",
}


def make_plan(
    desired: Desired,
    now: datetime,
    account: Account,
    observed: Observed,
    difference: Difference,
    notes: Iterable[str] = (),
) -> Plan:
    """One account's plan, before the guard has looked at it."""
    ordered = sorted(difference.changes, key=display_order)
    drift = tuple(attribute(d, observed) for d in difference.drift)
    asked = [d for d in drift if d.asked_at is not None]
    reverting = partial(with_reverted, drift=asked, currency=account.currency, zone=desired.zone)
    waiting = [reverting(held(change, observed.log_of(change.id), now, desired.zone)) for change in ordered]
    off = difference.held
    changes = tuple(told_idle(waiting, desired.resources, observed, now, off))
    idle = idle_starts(changes, desired.resources, observed, now, off, desired.zone)
    return Plan(
        project=desired.project,
        zone=desired.zone,
        now=now.replace(microsecond=0),
        changes=changes,
        drift=drift,
        conflicts=tuple(attribute(d, observed) for d in difference.conflicts),
        refusals=tuple(difference.refusals),
        notes=(*notes, *difference.notes, *idle, *beside(observed, changes)),
        currencies={account.key: account.currency},
    )


def merge_plans(desired: Desired, now: datetime, plans: Iterable[Plan], failures: Mapping[str, str]) -> Plan:
    """The plans of all accounts as one, in the order of their addresses."""
    whole = list(plans)
    warnings, untold = warnings_of(desired, whole)
    return Plan(
        project=desired.project,
        zone=desired.zone,
        now=now.replace(microsecond=0),
        changes=tuple(sorted((c for p in whole for c in p.changes), key=display_order)),
        drift=tuple(sorted((d for p in whole for d in p.drift), key=lambda d: (d.address, d.field))),
        conflicts=tuple(sorted((d for p in whole for d in p.conflicts), key=lambda d: (d.address, d.field))),
        refusals=tuple(r for p in whole for r in p.refusals),
        held=tuple(sorted((h for p in whole for h in p.held), key=lambda h: display_order(h.change))),
        notes=(*(n for p in whole for n in p.notes), *untold),
        spend={k: s for p in whole for k, s in p.spend.items()},
        effort={k: e for p in whole for k, e in p.effort.items()},
        currencies={a.key: a.currency for a in desired.accounts.values()},
        failures=dict(failures),
        late=tuple(one for p in whole for one in p.late),
        options=whole[0].options if whole else Options(),
        accounts={k: b for p in whole for k, b in p.accounts.items()},
        warnings=warnings,
        media=desired.media,
    )


def display_order(change: Change) -> tuple[tuple[str, ...], bool]:
    return change.address.steps, change.action in (Action.ACTIVATE, Action.PAUSE)


def held(change: Change, activities: Iterable[Activity], now: datetime, zone: ZoneInfo) -> Change:
    """A change of a budget that was changed four times within the hour, by whomever, waits until Meta takes a fifth."""
    if change.action is not Action.UPDATE or not set(change.after) & set(BUDGETS):
        return change
    lately = sorted(
        a.at for a in activities if a.object_id == change.id and speaks_of(a, "daily_budget") and now - a.at < HOUR
    )
    if len(lately) < BUDGET_EDITS:
        return change
    free = lately[-BUDGET_EDITS] + HOUR
    why = f"waits until {format_time(free, zone)}: Meta takes {BUDGET_EDITS} budget changes an hour"
    return replace(change, not_before=free, consequences=(*change.consequences, why))


def with_reverted(change: Change, *, drift: Iterable[Drift], currency: str, zone: ZoneInfo) -> Change:
    """Whose choice it overwrites, where the YAML says to."""
    own = (d for d in drift if d.asked_at is not None and d.address == change.address and d.field in change.after)
    told = tuple(
        f"reverts what {plain(d.actor) or 'somebody'} set{f' in {plain(d.application)}' if d.application else ''}, "
        f"{said(d.field, d.live, currency, zone, d.path or d.field)}"
        for d in own
    )
    return replace(change, consequences=(*told, *change.consequences)) if told else change


FORGOTTEN = (
    "this tool has paused it, and state/ does not remember why: since its YAML was gone, or by reconciler pause, which "
    "only a person takes back"
)
"""The log tells both in the same words, so that nothing is turned on again by itself."""


def attribute(drift: Drift, observed: Observed) -> Drift:
    """Who did it and when: the last event of the object that may speak of the field, unless it names another value."""
    log, us = observed.log_of(drift.id), observed.identity
    edit = last_edit(log, drift.id, drift.field, drift.live, us, drift.unchanged_at)
    if edit is not None:
        paused_by_us = drift.field == "status" and drift.live == PAUSED and us is not None and us.made(edit)
        effect = FORGOTTEN if paused_by_us and not (drift.held or drift.effect) else drift.effect
        return replace(drift, actor=edit.actor, application=edit.application, at=edit.at, effect=effect)
    was_ours = any(us is not None and us.made(a) and names(a, drift.field, drift.live) for a in log)
    may_be_ours = any(us is None or us.may_have_made(a) for a in log)
    return replace(drift, unnamed=observed.log_since is not None and not (was_ours or may_be_ours))


def beside(observed: Observed, changes: Sequence[Change]) -> Iterator[str]:
    """What nobody declares, in the account as the changes leave it."""
    fates: dict[Address, Action] = {change.address: change.action for change in changes if change.action in FATES}
    yield from _copies(observed, fates)
    yield from _orphans(observed)
    yield from _unmanaged(observed, fates)
    yield from _namesakes(observed, changes)


FATES = {
    Action.ARCHIVE: "goes with {}, which is to be archived",
    Action.DELETE: "goes with {}, which is to be deleted",
    Action.REPLACE: "goes with {}, which is to be archived and replaced",
    Action.PAUSE: "stops with {}, which is to be paused",
}
"""What becomes of something by what is done to what it stands in."""


def _fate(place: Address | None, fates: Mapping[Address, Action]) -> str:
    """ "" where the plan leaves it as it is."""
    touched = [at for at in (place, *place.ancestors) if at in fates] if place else []
    touched.sort(key=lambda at: fates[at] is Action.PAUSE)
    return FATES[fates[touched[0]]].format(touched[0]) if touched else ""


def _said(live: Object) -> str:
    return f'{live.kind} {live.id} "{plain(str(live.fields.get("name", "")))}"'


def _copies(observed: Observed, fates: Mapping[Address, Action]) -> Iterator[str]:
    places = {live.id: address for address, live in observed.objects.items()}
    for address, live in observed.copies:
        place = places.get(live.parent_id)
        fate = _fate(place, fates) if live.status == ACTIVE else ""
        yield (
            f"{address}: {_said(live)}{_where(address, live, place)} is a copy that carries its label ({live.status}); "
            f"it is not managed{fate and f', and {fate}'}: reconciler pause {live.id} stops it, reconciler forget "
            f"{live.id} takes the label off"
        )


def _where(address: Address, live: Object, place: Address | None) -> str:
    """ "" for what stands where its label belongs."""
    if address.parent is None or place == address.parent:
        return ""
    return f" in {place or f'{address.parent.kind} {live.parent_id}'}"


def _orphans(observed: Observed) -> Iterator[str]:
    for live in observed.topmost_orphans:
        if live.status != ACTIVE:
            yield (
                f"{observed.account}: {_said(live)} is {live.status} and carries a label of this "
                "project, but neither desired/ nor state/ knows it; reconciler forget takes the label off"
            )


def _unmanaged(observed: Observed, fates: Mapping[Address, Action]) -> Iterator[str]:
    places = {live.id: address for address, live in observed.objects.items()}
    held = {live.parent_id: live for live in observed.beside if live.status == ACTIVE}
    for live in (one for one in observed.unmanaged if one.status == ACTIVE):
        place, inside = places.get(live.parent_id), held.get(live.id)
        if place is not None:
            yield (
                f"{place}: {_said(live)}, which is ACTIVE in it, carries no label of ours: it is counted in the spend "
                f"and {_fate(place, fates) or 'left as it is'}"
            )
        elif inside is not None:
            yield (
                f"{observed.account}: {_said(live)} is ACTIVE and carries no label of ours, but {inside.kind} "
                f"{inside.id} in it does: it is counted in the spend and left as it is"
            )


def _namesakes(observed: Observed, changes: Iterable[Change]) -> Iterator[str]:
    made = [c for c in changes if c.action is Action.CREATE and KINDS[c.kind].launches]
    for change in made if observed.namesakes else ():
        for live in observed.namesakes:
            if live.fields.get("name") == change.after.get("name"):
                both = ": both run once this one is on" if live.status == ACTIVE else ""
                yield (
                    f"{change.address}: {_said(live)}, which carries no label of ours, has the same name and is "
                    f'{live.status}{both}; if it is the one that is meant, write existing: "{live.id}"'
                )


@dataclass(frozen=True)
class _Least:
    """The least that Meta takes of an amount, what makes it so, and what is to be done in place of that."""

    minor: int
    why: str
    instead: str = ""
    step: int = 1
    """What grows meanwhile is told in whole steps of so much, so that it is enough when somebody has written it."""

    @property
    def told(self) -> int:
        return -(-self.minor // self.step) * self.step


def too_small_budgets(
    account: Account, resources: Mapping[Address, Resource], observed: Observed, changes: Iterable[Change]
) -> Iterator[Refusal]:
    """Amounts that Meta would refuse in this account, told before anything is written."""
    groups = _billing_groups(resources)
    for change in changes:
        resource = resources.get(change.address)
        for name in (*BUDGETS, "spend_cap") if resource is not None else ():
            amount = change.after.get(name)
            if resource is None or not amount:
                continue
            found = _leasts(name, change, resource, groups.get(resource.address, set()), observed, account)
            least = max(found, key=lambda one: one.minor)
            if amount < least.minor:
                yield Refusal(
                    "minimum_budget",
                    str(change.address),
                    f"{name} {_money(amount, account)} is below {least.why}",
                    resource.origin_of(name),
                    f"write {name}: {_money(least.told, account)} or more at {resource.origin_of(name).line_text}"
                    f"{least.instead}",
                    lowers=bool(change.id) and direction(name, change.before.get(name), amount) < 0,
                )


def _leasts(
    name: str, change: Change, resource: Resource, groups: set[str], observed: Observed, account: Account
) -> Iterator[_Least]:
    facts = observed.facts
    if name == "spend_cap":
        minor = facts.minimum_cap
        yield _Least(minor, f"the {_money(minor, account)} that the account's spend caps have to be at least",
                     ", or take the line out: then nothing limits it")  # fmt: skip
        return
    minor = _least(groups, facts.minimum_daily) * (_days(resource) if name == "lifetime_budget" else 1)
    yield _Least(minor, f"the account's minimum of {_money(minor, account)}")
    live = observed.objects.get(change.address)
    if name == "lifetime_budget" and change.action is Action.UPDATE and live and live.budget_remaining is not None:
        now = int(live.fields.get(name) or 0)
        spent = max(0, now - live.budget_remaining)
        minor = -(-spent * LEAST_OF_SPENT // 100)
        kept = f"; to stop it, write status: PAUSED, and {name}: {_money(now, account)} again"
        yield _Least(
            minor,
            f"{LEAST_OF_SPENT} % of the {_money(spent, account)} that are spent",
            kept if now else "",
            offset(account.currency),
        )


def _money(minor: int, account: Account) -> str:
    return format_money(Money(minor, account.currency))


def _billing_groups(resources: Mapping[Address, Resource]) -> dict[Address, set[str]]:
    """What the ad sets of each campaign, and each ad set itself, are billed by."""
    found: dict[Address, set[str]] = {}
    for address, resource in resources.items():
        if "billing_event" in resource.fields:
            group = BILLING_GROUPS.get(str(resource.fields.get("billing_event")), "impressions")
            for place in (address, address.root):
                found.setdefault(place, set()).add(group)
    return found


def _least(groups: Iterable[str], minimums: Mapping[str, int]) -> int:
    return max((minimums.get(group, 0) for group in groups), default=0)


def _days(resource: Resource) -> int:
    start, end = resource.schedule.activate_at, resource.schedule.deactivate_at
    # Of an ad set what is sent decides: it may be its campaign's time.
    begins, ends = resource.ahead.get("start_time", start), resource.ahead.get("end_time", end)
    if begins is None or ends is None:
        return 1
    return max(1, ceil((ends - begins).total_seconds() / 86400))
