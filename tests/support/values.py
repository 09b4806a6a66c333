"""Values that stages pass to each other, with only what a test speaks of written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.engine.policy_ground import Ground
from reconciler.model.account import Account, AccountFacts, Policies
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Plan, Spend
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Desired, Lifecycle, Resource
from reconciler.model.status import Schedule, desired_status

ZONE = ZoneInfo("Asia/Singapore")
NOW = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
CAMPAIGN = Address.parse("acme-sg/spring")
AD_SET = Address.parse("acme-sg/spring/main")
AD = Address.parse("acme-sg/spring/main/hero")
ADDRESSES = {"campaign": CAMPAIGN, "ad_set": AD_SET, "ad": AD}
FILE = "desired/campaigns/acme-sg/spring.yaml"


def at(text: str) -> datetime:
    """`12-01 09:00` of 2026 in Singapore."""
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


def resource(
    address: Address = CAMPAIGN,
    fields: Mapping[str, Any] | None = None,
    schedule: Schedule | None = None,
    *,
    now: datetime = NOW,
    lifecycle: Lifecycle | None = None,
    aliases: tuple[Address, ...] = (),
    origins: Mapping[str, Origin] | None = None,
) -> Resource:
    """Declared on line 1 of spring.yaml; its status follows from the schedule."""
    schedule = schedule or Schedule()
    return Resource(
        address,
        Origin(FILE, 1, 1),
        {"name": "Spring"} if fields is None else fields,
        schedule,
        desired_status(schedule, now),
        lifecycle=lifecycle or Lifecycle(),
        aliases=aliases,
        origins=origins or {},
    )


def live(
    address: Address = CAMPAIGN, fields: Mapping[str, Any] | None = None, status: str = "PAUSED", **more: Any
) -> Object:
    """An object whose id is its address's depth: 100, 200, 300."""
    return Object(
        address.kind,
        more.pop("id", f"{len(address.steps) - 1}00"),
        {"name": "Spring"} if fields is None else fields,
        status,
        more.pop("effective_status", status),
        **more,
    )


def record(address: Address = CAMPAIGN, applied: Mapping[str, Any] | None = None, **more: Any) -> Record:
    return Record(
        address.kind,
        more.pop("id", f"{len(address.steps) - 1}00"),
        {"name": "Spring"} if applied is None else applied,
        **more,
    )


def observed(
    objects: Mapping[Address, Object] | None = None, activities: Iterable[Activity] = (), **more: Any
) -> Observed:
    return Observed(
        "acme-sg", AccountFacts("SGD", **more.pop("facts", {})), objects or {}, activities=tuple(activities), **more
    )


def account(**policies: Any) -> Account:
    return Account(
        "acme-sg", "act_1", "SGD", Origin("desired/accounts/acme-sg.yaml", 1, 1), policies=Policies(**policies)
    )


def desired(resources: Iterable[Resource] = (), **policies: Any) -> Desired:
    return Desired("acme", ZONE, {"acme-sg": account(**policies)}, {r.address: r for r in resources})


def ground(
    resources: Iterable[Resource] = (),
    objects: Mapping[Address, Object] | None = None,
    records: Mapping[Address, Record] | None = None,
    *,
    now: datetime = NOW,
    removals: int = 0,
    **policies: Any,
) -> Ground:
    """What policy judges a plan on."""
    wanted = {r.address: r for r in resources}
    return Ground(
        account(**policies), now, ZONE, wanted, observed(objects), records or {}, removals, declares=bool(wanted)
    )


def change(action: Action, address: Address = CAMPAIGN, **more: Any) -> Change:
    return Change(action, address, **more)


def plan(changes: Iterable[Change] = (), **more: Any) -> Plan:
    spend = more.pop("spend", {"acme-sg": Spend("SGD", 0, 0, 0, 0)})
    return Plan("acme", ZONE, more.pop("now", NOW), tuple(changes), spend=spend, currencies={"acme-sg": "SGD"}, **more)
