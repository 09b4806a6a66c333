"""What hardly ever changes of an account, so that not every run has to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reconciler.model.account import AccountFacts
from reconciler.model.remote import Identity


@dataclass(frozen=True)
class Facts:
    """`basis` is a digest of all that was asked with: another account, page or token has other facts. `at` (aware) is
    when Meta was asked, `identity` whose token it was; None where nobody has asked."""

    basis: str
    at: datetime
    account: AccountFacts
    identity: Identity | None = None


class FactsKept(Protocol):
    """By account. A help, not a truth: what cannot be read, or was written by a clock that ran ahead, is as if it had
    never been kept, and nothing here raises."""

    def get(self, account: str) -> Facts | None:
        """What was kept last; None where there is none."""

    def put(self, account: str, facts: Facts) -> None:
        """In place of what was kept before."""

    def forget(self, account: str) -> None:
        """So that Meta is asked again."""
