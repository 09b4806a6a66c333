"""What Meta does not let run, and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from reconciler.engine.folding import folded
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import PAUSED

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


def delivery_notes(
    objects: Mapping[Address, Object], resources: Mapping[Address, Resource], shown_anew: Collection[Address]
) -> list[str]:
    """Of what is to run, or is to start later, and will not: there is time to mend it. Not of what gets something else
    to show (`shown_anew`), which Meta looks at again."""
    wanted = {at for at, resource in resources.items() if resource.schedule.status != PAUSED}
    told = [
        (issue.address, f"{_said(issue)}; {IN_ADS_MANAGER}")
        for issue in delivery_issues(objects)
        if issue.address in wanted and issue.address not in shown_anew and not objects[issue.address].gone
    ]
    return folded(told, "objects that Meta keeps from running")


IN_ADS_MANAGER = "correct it in its file, or ask for another look in Ads Manager"


def _said(issue: DeliveryIssue) -> str:
    why = f" ({'; '.join(issue.reasons)})" if issue.reasons else ""
    rejected = issue.effective_status != WITH_ISSUES
    return f"Meta's review has rejected it{why}, so it does not run" if rejected else f"Meta keeps it from running{why}"
