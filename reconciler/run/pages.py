"""What several accounts of one project have in common: a page, and with it the lead forms there."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.kinds.identity import label, unversioned
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import StateError
from reconciler.model.remote import Object
from reconciler.model.resource import Desired
from reconciler.store.opening import Store


def with_its_page(desired: Desired, account: Account) -> tuple[Account, ...]:
    """The other declared accounts whose ads may open what the account's page has."""
    others = (one for one in desired.accounts.values() if one.id != account.id)
    return tuple(one for one in others if account.page and account.page in (one.page, *one.pages))


def not_of_others(found: list[Object], desired: Desired, store: Store, account: Account) -> list[Object]:
    """Without what another account of the project declares or remembers: a page lists the forms of all of them."""
    if not found:
        return []
    theirs = {label(desired.project, at) for at in _of_others(desired, store, account)}
    return [live for live in found if not any(unversioned(text) in theirs for text in live.labels)]


def _of_others(desired: Desired, store: Store, account: Account) -> Iterator[Address]:
    for at, resource in desired.resources.items():
        if at.account != account.key:
            yield from (at, *resource.aliases)
    for key in store.recorded_accounts():
        if key != account.key:
            yield from _remembered(store, key)


def _remembered(store: Store, key: str) -> Iterator[Address]:
    try:
        yield from store.records(key).all()
    except StateError:
        return  # that account's own error
