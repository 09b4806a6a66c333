"""One resource: desired, recorded and live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from reconciler.model.address import Address
from reconciler.model.errors import UsageError
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.prepare import prepare
from reconciler.run.request import Request
from reconciler.run.session import Sessions


@dataclass(frozen=True)
class Shown:
    """What is known of an address; None where nothing is."""

    resource: Resource | None
    record: Record | None
    live: Object | None
    currency: str
    zone: ZoneInfo


def show(request: Request, address: Address, notify: Subscriber = ignore) -> Shown:
    """Offline, state/ stands for what is live. Raises UsageError where nothing has the address, and what stops the
    account."""
    request = replace(request, accounts=(address.account,), targets=())
    desired = declared_by(request)
    with Sessions(request, desired, notify) as sessions:
        prepared = prepare(sessions.open(sessions.accounts[0]))
    resource, record = prepared.ground.resources.get(address), prepared.records.get(address)
    if resource is None and record is None:
        known = "\n  ".join(str(a) for a in sorted(a for a in desired.resources if a.account == address.account))
        raise UsageError(f"nothing has the address {address}; there are:\n  {known}")
    live = {**prepared.observed.objects, **prepared.plain.there}.get(address)
    return Shown(resource, record, live, prepared.account.currency, desired.zone)
