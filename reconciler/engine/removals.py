"""What becomes of an object whose YAML is gone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import OnRemove
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED

REMOVALS = {
    OnRemove.PAUSE: Action.PAUSE,
    OnRemove.ARCHIVE: Action.ARCHIVE,
    OnRemove.DELETE: Action.DELETE,
    OnRemove.FORGET: Action.FORGET,
}
UNLABELLED = "no longer managed; it runs on as it is, without our label"
GONE = "it is no longer at Meta"
REMOVED_STATUS = {Action.PAUSE: PAUSED, Action.ARCHIVE: ARCHIVED, Action.DELETE: "DELETED"}
REMOVAL_CONSEQUENCES = {
    Action.PAUSE: ("its YAML is gone",),
    Action.ARCHIVE: ("its YAML is gone", "cannot be undone"),
    Action.DELETE: ("its YAML is gone", "cannot be undone"),
    Action.FORGET: ("no longer managed; it stays as it is",),
}


@dataclass
class Removals:
    """Of one account, parents first: what a parent takes along is only forgotten below it."""

    records: Mapping[Address, Record]
    observed: Observed
    named: frozenset[str] = frozenset()
    """Ids of objects that a file names as its own (`existing`)."""
    taken_down: set[Address] = field(default_factory=set)
    protected: set[Address] = field(default_factory=set)

    def of(self, address: Address, record: Record, live: Object | None) -> Change | Refusal | None:
        """None where there is nothing to do: done before, or kept by the protection of what it is in."""
        if any(address.within(kept) for kept in self.protected):
            return None
        if record.removed and live is not None and not live.gone and live.status != ARCHIVED:
            return None
        if (record.id or (live.id if live else "")) in self.named:
            # Its new address is told to name this one as its former; until then nothing is done with it.
            self.protected.add(address)
            return None
        if record.protect:
            self.protected.add(address)
            return _protected(address, live)
        action = self._action(address, record, live)
        if action in (Action.ARCHIVE, Action.DELETE) or record.on_remove is OnRemove.FORGET:
            self.taken_down.add(address)
        status, unlabels = REMOVED_STATUS.get(action), self._unlabels(address, record, live)
        return Change(
            action,
            address,
            id=record.id or (live.id if live else ""),
            before={"status": live.status} if live and status else {},
            after={"status": status} if live and status else {},
            consequences=_consequences(action, live, unlabels=unlabels),
            removal=True,
            remembered=action is Action.PAUSE or self._is_off_already(address, record, live),
            unlabels=unlabels,
        )

    def _is_off_already(self, address: Address, record: Record, live: Object | None) -> bool:
        """What its removal asks for is so: it is to be paused, and is."""
        goes = live is None or live.gone or live.status == ARCHIVED or address in self.observed.disowned
        above = any(address.within(at) for at in self.taken_down)
        return not goes and not above and record.on_remove is OnRemove.PAUSE

    def _unlabels(self, address: Address, record: Record, live: Object | None) -> bool:
        """What is let go on purpose must not be taken for ours, nor for an orphan, later."""
        there = live is not None and not live.gone and address not in self.observed.disowned
        above = [at for at in self.taken_down if at != address and address.within(at)]
        gone_with = any(self.records[at].on_remove is not OnRemove.FORGET for at in above)
        return there and not gone_with and (record.on_remove is OnRemove.FORGET or bool(above))

    def _action(self, address: Address, record: Record, live: Object | None) -> Action:
        parent_goes = any(address.within(a) for a in self.taken_down)
        if live is None or live.gone or address in self.observed.disowned or parent_goes:
            return Action.FORGET
        if live.status == ARCHIVED and record.on_remove is not OnRemove.DELETE:
            return Action.FORGET
        if record.on_remove is OnRemove.PAUSE and live.status != ACTIVE:
            return Action.FORGET
        return REMOVALS[record.on_remove]


def _consequences(action: Action, live: Object | None, *, unlabels: bool) -> tuple[str, ...]:
    if unlabels:
        return (UNLABELLED,)
    return (GONE,) if action is Action.FORGET and (live is None or live.gone) else REMOVAL_CONSEQUENCES[action]


def _protected(address: Address, live: Object | None) -> Refusal:
    return Refusal(
        "protect",
        str(address),
        "its YAML is gone, but it was protected; bring the YAML back, or set protect: false, apply, and remove it then",
        lowers=bool(live and live.status == ACTIVE),
    )
