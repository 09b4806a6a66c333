"""The changes of a plan, campaign by campaign, before they are lines, a comment or a page; and how many. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.engine.consequences import causes
from reconciler.engine.lateness import headline
from reconciler.engine.plan import MAKING
from reconciler.engine.waiting import of_a_whole_account
from reconciler.engine.withdrawn import NOT_TAKEN_AWAY
from reconciler.kinds import KINDS
from reconciler.kinds.said import counted
from reconciler.model.address import LEVELS, Address
from reconciler.model.moments import format_time
from reconciler.model.plan import OF_A_MATRIX, Action, Change, Drift, Plan
from reconciler.model.status import ACTIVE
from reconciler.render.fields import Row, Teller
from reconciler.render.made import Alike, Made, alike, campaign_parts, made_of
from reconciler.render.told import Part, Told
from reconciler.text.sanitize import brief, plain

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
STAY_PAUSED = "create (always PAUSED)"
WITHOUT_STATUS = "create"
SOME_PAUSED = "create (campaigns, ad sets and ads always PAUSED)"
LEGEND = {
    "+": STAY_PAUSED,
    "~": "update",
    "-/+": "replace",
    ">": "turn on",
    "=": "pause",
    "-": "archive or delete",
    "=>": "take under management",
    ".": "let go",
}


# ---- said first


def said_first(plan: Plan) -> Iterator[str]:
    yield from headline(plan.late, plan.changes, plan.now, plan.zone)
    yield from _turned_on_again(plan)
    yield from _lost(plan)
    yield from (f"Waits: {note}" for note in dict.fromkeys(map(brief, plan.notes)) if of_a_whole_account(note))
    yield from _stops(plan)
    yield from _renames(plan)


def _turned_on_again(plan: Plan) -> Iterator[str]:
    """What a person has paused, and this plan turns on all the same."""
    turned_on = {change.address for change in plan.changes if change.action is Action.ACTIVATE}
    for drift in plan.drift:
        if drift.field == "status" and drift.reverted and drift.address in turned_on:
            how = "was paused" if drift.actor or not drift.held else "is"
            yield f"Turns on again: {drift.address}, which {how}{by_whom(plan, drift)}"


LONGEST_NAME = 100


def by_whom(plan: Plan, drift: Drift) -> str:
    """`, by Mei in Ads Manager, 2026-12-01 14:30 +08`; "" where nobody knows."""
    if not drift.actor and drift.at is None:
        if drift.held:
            return f" held, since it {brief(drift.held)}"
        return ", by Meta or somebody that the log does not name" if drift.unnamed else ""
    where = f" in {brief(drift.application, LONGEST_NAME)}" if drift.application else ""
    when = f", {format_time(drift.at, plan.zone)}" if drift.at else ""
    return f", by {brief(drift.actor, LONGEST_NAME) or 'somebody'}{where}{when}"


def _lost(plan: Plan) -> Iterator[str]:
    """What delivers to others than declared, or not at all, until somebody does something."""
    for refusal in plan.refusals:
        if refusal.policy == "lost_reference":
            yield f"Lost: {plain(refusal.address)}: {brief(refusal.message)}"


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


def other_notes(plan: Plan) -> list[str]:
    """Those that are not said first, each once."""
    apart = matrices(plan)
    return [
        note for note in dict.fromkeys(map(brief, plan.notes)) if not of_a_whole_account(note) and note not in apart
    ]


def matrices(plan: Plan) -> list[str]:
    """What matrices make: `matrix of spring-sale: 12 ads from 4 × 3`."""
    return [note for note in dict.fromkeys(map(brief, plan.notes)) if note.startswith(OF_A_MATRIX)]


# ---- how many


def legend(changes: Iterable[Change]) -> Iterator[str]:
    """Of the symbols that stand there: what is turned on as soon as it is made has the line of its making."""
    listed = list(changes)
    made = {change.address for change in listed if change.action in MAKING}
    used = {SYMBOLS[c.action] for c in listed if c.action is not Action.ACTIVATE or c.address not in made}
    alone = {KINDS[c.kind].stands_alone for c in listed if c.action is Action.CREATE}
    words = {**LEGEND, "+": _of_creates(alone)}
    if used:
        yield f"Symbols: {', '.join(f'{symbol} {word}' for symbol, word in words.items() if symbol in used)}"


def _of_creates(alone: Collection[bool]) -> str:
    """`alone`: whether the kinds that are made stand alone, which have no status that could be PAUSED."""
    if len(alone) > 1:
        return SOME_PAUSED
    return WITHOUT_STATUS if True in alone else STAY_PAUSED


def counts(plan: Plan) -> dict[str, int]:
    """How many changes of each action, and how much drift."""
    found = {action.value: sum(1 for c in plan.changes if c.action is action) for action in Action}
    return {**found, "drift": len(plan.drift)}


NO_CHANGES = "No changes. What is live matches desired/."
ALL_BUT_WHAT_STAYS = "No changes. What is live matches desired/, but for what is no longer declared and stays at Meta."
ONLY_DRIFT = "No changes. What was edited outside is left alone."


NOT_LOOKED_AT = "Nothing was looked at: none of the accounts that are asked for is in this shard."


def nothing_to_do(plan: Plan) -> str:
    if not plan.accounts and not plan.failures:
        return NOT_LOOKED_AT
    if plan.drift:
        return ONLY_DRIFT
    return ALL_BUT_WHAT_STAYS if any(NOT_TAKEN_AWAY in note for note in plan.notes) else NO_CHANGES


def summary_line(plan: Plan) -> str:
    """What will be done: what is held back does not count."""
    return f"Plan: {', '.join(figures(counts(plan)))}."


def figures(n: Mapping[str, int]) -> list[str]:
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


# ---- group by group


@dataclass(frozen=True)
class Group:
    """What happens in one campaign, or what campaigns that are alike are made of: then `roots` are all of them."""

    roots: tuple[Address, ...]
    others: tuple[Told, ...] = ()
    """What happens to what is there."""
    made: tuple[Part, ...] = ()


def grouped(plan: Plan, teller: Teller) -> Iterator[Group]:
    """Campaign by campaign; new ones that are alike where the first of them stands."""
    campaigns = {root: list(changes) for root, changes in groupby(plan.changes, key=lambda change: change.address.root)}
    made = {root: made_of(plan, changes, SYMBOLS, teller) for root, changes in campaigns.items()}
    whole = [rows for root, rows in made.items() if rows and rows[0].address == root and not teller.full]
    groups: dict[Address, Alike] = {root: group for root, group in alike(whole).items() if group.many}
    told: set[int] = set()
    for root, changes in campaigns.items():
        others, group = tuple(_others(plan, changes, made[root], teller)), groups.get(root)
        if group is None:
            yield Group((root,), others, tuple(campaign_parts(made[root], full=teller.full)))
            continue
        if others:
            yield Group((root,), others)
        if id(group) not in told:
            told.add(id(group))
            yield Group(tuple(member[0].address for member in group.members), (), tuple(group.parts()))


def _others(plan: Plan, changes: Sequence[Change], made: Sequence[Made], teller: Teller) -> Iterator[Told]:
    """What happens to what is there. What is turned on as soon as it is made is told where it is made."""
    new = {row.address for row in made}
    others = [c for c in changes if c.address not in new or c.action not in (*MAKING, Action.ACTIVATE)]
    for change, with_it in _folded(plan, others, full=teller.full):
        rows = tuple(changed_fields(change, teller)) if change.action is Action.UPDATE else ()
        remarks_left = [remark for remark in change.consequences if remark not in {row.remark for row in rows}]
        told = [f"# {'; '.join(map(brief, remarks_left))}"] if remarks_left else []
        aside = " ".join([*_step(plan, change), *with_it, *told])
        origin = change.origin if change.action is Action.UPDATE else None
        yield Told(SYMBOLS[change.action], change.kind, str(change.address), aside, rows, changed=True, origin=origin)


def _step(plan: Plan, change: Change) -> Iterator[str]:
    if change.action in (Action.ACTIVATE, Action.PAUSE):
        if change.before:
            yield f"{change.before.get('status')} → {change.after.get('status')}"
        if change.due:
            yield f"(since {format_time(change.due, plan.zone)})"


def _folded(plan: Plan, changes: Sequence[Change], *, full: bool) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """Each change, with what happens alike to what is in it, in words."""
    left = list(changes)
    while left:
        first, *rest = left
        with_it = [] if full else [c for c in rest if c.address.within(first.address) and _happens_with(plan, first, c)]
        left = [c for c in rest if c not in with_it]
        number = Counter(change.kind for change in with_it)
        told = " and ".join(counted(number[kind], KINDS[kind].title) for kind in LEVELS if number[kind])
        yield first, (f"with {told}",) if told else ()


def _happens_with(plan: Plan, first: Change, other: Change) -> bool:
    if other.action is not first.action or other.action is Action.UPDATE or other.address == first.address:
        return False
    if first.former is not None or other.former is not None:
        return _moved_with(other)
    return list(_step(plan, first)) == list(_step(plan, other)) and set(other.consequences) <= set(first.consequences)


def changed_fields(change: Change, teller: Teller) -> Iterator[Row]:
    """The remark stands on the line of the field that causes it."""
    said, account = causes(change), change.address.account
    for name, old, new in teller.changed(change):
        lines = teller.step(account, name, old, new)
        if lines:
            steps = teller.steps(account, name, old, new)
            yield Row(brief(name), lines, said.get(name, ""), steps)
