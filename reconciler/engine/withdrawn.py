"""What was declared and applied, and is no longer declared: taken away where Meta has a way, else told by name. Pure.

A field that nobody declares any more is desired to be none, which `judge` makes a change of where it was we who set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler.engine.compare import reads_as, visible
from reconciler.engine.spend.fields import RUN
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ARCHIVED
from reconciler.model.values import Fields

NOT_TAKEN_AWAY = "no longer declared, and not taken away"


def with_withdrawn(resources: Mapping[Address, Resource], records: Mapping[Address, Record]) -> dict[Address, Resource]:
    """The resources with None for what their records say was applied and their files say no more."""
    return {
        at: replace(one, fields={**one.fields, **dict.fromkeys(names)})
        if (record := records.get(at)) is not None and (names := _withdrawn(one, record.applied))
        else one
        for at, one in resources.items()
    }


def _withdrawn(resource: Resource, applied: Fields) -> list[str]:
    """A budget that moves has a refusal of its own, and a strategy goes where its budget is. A time that has passed is
    declared all the same, and of what is archived nothing can be changed."""
    left = applied.keys() - resource.fields.keys()
    if not left or resource.schedule.status == ARCHIVED:
        return []
    kept = {*BUDGETS, "bid_strategy", *resource.ahead, *resource.lifecycle.ignore}
    return sorted(name for name in left - kept if applied[name] is not None)


def stays(kind: str, name: str, desired: Any) -> bool:
    """Whether nothing that is sent would take it away."""
    return desired is None and not KINDS[kind].takes_away(name)


def what_stays(name: str, record: Record | None, live: Object, now: datetime) -> Any:
    """The value of ours that is still there, or of which nobody can tell; None where somebody has put another in its
    place, or where it is of no matter any more."""
    value = record.applied.get(name) if record else None
    if value is None or (name in RUN and parse_wire_time(value) <= now):
        return None
    if not visible(live.kind, name, live):
        # What follows from other words, Meta drops or keeps with those.
        return None if KINDS[live.kind].marker(name).composed else value
    return value if live.fields.get(name) is not None and reads_as(live.kind, name, value, live) else None
