"""Rows of Meta's replies as objects in our vocabulary, and what a read has to ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.budget_schedules import SCHEDULES, unended
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.identity import digest_in, labels_in
from reconciler.kinds.structure import is_nothing
from reconciler.meta.client import Reader
from reconciler.meta.errors import AGAIN
from reconciler.meta.fields import readable
from reconciler.model.errors import GraphError, GraphReply, Unavailable
from reconciler.model.remote import Object


def raw_names(kind: Kind, names: Iterable[str]) -> frozenset[str]:
    """Those that stand under `raw`."""
    return frozenset(names) - set(kind.fields) - {"status"}


def asked_of(kind: Kind, raw: frozenset[str] = frozenset()) -> str:
    """The `fields` of a read: of what stands under `raw`, what can be read back as far as the SDK knows."""
    return kind.read_fields(raw & readable_names(kind))


def readable_names(kind: Kind) -> frozenset[str]:
    content = readable(KINDS[kind.content_field].graph_name) & kind.content if kind.content_field else frozenset()
    return (readable(kind.graph_name) - kind.content) | content


def read_all(
    reader: Reader, kind: Kind, ids: Sequence[str], raw: frozenset[str] = frozenset()
) -> list[Object | GraphError]:
    """Objects of one kind by their ids, in the order asked for."""
    answers, now = reader.get_all(ids, asked_of(kind, raw)), reader.connection.clock.now()
    return [
        row if isinstance(row, GraphError) else decode(kind, row, raw, reader.refused(one), now)
        for one, row in zip(ids, answers, strict=True)
    ]


def decode(
    kind: Kind,
    row: Mapping[str, Any],
    raw: frozenset[str] = frozenset(),
    refused: frozenset[str] = frozenset(),
    now: datetime | None = None,
) -> Object:
    """A row of a listing as an Object; fields that are unset at Meta are left out. `raw` names what was wanted beside
    the kind's own fields, `refused` what Meta would not show; what has ended by `now` is left out. Raises Unavailable
    without an id."""
    if not row.get("id"):
        raise Unavailable(GraphReply(200, message="Meta answered with an object without an id"), AGAIN)
    get = row.get
    fields = {
        name: value for name, shown, codec in kind.codecs_of_rows if (value := codec.decode(get(shown))) is not None
    }
    if now is not None and (left := unended(fields.pop(SCHEDULES, None), now)):
        fields[SCHEDULES] = left
    fields.update({name: row[name] for name in raw - kind.content if name in row})
    fields.update({name: row[name] for name in kind.in_place_of_content if not is_nothing(get(name))})
    inner = row.get(kind.content_field) or {} if kind.content_field else {}
    status = str(row.get("status") or row.get("effective_status") or "")
    created = row.get("created_time")
    return Object(
        kind=kind.name,
        id=str(row["id"]),
        fields=fields,
        status="DELETED" if row.get("effective_status") == "DELETED" else status,
        effective_status=str(row.get("effective_status") or status),
        parent_id=str(row.get(kind.parent_param, "")) if kind.parent_param else "",
        labels=frozenset(str(item.get("name", "")) for item in labels_in(row)),
        created_time=parse_wire_time(created) if created else None,
        creative_id=str(inner.get("id", "")),
        source_id=_source(row.get(kind.source_field)) if kind.source_field else "",
        content_digest=digest_in(str(inner.get("name") or "")),
        issues=tuple(_issue(item) for item in row.get("issues_info") or []),
        review=tuple(_review(row.get("ad_review_feedback") or {})),
        unread=_unread(kind, raw, refused).difference(row, inner) if raw or refused else NOTHING,
        budget_remaining=_amount(row.get("budget_remaining")),
        owner=owner_of(row),
    )


NOTHING = frozenset[str]()


def _unread(kind: Kind, raw: frozenset[str], refused: frozenset[str]) -> frozenset[str]:
    """What was wanted, and could not be asked for or was not shown."""
    hidden = refused | {kind.shown_as[name] for name in refused if name in kind.shown_as}
    return (raw.union(kind.fields) & hidden) | (raw - readable_names(kind))


def owner_of(row: Mapping[str, Any]) -> str:
    """The ad account that has what a row shows, as accounts are written here; "" where Meta does not say."""
    number = str(row.get("account_id") or "").removeprefix("act_")
    return f"act_{number}" if number else ""


def _amount(value: Any) -> int | None:
    """Minor units; None where Meta does not say, or says what is no number."""
    return int(value) if re.fullmatch("[0-9]{1,16}", str(value)) else None


def _source(value: Any) -> str:
    """Meta writes "0" for an object that was not duplicated."""
    return "" if value in (None, "", "0", 0) else str(value)


def _issue(item: Mapping[str, Any]) -> str:
    return f"{item.get('error_summary') or item.get('error_message')} ({item.get('error_code')})"


def _review(feedback: Mapping[str, Any]) -> list[str]:
    return [f"{policy}: {text}" for policy, text in (feedback.get("global") or {}).items()]
