"""What refers to something that stands alone and is not there as it was: refused, or moved over. Pure.

| what it refers to | what comes of it |
|---|---|
| deleted or archived by somebody, and not made again | nothing that spends more: it may deliver to others |
| made again, by this plan or by an earlier one | the reference moves over, whoever has changed nothing |
| renamed, or named by its id in place of its key | nothing: it is the same |
| its YAML is gone | the removal is refused while something live goes on referring to it |

An ad opens a form of another content by another creative, which `engine/field_diff.py` compares as any content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.engine.compare import standing
from reconciler.engine.consequences import consequences
from reconciler.engine.difference import Difference
from reconciler.engine.immutable import named_in_vain
from reconciler.kinds import KINDS, OnChange
from reconciler.kinds.said import undoing
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.record import Record
from reconciler.model.ref import address_in, exchanged, is_ref
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED

REMADE = "was made again, and the reference moves over"


@dataclass(frozen=True)
class Users:
    """What of one account may refer to what stands alone: declared, remembered, live."""

    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    observed: Observed

    @property
    def there(self) -> dict[Address, Object]:
        return {at: live for at, live in self.observed.objects.items() if not live.gone}


# ---- what one thing is called


def under_present_names(
    records: Mapping[Address, Record], resources: Mapping[Address, Resource]
) -> dict[Address, Record]:
    """Records with what they refer to as it is called now: under its present key where that was renamed, or where they
    have its id, and by its id where the files name that. `records` are at their present addresses already."""
    moved = {str(former): str(at) for at, one in resources.items() for former in one.aliases if former not in resources}
    ids = {str(at): record.id for at, record in records.items() if record.id}
    alone = ((at, record) for at, record in records.items() if record.id and KINDS[at.kind].stands_alone)
    refs = {record.id: KINDS[at.kind].reference(at, record.applied) for at, record in alone}
    return {
        at: _renamed(record, resources[at], moved, ids, refs) if at in resources else record
        for at, record in records.items()
    }


def _renamed(
    record: Record, resource: Resource, moved: Mapping[str, str], ids: Mapping[str, str], refs: Mapping[str, str]
) -> Record:
    kind = KINDS[resource.kind]
    if not refs and not kind.references(record.applied):
        return record
    written = kind.referred_texts(resource.fields)

    def named(text: str) -> str:
        if not is_ref(text):
            return refs[text] if text not in written and refs.get(text) in written else text
        address, mark, version = text.partition("@")
        present = moved.get(address, address)
        as_now = f"{present}{mark}{version}"
        return ids[present] if as_now not in written and ids.get(present) in written else as_now

    return replace(record, applied=kind.with_refs(record.applied, named))


# ---- what is gone


def refuse_users(found: Difference, resources: Mapping[Address, Resource], alone: Mapping[Address, Object]) -> None:
    """`resources`: all of the account. `alone`: what stands alone, as it is live."""
    back = {c.address for c in found.changes if c.action in (Action.CREATE, Action.UPDATE)}
    lost = {at: live for at, live in alone.items() if at not in back and _is_lost(resources.get(at), live)}
    if not lost:
        return
    for at, resource in sorted(resources.items()):
        if KINDS[at.kind].stands_alone and at in alone:
            continue  # it stays what it is
        for name, to in _references(resource):
            if to in lost:
                found.refusals.append(_broken(resource, name, resources.get(to), lost[to], to))


def _is_lost(resource: Resource | None, live: Object) -> bool:
    named = resource is not None and resource.existing and named_in_vain(resource, live)
    return bool(named or why_unusable(live))


def why_unusable(live: Object) -> str:
    """ "" for what works: `which somebody has archived: a click on the ad opens nothing`."""
    if live.unusable and not live.gone:
        return f"of which Meta says: {live.unusable}"
    if not (live.gone or live.status == ARCHIVED):
        return ""
    return f"which somebody has {'deleted' if live.gone else 'archived'}: {KINDS[live.kind].lost}"


def _references(resource: Resource) -> Iterator[tuple[str, Address]]:
    """`(field, address)` of all that it refers to, each address once."""
    kind, told = KINDS[resource.kind], set[Address]()
    for name in kind.referring:
        for to in sorted(kind.references({name: resource.fields.get(name)}) - told):
            told.add(to)
            yield name, to


def _broken(resource: Resource, name: str, used: Resource | None, live: Object, to: Address) -> Refusal:
    if used is not None and used.existing:
        message = f"it refers to {to}: {named_in_vain(used, live)}"
        mend = f"mend {used.origin_of('existing').line_text}, or write another one here"
        return Refusal("lost_reference", str(resource.address), message, resource.origin_of(name), mend)
    message = f"it refers to {to}, {why_unusable(live)}"
    if live.unusable and not live.gone:
        mend = f"write another one here, or see to {KINDS[to.kind].title} {live.id} in Ads Manager"
        return Refusal("unusable", str(resource.address), message, resource.origin_of(name), mend)
    again = "make it again" if live.gone else "take it into use again"
    mend = f"{undoing(to)} to {again}, or write another one here"
    return Refusal("lost_reference", str(resource.address), message, resource.origin_of(name), mend)


@dataclass(frozen=True)
class Named:
    """What is declared nowhere and named by its id."""

    live: Object
    page: str
    """That what names it runs as."""

    @property
    def why_not(self) -> str:
        """ "" for what works."""
        if self.live.gone:
            return f"which page {self.page} does not have, or does not show to this token"
        if self.live.fields.get("page_id", self.page) != self.page:
            return f"which is page {self.live.fields['page_id']}'s, and it runs as page {self.page}"
        return why_unusable(self.live)


def refuse_named(
    found: Difference, resources: Mapping[Address, Resource], named: Mapping[tuple[Address, str], Named]
) -> None:
    """What somebody made by hand is refused where it would not work, as what is declared is."""
    for (address, name), one in sorted(named.items(), key=lambda each: each[0]):
        if why := one.why_not:
            resource, title = resources[address], KINDS[one.live.kind].title
            origin = resource.origin_of(name)
            message = f"it refers to {title} {one.live.id}, {why} ({origin.line_text})"
            mend = f"write the id of another {title} here, or the key of one that is declared"
            found.refusals.append(Refusal("lost_reference", str(address), message, origin, mend))


# ---- what was made again


def grown_from_former(
    resources: Mapping[Address, Resource], alone: Mapping[Address, Object], current: Mapping[Address, str]
) -> Iterator[str]:
    """Notes on what stands alone and keeps what it was made of: that is another object than its address has now."""
    for at, live in sorted(alone.items()):
        for ref, former in sorted(_stale(live, current).items()) if at in resources else ():
            to = address_in(ref)
            if to in current:
                title = KINDS[at.kind].title
                yield (
                    f"{at}: it is made of {KINDS[to.kind].title} {former}, which {to} was before it was made again; "
                    f"nothing turns it to {current[to] or 'the new one'}. To have one of that, declare another {title} "
                    "with the same content under another key, and name that where this one is named"
                )


def move_over(found: Difference, users: Users, current: Mapping[Address, str]) -> None:
    """Adds what points a live reference to the object that its address has now. `current`: its id; "" of what this plan
    makes."""
    _name_ids(found, users, current)
    changes = {change.address: at for at, change in enumerate(found.changes) if change.action is Action.UPDATE}
    ended = {c.address for c in found.changes if c.action in (Action.REPLACE, Action.CREATE)}
    for address, live in users.there.items():
        resource = users.resources.get(address)
        stale = {ref: one for ref, one in _stale(live, current).items() if address_in(ref) in current}
        archived = live.status == ARCHIVED or users.observed.in_archived(address)
        left_alone = address in users.observed.disowned or archived or address in ended
        if resource is None or not stale or left_alone or any(address.within(at) for at in found.set_aside):
            continue
        for name in _moving(resource, stale):
            if may_not := _kept(found, users, resource, live, name):
                found.refusals.append(may_not)
                continue
            at = changes.get(address)
            before = found.changes[at] if at is not None else Change(Action.UPDATE, address, live.id)
            change = _moved(before, resource, live, name, stale)
            found.moves.setdefault(address, set()).add(name)
            if at is None:
                changes[address] = len(found.changes)
                found.changes.append(change)
            else:
                found.changes[at] = change


def _stale(live: Object, current: Mapping[Address, str]) -> dict[str, str]:
    """By reference, the id that is live and is not the one that its address has now."""
    return {ref: one for one, ref in live.referred.items() if current.get(address_in(ref)) != one}


def _name_ids(found: Difference, users: Users, current: Mapping[Address, str]) -> None:
    """Before an update stand the ids that are live: that is what a look right before the write finds."""
    for at, change in enumerate(found.changes):
        live = users.there.get(change.address)
        stale = _stale(live, current) if live is not None and change.action is Action.UPDATE else {}
        if stale:
            kind = KINDS[change.kind]
            found.changes[at] = replace(change, before=kind.with_refs(change.before, _by_id(stale)))


def _by_id(stale: Mapping[str, str]) -> Callable[[str], str]:
    return lambda reference: stale.get(reference, reference)


def _moving(resource: Resource, stale: Iterable[str]) -> list[str]:
    kind, wanted = KINDS[resource.kind], {address_in(ref) for ref in stale}
    names = (n for n, api in kind.fields.items() if api.on_change is OnChange.UPDATE)
    return [name for name in names if kind.references({name: resource.fields.get(name)}) & wanted]


def _kept(found: Difference, users: Users, resource: Resource, live: Object, name: str) -> Refusal | None:
    """The field is sent whole: what somebody has changed in it, and what was accepted, would go with it."""
    address = resource.address
    drifted = any(d.address == address and d.field == name and not d.reverted for d in found.drift)
    if not drifted and not standing(users.records.get(address), live, name, users.observed).accepted:
        return None
    message = f"{name} refers to what {REMADE}, and somebody has changed it besides"
    mend = f"write what is live into the YAML to keep it, or {undoing(address)} to overwrite it"
    return Refusal("conflict", str(address), message, resource.origin_of(name), mend)


def _moved(change: Change, resource: Resource, live: Object, name: str, stale: Mapping[str, str]) -> Change:
    before = {**change.before, name: exchanged(live.fields.get(name), _by_id(stale))}
    after = {**change.after, name: resource.fields[name]}
    told = tuple(consequences(change.kind, before, after))
    named = ", ".join(sorted(str(address_in(ref)) for ref in stale))
    return replace(
        change,
        before=before,
        after=after,
        origin=change.origin or resource.origin_of(name),
        consequences=(*told, f"{named} {REMADE}"),
    )


# ---- what goes


def still_used(
    found: Difference,
    users: Users,
    alone: Mapping[Address, Object],
    declared: Iterable[Address],
) -> dict[Address, Address]:
    """By address, something live that goes on referring to it once the plan is done."""
    staying = {at: live for at, live in alone.items() if at in set(declared) and not live.gone}
    ended = {change.address for change in found.changes if _ends(change)}
    after = {change.address: change.after for change in found.changes if change.action is Action.UPDATE}
    pairs: dict[Address, Address] = {}
    for at, live in sorted({**users.there, **staying}.items()):
        runs_on = live.status == ACTIVE or at in users.resources or at in staying
        if runs_on and at not in ended:
            for to in KINDS[at.kind].references({**live.fields, **after.get(at, {})}):
                pairs.setdefault(to, at)
    return pairs


ENDS = frozenset({Action.ARCHIVE, Action.DELETE, Action.PAUSE, Action.REPLACE})


def _ends(change: Change) -> bool:
    """A pause that the clock asks for does not."""
    return change.action in ENDS and (change.removal or change.action is not Action.PAUSE)
