"""What Meta does not let run, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.remote import Object

REJECTED, WITH_ISSUES = "DISAPPROVED", "WITH_ISSUES"
"""Of Meta's effective statuses, those that somebody has to do something about."""


@dataclass(frozen=True)
class DeliveryIssue:
    """One object that Meta keeps from running. `reasons` are Meta's own: its review's feedback, its list of issues."""

    address: Address
    id: str
    effective_status: str
    reasons: tuple[str, ...] = ()


def delivery_issues(objects: Mapping[Address, Object]) -> Iterator[DeliveryIssue]:
    """In the order of their addresses. A rejected ad that is paused keeps its review's feedback."""
    for address, live in sorted(objects.items()):
        if live.review or live.effective_status in (REJECTED, WITH_ISSUES):
            yield DeliveryIssue(address, live.id, live.effective_status, (*live.review, *live.issues))
