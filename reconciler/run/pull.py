"""What people have set in Ads Manager, written into the YAML: as what is declared, or as what is to be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from reconciler.edit.places import CellEdit, Edit
from reconciler.engine.overtaken import Overtaken, overtaken
from reconciler.kinds.base import BESIDE
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.run.choice import Choice
from reconciler.run.declared import declared_by
from reconciler.run.editing import Also, Editing, Refused, Tried
from reconciler.run.events import Subscriber, ignore
from reconciler.run.plan import make_plans
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.session import Sessions
from reconciler.run.shown import (
    Shown,
    beyond_the_files,
    is_asked_for,
    named_in_yaml,
    shown_by_others,
    unwritable,
)
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
    may_follow: bool = False
    """Whether it may be written once more is: the file would not be valid with it alone."""


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
        return _Pulling(
            editing,
            shared=shared,
            shown=shown_by_others(prepared, request.targets),
            targets=request.targets,
            live={at: live for one in prepared for at, live in one.ground.observed.objects.items()},
        )

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
    desired = declared_by(request)
    with Sessions(request, desired, notify) as sessions:
        planned, prepared = make_plans(sessions, prepare)
        working = make(Editing(request.root, request.now, desired), prepared)
        asked = [each for one in prepared for each in (*_asked_for(one, request.targets), *working.beyond(one))]
    working.take_all(asked)
    while working.found or working.newly_torn:
        working = working.again()
        working.take_all(asked)
    files = working.editing.rewritten
    if files and not dry_run:
        write_declared(request.root, files)
    return Pulled(planned, tuple(working.taken), tuple(working.left), files, bool(files) and not dry_run)


def _asked_for(prepared: Prepared, targets: tuple[Address, ...]) -> Iterator[Overtaken]:
    ground = prepared.ground
    for one in overtaken(ground.resources, ground.observed, prepared.difference, prepared.drift):
        if is_asked_for(one.address, targets):
            yield one


Place = tuple[Address, str]
"""Of a value: its address, and its path there."""


@dataclass
class _Rewriting:
    """What becomes of each value, one after the other."""

    editing: Editing
    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    contested: dict[Place, dict[Place, Overtaken]] = field(default_factory=dict)
    """Values whose line would have to say another one as well: nobody can tell which of them is meant."""
    found: dict[Place, dict[Place, Overtaken]] = field(default_factory=dict)
    """Those that were not known before."""
    settled: dict[Place, Overtaken] = field(default_factory=dict)
    """What the files say by now."""
    torn: dict[Place, Left] = field(default_factory=dict)
    """By address and field, of one that could only be written in part, what could not."""
    newly_torn: bool = False

    def take_all(self, asked: Sequence[Overtaken]) -> None:
        for one in asked:
            others = self.contested.get((one.address, one.path))
            if others:
                self.left.append(self.conflict(one, [*others.values()]))
            else:
                self.take(one)

    def again(self) -> Self:
        """From the beginning, without what contradicts itself."""
        editing = Editing(self.editing.root, self.editing.now, self.editing.desired)
        contested = dict(self.contested)
        for place, others in self.found.items():
            contested[place] = {**contested.get(place, {}), **others}
        return replace(
            self, editing=editing, taken=[], left=[], contested=contested, found={}, settled={}, newly_torn=False
        )

    def take(self, one: Overtaken) -> None:
        raise NotImplementedError

    def conflict(self, one: Overtaken, others: Sequence[Overtaken]) -> Left:
        raise NotImplementedError

    def beyond(self, prepared: Prepared) -> Iterator[Overtaken]:
        """What is live beside all that is declared, and is to be taken as well."""
        return iter(())

    def keep(self, one: Overtaken, tried: Tried) -> None:
        self.editing.keep(tried)
        self._note(one, tried.way[-1], tried.also)

    def _note(self, one: Overtaken, edit: Edit | CellEdit, also: tuple[Also, ...]) -> None:
        line = (
            edit.origin.line if isinstance(edit, CellEdit) else self.editing.document(edit.file).origin(edit.path).line
        )
        self.taken.append(Taken(one, edit, line, also))


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
        why = NO_PLACE
        for way in self.editing.places(one.address.account).reverting(one):
            tried = self.editing.attempt(way, one, one.is_named_in)
            if isinstance(tried, Tried):
                self.keep(one, tried)
                return
            why = tried.why
        self.left.append(Left(one, why, UNDO_NOW))


@dataclass
class _Pulling(_Rewriting):
    shared: bool = False
    shown: Mapping[Address, Shown] = field(default_factory=dict)
    """By address, what somebody else's creative shows: what it says and no file does, with the rest of it."""
    targets: tuple[Address, ...] = ()
    live: Mapping[Address, Object] = field(default_factory=dict)

    def take_all(self, asked: Sequence[Overtaken]) -> None:
        super().take_all(asked)
        while self._take_what_follows():
            pass
        for group in self._may_follow().values():
            self._take_together(group)
        self._tear()

    def _may_follow(self) -> dict[Address, list[Left]]:
        found: dict[Address, list[Left]] = {}
        for one in self.left:
            if one.may_follow:
                found.setdefault(one.overtaken.address, []).append(one)
        return found

    def _take_what_follows(self) -> bool:
        """What the files could not say before something else was written in the same file; whether there was any."""
        written, before = {one.overtaken.address.root for one in self.taken}, len(self.taken)
        for one in [one for group in self._may_follow().values() for one in group]:
            if one.overtaken.address.root in written:
                self.left.remove(one)
                self.take(one.overtaken)
        return len(self.taken) > before

    def _take_together(self, group: Sequence[Left]) -> None:
        """What one object's lines can only say all at once."""
        ones = [self._as_it_is_now(left.overtaken) for left in group]
        ones += [beside for one in ones for beside in self._beside(one)]
        places = self.editing.places(ones[0].address.account)
        ways = [next(iter((*places.where_it_is(one), *places.own_ways(one))), ()) for one in ones]
        tried = self.editing.attempt_all(ways, ones) if len(ones) > 1 else None
        if not isinstance(tried, Tried) or tried.is_shared or tried.also:
            return
        for left in group:
            self.left.remove(left)
        self.editing.keep(tried)
        for one, way in zip(ones, ways, strict=True):
            self._note(one, way[-1], ())
            self.settled[one.address, one.path] = one

    def _beside(self, one: Overtaken) -> Iterator[Overtaken]:
        """What is live of the same object, or of what stands in it, nobody has declared, and the value may need."""
        for address, live in self.live.items():
            if one.address not in (address, address.parent) or address not in self.editing.desired.resources:
                continue
            said = self.editing.resource(address)
            for name in BESIDE.get(one.field, ()):
                is_said = said.fields.get(name) is not None or name in said.lifecycle.ignore
                if live.fields.get(name) is not None and not is_said and not live.gone:
                    yield Overtaken(said, name, name, live.fields[name], live)

    def _tear(self) -> None:
        """A field of which the file says only a part of what is live would be a conflict: it is left as it was."""
        written = {(one.overtaken.address, one.overtaken.field) for one in self.taken}
        for left in self.left:
            place = left.overtaken.address, left.overtaken.field
            if place in written and place not in self.torn:
                self.torn[place] = left
                self.newly_torn = True

    def take(self, one: Overtaken) -> None:
        if said := self._by_hand(one):
            self.left.append(Left(one, *said))
            return
        torn = self.torn.get((one.address, one.field))
        if torn is not None and torn.overtaken.path != one.path:
            path, why = torn.overtaken.path, f"only a part of {one.field} could be written"
            self.left.append(Left(one, f"{why}, which would be a conflict: see {path}", torn.mend))
            return
        one = self._as_it_is_now(one)
        if not one.is_settled_in(one.resource):
            self._write(one)
        else:
            self.settled[one.address, one.path] = one

    def _as_it_is_now(self, one: Overtaken) -> Overtaken:
        one = replace(one, resource=self.editing.resource(one.address))
        return replace(one, said=self._media(one)) if one.field in MEDIA_FIELDS else one

    def beyond(self, prepared: Prepared) -> Iterator[Overtaken]:
        return beyond_the_files(prepared, self.shown, self.targets)

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
        if why := unwritable(one.resource.kind, one.field) if one.field not in one.resource.fields else "":
            return why, BY_HAND
        return _gone(one)

    def _write(self, one: Overtaken) -> None:
        """Into a line that is its own. One that others share is changed where that was asked for; one that is put
        together with `${…}` never, since the others would say a text that is this one's alone."""
        places = self.editing.places(one.address.account)
        there = [*places.where_it_is(one)]
        theirs, refused, follows = None, None, None
        for way in (*there, *(each for each in places.own_ways(one) if each not in there)):
            tried = self.editing.attempt(way, one, one.is_settled_in)
            if isinstance(tried, Refused):
                refused = refused or tried
            elif not tried.is_shared and not tried.also:
                self.keep(one, tried)
                return
            elif not tried.is_shared:
                follows = follows or tried
            elif way not in there:
                refused = refused or Refused(f"a line for it would hold for {tried.others[0]}, too")
            elif theirs is None:
                theirs = tried
                if tried.is_above and not self._is_for_one_alone(tried):
                    break
        if follows is not None:
            self.keep(one, follows)
        elif theirs is not None and self.shared and not self._is_for_one_alone(theirs):
            self.keep(one, theirs)
        elif theirs is not None:
            self.left.append(Left(one, *Choice(self.editing, one).of_shared(theirs), theirs.also))
        elif refused is not None:
            self.left.append(Left(one, *Choice(self.editing, one).alone(refused), may_follow=True))

    def _is_for_one_alone(self, tried: Tried) -> bool:
        """Whether others would get a text that is made of this one's values."""
        return bool(tried.others) and self.editing.is_made_text(tried.way)

    def keep(self, one: Overtaken, tried: Tried) -> None:
        super().keep(one, tried)
        concerned = {(each.address, each.field) for each in tried.also} | {(one.address, one.field)}
        for place, other in self.settled.items():
            if (other.address, other.field) in concerned and not other.is_settled_in(
                self.editing.resource(other.address)
            ):
                self.found.setdefault(place, {})[one.address, one.path] = one
                self.found.setdefault((one.address, one.path), {})[place] = other
        self.settled[one.address, one.path] = one

    def conflict(self, one: Overtaken, others: Sequence[Overtaken]) -> Left:
        one = self._as_it_is_now(one)
        return Left(one, *Choice(self.editing, one).of_conflict(others))


def _gone(one: Overtaken) -> tuple[str, str] | None:
    return GONE if one.field == "status" and one.live == "DELETED" else None
