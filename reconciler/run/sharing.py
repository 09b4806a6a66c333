"""What a run shares with others through the state branch: fetched before its work, published after each account.

Where the branch cannot be reached, nothing is lost: what others have done is found at Meta by its labels, and what this
run does stays in `state/`. But what is turned on twice spends twice. So a run at somebody's desk launches nothing then;
one of CI, which is the only one that launches there, goes on and says so by its exit status.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.meta.address import is_loopback
from reconciler.model.errors import LockedError, ReconcilerError, StateError, UsageError
from reconciler.run.failures import failure_of
from reconciler.run.request import Request
from reconciler.store.opening import open_shared_state
from reconciler.store.runs import Run, last_run

if TYPE_CHECKING:
    from reconciler.model.account import Account
    from reconciler.model.plan import Change, Refusal
    from reconciler.run.events import Subscriber
    from reconciler.store.git.place import Place
    from reconciler.store.shared import SharedState

AT_ONCE = 100
"""Accounts that are brought in together: each holds a file open meanwhile, and its records in memory."""

MOST_NAMED = 5

APPLIED, BEGUN, LIVE, FORGOTTEN, PAUSED = "applied", "begun", "live", "forgotten", "paused"
"""What was recorded, as commits say it."""


def in_ci(environment: Mapping[str, str]) -> bool:
    """GitHub, GitLab, CircleCI, Buildkite and others set it."""
    return environment.get("CI", "").lower() in ("1", "true")


class Sharing:
    """Of one run. Without a shared state nothing here does anything."""

    def __init__(
        self, request: Request, branch: str | None, notify: Subscriber | None = None, place: Place | None = None
    ) -> None:
        """`place` is where in git the project stands, where that is known."""
        self._request, self._branch, self._notify, self._place = request, branch, notify, place
        self.shared: SharedState | None = None
        self.problem: ReconcilerError | None = None
        """Why nobody knows what others have published."""
        self.notes: list[str] = []
        self._once, self._checked = Lock(), False
        self._unmerged: dict[str, ReconcilerError] = {}

    def begin(self, own: Collection[str] = (), *, seconds: float | None = None) -> None:
        """Fetches, and brings in all accounts but `own`, which are brought in with their leases. One that another run
        of this working copy is at is left to that."""
        shared = None if self._request.offline else self._fetched(seconds)
        if shared is not None:
            self._bring_in(shared, set(shared.accounts()).difference(own))
        self._tell()

    def last_runs(self, accounts: Iterable[str]) -> dict[str, Run | None]:
        """What the last runs of these accounts have left, as all know it; None where nobody knows: nothing was left,
        what others have published cannot be fetched or merged, or others do not know yet what was done here.

        Of those of which nothing is remembered here, as in a fresh checkout of a CI, this alone is read of what was
        fetched, and nothing is brought in."""
        keys, shared = list(accounts), self._fetched()
        found = shared.published_runs(keys) if shared is not None else {}
        rest = [key for key in keys if key not in found]
        doubtful = set(keys) if self.problem is not None else set[str]()
        if shared is not None and rest:
            self._bring_in(shared, set(shared.accounts()).intersection(rest))
            doubtful |= shared.unpublished(rest) | set(self._unmerged)
        self._tell()
        found |= {key: last_run(self._request.store.runs, key) for key in rest}
        return {key: None if key in doubtful else run for key, run in found.items()}

    def _fetched(self, seconds: float | None = None) -> SharedState | None:
        try:
            self.shared = self._opened()
            if self.shared is not None:
                self.shared.fetch(seconds=seconds)
        except StateError as error:
            self.problem = error
        return self.shared

    def opened(self) -> SharedState:
        """Fetched. Raises UsageError where state/ is not shared, and UnsharedState where it cannot be reached."""
        self.begin()
        if self.problem is not None:
            raise self.problem
        if self.shared is None:
            why = self.notes[0] if self.notes else "it stands in this working tree alone, where git has no remote"
            raise UsageError(
                f"state/ is not shared: {why}\n"
                "  mend: git remote add origin …, commit desired/project.yaml, and take state: {branch: null} out of it"
            )
        return self.shared

    def _opened(self) -> SharedState | None:
        request = self._request
        shared = open_shared_state(request.root, self._branch, request.clock, self._place)
        host = urlsplit(request.environment.get("META_GRAPH_URL", "").strip()).hostname or ""
        if shared is None or shared.nearby or not is_loopback(host):
            return shared
        self.notes.append(f"what a sandbox has made is kept in state/ here: nothing of it is pushed to {shared.name}")
        return None

    def _bring_in(self, shared: SharedState, accounts: Iterable[str]) -> None:
        for keys in _in_groups(sorted(shared.differing(accounts))):
            with ExitStack() as stack:
                self._unmerged |= shared.bring_in_all(self._leased(stack, keys, self._unmerged))

    def _leased(self, stack: ExitStack, keys: Iterable[str], failed: dict[str, ReconcilerError]) -> list[str]:
        """Those that no other run has; what cannot be locked is kept in `failed`."""
        held = list[str]()
        for key in keys:
            try:
                stack.callback(self._request.store.leases.acquire(key).release)
                held.append(key)
            except LockedError:
                continue
            except (StateError, OSError) as error:
                failed[key] = failure_of(error, key)
        return held

    def check(self, account: Account) -> None:
        """Raises StateError where what was fetched of the account could not be brought in."""
        for key in keys_of(account):
            if key in self._unmerged:
                raise self._unmerged[key]

    def bring_in(self, account: Account) -> None:
        """With the account's lease, before its records are opened. Raises StateError."""
        if self.shared is not None:
            for key in keys_of(account):
                self.shared.bring_in(key)

    def fetch_again(self, account: Account) -> None:
        """With the account's lease: what others have published since this run began. Where that cannot be known, the
        last publishing tells."""
        if self.shared is None:
            return
        with suppress(StateError):
            self.shared.fetch()
            self.bring_in(account)
        self._tell()

    def take_ours(self, account: Account) -> None:
        if self.shared is not None:
            for key in keys_of(account):
                self.shared.take_ours(key)

    def publish(self, account: Account, what: str, *, seconds: float | None = None) -> ReconcilerError | None:
        """With the account's lease. Why others do not know it yet; None where they do."""
        if self.shared is None:
            return None
        try:
            self.shared.publish(keys_of(account), f"Record what was {what}: {account.key}", seconds=seconds)
        except Exception as error:
            return failure_of(error, account.key)
        finally:
            self._tell()
        return None

    def publish_together(self, accounts: Iterable[Account], what: str) -> dict[str, ReconcilerError]:
        """Without their leases: of accounts of which nothing waits for others to know it, as nothing was written there.
        By account, why others do not know it yet; one that another run has by now is that run's to publish."""
        shared, failed = self.shared, dict[str, ReconcilerError]()
        if shared is None:
            return failed
        by_key = {account.key: account for account in accounts}
        for keys in _in_groups(sorted(by_key)):
            with ExitStack() as stack:
                held = self._leased(stack, keys, failed)
                published = [key for one in held for key in keys_of(by_key[one])]
                try:
                    shared.publish(published, f"Record what was {what}: {named(held)}")
                except Exception as error:
                    failed |= {key: failure_of(error, key) for key in held}
        self._tell()
        return failed

    def refusals(self, account: Account, changes: Iterable[Change]) -> list[Refusal]:
        """Launches, where it is not known what others have done, and this is no run of CI."""
        from reconciler.model.plan import Action, Refusal  # noqa: PLC0415  only who plans needs them

        launches = any(change.action is Action.ACTIVATE for change in changes)
        if not launches or in_ci(self._request.environment):
            return []
        self._check_publishing()
        if self.problem is None:
            return []
        what, _, mend = str(self.problem).partition("\n  mend: ")
        return [Refusal("unshared_state", account.key, f"{what}, so nothing is turned on from here", mend=mend)]

    def _check_publishing(self) -> None:
        """Before the first launch: what is turned on here and cannot be told is turned on unseen."""
        with self._once:
            if self.shared is None or self.problem is not None or self._checked:
                return
            self._checked = True
            try:
                self.shared.check_publishing()
            except StateError as error:
                self.problem = error

    @property
    def failure(self) -> ReconcilerError | None:
        """What a run of CI has to say by its exit status."""
        return self.problem if in_ci(self._request.environment) else None

    def plan_notes(self) -> list[str]:
        said = [str(self.problem).replace("\n  mend: ", "; mend: ")] if self.problem else []
        return [*self.notes, *said]

    def _tell(self) -> None:
        lines = self.shared.told.lines if self.shared is not None else []
        if not lines or self._notify is None:
            return
        from reconciler.run.events import StateTold  # noqa: PLC0415  most runs are told nothing

        while lines:
            with suppress(IndexError):
                self._notify(StateTold(lines.pop(0)))


def named(keys: Sequence[str]) -> str:
    more = len(keys) - MOST_NAMED
    return ", ".join(keys[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _in_groups(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE))


def keys_of(account: Account) -> tuple[str, ...]:
    """Its own, and those that it had before: their records move over."""
    return (account.key, *account.previously)
