"""The create protocol. Meta has no idempotency key, so a create is never sent again blindly.

1. The intent is on disk. 2. It is sent once, many in one batch, each part judged alone. 3. What was refused is refused;
what got no answer (a timeout, a 5xx, `null` in a batch) is looked for by its label, for as long as a label may take to
show, and then in the activity log, by its name. 4. Only what was found nowhere, and what nobody has put away meanwhile,
is sent once more. 5. What still has no answer stays an intent: the next run looks for it first. An object that appears
later than all this carries the same label and stays PAUSED: `gate.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from reconciler.engine.activity import CLOCKS_APART
from reconciler.kinds import KINDS
from reconciler.kinds.identity import label
from reconciler.meta.answers import Answer, new_id
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.meta.request import Params, Part
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import STOPPING, GraphError, GraphReply, NotForNow, NotFound, TooFast, Unavailable
from reconciler.model.remote import Activity
from reconciler.observe.account_log import Sought, endings, read_log
from reconciler.observe.objects import find_labelled
from reconciler.observe.traces import Unheard, find_traces
from reconciler.system import interrupt

LOOK_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks for an object whose create got no answer: a label may take a while to show."""

WHILE_LOOKED_FOR = timedelta(minutes=10)
"""How far back somebody may have put away what is looked for: longer than any look takes."""

NEVER_ANSWERED = GraphReply(0, message="an earlier run has sent its create, and had no answer")

UNHEARD = "a create was not answered, and is looked for before it is sent again"

YOUNG_PARENT_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Meta may deny for seconds that a parent exists which it has just made (100/33)."""


@dataclass(frozen=True, eq=False)
class Create:
    """One object to be made. `lost`: an earlier run has sent it lately, and never heard of it. `replaced`: ids of
    objects that carry the same label and are not it."""

    address: Address
    params: Params
    project: str
    parent_id: str = ""
    lost: bool = False
    replaced: tuple[str, ...] = ()
    version: str = ""
    """Of what never changes: others of the same address are not it."""
    sent: datetime | None = None
    """When an earlier run has sent it first, of which nobody has heard since (aware)."""

    @property
    def label(self) -> str:
        return label(self.project, self.address, self.version)

    @property
    def name(self) -> str:
        return str(self.params.get("name", ""))


T = TypeVar("T")


@dataclass(frozen=True)
class Made:
    """What became of a create: the new object's id, or why there is none. `unanswered`: some send of it had no answer,
    so that a refusal of another does not prove that nothing was made."""

    create: Create
    id: str = ""
    error: GraphError | None = None
    unanswered: bool = False


Known = dict[Create, str | GraphError]


class Creator:
    """Makes the objects of one level. `intend` puts an intent on disk, and is called before anything is sent, `again`
    that something is sent a second time; `taken` tells the ids that other objects have; `between` is called before each
    batch, and may end it all there."""

    def __init__(
        self,
        writer: Writer,
        account: Account,
        intend: Callable[[Sequence[Create]], None],
        taken: Callable[[], Collection[str]] = frozenset,
        between: Callable[[], None] = lambda: None,
        again: Callable[[Sequence[Create]], None] = lambda creates: None,
    ) -> None:
        self._writer = writer
        self._account = account
        self._intend = intend
        self._taken = taken
        self._between = between
        self._again = again
        self._left: set[Create] = set()
        """What the log tells of, so that it is not sent again."""

    def make(self, wanted: Sequence[Create]) -> Iterator[list[Made]]:
        """What became of each batch, in order, before the next one is sent."""
        pace = self._writer.pace
        full: GraphError | None = None
        for batch in batches(wanted, lambda: pace.usable // WRITE, self._between):
            if full is not None:
                yield [Made(one, error=full, unanswered=one.lost) for one in batch]
                continue
            try:
                # The intent tells when it was sent, so the wait for room comes first.
                pace.make_room(WRITE * len(batch))
            except GraphError as error:
                yield [Made(one, error=error, unanswered=one.lost) for one in batch]
                continue
            # What is not sent any more needs no intent, for which the next run would look.
            interrupt.check()
            self._intend(batch)
            made = list(self._make(batch))
            # Each that is sent all the same costs points that a launch may need.
            full = next((one.error for one in made if _is_full(one)), None)
            yield made

    def _make(self, batch: Sequence[Create]) -> Iterator[Made]:
        known: Known = {}
        unanswered = [one for one in batch if one.lost or one.sent]
        stop: GraphError | None = None
        begun = self._now()
        try:
            self._look([one for one in batch if one.lost], known)
            self._heed_earlier([one for one in batch if one.sent and one not in known], known)
            unanswered = [one for one in unanswered if one.lost or one in known]
            self._send([one for one in batch if one not in known], known)
            fresh = self._unheard(known)
            unanswered += fresh
            self._look(fresh, known)
            self._heed(self._unheard(known), known, begun)
            if again := self._unheard(known):
                self._again(again)
                self._send(again, known)
        except GraphError as error:
            # Nobody can look, so nothing is sent again.
            stop = error
        for one in batch:
            what = known.get(one)
            if isinstance(what, str):
                yield Made(one, what, unanswered=one in unanswered)
            else:
                told = stop if isinstance(stop, STOPPING) and one in unanswered else what or stop
                yield Made(one, error=told, unanswered=one in unanswered)

    def _send(self, creates: Sequence[Create], known: Known) -> None:
        left, pauses = list(creates), list(YOUNG_PARENT_PAUSES)
        while left:
            answers = self._writer.write_all([self._part(one) for one in left])
            taken = {*self._taken(), self._account.id.removeprefix("act_"), *(one.parent_id for one in left)}
            for one, answer in zip(left, answers, strict=True):
                known[one] = what = _judged(answer, taken)
                taken |= {what} if isinstance(what, str) else set()
            left = [one for one in left if pauses and isinstance(known[one], NotFound)]
            if left:
                self._writer.connection.sleep(pauses.pop(0))

    def _part(self, one: Create) -> Part:
        return Part("POST", KINDS[one.address.kind].edge_of(self._account), one.params)

    def _look(self, creates: Sequence[Create], known: Known) -> None:
        """Adds what it finds to what is known."""
        left = list(creates)
        for pause in LOOK_PAUSES if creates else ():
            if pause == LOOK_PAUSES[1]:
                self._writer.connection.tell_wait(sum(LOOK_PAUSES), UNHEARD)
            self._writer.connection.sleep(pause)
            wanted = {(one.label, one.parent_id) for one in left}
            replaced = {former for one in left for former in one.replaced}
            seen = find_labelled(self._writer, self._account, KINDS[left[0].address.kind], wanted, replaced)
            known |= {one: seen[one.label, one.parent_id] for one in left if (one.label, one.parent_id) in seen}
            left = [one for one in left if (one.label, one.parent_id) not in seen]
            if not left:
                return

    def _unheard(self, known: Known) -> list[Create]:
        """Those of which nothing is known, the log included."""
        return [one for one, what in known.items() if isinstance(what, Unavailable) and one not in self._left]

    def _now(self) -> datetime:
        return self._writer.server_time or self._writer.connection.clock.now()

    def _heed_earlier(self, creates: Sequence[Create], known: Known) -> None:
        """What an earlier run has sent first is sent a second time now. Who has put it away, the plan has told."""
        since = min((one.sent for one in creates if one.sent), default=None)
        if since is not None:
            self._take_traced(creates, known, read_log(self._writer, self._account, since - CLOCKS_APART), since)

    def _heed(self, creates: Sequence[Create], known: Known, begun: datetime) -> None:
        if not creates:
            return
        since = min(begun - CLOCKS_APART, self._now() - WHILE_LOOKED_FOR)
        log = read_log(self._writer, self._account, min([since, *(one.sent for one in creates if one.sent)]))
        self._leave_ended(creates, known, log, begun)
        self._take_traced([one for one in creates if one not in self._left], known, log, begun)

    def _leave_ended(self, creates: Sequence[Create], known: Known, log: tuple[Activity, ...], begun: datetime) -> None:
        """What somebody puts away while it is looked for has been made. The next run finds it archived, or makes it
        again, but holds it."""
        sought = {one.label: Sought(one.address.kind, one.name, begun) for one in creates}
        ended = endings(self._writer, sought, log)
        for one in creates:
            if event := ended.get(one.label):
                end = f"has been {event.new.lower()} by {event.actor or 'somebody'} since"
                self._leave(one, known, f"it was made and {end}: run the same command again")

    def _take_traced(self, creates: Sequence[Create], known: Known, log: tuple[Activity, ...], begun: datetime) -> None:
        """What was made, though no listing shows it yet, is not made a second time."""
        wanted = [Unheard(one.address.kind, one.name, one.label, one.parent_id, one.sent or begun) for one in creates]
        others = {*self._taken(), *(what for what in known.values() if isinstance(what, str))}
        others |= {former for one in creates for former in one.replaced}
        for one, trace in zip(creates, find_traces(self._writer, wanted, log, others), strict=True):
            if trace is not None and trace.doubt:
                self._leave(one, known, trace.doubt)
            elif trace is not None:
                known[one] = trace.object_id

    def _leave(self, one: Create, known: Known, mend: str) -> None:
        error = known.get(one)
        known[one] = Unavailable(error.reply if isinstance(error, Unavailable) else NEVER_ANSWERED, mend)
        self._left.add(one)


def _is_full(made: Made) -> bool:
    return isinstance(made.error, NotForNow) and not isinstance(made.error, TooFast)


def _judged(answer: Answer, taken: Collection[str]) -> str | GraphError:
    """`taken`: ids of other objects, which nothing new can have."""
    if isinstance(answer, GraphError):
        return answer
    try:
        return new_id(answer, known=taken)
    except Unavailable as error:
        return error


def batches(
    wanted: Sequence[Create], room: Callable[[], int], between: Callable[[], None] = lambda: None
) -> Iterator[list[Create]]:
    """In order, as many together as Meta allows and as fit into the account's limits by then, never two ad sets of one
    campaign."""
    for together in apart(wanted, lambda one: one.address):
        left = together
        while left:
            between()
            most = max(1, min(room(), KINDS[left[0].address.kind].together))
            yield left[:most]
            left = left[most:]


def apart(wanted: Sequence[T], address_of: Callable[[T], Address]) -> Iterator[list[T]]:
    """The same things in rounds, such that no round has two ad sets of one campaign."""
    rounds: list[list[T]] = []
    met: dict[Address, int] = {}
    for one in wanted:
        address = address_of(one)
        at = met.get(address.root, 0) if KINDS[address.kind].one_at_a_time else 0
        met[address.root] = at + 1
        if at == len(rounds):
            rounds.append([])
        rounds[at].append(one)
    yield from rounds
