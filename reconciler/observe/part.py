"""Some campaigns of an account looked at again, without listing the rest. Reads only.

The search is that of `observe/objects.py`, on rows of these campaigns alone. Its answer counts only while all is as it
should be: each declared object is there with its recorded id and its label, and nothing else bears a label of ours. As
soon as anything is out of the ordinary, the whole account is looked at, so that all rules about the unusual have one
place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.kinds.identity import label
from reconciler.meta.client import Reader
from reconciler.model.account import Account
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import AccountBlocked, Invalid, NotFound, TooMuchData, Unavailable
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.observe.objects import Search, find_objects, label_ids_in, moment, names_under_raw
from reconciler.observe.source import NotEnough, Source, by_ids, by_labels


def find_part(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    known: Observed,
    roots: Collection[Address],
    *,
    listed: bool = True,
) -> Observed:
    """The same of some campaigns alone, or of the whole account where those do not tell enough: see `find_only`."""
    try:
        return find_only(reader, account, project, resources, records, known, roots, listed=listed)
    except NotEnough as error:
        whole = find_objects(reader, account, project, resources, records, known)
        return replace(whole, unlisted=whole.unlisted | _missed(whole, error.seen))


def _missed(whole: Observed, seen: Iterable[tuple[Address, Object]]) -> frozenset[Address]:
    """Of what a look at some campaigns has seen: what the account's listings do not show yet. They lag behind."""
    listed = {live.id for live in (*whole.objects.values(), *whole.beside)}
    return frozenset(at for at, live in seen if live.id not in listed)


def find_only(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    known: Observed,
    roots: Collection[Address],
    *,
    listed: bool = True,
) -> Observed:
    """Some campaigns looked up again; all else stays as it was `known`. `listed`: a listing has to show the campaigns
    themselves, and whatever bears their labels; else it will do to read them by their ids. Raises NotEnough where
    anything is out of the ordinary."""
    if not _is_regular(resources, records, roots):
        raise NotEnough("not all of it is known by its id")
    try:
        source = _source_of(reader, account, project, resources, records, known, roots, listed=listed)
        search = Search(reader, account, project, resources, records, source, frozenset(roots))
        search.run()
    except (AccountBlocked, Invalid, NotFound, TooMuchData, Unavailable) as error:
        # Of an account that is blocked, or a service that is down, the whole look tells.
        raise NotEnough(str(error)) from None
    if not search.is_plain:
        seen = (*search.objects.items(), *search.copies)
        raise NotEnough("more than what is declared bears a label, or less", seen)
    beside = {at: live for at, live in known.objects.items() if at.root not in roots}
    inside = {live.id for live in search.objects.values()}
    strangers = {**{o.id: o for o in known.unmanaged if o.parent_id not in inside}, **search.unmanaged}
    return replace(
        known,
        seen_at=moment(reader),
        label_ids={**known.label_ids, **search.label_ids},
        objects={**beside, **search.objects},
        copies=tuple((at, copy) for at, copy in known.copies if at.root not in roots),
        disowned=_outside(known.disowned, roots),
        unlabelled_yet=_outside(known.unlabelled_yet, roots),
        label_awaited=_outside(known.label_awaited, roots),
        unlisted=_outside(known.unlisted, roots),
        denied=_outside(known.denied, roots),
        unseen=_outside(known.unseen, roots),
        unmanaged=tuple(strangers.values()),
        identity=None,
    )


def _outside(addresses: Collection[Address], roots: Collection[Address]) -> frozenset[Address]:
    return frozenset(at for at in addresses if at.root not in roots)


def _is_regular(
    resources: Mapping[Address, Resource], records: Mapping[Address, Record], roots: Collection[Address]
) -> bool:
    """Whether all that is declared there has an id, and neither a former name nor a create under way."""
    declared = [at for at in resources if at.root in roots]
    known = [records.get(at) for at in declared]
    return (
        set(roots) <= set(declared)
        and all(one is not None and one.id for one in known)
        and not any(resources[at].aliases for at in declared)
    )


def _source_of(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    known: Observed,
    roots: Collection[Address],
    *,
    listed: bool,
) -> Source:
    raw = {kind: names_under_raw(KINDS[kind], resources) for kind in LEVELS}
    names = {at: label(project, at) for at in sorted(roots)}
    unknown = [at for at, name in names.items() if name not in known.label_ids]
    if unknown and not listed:
        _check_worth(reader, records, len(names))
        return by_ids(reader, [records[at].id for at in names], raw)
    _check_worth(reader, records, len(unknown))
    rows = reader.get_all([records[at].id for at in unknown], "id,adlabels") if unknown else []
    label_ids = {**known.label_ids, **label_ids_in(row for row in rows if isinstance(row, dict))}
    if not all(name in label_ids for name in names.values()):
        raise NotEnough("one of them does not bear its label")
    return by_labels(reader, account, [label_ids[name] for name in names.values()], raw)


def _check_worth(reader: Reader, records: Mapping[Address, Record], reads: int) -> None:
    """One read a campaign may cost more than the pages of the whole account."""
    page = reader.pace.limits.page_size
    pages = sum(-(-sum(at.kind == kind for at in records) // page) for kind in LEVELS)
    if reads > pages:
        raise NotEnough("the whole account takes fewer reads")
