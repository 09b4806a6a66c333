"""Desired, recorded and live of what never changes at Meta: another content is another object. Pure.

| with the declared content | recorded content | what comes of it |
|---|---|---|
| none | another, or none | create; what refers to it moves over; the former ones are archived once nothing uses them |
| none | the same | deleted by somebody: drift; `--revert-drift` makes it again |
| there | none | adopt |
| there | the same | nothing |
| archived | the same, or none | archived by somebody: drift, and refused, since what uses it does not work |
| archived | another | declared again: taken into use |

A former one that something goes on using stays in use, and is told.

What a file names by its id, as being there before, is never made and never written to:

| named | what comes of it |
|---|---|
| not there, or another owner's | refused: nothing is made in its stead |
| archived | refused, since what uses it does not work |
| with another content than the declared | refused: another one is made once the file names it no more |
| with the declared content | adopt where nothing is remembered of it, or of another one; else nothing |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.engine.compare import differing
from reconciler.engine.difference import Difference
from reconciler.kinds import KINDS
from reconciler.kinds.base import EXISTING
from reconciler.kinds.said import phrase, undoing
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.status import ACTIVE, ARCHIVED
from reconciler.text.sanitize import plain


@dataclass(frozen=True)
class Retiring:
    """What may have to be archived, and what uses it."""

    former: Sequence[tuple[Address, Object]] = ()
    """What an address had before its content changed."""
    users: Mapping[str, tuple[Object, ...]] = field(default_factory=dict)
    """By id, what uses it."""
    moving: frozenset[str] = frozenset()
    """Ids of what this plan points elsewhere, or ends."""
    ours: frozenset[str] = frozenset()
    """Ids of what has an address: what that refers to is known without a list of users."""

    def of(self, address: Address) -> list[Object]:
        return [live for at, live in self.former if at == address]

    def staying(self, object_id: str) -> list[Object]:
        return [user for user in self.users.get(object_id, ()) if user.id not in self.moving]

    def strangers(self, object_id: str) -> list[Object]:
        """What uses it and is not ours."""
        return [user for user in self.users.get(object_id, ()) if user.id not in self.ours]


MOVES_OVER = "never changes: a new one is made, what refers to it moves over, and the former one is archived"


def compare_immutable(
    found: Difference,
    resource: Resource,
    live: Object | None,
    record: Record | None,
    retiring: Retiring,
    *,
    revert: bool,
) -> None:
    """Of one address that is declared."""
    kind, address = KINDS[resource.kind], resource.address
    former = retiring.of(address)
    is_as_recorded = record is None or kind.version(record.applied) == kind.version(resource.fields)
    if live is not None and live.gone:
        drift = Drift(address, "status", ACTIVE, "DELETED", live.id, reverted=revert, origin=resource.origin)
        found.drift.append(drift)
        if not revert:
            return
    for old in former:
        retire(found, address, old, retiring)
    if live is None or live.gone:
        named = str(record.applied.get(EXISTING) or "") if record is not None else ""
        moves = f"a {kind.title} {MOVES_OVER}" if not named else _no_longer_named(kind.title, named)
        why = tuple(filter(None, (moves, kind.new_id))) if former or named else ()
        after = {name: value for name, value in resource.fields.items() if value is not None}
        # What it was before tells a reader what has changed.
        before = dict(record.applied) if (former or named) and record is not None else {}
        found.changes.append(Change(Action.CREATE, address, "", before, after, why, resource.origin))
    elif live.status == ARCHIVED:
        _archived(found, resource, live, by_a_person=is_as_recorded and not former, revert=revert)
    elif record is None or record.id != live.id:
        found.changes.append(Change(Action.ADOPT, address, live.id, consequences=("found by its marker",)))


def _no_longer_named(title: str, former: str) -> str:
    return (
        f"the line {EXISTING}: is gone: a new {title} is made, and what refers to it moves over; {former} stays as it "
        f'is, and {EXISTING}: "{former}" written here again goes on with that'
    )


# ---- what a file names


def compare_named(
    found: Difference, resource: Resource, live: Object | None, record: Record | None, retiring: Retiring
) -> None:
    """Of one address whose file names what was there before."""
    address = resource.address
    if live is None:
        return
    if refusal := _cannot_be(resource, live):
        found.refusals.append(refusal)
        return
    for old in retiring.of(address):
        retire(found, address, old, retiring)
    if record is None or record.id != live.id or record.applied.get(EXISTING) != live.id:
        consequences = ("named by its id; nothing is written to it",)
        found.changes.append(Change(Action.ADOPT, address, live.id, consequences=consequences))


def _cannot_be(resource: Resource, live: Object) -> Refusal | None:
    address, title = str(resource.address), KINDS[resource.kind].title
    origin = resource.origin_of(EXISTING)
    another = f"take the line {EXISTING}: out, so that another one is made as the file says"
    if why := named_in_vain(resource, live):
        mend = f"write the id of a {title} that is there and in use, or {another}"
        return Refusal("named", address, f"{why} ({origin.line_text})", origin, mend)
    for path, old, new in _unlike(resource, live):
        here = resource.origin_of(path)
        message = f"{title} {live.id} says {path} {phrase(old)}, its file {phrase(new)}, and it never changes"
        again = f"write {phrase(old)} here again" if old is not None else "take it out here again"
        mend = f"{again}, or {another} and what refers to it moves over"
        return Refusal("immutable", address, f"{message} ({here.line_text})", here, mend)
    return None


def named_in_vain(resource: Resource, live: Object) -> str:
    """ "" for what works: `existing names lead form 12, which is not there …`."""
    page = resource.fields.get("page_id")
    what = f"{EXISTING} names {KINDS[resource.kind].title} {live.id}, which"
    if live.gone:
        return f"{what} is not there, or is not shown to this token"
    if (theirs := live.fields.get("page_id", page)) != page:
        return f"{what} is page {theirs}'s, and the account's page is {page}"
    return f"{what} somebody has archived" if live.status == ARCHIVED else ""


def _unlike(resource: Resource, live: Object) -> Iterator[tuple[str, Any, Any]]:
    """What the file says otherwise than what is live, in its words: path, live, declared."""
    kind, wanted = KINDS[resource.kind], resource.fields
    names = [name for name in kind.fields if differing(kind.name, name, wanted.get(name), live)]
    was, becomes = (
        dict(kind.words({name: fields[name] for name in names if fields.get(name) is not None}))
        for fields in (live.fields, wanted)
    )
    yield from steps(was, becomes)


def steps(was: Mapping[str, Any], wanted: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """`lookalike.ratio`, 2%, 3%: each leaf that differs."""
    for name in dict.fromkeys((*wanted, *was)):
        old, new, here = was.get(name), wanted.get(name), f"{path}.{name}".lstrip(".")
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from steps(old, new, here)
        elif old != new:
            yield here, old, new


def _archived(found: Difference, resource: Resource, live: Object, *, by_a_person: bool, revert: bool) -> None:
    address, title = resource.address, KINDS[resource.kind].title
    if by_a_person:
        drift = Drift(address, "status", ACTIVE, ARCHIVED, live.id, reverted=revert, origin=resource.origin)
        found.drift.append(drift)
    if by_a_person and not revert:
        message = f"somebody has archived {title} {live.id}, so that what uses it does not work"
        mend = f"change its name, which makes another one, or {undoing(address)} to take it into use again"
        found.refusals.append(Refusal("archived", str(address), message, resource.origin, mend))
        return
    before, after = {"status": ARCHIVED}, {"status": ACTIVE}
    found.changes.append(Change(Action.UPDATE, address, live.id, before, after, origin=resource.origin))


def retire(found: Difference, address: Address, old: Object, retiring: Retiring, *, removal: bool = False) -> None:
    """Archives what is not declared any more, unless something goes on using it."""
    if left := retiring.staying(old.id):
        found.notes.append(stays_in_use(address, old.id, left))
        return
    why = "its YAML is gone" if removal else "another one has taken its place"
    before, after = {"status": ACTIVE}, {"status": ARCHIVED}
    found.changes.append(Change(Action.ARCHIVE, address, old.id, before, after, (why,), removal=removal))


def stays_in_use(address: Address, object_id: str, users: Sequence[Object]) -> str:
    return f"{address}: {KINDS[address.kind].title} {object_id} stays in use, since {told(users)} using it"


def removed(found: Difference, address: Address, record: Record, live: Object | None, retiring: Retiring) -> None:
    """Of one address whose YAML is gone."""
    for old in retiring.of(address) if record.on_remove is OnRemove.ARCHIVE else ():
        retire(found, address, old, retiring)
    in_use = live is not None and not live.gone and live.status != ARCHIVED
    if live is not None and in_use and record.on_remove is OnRemove.ARCHIVE:
        retire(found, address, live, retiring, removal=True)
        return
    consequences = ("no longer managed; it stays as it is",) if in_use else ()
    found.changes.append(Change(Action.FORGET, address, record.id, consequences=consequences, removal=True))


LEAVING = frozenset({Action.ARCHIVE, Action.DELETE})


def moving(changes: Iterable[Change]) -> frozenset[str]:
    """Ids of what changes point elsewhere, or end."""
    return frozenset(c.id for c in changes if c.action in LEAVING or KINDS[c.kind].content & set(c.after))


def titled(live: Object) -> str:
    """`lead form 12 "Get a quote"`."""
    return f'{KINDS[live.kind].title} {live.id} "{plain(str(live.fields.get("name") or ""))}"'


def told(users: Sequence[Object]) -> str:
    """`12 "Quote" and 3 more are`."""
    others = len(users) - 1
    named = f'{users[0].id} "{plain(str(users[0].fields.get("name", "")))}"'
    return f"{named} and {others} more are" if others else f"{named} is"
