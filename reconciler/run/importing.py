"""What an account has already, as files: read, written in short, compared, labelled, and planned without a change.

    stock → drafts → files that name each object → records → labels → files in short → sync → plan

Each step can be done again: until an object carries our label its file names it by its id, so that a run that is
cut short at any moment leaves nothing that a later apply would make a second time.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from reconciler.apply.label import put_labels
from reconciler.config.declared import ACCOUNT_ID, choose_accounts, load_desired
from reconciler.config.document import parse_document
from reconciler.config.trial import Trial
from reconciler.edit.canonical import text_of
from reconciler.kinds import KINDS
from reconciler.kinds.base import EXISTING
from reconciler.kinds.field_types import key_of
from reconciler.kinds.files import LAYERED
from reconciler.kinds.identity import AT_META, MEDIA_FIELDS, at_meta, digest_in, media_value, project_prefix
from reconciler.kinds.said import counted
from reconciler.kinds.variables import escaped
from reconciler.media import MediaError
from reconciler.media.incoming import Creatives
from reconciler.meta.client import Reader
from reconciler.meta.download import downloaded
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import (
    ConfigError,
    ReconcilerError,
    TransferError,
    UsageError,
)
from reconciler.model.media import MediaFact
from reconciler.model.problem import Origin, Problem
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Desired, Resource
from reconciler.observe.account_facts import read_account
from reconciler.observe.inventory import Stock, Unfit, archived_inside, media_rows, take_stock
from reconciler.observe.plain import PlainObjects
from reconciler.run.declared import declared_by
from reconciler.run.events import Progress, StateTold, Subscriber, ignore
from reconciler.run.existing import declared_fields, key_from, of_another_clone, otherwise, unfit_by, unique
from reconciler.run.failures import failure_of
from reconciler.run.importing_plain import PlainImport
from reconciler.run.label_owners import Owners, check_key
from reconciler.run.plan import plan
from reconciler.run.prepare import prepare
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.session import Session, Sessions
from reconciler.run.sharing import LIVE
from reconciler.run.sync import sync
from reconciler.store.declared import Rewritten, read_declared, write_declared
from reconciler.text.sanitize import brief

IMPORTING = LAYERED.importing
FOLDER = f"desired/{LAYERED.kind.folder}"
ROUNDS = 200
"""Of leaving out what is not valid here, one thing after the other."""
ADDRESSES = {True: ("source",), False: ("url", "permalink_url")}
"""Where the file itself is, of a video and of an image. A video's permalink is a page."""
NO_DIGEST = "0" * 64
EXISTING_LINE = re.compile(r'^ *existing: "([0-9]+)"\n', re.MULTILINE)


@dataclass(frozen=True)
class Wanted:
    """What is to be imported. `only`: ids of topmost objects."""

    only: tuple[str, ...] = ()
    dry_run: bool = False
    label: bool = True
    relabel: bool = False
    """Also what carries this project's label for an address that nothing here knows."""


@dataclass(frozen=True)
class Note:
    address: str
    text: str


@dataclass
class Imported:
    """What became of one account."""

    account: str
    files: dict[str, str] = field(default_factory=dict)
    """What was written, or would be: by its name the text."""
    objects: int = 0
    labelled: int = 0
    unlabelled: tuple[Note, ...] = ()
    """What Meta refuses to label, and why: its file goes on naming it."""
    unfit: tuple[Unfit, ...] = ()
    notes: tuple[Note, ...] = ()
    written: bool = False
    planned: Planned | None = None
    error: ReconcilerError | None = None


def import_accounts(
    request: Request, names: Sequence[str], wanted: Wanted, notify: Subscriber = ignore
) -> Iterator[Imported]:
    """`names`: keys of declared accounts, or ids of ad accounts; all that are declared where none is named. What is
    wrong with one account is its `error`: what was done by then stays, another run goes on, and so do the others.
    Raises ConfigError and UsageError, before anything is done where it is for the names."""
    for name in _chosen(request, names):
        try:
            yield _import_account(request, name, wanted, notify)
        except UsageError:
            raise
        except Exception as error:
            yield Imported(name, error=failure_of(error, name))


def _chosen(request: Request, names: Sequence[str]) -> list[str]:
    """Each account once."""
    desired = declared_by(request, by_account=True)
    if not names:
        return sorted({*desired.accounts, *desired.broken})
    found = {account.id if (account := _account(desired, name)) else name: name for name in names}
    return list(found.values())


def _import_account(request: Request, name: str, wanted: Wanted, notify: Subscriber) -> Imported:
    desired = declared_by(request, by_account=True)
    account = _account(desired, name)
    known = account is not None
    if account is None:
        account = _undeclared(request, desired, name, notify)
    key = account.key
    own = replace(request, accounts=(key,), targets=())
    with Sessions(own, desired, notify, exclusive=not wanted.dry_run) as sessions, sessions.open(account) as session:
        found = AccountImport(session, wanted, is_declared=known).run()
    if wanted.dry_run or found.error is not None:
        return found
    return with_plan(found, own, notify, sync_first=wanted.label)


def with_plan(found: Imported, own: Request, notify: Subscriber, *, sync_first: bool = True) -> Imported:
    """Other accounts' files do not concern it. What is wrong only now does not undo what was written."""
    try:
        if sync_first:
            sync(own, notify)
        return replace(found, planned=plan(own, by_account=True))
    except ConfigError as error:
        error.after_writes = bool(found.labelled)
        raise


def _account(desired: Desired, name: str) -> Account | None:
    """None for an ad account that no file declares."""
    if name in desired.broken:
        raise ConfigError(desired.broken[name])
    if not ACCOUNT_ID.fullmatch(name):
        if name.isdigit():
            raise UsageError(f"an ad account's id begins with act_: reconciler import act_{name}")
        return choose_accounts(desired, [name])[0]
    return next((one for one in desired.accounts.values() if one.id == name), None)


def _undeclared(request: Request, desired: Desired, account_id: str, notify: Subscriber) -> Account:
    """As Meta describes it."""
    unread = Account(account_id, account_id, "", Origin(f"desired/accounts/{account_id}.yaml"))
    looking = replace(request, accounts=(), targets=())
    with Sessions(looking, desired, notify) as sessions, sessions.open(unread) as session:
        row = _online(session).read(account_id, "id,name,currency")
    name = str(row.get("name") or account_id)
    taken = {*desired.accounts, *desired.broken}
    key = next(unique(key_of(name) or account_id.replace("_", "-"), taken))
    return Account(key, account_id, str(row.get("currency", "")), Origin(f"desired/accounts/{key}.yaml"), name=name)


def _online(session: Session) -> Reader:
    reader = session.reader()
    if reader is None:
        raise UsageError("an account is imported from Meta; leave --offline out")
    return reader


@dataclass
class Draft:
    """One file: `named` names each object by its id, `short` is what stays once all are labelled."""

    file: str
    named: str
    short: str
    live: Mapping[Address, Object]
    was: str | None = None
    """What the file says by now; None where there is none."""


class AccountImport:
    """One account's. The session is exclusive unless nothing is to be written."""

    def __init__(self, session: Session, wanted: Wanted, *, is_declared: bool) -> None:
        self.session, self.wanted = session, wanted
        self.account, self.root, self.now = session.account, session.request.root, session.request.now
        self.trial = Trial(self.root, self.now)
        self.notes: list[Note] = []
        self.unfit: list[Unfit] = []
        self.texts: dict[str, str] = {}
        self.facts: dict[str, MediaFact] = {}
        self.resolved: dict[str, Any] = {}
        """By media value what YAML says for it."""
        self.written: set[str] = set()
        """Of these files, those that are there by now."""
        self.alone = 0
        """How many objects got one."""
        self.there: dict[Address, str] = {}
        """Of what is declared or recorded, the ids of what the account has of it, with our label or without."""
        self.known: dict[Address, str] = {}
        """Of what is managed, the ids; what state/ has forgotten of it is remembered again."""
        self.plain = PlainObjects()
        """What is managed and stands alone."""
        self.is_declared = is_declared
        self.reader = _online(session)

    @property
    def found(self) -> Imported:
        """What is known so far."""
        return Imported(self.account.key, unfit=tuple(self.unfit), notes=tuple(self.notes))

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
        self.unfit += self._archived_in(placed.values(), stock)
        marked = self._import_what_stands_alone()
        self.trial.take_in(self.texts)
        self.say(f"{counted(len(placed), 'campaign')} to import, of {len(stock.topmost())}")
        self.fetch(stock, list(placed.values()))
        drafts = list(self._drafts(stock, placed))
        files = {**self.texts, **{draft.file: self._text(draft) for draft in drafts}}
        found = replace(self.found, files=files)
        found.objects = sum(len(draft.live) for draft in drafts) + self.alone
        found.labelled = marked
        if self.wanted.dry_run:
            return found
        return self.carry_out(found, drafts)

    def _archived_in(self, tops: Iterable[Object], stock: Stock) -> list[Unfit]:
        """Of those that are imported now: what was archived since is for a plan to tell."""
        taken = {one.id: one for one in tops}
        if not taken:
            return []
        shown = replace(stock, objects={**stock.objects, LAYERED.kind.name: taken})
        return list(archived_inside(self.reader, self.account, shown, self.wanted.only))

    def _text(self, draft: Draft) -> str:
        return draft.short if self.wanted.label else draft.named

    @property
    def refs(self) -> dict[str, str]:
        """By id, what stands for what is declared and stands alone."""
        declared = self.session.desired.of(self.account.key, self.now)
        alone = {at: one for at, one in self.known.items() if KINDS[at.kind].stands_alone}
        said = {at: declared[at].fields if at in declared else {EXISTING: one} for at, one in alone.items()}
        return {one: KINDS[at.kind].reference(at, said[at]) for at, one in alone.items()}

    def say(self, text: str) -> None:
        self.session.notify(Progress(self.account.key, text))

    # ---- what is there

    def _stock(self) -> Stock:
        self.say("reading what the account has")
        stock = take_stock(self.reader, self.account, IMPORTING, self.wanted.only)
        self.unfit += stock.unfit
        there = ", ".join(counted(len(level), KINDS[kind].title) for kind, level in stock.objects.items())
        self.say(f"{there}; {len(stock.unfit)} that cannot be declared")
        return stock

    def _import_what_stands_alone(self) -> int:
        """Before the campaigns, which name it by its key; how many bear a marker now. `--campaign` takes in none."""
        if self.wanted.only:
            return 0
        plain = PlainImport(self.session, self.trial, self.reader, self.plain, dict(self.texts))
        plain.find(mark=self.wanted.label)
        marked = 0
        if not self.wanted.dry_run:
            marked = plain.mark()
            self._write_new({**self.texts, **plain.files})
        self.unfit += plain.unfit
        self.notes += [Note(self.account.key, text) for text in plain.unread]
        self.texts |= plain.files
        self.known |= plain.ids
        self.alone = len(plain.ids)
        return marked

    def _write_new(self, texts: Mapping[str, str]) -> None:
        new = {file: Rewritten(None, text) for file, text in texts.items() if file not in self.written}
        write_declared(self.root, new)
        self.written |= new.keys()

    def _new(self, stock: Stock, managed: Collection[str]) -> list[Object]:
        """Those that are not managed yet, the oldest first."""
        remembered = {record.id: at for at, record in self.session.store.all().items() if record.id}
        found = []
        for one in sorted(stock.topmost(), key=lambda one: (len(one.id), one.id)):
            if one.id in remembered and one.id not in managed:
                self.unfit.append(of_another_clone(one, remembered[one.id]))
            elif one.id not in managed:
                found.append(one)
        return found

    def _managed(self) -> set[str]:
        resources = self.session.desired.of(self.account.key, self.now)
        if not resources:
            return set()
        named = {one.existing for one in resources.values()}
        prepared = prepare(self.session)
        seen, self.plain = prepared.observed, prepared.plain.live
        self.know({**seen.objects, **prepared.plain.there})
        return named | {one.id for at, one in seen.objects.items() if at in resources}

    def know(self, there: Mapping[Address, Object]) -> None:
        """What is managed, as it is there."""
        self.there = {at: one.id for at, one in there.items()}
        resources = self.session.desired.of(self.account.key, self.now)
        self.known = {at: one.id for at, one in there.items() if at in resources and not one.gone}

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
            if self.may_take(_addressed(root, top, stock)):
                yield root, top

    def may_take(self, found: Mapping[Address, Object]) -> bool:
        """`found`: one object with all that is in it, itself first."""
        root, top = next(iter(found.items()))
        self.owners.check(self.account, found.values())
        why = "" if self.wanted.relabel else self.owners.why_left_out(found)
        if why:
            self.unfit.append(Unfit(top.kind, top.id, str(top.fields.get("name", "")), why))
        elif theirs := next(filter(None, map(self.owners.of_another_project, found.values())), ""):
            self.notes.append(
                Note(str(root), f"it carries {theirs}, a label of another project, which may write to it")
            )
        return not why

    def _declare_account(self, stock: Stock) -> None:
        """Of what all ads have in common, the account's own."""
        said = {"account": self.account.id, "name": escaped(self.account.name), "currency": self.account.currency}
        every = [live for level in stock.objects.values() for live in level.values()]
        tree = {**said, **IMPORTING.of_account(every)}
        # What stands alone may be a page's: that is listed next.
        self.account = self.session.account = replace(self.account, page=str(tree.get("page") or ""))
        self.texts[self.account.origin.file] = text_of(self.account.origin.file, tree)

    # ---- media

    def fetch(self, stock: Stock, tops: Sequence[Object]) -> None:
        """Each once: a file that is there, one that is downloaded, or Meta's own id."""
        wanted: dict[str, set[str]] = {}
        for live in _below(stock, tops):
            for name in MEDIA_FIELDS:
                if value := live.fields.get(name):
                    wanted.setdefault(str(value).partition(" ")[0], set()).add(at_meta(str(value)))
        creatives = Creatives(self.root / "creatives", self.account.key)
        for noun, keys in sorted(wanted.items()):
            rows = media_rows(self.reader, self.account, noun, keys)
            for number, key in enumerate(sorted(keys), 1):
                self.say(f"{noun} {number} of {len(keys)}")
                self._resolve(creatives, noun, key, rows.get(key))

    def _resolve(self, creatives: Creatives, noun: str, key: str, row: Mapping[str, Any] | None) -> None:
        value = f"{noun} {key}@sha256:{AT_META}{key}"
        title = str((row or {}).get("title") or (row or {}).get("name") or "")
        path, digest = creatives.path_of(digest_in(title)) if digest_in(title) else "", digest_in(title)
        why = "" if row else "Meta does not show it"
        if not path and row:
            path, digest, why = self._fetched(creatives, noun, key, row, title)
        if path:
            self.resolved[value] = path
            self.facts[path] = MediaFact(noun, digest)
        else:
            by_hash = noun != "video"
            self.resolved[value] = {"hash" if by_hash else "id": key}
            self.notes.append(Note(self.account.key, f"{noun} {key} could not be downloaded ({why}): it stays at Meta"))

    def _fetched(
        self, creatives: Creatives, noun: str, key: str, row: Mapping[str, Any], title: str
    ) -> tuple[str, str, str]:
        """Path, digest, and why there is none."""
        stem = f"{self.account.key}/{key_of(_stem(title)) or noun}-{key[-6:]}"
        addresses = [str(row[name]) for name in ADDRESSES[noun == "video"] if row.get(name)]
        if self.wanted.dry_run and addresses:
            return f"{stem}.{'mp4' if noun == 'video' else 'jpg'}", NO_DIGEST, ""
        why = "Meta gives no address for it"
        for address in addresses:
            try:
                with downloaded(self.reader, address) as pieces:
                    return (*creatives.keep(noun, stem, pieces), "")
            except (TransferError, MediaError) as error:
                why = str(error)
        return "", "", why

    # ---- files

    def _drafts(self, stock: Stock, placed: Mapping[Address, Object]) -> Iterator[Draft]:
        spec, project = self.trial.specs(self.account.key)
        shorten = partial(IMPORTING.shortened, account=spec, project=project)
        for root, top in placed.items():
            draft = self._draft(root, top, stock, shorten)
            if draft is not None:
                yield draft

    def _draft(
        self, root: Address, top: Object, stock: Stock, shorten: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> Draft | None:
        file = f"{FOLDER}/{root.account}/{root.key}.yaml"
        live = _addressed(root, top, stock)
        ours = any(text.startswith(project_prefix(self.session.desired.project)) for text in top.labels)
        whole = IMPORTING.full_form(live, self.said, self.now, ours, False)
        IMPORTING.referring(whole.tree, self.refs)
        tree, notes = whole.tree, [Note(str(at), text) for at, text in whole.notes]
        for _ in range(ROUNDS):
            text = text_of(file, shorten(tree))
            try:
                declared = self.trial.alone(root.account, {file: text}, self.facts)
            except ConfigError as error:
                if IMPORTING.plainly(tree):
                    continue
                if not self._leave_out(error.problems, file, text, root, tree, live):
                    self.unfit.append(unfit_by(top, error.problems[0]))
                    return None
                continue
            if not self._left_alone(declared, live, tree, notes):
                break
        kept = ((at, stock.kept[one.id]) for at, one in live.items() if one.id in stock.kept)
        notes += [
            Note(str(at), f"{', '.join(names)} stays at Meta as long as the ad shows what it does")
            for at, names in kept
        ]
        self.notes += notes
        named = copy.deepcopy(tree)
        IMPORTING.naming(named, live)
        return Draft(file, text_of(file, shorten(named)), text, live)

    def said(self, value: str) -> Any:
        return self.resolved.get(value, value)

    def _leave_out(
        self,
        problems: Sequence[Problem],
        file: str,
        text: str,
        root: Address,
        tree: dict[str, Any],
        live: dict[Address, Object],
    ) -> bool:
        """The lowest level that a problem stands in; False where that is all of it."""
        document = parse_document(text, file)
        for problem in problems:
            gone = _lowest(_place(document, problem, root, live), root, live)
            for at in gone:
                self.unfit.append(unfit_by(live.pop(at), problem))
                IMPORTING.without(tree, at)
            if gone:
                return True
        return False

    def _left_alone(
        self, declared: Desired, live: Mapping[Address, Object], tree: dict[str, Any], notes: list[Note]
    ) -> bool:
        """Whether something had to be, since the YAML would say otherwise than what is there."""
        found = False
        for address, resource in declared.of(next(iter(live)).account, self.now).items():
            one = live.get(address)
            if one is None:
                continue
            for name in self.otherwise(resource, one):
                IMPORTING.ignoring(tree, address, name)
                notes.append(Note(str(address), f"{name} is left alone: the YAML cannot say what is live"))
                found = True
        return found

    def otherwise(self, resource: Resource, live: Object) -> list[str]:
        """Fields of which the YAML says something else than what is live, once media and references are known."""
        seen = self._with_digests(live)
        named = KINDS[live.kind].named(seen.fields, resource.fields, self.refs)
        return otherwise(resource, replace(seen, fields=named))

    def _with_digests(self, live: Object) -> Object:
        known = {}
        for name in MEDIA_FIELDS:
            path = self.resolved.get(str(live.fields.get(name)))
            if isinstance(path, str):
                known[name] = media_value(path, self.facts[path].sha256)
        return replace(live, fields={**live.fields, **known})

    # ---- what is done

    def carry_out(
        self, found: Imported, drafts: Sequence[Draft], concerns: Callable[[Address], bool] = lambda address: True
    ) -> Imported:
        """Files first, which name their objects; then labels; then the files as they stay. `concerns`: what of that
        which is named is to be labelled."""
        self._write_new(self.texts)
        new = {draft.file: Rewritten(draft.was, draft.named) for draft in drafts}
        if new:
            write_declared(self.root, new)
        found.written = bool(new or self.written)
        declared = load_desired(self.root, self.now, by_account=True)
        if self.account.key in declared.broken:
            broken = ConfigError(declared.broken[self.account.key])
            broken.after_writes = bool(found.labelled)
            raise broken
        named = {at: one for at, one in declared.of(self.account.key, self.now).items() if one.existing}
        # What a file names and the account does not have in its place may be anybody's: the plan tells of it.
        here = {**self.there, **{at: one.id for draft in drafts for at, one in draft.live.items()}}
        named = {at: one for at, one in named.items() if not takes_label(one) or here.get(at) == one.existing}
        shown = {one.id: one.creative_id for draft in drafts for one in draft.live.values() if one.creative_id}
        self._remember(declared, {**self.known, **{at: one.existing for at, one in named.items()}}, shown)
        labelled = {at: one for at, one in named.items() if takes_label(one)}
        ours = {at: one for at, one in labelled.items() if concerns(at)}
        if self.wanted.label and ours:
            done, found.unlabelled = self._label(ours)
            found.labelled += len(done)
            whole = {draft.file: draft for draft in drafts} if len(done) == len(labelled) else {}
            self._shorten_files({at: named[at] for at in done}, whole)
        error = self.session.publish(LIVE)
        if error is not None:
            self.session.notify(StateTold(str(error), failed=True))
        return found

    def _remember(self, declared: Desired, ids: Mapping[Address, str], compared: Mapping[str, str]) -> None:
        """What import has compared counts as applied: a creative of somebody else's is known by its id alone.
        `compared`: by id of an object, that of what it showed when its file was written."""
        account = declared.accounts[self.account.key]
        self.session.account = self.account = account
        store = self.session.store
        resources = declared.of(self.account.key, self.now)
        known = {at: store.get(at) for at in ids if at in resources}
        fresh = {at: ids[at] for at, record in known.items() if record is None or _is_unknown(record, ids[at])}
        shown = {**self._creatives({at: one for at, one in fresh.items() if one not in compared}), **compared}
        store.put_all(
            {
                at: replace(
                    known[at] or Record(at.kind, one, declared_fields(resources[at])), creative_id=shown.get(one, "")
                )
                for at, one in fresh.items()
            }
        )

    def _creatives(self, named: Mapping[Address, str]) -> dict[str, str]:
        """By id of an object, that of what it shows."""
        found = {}
        for kind in {at.kind for at in named if KINDS[at.kind].content_field}:
            ids = [one for at, one in named.items() if at.kind == kind]
            fields = f"id,{KINDS[kind].content_field}{{id}}"
            for one, row in zip(ids, self.reader.get_all(ids, fields), strict=True):
                if isinstance(row, Mapping):
                    found[one] = str((row.get(KINDS[kind].content_field) or {}).get("id", ""))
        return found

    def _label(self, named: Mapping[Address, Resource]) -> tuple[list[Address], tuple[Note, ...]]:
        """Those that carry it by now, and what Meta refuses it for."""
        wanted = {at: one.existing for at, one in named.items()}
        done: list[Address] = []
        refused: list[Note] = []
        for at, error in put_labels(self.session.writer(), self.account.id, self.session.desired.project, wanted):
            if error is None:
                done.append(at)
            else:
                refused.append(Note(str(at), f"{at.kind} {wanted[at]} is not labelled: {brief(str(error))}"))
            if len(done) % 50 == 0 or len(done) == len(wanted):
                self.say(f"labelled {len(done)} of {len(wanted)}")
        return done, tuple(refused)

    def _shorten_files(self, named: Mapping[Address, Resource], drafts: Mapping[str, Draft]) -> None:
        """Labelled objects need not be named any more."""
        files = sorted({one.origin.file for one in named.values()})
        texts = {}
        for file in files:
            was = read_declared(self.root, file)
            draft = drafts.get(file)
            becomes = draft.short if draft is not None and draft.named == was else _without(named, was)
            if becomes != was:
                texts[file] = Rewritten(was, becomes)
        if texts:
            write_declared(self.root, texts)


def takes_label(resource: Resource) -> bool:
    """Whether what a file names by its id is to be ours. What stands alone goes on being named."""
    return bool(resource.existing) and not KINDS[resource.kind].stands_alone


def _is_unknown(record: Record, object_id: str) -> bool:
    """Whether a run that had lost state/ has remembered an ad, and not what shows its files."""
    return bool(KINDS[record.kind].content_field) and record.id == object_id and not record.creative_id


def _without(named: Mapping[Address, Resource], text: str) -> str:
    """Less the lines that name these objects."""
    ids = {one.existing for one in named.values()}
    return EXISTING_LINE.sub(lambda found: "" if found[1] in ids else found[0], text)


def _stem(title: str) -> str:
    """A file's name without what it ends in, and without the digest that we have put there."""
    return re.sub(r"\.[A-Za-z0-9]{2,4}$", "", title.replace(digest_in(title), "").strip())


# ---- addresses


def _addressed(root: Address, top: Object, stock: Stock) -> dict[Address, Object]:
    """All that stands in one object by address. Keys come from names, of two alike in the order of their ids."""
    found = {root: top}
    _take_in(found, root, stock, str(top.fields.get("name", "")))
    return found


def _take_in(found: dict[Address, Object], above: Address, stock: Stock, name: str) -> None:
    inside = sorted(stock.inside(found[above]), key=lambda one: (len(one.id), one.id))
    taken: set[str] = set()
    for one in inside:
        only = IMPORTING.key_for(str(one.fields.get("name", "")), len(inside) == 1, name)
        key = only or next(unique(key_from(one), taken))
        taken.add(key)
        address = Address.of(*above.steps, key)
        found[address] = one
        _take_in(found, address, stock, name)


def _below(stock: Stock, tops: Iterable[Object]) -> Iterator[Object]:
    for one in tops:
        yield one
        yield from _below(stock, stock.inside(one))


# ---- what is wrong, and where


def _place(document: Document, problem: Problem, root: Address, live: Mapping[Address, Object]) -> Address | None:
    """The lowest address that the place of a problem lies in; None where it is in another file."""
    if problem.origin.file != document.origin(()).file:
        return None
    places = {path: (at.line, at.column) for path, at in {**document.values, **document.keys}.items()}
    before = [path for path, at in places.items() if at <= (problem.origin.line, problem.origin.column)]
    # Of a list's item and its first key, which begin at one place, the key.
    path = max(before, key=lambda path: (places[path], len(path)), default=())
    return _address_of(path, document, root, live)


def _lowest(address: Address | None, root: Address, live: Mapping[Address, Object]) -> list[Address]:
    """What can be left out for the sake of an address: all that stands in it, or itself; nothing where that is all of
    the file. What the file says of itself, it says of the one object that it has below."""
    if address == root:
        below = [at for at in live if at.parent == root]
        address = below[0] if len(below) == 1 else None
    if address is None:
        return []
    return [at for at in live if at.within(address) and at != address] or [address]


def _address_of(path: KeyPath, document: Document, root: Address, live: Mapping[Address, Object]) -> Address:
    for address in sorted(live, key=lambda at: -len(at.keys)):
        level = LAYERED.level(document, (), address)
        if level and tuple(path[: len(level)]) == tuple(level):
            return address
    return root
