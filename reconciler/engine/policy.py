"""What a refusal holds back, and the approval without which nothing is applied. Pure.

A refusal holds back its campaign, not its account, unless `HOLDS` says otherwise. None holds back a stop or a
decrease, but for those of which nobody knows whether anybody asks for them, since git does not say which files are
missing, or newer commits say otherwise: an update is cut in pieces, so that the part of it that spends less goes out.
Where a refusal does keep one back, nothing of its account may rise beside it. A refusal about an audience or a lead
form holds back the launches and raises of what uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from enum import Enum, auto
from functools import partial

from reconciler.engine.consequences import begins_anew, consequences, spread_remark
from reconciler.engine.effort import effort
from reconciler.engine.plan import MAKING, with_reverted
from reconciler.engine.policy_ground import Ground
from reconciler.engine.policy_rules import of_account, of_campaigns
from reconciler.engine.referring import REMADE
from reconciler.engine.spend.account import comes_to, spend, spread_anew
from reconciler.engine.spend.fields import direction
from reconciler.engine.spend.future import Future
from reconciler.engine.standing_drift import Standing, told_as_held, waiting_for_drift, without
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Effort, Held, Plan, Refusal
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE

_SEAL = object()


@dataclass(frozen=True)
class Approved:
    """One account's plan without what policy holds back. Only this module makes them; `apply` takes nothing else."""

    account: str
    plan: Plan
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the guard approves a plan")


class Effect(Enum):
    """What a change, or a piece of one, does."""

    RECORD = auto()
    STOP = auto()
    LOWER = auto()
    REMOVE = auto()
    ABSENT = auto()
    """Whatever is done to what has no file here."""
    MAKE = auto()
    EDIT = auto()
    RAISE = auto()
    LAUNCH = auto()


class Scope(Enum):
    ADDRESS = auto()
    CAMPAIGN = auto()
    ACCOUNT = auto()


RISING = frozenset({Effect.RAISE, Effect.LAUNCH})
ALL = frozenset({Effect.MAKE, Effect.EDIT, *RISING})
"""Everything but stops, decreases, removals, and what is only written down."""
WHATEVER = ALL | {Effect.STOP, Effect.LOWER, Effect.REMOVE}
"""Everything but what is only written down."""


@dataclass(frozen=True)
class Hold:
    """What waits for a refusal."""

    scope: Scope
    effects: frozenset[Effect]
    also: frozenset[Effect] = frozenset()
    """Effects of edits at the refused address itself, which else go out."""
    above: frozenset[Effect] = frozenset()
    """Effects on what holds the refused address, where that is on or to be turned on: it would deliver too."""
    users: frozenset[Effect] = RISING
    """Of `effects`, those on what refers to the refused address."""


CAMPAIGN = Hold(Scope.CAMPAIGN, ALL)

HOLDS: dict[str, Hold] = {
    # policies
    "max_daily_budget": CAMPAIGN,
    "max_budget_increase": CAMPAIGN,
    "unjudged_spend": CAMPAIGN,
    "allowed_domains": CAMPAIGN,
    "name_pattern": CAMPAIGN,
    "require_url_tags": CAMPAIGN,
    "activation_window": Hold(Scope.CAMPAIGN, frozenset({Effect.LAUNCH})),
    "max_lateness": Hold(Scope.ADDRESS, frozenset({Effect.LAUNCH})),
    "limit_currency": Hold(Scope.ACCOUNT, frozenset({Effect.MAKE, *RISING})),
    "max_account_daily_budget": Hold(Scope.ACCOUNT, ALL),
    "max_removals": Hold(Scope.ACCOUNT, ALL | {Effect.REMOVE}),
    "empty": Hold(Scope.ACCOUNT, ALL | {Effect.REMOVE}),
    "unlisted_files": Hold(Scope.ACCOUNT, frozenset({Effect.ABSENT})),
    # what the comparison refuses
    "conflict": CAMPAIGN,
    "immutable": CAMPAIGN,
    "ownership": CAMPAIGN,
    "possible_rename": CAMPAIGN,
    "archived": CAMPAIGN,
    "protect": Hold(Scope.CAMPAIGN, ALL, also=frozenset({Effect.STOP})),
    "minimum_budget": Hold(Scope.CAMPAIGN, ALL, also=frozenset({Effect.LOWER})),
    "copy": CAMPAIGN,
    "unlabelled": Hold(Scope.ADDRESS, ALL),
    "no_access": CAMPAIGN,
    "unread_log": Hold(Scope.ACCOUNT, frozenset({Effect.MAKE, *RISING})),
    "lost_reference": Hold(Scope.ADDRESS, ALL, above=RISING),
    "named": Hold(Scope.ADDRESS, ALL, above=RISING),
    "unusable": Hold(Scope.ADDRESS, RISING | {Effect.MAKE}, above=RISING),
    "unread": Hold(Scope.ADDRESS, ALL, users=ALL),
    "referred": Hold(Scope.ACCOUNT, frozenset()),
    "undeclared_account": Hold(Scope.ACCOUNT, frozenset()),
    "orphan": Hold(Scope.ACCOUNT, RISING),
    # what cannot be known from here
    "unshared_state": Hold(Scope.ACCOUNT, frozenset({Effect.LAUNCH})),
    "behind_main": Hold(Scope.CAMPAIGN, WHATEVER),
}
"""By policy. A new one is a line here."""


def hold_of(policy: str) -> Hold:
    """What waits for a refusal of the policy: the whole account where the table does not know it."""
    return HOLDS.get(policy, Hold(Scope.ACCOUNT, ALL))


EFFECTS = {
    Action.CREATE: Effect.MAKE,
    Action.REPLACE: Effect.MAKE,
    Action.ACTIVATE: Effect.LAUNCH,
    Action.PAUSE: Effect.STOP,
    Action.ARCHIVE: Effect.STOP,
    Action.DELETE: Effect.STOP,
    Action.ADOPT: Effect.RECORD,
    Action.FORGET: Effect.RECORD,
}
BY_DIRECTION = {-1: Effect.LOWER, 0: Effect.EDIT, 1: Effect.RAISE}

Timing = Callable[[Effort], Effort | None]


def guard(plan: Plan, ground: Ground, timing: Timing = lambda cost: cost) -> Approved:
    """What of one account's plan may be done, with its spend and its cost. Campaigns first: what one of them may not do
    does not count against the account."""
    return _approved(_judged(plan, ground), ground, timing)


def stops_every_launch(refusal: Refusal) -> bool:
    """Whether launches of all campaigns of its account wait for it."""
    hold = hold_of(refusal.policy)
    return refusal.lowers or (hold.scope is Scope.ACCOUNT and Effect.LAUNCH in hold.effects)


def lets_others_start(plan: Plan, ground: Ground) -> bool:
    """Whether what the plan of the whole account is refused holds back none of the launches elsewhere in it."""
    return not any(map(stops_every_launch, _judged(plan, ground).refusals))


def _judged(plan: Plan, ground: Ground) -> Plan:
    """With all that it is refused."""
    return _by_account(replace(plan, refusals=(*plan.refusals, *of_campaigns(ground, plan))), ground)


def _by_account(plan: Plan, ground: Ground) -> Plan:
    """What its campaigns may not do anyway does not count."""
    known = {(refusal.policy, refusal.address) for refusal in plan.refusals}
    found = of_account(ground, _without_held(plan, ground))
    return replace(plan, refusals=(*plan.refusals, *(r for r in found if (r.policy, r.address) not in known)))


def _approved(judged: Plan, ground: Ground, timing: Timing) -> Approved:
    whole = _without_held(judged, ground)
    roots = {address.root for address in ground.resources} if whole.refusals else ()
    users = using(ground.resources) if whole.refusals else {}
    waiting = [root for root in roots if launch_waits(root, whole.refusals, users)]
    paused = {change.address for change in whole.changes if change.action is Action.PAUSE}
    standing = Standing(ground.resources, ground.observed, whole.drift, ground.now, paused)
    future = ground.future(without(whole.changes, standing.held), {*waiting, *standing.held, *ground.held})
    cost = timing(effort(whole.changes, ground.resources, ground.records, ground.unsent))
    key = ground.account.key
    changes = [told_as_held(change, standing.held) for change in whole.changes]
    held = waiting_for_drift(standing, key, ground.zone)
    priced = replace(
        whole,
        changes=tuple(_priced(changes, future, ground)),
        drift=tuple(standing.told(one, ground.zone) for one in whole.drift),
        notes=(*whole.notes, held) if held else whole.notes,
        spend={key: spend(ground.account, future)},
        effort={} if cost is None else {key: cost},
    )
    return Approved(key, priced, _SEAL)


def _priced(changes: Iterable[Change], future: Future, ground: Ground) -> Iterator[Change]:
    """With what becomes of the day's spend where the days of a lifetime budget become others, what new budgets come to,
    and what a former object has spent beside them."""
    steps, amounts, currency = spread_anew(future), comes_to(future), ground.account.currency
    for change in changes:
        if change.action is Action.UPDATE and change.address in steps:
            told = spread_remark(*steps[change.address], currency)
            yield replace(change, consequences=(*change.consequences, told))
        elif change.action in MAKING:
            live = ground.observed.objects.get(change.address)
            anew = begins_anew(change, live.budget_remaining if live else None, currency)
            known = amounts.get(change.address, change.comes_to)
            yield replace(change, comes_to=known, consequences=(*change.consequences, *anew))
        else:
            yield change


def only_due(plan: Plan, ground: Ground, timing: Timing = lambda cost: cost) -> Approved:
    """What `activate` may do: status changes whose time has come, and of those none too late. What a refusal of the
    whole plan keeps from starting does not start here either. Only the refusals that stand in the way are told. What
    does not exist yet is not its business."""
    made = {change.address for change in plan.changes if change.action in MAKING}
    due = tuple(c for c in plan.changes if c.timed and not c.removal and c.id)
    late = tuple(one for one in plan.late if one.address not in made)
    # Alone, without what else would be done, they may be too much for the account, too.
    found = _approved(_by_account(replace(_judged(plan, ground), changes=due, late=late), ground), ground, timing)
    felt = {(held.policy, held.refused) for held in found.plan.held}
    missed = {str(at) for at in ground.resources if _is_missed(at, ground)}
    kept = tuple(
        r
        for r in found.plan.refusals
        if (r.policy, r.address) in felt or r.policy in TOLD_ALWAYS or (r.policy == "ownership" and r.address in missed)
    )
    return Approved(found.account, replace(found.plan, refusals=kept), _SEAL)


def _is_missed(at: Address, ground: Ground) -> bool:
    """Whether its time has come and it is not on: what is not ours any more is no change that could be held back."""
    resource, live = ground.resources[at], ground.observed.objects.get(at)
    timed = resource.schedule.activate_at is not None
    return timed and resource.status == ACTIVE and live is not None and live.status != ACTIVE


TOLD_ALWAYS = frozenset({"copy", "orphan", "unread"})
"""By the scheduled job, too, whatever is due: something spends that nobody declares, or may be launched wrongly; or it
was not looked at."""


# ---- what is held back


def _without_held(plan: Plan, ground: Ground) -> Plan:
    done: list[Change] = []
    held: list[Held] = []
    refusals = _Refusals(plan, ground)
    for change in plan.changes:
        pieces = _pieces(change, ground)
        asked = partial(with_reverted, drift=plan.drift, currency=ground.account.currency, zone=ground.zone)
        found = [(refusals.against(effect, piece), piece) for effect, piece in pieces]
        kept = [piece for refusal, piece in found if refusal is None]
        held += [Held(piece, refusal.policy, refusal.address) for refusal, piece in found if refusal is not None]
        done += [change] if len(kept) == len(pieces) else map(asked, _joined(change, kept))
    _hold_what_refers_to_it(done, held)
    drift = tuple(_left_alone(drift, held) for drift in plan.drift)
    return replace(plan, changes=tuple(done), held=tuple(held), drift=drift)


def _hold_what_refers_to_it(done: list[Change], held: list[Held]) -> None:
    """What refers to something whose making is held back would be sent without it: it waits for the same refusal."""
    unmade = {one.change.address: one for one in held if one.change.action in MAKING}
    for change in list(done) if unmade else ():
        names = {
            n: to for n in change.after for to in KINDS[change.kind].references({n: change.after[n]}) & set(unmade)
        }
        if not names:
            continue
        cause, at = unmade[min(names.values())], done.index(change)
        waits, left = (
            (change, []) if change.action in MAKING else (_part(change, names), [*set(change.after) - set(names)])
        )
        held.append(Held(waits, cause.policy, cause.refused))
        done[at : at + 1] = _joined(change, [_part(change, left)] if left else [])


class _Refusals:
    """A plan's refusals by what they cover: a plan may have thousands."""

    def __init__(self, plan: Plan, ground: Ground) -> None:
        self._beside = [r for r in plan.refusals if r.lowers]
        self._launched = {c.address for c in plan.changes if c.action is Action.ACTIVATE}
        self._on = {at for at, live in ground.observed.objects.items() if live.status == ACTIVE} | self._launched
        self._made = {c.address for c in plan.changes if c.action is Action.CREATE}
        self._has_no_file = ground.has_no_file
        self._of: dict[Address | None, list[tuple[Hold, Address | None, Refusal]]] = {}
        users = using(ground.resources) if plan.refusals else {}
        for refusal in plan.refusals:
            hold, at = hold_of(refusal.policy), _place(refusal)
            self._add(hold, at, refusal)
            used = Hold(Scope.ADDRESS, hold.effects & hold.users, above=hold.effects & RISING)
            for user in users.get(at, ()) if at else ():
                self._add(used, user, refusal)

    def _add(self, hold: Hold, at: Address | None, refusal: Refusal) -> None:
        root = None if at is None or hold.scope is Scope.ACCOUNT else at.root
        found = self._of.setdefault(root, [])
        found.append((hold, at, refusal))
        top = self._new_around(at) if at and at in self._made else None
        if top is not None and hold.scope is Scope.ADDRESS and Effect.MAKE in hold.effects:
            found.append((Hold(Scope.ADDRESS, hold.effects), top, refusal))

    def _new_around(self, address: Address) -> Address | None:
        """The topmost that is to be made with it: without what it was meant to hold, it would be half a campaign."""
        above = [at for at in address.ancestors if at in self._made]
        return above[-1] if above else None

    def against(self, effect: Effect, change: Change) -> Refusal | None:
        """The first that holds a piece of a change back."""
        effects = {effect}
        if change.action is Action.REPLACE and change.address in self._launched:
            # What runs would be archived, and what takes its place not be turned on.
            effects.add(Effect.LAUNCH)
        if self._has_no_file(change.address):
            effects.add(Effect.ABSENT)
        near = (*self._of.get(None, ()), *self._of.get(change.address.root, ()))
        found = (r for hold, at, r in near if _holds(hold, at, effects, change, on=at in self._on))
        return next(found, None) or (self._beside[0] if self._beside and effects & RISING else None)


def _place(refusal: Refusal) -> Address | None:
    """None for one of the whole account."""
    return Address.parse(refusal.address) if "/" in refusal.address else None


def _holds(hold: Hold, at: Address | None, effects: set[Effect], change: Change, *, on: bool) -> bool:
    here = at is not None and change.address.within(at)
    if here and effects & hold.also and not change.timed:
        return True
    if at is not None and on and effects & hold.above and at.within(change.address):
        return True
    return bool(effects & hold.effects) and (here or hold.scope is not Scope.ADDRESS)


def using(resources: Mapping[Address, Resource]) -> dict[Address, list[Address]]:
    """By what stands alone, the parts of campaigns that refer to it."""
    found: dict[Address, list[Address]] = {}
    for at, resource in sorted(resources.items()):
        for to in () if KINDS[at.kind].stands_alone else KINDS[at.kind].references(resource.fields):
            found.setdefault(to, []).append(at)
    return found


def _pieces(change: Change, ground: Ground) -> list[tuple[Effect, Change]]:
    if change.removal:
        return [(Effect.REMOVE, change)]
    if change.action is not Action.UPDATE:
        return [(EFFECTS[change.action], change)]
    lifetime = _has_lifetime(change.address, ground)
    by_effect: dict[Effect, list[str]] = {}
    for name in change.after:
        way = direction(name, change.before.get(name), change.after[name], lifetime=lifetime)
        by_effect.setdefault(BY_DIRECTION[way], []).append(name)
    return [(effect, _part(change, names)) for effect, names in by_effect.items()]


def _has_lifetime(address: Address, ground: Ground) -> bool:
    known = (ground.observed.objects.get(a) or ground.resources.get(a) for a in (address, address.root))
    return any(one is not None and one.fields.get("lifetime_budget") for one in known)


def _part(change: Change, names: Iterable[str]) -> Change:
    """With what is so of these fields alone. Whose choice they overwrite is told of the parts that go out."""
    before = {n: change.before[n] for n in names if n in change.before}
    after = {n: change.after[n] for n in names}
    told = tuple(consequences(change.kind, before, after))
    waits = change.consequences[-1:] if change.not_before is not None else ()
    moves = [one for one in change.consequences if one.endswith(REMADE)] if KINDS[change.kind].references(after) else []
    return replace(change, before=before, after=after, consequences=(*told, *moves, *waits))


def _joined(change: Change, pieces: Sequence[Change]) -> Iterator[Change]:
    if pieces:
        kept = {name for piece in pieces for name in piece.after}
        yield _part(change, [name for name in change.after if name in kept])


def launch_waits(root: Address, refusals: Iterable[Refusal], users: Mapping[Address, Sequence[Address]]) -> bool:
    """Whether a later launch of the campaign will be held back, if nothing changes. A window passes by itself."""
    return any(
        r.lowers or (Effect.LAUNCH in hold_of(r.policy).effects and (_over(r, root) or _used_in(root, r, users)))
        for r in refusals
        if r.policy not in PASSING
    )


def _used_in(root: Address, refusal: Refusal, users: Mapping[Address, Sequence[Address]]) -> bool:
    at = _place(refusal)
    return at is not None and any(user.root == root for user in users.get(at, ()))


PASSING = frozenset({"activation_window", "max_lateness", "unshared_state", "behind_main"})
"""These are judged anew when a launch is due; what they hold back now is told with the refusal."""


def _over(refusal: Refusal, root: Address) -> bool:
    at = _place(refusal)
    return at is None or hold_of(refusal.policy).scope is Scope.ACCOUNT or at.root == root


def _left_alone(drift: Drift, held: Iterable[Held]) -> Drift:
    """What was to be overwritten and is held back stays as somebody has made it."""
    waits = any(h.change.address == drift.address and drift.field in h.change.after for h in held)
    return replace(drift, reverted=False) if drift.reverted and waits else drift
