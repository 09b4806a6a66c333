"""References: where Meta wants the id of something that is declared, its address stands until it is sent.

An id has digits only, and an address a `/`, so that nothing can be taken for the other. Where a change makes another
object of an address, the reference tells which: `acme-sg/lead_form:quote@1f2e…`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.model.address import Address

REF = re.compile(r"([a-z_]+:)?[a-z0-9_-]+/[a-z_]+:[a-z0-9_-]+(@[0-9a-f]+)?")
"""Other texts stand beside references, such as an interest that Meta calls "Cars / SUVs: luxury"."""


def versioned(address: Address, version: str) -> str:
    return f"{address}@{version}" if version else str(address)


def address_in(reference: str) -> Address:
    """What a reference is to, whichever version of it."""
    return Address.parse(reference.partition("@")[0])


def version_of(reference: str) -> str:
    """ "" where it tells none."""
    return reference.partition("@")[2]


def is_ref(value: Any) -> bool:
    return isinstance(value, str) and REF.fullmatch(value) is not None


def references(value: Any) -> Iterator[Address]:
    """Every address that stands in a field's value, however deep."""
    yield from (address_in(text) for text in texts(value) if is_ref(text))


def texts(value: Any) -> Iterator[str]:
    """Every text in a field's value, however deep: references, and ids that are written as such."""
    left = [value]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            left += reversed(value)
        elif isinstance(value, Mapping):
            left += reversed(list(value.values()))


def exchanged(value: Any, other: Callable[[str], str]) -> Any:
    """The value with each of its texts as `other` gives it: addresses for ids, or ids for addresses."""
    if isinstance(value, Mapping):
        return {name: exchanged(inner, other) for name, inner in value.items()}
    if isinstance(value, list):
        return [exchanged(inner, other) for inner in value]
    return other(value) if isinstance(value, str) else value
