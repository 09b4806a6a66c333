"""A plan as a reviewer needs it, whoever shows it: the comment in a pull request, the page, a web UI. Plain data.

All texts are plain text with strangers' words in them, on one line each and visible (`text/sanitize.py`), and escaped
for nothing: whoever shows them escapes them for where they stand. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reconciler.engine.consequences import MORE, is_spread_anew
from reconciler.engine.idle import SPENDS_NOW, is_idle
from reconciler.engine.plan import MAKING
from reconciler.engine.policy import Scope, hold_of, launch_waits
from reconciler.engine.spend.fields import RUN, direction
from reconciler.engine.spend.over_time import Total, until_declared_end
from reconciler.engine.standing_drift import STAYS
from reconciler.kinds import KINDS
from reconciler.kinds.identity import MEDIA_FIELDS, media_path
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Plan, Refusal, Spend
from reconciler.model.status import ACTIVE
from reconciler.render.changes import (
    Group,
    counts,
    grouped,
    matrices,
    nothing_to_do,
    other_notes,
    said_first,
    summary_line,
)
from reconciler.render.drifted import drift_lines
from reconciler.render.effort import effort_lines
from reconciler.render.fields import Teller, is_over
from reconciler.render.refused import held_back
from reconciler.render.spending import totals_by_currency
from reconciler.render.told import Part
from reconciler.text.redact import redact
from reconciler.text.sanitize import brief, plain, plain_lines

CREATIVES = "creatives"
"""The folder of a repository in which media stand."""


@dataclass(frozen=True)
class About:
    """What only the caller knows of the plan: which files it is of, and where they are to be seen."""

    as_of: datetime
    tool_version: str = ""
    commit: str = ""
    digest: str = ""
    """The plan's own, unless given."""
    media_url: Callable[[str], str] | None = None
    """The address of a file of the repository, such as `creatives/spring/hero.mp4`; None where nobody can open it."""
    run_url: str = ""
    """Where the whole plan is to be seen."""
    main: str = ""
    """The branch that is applied; with `into`, or with `behind`."""
    into: str = ""
    """The branch that it would be merged into, where that is another one: nothing is done before it is in `main`."""
    behind: int = 0
    """How many commits `main` has that these files lack."""
    stale: bool = False
    """True where something has been pushed since."""


# ---- parts of a review


class Danger(StrEnum):
    """Why somebody should look twice, in the order of how bad it is."""

    NOT_UNDONE = "cannot be undone"
    CONFLICT = "changed on both sides"
    STOPS = "stops what is running"
    OVERWRITES = "overwrites what a person changed"
    SPENDS_NOW = "spends from the merge on"
    RAISES = "may spend more"
    RESETS = "resets learning"


@dataclass(frozen=True)
class Start:
    """What will be turned on. `at` is None for what is turned on with the merge."""

    address: Address
    name: str
    at: datetime | None
    until: datetime | None = None
    waits: bool = False
    """True where a refusal keeps it from starting, at its time too, as long as it stands."""
    drifted: bool = False
    """True where what somebody has changed does so."""


@dataclass(frozen=True)
class AccountRow:
    """One account, with how many changes of each action. Without `spend` it was not planned: `failure` says why."""

    account: str
    currency: str
    counts: Mapping[str, int]
    spend: Spend | None
    total: Total | None
    failure: str = ""
    refused: int = 0


@dataclass(frozen=True)
class CurrencyRow:
    """All accounts of one currency together, where there are several."""

    currency: str
    spend: Spend
    total: Total
    without: tuple[str, ...] = ()
    """Accounts that could not be planned, whatever their currency: not counted."""


@dataclass(frozen=True)
class Refused:
    """What must not be done. `origin` is where it is declared, "" where nowhere."""

    policy: str
    address: str
    message: str
    mend: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Drifted:
    """What a person has changed at Meta: what and who, and what can be done about it ("" where something is)."""

    address: Address
    text: str
    ways_out: str = ""


@dataclass(frozen=True)
class Block:
    """One campaign, or several that are alike, or what stands alone: what becomes of it."""

    roots: tuple[Address, ...]
    name: str
    """The campaign's at Meta, where it is known."""
    parts: tuple[Part, ...]
    counts: Mapping[str, int]
    """Changes by action."""
    kinds: Mapping[str, Mapping[str, int]]
    """The same, of each action by kind."""
    dangers: tuple[Danger, ...] = ()
    starts: tuple[Start, ...] = ()
    budgets: tuple[str, ...] = ()
    """What the campaign's budgets are or become, in words."""
    file: str = ""
    line: int = 0
    media: Mapping[str, str] = field(default_factory=dict)
    """The addresses of media by their path, where `About` knows them."""

    @property
    def address(self) -> Address:
        return self.roots[0]


@dataclass(frozen=True)
class Review:
    project: str
    zone: ZoneInfo
    now: datetime
    about: About
    digest: str
    summary: str
    """`Plan: 1 to add, …`, or that there are no changes."""
    counts: Mapping[str, int]
    starts: tuple[Start, ...]
    """Campaigns, or what alone is turned on in one that is there; the earliest first."""
    warnings_first: tuple[str, ...]
    """Late launches, running campaigns that stop, renames: what is said before anything else."""
    accounts: tuple[AccountRow, ...]
    currencies: tuple[CurrencyRow, ...]
    blocks: tuple[Block, ...]
    refusals: tuple[Refused, ...]
    held: tuple[str, ...]
    """What refusals hold back, a line each; what is indented belongs to the line above."""
    drift: tuple[Drifted, ...]
    failures: Mapping[str, str]
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    """What the YAML could say better."""
    effort: tuple[str, ...]

    @property
    def dangerous(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.dangers)

    @property
    def spend(self) -> Mapping[str, Spend]:
        return {row.account: row.spend for row in self.accounts if row.spend is not None}

    @property
    def planned(self) -> bool:
        """False where nothing is known, of any account."""
        return not self.failures or any(row.spend is not None for row in self.accounts) or bool(self.blocks)

    @property
    def empty(self) -> bool:
        return not self.blocks and not self.refusals and not self.failures


def review_of(plan: Plan, *, about: About) -> Review:
    """Everything that a reviewer of the plan needs."""
    blocks = tuple(_blocks(plan, about))
    return Review(
        project=plan.project,
        zone=plan.zone,
        now=plan.now,
        about=about,
        digest=about.digest or plan.digest,
        summary=summary_line(plan) if plan.changes or plan.refusals or plan.failures else nothing_to_do(plan),
        counts=counts(plan),
        starts=tuple(sorted((start for block in blocks for start in block.starts), key=_moment)),
        warnings_first=tuple(said_first(plan)),
        accounts=tuple(_accounts(plan)),
        currencies=tuple(_currencies(plan)),
        blocks=blocks,
        refusals=tuple(_refusals(plan)),
        held=tuple(held_back(plan)),
        drift=tuple(_drift(plan)),
        failures={plain(key): plain_lines(redact(text)) for key, text in plan.failures.items()},
        notes=(*matrices(plan), *other_notes(plan)),
        problems=tuple(plain_lines(redact(str(problem))) for problem in plan.warnings),
        effort=tuple(effort_lines(plan.effort, full=False)),
    )


def _moment(start: Start) -> tuple[float, Address]:
    return start.at.timestamp() if start.at else 0, start.address


# ---- accounts


def _accounts(plan: Plan) -> Iterator[AccountRow]:
    by_account: dict[str, list[Change]] = {}
    for change in plan.changes:
        by_account.setdefault(change.address.account, []).append(change)
    refused: dict[str, int] = {}
    for refusal in plan.refusals:
        key = refusal.address.partition("/")[0]
        refused[key] = refused.get(key, 0) + 1
    for key in sorted({*plan.accounts, *plan.spend, *plan.failures, *by_account}):
        spend = plan.spend.get(key)
        total = until_declared_end(spend, plan.now, plan.zone) if spend else None
        found = _counted(by_account.get(key, ()))
        failure = plain_lines(redact(plan.failures.get(key, "")))
        yield AccountRow(plain(key), plan.currencies.get(key, ""), found, spend, total, failure, refused.get(key, 0))


def _counted(changes: Iterable[Change]) -> dict[str, int]:
    listed = list(changes)
    return {action.value: sum(1 for change in listed if change.action is action) for action in Action}


def _currencies(plan: Plan) -> Iterator[CurrencyRow]:
    for currency, spend in sorted(totals_by_currency(plan.spend.values()).items()):
        if sum(1 for one in plan.spend.values() if one.currency == currency) > 1:
            total = until_declared_end(spend, plan.now, plan.zone)
            yield CurrencyRow(currency, spend, total, tuple(map(plain, sorted(plan.failures))))


# ---- what is refused, and what has drifted


def _refusals(plan: Plan) -> Iterator[Refused]:
    for refusal in plan.refusals:
        file, line = (refusal.origin.file, refusal.origin.line) if refusal.origin else ("", 0)
        message, mend = brief(refusal.message), brief(refusal.mend)
        yield Refused(refusal.policy, plain(refusal.address), message, mend, file, line)


def _drift(plan: Plan) -> Iterator[Drifted]:
    for drift in plan.drift:
        first, *rest = drift_lines(plan, drift)
        yield Drifted(drift.address, first.removeprefix("Drift: "), " ".join(line.strip() for line in rest))


# ---- campaigns


def _blocks(plan: Plan, about: About) -> Iterator[Block]:
    by_root: dict[Address, list[Change]] = {}
    for change in plan.changes:
        by_root.setdefault(change.address.root, []).append(change)
    made = {change.address for change in plan.changes if change.action in MAKING}
    conflicts = {"/".join(r.address.split("/")[:2]) for r in plan.refusals if r.policy == "conflict"}
    reverted = {str(drift.address.root) for drift in plan.drift if drift.reverted}
    waiting = frozenset(_waiting(plan, by_root))
    teller = Teller(plan, bar="")
    for group in grouped(plan, teller):
        changes = [c for root in group.roots for c in by_root[root] if _belongs(c, group, made)]
        roots = set(map(str, group.roots))
        dangers = {danger for change in changes for danger in _dangers(change)}
        dangers |= {Danger.OVERWRITES} if reverted & roots else set()
        dangers |= {Danger.CONFLICT} if conflicts & roots else set()
        yield _block(group, changes, dangers, teller, about, waiting)


def _belongs(change: Change, group: Group, made: Collection[Address]) -> bool:
    """A campaign of several that are alike has a block of its own for what is there already."""
    is_made = change.address in made and change.action in (*MAKING, Action.ACTIVATE)
    return bool(group.others and group.made) or is_made == bool(group.made)


def _block(
    group: Group,
    changes: list[Change],
    dangers: set[Danger],
    teller: Teller,
    about: About,
    waiting: Collection[Address],
) -> Block:
    origin = next((change.origin for change in changes if change.origin), None)
    paths = dict.fromkeys(path for change in changes for path in _media(change))
    media = {path: about.media_url(f"{CREATIVES}/{path}") for path in paths} if about.media_url else {}
    return Block(
        roots=group.roots,
        name=_name(group, changes),
        parts=(*group.others, *group.made),
        counts=_counted(changes),
        kinds={action.value: Counter(c.kind for c in changes if c.action is action) for action in Action},
        dangers=tuple(danger for danger in Danger if danger in dangers),
        starts=tuple(_starts(changes, teller.plan, waiting)),
        budgets=tuple(_budgets(changes, teller)),
        file=origin.file if origin else "",
        line=origin.line if origin else 0,
        media=media,
    )


def _name(group: Group, changes: Iterable[Change]) -> str:
    if len(group.roots) > 1:
        return ""
    return next((brief(str(c.after["name"])) for c in changes if c.address in group.roots and c.after.get("name")), "")


def _media(change: Change) -> Iterator[str]:
    for fields in (change.before, change.after):
        yield from (
            media_path(value) for name, value in fields.items() if name in MEDIA_FIELDS and isinstance(value, str)
        )


def _waiting(plan: Plan, roots: Iterable[Address]) -> Iterator[Address]:
    """Campaigns that a refusal keeps from starting, at their times too."""
    refusals: dict[str, list[Refusal]] = {}
    for refusal in plan.refusals:
        account, *keys = refusal.address.split("/")
        is_wide = refusal.lowers or hold_of(refusal.policy).scope is Scope.ACCOUNT
        refusals.setdefault(account if is_wide else "/".join([account, *keys[:1]]), []).append(refusal)
    users = _users(plan)
    for root in roots:
        used = [at for at, those in users.items() if any(user.root == root for user in those)]
        concerned = (r for at in (root.account, root, *used) for r in refusals.get(str(at), ()))
        if launch_waits(root, concerned, users):
            yield root


def _users(plan: Plan) -> dict[Address, list[Address]]:
    """By what is referred to, what of the plan refers to it."""
    found: dict[Address, list[Address]] = {}
    for change in (*plan.changes, *(held.change for held in plan.held)):
        for at in KINDS[change.kind].references(change.after):
            found.setdefault(at, []).append(change.address)
    return found


def _starts(changes: Iterable[Change], plan: Plan, waiting: Collection[Address]) -> Iterator[Start]:
    """The campaign where it starts itself, and what in it starts later than it, or alone."""
    listed = list(changes)
    names = {change.address: brief(str(change.after["name"])) for change in listed if change.after.get("name")}
    untils = {change.address: change.until for change in listed if change.action in MAKING}
    idle = {change.address for change in listed if is_idle(change)}
    found: dict[Address, Start] = {}
    for change in sorted(listed, key=lambda one: (one.address.steps, one.action is not Action.ACTIVATE)):
        launched = change.action is Action.ACTIVATE and change.address.root not in idle
        waits = change.action in MAKING and change.due is not None and change.address.root not in idle
        moment = None if launched else change.due
        above = [found[at] for at in change.address.ancestors if at in found]
        follows = any(moment is None or (start.at is not None and moment <= start.at) for start in above)
        if (launched or waits) and not follows and change.address not in found and not is_over(plan, change):
            until = untils.get(change.address, change.until)
            name, held = names.get(change.address, ""), moment is not None and change.address.root in waiting
            drifted = any(said.startswith(STAYS) for said in change.consequences)
            found[change.address] = Start(change.address, name, moment, until, held or drifted, drifted)
    yield from found.values()


SPAN = {"daily_budget": "a day", "lifetime_budget": "in all"}


def _budgets(changes: Iterable[Change], teller: Teller) -> Iterator[str]:
    for change in changes:
        account = change.address.account
        for name, span in SPAN.items():
            new = change.after.get(name)
            if new is not None and change.action is Action.UPDATE:
                yield f"{' '.join(teller.step(account, name, change.before.get(name), new))} {span}"
            elif new is not None:
                yield f"{' '.join(teller.value(account, name, new))} {span}"


# ---- dangers

SIGNS = {
    "cannot be undone": Danger.NOT_UNDONE,
    "loses its history": Danger.NOT_UNDONE,
    SPENDS_NOW: Danger.SPENDS_NOW,
    "resets learning": Danger.RESETS,
    MORE: Danger.RAISES,
}
"""By what a consequence says."""

STOPPING = frozenset({Action.PAUSE, Action.ARCHIVE, Action.DELETE})


def _dangers(change: Change) -> Iterator[Danger]:
    yield from (danger for sign, danger in SIGNS.items() if any(sign in said for said in change.consequences))
    if change.action in STOPPING and change.before.get("status") == ACTIVE and not change.timed:
        yield Danger.STOPS
    if change.action is Action.UPDATE:
        # Where a lifetime budget is spread over other days, `SIGNS` says which way that goes.
        told = RUN if is_spread_anew(change) else ()
        names = [name for name in change.after if name not in told]
        yield from [Danger.RAISES] if any(_rises(change, name) for name in names) else ()


def _rises(change: Change, name: str) -> bool:
    return direction(name, change.before.get(name), change.after[name]) > 0
