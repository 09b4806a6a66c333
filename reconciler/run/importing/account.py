"""One account: what it has and nothing here declares, with addresses, media, texts, and then all that is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from reconciler.config.trial import Trial
from reconciler.edit.canonical import text_of
from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.said import counted
from reconciler.kinds.variables import escaped
from reconciler.meta.client import Reader
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import UsageError
from reconciler.model.remote import Object
from reconciler.observe.account_facts import read_account
from reconciler.observe.inventory import Stock, Unfit, archived_inside, take_stock
from reconciler.observe.plain import PlainObjects
from reconciler.run.events import Progress
from reconciler.run.existing import key_from, of_another_clone, unique
from reconciler.run.importing.drafts import Drafts
from reconciler.run.importing.labelling import Labelling
from reconciler.run.importing.managed import Managed
from reconciler.run.importing.media import ImportedMedia
from reconciler.run.importing.places import addressed
from reconciler.run.importing.plain import PlainImport
from reconciler.run.importing.results import Draft, Imported, Note, Told, Wanted
from reconciler.run.label_owners import Owners, check_key
from reconciler.run.prepare import prepare
from reconciler.run.session import Session

IMPORTING = LAYERED.importing


class AccountImport:
    """One account's. The session is exclusive unless nothing is to be written."""

    def __init__(self, session: Session, wanted: Wanted, *, is_declared: bool) -> None:
        self.session, self.wanted, self.is_declared = session, wanted, is_declared
        self.reader = online(session)
        self.trial = Trial(session.request.root, session.request.now)
        self.told = Told()
        self.managed = Managed(session)
        self.media = ImportedMedia(session, self.reader, self.told, wanted.dry_run)
        self.drafts = Drafts(session, self.trial, self.managed, self.media, self.told)
        self.labelling = Labelling(session, self.reader, wanted, self.managed)
        self.texts: dict[str, str] = {}
        """New files that all others need."""
        self.alone = 0
        """How many objects got a file of their own."""
        self.plain = PlainObjects()
        """What is managed and stands alone."""

    @property
    def account(self) -> Account:
        return self.session.account

    @property
    def found(self) -> Imported:
        """What is known so far."""
        return Imported(self.account.key, unfit=tuple(self.told.unfit), notes=tuple(self.told.notes))

    def run(self) -> Imported:
        check_key(self.session.desired, self.session.request.store, self.account)
        if self.is_declared:
            read_account(self.reader, self.account)
        stock = self._stock()
        if not self.is_declared:
            self._declare_account(stock)
        managed = self._managed()
        # Whatever refuses the account comes before the first write, which is an audience's.
        placed = dict(self._takeable(stock, self._placed(self._new(stock, managed))))
        self.told.unfit += self._archived_in(placed.values(), stock)
        marked = self._import_what_stands_alone()
        self.trial.take_in(self.texts)
        self.say(f"{counted(len(placed), 'campaign')} to import, of {len(stock.topmost())}")
        self.media.fetch(stock, list(placed.values()))
        drafts = list(self.drafts.all(stock, placed))
        files = {**self.texts, **{draft.file: self._text(draft) for draft in drafts}}
        found = replace(self.found, files=files)
        found.objects = sum(len(draft.live) for draft in drafts) + self.alone
        found.labelled = marked
        if self.wanted.dry_run:
            return found
        return self.labelling.carry_out(found, self.texts, drafts)

    def _archived_in(self, tops: Iterable[Object], stock: Stock) -> list[Unfit]:
        """Of those that are imported now: what was archived since is for a plan to tell."""
        taken = {one.id: one for one in tops}
        if not taken:
            return []
        shown = replace(stock, objects={**stock.objects, LAYERED.kind.name: taken})
        return list(archived_inside(self.reader, self.account, shown, self.wanted.only))

    def _text(self, draft: Draft) -> str:
        return draft.short if self.wanted.label else draft.named

    def say(self, text: str) -> None:
        self.session.notify(Progress(self.account.key, text))

    # ---- what is there

    def _stock(self) -> Stock:
        self.say("reading what the account has")
        stock = take_stock(self.reader, self.account, IMPORTING, self.wanted.only)
        self.told.unfit += stock.unfit
        self.told.notes += self._unread()
        there = ", ".join(counted(len(level), KINDS[kind].title) for kind, level in stock.objects.items())
        self.say(f"{there}; {len(stock.unfit)} that cannot be declared")
        return stock

    def _unread(self) -> Iterator[Note]:
        """What Meta has refused to list: whether it is set, nobody knows."""
        for kind, wanted in IMPORTING.reads.items():
            owners = self.wanted.only or (self.account.id,)
            refused = [self.reader.refused(f"{owner}/{KINDS[kind].edge}") for owner in owners]
            if names := sorted(wanted & frozenset[str]().union(*refused)):
                said = f"Meta does not show {', '.join(names)} of {KINDS[kind].title}s; what is set there is in no file"
                yield Note(self.account.key, said)

    def _import_what_stands_alone(self) -> int:
        """Before the campaigns, which name it by its key; how many bear a marker now. `--campaign` takes in none."""
        if self.wanted.only:
            return 0
        plain = PlainImport(self.session, self.trial, self.reader, self.plain, dict(self.texts))
        plain.find(mark=self.wanted.label)
        marked = 0
        if not self.wanted.dry_run:
            marked = plain.mark()
            self.labelling.write_new({**self.texts, **plain.files})
        self.told.unfit += plain.unfit
        self.told.notes += [Note(self.account.key, text) for text in plain.unread]
        self.texts |= plain.files
        self.managed.known |= plain.ids
        self.alone = len(plain.ids)
        return marked

    def _new(self, stock: Stock, managed: Collection[str]) -> list[Object]:
        """Those that are not managed yet, the oldest first."""
        remembered = {record.id: at for at, record in self.session.store.all().items() if record.id}
        found = []
        for one in sorted(stock.topmost(), key=lambda one: (len(one.id), one.id)):
            if one.id in remembered and one.id not in managed:
                self.told.unfit.append(of_another_clone(one, remembered[one.id]))
            elif one.id not in managed:
                found.append(one)
        return found

    def _managed(self) -> set[str]:
        resources = self.session.desired.of(self.account.key, self.session.request.now)
        if not resources:
            return set()
        named = {one.existing for one in resources.values()}
        prepared = prepare(self.session)
        seen, self.plain = prepared.observed, prepared.plain.live
        self.managed.know({**seen.objects, **prepared.plain.there})
        return named | {one.id for at, one in seen.objects.items() if at in resources}

    @cached_property
    def owners(self) -> Owners:
        session = self.session
        return Owners.of(session.desired, session.request.store, self.account, session.store.all())

    def _placed(self, tops: Sequence[Object]) -> Iterator[tuple[Address, Object]]:
        """Each with an address of its own."""
        kind = LAYERED.kind.name
        taken = {at[2] for at in self.trial.keys if at[:2] == (kind, self.account.key)}
        taken |= {at.key for at in self.session.store.all() if at.kind == kind}
        for top in tops:
            key = next(unique(key_from(top), taken))
            taken.add(key)
            yield Address.of(self.account.key, key), top

    def _takeable(self, stock: Stock, placed: Iterable[tuple[Address, Object]]) -> Iterator[tuple[Address, Object]]:
        """Raises AccountError where another key of this project has one of them."""
        for root, top in placed:
            if self.may_take(addressed(root, top, stock)):
                yield root, top

    def may_take(self, found: Mapping[Address, Object]) -> bool:
        """`found`: one object with all that is in it, itself first."""
        root, top = next(iter(found.items()))
        self.owners.check(self.account, found.values())
        why = "" if self.wanted.relabel else self.owners.why_left_out(found)
        if why:
            self.told.unfit.append(Unfit(top.kind, top.id, str(top.fields.get("name", "")), why))
        elif theirs := next(filter(None, map(self.owners.of_another_project, found.values())), ""):
            self.told.notes.append(
                Note(str(root), f"it carries {theirs}, a label of another project, which may write to it")
            )
        return not why

    def _declare_account(self, stock: Stock) -> None:
        """Of what all ads have in common, the account's own."""
        said = {"account": self.account.id, "name": escaped(self.account.name), "currency": self.account.currency}
        every = [live for level in stock.objects.values() for live in level.values()]
        tree = {**said, **IMPORTING.of_account(every)}
        # What stands alone may be a page's: that is listed next.
        self.session.account = replace(self.account, page=str(tree.get("page") or ""))
        self.texts[self.account.origin.file] = text_of(self.account.origin.file, tree)


def online(session: Session) -> Reader:
    reader = session.reader()
    if reader is None:
        raise UsageError("an account is imported from Meta; leave --offline out")
    return reader
