"""A plan as people read it: a tree by address, what it costs, what somebody else changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

from reconciler.display import brief, plain, plain_lines, said
from reconciler.kinds.codecs import Money, format_money, format_time
from reconciler.kinds.echoes import is_echo
from reconciler.kinds.structure import Gap, gaps
from reconciler.lateness import headline
from reconciler.model import Action, Change, Drift, Effort, Moment, Plan, Refusal, Spend
from reconciler.plan import MAKING

SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "-/+",
    Action.ACTIVATE: ">",
    Action.PAUSE: "=",
    Action.ARCHIVE: "-",
    Action.DELETE: "-",
    Action.ADOPT: "=>",
    Action.FORGET: ".",
}
COLOURS = {
    "+": "green",
    "~": "yellow",
    "-/+": "red",
    ">": "green",
    "=": "yellow",
    "-": "red",
    "=>": "cyan",
    ".": "cyan",
}

HIGHLIGHTS = {
    "campaign": ("name", "objective", "daily_budget", "lifetime_budget", "spend_cap"),
    "ad_set": ("daily_budget", "lifetime_budget", "optimization_goal", "targeting", "start_time", "end_time"),
    "ad": ("video", "image", "headline", "destination_url", "url_tags"),
}
"""What a reviewer looks for in a new resource; the JSON has everything."""

NO_CHANGES = "No changes. What is live matches desired/."
LONGEST_NAME = 100
REVIEWED = "This is what it does applied as a reviewed plan: reconciler apply FILE."
ONLY_DRIFT = "No changes. What was edited outside is left alone."


def as_text(plan: Plan, *, verbose: bool = False) -> list[tuple[str, str]]:
    """Lines with the colour of each ("" for none)."""
    lines = [(line, "red") for line in headline(plan.late, plan.now, plan.zone)]
    lines += [("", "")] if lines else []
    for change in plan.changes:
        lines += _change(plan, change, verbose)
    if plan.changes:
        lines.append(("", ""))
    lines += [(line, "yellow") for drift in plan.drift for line in _drift(plan, drift)]
    if plan.drift:
        lines.append(("", ""))
    lines += [(f"Note: {brief(text)}", "") for text in plan.notes]
    lines += [(line, "red") for refusal in plan.refusals for line in _refusal(refusal)]
    lines += [(line, "red") for line in _held_back(plan)]
    lines += [(f"Error: {account}: {plain_lines(text)}", "red") for account, text in plan.failures.items()]
    if plan.notes or plan.refusals or plan.failures:
        lines.append(("", ""))
    return [*lines, *((text, "") for text in _closing(plan))]


def _closing(plan: Plan) -> Iterator[str]:
    if plan.empty and not plan.failures and not plan.refusals:
        yield ONLY_DRIFT if plan.drift else NO_CHANGES
    else:
        yield summary_line(plan)
    if plan.options.reviewed:
        yield REVIEWED
    yield from spend_lines(plan)
    yield from _effort(plan.effort)


def counts(plan: Plan) -> dict[str, int]:
    """How many changes of each action, and how much drift."""
    found = {action.value: sum(1 for c in plan.changes if c.action is action) for action in Action}
    return {**found, "drift": len(plan.drift)}


def summary_line(plan: Plan) -> str:
    """What will be done: what is held back does not count."""
    return f"Plan: {', '.join(_figures(counts(plan)))}."


def _figures(n: Mapping[str, int]) -> list[str]:
    added, removed = n["create"] + n["replace"], n["archive"] + n["delete"]
    extras = [f"{n['adopt']} to adopt"] * bool(n["adopt"]) + [f"{n['forget']} to forget"] * bool(n["forget"])
    return [
        f"{added} to add",
        f"{n['update']} to change",
        f"{removed} to remove",
        f"{n['activate']} to activate",
        f"{n['pause']} to pause",
        *extras,
    ]


def _refusal(refusal: Refusal) -> Iterator[str]:
    yield f"Refused ({refusal.policy}): {plain(refusal.address)}: {brief(refusal.message)}"
    if refusal.mend:
        yield f"  mend: {brief(refusal.mend)}"


def _held_back(plan: Plan) -> Iterator[str]:
    """A line for each refusal that holds something back, with how much of what."""
    by_refusal: dict[tuple[str, str], Counter[str]] = {}
    for held in plan.held:
        by_refusal.setdefault((held.policy, held.refused), Counter())[held.change.action.value] += 1
    for (policy, refused), found in by_refusal.items():
        figures = [text for text in _figures(found) if not text.startswith("0 ")]
        yield f"Held back ({policy}): {plain(refused)}: {', '.join(figures)}"


def _change(plan: Plan, change: Change, verbose: bool) -> Iterator[tuple[str, str]]:
    symbol = SYMBOLS[change.action]
    colour = COLOURS[symbol]
    head = f"{symbol:>3} {change.kind:<8} {change.address!s:<41}"
    yield f"{head} {_aside(plan, change)}".rstrip(), colour
    if change.action in MAKING:
        yield from _new_fields(plan, change, verbose)
    elif change.action is Action.UPDATE:
        yield from _changed_fields(plan, change)


def _aside(plan: Plan, change: Change) -> str:
    told = f"# {'; '.join(map(brief, change.consequences))}" if change.consequences else ""
    if change.action in MAKING:
        starts = f", active from {format_time(change.due, plan.zone)}" if change.due else ""
        return f"PAUSED{starts} {told}".rstrip()
    if change.action in (Action.ACTIVATE, Action.PAUSE):
        step = f"{change.before.get('status')} → {change.after.get('status')}" if change.before else ""
        due = f"(since {format_time(change.due, plan.zone)})" if change.due else ""
        return " ".join(part for part in (step, due, told) if part)
    if change.action is Action.UPDATE:
        return change.origin.line_text if change.origin else ""
    return told


def _new_fields(plan: Plan, change: Change, verbose: bool) -> Iterator[tuple[str, str]]:
    names = [n for n in change.after if n != "status"] if verbose else HIGHLIGHTS[change.kind]
    currency = plan.currencies[change.address.account]
    for name in names:
        if name in change.after:
            yield f"      + {plain(name):<18} {said(name, change.after[name], currency, plan.zone)}", "green"


def _changed_fields(plan: Plan, change: Change) -> Iterator[tuple[str, str]]:
    currency = plan.currencies[change.address.account]
    rows = [
        (path, f"{said(name, old, currency, plan.zone)} → {said(name, new, currency, plan.zone)}")
        for name in change.after
        for path, old, new in leaves(name, change.before.get(name), change.after[name])
    ]
    for i, (path, step) in enumerate(rows):
        told = f"   # {'; '.join(map(brief, change.consequences))}" if change.consequences and i == 0 else ""
        yield f"      ~ {brief(path):<18} {step}{told}", "yellow"


def leaves(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """The innermost values that differ, what an update removes included, but what Meta adds by itself."""
    if not isinstance(old, (Mapping, list)) or not isinstance(new, (Mapping, list)):
        yield name, old, new
        return
    for gap in gaps(new, old, name, _not_metas_own):
        yield gap.path, gap.live, gap.declared


def _not_metas_own(path: str, value: Any, inside: Any) -> Iterator[Gap]:
    if not is_echo(path, value, inside):
        yield Gap(path, None, value, added=True, beyond=value)


def _drift(plan: Plan, drift: Drift) -> Iterator[str]:
    currency = plan.currencies.get(drift.address.account, "")
    kept = "accepted" if drift.accepted else "reverted" if drift.reverted else "kept"
    was, now = (said(drift.field, value, currency, plan.zone) for value in (drift.recorded, drift.live))
    path = brief(drift.path or drift.field)
    yield f"Drift: {drift.address} {path} {was} → {now}{_who(plan, drift)} ({kept})"


def _who(plan: Plan, drift: Drift) -> str:
    if not drift.actor and drift.at is None:
        return ""
    where = f" in {brief(drift.application, LONGEST_NAME)}" if drift.application else ""
    when = f", {format_time(drift.at, plan.zone)}" if drift.at else ""
    return f", by {brief(drift.actor, LONGEST_NAME) or 'somebody'}{where}{when}"


def _effort(effort: Mapping[str, Effort]) -> Iterator[str]:
    """Accounts are worked on side by side: only those that take a minute or more are worth a line."""
    long = {account: cost for account, cost in sorted(effort.items()) if cost.seconds >= 60}
    for account, cost in long.items():
        yield f"Time to apply: {account} about {round(cost.seconds / 60)} min ({_writes([cost])})."
    if effort and not long:
        yield f"Time to apply: less than a minute ({_writes(effort.values())})."


def _writes(costs: Collection[Effort]) -> str:
    writes = sum(cost.writes for cost in costs)
    tiers = " and ".join(sorted({cost.tier for cost in costs if cost.tier}))
    slow = round(max(cost.seconds_if_limited for cost in costs) / 60)
    unknown = "tier not known" + (f": about {slow} min in the limited one" if slow else "")
    told = [*([f"{tiers} tier"] if tiers else []), *([unknown] if any(not cost.tier for cost in costs) else [])]
    return f"{writes} write{'s' * (writes != 1)}, {', '.join(told)}"


MOST_MOMENTS = 6
"""Of those at which the spend changes; the JSON has all."""


def spend_lines(plan: Plan) -> Iterator[str]:
    """What is spent a day now and from when on it changes, by account, then by currency."""
    shown = {key: s for key, s in sorted(plan.spend.items()) if s.timeline or any(_amounts(s))}
    for key, spend in shown.items():
        yield f"Spending now: {plain(key)} {_spending(plan, spend)}"
    for key in sorted(plan.failures):
        yield f"Spending now: {plain(key)} unknown: it could not be planned."
    currencies = Counter(spend.currency for spend in shown.values())
    if len(shown) > 1 and max(currencies.values()) > 1:
        without = f" Not counted: {', '.join(map(plain, sorted(plan.failures)))}." if plan.failures else ""
        totals = totals_by_currency(shown.values())
        for currency in sorted(c for c, accounts in currencies.items() if accounts > 1):
            yield f"Spending now, all in {currency}: {_spending(plan, totals[currency])}{without}"


def totals_by_currency(spends: Iterable[Spend]) -> dict[str, Spend]:
    """The accounts of each currency together."""
    found: dict[str, Spend] = {}
    for one in spends:
        known = found.get(one.currency, Spend(one.currency, 0, 0, 0, 0))
        before, after, active, active_after = map(sum, zip(_amounts(known), _amounts(one), strict=True))
        found[one.currency] = Spend(one.currency, before, after, active, active_after, _together(known, one))
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
    parts += [f"It changes {len(more)} times more until {_local(plan, more[-1].at)}"] if more else []
    if spend.daily_before != spend.daily_after:
        steps = f"{_bare(spend.daily_before, spend.currency)} → {_bare(spend.daily_after, spend.currency)}"
        parts.append(f"All budgets, paused ones too: {steps} {spend.currency} a day")
    return f"{'. '.join(parts)}."


def _local(plan: Plan, moment: datetime) -> str:
    """In the project's timezone, as the YAML writes it."""
    return format_time(moment, plan.zone).rpartition(" ")[0]


def _bare(minor: int, currency: str) -> str:
    return format_money(Money(minor, currency)).rpartition(" ")[0] if minor else "0"
