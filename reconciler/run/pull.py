"""What people have set in Ads Manager, written into the YAML: as what is declared, or as what is to be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.config.declared import load_desired
from reconciler.edit.places import CellEdit, Edit, Places, Way
from reconciler.engine.overtaken import Overtaken, overtaken
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.model.address import Address
from reconciler.model.problem import Origin
from reconciler.run.editing import SHARED, Also, Editing, Tried
from reconciler.run.events import Subscriber, ignore
from reconciler.run.plan import make_plans
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.session import Sessions
from reconciler.run.shown import Shown, beyond_the_files, is_asked_for, named_in_yaml, shown_by_others
from reconciler.store.declared import Rewritten, write_declared

MEDIA_AND_COPY = (
    "an ad's creative is made anew from all that is in it",
    "give the flag once, or write its copy there, with its media below creatives/, as Ads Manager shows them",
)
BY_HAND = "write an ad that this tool can make, or let go of it: remove its YAML with lifecycle: {on_remove: forget}"
AGAIN = "apply it; where that has been done and somebody has set it again, remove that line, apply, and run this again"
NO_PLACE = "what stands alone has no lifecycle.revert_drift"
UNDO_NOW = "give the flag once, where nothing else has drifted"
GONE = ("it was deleted", "remove its YAML to let go of it")


@dataclass(frozen=True)
class Taken:
    """One value that the YAML says by now, and what changes with it."""

    overtaken: Overtaken
    edit: Edit | CellEdit
    line: int
    also: tuple[Also, ...] = ()


@dataclass(frozen=True)
class Left:
    """One value that was not written, and what a person can do."""

    overtaken: Overtaken
    why: str
    mend: str
    also: tuple[Also, ...] = ()
    """Of a line that others share: what else would change."""


@dataclass(frozen=True)
class Pulled:
    """What was written, or would be."""

    planned: Planned
    taken: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = ()
    files: Mapping[str, Rewritten] = field(default_factory=dict)
    written: bool = False


def pull(request: Request, notify: Subscriber = ignore, *, shared: bool = False, dry_run: bool = False) -> Pulled:
    """Live values of declared fields that are not what the YAML says. `shared`: also where the line holds for others.
    `dry_run` writes nothing. Raises what `plan` raises, and FileError where a file has changed meanwhile."""

    def make(editing: Editing, prepared: Sequence[Prepared]) -> _Rewriting:
        return _Pulling(editing, shared=shared, shown=shown_by_others(prepared, request.targets))

    return _rewrite(request, notify, make, dry_run=dry_run)


def revert_drift(request: Request, notify: Subscriber = ignore, *, dry_run: bool = False) -> Pulled:
    """What has drifted is named in `lifecycle.revert_drift`, so that the next apply overwrites it once. Raises what
    `pull` raises."""
    return _rewrite(request, notify, lambda editing, prepared: _Reverting(editing), dry_run=dry_run)


def _rewrite(
    request: Request,
    notify: Subscriber,
    make: Callable[[Editing, Sequence[Prepared]], _Rewriting],
    *,
    dry_run: bool,
) -> Pulled:
    request = replace(request, keep_drift=True)
    desired = load_desired(request.root, request.now)
    with Sessions(request, desired, notify) as sessions:
        planned, prepared = make_plans(sessions, prepare)
        working = make(Editing(request.root, request.now, desired), prepared)
        for one in prepared:
            for each in (*_asked_for(one, request.targets), *working.beyond(one)):
                working.take(each)
    files = working.editing.rewritten
    if files and not dry_run:
        write_declared(request.root, files)
    return Pulled(planned, tuple(working.taken), tuple(working.left), files, bool(files) and not dry_run)


def _asked_for(prepared: Prepared, targets: tuple[Address, ...]) -> Iterator[Overtaken]:
    ground = prepared.ground
    for one in overtaken(ground.resources, ground.observed, prepared.difference, prepared.drift):
        if is_asked_for(one.address, targets):
            yield one


@dataclass
class _Rewriting:
    """What becomes of each value, one after the other."""

    editing: Editing
    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def take(self, one: Overtaken) -> None:
        raise NotImplementedError

    def beyond(self, prepared: Prepared) -> Iterator[Overtaken]:
        """What is live beside all that is declared, and is to be taken as well."""
        return iter(())

    def keep(self, one: Overtaken, tried: Tried) -> None:
        self.editing.keep(tried)
        edit = tried.way[-1]
        line = (
            edit.origin.line if isinstance(edit, CellEdit) else self.editing.document(edit.file).origin(edit.path).line
        )
        self.taken.append(Taken(one, edit, line, tried.also))


@dataclass
class _Reverting(_Rewriting):
    def take(self, one: Overtaken) -> None:
        if said := MEDIA_AND_COPY if one.is_content else _gone(one):
            self.left.append(Left(one, *said))
            return
        one = replace(one, resource=self.editing.resource(one.address))
        if one.is_named_in(one.resource):
            origin = one.resource.revert_origin(one.path)
            self.left.append(Left(one, f"{origin.line_text} says so already", AGAIN))
            return
        way = self.editing.places(one.address.account).reverting(one)
        tried = self.editing.attempt(way, one.address, one.field, one.is_named_in) if way else NO_PLACE
        if isinstance(tried, str):
            self.left.append(Left(one, tried, UNDO_NOW))
        else:
            self.keep(one, tried)


@dataclass
class _Pulling(_Rewriting):
    shared: bool = False
    shown: Mapping[Address, Shown] = field(default_factory=dict)
    """By address, what somebody else's creative shows: what it says and no file does, with the rest of it."""

    def take(self, one: Overtaken) -> None:
        if said := self._by_hand(one):
            self.left.append(Left(one, *said))
            return
        one = replace(one, resource=self.editing.resource(one.address))
        if one.field in MEDIA_FIELDS:
            one = replace(one, said=self._media(one))
        if not one.is_settled_in(one.resource):
            self._write(one)

    def _write_cell(self, one: Overtaken, places: Places, cell: Origin) -> None:
        """A line of a table is one thing that a matrix makes: what changes with its cell has to be of that."""
        tried = self.editing.attempt(places.in_cell(one, cell), one.address, one.field, one.is_settled_in)
        if not isinstance(tried, str) and tried.keeps_to(one.address.root):
            self.keep(one, tried)
            return
        why = tried if isinstance(tried, str) else f"it holds for {tried.also[0]}, too"
        said = in_yaml_text(one, places)
        self.left.append(
            Left(one, f"its value is a cell of a table ({cell}): {why}", f"write {said} where it is to stand")
        )

    def beyond(self, prepared: Prepared) -> Iterator[Overtaken]:
        return beyond_the_files(prepared, self.shown)

    def _media(self, one: Overtaken) -> Any:
        if one.live is None:
            return None
        own = [each for at, each in self.editing.desired.resources.items() if at.account == one.address.account]
        return named_in_yaml(str(one.live), own, self.editing.root / "creatives", one.address.account)

    def _by_hand(self, one: Overtaken) -> tuple[str, str] | None:
        """Why it is not for a program to write, and what a person can do."""
        shown = self.shown.get(one.address)
        if one.is_content and shown is not None and shown.why:
            return shown.why, BY_HAND
        return _gone(one)

    def _write(self, one: Overtaken) -> None:
        places = self.editing.places(one.address.account)
        if cell := places.cell(one):
            self._write_cell(one, places, cell)
            return
        why, second_best = "", None
        for way in places.ways(one):
            tried = self.editing.attempt(way, one.address, one.field, one.is_settled_in)
            if isinstance(tried, str):
                why = why or tried
            elif _is_shared(way) and not self.shared:
                self.left.append(_shared(one, way, tried, places.own_file(one.address)))
                return
            elif not tried.also or _is_shared(way):
                self.keep(one, tried)
                return
            elif _is_of_many(way) or not tried.keeps_to(one.address.root):
                why = why or f"its line holds for {tried.also[0]}, too"
            elif second_best is None:
                second_best = tried
        if second_best is not None:
            self.keep(one, second_best)
        else:
            self.left.append(Left(one, why, "write what is live into the YAML"))


def _gone(one: Overtaken) -> tuple[str, str] | None:
    return GONE if one.field == "status" and one.live == "DELETED" else None


def _is_of_many(way: Way) -> bool:
    """A variable's value, or one of a matrix: what else has it was not asked for."""
    return any(edit.path[:1] in (("vars",), ("matrix",)) for edit in way)


def in_yaml_text(one: Overtaken, places: Places) -> str:
    return str(places.value(one)).partition("\n")[0]


def _is_shared(way: Way) -> bool:
    return any(edit.file.startswith(SHARED) for edit in way)


def _shared(one: Overtaken, way: Way, tried: Tried, own_file: str) -> Left:
    mend = f"run it again with --shared to change it there, or write it into {own_file}, which goes before"
    return Left(one, f"its line is in {way[-1].file}", mend, tried.also)
