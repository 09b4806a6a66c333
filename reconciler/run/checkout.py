"""Whether what a desk applies is what everybody else sees: the newest of the branch that CI applies. Asks git only."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.kinds.said import counted
from reconciler.model.errors import UnsharedState
from reconciler.run.request import Request
from reconciler.store.git.source import Checkout, checkout_of


def checkout_note(request: Request) -> str:
    """ "" where it is the newest one, where there is nothing to compare it with, and where nobody answers: what a desk
    applies is for whoever sits there to judge."""
    try:
        found = None if request.environment.get("CI") else checkout_of(request.root)
    except UnsharedState:
        return ""
    said = "; ".join(_differences(found)) if found is not None else ""
    return f"this is not {found.main} as the remote has it: {said}" if found is not None and said else ""


def _differences(found: Checkout) -> Iterator[str]:
    if found.branch != found.main:
        yield f"it is on {found.branch}" if found.branch else "it is on no branch"
    if found.behind is None or found.ahead is None:
        yield f"the remote's {found.main} has commits that this clone has never seen; git pull brings them"
        return
    if found.behind:
        yield f"{found.main} has {counted(found.behind, 'commit')} more; what they change may be undone"
    if found.ahead:
        yield f"{counted(found.ahead, 'commit')} here {'is' if found.ahead == 1 else 'are'} not in it yet"
