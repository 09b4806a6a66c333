"""One of several machines that share the accounts among them.

Which shard an account is in follows from its key and from how many shards there are, and from nothing else: no machine
has to ask another one, and a new account moves none that is there. Counted from 1, as test runners count theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

MOST = 1000
WRITTEN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """`Shard(2, 3)` is the second of three."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`2/3`. Raises ValueError with what is wrong, in words."""
        found = WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no shard: write its number and how many there are, such as 1/3")
        index, count = int(found[1]), int(found[2])
        if not 1 <= count <= MOST:
            raise ValueError(f"{text!r}: there can be 1 to {MOST} shards, not {count}")
        if not 1 <= index <= count:
            counted = f": the first is 1/{count}, the last {count}/{count}"
            zero = "; a JOB_COMPLETION_INDEX, which counts from 0, needs 1 added" if index == 0 else ""
            raise ValueError(f"{text!r} is not there{counted}{zero}")
        return cls(index, count)

    def has(self, account: str) -> bool:
        """By the key of the account."""
        return shard_of(account, self.count) == self.index

    @classmethod
    def of(cls, account: str, count: int) -> Shard:
        """The one of so many that has the account."""
        return cls(shard_of(account, count), count)

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def shard_of(account: str, count: int) -> int:
    """From 1 to `count`. Not Python's own hash, which is another one in each process."""
    return int.from_bytes(sha256(account.encode()).digest()[:8]) % count + 1
