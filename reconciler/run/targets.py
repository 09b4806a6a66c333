"""A plan cut down to the addresses that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from reconciler.engine.diff import Difference
from reconciler.engine.plan import MAKING
from reconciler.model.address import Address
from reconciler.model.errors import UsageError
from reconciler.model.plan import Change, Refusal

Targets = tuple[Address, ...]


def check_targets(targets: Iterable[Address], account: str, known: Collection[Address]) -> None:
    """Raises UsageError for one in this account that neither desired/ nor state/ knows."""
    for target in targets:
        if target.account == account and target not in known:
            near = get_close_matches(str(target), map(str, known), n=1)
            raise UsageError(f"nothing has the address {target}" + (f"; did you mean {near[0]}?" if near else ""))


def keep_targets(difference: Difference, targets: Targets) -> None:
    """Only what is asked for, and the making of what it stands in."""
    if not targets:
        return
    difference.changes = [c for c in difference.changes if _targeted(c, targets)]
    difference.drift = [d for d in difference.drift if any(d.address.within(t) for t in targets)]
    difference.refusals = [r for r in difference.refusals if _concerns(r, targets)]
    difference.notes.append(f"partial plan: only {', '.join(map(str, targets))}")


def _concerns(refusal: Refusal, targets: Targets) -> bool:
    """A refusal of a whole account concerns all of it."""
    return "/" not in refusal.address or any(Address.parse(refusal.address).within(t) for t in targets)


def _targeted(change: Change, targets: Targets) -> bool:
    return any(change.address.within(t) or (change.action in MAKING and t.within(change.address)) for t in targets)
