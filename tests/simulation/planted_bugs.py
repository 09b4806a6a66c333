"""Puts known bugs into the reconciler, one at a time. The simulation must find each of them, or it proves little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reconciler.apply import create, gate, memory, order, waves, write
from reconciler.engine import diff, due, history, status_choice, status_diff
from reconciler.kinds.identity import label
from reconciler.meta import client
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, NotFound
from reconciler.model.plan import Change
from reconciler.model.remote import Object
from reconciler.observe import objects, part, plain
from reconciler.run import plain as run_plain
from reconciler.store.files import atomic, limits, records
from simulation.batch import run_seed

MAX_SCHEDULES = 1000
"""How many schedules may be needed to find a bug."""

Patch = tuple[Any, str, Any]
"""A module or class, the name of something in it, and what is put in its place."""


@dataclass(frozen=True)
class Bug:
    title: str
    patches: tuple[Patch, ...]


@contextmanager
def with_bug(bug: Bug) -> Iterator[None]:
    """Within the block the reconciler has the bug."""
    with ExitStack() as stack:
        for where, name, instead in bug.patches:
            stack.enter_context(patch.object(where, name, instead))
        yield


# ---- creates


def _made_with(change: Callable[[dict[str, Any], Address, str], None]) -> Patch:
    real = waves._Apply._create

    def made(self: waves._Apply, wanted: Change) -> create.Create:
        one = real(self, wanted)
        params = dict(one.params)
        change(params, one.address, self.work.project)
        return replace(one, params=params)

    return waves._Apply, "_create", made


def _no_label(params: dict[str, Any], address: Address, project: str) -> None:
    del params["adlabels"]


def _wrong_label(params: dict[str, Any], address: Address, project: str) -> None:
    params["adlabels"] = [{"name": label(project, address.parent or address)}]


def _active(params: dict[str, Any], address: Address, project: str) -> None:
    params["status"] = "ACTIVE"


def _hundredfold(kind: str, fields: Any, former: Any = None) -> dict[str, Any]:
    sent = _payload(kind, fields, former)
    return {**sent, "daily_budget": str(int(sent["daily_budget"]) * 100)} if sent.get("daily_budget") else sent


_payload = waves.payload


def _settled_at_once(name: str) -> Patch:
    """Meta may confirm what it does not do, and an error in a 200 that is taken for success comes to the same: that
    alone does no harm, because what was sent stays in question until it is seen."""
    real = getattr(memory.Memory, name)

    def noted(self: memory.Memory, change: Change, *given: Any) -> None:
        real(self, change, *given)
        record = self._store.get(change.address)
        if record is not None:
            self._store.put(change.address, replace(record, in_flight=None))

    return memory.Memory, name, noted


# ---- finding objects


def _youngest(live: Object) -> tuple[bool, float, str]:
    return live.status == "ARCHIVED", -(live.created_time.timestamp() if live.created_time else 0.0), live.id


def _made_again_when_unlisted(self: Any, kind: Any, missing: Any) -> None:
    """An object that no listing shows counts as never created, so nothing is looked for."""


def _made_again_when_unread(self: Any, kind: Any, missing: Any) -> None:
    for address in missing:
        known = self.records.get(address)
        if known is not None and known.id:
            try:
                self.reader.get(known.id, fields="id")
            except NotFound:
                continue
            _find_recorded(self, kind, [address])


_find_recorded = objects.Search._find_recorded


def _all_owned(*given: Any) -> Any:
    return replace(_find_objects(*given), disowned=frozenset())


_find_objects = objects.find_objects


# ---- order, gate, people


def _upside_down(change: Change) -> int:
    phase = _phase(change)
    return {order.DECREASES: order.INCREASES, order.INCREASES: order.DECREASES}.get(phase, phase)


_phase = order.phase_of


def _checks_without(*names: str) -> Patch:
    return gate, "CHECKS", tuple(check for check in gate.CHECKS if check.__name__ not in names)


def _local_time(change: Change, sight: gate.Sight) -> Iterator[gate.Doubt]:
    if change.due is not None and sight.local < change.due:
        yield gate.Doubt("not yet")


def _believes(hours: float) -> Patch:
    """A clock that is up to so many hours ahead of Meta's is taken for right; behind it, where the number is
    negative."""

    def apart(local: datetime, server: datetime | None, zone: tzinfo) -> str:
        if server is not None and min(0.0, hours) <= (local - server) / HOUR <= max(0.0, hours):
            return ""
        return _apart(local, server, zone)

    return gate, "clocks_apart", apart


HOUR = timedelta(hours=1)
_apart = gate.clocks_apart


def _no_end(self: Any, resource: Any, object_id: str, live_status: str) -> None:
    if resource.status != "PAUSED":
        _status_change(self, resource, object_id, live_status)


_status_change = status_diff.StatusDiff.change


def _in_place(texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text.encode("utf-8"))


class _NoSync:
    """A system whose fsync does nothing."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return (lambda file: None) if name == "fsync" else getattr(self._real, name)


def _unsynced_write(file: int, content: bytes, *, synced: bool = True) -> None:
    with patch.object(atomic, "os", _NoSync(vars(atomic)["os"])):
        _write(file, content)


_write = atomic._write


def _telling(self: client.Reader, *given: Any) -> GraphError:
    error = _error(self, *given)
    error.args = (f"{error}, sent with {self.connection.token}",)
    return error


_error = client.Reader._error


def _never(kept: Any, now: Any) -> None:
    return None


_NO_LOOK_BEFORE_UPDATES: Patch = (write.Writes, "misgivings", lambda self, wave: [None] * len(wave))

_orphaned = diff._Comparison.orphaned


def _paused_unasked(self: diff._Comparison, live: Object, *, pause: bool) -> None:
    _orphaned(self, live, pause=True)


BUGS = (
    Bug("a create without an answer is sent again at once", ((create, "LOOK_PAUSES", ()),)),
    Bug("labels are not looked for", ((objects._Listed, "carrying", lambda self, labels: []),)),
    Bug("the campaign is turned on first", ((order, "BOTTOM_UP", frozenset({order.REMOVALS})),)),
    Bug("no intent on disk", ((memory.Memory, "intend", lambda self, creates: None),)),
    Bug("state is not synced to the disk", ((atomic, "_write", _unsynced_write),)),
    Bug("the local clock is trusted", ((gate, "CHECKS", (_local_time, *gate.CHECKS[2:])),)),
    Bug("what a list leaves out is made again", ((objects.Search, "_find_recorded", _made_again_when_unlisted),)),
    Bug("what is too young to be read is made again", ((objects.Search, "_find_recorded", _made_again_when_unread),)),
    Bug(
        "what Meta has confirmed counts as done before it is seen",
        (_settled_at_once("updated"), _settled_at_once("_status")),
    ),
    Bug("increases go before decreases", ((order, "phase_of", _upside_down), (waves, "phase_of", _upside_down))),
    Bug("a create goes without its label", (_made_with(_no_label),)),
    Bug("a create bears its parent's label", (_made_with(_wrong_label),)),
    Bug("creates are ACTIVE", (_made_with(_active), (client, "guard_write", lambda part, permits: None))),
    Bug("budgets are sent a hundredfold", ((waves, "payload", _hundredfold),)),
    Bug("clocks are not compared before a start", (_checks_without("_clocks"),)),
    Bug("the time is not looked at before a start", (_checks_without("_time"),)),
    Bug("whether it is there is not looked at", (_checks_without("_there"),)),
    Bug("a choice since the plan is not looked at", (_checks_without("_untouched"),)),
    Bug("duplicates are not looked at before a start", (_checks_without("_alone"),)),
    Bug("live values are not looked at before a start", (_checks_without("_as_declared"),)),
    Bug("a clock 26 hours ahead is believed", (_believes(26.1),)),
    Bug("a clock 26 hours behind is believed", (_believes(-26.1),)),
    Bug("a clock an hour ahead is believed", (_believes(1.1),)),
    Bug("a clock an hour behind is believed", (_believes(-1.1),)),
    Bug("an older duplicate is left aside", ((objects, "_superseded", lambda *given: False),)),
    Bug("what stands in a duplicate is kept", ((objects.Search, "_left_behind", lambda *given: False),)),
    Bug("updates do not look for a person's change", (_NO_LOOK_BEFORE_UPDATES,)),
    Bug(
        "a copy is taken for the original",
        ((objects, "age", _youngest), (objects, "_superseded", lambda *given: False)),
    ),
    Bug("the end is ignored", ((status_diff.StatusDiff, "change", _no_end),)),
    Bug("a person's pause is flipped back", ((status_choice.StatusChoice, "is_a_persons", lambda *given: False),)),
    Bug(
        "what a person duplicated counts as ours",
        (
            (objects.Search, "_is_copy", lambda *given: False),
            (objects.Search, "_made_all", lambda *given: True),
            (history.History, "made_by_another", lambda *given: None),
        ),
    ),
    Bug("an orphan stands in nobody's way", ((diff._Comparison, "orphaned", lambda *given, **more: None),)),
    Bug("an orphan is paused by any run", ((diff._Comparison, "orphaned", _paused_unasked),)),
    Bug(
        "records of another account are believed",
        ((records.FileRecords, "_check_owner", lambda *given: None), (Object, "is_elsewhere", lambda *given: False)),
    ),
    Bug("what was removed is not remembered", ((memory.Memory, "let_go", lambda self, change: self.leave(change)),)),
    Bug("the log proves nothing", ((history.History, "is_ours", lambda self, event: False),)),
    Bug("the log proves everything", ((history.History, "is_ours", lambda self, event: event is not None),)),
    Bug("records older than our last run are believed", ((history.History, "ours_since", lambda *given: None),)),
    Bug("a stop ends with its window", ((status_choice.StatusChoice, "hold", lambda *given: ""),)),
    Bug("what a person deleted is launched again", ((status_diff.StatusDiff, "hold_for", lambda *given: False),)),
    Bug("state is written in place", ((records, "write_all_durably", _in_place),)),
    Bug(
        "objects without our label are written to",
        (
            (objects, "find_objects", _all_owned),
            (part, "find_objects", _all_owned),
            _NO_LOOK_BEFORE_UPDATES,
        ),
    ),
    Bug("errors tell the token", ((client.Reader, "_error", _telling),)),
    Bug("a block is forgotten between runs", ((limits, "_until", _never),)),
    Bug("a look at some campaigns is believed whatever it shows", ((objects.Search, "is_plain", True),)),
    Bug("whatever a record names was done", ((due, "_is_done", lambda resource, record, now: record is not None),)),
    Bug("the markers of audiences and forms are not looked for", ((plain, "_bears", lambda live, labels: False),)),
    Bug(
        "an audience that is deleted and a form that is archived stand in nobody's way",
        (_checks_without("_usable"), (run_plain, "refuse_users", lambda *given: None)),
    ),
    Bug("what was sent and not seen is forgotten", ((memory.Memory, "intend_write", lambda self, writes, at: {}),)),
)


def find(number: int) -> tuple[int, str]:
    """The number of the first schedule that finds the bug, counted from 1, and the invariant that it breaks; 0 where
    none does."""
    with with_bug(BUGS[number]):
        for at in range(MAX_SCHEDULES):
            result = run_seed(str(at))
            if result.invariants:
                return at + 1, result.invariants[0]
    return 0, ""


def main(jobs: int) -> int:
    missed = 0
    print(f"{'planted bug':52}{'schedule':>9}  invariant")
    with ProcessPoolExecutor(jobs) as pool:
        for bug, (at, invariant) in zip(BUGS, pool.map(find, range(len(BUGS))), strict=True):
            missed += not at
            print(f"{bug.title:52}{at or '–':>9}  {invariant}", flush=True)
    print(f"{len(BUGS) - missed} of {len(BUGS)} were found within {MAX_SCHEDULES} schedules")
    return 1 if missed else 0
