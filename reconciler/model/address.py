"""What a resource is called, whatever its name or id at Meta, and who owns it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

LEVELS = ("campaign", "ad_set", "ad")
"""Kinds that stand in each other: their addresses have a key for each level, and no kind's name."""

ACCOUNT = "account"
FORM = "write account/campaign[/ad_set[/ad]], or account/kind:key"
_TYPED = re.compile(r"([a-z_]+):([^:]+)")


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What resources are declared under: an ad account by the name of its file, `acme-sg`, or another owner,
    `business:acme`."""

    key: str
    kind: str = ACCOUNT

    @classmethod
    def parse(cls, text: str) -> Scope:
        typed = _TYPED.fullmatch(text)
        return cls(typed[2], typed[1]) if typed else cls(text)

    def __str__(self) -> str:
        return self.key if self.kind == ACCOUNT else f"{self.kind}:{self.key}"


class Address(NamedTuple):
    """The stable path of a resource: `acme-sg/spring-sale/main/hero` in a campaign, `acme-sg/audience:buyers` beside
    them. The text of a campaign's, ad set's or ad's never changes: live objects are known by its digest.

    A tuple, since a plan looks a thousand campaigns' addresses up a million times."""

    account: str
    """The scope's text."""
    keys: tuple[str, ...]

    @classmethod
    def of(cls, account: str, *keys: str) -> Address:
        return cls(account, keys)

    @classmethod
    def of_file(cls, account: str, kind: str, key: str) -> Address:
        """What a file of its own declares."""
        return cls.of(account, key if kind == LEVELS[0] else f"{kind}:{key}")

    @classmethod
    def parse(cls, text: str) -> Address:
        """Raises ValueError where `text` is no address."""
        account, *keys = text.split("/")
        is_typed = len(keys) == 1 and ":" in keys[0]
        if not account or not all(keys) or not 1 <= len(keys) <= len(LEVELS):
            raise ValueError(f"{text!r} is not an address: {FORM}")
        if ":" in text and any(":" in key for key in keys) and not (is_typed and _TYPED.fullmatch(keys[0])):
            raise ValueError(f"{text!r} is not an address: {FORM}")
        return cls(account, tuple(keys))

    def __str__(self) -> str:
        return "/".join(self.steps)

    @property
    def scope(self) -> Scope:
        return Scope.parse(self.account)

    @property
    def steps(self) -> tuple[str, ...]:
        return (self.account, *self.keys)

    @property
    def kind(self) -> str:
        first = self.keys[0]
        return first.partition(":")[0] if ":" in first else LEVELS[len(self.keys) - 1]

    @property
    def key(self) -> str:
        """Its own, the last: `buyers` of `acme-sg/audience:buyers`."""
        return self.keys[-1].rpartition(":")[2]

    @property
    def parent(self) -> Address | None:
        return Address(self.account, self.keys[:-1]) if len(self.keys) > 1 else None

    @property
    def ancestors(self) -> tuple[Address, ...]:
        """What it is in: nearest first."""
        return tuple(Address(self.account, self.keys[:size]) for size in range(len(self.keys) - 1, 0, -1))

    @property
    def root(self) -> Address:
        """The topmost that it is in, or itself: what one file declares, and one file of `state/` remembers."""
        return Address(self.account, self.keys[:1])

    @classmethod
    def of_orphan(cls, account: str, kind: str, object_id: str) -> Address:
        """For an object that is ours by its label and has no address: no key has a `#`."""
        above = "#" if kind in LEVELS else f"{kind}:"
        levels = LEVELS.index(kind) if kind in LEVELS else 0
        last = f"#{object_id}" if kind in LEVELS else f"{above}#{object_id}"
        return cls(account, (*[above] * levels, last))

    @property
    def is_orphan(self) -> bool:
        return self.keys[0].rpartition(":")[2].startswith("#")

    def within(self, other: Address) -> bool:
        return self.account == other.account and self.keys[: len(other.keys)] == other.keys
