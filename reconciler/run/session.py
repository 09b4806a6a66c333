"""One account while it is worked on: its lock, its connection, its store. Held until it is left, on whichever path.

`Sessions` lets go of every account in the end; a session is left as soon as its own work is done:

    with Sessions(request, desired, subscriber, exclusive=True) as sessions:
        with sessions.open(account) as session:
            session.writer().…
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import count
from types import TracebackType
from typing import TypeVar

from reconciler.config.declared import choose_accounts
from reconciler.engine.due import RELIED_ON
from reconciler.meta.client import Reader, Writer
from reconciler.meta.connection import Connection
from reconciler.meta.pace import Blocks, Pace
from reconciler.meta.upload import Progress
from reconciler.model.account import Account
from reconciler.model.errors import LockedError, ReconcilerError, StaleError, StateError, UnwrittenState
from reconciler.model.plan import Change, Refusal
from reconciler.model.resource import Desired
from reconciler.run.checkout import Desk
from reconciler.run.connection import connection_for
from reconciler.run.events import Subscriber, Uploading, Waiting, ignore
from reconciler.run.request import Request
from reconciler.run.sharing import Sharing, keys_of
from reconciler.store.git.source import source_of
from reconciler.store.records import Records
from reconciler.store.runs import last_run

Client = TypeVar("Client", bound=Reader)


class Session:
    """One account. Made by `Sessions.open`; leaving it lets go of the lock and the connection, also where it is left
    twice. Connection and store are opened when they are first used."""

    def __init__(self, run: Sessions, account: Account) -> None:
        """Raises LockedError where another run has the account, and StateError where what others have published cannot
        be merged into what is remembered here."""
        self.request, self.desired, self.account = run.request, run.desired, account
        self.notify = run.notify
        self._app_blocks, self._uploads, self._held = run.app_blocks, count(), ExitStack()
        self._client: Reader | None = None
        self._left = False
        self._fence: Callable[[], None] = lambda: None
        self._exclusive = run.exclusive
        if run.exclusive:
            lock = run.request.store.leases.acquire(account.key)
            self._fence = lock.check
            self._held.callback(lock.release)
        self._sharing, self._desk = run.sharing, run.desk
        self._bring_in()

    def _bring_in(self) -> None:
        """What others have published. Raises StateError, and lets go of the lock then."""
        try:
            if not self._exclusive:
                self._sharing.check(self.account)
            elif self.request.rebuild:
                self._sharing.take_ours(self.account)
                self.request.store.discard(self.account.key)
            else:
                self._sharing.bring_in(self.account)
        except BaseException:
            self.close()
            raise

    def publish(self, what: str) -> ReconcilerError | None:
        """What is remembered of the account by now, for others: why they do not know it yet, or None. To be called
        last: what they have published is merged in beneath the records that are open. Nothing happens once the lock was
        taken away, since whoever has it publishes."""
        try:
            self._fence()
        except LockedError:
            return None
        try:
            self._checkpoint()
        except UnwrittenState as error:
            return error
        return self._sharing.publish(self.account, what)

    def _checkpoint(self) -> None:
        if "store" in self.__dict__:
            self.store.checkpoint()

    def publish_first(self, what: str) -> None:
        """Before anything is written: which files the account was brought to is forgotten, for all, and what others
        have published meanwhile is merged in. The records are opened anew, since that was beneath them. What could not
        be published or fetched, the last publishing tells.

        Raises StaleError where they tell something else than what the plan was made on: what it would create may have
        been made since, and what it would turn on may have been stopped."""
        planned = self.store.all()
        runs, key = self.request.store.runs, self.account.key
        if runs.get(key) is not None:
            runs.forget(key)
            self.publish(what)
        elif not self.request.rebuild:
            self._sharing.fetch_again(self.account)
        self.__dict__.pop("store", None)
        if self.store.all() != planned:
            raise StaleError(
                f"another run has changed what is remembered of {self.account.key} since this one planned, so nothing "
                "was written there\n  mend: run the same command again"
            )

    def forget_run(self, *, of_other_files: bool = False) -> None:
        """Which files the account was brought to, also by a run of which others tell by now: to be published right
        after. `of_other_files`: only where these are not those here. Raises UnwrittenState."""
        self._checkpoint()
        self._sharing.fetch_again(self.account)
        if not (of_other_files and self.has_merged_files()):
            self.request.store.runs.forget(self.account.key)

    def has_merged_files(self) -> bool:
        """Whether the files here are those that a run of CI has brought the account to, as far as that is known. False
        where git does not say."""
        run = last_run(self.request.store.runs, self.account.key)
        if run is None:
            return True
        try:
            source = source_of(self.request.root)
        except StateError:
            return False
        # Outside git there is nothing else that they could be.
        return source is None or (not source.edited and run.desired == source.desired)

    def unknown_here(self, changes: Collection[Change]) -> list[Refusal]:
        """What must wait, since others know more than this working copy: of what was done, and of what was merged."""
        return [*self._sharing.refusals(self.account, changes), *self._desk.refusals(self.account, changes)]

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """What cannot be written any more stays in the journal, where the next run finds it."""
        first, self._left = not self._left, True
        with self._held, suppress(LockedError, UnwrittenState):
            if first:
                self._checkpoint()

    def let_go(self) -> None:
        """Closed, and without the records, which are read anew where somebody asks for them."""
        self.close()
        self.__dict__.pop("store", None)

    @cached_property
    def store(self) -> Records:
        """Raises StateError where its files cannot be used."""
        account = self.account
        store = self.request.store.records(account.key, account.id, account.currency, account.previously)
        store.now, store.fence = self._now, self._fence
        return store

    @cached_property
    def connection(self) -> Connection:
        """With the project's API version, and the pace that earlier runs have left. Raises CredentialsError."""
        request, made = self.request, connection_for(self.account, self.request.environment)
        pace = self._pace(made.token)
        pace.waiting, pace.zone = self._tell_wait, self.desired.zone
        pace.while_waiting = partial(self.timed, "wait")
        version = self.desired.api_version
        return replace(made, version=version, clock=request.clock, adapter=request.adapter, pace=pace)

    @cached_property
    def looked_at(self) -> datetime | None:
        """When the whole account was looked at last and nothing unusual was found; None where nothing tells."""
        try:
            run = self.request.store.runs.get(self.account.key)
        except StateError:
            return None
        return run.looked_at if run is not None else None

    @property
    def may_rely_on_last_look(self) -> bool:
        now, at = self.request.clock.now(), self.looked_at
        return not self.request.rebuild and at is not None and at <= now < at + RELIED_ON

    @property
    def pace(self) -> Pace | None:
        """None offline."""
        return None if self.request.offline else self.connection.pace

    def reader(self) -> Reader | None:
        """None offline."""
        return None if self.request.offline else self._opened(Reader(self.connection))

    def writer(self) -> Writer:
        """It writes no more once the lock was taken away."""
        return self._opened(Writer(self.connection, self._fence))

    def upload(self, path: str) -> Progress:
        """To be called while a file is uploaded."""
        number = next(self._uploads)

        def progress(done: int, total: int) -> None:
            self.notify(Uploading(self.account.key, number, path, done, total))

        return progress

    def timed(self, stage: str) -> AbstractContextManager[None]:
        """While it is open, time and what is asked of Meta count for that stage."""
        return self.request.timings.of(stage, self._asked)

    def _asked(self) -> tuple[int, int]:
        made: Connection | None = self.__dict__.get("connection")  # to count must not be what opens it
        return (made.pace.requests, made.pace.points) if made is not None else (0, 0)

    def _opened(self, client: Client) -> Client:
        self._held.callback(client.close)
        self._client = client
        return client

    def _now(self) -> datetime:
        """By Meta's clock, as the client that was opened last has heard it; by this computer's before."""
        heard = self._client.server_time if self._client else None
        return heard or self.request.clock.now()

    def _pace(self, token: str) -> Pace:
        clock, limits, account = self.request.clock, self.request.store.limits, self.account
        app = self._app_blocks.setdefault(token, Blocks(f"app:{account.token}", clock, limits))
        return Pace(clock, limits, account=account.key, account_id=account.id, app=app)

    def _tell_wait(self, seconds: float, why: str) -> None:
        until = self.request.clock.now().astimezone(self.desired.zone) + timedelta(seconds=seconds)
        self.notify(Waiting(self.account.key, until, seconds, why))


class Sessions:
    """The accounts of one run, and what they share. `exclusive`: each is locked before it is looked at, since what is
    seen will be acted on."""

    def __init__(
        self, request: Request, desired: Desired, notify: Subscriber = ignore, *, exclusive: bool = False
    ) -> None:
        self.request, self.desired, self.notify, self.exclusive = request, desired, notify, exclusive
        self.sharing = Sharing(request, desired.state_branch, notify)
        self.desk = Desk(request, desired, self.sharing)
        self.app_blocks: dict[str, Blocks] = {}
        """By token: a limit of the app stops all accounts that use it."""
        self._open = ExitStack()

    def __enter__(self) -> Sessions:
        own = [one for one in self.desired.accounts.values() if self.exclusive and self.request.chooses(one.key)]
        self.sharing.begin({key for one in own for key in keys_of(one)})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    @property
    def accounts(self) -> list[Account]:
        """Those to work on. Raises UsageError for one that is not declared."""
        chosen = choose_accounts(self.desired, self.request.named_accounts)
        return [one for one in chosen if self.request.is_in_shard(one.key)]

    def open(self, account: Account) -> Session:
        """Called from several threads."""
        return self._open.enter_context(Session(self, account))
