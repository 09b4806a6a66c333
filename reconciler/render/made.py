"""What a plan makes, so that a person can read all of it: a block a campaign, what its ads share said once, campaigns
that are alike together with what each has of its own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from reconciler.engine.plan import MAKING
from reconciler.engine.standing_drift import STAYS
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.kinds.said import counted
from reconciler.model.address import LEVELS, Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change, Plan
from reconciler.render.fields import Lines, Row, Teller, is_over
from reconciler.render.told import Part, Tabled, Told
from reconciler.text.sanitize import brief

FEW = 3
"""Campaigns, or ads of one ad set, from which on they are told together."""

WITH_IT = "then ACTIVE, too"
"""Of what is turned on with what it stands in: it counts among what is activated."""

WHEN = ""
"""In place of a field: what its head says of the status."""


@dataclass(frozen=True)
class Made:
    """One new object. `when`: the status that it is made with, and what comes of that."""

    address: Address
    symbol: str
    when: str
    fields: Mapping[str, Lines]

    @property
    def tail(self) -> tuple[str, ...]:
        return self.address.steps[2:]

    @property
    def entries(self) -> dict[str, Lines]:
        return {WHEN: (self.when,), **self.fields}

    def only(self, names: Iterable[str]) -> Made:
        kept = set(names)
        fields = {name: lines for name, lines in self.fields.items() if name in kept}
        return replace(self, when=self.when if WHEN in kept else "", fields=fields)


# ---- from changes


def made_of(plan: Plan, changes: Sequence[Change], symbols: Mapping[Action, str], teller: Teller) -> list[Made]:
    """What one campaign's changes make, in the order of the addresses."""
    launched = {c.address: c for c in changes if c.action is Action.ACTIVATE}
    creations = {c.address: c for c in changes if c.action in MAKING}
    campaign = next((c for c in creations.values() if KINDS[c.kind].launches), None)
    found = []
    for address, change in creations.items():
        above = creations.get(address.parent) if address.parent and not teller.full else None
        waits = campaign is not None and campaign.address not in launched and campaign is not change
        when = _when(plan, change, above, launched, waits=waits)
        found.append(Made(address, symbols[change.action], when, teller.new(change, campaign)))
    return found


def _when(plan: Plan, change: Change, above: Change | None, launched: Mapping[Address, Change], *, waits: bool) -> str:
    """Of what is in something new only what is not said there. `waits`: its campaign is made too, and not turned on."""
    launch = launched.get(change.address)
    follows = above is not None and _timing(change, launched) == _timing(above, launched)
    remarks = [*change.consequences, *(launch.consequences if launch else ())]
    said = [r for r in remarks if above is None or r not in above.consequences]
    step = _step(plan, change, launch, waits=waits)
    if follows:
        step = "" if launch is None else WITH_IT
    return " ".join([*([step] if step else []), *([f"# {'; '.join(map(brief, said))}"] if said else [])])


def _timing(change: Change, launched: Mapping[Address, Change]) -> tuple[object, ...]:
    return change.address in launched, change.due, change.until


def _step(plan: Plan, change: Change, launch: Change | None, *, waits: bool) -> str:
    if KINDS[change.kind].handling is not Handling.DELIVERABLE:
        return ""
    if change.until is not None and is_over(plan, change):
        return f"PAUSED, and never active: its end, {format_time(change.until, plan.zone)}, has passed"
    until = f" until {format_time(change.until, plan.zone)}" if change.until else ""
    if launch is not None and not any(said.startswith(STAYS) for said in launch.consequences):
        since = f" (since {format_time(launch.due, plan.zone)})" if launch.due else ""
        return f"PAUSED, then ACTIVE at once{since}{until}{', under a campaign that waits' if waits else ''}"
    if change.due is not None:
        return f"PAUSED, active from {format_time(change.due, plan.zone)}{until}"
    return f"PAUSED{f', off from {format_time(change.until, plan.zone)} on' if change.until else ''}"


# ---- one campaign

Naming = Callable[[Address], str]


def campaign_parts(rows: Sequence[Made], *, full: bool, named: Naming = str, label: str = "") -> Iterator[Part]:
    """A campaign's new objects. What all its new ad sets, and all its new ads, have in common is said once."""
    if full:
        yield from (_told(row, named) for row in rows)
        return
    top = [row for row in rows if not row.tail]
    yield from (_told(row, named, label) for row in top)
    below = [row for row in rows if row.tail]
    before: dict[Address, Told] = {}
    for size, kind in enumerate(LEVELS[1:], start=1):
        level = [row for row in below if len(row.tail) == size]
        shared = _shared(level)
        if len(level) > 1 and shared:
            label = counted(len(level), KINDS[kind].title)
            told = _told(_pattern(level).only(shared), named, label, "the same in each")
            below = [row.only(set(row.entries) - set(shared)) if row in level else row for row in below]
            if len({row.tail[:-1] for row in level}) > 1 or not KINDS[kind].content:
                yield told
            else:
                before[level[0].address] = told
    for _, run in groupby(below, key=lambda row: row.tail[0]):
        yield from _rows(list(run), named, before)


def _shared(rows: Sequence[Made]) -> dict[str, Lines]:
    if not rows:
        return {}
    first = rows[0].entries
    return {n: lines for n, lines in first.items() if lines != ("",) and all(r.entries.get(n) == lines for r in rows)}


def _pattern(rows: Sequence[Made]) -> Made:
    """The first of them under the address of all: `acme-sg/spring-sale/main/*`."""
    columns = zip(*(row.address.steps for row in rows), strict=True)
    steps = [column[0] if len(set(column)) == 1 else "*" for column in columns]
    return replace(rows[0], address=Address.parse("/".join([*steps[:-1], "*"])))


def _rows(run: Sequence[Made], named: Naming, before: Mapping[Address, Told]) -> Iterator[Part]:
    """An ad set and its ads; many ads with short fields as a table. `before`: what stands above one of them."""
    for is_ads, group in groupby(run, key=lambda row: bool(KINDS[row.address.kind].content)):
        rows = list(group)
        if rows[0].address in before:
            yield before[rows[0].address]
        plain_rows = is_ads and len(rows) >= FEW and not any(row.when for row in rows)
        table = Tabled(rows[0].symbol, {named(r.address): r.fields for r in rows})
        yield from [table] if plain_rows and table.lines is not None else (_told(row, named) for row in rows)


def _told(row: Made, named: Naming, label: str = "", aside: str = "") -> Told:
    rows = tuple(Row(name, lines) for name, lines in row.fields.items())
    return Told(row.symbol, label or row.address.kind, named(row.address), row.when or aside, rows)


# ---- campaigns that are alike

Key = tuple[tuple[str, ...], str]
"""Where in a campaign, and which field."""

MOST_OPEN = 8
"""Groups that a campaign may join: those of its shape that were begun last."""


@dataclass
class Alike:
    """Campaigns of one shape that have at least half of their fields in common."""

    members: list[Sequence[Made]]
    common: dict[Key, Lines] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()

    def takes(self, rows: Sequence[Made]) -> bool:
        entries = _entries(rows)
        common = {key: lines for key, lines in self.common.items() if entries[key] == lines}
        if 2 * len(common) < len(self.keys):
            return False
        self.members.append(rows)
        self.common = common
        return True

    @property
    def many(self) -> bool:
        return len(self.members) >= FEW

    def parts(self) -> Iterator[Part]:
        """What they share as one campaign, then what each has of its own."""
        account = self.members[0][0].address.account
        shape = [row.only(n for tail, n in self.common if tail == row.tail) for row in self.members[0]]

        def named(address: Address) -> str:
            return "/".join((account, "*", *address.steps[2:]))

        label = counted(len(self.members), KINDS[shape[0].address.kind].title)
        yield from campaign_parts(shape, full=False, named=named, label=label)
        yield from self._own()

    def _own(self) -> Iterator[Part]:
        symbol, columns = self.members[0][0].symbol, self._columns()
        rows = {}
        for member in self.members:
            entries = _entries(member)
            rows[str(member[0].address)] = {label: entries[key] for label, key in columns.items()}
        table = Tabled(symbol, rows)
        if table.lines is not None:
            yield table
            return
        for address, fields in rows.items():
            # What follows the level above says nothing of its status.
            own = tuple(Row(name, told) for name, told in fields.items() if told != ("",))
            yield Told(symbol, self.members[0][0].address.kind, address, rows=own)

    def _columns(self) -> dict[str, Key]:
        """What is not common, by what it is called: the field, and where it stands unless it is the same all over."""
        found: dict[str, Key] = {}
        all_entries = [_entries(member) for member in self.members]
        own = [key for key in self.keys if key not in self.common]
        for name in dict.fromkeys(name for _, name in own):
            keys = [key for key in own if key[1] == name]
            said = name or "status"
            is_plain = name != WHEN or () in {tail for tail, _ in keys}
            if is_plain and all(len({entries[key] for key in keys}) == 1 for entries in all_entries):
                found[said] = keys[0]
            else:
                found |= {f"{'/'.join(tail)} {said}".strip(): (tail, name) for tail, name in keys}
        return found


def _entries(rows: Sequence[Made]) -> dict[Key, Lines]:
    return {(row.tail, name): lines for row in rows for name, lines in row.entries.items()}


def alike(campaigns: Iterable[Sequence[Made]]) -> dict[Address, Alike]:
    """By campaign, the group that it belongs to: of one account, with the same keys and fields below it."""
    shapes: dict[object, list[Alike]] = {}
    found = {}
    for rows in campaigns:
        entries = _entries(rows)
        shape = rows[0].address.account, tuple((row.tail, row.symbol) for row in rows), frozenset(entries)
        groups = shapes.setdefault(shape, [])
        group = next((one for one in reversed(groups[-MOST_OPEN:]) if one.takes(rows)), None)
        if group is None:
            group = Alike([rows], entries, tuple(entries))
            groups.append(group)
        found[rows[0].address] = group
    return found
