"""What an emergency stop leaves to others: first all is stopped, then they are told, and never waited for long."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.model.errors import ReconcilerError
from reconciler.run.at_a_glance import branch_at
from reconciler.run.failures import failure_of
from reconciler.run.request import Request
from reconciler.run.sharing import PAUSED, Sharing
from reconciler.run.stop import Stop

SECONDS = 10.0
"""That one call of a remote may take."""


def share(request: Request, stops: Iterable[Stop]) -> list[str]:
    """What a person should know of it. Without this others learn of the stop from the activity log."""
    stopped = [one for one in stops if one.paused]
    if not stopped:
        return []
    sharing = Sharing(request, branch_at(request.root))
    try:
        sharing.begin({one.account.key for one in stopped}, seconds=SECONDS)
        if sharing.shared is None:
            return []
        errors = [sharing.problem or _published(request, sharing, one) for one in stopped]
    except Exception as error:
        errors = [failure_of(error)]
    return [_said(error) for error in dict.fromkeys(errors) if error is not None]


def _published(request: Request, sharing: Sharing, stop: Stop) -> ReconcilerError | None:
    try:
        lease = request.store.leases.acquire(stop.account.key)
    except ReconcilerError as error:
        return error
    try:
        sharing.bring_in(stop.account)
        stop.remember()
        return sharing.publish(stop.account, PAUSED, seconds=SECONDS)
    except Exception as error:
        return failure_of(error, stop.account.key)
    finally:
        lease.release()


def _said(error: ReconcilerError) -> str:
    what = str(error).replace("\n  mend: ", "; mend: ")
    return f"all is paused, and other clones do not know yet that it was by this command: {what}"
