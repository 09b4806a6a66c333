"""The account's activity log, and whose token reads it. Reads only.

Meta documents a parameter `oid` of the log, for the events of one object, and nobody has seen here what it does. So an
answer to it has to prove itself: it counts where it begins with the object's creation, which shows that the parameter
was understood and that nothing is cut off, and where it tells of the object to the letter what the newest pages of the
whole log tell. Else the whole log is read, as if nobody had asked.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from reconciler.engine.activity import creation_of, may_speak_of, said_value, speaks_of, status_word
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.identity import label, labels_in
from reconciler.meta.client import Reader
from reconciler.meta.request import OK
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, GraphReply, Invalid, NotFound, Throttled, TokenRefused, Unavailable
from reconciler.model.remote import Activity, Identity
from reconciler.model.resource import Resource

REACH = timedelta(days=90)
"""How far back the log is read."""

FEW = 10
"""Objects that the log is asked for one by one. Each is a read of its own, after as many pages of the whole log, so
that all of it comes to twice what the whole log would cost at most; that is given for a few alone."""

FIELDS = "object_id,object_name,event_type,event_time,actor_id,actor_name,application_id,application_name,extra_data"


def read_activities(
    reader: Reader,
    account: Account,
    objects: frozenset[str],
    now: datetime,
    back: timedelta = REACH,
    deleted_names: frozenset[str] = frozenset(),
) -> tuple[Activity, ...]:
    """The account's log of the time before `now`, oldest first: of the objects asked for, and who deleted something
    that had one of the names."""
    return of_objects(read_log(reader, account, now - back), objects, deleted_names)


def of_objects(
    log: Iterable[Activity], objects: frozenset[str], deleted_names: frozenset[str] = frozenset()
) -> tuple[Activity, ...]:
    return tuple(a for a in log if a.object_id in objects or (deleted_names and _may_delete(a, deleted_names)))


def read_log(reader: Reader, account: Account, since: datetime) -> tuple[Activity, ...]:
    """All of it since a moment (aware), oldest first."""
    return _oldest_first(reader.pages(_edge(account), events=True, **_asked(since)))


def read_log_of(
    reader: Reader, account: Account, since: datetime, objects: Mapping[str, Collection[str]]
) -> tuple[Activity, ...]:
    """What it tells of some objects since a moment (aware), oldest first, or all of it. By the id of each object: the
    fields that somebody must have changed, of which what it tells has to speak. Raises GraphError as `read_log` does.
    """
    if len(objects) > FEW or account.id in reader.connection.whole_logs:
        return read_log(reader, account, since)
    begun = reader.begin(_edge(account), len(objects), events=True, **_asked(since))
    if begun.whole:
        return _oldest_first(begun.rows)
    found: list[Mapping[str, Any]] = []
    for object_id, changed in objects.items():
        rows = _rows_of(reader, account, since, object_id)
        if not _is_proven(rows, begun.rows, object_id, changed):
            reader.connection.whole_logs.add(account.id)
            return _oldest_first(begun.finish())
        found += rows
    return _oldest_first(found)


def _rows_of(reader: Reader, account: Account, since: datetime, object_id: str) -> list[Mapping[str, Any]]:
    """What Meta answers when it is asked for one object, the newest first; nothing where it does not, or answers with
    a log that goes on and holds others' events: that is the whole one."""
    try:
        begun = reader.begin(_edge(account), 1, events=True, fixed=True, oid=object_id, **_asked(since))
        if not begun.whole and len(_about(begun.rows, object_id)) < len(begun.rows):
            return []
        return _about(begun.finish(), object_id)
    except (Throttled, TokenRefused):
        raise
    except GraphError:
        # What is wrong with more than this question shows when the whole log is read.
        return []


def _is_proven(
    rows: Sequence[Mapping[str, Any]], newest: Iterable[Mapping[str, Any]], object_id: str, changed: Collection[str]
) -> bool:
    """Whether an answer is all that the log has of an object; `newest` are the whole log's newest rows."""
    known, told = _about(newest, object_id), _oldest_first(rows)
    since_made = [a for a in told if not a.event_type.startswith("create_")]
    return (
        creation_of(told, object_id) is not None
        and [_activity(row) for row in reversed(rows)] == list(told)
        and list(rows[: len(known)]) == known
        and all(any(may_speak_of(a, field) for a in since_made) for field in changed)
    )


def _about(rows: Iterable[Mapping[str, Any]], object_id: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if str(row.get("object_id", "")) == object_id]


def _edge(account: Account) -> str:
    return f"{account.id}/activities"


def _asked(since: datetime) -> dict[str, Any]:
    return {"fields": FIELDS, "since": int(since.timestamp())}


def _oldest_first(rows: Iterable[Mapping[str, Any]]) -> tuple[Activity, ...]:
    # Meta lists the newest first, and times are whole seconds.
    oldest_first = [_activity(row) for row in rows][::-1]
    oldest_first.sort(key=lambda a: a.at)
    return tuple(oldest_first)


def _may_delete(activity: Activity, names: frozenset[str]) -> bool:
    """A deletion, whatever the object was called by then; or a status in words of another language, of one of ours."""
    word = status_word(activity.new)
    return speaks_of(activity, "status") and (word == "DELETED" or (not word and activity.object_name in names))


def _activity(row: Mapping[str, Any]) -> Activity:
    extra = row.get("extra_data")
    return Activity(
        object_id=str(row.get("object_id", "")),
        event_type=str(row.get("event_type", "")),
        at=parse_wire_time(row["event_time"]),
        actor=str(row.get("actor_name") or ""),
        application=str(row.get("application_name") or ""),
        actor_id=str(row.get("actor_id") or ""),
        application_id=str(row.get("application_id") or ""),
        object_name=str(row.get("object_name") or ""),
        new=said_value(extra, "new_value"),
        old=said_value(extra, "old_value"),
    )


def read_identity(reader: Reader) -> Identity | None:
    """Whose token this is; None where Meta does not know the question, without an application where it does not know
    that one. Asked once. Raises GraphError where it failed to answer, or may answer another time."""
    known = reader.connection.identities
    page = reader.connection.page
    if page not in known and (found := _ask_identity(reader)):
        known[page] = found
    return known.get(page)


def _ask_identity(reader: Reader) -> Identity | None:
    try:
        user = reader.get("me", fields="id,name")
    except (Invalid, NotFound):
        return None
    try:
        application = reader.get("app", fields="id")
    except (Invalid, NotFound):
        application = None
    if not user.get("id") or (application is not None and not application.get("id")):
        raise Unavailable(GraphReply(OK, message="the answer does not say whose token it is"))
    return Identity(
        str(application["id"]) if application else "", frozenset({str(user["id"])}), str(user.get("name") or "")
    )


def find_deleted(
    reader: Reader, project: str, lost: Mapping[Address, Resource], log: tuple[Activity, ...]
) -> dict[Address, Activity]:
    """Of addresses that nothing is known of: who deleted the object that they had."""
    wanted = {label(project, one): at for at, resource in lost.items() for one in (at, *resource.aliases)}
    names = frozenset(resource.name for resource in lost.values())
    return {wanted[text]: event for text, event in deletions(reader, names, wanted, log).items()}


def deletions(
    reader: Reader, names: frozenset[str], labels: Container[str], log: tuple[Activity, ...]
) -> dict[str, Activity]:
    """By label, of those asked for: who deleted what carried it. Listings hide what is deleted, its id does not. Raises
    GraphError where one of them could not be looked at: nobody knows then whether it was deleted."""
    events = {a.object_id: a for a in log if _may_delete(a, names)}
    rows = reader.get_all(list(events), "id,adlabels,effective_status") if events else []
    found: dict[str, Activity] = {}
    for object_id, row in zip(events, rows, strict=True):
        if isinstance(row, GraphError) and not isinstance(row, NotFound):
            raise row
        gone = isinstance(row, dict) and row.get("effective_status") == "DELETED"
        carried = labels_in(row) if isinstance(row, dict) and gone else []
        found |= {text: events[object_id] for item in carried if (text := str(item.get("name"))) in labels}
    return found
