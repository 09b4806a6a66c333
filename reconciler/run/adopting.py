"""What a person has made inside a campaign that is managed, written into that campaign's file.

New ad sets and ads, and copies that took a label along. The rest of the file stays as it is to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.config.document import parse_document
from reconciler.edit.adding import CannotAddError, with_level
from reconciler.edit.yaml_text import CannotEditError, without_value
from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.variables import escaped
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.observe.inventory import Stock, Unfit, take_stock
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.existing import key_from, unique
from reconciler.run.importing.account import AccountImport
from reconciler.run.importing.accounts import with_plan
from reconciler.run.importing.labelling import takes_label
from reconciler.run.importing.results import Draft, Imported, Note, Wanted
from reconciler.run.plain import standing_alone
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.request import Request
from reconciler.run.room import AGAIN, with_room
from reconciler.run.session import Sessions
from reconciler.run.targets import check_targets
from reconciler.store.declared import read_declared

IMPORTING = LAYERED.importing
PLAINNESS = range(3)
"""Of a level in a file that is there: how much of what may go without saying is said, since something above it may say
otherwise."""
OFF = "it is off, and stays so until status: PAUSED is taken out"
ON = "it is on where what it stands in is off, and stays so until status: ACTIVE is taken out"
BY_HAND = "write it into the file by hand"


def pull_new(
    request: Request, notify: Subscriber = ignore, *, dry_run: bool = False, relabel: bool = False
) -> Iterator[Imported]:
    """In each account that is asked for, within the targets. Raises what `plan` raises."""
    desired = declared_by(request, by_account=True)
    wanted = Wanted(dry_run=dry_run, relabel=relabel)
    with Sessions(request, desired, notify, exclusive=not dry_run) as sessions:
        accounts = sessions.accounts
    for account in accounts:
        # Before the first of them is written to.
        remembered = request.store.records(account.key, account.id, account.currency, account.previously).all()
        check_targets(request.targets, account.key, desired.of(account.key, request.now), remembered)
    for account in accounts:
        own = replace(request, accounts=(account.key,), targets=())
        with Sessions(own, desired, notify, exclusive=not dry_run) as sessions, sessions.open(account) as session:
            check_targets(request.targets, account.key, desired.of(account.key, request.now), session.store.all())
            adopting = _Adopting(AccountImport(session, wanted, is_declared=True), prepare(session), request.targets)
            found = adopting.run()
        if (found.files or found.labelled or found.unlabelled) and not dry_run:
            found = with_plan(found, own, notify)
        yield found


@dataclass
class _Adopting:
    importing: AccountImport
    prepared: Prepared
    targets: Sequence[Address]

    def run(self) -> Imported:
        importing = self.importing
        objects = self.prepared.observed.objects
        importing.managed.know(standing_alone(self.prepared.plain.there))
        importing.managed.there |= {at: one.id for at, one in objects.items()}
        managed = {one.id: at for at, one in objects.items() if not one.gone}
        roots = sorted({at.root for at in managed.values() if self._is_asked_for(at)})
        ids = [objects[root].id for root in roots]
        stock = take_stock(importing.reader, importing.account, IMPORTING, ids) if ids else Stock()
        new = [(managed[one.parent_id], one) for one in _new(stock, managed)]
        new = [(at, one) for at, one in new if self._is_asked_for(at)]
        new = [(at, one) for at, one in new if importing.may_take(_addressed(self._address(at, one), one, stock))]
        importing.told.unfit += [one for one in stock.unfit if one.id not in managed]
        importing.media.fetch(stock, [one for _, one in new])
        texts: dict[str, str] = {}
        live: dict[Address, Object] = {}
        for above, one in new:
            self._take(above, one, stock, texts, live)
        return self._done(texts, live)

    def _address(self, above: Address, one: Object, also: Iterable[Address] = ()) -> Address:
        there = {at.key for at in (*self.importing.session.desired.resources, *also) if at.parent == above}
        return Address.of(*above.steps, next(unique(key_from(one), there)))

    def _is_asked_for(self, address: Address) -> bool:
        return not self.targets or any(address.within(one) or one.within(address) for one in self.targets)

    def _done(self, texts: Mapping[str, str], live: Mapping[Address, Object]) -> Imported:
        importing = self.importing
        drafts = [
            Draft(
                file, named, _without_names(named, live), live, was=read_declared(importing.session.request.root, file)
            )
            for file, named in texts.items()
        ]
        found = replace(importing.found, files={draft.file: draft.short for draft in drafts}, objects=len(live))
        begun = [
            at for at, one in importing.session.desired.resources.items() if takes_label(one) and self._is_ours(at)
        ]
        if importing.wanted.dry_run or not (drafts or begun):
            return found
        return importing.labelling.carry_out(found, importing.texts, drafts, self._is_ours)

    def _is_ours(self, address: Address) -> bool:
        """Whether its campaign has its label: of one that an import has left without, nothing is labelled here."""
        resources = self.importing.session.desired.resources
        root = resources.get(address.root)
        same = address.account == self.importing.account.key
        return same and root is not None and not root.existing and self._is_asked_for(address)

    # ---- one object with all in it

    def _take(
        self, above: Address, one: Object, stock: Stock, texts: dict[str, str], live: dict[Address, Object]
    ) -> None:
        importing, desired = self.importing, self.importing.session.desired
        file = desired.resources[above.root].origin.file
        text = texts[file] if file in texts else read_declared(importing.session.request.root, file)
        address = self._address(above, one, live)
        inside = _addressed(address, one, stock)
        try:
            texts[file] = self._written(file, text, address, inside)
            live |= inside
        except CannotAddError as error:
            importing.told.unfit.append(_unfit(one, str(error)))
        except CannotEditError as error:
            importing.told.unfit.append(_unfit(one, f"{error}; {BY_HAND}"))
        except ConfigError as error:
            problem = error.problems[0]
            importing.told.unfit.append(_unfit(one, f"{problem.message}; {problem.mend}"))

    def _written(self, file: str, text: str, address: Address, inside: Mapping[Address, Object]) -> str:
        """The file with it, where that then says what is live, and of all else what it said. Raises ConfigError,
        CannotAddError, CannotEditError."""
        desired = self.importing.session.desired
        room, path = with_room(self.importing.trial, desired.resources, file, text, address)
        before = self._declared(file, text)
        for plainness in PLAINNESS:
            level, notes = self._level(address, inside, plainness)
            for at, field in self._otherwise(file, with_level(file, room, path, level), inside):
                _explicit(level, address, at, field, inside[at].fields.get(field))
            found = with_level(file, room, path, level)
            left = list(self._otherwise(file, found, inside))
            if not left:
                break
        for at, field in left:
            _level_of(level, address, at).setdefault("lifecycle", {}).setdefault("ignore", []).append(field)
        found = with_level(file, room, path, level) if left else found
        found = self._as_it_is_on(level, address, inside, found, lambda: with_level(file, room, path, level), file)
        _check_the_rest(before, self._declared(file, found), inside)
        alone = "is left alone: the YAML cannot say what is live"
        self.importing.told.notes += [*notes, *(Note(str(at), f"{field} {alone}") for at, field in left)]
        return found

    def _as_it_is_on(
        self,
        level: dict[str, Any],
        address: Address,
        inside: Mapping[Address, Object],
        text: str,
        again: Callable[[], str],
        file: str,
    ) -> str:
        """What somebody has left off where all around it is on stays off, and what is on where all around it is off
        stays on: the next apply would change it. What stands in it follows it, so the highest are said first."""
        told: dict[Address, str] = {}
        for _ in inside:
            declared = self._declared(file, text)
            others = [at for at, one in inside.items() if _is_otherwise(one.status, declared[at].status)]
            for at in (one for one in others if not any(above in others for above in one.ancestors)):
                _level_of(level, address, at)["status"] = inside[at].status
                told[at] = OFF if inside[at].status == PAUSED else ON
            if not others:
                break
            text = again()
        self.importing.told.notes += [Note(str(at), said) for at, said in told.items()]
        return text

    def _level(
        self, address: Address, inside: Mapping[Address, Object], plainness: int
    ) -> tuple[dict[str, Any], list[Note]]:
        """As it stands beside others, each object named by its id; and what it does not say."""
        importing = self.importing
        objects = self.prepared.observed.objects
        around = {at: objects[at] for at in reversed(address.ancestors)}
        whole = IMPORTING.full_form(
            {**around, **inside}, importing.media.said, importing.session.request.now, False, False
        )
        tree = whole.tree
        IMPORTING.referring(tree, importing.managed.refs)
        IMPORTING.naming(tree, inside)
        spec, project = importing.trial.specs(address.account)
        notes = [Note(str(at), text) for at, text in whole.notes if at in inside]
        return IMPORTING.level_of_its_own(tree, address, spec, project, plainness), notes

    def _otherwise(self, file: str, text: str, inside: Mapping[Address, Object]) -> Iterator[tuple[Address, str]]:
        resources = self._declared(file, text)
        for at, one in inside.items():
            if at not in resources:
                raise CannotAddError(f"its file would not have it as {at}; {BY_HAND}")
            for name in self.importing.drafts.otherwise(resources[at], one):
                yield at, name

    def _declared(self, file: str, text: str) -> dict[Address, Resource]:
        importing = self.importing
        declared = importing.trial.alone(importing.account.key, {file: text}, importing.media.facts)
        return declared.of(importing.account.key, importing.session.request.now)


def _is_otherwise(live: str, declared: str | None) -> bool:
    """Of a status that somebody has chosen, whether an apply would change it."""
    return {live, declared} == {ACTIVE, PAUSED}


def _check_the_rest(
    before: Mapping[Address, Resource], after: Mapping[Address, Resource], inside: Mapping[Address, Object]
) -> None:
    """Raises CannotAddError where something else would be declared otherwise: that would be done at Meta next."""
    for at in sorted({*before, *after} - set(inside)):
        was, becomes = before.get(at), after.get(at)
        if was is None or becomes is None:
            raise CannotAddError(f"{at} would be {'made' if was is None else 'taken out'} with it; {BY_HAND}")
        names = [n for n in {**was.fields, **becomes.fields} if was.fields.get(n) != becomes.fields.get(n)]
        if names or (was.schedule, was.status, was.lifecycle) != (becomes.schedule, becomes.status, becomes.lifecycle):
            what = f"{', '.join(sorted(names)) or 'status'} of {at}"
            raise CannotAddError(f"{what} would be otherwise with it; write that into the file as it is, {AGAIN}")


def _new(stock: Stock, managed: Mapping[str, Address]) -> Iterator[Object]:
    """What stands in something managed and is not; the oldest first."""
    every = [one for level in stock.objects.values() for one in level.values()]
    found = [one for one in every if one.id not in managed and one.parent_id in managed]
    yield from sorted(found, key=lambda one: (len(one.id), one.id))


def _addressed(address: Address, one: Object, stock: Stock) -> dict[Address, Object]:
    found = {address: one}
    taken: set[str] = set()
    for inner in sorted(stock.inside(one), key=lambda each: (len(each.id), each.id)):
        key = next(unique(key_from(inner), taken))
        taken.add(key)
        found |= _addressed(Address.of(*address.steps, key), inner, stock)
    return found


def _level_of(level: dict[str, Any], root: Address, address: Address) -> dict[str, Any]:
    return level if address == root else IMPORTING.below(level, address.key)


def _explicit(level: dict[str, Any], root: Address, address: Address, name: str, value: Any) -> None:
    """What stands above it in the file would say otherwise; `~` takes that away."""
    api = KINDS[address.kind].fields.get(name)
    if api is not None and api.composed:
        return  # the YAML has other words for it
    is_scalar = isinstance(value, (str, bool)) and "@sha256:" not in str(value)
    if is_scalar or (value is None and name in KINDS[address.kind].content):
        _level_of(level, root, address)[name] = escaped(value)


def _without_names(text: str, live: Mapping[Address, Object]) -> str:
    """Less the ids of what is labelled by then."""
    for address, one in live.items():
        if f'existing: "{one.id}"' not in text:
            continue
        path = LAYERED.level(parse_document(text, "text"), (), address)
        text = without_value(text, (*path, "existing"))
    return text


def _unfit(one: Object, why: str) -> Unfit:
    return Unfit(one.kind, one.id, str(one.fields.get("name", "")), re.sub(r"\s+", " ", why))
