"""Live state into state/. Changes nothing at Meta."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconciler.engine.delivery import delivery_issues
from reconciler.engine.plan import beside
from reconciler.model.account_status import account_status
from reconciler.model.errors import ReconcilerError
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.plan import each_account, make_plans, said
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.record import bring_up_records, refresh_records
from reconciler.run.request import Request
from reconciler.run.results import Planned, Synced
from reconciler.run.session import Sessions
from reconciler.run.sharing import LIVE


def sync(request: Request, notify: Subscriber = ignore) -> Synced:
    """Adopts what is found by its label. Raises what `plan` raises."""
    request = replace(request, keep_drift=True)
    desired = declared_by(request, by_account=True)
    with Sessions(request, desired, notify, exclusive=True) as sessions:
        found, prepared = make_plans(sessions, prepare)
        failures = dict(found.failures)
        done = each_account(prepared, failures, _synced)
        unshared = _published(done)
    planned = Planned(replace(found.plan, failures=said(failures)), failures, desired)
    return Synced(
        planned,
        {one.account.key: len(one.session.store.all()) for one in done},
        unshared,
        {one.account.key: tuple(delivery_issues(one.observed.objects)) for one in done},
        {one.account.key: tuple(beside(one.observed, ())) for one in done},
        {one.account.key: str(status) for one in done if (status := account_status(one.observed.facts.status))},
    )


def _synced(prepared: Prepared) -> Prepared:
    with prepared.session.timed("record"):
        bring_up_records(prepared)
        refresh_records(prepared, prepared.observed)
        prepared.plain.remember(prepared.session.store, prepared.plan.changes, prepared.drifted())
    return prepared


def _published(done: Iterable[Prepared]) -> dict[str, ReconcilerError]:
    """Of the accounts of which others do not know it yet, why."""
    found = {}
    for one in done:
        with one.session, one.session.timed("record"):
            found[one.account.key] = one.session.publish(LIVE)
    return {key: error for key, error in found.items() if error is not None}
