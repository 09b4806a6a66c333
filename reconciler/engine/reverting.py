"""What else `--revert-drift` at an address would undo: it takes all that a person has changed in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.kinds.said import undoing
from reconciler.model.address import Address
from reconciler.model.plan import Drift, Refusal
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED

OF_A_STATUS = {
    PAUSED: "turns {address} on again",
    ACTIVE: "turns {address} off",
    ARCHIVED: "takes {address} into use again",
    "DELETED": "makes {address} again",
}
"""By the live status, which is not the declared one."""


def with_all_that_is_undone(refusals: Iterable[Refusal], drift: Iterable[Drift]) -> list[Refusal]:
    """The same, where a mend is such a command with what else the command does."""
    known = list(drift)
    return [replace(one, mend=f"{one.mend}{_beside(one, known)}") for one in refusals]


def _beside(refusal: Refusal, drift: Iterable[Drift]) -> str:
    at = Address.parse(refusal.address) if "/" in refusal.address else None
    told = [one for one in drift if not _is_told(refusal, one)]
    return also_undone(at, told) if at is not None and undoing(at) in refusal.mend else ""


def _is_told(refusal: Refusal, drift: Drift) -> bool:
    """Whether a refusal speaks of what an ad shows and nobody declared."""
    unsaid = drift.beyond is not None and KINDS[drift.address.kind].shows(drift.field)
    return unsaid and str(drift.address) == refusal.address and drift.field in refusal.message


def also_undone(at: Address, drift: Iterable[Drift]) -> str:
    """`; that also turns acme-sg/t on again`: of what was changed in `at`; "" where nothing was."""
    undone = dict.fromkeys(_undone(one) for one in drift if one.address.within(at) and not one.accepted)
    return f"; that also {' and '.join(undone)}" if undone else ""


def _undone(drift: Drift) -> str:
    if drift.field == "status" and drift.live in OF_A_STATUS:
        return OF_A_STATUS[drift.live].format(address=drift.address)
    return f"overwrites {drift.path or drift.field} of {drift.address}"
