"""What an operation tells while it works.

    Planned → Started → (Uploading | Waiting | ChangeDone)… → Finished, one an account

A subscriber is called from several threads, and the work waits for it. What it raises within an account's work is that
account's error, except BrokenPipeError: nobody listens any more, so the run ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # Who only looks whether there is anything to do loads no plans.
    from datetime import datetime

    from reconciler.model.plan import Outcome
    from reconciler.run.results import Planned, Result, Stopped


@dataclass(frozen=True)
class Started:
    """From here on so many changes are made."""

    changes: int


@dataclass(frozen=True)
class ChangeDone:
    """One change was made, or has failed."""

    account: str
    outcome: Outcome


@dataclass(frozen=True)
class Uploading:
    """`done` of `total` bytes of a file have arrived. `number` tells two uploads of one account apart."""

    account: str
    number: int
    title: str
    done: int
    total: int


@dataclass(frozen=True)
class Waiting:
    """Before a long wait: until when at most, in the project's time zone, and what for."""

    account: str
    until: datetime
    seconds: float
    why: str


@dataclass(frozen=True)
class StillWaiting:
    """An account has been worked on for so long, and has not ended: Meta may not answer for it."""

    account: str
    seconds: float


@dataclass(frozen=True)
class Unreached:
    """An emergency stop was interrupted before it had met all that may be on in these accounts."""

    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Finished:
    """One account is done: its changes were read back and recorded, or something has stopped it."""

    result: Result


@dataclass(frozen=True)
class StateTold:
    """What became of the branch that state/ is shared through, or of media that are in Git LFS, where a person should
    know."""

    text: str
    failed: bool = False


@dataclass(frozen=True)
class Progress:
    """How far an operation has come that reads an account for long."""

    account: str
    text: str


Event: TypeAlias = (
    "Progress | Planned | Started | Uploading | Waiting | StillWaiting | ChangeDone | Finished | Stopped | Unreached | "
    "StateTold"
)
Subscriber = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The subscriber where nobody listens."""
