"""Takes our label, and the record, off what somebody else is to look after; the object itself stays as it is.

What is forgotten is not ours any more: it is neither changed nor taken for an orphan, and a copy that took the label
along no longer looks like ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from reconciler.apply.plain import NO_LONGER
from reconciler.engine.history import History
from reconciler.engine.immutable import titled
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.kinds.identity import label, labels_in, project_prefix
from reconciler.meta.answers import taken
from reconciler.meta.client import Writer
from reconciler.meta.request import Part
from reconciler.model.account import Account
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import (
    AccountBlocked,
    CredentialsError,
    GraphError,
    GraphReply,
    Invalid,
    NotFound,
    SourceError,
    Unavailable,
    UsageError,
)
from reconciler.model.remote import Object, by_object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE
from reconciler.observe.account_log import read_activities, read_identity
from reconciler.observe.decode import decode
from reconciler.observe.plain import ALONE, asked_of_plain, list_plain, plain_object
from reconciler.run.declared import declared_by
from reconciler.run.events import StateTold, Subscriber, ignore
from reconciler.run.request import Request
from reconciler.run.session import Session, Sessions
from reconciler.run.sharing import FORGOTTEN
from reconciler.store.records import Records

FIELDS = "id,name,status,effective_status,adlabels"

FORGET = "reconciler state forget"
OF_AN_ACCOUNT = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Forgotten:
    """One object that has lost our label."""

    account: str
    kind: str
    id: str
    name: str
    status: str


def forget(request: Request, target: str, notify: Subscriber = ignore) -> list[Forgotten]:
    """`target` is an address whose YAML is gone, or an object's id at Meta; what is in it is forgotten too. Raises
    ConfigError with every problem of every file, UsageError where there is no such thing or desired/ declares it, and
    what stops the account."""
    desired = declared_by(request)
    if desired.unlisted is not None:
        why = f"{desired.unlisted.message}, so nobody knows whether a YAML is gone"
        raise SourceError(f"{why}\n  mend: {desired.unlisted.mend}")
    with Sessions(request, desired, notify, exclusive=True) as sessions:
        accounts = sessions.accounts
        if target.isdigit():
            return _forget_id(sessions, accounts, target)
        address = _address(target, accounts)
        owner = next(account for account in accounts if account.key == address.account)
        with sessions.open(owner) as session:
            forgotten = list(_forgetting(session).address(address))
            _publish(session)
            return forgotten


def _forget_id(sessions: Sessions, accounts: Iterable[Account], target: str) -> list[Forgotten]:
    """In the first account that has it."""
    for account in accounts:
        with sessions.open(account) as session:
            forgetting = _forgetting(session)
            if forgetting.has(target):
                forgotten = list(forgetting.object(target))
                _publish(session)
                return forgotten
    request = sessions.request
    undeclared = set(request.store.recorded_accounts()) - {account.key for account in accounts}
    known = (key for key in sorted(undeclared) if target in _ids(request.store.records(key)))
    raise UsageError(
        f"no account that is declared here has an object {target}; archived ones need no forgetting\n"
        f"  mend: where the file of its ad account is gone, {_put_back(next(known, '<key>'))}"
    )


def _ids(records: Records) -> set[str]:
    return {record.id for record in records.all().values()}


def _put_back(key: str) -> str:
    return f"put desired/accounts/{key}.yaml back until it is forgotten; or forget the account: {FORGET} {key}"


def _publish(session: Session) -> None:
    error = session.publish(FORGOTTEN)
    if error is not None:
        session.notify(StateTold(str(error), failed=True))


def _address(target: str, accounts: Iterable[Account]) -> Address:
    try:
        address = Address.parse(target)
    except ValueError as error:
        if OF_AN_ACCOUNT.fullmatch(target):
            raise UsageError(
                f"{target} is no address, but may be an account's key\n"
                f"  mend: once nobody declares it any more, {FORGET} {target}"
            ) from None
        raise UsageError(f"{error}; or an object's id") from None
    if address.account not in {account.key for account in accounts}:
        raise UsageError(f"no account {address.account!r} is declared\n  mend: {_put_back(address.account)}")
    kind = KINDS.get(address.kind)
    if kind is not None and kind.handling is not Handling.DELIVERABLE:
        raise UsageError(
            f"{target}: it bears no label, but a marker in a text of its own, which goes with its YAML\n"
            "  mend: remove its file and apply; it stays at Meta"
        )
    return address


def _forgetting(session: Session) -> Forgetting:
    desired, account = session.desired, session.account
    declared = desired.of(account.key, session.request.now)
    store = session.store
    return Forgetting(desired.project, account, session.writer(), declared, store)


class Forgetting:
    """In one account. `declared` is what desired/ has there."""

    def __init__(
        self, project: str, account: Account, writer: Writer, declared: Mapping[Address, Resource], store: Records
    ) -> None:
        self._project, self._account = project, account
        self._writer, self._declared, self._store = writer, declared, store

    def address(self, address: Address) -> Iterator[Forgotten]:
        """Everything that carries the label of the address, and what is in it. Raises UsageError where desired/ still
        declares it, or nothing has it."""
        self._refuse_declared(address, str(address))
        recorded = {at: record for at, record in self._store.all().items() if at.within(address)}
        labels, ids = {label(self._project, at) for at in (address, *recorded)}, {r.id for r in recorded.values()}
        found = [live for live in self._every.values() if live.labels & labels or live.id in ids]
        if not found and not recorded:
            raise UsageError(f"nothing carries the label of {address}, and state/ does not know it")
        yield from self._unlabel(found)
        self._drop(recorded)

    def has(self, object_id: str) -> bool:
        return object_id in self._every or object_id in self._alone

    def object(self, object_id: str) -> Iterator[Forgotten]:
        """One object and what is in it. Raises UsageError where it carries no label of ours, or is the very one that
        desired/ declares, or may be: it is ACTIVE, and nothing tells that it is somebody's duplicate."""
        if object_id in self._alone:
            yield self._take_marker_off(self._alone[object_id])
            return
        live = self._every[object_id]
        if not self._labels_of(live):
            raise UsageError(
                f"{live.kind} {object_id} carries no label of {self._project}: there is nothing to take off"
            )
        recorded = [at for at, record in self._store.all().items() if record.id == object_id]
        for address in recorded:
            self._refuse_declared(address, object_id)
        for address in self._declared_by_label(live) if live.status == ACTIVE else ():
            if not self._is_another_than(address, live):
                self._refuse_declared(address, object_id)
        yield from self._unlabel([live])
        self._drop(at for at in self._store.all() if any(at.within(one) for one in recorded))

    def _take_marker_off(self, live: Object) -> Forgotten:
        """Of what stands alone: the marker stands in a text of its own. Raises UsageError where Meta lets nobody change
        that, where there is none, and where it is the one that its address means."""
        kind, ours = KINDS[live.kind], self._labels_of(live)
        if not ours:
            raise UsageError(f"{titled(live)} bears no marker of {self._project}: there is nothing to take off")
        if kind.handling is Handling.IMMUTABLE:
            raise UsageError(
                f"{titled(live)}: the marker stands in its {kind.marked}, which nobody can change at Meta\n"
                "  mend: archive it in Ads Manager once nothing uses it; nothing here writes to it meanwhile"
            )
        recorded = [at for at, record in self._store.all().items() if record.id == live.id]
        for address in recorded or ([] if self._is_further(live) else self._declared_by_label(live)):
            self._refuse_declared(address, live.id)
        kept = " ".join((str(live.fields.get(kind.marked) or ""), *sorted(live.labels - ours))).strip()
        part = Part("POST", live.id, {kind.marked: kept or NO_LONGER})
        answer = taken(self._writer.write_all([part])[0])
        if isinstance(answer, GraphError):
            raise answer
        row = self._writer.get(live.id, fields=asked_of_plain(kind))
        if self._labels_of(plain_object(kind, row)):
            message = f"Meta took the write, and {titled(live)} still bears our marker"
            raise Unavailable(GraphReply(200, message=message), f"take it out of its {kind.marked} in Ads Manager")
        self._drop(recorded)
        return Forgotten(self._account.key, live.kind, live.id, str(live.fields.get("name") or ""), live.status)

    def _is_further(self, live: Object) -> bool:
        """Than the one of its address: that is the recorded one, or the oldest that bears its marker."""
        declared = self._declared_by_label(live)
        recorded = {record.id for at in declared if (record := self._store.get(at)) is not None and record.id}
        known = [one for one in recorded if one in self._alone and self._labels_of(self._alone[one])]
        if known:
            return live.id not in known
        first = next(one for one in self._alone.values() if self._labels_of(one) & self._labels_of(live))
        return first.id != live.id

    @cached_property
    def _alone(self) -> dict[str, Object]:
        """What stands alone in the account, oldest first. What this token may not look at has nothing to be let go."""
        found: dict[str, Object] = {}
        for kind in ALONE:
            with suppress(AccountBlocked, CredentialsError, Invalid, NotFound):
                found |= {live.id: live for live in list_plain(self._writer, self._account, kind)}
        return found

    def _declared_by_label(self, live: Object) -> list[Address]:
        labels = self._labels_of(live)
        return [
            address
            for address, resource in sorted(self._declared.items())
            if labels & {label(self._project, at) for at in (address, *resource.aliases)}
        ]

    def _is_another_than(self, address: Address, live: Object) -> bool:
        """Than the one that the address means: a duplicate, one of several that nobody duplicated, or somebody's."""
        record = self._store.get(address)
        if live.source_id or (record is not None and record.id and record.id != live.id):
            return True
        labels = self._labels_of(live)
        beside = (one for one in self._every.values() if one.id != live.id and labels & one.labels)
        return any(not one.source_id for one in beside) or self._made_by_another(live)

    def _made_by_another(self, live: Object) -> bool:
        """False where the log does not say so."""
        now = self._writer.connection.clock.now()
        try:
            log = read_activities(self._writer, self._account, frozenset({live.id}), now)
            return History(by_object(log), read_identity(self._writer), None).made_by_another(live.id) is not None
        except (AccountBlocked, Invalid, NotFound, Unavailable):
            return False

    def _refuse_declared(self, address: Address, said: str) -> None:
        declared = min((at for at in self._declared if at.within(address)), default=None)
        if declared is not None:
            raise UsageError(
                f"{said}: {declared} is still declared, so that the next apply would make it again\n"
                "  mend: remove its YAML first"
            )

    def _drop(self, addresses: Iterable[Address]) -> None:
        for address in sorted(addresses, reverse=True):
            self._store.remove(address)

    @cached_property
    def _every(self) -> dict[str, Object]:
        """Every object of the account that is not archived, by id, parents first."""
        found: dict[str, Object] = {}
        for kind in (KINDS[level] for level in LEVELS):
            fields = ",".join(filter(None, (FIELDS, kind.parent_param, kind.source_field)))
            rows = self._writer.pages(f"{self._account.id}/{kind.edge}", fields=fields)
            found |= {live.id: live for live in (decode(kind, row) for row in rows)}
        return found

    def _labels_of(self, live: Object) -> set[str]:
        return {text for text in live.labels if text.startswith(project_prefix(self._project))}

    def _check_it_is_off(self, live: Object) -> None:
        """Meta may confirm what it does not do."""
        row = self._writer.get(live.id, fields="id,adlabels")
        if any(str(item.get("name", "")) in self._labels_of(live) for item in labels_in(row)):
            message = f"Meta took the write, and {live.kind} {live.id} still carries our label"
            raise Unavailable(GraphReply(200, message=message), "take the label off in Ads Manager")

    def _unlabel(self, found: Iterable[Object]) -> Iterator[Forgotten]:
        """With what is in it; from below, so that what was cut short can be done again."""
        inside = {live.id for live in found}
        inside |= {live.id for live in self._every.values() if live.parent_id in inside}
        inside |= {live.id for live in self._every.values() if live.parent_id in inside}
        for live in reversed([self._every[one] for one in self._every if one in inside]):
            ours = self._labels_of(live)
            if ours:
                others = [{"name": text} for text in sorted(live.labels - ours)]
                answer = taken(self._writer.write_all([Part("POST", live.id, {"adlabels": others})])[0])
                if isinstance(answer, GraphError) and not isinstance(answer, NotFound):
                    raise answer
                self._check_it_is_off(live)
                name = str(live.fields.get("name", ""))
                yield Forgotten(self._account.key, live.kind, live.id, name, live.status)
