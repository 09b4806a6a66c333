"""Whether what a plan file shows is what would happen now: all of it, or what an interrupted run has left of it. Pure.

What is left is a part where everything that would be done stands in the file, nothing else has been found that differs,
and what is missing is missing because it is as the file wants it: the YAML is the one that the file was made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.engine.plan import MAKING
from reconciler.engine.spend.future import TAKES_AWAY, undeclared
from reconciler.kinds import BUDGETS
from reconciler.kinds.said import said
from reconciler.model.address import Address
from reconciler.model.errors import StaleError
from reconciler.model.plan import Action, Change, Plan, drift_facts
from reconciler.model.remote import Observed
from reconciler.model.resource import Desired, Resource
from reconciler.model.values import Fields, sha256_of_each
from reconciler.text.sanitize import brief

FROM_SCHEDULE = ("start_time", "end_time")
"""Fields that are declared only while they lie ahead; the schedule they are made from is compared instead."""

MONEY = (*BUDGETS, "spend_cap")
STATUS_CHANGES = frozenset({Action.ACTIVATE, Action.PAUSE})
MOST_SAID = 10
UNREMEMBERED = "state/ here does not remember what it did where the file was made:"
REMEMBERING = "bring state/ here from there (reconciler state pull, where it has a branch), and apply the file again"


def declared_digest(resources: Mapping[Address, Resource]) -> str:
    """SHA-256 over what the YAML declares, whatever the time."""
    return sha256_of_each(_declared(resources[at]) for at in sorted(resources))


def _declared(resource: Resource) -> list[object]:
    schedule, cycle = resource.schedule, resource.lifecycle
    times = [str(t and t.timestamp()) for t in (schedule.activate_at, schedule.deactivate_at)]
    return [
        str(resource.address),
        {n: v for n, v in resource.fields.items() if v is not None and n not in FROM_SCHEDULE},
        [schedule.status, schedule.active_before, *times],
        [cycle.on_remove, sorted(cycle.ignore), cycle.protect, cycle.replace, cycle.new],
    ]


def undeclared_facts(observed: Observed) -> dict[str, dict[str, int]]:
    """What is on and nobody declares, with its budgets, as a plan file holds it."""
    found = sorted(undeclared(observed).items())
    return {str(at): {n: int(part.fields[n]) for n in MONEY if part.fields.get(n)} for at, part in found}


def check_fresh(filed: Plan, found: Plan, desired: Desired, name: str, running: Collection[str] = ()) -> None:
    """`found` is what would be done now in the accounts that could be planned; `running` are ids of what is ACTIVE
    with a label of ours and known to nothing. Raises StaleError, which says what is different."""
    accounts = sorted(found.accounts)
    told = [line for key in accounts for line in _differences(key, filed, found, desired, frozenset(running))]
    if told:
        more = [f"and {len(told) - MOST_SAID} more"] if len(told) > MOST_SAID else []
        lines = "".join(f"\n  - {line}" for line in [*told[:MOST_SAID], *more])
        remembering = f"{REMEMBERING}; or " if any(f": {UNREMEMBERED} " in line for line in told) else ""
        raise StaleError(
            f"{name} is out of date, so nothing was applied; what it shows is not what would be done now:{lines}\n"
            f"  mend: {remembering}reconciler plan --out {name}, look at it again, and apply that"
        )


def _differences(account: str, filed: Plan, found: Plan, desired: Desired, running: frozenset[str]) -> Iterator[str]:
    before, now = _of(account, filed), _of(account, found)
    if before.accounts[account].id != now.accounts[account].id:
        yield f"{account} was ad account {before.accounts[account].id} and is {now.accounts[account].id} now"
        return
    if before.facts["changes"] != now.facts["changes"] or not _as_known(before, now):
        yield from _Left(before, now, desired.of(account, now.now), running).differences()
    yield from _Beside(before, now).differences()


def _as_known(before: Plan, now: Plan) -> bool:
    return bool(before.facts["drift"] == now.facts["drift"] and before.facts["refusals"] == now.facts["refusals"])


def _of(account: str, plan: Plan) -> Plan:
    return replace(
        plan,
        changes=tuple(c for c in plan.changes if c.address.account == account),
        drift=tuple(d for d in plan.drift if d.address.account == account),
        refusals=tuple(r for r in plan.refusals if r.address.split("/")[0] == account),
        accounts={account: plan.accounts[account]},
    )


@dataclass(frozen=True)
class _Left:
    """One account: what is left of a plan."""

    filed: Plan
    found: Plan
    resources: Mapping[Address, Resource]
    running: frozenset[str]

    def differences(self) -> Iterator[str]:
        unshown = [change for change in self.found.changes if not self._is_shown(change)]
        unknown = [change.address for change in unshown if change.action is Action.ADOPT]
        if unknown:
            which = str(unknown[0]) if len(unknown) == 1 else f"{len(unknown)} resources, such as {unknown[0]}"
            yield f"{unknown[0].account}: {UNREMEMBERED} {which}"
        yield from (self._said(change) for change in unshown if change.action is not Action.ADOPT)
        known = self.filed.facts
        for drift, facts in zip(self.found.drift, map(drift_facts, self.found.drift), strict=True):
            if facts not in known["drift"]:
                value = self._value(drift.address, drift.field, drift.live)
                yield f"{drift.address}: {brief(drift.field)} is {value} now"
        for refusal in self.found.refusals:
            if [refusal.policy, refusal.address] not in known["refusals"]:
                yield f"{refusal.address} is refused now ({refusal.policy}): {brief(refusal.message)}"
        yield from (self._said_gone(change) for change in self.filed.changes if not self._is_done(change))

    # what would be done

    def _is_shown(self, change: Change) -> bool:
        return any(_follows_from(change, shown) for shown in self._shown(change.address))

    def _shown(self, address: Address) -> list[Change]:
        return [shown for shown in self.filed.changes if shown.address == address]

    def _said(self, change: Change) -> str:
        """A change that the file does not show, or shows with another value."""
        for shown in self._shown(change.address):
            for name in change.after:
                if name in shown.after and change.action is shown.action and _pair(change, name) != _pair(shown, name):
                    old, new = (self._step(change.address, name, c) for c in (shown, change))
                    return f"{change.address}: {brief(name)} was to go {old}, and would go {new} now"
            if change.action is shown.action and change.id != shown.id:
                return f"{change.address}: {shown.id or 'a new object'} was meant, and {change.id} is there now"
        names = ", ".join(map(brief, change.after)) if change.action is Action.UPDATE else ""
        return f"{change.address}: {change.action}{f' of {names}' if names else ''} is not in it"

    def _step(self, address: Address, name: str, change: Change) -> str:
        old, new = (self._value(address, name, fields.get(name)) for fields in (change.before, change.after))
        return f"{old} → {new}"

    def _value(self, address: Address, name: str, value: object) -> str:
        return said(name, value, self.found.currencies.get(address.account, ""), self.found.zone)

    # what would not be done any more

    def _is_done(self, change: Change) -> bool:
        """Still to be done (if otherwise, that has been said), or as the file wants it: of the same YAML, all that is
        not to be done is so already."""
        if any((change.address, change.action) == (left.address, left.action) for left in self.found.changes):
            return True
        resource = self.resources.get(change.address)
        before, now = ({key: b.declared for key, b in p.accounts.items()} for p in (self.filed, self.found))
        same = before == now
        if change.action in STATUS_CHANGES and not change.removal:
            return same and resource is not None and resource.status == change.after.get("status")
        # With its record lost, what was to be stopped runs on and is known to nothing.
        return same and change.id not in self.running

    def _said_gone(self, change: Change) -> str:
        return f"{change.address}: {change.action} is in it, and nothing asks for it any more"


@dataclass(frozen=True)
class _Beside:
    """One account: what is on and nobody declares spends with what the plan turns on, and no line of it tells."""

    filed: Plan
    found: Plan

    def differences(self) -> Iterator[str]:
        before, now = self._undeclared(self.filed), self._undeclared(self.found)
        for at in sorted({*before, *now}):
            came_or_went = [at in before, at in now]
            with_its_place = came_or_went != [True, True] and came_or_went == [at.parent in before, at.parent in now]
            if before.get(at) != now.get(at) and not with_its_place and not self._is_its_own(at):
                place = at.parent or at.account
                what = f"{place}: {at.kind} {at.steps[-1][1:]}, which nobody declares"
                yield f"{what}, {self._said(at, before.get(at), now.get(at))}"

    @staticmethod
    def _undeclared(plan: Plan) -> dict[Address, Fields]:
        return {Address.parse(at): money for basis in plan.accounts.values() for at, money in basis.undeclared.items()}

    def _is_its_own(self, at: Address) -> bool:
        """What the plan itself stops or lets go, or takes away with what it stands in: an interrupted run may have."""
        ids = {change.id for change in self.filed.changes}
        gone = {change.address for change in self.filed.changes if change.action in TAKES_AWAY}
        return bool(ids & {step[1:] for step in at.steps if step.startswith("#")} or gone & set(at.ancestors))

    def _said(self, at: Address, was: Fields | None, now: Fields | None) -> str:
        if now is None:
            return "was on and is not any more"
        if was is None:
            return f"is on now with {self._money(at, now)}"
        return f"had {self._money(at, was)}, and has {self._money(at, now)} now"

    def _money(self, at: Address, budgets: Fields) -> str:
        currency = self.found.currencies.get(at.account, "")
        told = [f"{name} {said(name, value, currency, self.found.zone)}" for name, value in sorted(budgets.items())]
        return " and ".join(told) or "no budget of its own"


def _follows_from(change: Change, shown: Change) -> bool:
    """The same change, what of it has not been taken, or what a cut-off run leaves of it."""
    made = shown.action in MAKING
    if change.action is Action.ADOPT:
        return made or shown.action is Action.ADOPT
    if change.action is Action.FORGET:
        return shown.removal
    same_object = change.id == shown.id or not shown.id or shown.action is Action.REPLACE
    # A run that was cut off may have archived what was to be replaced, and not made what takes its place.
    if (change.action is Action.UPDATE and made) or (change.action, shown.action) == (Action.CREATE, Action.REPLACE):
        return _within(change.after, shown.after)
    same = (change.action, change.removal, change.due) == (shown.action, shown.removal, shown.due)
    return same and same_object and _within(change.after, shown.after) and _within(change.before, shown.before)


def _within(part: Fields, whole: Fields) -> bool:
    return all(name in whole and whole[name] == value for name, value in part.items())


def _pair(change: Change, name: str) -> tuple[object, object]:
    return change.before.get(name), change.after.get(name)
