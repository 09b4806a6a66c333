"""Addresses of what is read from an account, and which of them a problem of a text lies in."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.kinds.files import LAYERED
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Problem
from reconciler.model.remote import Object
from reconciler.observe.inventory import Stock
from reconciler.run.existing import key_from, unique

IMPORTING = LAYERED.importing


def addressed(root: Address, top: Object, stock: Stock) -> dict[Address, Object]:
    """All that stands in one object by address. Keys come from names, of two alike in the order of their ids."""
    found = {root: top}
    _take_in(found, root, stock, str(top.fields.get("name", "")))
    return found


def _take_in(found: dict[Address, Object], above: Address, stock: Stock, name: str) -> None:
    inside = sorted(stock.inside(found[above]), key=lambda one: (len(one.id), one.id))
    taken: set[str] = set()
    for one in inside:
        only = IMPORTING.key_for(str(one.fields.get("name", "")), len(inside) == 1, name)
        key = only or next(unique(key_from(one), taken))
        taken.add(key)
        address = Address.of(*above.steps, key)
        found[address] = one
        _take_in(found, address, stock, name)


# ---- what is wrong, and where


def place_of(document: Document, problem: Problem, root: Address, live: Mapping[Address, Object]) -> Address | None:
    """The lowest address that the place of a problem lies in; None where it is in another file."""
    if problem.origin.file != document.origin(()).file:
        return None
    places = {path: (at.line, at.column) for path, at in {**document.values, **document.keys}.items()}
    before = [path for path, at in places.items() if at <= (problem.origin.line, problem.origin.column)]
    # Of a list's item and its first key, which begin at one place, the key.
    path = max(before, key=lambda path: (places[path], len(path)), default=())
    return _address_of(path, document, root, live)


def lowest(address: Address | None, root: Address, live: Mapping[Address, Object]) -> list[Address]:
    """What can be left out for the sake of an address: all that stands in it, or itself; nothing where that is all of
    the file. What the file says of itself, it says of the one object that it has below."""
    if address == root:
        below = [at for at in live if at.parent == root]
        address = below[0] if len(below) == 1 else None
    if address is None:
        return []
    return [at for at in live if at.within(address) and at != address] or [address]


def _address_of(path: KeyPath, document: Document, root: Address, live: Mapping[Address, Object]) -> Address:
    for address in sorted(live, key=lambda at: -len(at.keys)):
        level = LAYERED.level(document, (), address)
        if level and tuple(path[: len(level)]) == tuple(level):
            return address
    return root
