"""Desired, recorded and live, address by address: what is there, what is missing, what is gone, whose it is. Pure.

`engine/field_diff.py` compares the fields of what is there, by the judgement of `engine/compare.py`, and
`engine/status_diff.py` its status.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reconciler.engine.activity import events_of, status_word
from reconciler.engine.compare import TOLD
from reconciler.engine.consequences import consequences
from reconciler.engine.difference import Difference, Sides
from reconciler.engine.field_diff import FieldDiff, Update
from reconciler.engine.lateness import declaring
from reconciler.engine.ownership import orphaned, why_not_ours
from reconciler.engine.removals import Removals
from reconciler.engine.renames import formers_of, renamed_from
from reconciler.engine.restarts import Restarts
from reconciler.engine.settle import Settled
from reconciler.engine.status_choice import StatusChoice
from reconciler.engine.status_diff import StatusDiff
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.model.values import Fields
from reconciler.text.sanitize import plain

MOVED = (
    "switch it in Ads Manager as far as that does, and leave the file as it is: plan goes on from there; or set "
    "lifecycle: {replace: true}, and a new object takes its place, without history, and learns anew"
)
NOT_BY_ITSELF = "does not start by itself: turn it on in Ads Manager, or write activate_at"


def diff(
    resources: Mapping[Address, Resource],
    observed: Observed,
    records: Mapping[Address, Record],
    settled: Mapping[Address, Settled],
    moves: Mapping[Address, Address],
    now: datetime,
    zone: ZoneInfo,
    *,
    revert_drift: bool = False,
    reviewed: bool = False,
    renamed_account: str = "",
    pause_orphans: bool = False,
    accept_live: bool = False,
    declared_reverts: bool = True,
    silent: Collection[Address] = frozenset(),
) -> Difference:
    """One account's differences. `records` are at their new addresses; `moves` tells which were elsewhere. What
    counts as applied is in `settled`.

    `reviewed`: a person reads the plan before it is applied. `renamed_account`: an undeclared key that has this ad
    account in state/. `declared_reverts`: whether `lifecycle.revert_drift` is heeded. `silent`: what was compared
    before, with nothing to tell, and of which `observed` says no more than it did then.
    """
    comparison = _Comparison(
        Sides(
            resources, observed, records, settled, moves, now, zone, revert_drift, accept_live, reviewed,
            renamed_account, declared_reverts, silent,
        )
    )  # fmt: skip
    found = comparison.sides.found
    for address in sorted({*resources, *records}):
        comparison.compare(address)
    comparison.keep_what_is_in_question()
    Restarts(comparison.sides, comparison.statuses).launch()
    for orphan in (*observed.topmost_orphans, *comparison.turned_on_again):
        comparison.orphaned(orphan, pause=pause_orphans)
    found.settled = settled
    found.notes += _unverified(resources, observed.objects)
    found.notes += _unremembered(found.drift, records, observed.objects)
    return found


def _unremembered(
    drift: Iterable[Drift], records: Mapping[Address, Record], objects: Mapping[Address, Object]
) -> Iterator[str]:
    """Which file a creative of somebody else's shows, state/ alone knows: without it all of them look changed."""
    media = {one.address for one in drift if one.field in MEDIA_FIELDS and one.address not in records}
    lost = sorted(at for at in media if not objects[at].content_digest)
    if lost:
        first, number = lost[0], counted(len(lost), KINDS[lost[0].kind].title)
        yield (
            f"state/ does not remember which files {number} of {first.account} had ({first}{' …' * (len(lost) > 1)}): "
            f"if state/ was lost, and not they changed, reconciler import {first.account} remembers them as the YAML "
            "has them; --revert-drift would upload them all anew"
        )


def _unverified(resources: Mapping[Address, Resource], objects: Mapping[Address, Object]) -> Iterator[str]:
    """What stands under `raw` and cannot be read back: compared with the record alone, and said once. And what nobody
    can tell of that counts though nobody declares it."""
    found = [
        f"{address} {', '.join(f'raw.{plain(name)}' for name in names)}"
        for address, resource in sorted(resources.items())
        if address in objects and objects[address].unread
        if (names := sorted(objects[address].unread & _under_raw(resource)))
    ]
    if found:
        yield f"cannot be verified, since Meta does not show it: {'; '.join(found)}"
    hidden = sorted({name for address in resources if address in objects for name in objects[address].unread & TOLD})
    if hidden:
        account = next(iter(resources)).account
        said = f"{account}: what others set of {', '.join(hidden)}"
        yield f"{said} is neither told nor counted here, since Meta does not show it"


def _under_raw(resource: Resource) -> frozenset[str]:
    """What it declares there; of what has a name of its own, what counts in any case."""
    said = {name for name, value in resource.fields.items() if value is not None}
    return frozenset(said - (set(KINDS[resource.kind].fields) - TOLD))


@dataclass
class _Comparison:
    sides: Sides
    in_question: set[Address] = field(default_factory=set)
    """What has no YAML any more, and may be what is to be made under another name."""
    turned_on_again: list[Object] = field(default_factory=list)
    """What we have paused because its YAML was gone, and somebody has turned on since."""
    removals: Removals = field(init=False)
    fields: FieldDiff = field(init=False)
    statuses: StatusDiff = field(init=False)

    def __post_init__(self) -> None:
        sides = self.sides
        self.fields, self.statuses = FieldDiff(sides), StatusDiff(sides)
        named = frozenset(one.existing for one in sides.resources.values() if one.existing)
        self.removals = Removals(sides.records, sides.observed, named)

    def compare(self, address: Address) -> None:
        resource = self.sides.resources.get(address)
        live = self.sides.observed.objects.get(address)
        if resource is None and live is not None and self._removal_was_undone(self.sides.records[address], live):
            self.turned_on_again.append(live)
        elif resource is None:
            self._add(self.removals.of(address, self.sides.records[address], live))
        elif self.sides.found.set_aside and any(address.within(at) for at in self.sides.found.set_aside):
            return
        elif why := self._not_ours(resource, live):
            self.sides.found.set_aside.add(address)
            self._refuse("copy", resource, why)
            if live is not None and resource.status == ACTIVE != live.status:
                # Held back by the refusal, and told with it.
                self.statuses.change(resource, live.id, live.status)
        elif address in self.sides.observed.unlabelled_yet and live is not None:
            self._unlabelled_yet(resource, live)
        elif address in self.sides.observed.disowned:
            self.sides.found.refusals.append(
                Refusal(
                    "ownership",
                    str(address),
                    f"{resource.kind} {live.id if live else ''} does not carry the label of this address, so "
                    "it is not written to; "
                    f"{_line_back(live)}after a rename keep previously: [former key] in the YAML; if project: "
                    "was renamed, write the former name back; else put the label back in Ads Manager, or let go of it "
                    "with reconciler forget once its YAML is gone",
                    lowers=bool(live and live.status == ACTIVE and resource.status == PAUSED),
                )
            )
        elif self.sides.made_anew.intersection(address.ancestors):
            self._made_with(resource, live)
        elif self.sides.observed.in_archived(address):
            return
        elif live is None:
            self._missing(resource)
        elif live.gone:
            self._deleted(resource, live)
        else:
            self._there(resource, live)

    def _there(self, resource: Resource, live: Object) -> None:
        if resource.address in self.sides.silent:
            return
        before = self.sides.found.extent
        self._present(resource, live, self.sides.settled.get(resource.address))
        if self.sides.found.extent == before:
            self.sides.found.silent.add(resource.address)

    def _not_ours(self, resource: Resource, live: Object | None) -> str:
        """What the YAML names by its id may be anybody's work."""
        if live is not None and live.id == resource.existing:
            return ""
        sides = self.sides
        return why_not_ours(resource.address, live, sides.records.get(resource.address), sides.observed, sides.zone)

    def _unlabelled_yet(self, resource: Resource, live: Object) -> None:
        """What would be done is told, and neither that nor a stop is done: nothing is written to what is not ours."""
        before = len(self.sides.found.changes)
        if live.gone:
            self._deleted(resource, live)
        else:
            self._present(resource, live, self.sides.settled.get(resource.address))
        # Nothing is adopted before its label says so.
        wanted = [change for change in self.sides.found.changes[before:] if change.action is not Action.ADOPT]
        del self.sides.found.changes[before:]
        if not wanted:
            return
        names = sorted({name for change in wanted for name in change.after} or {"status"})
        message = (
            f"{resource.kind} {live.id} does not carry our label yet, so {', '.join(names)} would be changed and is "
            f"not; to let it be managed: reconciler import {resource.address.account}"
        )
        lowers = live.status == ACTIVE and resource.status == PAUSED
        self.sides.found.refusals.append(Refusal("unlabelled", str(resource.address), message, lowers=lowers))

    def _removal_was_undone(self, record: Record, live: Object) -> bool:
        """By the log, of a record that is older than our removal. One that is not knows it was removed."""
        if record.on_remove is not OnRemove.PAUSE or live.status != ACTIVE:
            return False
        ours = self.sides.history.ours_since(record, live, "status")
        last = events_of(self.sides.observed.log_of(live.id), live.id, "status")[-1:]
        return ours is not None and status_word(ours.new) == PAUSED and not self.sides.history.is_ours(last[0])

    def _add(self, found: Change | Refusal | None) -> None:
        if isinstance(found, Change):
            self.sides.found.changes.append(found)
        elif found is not None:
            self.sides.found.refusals.append(found)

    def orphaned(self, live: Object, *, pause: bool) -> None:
        if pause and live.status == ACTIVE:
            self.sides.found.asked.add(live.id)
        self._add(orphaned(live, self.sides.observed.account, self.sides.history, self.sides.zone, pause=pause))

    def _refuse(self, policy: str, resource: Resource, message: str) -> None:
        self.sides.found.refusals.append(Refusal(policy, str(resource.address), message))

    def _may_be_renamed(self, resource: Resource) -> bool:
        """Making it anew would leave the former object behind: it would run twice, or lose its history."""
        if resource.lifecycle.new:
            return False
        sides = self.sides
        why = renamed_from(resource, sides.resources, sides.records, sides.observed, sides.renamed_account)
        if why:
            self._refuse("possible_rename", resource, f"{why}; if it is another one, write lifecycle: {{new: true}}")
            self.in_question |= set(formers_of(resource, sides.resources, sides.records, sides.observed))
        return bool(why)

    def keep_what_is_in_question(self) -> None:
        """What may have been renamed is neither let go of, archived nor deleted: the next run would make a second one.
        A pause goes out all the same, also in place of what waits."""
        kept = [self._while_in_question(change) for change in self.sides.found.changes]
        self.sides.found.changes = [change for change in kept if change is not None]

    def _while_in_question(self, change: Change) -> Change | None:
        asked = change.removal and any(change.address.within(at) for at in self.in_question)
        if not asked or change.remembered or change.action is Action.PAUSE:
            return change
        # What we have paused and a person has turned on again is theirs.
        runs = change.before.get("status") == ACTIVE and self.sides.records[change.address].status != PAUSED
        if change.action is Action.FORGET or not runs:
            return None
        waits = f"its YAML is gone; to {change.action} it waits: it may have been renamed"
        return replace(change, action=Action.PAUSE, after={"status": PAUSED}, consequences=(waits,), removal=False)

    def _missing(self, resource: Resource) -> None:
        parent = resource.address.parent
        if parent in self.sides.observed.unlabelled_yet:
            self.sides.found.set_aside.add(resource.address)
            self._refuse("unlabelled", resource, f"{parent} does not carry our label yet, so nothing is made in it")
            return
        above = self.sides.observed.objects.get(parent) if parent else None
        available = parent is None or (above is not None and not above.gone)
        if resource.status == ARCHIVED or not (available or parent in self.sides.made_anew):
            return
        record = self.sides.records.get(resource.address)
        if self._is_there_all_the_same(resource, record) or self._may_be_renamed(resource):
            self.sides.found.set_aside.add(resource.address)
            return
        # A create that was never answered may have been done late, and deleted by somebody before we saw it.
        if not (record and record.id):
            self.statuses.hold_for(resource, None, "it is made again PAUSED")
        self._made(resource, Action.CREATE, None)

    def _is_there_all_the_same(self, resource: Resource, record: Record | None) -> bool:
        """Meta denies the object, and its log tells that we made it: no clock is needed to know that it is there."""
        if record is None or resource.address not in self.sides.observed.denied:
            return False
        self.sides.found.asked.add(record.id)
        if self.sides.history.creation(record.id) is None:
            return False
        said_ = f"{resource.address}: {resource.kind} {record.id} was made, and Meta does not show it"
        self.sides.found.notes.append(f"{said_}: nothing is done with it until it does")
        return True

    def _deleted(self, resource: Resource, live: Object) -> None:
        parent = resource.address.parent
        if parent is not None and self.sides.observed.objects[parent].gone:
            return
        record = self.sides.records.get(resource.address)
        recorded = (record.status if record else "") or PAUSED
        gone = Drift(resource.address, "status", recorded, "DELETED", id=live.id, reverted=self.sides.revert)
        self.sides.found.drift.append(replace(gone, origin=resource.origin))
        if self.sides.revert:
            self._made(resource, Action.CREATE, None)

    def _made_with(self, resource: Resource, live: Object | None) -> None:
        """What stands in something new. Where the campaign is and its ad set is not, that is to be archived: nothing is
        made in it, and what is there goes with the former campaign."""
        if resource.address.parent in self.sides.made_anew:
            self._made(resource, Action.REPLACE if live and not live.gone else Action.CREATE, live)

    def _made(self, resource: Resource, action: Action, old: Object | None) -> None:
        """A create, and a separate activation where the status should be ACTIVE already. What is to be archived is not
        made for that, whatever is made around it."""
        if resource.status == ARCHIVED:
            return
        self.sides.made_anew.add(resource.address)
        above = resource.address.parent
        if above in self.sides.found.held and above is not None:
            self.sides.found.held.setdefault(resource.address, self.sides.found.held[above])
        if old is not None and action is Action.REPLACE:
            self.statuses.hold_if_stopped(resource, old)
        after = {name: value for name, value in resource.fields.items() if value is not None}
        self.sides.found.changes.append(
            Change(
                action,
                resource.address,
                id=old.id if old and action is Action.REPLACE else "",
                before=dict(old.fields) if old and action is Action.REPLACE else {},
                after={**after, "status": PAUSED},
                consequences=(
                    *(("loses its history: a new object takes its place",) if old else ()),
                    *self._unstarted(resource),
                ),
                origin=resource.origin,
                due=resource.schedule.activate_at if resource.status == PAUSED and resource.schedule.timed else None,
                until=resource.schedule.ends_at if resource.schedule.timed else None,
            )
        )
        if resource.status == ACTIVE and resource.address not in self.sides.found.held:
            self.statuses.change(resource, "", PAUSED)

    def _unstarted(self, resource: Resource) -> Iterator[str]:
        """Why what is new will not start by itself, and how it does."""
        held = resource.schedule.status
        if resource.status == ACTIVE or resource.schedule.activate_at is not None:
            return
        if KINDS[resource.kind].launches and held is not None:
            yield f"does not start: held by status: {held}"
        elif resource.status is None and (KINDS[resource.kind].launches or self._has_an_end_alone(resource)):
            yield NOT_BY_ITSELF

    def _has_an_end_alone(self, resource: Resource) -> bool:
        """An end of its own and no start, in a campaign that starts: one that does not says so itself."""
        address, resources = resource.address, self.sides.resources
        if not resource.schedule.timed or resource.schedule.is_over(self.sides.now):
            return False
        return resources[address.root].schedule.starts and declaring(address, resources) == address

    def _present(self, resource: Resource, live: Object, settled: Settled | None) -> None:
        known = settled.record if settled else None
        if resource.address in self.sides.moves:
            former = self.sides.moves[resource.address]
            self._adopt(resource, live, f"was {former}", former)
        elif known is None:
            self._adopt(resource, live, "found by its label")
        elif known.id and known.id != live.id:
            self._adopt(resource, live, f"the older of two that were made; {known.id} stays as it is")
        record = self.fields.last_applied(resource, known, live)
        self._decide(resource, live, self.fields.update(resource, live, settled, record))
        choice = StatusChoice(resource, live, settled, self.sides.observed, self.sides.now, self.sides.zone)
        self.statuses.compare(resource, live, settled, choice)
        self.sides.found.notes += self.fields.reverted_already(resource, live)
        if settled is not None and record is not None and settled.record.id == live.id:
            applied = record.applied.items() if record is not settled.record else ()
            newer = {n: v for n, v in applied if v != settled.record.applied.get(n)}
            self._bring_up(resource, live, choice, newer)

    def _bring_up(self, resource: Resource, live: Object, choice: StatusChoice, newer: Fields) -> None:
        """Before anything else is written: a later run could not tell any more that the record was older."""
        known = self.sides.records[resource.address]
        held, status, wanted = known.held, known.status, resource.status
        if choice.is_newer_than_the_record and wanted is not None:
            held = self.sides.found.held.get(resource.address, held)
            status = wanted if wanted != live.status and choice.is_a_persons() else live.status
        if newer or (status, held) != (known.status, known.held):
            brought_up = replace(known, applied={**known.applied, **newer}, status=status, held=held)
            self.sides.found.outdated[resource.address] = brought_up

    def _adopt(self, resource: Resource, live: Object, why: str, former: Address | None = None) -> None:
        self.sides.found.changes.append(
            Change(
                Action.ADOPT,
                resource.address,
                id=live.id,
                consequences=(why,),
                origin=resource.origin,
                former=former,
            )
        )

    def _refuse_move(self, resource: Resource, update: Update) -> None:
        """Said once, where it is the campaign's and its ad sets'."""
        told = {one.address for one in self.sides.found.refusals if one.policy == "immutable" and one.mend == MOVED}
        if str(resource.address.root) in told:
            return
        where = next((o for n in BUDGETS if (o := resource.origins.get(n))), resource.origin)
        message = f"{update.moved}, which nothing here switches ({where.line_text})"
        self.sides.found.refusals.append(Refusal("immutable", str(resource.address), message, where, MOVED))

    def _written_below(self, resource: Resource) -> str:
        """Where the lifecycle of what the short form leaves out is written, such as below `ad_sets: main:`."""
        holds = any(at.parent == resource.address for at in self.sides.resources)
        return f" below {resource.kind}s: {resource.address.key}:" if resource.address.parent and holds else ""

    def _decide(self, resource: Resource, live: Object, update: Update) -> None:
        """What is refused leaves the rest of the fields a change, so that what spends less can still go out."""
        if (update.refused or update.moved) and resource.lifecycle.replace:
            self._made(resource, Action.REPLACE, live)
            return
        if update.moved:
            self._refuse_move(resource, update)
        if update.refused:
            message = (
                "; ".join(update.refused)
                + f" ({resource.origin.line_text}); set lifecycle: {{replace: true}}{self._written_below(resource)}"
                + " to let a new object take its place"
            )
            self.sides.found.refusals.append(Refusal("immutable", str(resource.address), message, resource.origin))
        update.leave_out(update.fixed)
        before, after = update.before, update.after
        if after and live.status == ARCHIVED:
            self._refuse(
                "archived",
                resource,
                f"it is archived at Meta, so {', '.join(after)} cannot be changed; remove its YAML, or write "
                "status: ARCHIVED",
            )
        elif after:
            self.sides.found.changes.append(
                Change(
                    Action.UPDATE,
                    resource.address,
                    id=live.id,
                    before=before,
                    after=after,
                    consequences=tuple(consequences(resource.kind, before, after)),
                    origin=next((resource.origin_of(n) for n in after), resource.origin),
                )
            )


def _line_back(live: Object | None) -> str:
    return f'if it never had one, put the line existing: "{live.id}" back; ' if live and not live.labels else ""
