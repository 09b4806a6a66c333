"""What differs at Meta from what was applied, and who did it."""

from __future__ import annotations

from dataclasses import replace

from reconciler.engine.findings import WITHOUT_DRIFT
from reconciler.run.events import StateTold, Subscriber, ignore
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.sync import sync


def drift(request: Request, notify: Subscriber = ignore) -> Planned:
    """Syncs; then the plan, cut down to its drift and to what nobody declares. Raises what `plan` raises."""
    synced = sync(request, notify)
    planned = synced.planned
    refused = tuple(refusal for refusal in planned.plan.refusals if refusal.policy in WITHOUT_DRIFT)
    changed = sorted((*planned.plan.drift, *planned.plan.conflicts), key=lambda one: (one.address, one.field))
    only = replace(
        planned.plan, changes=(), held=(), spend={}, effort={}, drift=tuple(changed), refusals=refused, late=()
    )
    for account, error in synced.unshared.items():
        notify(StateTold(f"{account}: {error}", failed=True))
    return replace(planned, plan=only)
