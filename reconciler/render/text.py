"""A plan as people read it: what is said first, the changes by campaign, what somebody else changed, what is refused,
what it costs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.engine.diff import remarks
from reconciler.engine.lateness import headline
from reconciler.engine.plan import MAKING
from reconciler.kinds import KINDS
from reconciler.kinds.said import counted, said, undoing, written
from reconciler.model.address import LEVELS, Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change, Drift, Effort, Plan, Refusal
from reconciler.model.problem import Origin
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.render.fields import Row, Teller, field_lines
from reconciler.render.made import Alike, Made, alike, campaign_lines, head_line, made_of
from reconciler.render.nested import differing, is_nested
from reconciler.render.spending import spend_lines
from reconciler.text.sanitize import brief, plain, plain_lines

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
LEGEND = {
    "+": "create (always PAUSED)",
    "~": "update",
    "-/+": "replace",
    ">": "turn on",
    "=": "pause",
    "-": "archive or delete",
    "=>": "take under management",
    ".": "let go",
}

NO_CHANGES = "No changes. What is live matches desired/."
LONGEST_NAME = 100
REVIEWED = "This is what it does applied as a reviewed plan: reconciler apply FILE."
ONLY_DRIFT = "No changes. What was edited outside is left alone."

Line = tuple[str, str]
"""With its colour, "" for none."""


def as_text(plan: Plan, *, full: bool = False, idle: str = "") -> list[Line]:
    """`full`: every field of every object, nothing told together with its like. `idle`: what is said where nothing is
    to be done."""
    parts = [
        [(line, "red") for line in (*headline(plan.late, plan.now, plan.zone), *_stops(plan), *_renames(plan))],
        [*_changes(plan, full)],
        [(line, "") for line in _legend(plan.changes)],
        [(line, "yellow") for drift in plan.drift for line in _drift(plan, drift)],
        [*_remarks(plan)],
    ]
    closing = [(text, "") for text in _closing(plan, full=full, idle=idle)]
    return [*(line for part in parts if part for line in (*part, ("", ""))), *closing]


def _remarks(plan: Plan) -> Iterator[Line]:
    yield from ((f"Note: {brief(text)}", "") for text in plan.notes)
    yield from ((line, "red") for refusal in plan.refusals for line in _refusal(refusal))
    yield from ((line, "red") for line in _held_back(plan))
    yield from ((f"Error: {account}: {plain_lines(text)}", "red") for account, text in plan.failures.items())


def _stops(plan: Plan) -> Iterator[str]:
    """Campaigns that run, and whose file is gone."""
    for change in plan.changes:
        runs = KINDS[change.kind].launches and change.before.get("status") == ACTIVE and not change.address.is_orphan
        if change.removal and runs and change.action is not Action.FORGET:
            done = {Action.PAUSE: "paused", Action.ARCHIVE: "archived", Action.DELETE: "deleted"}[change.action]
            yield f"Stops: {change.address} is running and its file is gone, so it is {done}"


def _renames(plan: Plan) -> Iterator[str]:
    for change in plan.changes:
        moved = change.former is not None and (change.address.parent is None or not _moved_with(change))
        if moved:
            yield f"Renamed: {change.former} is {change.address} from now on; nothing is made anew"


def _moved_with(change: Change) -> bool:
    """Whether the step that was renamed is one above: its own key is the former one."""
    return change.former is not None and change.former.steps[-1:] == change.address.steps[-1:]


def _legend(changes: Iterable[Change]) -> Iterator[str]:
    """Of the symbols that stand there: what is turned on as soon as it is made has the line of its making."""
    listed = list(changes)
    made = {change.address for change in listed if change.action in MAKING}
    used = {SYMBOLS[c.action] for c in listed if c.action is not Action.ACTIVATE or c.address not in made}
    if used:
        yield f"Symbols: {', '.join(f'{symbol} {word}' for symbol, word in LEGEND.items() if symbol in used)}"


def _closing(plan: Plan, *, full: bool, idle: str) -> Iterator[str]:
    if plan.empty and not plan.refusals and (idle or not plan.failures):
        yield idle or (ONLY_DRIFT if plan.drift else NO_CHANGES)
    else:
        yield summary_line(plan)
    if plan.options.reviewed:
        yield REVIEWED
    yield from spend_lines(plan)
    yield from _effort(plan.effort, full=full)


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
    """A line for each refusal that holds something back, with how much of what; then what else it keeps from
    changing, and which other campaigns, and why they wait."""
    teller = Teller(plan)
    lowers = {(r.policy, r.address) for r in plan.refusals if r.lowers}
    by_refusal: dict[tuple[str, str], Counter[str]] = {}
    for held in plan.held:
        by_refusal.setdefault((held.policy, held.refused), Counter())[held.change.action.value] += 1
    for (policy, refused), found in by_refusal.items():
        figures = [text for text in _figures(found) if not text.startswith("0 ")]
        yield f"Held back ({policy}): {plain(refused)}: {', '.join(figures)}"
        for change in (h.change for h in plan.held if (h.policy, h.refused) == (policy, refused)):
            why = _why_it_waits(change.address, refused, lowers=(policy, refused) in lowers)
            if change.action is Action.UPDATE:
                for path, lines, _ in _changed_fields(plan, change, teller):
                    yield f"  {change.address} {path} {' '.join(lines)}{why}"
            elif str(change.address.root) != refused and KINDS[change.kind].launches:
                yield f"  {change.address}: {change.action}{why}"


def _why_it_waits(address: Address, refused: str, *, lowers: bool) -> str:
    """ "" for what is refused itself."""
    at = Address.parse(refused) if "/" in refused else None
    if address == at:
        return ""
    if at is not None and at.root == address.root:
        return f": waits with {at.root}"
    if lowers:
        return f": nothing of {address.account} rises while a stop or decrease of {refused} is held back"
    return f": waits with all of {address.account}"


# ---- changes


def _changes(plan: Plan, full: bool) -> Iterator[Line]:
    """Campaign by campaign; new ones that are alike where the first of them stands."""
    teller = Teller(plan, full)
    campaigns = {root: list(changes) for root, changes in groupby(plan.changes, key=lambda change: change.address.root)}
    made = {root: made_of(plan, changes, SYMBOLS, teller) for root, changes in campaigns.items()}
    whole = [rows for root, rows in made.items() if rows and rows[0].address == root and not full]
    groups: dict[Address, Alike] = {root: group for root, group in alike(whole).items() if group.many}
    told: set[int] = set()
    for root, changes in campaigns.items():
        yield from _others(plan, changes, made[root], teller)
        group = groups.get(root)
        if group is None:
            yield from _coloured(campaign_lines(made[root], full=full), made[root])
        elif id(group) not in told:
            told.add(id(group))
            yield from _coloured(group.lines(), made[root])


def _coloured(lines: Iterable[str], rows: Sequence[Made]) -> Iterator[Line]:
    colour = COLOURS[rows[0].symbol] if rows else ""
    yield from ((line, colour) for line in lines)


def _others(plan: Plan, changes: Sequence[Change], made: Sequence[Made], teller: Teller) -> Iterator[Line]:
    """What happens to what is there. What is turned on as soon as it is made is told where it is made."""
    new = {row.address for row in made}
    others = [c for c in changes if c.address not in new or c.action not in (*MAKING, Action.ACTIVATE)]
    for group in _folded(plan, others, full=teller.full):
        change = group.change
        colour = COLOURS[SYMBOLS[change.action]]
        fields = list(_changed_fields(plan, change, teller)) if change.action is Action.UPDATE else []
        told = [remark for remark in change.consequences if remark not in {row[2] for row in fields}]
        aside = " ".join(
            [*_step(plan, change), *group.with_it, *([f"# {'; '.join(map(brief, told))}"] if told else [])]
        )
        yield head_line(SYMBOLS[change.action], change.kind, str(change.address), aside), colour
        yield from ((line, colour) for line in field_lines("~", fields))


def _step(plan: Plan, change: Change) -> Iterator[str]:
    if change.action is Action.UPDATE and change.origin:
        yield change.origin.line_text
    if change.action in (Action.ACTIVATE, Action.PAUSE):
        if change.before:
            yield f"{change.before.get('status')} → {change.after.get('status')}"
        if change.due:
            yield f"(since {format_time(change.due, plan.zone)})"


@dataclass(frozen=True)
class _Group:
    """A change, and in words what happens alike to what is in it."""

    change: Change
    with_it: tuple[str, ...] = ()


def _folded(plan: Plan, changes: Sequence[Change], *, full: bool) -> Iterator[_Group]:
    left = list(changes)
    while left:
        first, *rest = left
        with_it = [] if full else [c for c in rest if c.address.within(first.address) and _happens_with(plan, first, c)]
        left = [c for c in rest if c not in with_it]
        number = Counter(change.kind for change in with_it)
        told = " and ".join(counted(number[kind], KINDS[kind].title) for kind in LEVELS if number[kind])
        yield _Group(first, (f"with {told}",) if told else ())


def _happens_with(plan: Plan, first: Change, other: Change) -> bool:
    if other.action is not first.action or other.action is Action.UPDATE or other.address == first.address:
        return False
    if first.former is not None or other.former is not None:
        return _moved_with(other)
    return list(_step(plan, first)) == list(_step(plan, other)) and set(other.consequences) <= set(first.consequences)


def _changed_fields(plan: Plan, change: Change, teller: Teller) -> Iterator[Row]:
    """The remark stands on the line of the field that causes it."""
    causes = remarks(change.kind, change.before, change.after)
    for name in change.after:
        lines = teller.step(change.address.account, name, change.before.get(name), change.after[name])
        if lines:
            yield brief(name), lines, causes.get(name, "")


# ---- drift


def _drift(plan: Plan, drift: Drift) -> Iterator[str]:
    kept = "accepted" if drift.accepted else "reverted" if drift.reverted else "kept"
    yield f"Drift: {drift.address} {'; '.join(_drifted(plan, drift))}{_who(plan, drift)} ({kept})"
    if kept == "kept":
        yield f"  {brief(_what_to_do(plan, drift))}"


def _drifted(plan: Plan, drift: Drift) -> Iterator[str]:
    """`targeting.age_min 21 → 25`: each leaf that is not as recorded."""
    path, values = drift.path or drift.field, (drift.recorded, drift.live)
    found = list(differing(path, *values, to_live=True)) if all(map(is_nested, values)) else []
    if found:
        yield from (f"{brief(leaf.path)} {brief(leaf.text)}" for leaf in found)
        return
    currency = plan.currencies.get(drift.address.account, "")
    was, now = (said(drift.field, value, currency, plan.zone, path) for value in values)
    yield f"{brief(path)} {was} → {now}"


def _who(plan: Plan, drift: Drift) -> str:
    if not drift.actor and drift.at is None:
        return ", by Meta or somebody that the log does not name" if drift.unnamed else ""
    where = f" in {brief(drift.application, LONGEST_NAME)}" if drift.application else ""
    when = f", {format_time(drift.at, plan.zone)}" if drift.at else ""
    return f", by {brief(drift.actor, LONGEST_NAME) or 'somebody'}{where}{when}"


STATUS_WAYS = {
    PAUSED: "it stays off; to turn it on again: {undo}; to keep it off for good, write status: PAUSED{at}",
    ACTIVE: "it runs on; to stop it: reconciler pause {address}; to keep it on, write status: ACTIVE{at}",
    ARCHIVED: "Meta turns nothing back on that is archived; write status: ARCHIVED{at}, or remove its YAML",
    "DELETED": "it is gone; to make it again: {undo}; to let go of it, remove its YAML{at}",
}
"""By the live status."""

ARCHIVED_ALONE = "what uses it does not work; to take it into use again: {undo}; to let go of it, remove its YAML{at}"
"""Of what stands alone."""


SHARED = {
    "desired/project.yaml": "for the whole project",
    "desired/accounts/": "for the whole account",
    "desired/templates/": "for all that extend it",
}
"""By the beginning of a file's name, for what else its lines hold."""


def _shared(origin: Origin) -> str:
    return next((f", {said_}" for start, said_ in SHARED.items() if origin.file.startswith(start)), "")


def _what_to_do(plan: Plan, drift: Drift) -> str:
    undo, at = undoing(drift.address), f" ({drift.origin.line_text}{_shared(drift.origin)})" if drift.origin else ""
    if drift.field == "status" and drift.live in STATUS_WAYS:
        alone = drift.live == ARCHIVED and KINDS[drift.address.kind].stands_alone
        way = ARCHIVED_ALONE if alone else STATUS_WAYS[drift.live]
        return way.format(undo=undo, at=at, address=drift.address)
    currency, whole = plan.currencies.get(drift.address.account, ""), drift.word or drift.path in ("", drift.field)
    line = written(drift.field, drift.live, currency, plan.zone, drift.word) if whole else ""
    if drift.beyond is not None:
        kept = f"write {line if drift.word and line else 'it into the YAML'}{at} or run reconciler apply --accept-live"
        return f"to keep it, {kept}; to remove it: {undo}"
    return f"to keep it, write {line or 'what is live into the YAML'}{at}; to undo it: {undo}"


# ---- effort


def _effort(effort: Mapping[str, Effort], *, full: bool) -> Iterator[str]:
    """Accounts are worked on side by side: only those that take a minute or more are worth a line."""
    long = {account: cost for account, cost in sorted(effort.items()) if cost.seconds >= 60}
    for account, cost in long.items():
        yield f"Time to apply: {account} about {round(cost.seconds / 60)} min ({_writes([cost])})."
    slow = full or any(cost.seconds_if_limited >= 60 for cost in effort.values())
    if effort and not long and slow:
        yield f"Time to apply: less than a minute ({_writes(effort.values())})."


def _writes(costs: Collection[Effort]) -> str:
    writes = sum(cost.writes for cost in costs)
    tiers = " and ".join(sorted({cost.tier for cost in costs if cost.tier}))
    slow = round(max(cost.seconds_if_limited for cost in costs) / 60)
    unknown = "tier not known" + (f": about {slow} min in the limited one" if slow else "")
    told = [*([f"{tiers} tier"] if tiers else []), *([unknown] if any(not cost.tier for cost in costs) else [])]
    return f"{counted(writes, 'write')}, {', '.join(told)}"
