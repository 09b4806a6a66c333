"""The emergency stop of one account. Needs neither valid YAML nor state: it goes by labels.

What it pauses stays paused: the record says ACTIVE, so the pause reads as a person's decision, which neither
`activate` nor an ordinary `apply` turns back. A run of this working copy that is under way loses its lock first, since
it might turn on what is being paused; then all is looked at again until nothing is on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, timedelta, tzinfo
from difflib import get_close_matches
from functools import cached_property, partial
from threading import Event

from reconciler.engine.intents import without_status
from reconciler.engine.status_choice import BY_COMMAND
from reconciler.kinds import KINDS
from reconciler.kinds.identity import label, project_prefix
from reconciler.meta.client import Writer
from reconciler.model.account import Account
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import GraphError, ReconcilerError, StateError, TokenRefused, UnwrittenState
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.observe.decode import decode
from reconciler.run.events import Subscriber, Unreached, ignore
from reconciler.run.failures import failure_of
from reconciler.run.results import Stopped
from reconciler.run.side_by_side import Watch, side_by_side
from reconciler.store.leases import Ousted
from reconciler.store.opening import Store
from reconciler.store.records import amended
from reconciler.text.sanitize import brief

FIELDS = "id,name,status,effective_status,adlabels"
"""What the stop has to know: an API version that lacks some other field must not stand in its way."""

LOOKS = 3
"""A write that was on its way at one look shows in the next."""

BETWEEN_LOOKS = 1.0
PATIENCE = timedelta(seconds=20)
"""For the last request of a run that was stopped."""

NOT_SEEN = "it is not among what could be looked at, so it was not paused"
UNLISTED = (
    "not all {kind}s could be listed: what is listed and what state/ knows was looked at, and one that is neither may "
    "be on: {error}"
)


class Stop:
    """One account's: every active campaign of the project, below which nothing delivers then, with what bears its label
    in other campaigns; or the `addresses` and what has one of the `ids`."""

    def __init__(
        self,
        store: Store,
        project: str,
        account: Account,
        addresses: Iterable[Address],
        writer: Writer,
        notify: Subscriber = ignore,
        ids: Iterable[str] = (),
        zone: tzinfo = UTC,
    ) -> None:
        self.account = account
        self.paused: dict[str, Stopped] = {}
        """By id."""
        self.held: set[str] = set()
        """Labels of what was paused."""
        self.failed: dict[str, str] = {}
        """What could not be paused or looked at, and why: by id, address, edge or the account's key."""
        self.unlisted: dict[str, GraphError] = {}
        """Of the last look, by kind, what a list broke off with."""
        self.notes: list[str] = []
        self.reached = False
        """Whether all that is to stop was met once, each paused or told why not."""
        self.met: set[str] = set()
        """Of the ids asked for, those that the account has."""
        self._store, self._project, self._addresses, self._writer = store, project, tuple(addresses), writer
        self._ids, self._zone = frozenset(ids), zone
        self._notify, self._clock = notify, writer.connection.clock
        self._ousted: Sequence[Ousted] = ()
        self._active: set[str] = set()

    @property
    def versions(self) -> tuple[str, str]:
        """The API version that was to be spoken, and the one that was."""
        return self._writer.connection.version, self._writer.version

    # ---- the steps

    def seize(self, held: ExitStack) -> None:
        """Takes the lock, and leaves it to `held`. Without it the stop goes on: it must hang on nothing."""
        key = self.account.key
        try:
            lock, self._ousted = self._store.leases.take_over(key)
            held.callback(lock.release)
        except (ReconcilerError, OSError) as error:
            why = str(error).replace("\n  mend: ", "; mend: ")
            self.notes.append(f"{key}: a run that is under way here could not be stopped: {why}")
        for one in self._ousted:
            whose = one.holder.said(self._clock.now(), self._zone) if one.holder else "somebody"
            self.notes.append(f"{key}: a run of {whose} was stopped: it turns nothing on any more")

    def pause(self) -> None:
        """One look, and a pause of all that is on. What one object meets with keeps no other on."""
        done: list[Object] = []
        self._active = set()
        self.unlisted = {}
        try:
            for live in self._ours():
                if live.status == ACTIVE:
                    self._active.add(live.id)
                if self._is_off(live):
                    self._report(live)
                    done.append(live)
            self.reached = True
        finally:
            self._remember({live.id for live in done})

    def look_again(self) -> None:
        """Until nothing is on: a write of another run may have been on its way."""
        for _ in range(LOOKS - 1):
            if self.account.key in self.failed or not (self._active or self._ousted or self.unlisted):
                return
            self._let_end()
            # A record that the stopped run was just writing may have come after ours.
            self._remember(set(self.paused))
            self.pause()
        if self._active - set(self.failed):
            self.failed[self.account.key] = (
                f"something was on at each of {LOOKS} looks, so somebody may be turning it on\n"
                "  mend: stop the runs elsewhere, and pause again"
            )

    def asks_for(self, address: Address) -> bool:
        return address.parent is None if self._everything else address in self._addresses

    @property
    def _everything(self) -> bool:
        return not self._addresses and not self._ids

    def attempt(self, step: Callable[[], None]) -> None:
        """An account's failure is kept, not raised."""
        try:
            step()
        except Exception as error:
            self.failed[self.account.key] = str(failure_of(error, self.account.key))

    # ---- what they do

    def _ours(self) -> Iterator[Object]:
        if self._everything:
            yield from self._everything_on()
        if self._ids:
            yield from self._with_ids()
        for address in self._addresses:
            try:
                yield from self._carrying(address)
            except GraphError as error:
                self.failed[str(address)] = f"{address}: {error}"

    def _everything_on(self) -> Iterator[Object]:
        """Campaigns first, since nothing below them delivers then. What bears our label in one that bears none is
        stopped itself."""
        recorded = {record.id for record in self.records().values()}
        stopped: set[str] = set()
        for kind in LEVELS:
            for live in self._each(kind):
                below = live.parent_id in stopped
                ours = self._bears_our_label(live)
                if below or ours:
                    stopped.add(live.id)
                if ours and not below:
                    yield live
                elif KINDS[kind].launches and live.id in recorded and live.status == ACTIVE:
                    self._refuse(live)
        if len(self.unlisted) == len(LEVELS):
            # Nothing can be looked at: one reason says it.
            for kind in self.unlisted:
                self.failed.pop(KINDS[kind].edge, None)
            raise self.unlisted[LEVELS[0]]

    def _with_ids(self) -> Iterator[Object]:
        """Whatever its address is, or whether it has one: an orphan, a copy."""
        for live in (live for level in LEVELS for live in self._each(level) if live.id in self._ids):
            self.met.add(live.id)
            if self._bears_our_label(live):
                yield live
            else:
                self._refuse(live)

    def _carrying(self, address: Address) -> Iterator[Object]:
        """Copies included."""
        own, records = label(self._project, address), self.records()
        recorded = records[address].id if address in records else ""
        found = False
        for live in self._each(address.kind):
            if own in live.labels or (live.id == recorded and self._bears_our_label(live)):
                yield live
            elif live.id == recorded:
                self._refuse(live)
            else:
                continue
            found = True
        if found:
            self.failed.pop(str(address), None)
        elif address.kind in self.unlisted:
            self.failed[str(address)] = f"{address}: {NOT_SEEN}"
        else:
            near = get_close_matches(str(address), map(str, records), n=1)
            hint = f"; did you mean reconciler pause {near[0]}?" if near else ""
            self.failed[str(address)] = (
                f"nothing at Meta carries the label of {address}: of it nothing was paused{hint}"
            )

    def _each(self, kind: str) -> Iterator[Object]:
        """What Meta lists of a level. Where the list breaks off, also what state/ knows of it, by its id: neither that
        nor what stands below has to stay on for the rest of the list."""
        edge, seen = KINDS[kind].edge, set[str]()
        try:
            for row in self._writer.each(f"{self.account.id}/{edge}", fields=_fields(kind)):
                live = decode(KINDS[kind], row)
                seen.add(live.id)
                yield live
        except TokenRefused:
            raise
        except GraphError as error:
            self.unlisted[kind] = error
            self.failed[edge] = UNLISTED.format(kind=KINDS[kind].title, error=error)
            yield from self._by_id(kind, seen)
        else:
            self.failed.pop(edge, None)

    def _by_id(self, kind: str, seen: Collection[str]) -> Iterator[Object]:
        known = {one.id for one in self.records().values() if one.kind == kind and one.id} - set(seen)
        try:
            rows = self._writer.get_all(sorted(known), _fields(kind))
        except GraphError:
            return
        yield from (decode(KINDS[kind], row) for row in rows if not isinstance(row, GraphError))

    def _bears_our_label(self, live: Object) -> bool:
        return any(text.startswith(project_prefix(self._project)) for text in live.labels)

    def _refuse(self, live: Object) -> None:
        why = f"it bears no label of {self._project}, or no more, so it was not touched"
        self.failed[live.id] = f"{_said(live)}: {why}\n  mend: if it is to stop, pause it in Ads Manager"

    def _is_off(self, live: Object) -> bool:
        """By our hand: what failed at first and is off now counts, since an update that got no answer may be done."""
        if live.status != ACTIVE:
            return self.failed.pop(live.id, None) is not None
        try:
            self._writer.update(live.id, {"status": PAUSED})
        except GraphError as error:
            self.failed[live.id] = f"{_said(live)}: {error}"
            return False
        self.failed.pop(live.id, None)
        return True

    def _report(self, live: Object) -> None:
        self.held |= live.labels
        if live.id not in self.paused:
            name, address = str(live.fields.get("name", "")), self._address_of(live)
            self.paused[live.id] = Stopped(self.account.key, live.kind, live.id, name, address)
            self._notify(self.paused[live.id])

    def _address_of(self, live: Object) -> str:
        found = self._known.get(live.id)
        asked = () if found else (at for at in (*self._addresses, *self._known.values()))
        found = found or next((at for at in asked if label(self._project, at) in live.labels), None)
        return str(found) if found else ""

    @cached_property
    def _known(self) -> dict[str, Address]:
        """By id, as it was remembered when the first was paused."""
        return {record.id: address for address, record in self.records().items() if record.id}

    def _let_end(self) -> None:
        self._clock.sleep(BETWEEN_LOOKS)
        until = self._clock.now() + PATIENCE
        while self._under_way() and self._clock.now() < until:
            self._clock.sleep(BETWEEN_LOOKS / 2)
        if self._under_way():
            what = f"the run that was stopped has not ended within {int(PATIENCE.total_seconds())} s"
            self.notes.append(
                f"{self.account.key}: {what}, and a request of it may be on its way: pause again in two minutes"
            )
        self._ousted = ()

    def _under_way(self) -> bool:
        return not all(one.over() for one in self._ousted)

    def records(self) -> dict[Address, Record]:
        """Empty where a file cannot be believed: labels are enough."""
        try:
            return self._store.records(self.account.key, self.account.id).all()
        except (StateError, OSError):
            return {}

    def remember(self) -> None:
        """Once more, in records that were brought in since."""
        self._remember(set(self.paused))

    def _remember(self, ids: set[str]) -> None:
        try:
            kept = self._store.records(self.account.key, self.account.id)
            kept.put_all({a: _as_stopped(record) for a, record in kept.all().items() if record.id in ids})
            kept.checkpoint()
        except UnwrittenState as error:
            said = str(error).partition(": ")[0]
            self.notes.append(f"{self.account.key}: {said}: the next apply may turn on again what was paused")
        except StateError:
            # The stop counts; a broken state file is told of by every other command.
            return


def _fields(kind: str) -> str:
    return ",".join(filter(None, (FIELDS, KINDS[kind].parent_param)))


def _said(live: Object) -> str:
    return f'{live.kind} {live.id} "{brief(str(live.fields.get("name", "")))}"'


def _as_stopped(record: Record) -> Record:
    """ACTIVE and seen paused: somebody's decision, whatever a write was to make of the status before."""
    live = {**record.live, "status": PAUSED}
    return amended(without_status(record), record.kind, status=ACTIVE, live=live, held=BY_COMMAND)


def carry_out(stops: Sequence[Stop], parallelism: int, watch: Watch, notify: Subscriber = ignore) -> None:
    """Accounts side by side, since one that does not answer must keep the stop from no other. What has a place free is
    paused before anything is looked at again. Whoever interrupts it is told where not all was met."""
    own: dict[str, list[Stop]] = {}
    for one in stops:
        # Two of one key share their records.
        own.setdefault(one.account.key, []).append(one)
    with ExitStack() as held:
        for first, *_ in own.values():
            first.attempt(partial(first.seize, held))
        paused = {key: Event() for key in own}
        steps = [(step, each) for step in (Stop.pause, Stop.look_again) for each in own.values()]
        try:
            side_by_side(partial(_carry_out, watch, paused), steps, parallelism, watch)
        except KeyboardInterrupt:
            if left := sorted({one.account.key for one in stops if not one.reached}):
                notify(Unreached(tuple(left)))
            raise


def _carry_out(watch: Watch, paused: Mapping[str, Event], work: tuple[Callable[[Stop], None], Sequence[Stop]]) -> None:
    step, stops = work
    key = stops[0].account.key
    if step is Stop.look_again:
        # All first looks have been begun before any second one.
        paused[key].wait()
    watch.begin(key)
    try:
        for one in stops:
            one.attempt(partial(step, one))
    finally:
        watch.end(key)
        paused[key].set()
