"""One account while it is worked on: its lock, its connection, its store. Held until it is left, on whichever path.

`Sessions` lets go of every account in the end; a session is left as soon as its own work is done:

    with Sessions(request, desired, subscriber, exclusive=True) as sessions:
        with sessions.open(account) as session:
            session.writer().…
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from types import TracebackType
from typing import TypeVar

from reconciler.config.declared import choose_accounts
from reconciler.meta.client import Connection, Reader, Writer
from reconciler.meta.pace import Blocks, Pace
from reconciler.meta.upload import Progress
from reconciler.model.account import Account
from reconciler.model.resource import Desired
from reconciler.run.connection import connection_for
from reconciler.run.events import Subscriber, Uploading, Waiting, ignore
from reconciler.run.request import Request
from reconciler.store.records import Records

Client = TypeVar("Client", bound=Reader)


class Session:
    """One account. Made by `Sessions.open`; leaving it lets go of the lock and the connection, also where it is left
    twice. Connection and store are opened when they are first used."""

    def __init__(self, run: Sessions, account: Account) -> None:
        """Raises LockedError where another run has the account."""
        self.request, self.desired, self.account = run.request, run.desired, account
        self.notify = run.notify
        self._app_blocks, self._uploads, self._held = run.app_blocks, count(), ExitStack()
        self._client: Reader | None = None
        self._fence: Callable[[], None] = lambda: None
        if run.exclusive:
            lock = run.request.store.leases.acquire(account.key)
            self._fence = lock.check
            self._held.callback(lock.release)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._held.close()

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
        version = self.desired.api_version
        return replace(made, version=version, clock=request.clock, adapter=request.adapter, pace=pace)

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
        return Pace(clock, limits, account=account.key, app=app)

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
        self.app_blocks: dict[str, Blocks] = {}
        """By token: a limit of the app stops all accounts that use it."""
        self._open = ExitStack()

    def __enter__(self) -> Sessions:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    @property
    def accounts(self) -> list[Account]:
        """Those to work on. Raises UsageError for one that is not declared."""
        return choose_accounts(self.desired, self.request.named_accounts)

    def open(self, account: Account) -> Session:
        """Called from several threads."""
        return self._open.enter_context(Session(self, account))
