"""Whose an object is that `import` finds: this clone's, another key's of this project, a colleague's, or of another
project. What somebody else manages is not labelled anew in silence: it would be lost to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.kinds.identity import LABEL_PREFIX, label, project_prefix, unversioned
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import AccountError, StateError
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Desired
from reconciler.store.opening import Store

STRAY = (
    "{what} carries this project's label for another address, which no file here declares and state/ does not know: "
    "pull main if it is a colleague's, write previously: [its former key] if it was renamed here, or take it over with "
    "--relabel"
)


@dataclass(frozen=True)
class Owners:
    """`own`: labels of what this account declares or remembers. `elsewhere`, `ids`: by label, and by id, the other key
    of this project that has it."""

    project: str
    own: frozenset[str]
    elsewhere: Mapping[str, str]
    ids: Mapping[str, str]

    @classmethod
    def of(cls, desired: Desired, store: Store, account: Account, remembered: Iterable[Address]) -> Owners:
        project, mine = desired.project, {account.key, *account.previously}
        named = [(at, at.account) for one in desired.resources.values() for at in (one.address, *one.aliases)]
        kept = [(at, record.id, key) for key, at, record in _kept(store, mine)]
        addresses = [(at, key) for at, key in named if key not in mine] + [(at, key) for at, _, key in kept]
        own = {label(project, at) for at, key in named if key in mine} | {label(project, at) for at in remembered}
        elsewhere = {label(project, at): key for at, key in addresses}
        return cls(project, frozenset(own), elsewhere, {one: key for _, one, key in kept if one})

    def stray(self, address: Address, live: Object) -> bool:
        """Whether it carries a label of this project for an address that nothing here knows. A copy from Ads Manager
        carries its original's, which is known."""
        labels = {unversioned(text) for text in live.labels if text.startswith(project_prefix(self.project))}
        return bool(labels - self.own - {label(self.project, address)})

    def why_left_out(self, found: Mapping[Address, Object]) -> str:
        """Of one campaign with all that is in it; "" where it may be taken."""
        strays = [one for at, one in found.items() if self.stray(at, one)]
        return STRAY.format(what=f"{strays[0].kind.replace('_', ' ')} {strays[0].id}") if strays else ""

    def of_another_project(self, live: Object) -> str:
        """Its label; "" for none."""
        own = project_prefix(self.project)
        theirs = (text for text in live.labels if text.startswith(LABEL_PREFIX) and not text.startswith(own))
        return min(theirs, default="")

    def check(self, account: Account, found: Iterable[Object]) -> None:
        """Raises AccountError where another key of this project has one of them."""
        for live in found:
            key = next((self.elsewhere[text] for text in live.labels if text in self.elsewhere), "")
            if key := key or self.ids.get(live.id, ""):
                raise AccountError(
                    f"{live.kind} {live.id} belongs to {key}, a key of this project; {_mend(key, account)}"
                )


def check_key(desired: Desired, store: Store, account: Account) -> None:
    """Raises AccountError where state/ knows this ad account under another key."""
    mine = {account.key, *account.previously}
    for key in store.recorded_accounts():
        if key not in mine and store.account_id_of(key) == account.id:
            if key in desired.accounts or key in desired.broken:
                mend = f"mend account: in desired/accounts/{key}.yaml, which names another one"
            else:
                mend = _mend(key, account)
            raise AccountError(f"state/{key} remembers objects of {account.id}; {mend}")


def _mend(key: str, account: Account) -> str:
    return (
        f"if its file was renamed, write previously: [{key}] in desired/accounts/{account.key}.yaml, or put "
        f"desired/accounts/{key}.yaml back; if account: is mistyped in one of the two, mend it there"
    )


def _kept(store: Store, mine: Iterable[str]) -> Iterator[tuple[str, Address, Record]]:
    for key in store.recorded_accounts():
        if key in mine:
            continue
        try:
            for at, record in store.records(key).all().items():
                yield key, at, record
        except StateError:
            continue  # that account's own error
