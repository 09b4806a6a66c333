"""The status changes whose time has come, and nothing else. A late run catches up; a repeated one does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.engine.agenda import unmade, unmade_note, upcoming
from reconciler.engine.plan import merge_plans
from reconciler.engine.restarts import left_to_apply
from reconciler.model.plan import Plan
from reconciler.run.apply import ONLY_LAUNCHES, Remembering, carry_out
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.notes import shard_note
from reconciler.run.plan import Failures, each_account, make_plans, said, waiting_notes
from reconciler.run.prepare import Prepared, due_only, prepare_due
from reconciler.run.request import Request
from reconciler.run.results import Applied, Planned
from reconciler.run.session import Sessions


def activate(
    request: Request, notify: Subscriber = ignore, *, dry_run: bool = False, remember: Remembering = ONLY_LAUNCHES
) -> Applied:
    """What a person has changed stays, whatever was asked for. Raises what `plan` raises."""
    request = replace(request, keep_drift=True)
    desired = declared_by(request, by_account=True)
    with Sessions(request, desired, notify, exclusive=not dry_run) as sessions:
        found, prepared = make_plans(sessions, prepare_due)
        failures = dict(found.failures)
        due = each_account(prepared, failures, due_only)
        planned = _planned(sessions, prepared, due, failures)
        notify(planned)
        return Applied(planned) if dry_run else carry_out(sessions, planned, due, remember=remember)


def _planned(sessions: Sessions, prepared: Sequence[Prepared], due: Iterable[Prepared], failures: Failures) -> Planned:
    """With the launches that the whole plan keeps waiting, and what comes next."""
    request, desired = sessions.request, sessions.desired
    plan = merge_plans(desired, request.now, [_told(one) for one in due], said(failures))
    of_shard = shard_note(request, {account.key for account in sessions.accounts} | set(failures))
    known = {address: live for one in prepared for address, live in one.observed.objects.items()}
    missing = unmade(desired, request.now, {one.account.key for one in prepared}, known, request.targets)
    not_made = [unmade_note(missing, desired.zone)] if missing else []
    to_go_on = [left_to_apply(one.proposed.changes) for one in prepared]
    notes = (*of_shard, *plan.notes, *sessions.sharing.plan_notes(), *waiting_notes(prepared), *not_made)
    notes = (*notes, *filter(None, to_go_on))
    made = {address for address, live in known.items() if not live.gone}
    coming = tuple(upcoming(desired, request.now, made, request.targets))
    return Planned(replace(plan, notes=notes), failures, desired, sessions.sharing.failure, coming)


def _told(prepared: Prepared) -> Plan:
    """What an account spends now, nobody knows who has not asked."""
    return replace(prepared.plan, spend={}) if prepared.is_idle else prepared.plan
