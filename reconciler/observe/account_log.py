"""The account's activity log, and whose token reads it. Reads only.

Meta's SDK has a parameter `oid` of the log, for the events of one object, and nobody has seen here what it does. So an
answer to it has to prove itself: it counts where it begins with the object's creation, which shows that the parameter
was understood and that nothing is cut off, where it tells of the object to the letter what the newest pages of the
whole log tell, and where it tells of what has changed since the last look. Else the whole log is read, as if nobody had
asked.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.engine.activity import (
    CLOCKS_APART,
    creation_of,
    is_in_between,
    kind_of,
    may_have_set,
    may_speak_of,
    said_value,
    speaks_of,
    status_word,
)
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.identity import label, labels_in
from reconciler.meta.client import Reader
from reconciler.meta.request import OK
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, GraphReply, Invalid, NotFound, Throttled, TokenRefused, Unavailable
from reconciler.model.remote import Activity, Identity
from reconciler.model.resource import Resource
from reconciler.model.status import ARCHIVED

REACH = timedelta(days=90)
"""How far back the log is read."""

FEW = 10
"""Objects that the log is asked for one by one. Each is a read of its own, after as many pages of the whole log, so
that all of it comes to twice what the whole log would cost at most; that is given for a few alone."""

DELETED = "DELETED"
ENDED = frozenset({DELETED, ARCHIVED})
"""The statuses of what somebody has put away."""

LONG_AGO = datetime.fromtimestamp(0, UTC)

FIELDS = "object_id,object_name,event_type,event_time,actor_id,actor_name,application_id,application_name,extra_data"


def read_activities(
    reader: Reader,
    account: Account,
    objects: frozenset[str],
    now: datetime,
    back: timedelta = REACH,
) -> tuple[Activity, ...]:
    """The account's log of the time before `now`, oldest first: of the objects asked for."""
    return of_objects(read_log(reader, account, now - back), objects)


def of_objects(
    log: Iterable[Activity], objects: frozenset[str], deleted_names: frozenset[str] = frozenset()
) -> tuple[Activity, ...]:
    return tuple(a for a in log if a.object_id in objects or (deleted_names and _may_end(a, deleted_names, (DELETED,))))


def read_log(reader: Reader, account: Account, since: datetime) -> tuple[Activity, ...]:
    """All of it since a moment (aware), oldest first."""
    return _oldest_first(reader.pages(_edge(account), events=True, **_asked(since)))


@dataclass(frozen=True)
class Question:
    """What is asked of one object: who has changed it. By field, what is live where the look at `as_of` (aware) has
    found something else, so that somebody must have set it since."""

    object_id: str
    as_of: datetime
    changed: Mapping[str, Any]


def read_log_of(
    reader: Reader, account: Account, since: datetime, questions: Sequence[Question]
) -> tuple[Activity, ...]:
    """What it tells of some objects since a moment (aware), oldest first, or all of it. Raises GraphError as `read_log`
    does."""
    if len(questions) > FEW or account.id in reader.connection.whole_logs:
        return read_log(reader, account, since)
    begun = reader.begin(_edge(account), len(questions), events=True, **_asked(since))
    if begun.whole:
        return _oldest_first(begun.rows)
    found: list[Mapping[str, Any]] = []
    for question in questions:
        rows = _rows_of(reader, account, since, question.object_id)
        if not _is_proven(rows, begun.rows, question):
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


def _is_proven(rows: Sequence[Mapping[str, Any]], newest: Iterable[Mapping[str, Any]], question: Question) -> bool:
    """Whether an answer is all that the log has of an object; `newest` are the whole log's newest rows."""
    known = _about(newest, question.object_id)
    if not all(_time_of(row) for row in rows) or list(rows[: len(known)]) != known:
        return False
    told = _oldest_first(rows)
    return (
        creation_of(told, question.object_id) is not None
        and [_time_of(row) for row in reversed(rows)] == [a.at for a in told]
        and all(_is_told(told, question.as_of, *changed) for changed in question.changed.items())
    )


def _is_told(told: Iterable[Activity], as_of: datetime, field: str, live: Any) -> bool:
    """Whether an event since the look may have set what is live. One before it has not: the answer is behind then."""
    later = (a for a in told if a.at > as_of and not a.event_type.startswith("create_"))
    return any(may_speak_of(a, field) and may_have_set(a, field, live) for a in later)


def _about(rows: Iterable[Mapping[str, Any]], object_id: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if str(row.get("object_id", "")) == object_id]


def _edge(account: Account) -> str:
    return f"{account.id}/activities"


def _asked(since: datetime) -> dict[str, Any]:
    return {"fields": FIELDS, "since": int(since.timestamp())}


def _oldest_first(rows: Iterable[Mapping[str, Any]]) -> tuple[Activity, ...]:
    # Meta lists the newest first, and times are whole seconds.
    newest_first = list(rows)
    at, told = next(filter(None, map(_time_of, newest_first)), LONG_AGO), list[Activity]()
    for row in newest_first:
        # One row without a time, most likely of something else, must not hide the others: it has its place in the list.
        at = _time_of(row) or at
        told.append(_activity(row, at))
    told.reverse()
    told.sort(key=lambda a: a.at)
    return tuple(told)


def _time_of(row: Mapping[str, Any]) -> datetime | None:
    try:
        return parse_wire_time(row["event_time"])
    except (KeyError, ValueError, TypeError):
        return None


def _may_end(activity: Activity, names: Container[str] | None, statuses: Container[str]) -> bool:
    """Whether it may have put an object away, whatever that was called by then; or has set a status in words of another
    language, of one of ours."""
    word = status_word(activity.new)
    named = names is None or activity.object_name in names
    return speaks_of(activity, "status") and (word in statuses or (not word and named))


def _activity(row: Mapping[str, Any], at: datetime) -> Activity:
    extra = row.get("extra_data")
    return Activity(
        object_id=str(row.get("object_id", "")),
        event_type=str(row.get("event_type", "")),
        at=at,
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


def find_ended(
    reader: Reader,
    project: str,
    lost: Mapping[Address, Resource],
    doubted: Container[Address],
    former: Container[str],
    log: tuple[Activity, ...],
) -> dict[Address, Activity]:
    """Of addresses that may have had another object: who deleted it, or of those that are `doubted` archived it too.
    What others have archived is found by listings, and costs no read here. `former`: ids that need not be asked for."""
    wanted = {label(project, one): at for at, resource in lost.items() for one in (at, *resource.aliases)}
    sought = {text: Sought(at.kind, lost[at].name) for text, at in wanted.items()}
    log = tuple(event for event in log if event.object_id not in former)
    if any(at in doubted for at in lost):
        ended = endings(reader, sought, log)
    else:
        ended = endings(reader, sought, log, frozenset(resource.name for resource in lost.values()), (DELETED,))
    return {wanted[text]: event for text, event in ended.items() if wanted[text] in doubted or event.new == DELETED}


@dataclass(frozen=True)
class Sought:
    """What tells an object in the log whose label nobody can read: what it is, what it is called, and that we have made
    it, after `since` where that is given."""

    kind: str
    name: str
    since: datetime | None = None


def endings(
    reader: Reader,
    sought: Mapping[str, Sought],
    log: tuple[Activity, ...],
    names: Container[str] | None = None,
    statuses: Container[str] = ENDED,
) -> dict[str, Activity]:
    """By label, of those sought: who put away what carried it, `new` being what has become of that by now. Listings
    hide what is deleted, and may not show yet what is archived; its id does, or else the log alone tells. Of events in
    words of another language those of all objects are looked into, or of such as have one of the `names`. Raises
    GraphError where one of them could not be looked at: nobody knows then what became of it."""
    events = {a.object_id: a for a in log if _may_end(a, names, statuses)}
    rows = reader.get_all(list(events), "id,adlabels,effective_status") if events else []
    found: dict[str, Activity] = {}
    for event, row in zip(events.values(), rows, strict=True):
        if isinstance(row, NotFound):
            if not is_in_between(event.new):
                gone = replace(event, new=status_word(event.new) or DELETED)
                found |= dict.fromkeys(_named_in(log, event.object_id, sought, reader), gone)
            continue
        if isinstance(row, GraphError):
            raise row
        if not isinstance(row, dict) or row.get("effective_status") not in statuses:
            continue
        ended = replace(event, new=str(row["effective_status"]))
        found |= {text: ended for item in labels_in(row) if (text := str(item.get("name"))) in sought}
    return found


def _named_in(log: Iterable[Activity], object_id: str, sought: Mapping[str, Sought], reader: Reader) -> Iterator[str]:
    """The labels of those that an object may be which Meta denies. What another application has made is none of ours;
    what was made before the log begins may be."""
    told = [event for event in log if event.object_id == object_id]
    kinds, called = {kind_of(event) for event in told}, {event.object_name for event in told}
    fitting = {text: one for text, one in sought.items() if one.name in called and one.kind in kinds}
    if not fitting:
        return
    made, identity = creation_of(told, object_id), read_identity(reader)
    ours = identity.application_id if identity is not None else ""
    if made is not None and ours and made.application_id != ours:
        return
    for text, one in fitting.items():
        if one.since is None or (made is not None and made.at >= one.since - CLOCKS_APART):
            yield text
