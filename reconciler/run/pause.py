"""The emergency stop. Works without valid YAML; what it pauses stays paused until a person turns it on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.meta.client import Writer
from reconciler.meta.pace import Pace
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, StateError, UsageError
from reconciler.model.resource import Desired
from reconciler.model.versions import others
from reconciler.run.at_a_glance import accounts_at, project_at, version_at, zone_at
from reconciler.run.connection import connection_for
from reconciler.run.events import Subscriber, ignore
from reconciler.run.failures import failure_of
from reconciler.run.request import Request
from reconciler.run.results import Stopped
from reconciler.run.sharing import named as few
from reconciler.run.side_by_side import Watch
from reconciler.run.starts import Start, still_to_start
from reconciler.run.stop import NOT_SEEN, Stop, carry_out
from reconciler.run.stop_shared import share
from reconciler.run.ways_back import Back, ways_back


@dataclass(frozen=True)
class Paused:
    """What a stop has done. `failures`: by account or id, what could not be paused and why. `starts`: what is not on
    yet, and starts all the same."""

    stopped: tuple[Stopped, ...]
    failures: Mapping[str, list[str]]
    starts: tuple[Start, ...]
    notes: tuple[str, ...]
    back: tuple[Back, ...] = ()
    """How each of `stopped` is turned on again."""


@dataclass(frozen=True)
class Wanted:
    """What to pause: all that is on of the project, or the addresses, and what has one of the ids."""

    addresses: tuple[Address, ...] = ()
    ids: frozenset[str] = frozenset()
    everything: bool = False

    def __post_init__(self) -> None:
        if self.everything == bool(self.addresses or self.ids):
            raise UsageError("say what to pause: everything, or addresses and ids")
        for address in self.addresses:
            kind = KINDS.get(address.kind)
            if kind is None or kind.handling is not Handling.DELIVERABLE:
                raise UsageError(f"{address} is never on, so it cannot be paused; pause what uses it")

    @property
    def accounts(self) -> set[str]:
        """Those that are meant; none where any may be."""
        return set() if self.ids else {address.account for address in self.addresses}

    def concerns(self, account: Account) -> bool:
        return self.everything or bool(self.ids) or account.key in self.accounts


READ_SECONDS = 30.0
"""For an answer to one read or write, a quarter of what other commands have: what hangs is told while it matters."""

NOT_THERE = "no account that is known here has it, so it was not paused"


def pause(request: Request, wanted: Wanted, notify: Subscriber = ignore) -> Paused:
    """In the accounts of the request, or in all. A run of this working copy that is under way is stopped first. Tells
    each object at once, from several threads. Raises UsageError for an account that is not known, or where none is."""
    accounts = _chosen(request, wanted)
    stops, failures = _stops(request, wanted, accounts, notify)
    carry_out(stops, request.parallelism, Watch(request.clock, notify), notify)
    unshared = share(request, stops)
    for unmet in sorted(wanted.ids - {met for one in stops for met in one.met}):
        failures[unmet] = [NOT_SEEN if any(one.unlisted for one in stops) else NOT_THERE]
    for one in stops:
        if one.failed:
            failures.setdefault(one.account.key, []).extend(one.failed.values())
    desired = _declared(request)
    starts, unknown = _to_come(request, stops, desired)
    uncommitted = _uncommitted(request)
    stopped = tuple(each for one in stops for each in one.paused.values())
    notes = (note for one in stops for note in one.notes)
    told = (*notes, *_spoken(stops), *unshared, *unknown, *uncommitted, *_left_on(request, wanted))
    return Paused(stopped, failures, starts, told, _ways_back(request, stops, desired))


def _left_on(request: Request, wanted: Wanted) -> Iterator[str]:
    """Accounts of which nothing was asked, though all of the project was to stop."""
    left = sorted({account.key for account in accounts_at(request.root)}.difference(request.accounts))
    if wanted.everything and request.accounts and left:
        asked, rest = ", ".join(sorted(set(request.accounts))), few(left)
        yield f"only {asked} was asked for: what is on in {rest} goes on; reconciler pause --all stops that, too"


def _chosen(request: Request, wanted: Wanted) -> list[Account]:
    named, known = set(request.accounts) or wanted.accounts, accounts_at(request.root)
    keys = {account.key for account in known}
    elsewhere = sorted(address for address in wanted.addresses if address.account not in named)
    if not known:
        raise UsageError("neither desired/accounts/ nor state/ knows an account, so nothing was paused")
    if elsewhere:
        raise UsageError(
            f"{elsewhere[0]} is not in {', '.join(sorted(named))}, so nothing was paused\n  mend: leave out --account"
        )
    if unknown := sorted(named - keys):
        raise UsageError(f"no account {unknown[0]!r} is known; there are: {', '.join(sorted(keys)) or 'none'}")
    return [account for account in known if not named or account.key in named]


def _stops(
    request: Request, wanted: Wanted, accounts: Iterable[Account], notify: Subscriber
) -> tuple[list[Stop], dict[str, list[str]]]:
    """One for each account that can be reached, and why the others cannot."""
    project, stops = project_at(request.root), list[Stop]()
    failures: dict[str, list[str]] = {}
    for account in filter(wanted.concerns, accounts):
        addresses = [address for address in wanted.addresses if address.account == account.key]
        try:
            writer = _writer(request, account)
        except Exception as error:
            failures[account.key] = [str(failure_of(error, account.key))]
        else:
            zone = zone_at(request.root)
            stops.append(Stop(request.store, project, account, addresses, writer, notify, wanted.ids, zone))
    return stops, failures


def _writer(request: Request, account: Account) -> Writer:
    """One that asks whatever the limits say."""
    if not account.id:
        raise StateError(
            f"no account: act_… can be read in {account.origin.file}, and state/ has none: nothing was paused there\n"
            "  mend: write the line, or pause in Ads Manager"
        )
    made, clock = connection_for(account, request.environment), request.clock
    pace = Pace(clock, urgent=True, zone=zone_at(request.root))
    version = version_at(request.root, clock.now())
    reached = replace(made, version=version, spare=tuple(others(version)), read_seconds=READ_SECONDS)
    return Writer(replace(reached, clock=clock, adapter=request.adapter, pace=pace))


def _spoken(stops: Iterable[Stop]) -> Iterator[str]:
    """That Meta serves the project's version no more: all but the stop will fail for it."""
    for ended, spoken in sorted({one.versions for one in stops if one.versions[0] != one.versions[1]}):
        yield (
            f"Meta serves {ended} no more, so {spoken} was spoken: write api_version: {spoken} in "
            "desired/project.yaml, since no other command goes on by itself"
        )


def _uncommitted(request: Request) -> tuple[str, ...]:
    """That what is written here to hold something holds nothing elsewhere yet. Asks git, and no remote."""
    from reconciler.store.git.source import source_of  # noqa: PLC0415  the stop itself needs none

    try:
        source = source_of(request.root)
    except (ReconcilerError, OSError):
        return ()
    files = [file for file in source.edited if file.startswith("desired/")] if source is not None else []
    if not files:
        return ()
    return (
        f"{few(files)} {'is' if len(files) == 1 else 'are'} not as committed: until that is committed and merged, CI "
        "and other machines start what the last commit says",
    )


def _declared(request: Request) -> Desired | None:
    """None where the YAML has problems: the stop itself must not depend on parsing."""
    from reconciler.config.declared import load_desired  # noqa: PLC0415
    from reconciler.store.git.listed import listed  # noqa: PLC0415

    try:
        return load_desired(request.root, request.clock.now(), listed=listed(request.root))
    except (ReconcilerError, OSError, ValueError, RecursionError):
        return None


def _to_come(
    request: Request, stops: Collection[Stop], desired: Desired | None
) -> tuple[tuple[Start, ...], tuple[str, ...]]:
    """What is still to start, or a note that nobody knows."""
    try:
        if desired is not None:
            return tuple(still_to_start(desired, request.clock.now(), stops)), ()
    except (ReconcilerError, OSError, ValueError, RecursionError):
        pass
    unknown = "desired/ has problems, so nobody knows what starts once they are mended: see reconciler validate"
    return (), (unknown,)


def _ways_back(request: Request, stops: Collection[Stop], desired: Desired | None) -> tuple[Back, ...]:
    try:
        return tuple(ways_back(desired, stops, request.clock.now()))
    except (ReconcilerError, OSError, ValueError, RecursionError):
        return tuple(ways_back(None, stops, request.clock.now()))
