"""Whose a refusal for rights is: one object's, or the account's. No network.

Codes 3, 10 and 200 answer a token that may write nothing, and as well one creative whose page, feature or post the app
may not use; no subcode tells the two apart. So such a refusal of a write stays with its object until others show more.
What Meta takes shows that the token may write. Where it takes nothing, MOST refusals in a row, of changes by id or from
two edges, are the account's. On one edge no more is sent after so many in a row, so that what is refused in vain ends
after a batch, and what goes to other edges goes on.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.meta.answers import Answer
from reconciler.meta.errors import meaning_of
from reconciler.meta.listing import edge_of
from reconciler.model.errors import AccountBlocked, GraphError, NotAllowed, Unavailable

MOST = 25
"""In a row: half a batch, and 75 points. Writes that are more than that go out campaign by campaign in turn, so that
those of one do not stand before all others: `apply/order.py`."""


class Refusals:
    """Of one writer in one run."""

    def __init__(self) -> None:
        self._may_write = False
        self._rows: dict[str, tuple[int, NotAllowed]] = {}
        """By edge, "" for an id, how many were refused in a row, and the last refusal."""

    def judged(self, path: str, answer: Answer) -> Answer:
        """The answer to a write that was sent, or what it means for the account."""
        edge = _edge(path)
        if not isinstance(answer, GraphError):
            self._may_write = True
        if not isinstance(answer, NotAllowed):
            if not isinstance(answer, Unavailable):
                self._rows.pop(edge, None)
            return answer
        number, last = self._rows.get(edge, (0, answer))
        self._rows[edge] = (number + 1 if last.reply.code == answer.reply.code else 1, answer)
        if self._is_the_accounts(edge, answer.reply.code):
            return AccountBlocked(answer.reply, meaning_of(answer.reply).mend)
        return answer

    def unsent(self, path: str) -> NotAllowed | None:
        """Why nothing more is sent there; None where it is. A change by id is always sent: it may be a stop."""
        edge = _edge(path)
        if not edge or edge not in self._rows:
            return None
        number, last = self._rows[edge]
        if number < MOST:
            return None
        why = last.reply.user_message or last.reply.message
        said = f"not sent, since Meta has refused {number} of these in a row: {why}"
        return NotAllowed(replace(last.reply, message=said, user_title="", user_message=""), last.mend)

    def _is_the_accounts(self, edge: str, code: int | None) -> bool:
        if self._may_write:
            return False
        numbers = [number for number, last in self._rows.values() if last.reply.code == code]
        return max(numbers) >= MOST and (len(numbers) > 1 or not edge)


def _edge(path: str) -> str:
    return edge_of(path) if "/" in path else ""
