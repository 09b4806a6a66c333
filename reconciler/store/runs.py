"""What the last complete run of an account has found, so that the next one need not ask Meta where nothing has changed.

A help, not a truth: where it is missing everything is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from reconciler.model.errors import StateError

FOLDER = "runs"
"""Of state/, so no account can have this key."""


@dataclass(frozen=True)
class Run:
    """`desired` and `creatives` are the git ids of the trees that were applied completely, `tool` is the version that
    did it. `held` has what was held back, by address, with the moment from which it is tried again, and `next_due` the
    next declared moment; None where there is none. All moments are aware."""

    desired: str
    creatives: str
    tool: str
    held: Mapping[str, datetime] = field(default_factory=dict)
    next_due: datetime | None = None
    looked_at: datetime | None = None
    """When the whole account was looked at last, if nothing unusual was found then: nothing with a label of ours that
    nobody declares, no duplicate, nothing in doubt."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Of what was held back, by address, what has refused it: to be said again until that is looked at again."""
    waiting: Mapping[str, str] = field(default_factory=dict)
    """Of launches that somebody's change keeps waiting, by address, what of it: as far as the last look has seen."""

    @property
    def still_held(self) -> Mapping[str, str]:
        """By address, why it is held back."""
        return {address: self.refused.get(address, "a policy or a conflict holds it back") for address in self.held}


class Runs(Protocol):
    def get(self, account: str) -> Run | None:
        """None where nothing is kept. Raises StateError for what cannot be believed, or is of a newer version."""

    def put(self, account: str, run: Run) -> None:
        """In place of what was kept; durable when it returns, and no change of the file where nothing has changed.
        Raises UnwrittenState where it cannot be kept."""

    def forget(self, account: str) -> None:
        """So that the next run looks at everything. Nothing happens where nothing is kept."""


def last_run(runs: Runs, account: str) -> Run | None:
    """It is a help only: what cannot be believed is written anew."""
    try:
        return runs.get(account)
    except StateError:
        return None
