"""Live state into state/. Changes nothing at Meta."""

from __future__ import annotations

from dataclasses import replace

from reconciler.config.declared import load_desired
from reconciler.run.events import Subscriber, ignore
from reconciler.run.plan import each_account, make_plans, said
from reconciler.run.prepare import Prepared
from reconciler.run.record import bring_up_records, refresh_records
from reconciler.run.request import Request
from reconciler.run.results import Planned, Synced
from reconciler.run.session import Sessions


def sync(request: Request, notify: Subscriber = ignore) -> Synced:
    """Adopts what is found by its label. Raises what `plan` raises."""
    request = replace(request, keep_drift=True)
    desired = load_desired(request.root, request.now, by_account=True)
    with Sessions(request, desired, notify, exclusive=True) as sessions:
        found, prepared = make_plans(sessions)
        failures = dict(found.failures)
        done = each_account(prepared, failures, _synced)
    planned = Planned(replace(found.plan, failures=said(failures)), failures)
    return Synced(planned, {one.account.key: len(one.session.store.all()) for one in done})


def _synced(prepared: Prepared) -> Prepared:
    with prepared.session:
        bring_up_records(prepared)
        refresh_records(prepared, prepared.observed)
        prepared.plain.remember(prepared.session.store, prepared.plan.changes, prepared.drifted())
    return prepared
