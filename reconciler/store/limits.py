"""What is remembered of Meta's limits."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from reconciler.model.limits import Limit, Spent


class Limits(Protocol):
    """Points and blocks, by limit: what is kept of one limit says nothing of another.

    A help, not a truth: what is lost is learned again from Meta's next refusal. So nothing here raises, and nothing has
    to be durable. What cannot be read, or was written by a clock that ran ahead, is as if it had never been kept. Who
    reads while another writes gets the old or the new, never a mixture.
    """

    def spent(self, limit: Limit) -> Spent:
        """What was kept last; nothing spent and no tier where there is none."""

    def keep_spent(self, limit: Limit, spent: Spent) -> None:
        """In place of what was kept before."""

    def blocked_until(self, limit: Limit) -> datetime | None:
        """None where no block is known. The moment may have passed."""

    def block(self, limit: Limit, until: datetime) -> datetime:
        """Keeps a block; says until when it lasts. A longer one stands, whoever has kept it."""
