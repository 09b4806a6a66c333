"""What is remembered of each object, and what is made of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.resource import Resource

if TYPE_CHECKING:
    from reconciler.model.plan import Drift

NOTHING: Mapping[Address, Record] = {}


class Records(Protocol):
    """The records of one account.

    Durable: what `put`, `put_all`, `remove` and `move` have changed is there for whoever opens the records after they
    have returned, whatever happens to this process or its machine. A crash within them leaves each record as it was or
    as it was to be, never half, and never makes what stands there unreadable. Where a change cannot be kept they raise
    UnwrittenState. Records are read once, when they are opened: `all` and `get` then answer from memory.
    """

    fence: Callable[[], None]
    """Called before each change; where it raises, since this run has lost the right to write, nothing is changed."""
    now: Callable[[], datetime | None]
    """Meta's clock, for `as_of`: the time of a record's last change, not of a change to what it was, nor of a move. It
    never goes back: a reply may bear an old time."""

    def all(self) -> dict[Address, Record]:
        """A copy, by address."""

    def get(self, address: Address) -> Record | None: ...

    def put(self, address: Address, record: Record) -> None: ...

    def put_all(self, records: Mapping[Address, Record]) -> None:
        """Many at once. A crash may keep some of them and not others."""

    def together(self) -> AbstractContextManager[None]:
        """All that is changed within is kept at once when it ends, also by an error, and not before: one sync in place
        of many. Raises what a change raises, at its beginning or at its end."""

    def remove(self, address: Address) -> None:
        """Nothing happens where there is no such record."""

    def move(self, old: Address, new: Address) -> None:
        """A renamed address. A crash may leave the record at both, never at neither."""

    def checkpoint(self, last: Mapping[Address, Record] = NOTHING) -> None:
        """What was changed is brought to where it is kept for good, for people and other tools to read, and `last` with
        it, as `put_all` would. To be called where a run ends; a run that is killed before has lost nothing."""


def rehomed(
    records: Mapping[Address, Record], resources: Mapping[Address, Resource]
) -> tuple[dict[Address, Record], dict[Address, Address]]:
    """Records under the addresses that `previously` moved them to, and the moves as `{new: old}`."""
    found, moves = dict(records), {}
    for address, resource in resources.items():
        old = next((alias for alias in resource.aliases if alias in found), None)
        if old is not None and _may_take_the_place(found, old, address):
            found[address] = found.pop(old)
            moves[address] = old
    for new, old in _of_what_moved_along(found, resources).items():
        found[new] = found.pop(old)
        moves[new] = old
    return found, moves


def _may_take_the_place(found: Mapping[Address, Record], old: Address, new: Address) -> bool:
    """A record that stands at both is a move that a crash cut short: the object must not read as removed."""
    return new not in found or found[new].id == found[old].id


def _of_what_moved_along(
    found: Mapping[Address, Record], resources: Mapping[Address, Resource]
) -> dict[Address, Address]:
    """`{new: old}` of what nobody declares any more and what stands in something that has a new name, be it an account:
    the object is in that one still, and is to be found and removed there."""
    renamed = {
        alias: address
        for address, resource in resources.items()
        for alias in resource.aliases
        if alias not in found and alias not in resources and address in found
    }
    accounts = {former.account: now.account for former, now in renamed.items() if former.account != now.account}
    moved: dict[Address, Address] = {}
    for old in sorted(found) if renamed else ():
        above = next((one for one in old.ancestors if one in renamed), None)
        now = renamed[above].steps if above else (accounts.get(old.account, old.account),)
        new = Address.of(*now, *old.steps[len(above.steps) if above else 1 :])
        if new != old and not {new, old} & resources.keys() and _may_take_the_place(found, old, new):
            moved[new] = old
    return moved


def amended(record: Record | None, kind: str, **changed: Any) -> Record:
    """The record with some fields changed, or a new one."""
    return replace(record or Record(kind=kind), **changed)


def with_accepted(record: Record, drifts: Iterable[Drift]) -> Record:
    """The record with additions that may stand from now on, as the plan has told them."""
    found = {name: dict(paths) for name, paths in (record.accepted or {}).items()}
    for drift in drifts:
        found.setdefault(drift.field, {})[drift.path] = drift.beyond
    return replace(record, accepted=found)
