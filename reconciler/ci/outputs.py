"""What later steps of a workflow can ask for. The names are a promise: docs/ci.md lists them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.ci.reports import reconcile_outputs
from reconciler.engine.findings import UNKNOWN, Findings
from reconciler.model.plan import Action, Plan
from reconciler.render.changes import counts
from reconciler.run.reconcile import Reconciled

PLAN = (
    *("exitcode", "has_changes", "add", "change", "remove", "activate", "pause", "adopt", "forget", "drift", "refused"),
    *("plan_digest", "plan_path", "html_path", "comment_url"),
)
"""All are always there; what is not known is empty, as it is where no account could be planned."""

Outputs = Mapping[str, str | int | bool]


def plan_outputs(plan: Plan | None, **more: str | int) -> Outputs:
    """`more`: what is not in the plan, by its name."""
    known = {**(_of(plan) if plan is not None and (plan.accounts or not plan.failures) else {}), **more}
    return {name: known.get(name, "") for name in PLAN}


def drift_outputs(findings: Mapping[str, Findings], exitcode: int) -> Outputs:
    found = findings.values()
    refused = [refusal for one in found for refusal in one.plan.refusals]
    undeclared = sum(refusal.policy in UNKNOWN for refusal in refused)
    return {
        "exitcode": exitcode,
        "accounts": ",".join(account for account, one in findings.items() if not one.empty),
        "drift": sum(len(one.plan.drift) for one in found) + len(refused) - undeclared,
        "overdue": sum(len(one.plan.late) for one in found),
        "rejected": sum(len(one.delivery_issues) + bool(one.held_back) for one in found),
        "undeclared": undeclared + sum(len(one.undeclared) for one in found),
    }


def outputs_of_rounds(done: Reconciled, exitcode: int) -> Outputs:
    outcomes = [one for each in done.rounds for result in each.applied.results for one in result.outcomes]
    return reconcile_outputs(
        exitcode,
        done=sum(not one.error for one in outcomes),
        failed=sum(bool(one.error) for one in outcomes),
        launched=sum(one.change.action is Action.ACTIVATE and not one.error for one in outcomes),
        idle=len(done.idle),
        stopped=bool(done.stopped),
    )


def _of(plan: Plan) -> Outputs:
    n = counts(plan)
    return {
        # Where nothing is found, an account that could not be planned may have some.
        "has_changes": "" if plan.empty and plan.failures else not plan.empty,
        "add": n["create"] + n["replace"],
        "change": n["update"],
        "remove": n["archive"] + n["delete"],
        **{name: n[name] for name in ("activate", "pause", "adopt", "forget", "drift")},
        "refused": len(plan.refusals),
        "plan_digest": plan.digest,
    }
