"""What the account's activity log speaks of, and what it proves. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reconciler.kinds import BUDGETS, KINDS, MONEY_FIELDS, TIME_FIELDS
from reconciler.kinds.codecs import parse_wire_time, wire_time
from reconciler.model.address import LEVELS
from reconciler.model.remote import Activity, Identity
from reconciler.model.status import PAUSED
from reconciler.model.values import Fields

ENDS = {"status": "_run_status", "daily_budget": "_budget", "lifetime_budget": "_budget"}
"""Of what spends, how the types of its events end. Others that hold the word tell of review, schedules and bidding."""


def _hints() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, api in ((name, api) for kind in KINDS.values() for name, api in kind.fields.items() if api.log):
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *api.log)))
    return found


HINTS = _hints()
"""By field, what the types of its events hold, whichever kind it is of."""
OF_WHOLE = tuple(hint for kind in KINDS.values() for hint in kind.log)
"""The same of what changes as a whole."""

CREATED = ("create_campaign", "create_ad")
"""How the types of the events begin that tell who made a campaign, an ad set or an ad."""

BY_LENGTH = sorted(LEVELS, key=len, reverse=True)
"""An ad set's types begin like an ad's."""

FEE, EXTRA = "_agency_fee", "_extra_budget"
"""How others end that look like such a creation, or like a change of a budget: an agency's fee, which is made and
changed apart, and what a budget may grow by on busy days."""

STATUS_WORDS = {
    "active": "ACTIVE",
    "paused": "PAUSED",
    "inactive": "PAUSED",
    "archived": "ARCHIVED",
    "deleted": "DELETED",
}
"""The log words a status for people; Graph's own words are among them."""


TOPMOST = "update_campaign"
"""How the types of the events begin that change a campaign; those of ad sets and ads begin otherwise."""


def is_topmost_status(activity: Activity) -> bool:
    """Whether it has set a campaign's status."""
    return activity.event_type.startswith(TOPMOST) and bool(status_word(activity.new))


def speaks_of(activity: Activity, field: str) -> bool:
    if field in ENDS:
        return activity.event_type.endswith(ENDS[field]) and not activity.event_type.endswith(EXTRA)
    return any(hint in activity.event_type for hint in HINTS.get(field, OF_WHOLE))


def is_creation(activity: Activity) -> bool:
    """Whether it tells who made a campaign, an ad set or an ad."""
    return activity.event_type.startswith(CREATED) and not activity.event_type.endswith(FEE)


def kind_of(activity: Activity) -> str:
    """Whether its object is a campaign, an ad set or an ad, as its type says; "" where that says none."""
    spoken_of = activity.event_type.partition("_")[2] + "_"
    return next((kind for kind in BY_LENGTH if spoken_of.startswith(f"{kind}_")), "")


SET_NOTHING = frozenset(
    {
        "ad_review_approved",
        "ad_review_declined",
        "campaign_ended",
        "campaign_spending_limit_reached",
        "di_ad_set_learning_stage_exit",
        "first_delivery_event",
        "lifetime_budget_spent",
        "update_ad_set_learning_stage_status",
    }
)
"""Types of events by which Meta tells what has come of an object, and that change no field of it."""


def may_speak_of(activity: Activity, field: str) -> bool:
    """Whether the event may tell of the field: one that speaks of another field does not, a creation of every one."""
    if activity.event_type in SET_NOTHING:
        return False
    if activity.event_type.startswith("create_"):
        return True
    if field in ENDS or field in HINTS:
        return speaks_of(activity, field)
    return not any(speaks_of(activity, other) for other in (*ENDS, *HINTS))


def only_ours(log: Iterable[Activity], identity: Identity | None, object_id: str, field: str) -> bool:
    """Whether the log shows a write of ours to the field, and nobody else's since. Its oldest first."""
    told = [a for a in log if a.object_id == object_id and may_speak_of(a, field)]
    ours = [a for a in told if identity is not None and identity.made(a)]
    return bool(ours) and not any(a.at >= ours[-1].at for a in told if a not in ours)


CLOCKS_APART = timedelta(seconds=30)
"""By how much the clock of Meta's log may be ahead of the one in its replies."""

LOG_LAG = timedelta(minutes=30)
"""How late an event may show in the log. A guess: nobody has measured it in public."""


def last_edit(
    log: Iterable[Activity],
    object_id: str,
    field: str,
    live: Any,
    identity: Identity | None = None,
    unchanged_at: datetime | None = None,
) -> Activity | None:
    """Who has set the field to what is live: its last event, unless that names another value. `unchanged_at`: when a
    look has found another value, so that what is older cannot have set this one."""
    # Who made it has not changed it.
    own = [a for a in log if a.object_id == object_id]
    events = choices(own) if field == "status" else [a for a in own if not is_creation(a)]
    fitting = [a for a in events if speaks_of(a, field)] or [a for a in events if may_speak_of(a, field)]
    fitting = fitting if unchanged_at is None else _since(fitting, unchanged_at, identity)
    last = fitting[-1] if fitting else None
    if last is not None and identity is not None and identity.may_have_made(last):
        return None
    return last if last is None or may_have_set(last, field, live) else None


def may_have_set(activity: Activity, field: str, live: Any) -> bool:
    """Whether an event that speaks of the field may be the one that has set what is live: it names no other value."""
    if not activity.new or not isinstance(live, (str, int)):
        return True
    if field == "status":
        return status_word(activity.new) in ("", live)
    return field not in BUDGETS or names(activity, field, live)


def _since(events: list[Activity], look: datetime, identity: Identity | None) -> list[Activity]:
    """Those that may be later than a look. Our own writes are over when we look, and what stands before one of them is
    overwritten; of others' a look that took long may have seen nothing yet."""
    ours = [at for at, a in enumerate(events) if identity is not None and identity.made(a)]
    over = [at for at in ours if events[at].at <= look + CLOCKS_APART]
    return [a for a in events[over[-1] + 1 if over else 0 :] if a.at >= look - LOG_LAG]


def events_of(log: Iterable[Activity], object_id: str, field: str, since: str = "") -> list[Activity]:
    """One object's that speak of the field, in the second of `since` (ISO 8601) and later, in the log's order."""
    told = [a for a in log if a.object_id == object_id]
    found = choices(told) if field == "status" else [a for a in told if speaks_of(a, field)]
    return [a for a in found if not since or a.at >= datetime.fromisoformat(since)]


def choices(told: Sequence[Activity]) -> list[Activity]:
    """Of one object's events, oldest first, those by which somebody has turned it on or off.

    Each edit of an ad sends it through Meta's review, which the log tells as its status (recorded in public):

        Active → Pending process            by Mei, who has changed the text
        Pending process → Pending Review    by Mei
        Pending Review → Active             by Meta, minutes or hours later

    What ends as it began is nobody's choice; else it is that of whoever began it, where Meta has ended it. A new object
    begins in process, and off, as everything of ours is made.
    """
    found, begun = list[Activity](), creation_of(told, told[0].object_id) if told else None
    was = PAUSED if begun else ""
    for event in told:
        if not speaks_of(event, "status"):
            continue
        passing = is_in_between(event.old)
        if is_in_between(event.new):
            begun, was = (begun or event, was) if passing else (event, status_word(event.old))
            continue
        found += _outcome(event, begun, was) if passing else [event]
        begun, was = None, status_word(event.new)
    return found


def _outcome(event: Activity, begun: Activity | None, was: str) -> Iterator[Activity]:
    """Of the end of a review. `was`: the status before it; "" where nobody knows."""
    if was and was == status_word(event.new):
        return
    if not is_metas(event):
        yield event
    elif was:
        who = begun or event
        yield replace(
            event,
            actor=who.actor,
            actor_id=who.actor_id,
            application=who.application,
            application_id=who.application_id,
        )


def is_metas(activity: Activity) -> bool:
    """Whether Meta itself has done it."""
    return activity.actor_id == "0" and activity.application_id in ("", "0")


IN_BETWEEN = frozenset({"pending process", "pending review"})


def is_in_between(text: str) -> bool:
    """Whether it is a status that an object only passes through."""
    return text.strip().lower().replace("_", " ") in IN_BETWEEN


def is_of_a_review(activity: Activity) -> bool:
    """Whether Meta has passed an object on in its review, or ended that."""
    return is_metas(activity) and (is_in_between(activity.old) or is_in_between(activity.new))


def creations(log: Iterable[Activity]) -> Iterator[Activity]:
    """Those that tell who made a campaign, an ad set or an ad."""
    return (a for a in log if is_creation(a) and not any(hint in a.event_type for hint in OF_WHOLE))


def creation_of(log: Iterable[Activity], object_id: str) -> Activity | None:
    """Who made an object; None where the log does not say."""
    return next(creations(a for a in log if a.object_id == object_id), None)


def end_of(log: Iterable[Activity], object_id: str) -> Activity | None:
    """When an object was put away last, archived or deleted; None where the log does not say."""
    ends = [a for a in log if a.object_id == object_id and status_word(a.new) in ("ARCHIVED", "DELETED")]
    return ends[-1] if ends else None


def status_word(text: str) -> str:
    """A status as the log words it, in Graph's word; "" for what is none."""
    return STATUS_WORDS.get(text.strip().lower(), "")


def names(activity: Activity, field: str, value: Any) -> bool:
    """Whether the event says that it set the field to this value. Money is minor units."""
    return _is(field, activity.new, value)


def came_from(activity: Activity, field: str, value: Any) -> bool:
    """Whether the event says that the field had this value before."""
    return _is(field, activity.old, value)


def value_named(activity: Activity, field: str) -> int | str | None:
    """What the event says the field has been set to, as records have it; None where it says nothing of use."""
    text = activity.new
    if field in MONEY_FIELDS:
        return int(text) if text.isdecimal() else None
    if field in TIME_FIELDS:
        try:
            return wire_time(parse_wire_time(text))
        except ValueError:
            return None
    return text if field == "name" and text else None


def _is(field: str, text: str, value: Any) -> bool:
    if not text or value is None:
        return False
    if field == "status":
        return status_word(text) == str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    return text == str(value) or (field in TIME_FIELDS and _same_moment(text, str(value)))


def _same_moment(one: str, other: str) -> bool:
    try:
        return parse_wire_time(one) == parse_wire_time(other)
    except ValueError:
        return False


VALUE_KEYS = ("new_value", "old_value", "value", "amount")


RUN_STATUSES = {
    "1": "ACTIVE",
    "7": "PAUSED",
    "8": "PAUSED",
    "15": "PAUSED",
    "9": "Pending Review",
    "17": "Pending process",
}
"""The numbers beside the words, which are in the language of the token's user."""


def said_value(extra: Any, which: str) -> str:
    """One value of an event's `extra_data` (JSON, as text or read); "" where it names none, or one with parts.

    A budget may come as a number or as `{"type": "payment_amount", "new_value": 1000, …}`, a status as a word, with or
    without `{"run_status": {"new_value": 15, …}}` beside it.
    """
    read = _read(extra)
    number = read.get("run_status")
    if isinstance(number, Mapping) and str(number.get(which)) in RUN_STATUSES:
        return RUN_STATUSES[str(number[which])]
    found = read.get(which)
    if isinstance(found, Mapping):
        found = next((found[key] for key in (which, *VALUE_KEYS) if not isinstance(found.get(key, {}), Mapping)), None)
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def _read(extra: Any) -> Fields:
    try:
        read = json.loads(extra) if isinstance(extra, str) else extra
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {}
