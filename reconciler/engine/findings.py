"""What of an account needs a person, though nobody has asked for a change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.engine.delivery import DeliveryIssue
from reconciler.model.plan import Plan

UNKNOWN = frozenset({"orphan", "copy", "undeclared_account"})
"""Refusals that tell of something at Meta which nobody declares."""

WITHOUT_DRIFT = UNKNOWN | {"named"}
"""And of what a file names by its id, which is never written to, so that it has no drift to undo."""

FOR_A_PERSON = WITHOUT_DRIFT | {"ownership", "conflict"}
"""And those of what nobody but a person can decide, however often a run looks again."""


@dataclass(frozen=True)
class Findings:
    """Of one account. `plan` has its drift, its overdue launches and refusals `FOR_A_PERSON`, and nothing else."""

    plan: Plan
    delivery_issues: tuple[DeliveryIssue, ...] = ()
    undeclared: tuple[str, ...] = ()
    """Copies, and what runs without our label in what is ours, in words."""
    held_back: str = ""
    """Why Meta may hold back all of the account, in words."""

    @property
    def empty(self) -> bool:
        plan = self.plan
        found = plan.drift or plan.late or plan.refusals or self.delivery_issues or self.undeclared or self.held_back
        return not found


def findings_by_account(
    plan: Plan,
    delivery_issues: Mapping[str, tuple[DeliveryIssue, ...]],
    undeclared: Mapping[str, tuple[str, ...]],
    held_back: Mapping[str, str],
) -> dict[str, Findings]:
    """Of every account that was read, and of those that only a refusal speaks of."""
    refused = {one.address.partition("/")[0] for one in plan.refusals if one.policy in FOR_A_PERSON}
    return {
        account: Findings(
            _of(plan, account),
            delivery_issues.get(account, ()),
            undeclared.get(account, ()),
            held_back.get(account, ""),
        )
        for account in sorted({*delivery_issues, *(refused - set(plan.failures))})
    }


def _of(plan: Plan, account: str) -> Plan:
    return replace(
        plan,
        changes=(),
        held=(),
        spend={},
        effort={},
        drift=tuple(one for one in plan.drift if one.address.account == account),
        late=tuple(one for one in plan.late if one.address.account == account and not one.ended),
        refusals=tuple(
            one for one in plan.refusals if one.policy in FOR_A_PERSON and one.address.partition("/")[0] == account
        ),
    )
