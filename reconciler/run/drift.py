"""What differs at Meta from what was applied, and who did it."""

from __future__ import annotations

from dataclasses import replace

from reconciler.run.events import Subscriber, ignore
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.sync import sync

UNKNOWN = frozenset({"orphan", "copy", "undeclared_account"})
"""Refusals that tell of something at Meta which nobody declares."""


def drift(request: Request, notify: Subscriber = ignore) -> Planned:
    """Syncs; then the plan, cut down to its drift and to what nobody declares. Raises what `plan` raises."""
    planned = sync(request, notify).planned
    unknown = tuple(refusal for refusal in planned.plan.refusals if refusal.policy in UNKNOWN)
    only = replace(planned.plan, changes=(), held=(), spend={}, effort={}, refusals=unknown, late=())
    return replace(planned, plan=only)
