"""What somebody's change that stands does to what is declared to come: a launch that it holds, an end that comes all
the same. Told from the day on which it is seen, and not only in the minute of the launch. Pure.

The gate decides by a look of its own, by the same rule: an object stays PAUSED while its own fields, or those of what
is on in it, are not as declared, or while all in it that was to be turned on stays off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property

from reconciler.engine.compare import differing, standing
from reconciler.engine.restarts import delivers
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.address import LEVELS, Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change, Drift
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED

UNJUDGED = frozenset({"name", "start_time"})
"""What a person may change before a launch without stopping it: a name neither spends nor is it shown, and a start
that has passed cannot be compared, while one that lies ahead makes nothing run early."""

STAYS = "stays PAUSED"
MOST_TOLD = 5


@dataclass(frozen=True)
class Standing:
    """One account's drift that is neither overwritten nor accepted. `paused`: what the plan pauses first."""

    resources: Mapping[Address, Resource]
    observed: Observed
    drift: Collection[Drift]
    now: datetime
    paused: Collection[Address] = ()

    @cached_property
    def judged(self) -> dict[Address, Drift]:
        """The first of each address that the gate does not let pass."""
        found: dict[Address, Drift] = {}
        for one in self.drift:
            stands = not (one.reverted or one.accepted) and one.address in self.resources
            if stands and one.address.kind in LEVELS and one.field not in UNJUDGED | {"status"}:
                found.setdefault(one.address, one)
        return found

    @cached_property
    def held(self) -> dict[Address, Drift]:
        """By what is to be launched, now or later, the drift that keeps it PAUSED."""
        found: dict[Address, Drift] = {}
        roots = {at.root for at in self.judged}
        known = sorted((at for at in self.resources if at.root in roots), key=lambda at: -len(at.keys))
        for address in known:
            cause = self._cause(address, found) if self.moment(address) is not None else None
            if cause is not None:
                found[address] = cause
        return found

    def _is_on(self, address: Address) -> bool:
        live = self.observed.objects.get(address)
        return live is not None and live.status == ACTIVE and address not in self.paused

    def moment(self, address: Address) -> datetime | None:
        """When it is turned on; None for what is on, or is not turned on by anybody here."""
        resource = self.resources[address]
        if self._is_on(address) or "status" in resource.lifecycle.ignore or not resource.schedule.starts:
            return None
        if resource.schedule.deactivate_at is not None and resource.schedule.deactivate_at <= self.now:
            return None
        return max(resource.schedule.activate_at or self.now, self.now)

    def _cause(self, address: Address, found: Mapping[Address, Drift]) -> Drift | None:
        own = next(
            (d for at, d in self.judged.items() if at.within(address) and (at == address or self._is_on(at))), None
        )
        if own is not None:
            return own
        moment = self.moment(address)
        below = [at for at in self.resources if at.parent == address and self.moment(at) == moment]
        if below and all(at in found for at in below):
            return found[below[0]]
        above = next((at for at in address.ancestors if at in self.judged and self._is_on(at)), None)
        if above is None or delivers(address.root, self.observed, self.now, beside=address):
            return None
        return self.judged[above]

    def launches(self) -> dict[Address, Drift]:
        """The topmost of those that are held."""
        return {at: one for at, one in self.held.items() if not any(above in self.held for above in at.ancestors)}

    def said(self, zone: tzinfo) -> dict[Address, str]:
        """Of each launch that it holds, since when or until what it waits."""
        return {
            at: f"does not start {_when(self.moment(at), self.now, zone)} while {_of(at, cause)} is not as declared"
            for at, cause in sorted(self.launches().items())
        }

    def told(self, drift: Drift, zone: tzinfo) -> Drift:
        """With what comes of it while it stands."""
        effects = [*self._stops_all_the_same(drift, zone), *self._waits(drift, zone)]
        return replace(drift, effect="; ".join(effects)) if effects else drift

    def _waits(self, drift: Drift, zone: tzinfo) -> Iterator[str]:
        waiting = sorted(at for at, one in self.launches().items() if one is self.judged.get(drift.address) is drift)
        for at in waiting[:MOST_TOLD]:
            moment = self.moment(at)
            what = "it" if at == drift.address else str(at)
            if moment is not None and moment > self.now:
                yield f"{what} does not start {format_time(moment, zone)} while that stands"
            else:
                yield f"{what} {STAYS} while that stands"

    def _stops_all_the_same(self, drift: Drift, zone: tzinfo) -> Iterator[str]:
        """A declared end is a declared stop, whatever end somebody has set at Meta."""
        resource = self.resources.get(drift.address)
        if drift.field != "end_time" or drift.reverted or resource is None or not resource.schedule.timed:
            return
        end = resource.schedule.ends_at
        if end is not None and end > self.now and (not drift.live or parse_wire_time(drift.live) > end):
            yield f"it stops {format_time(end, zone)} all the same, since its file says so"


def as_last_seen(records: Mapping[Address, Record]) -> tuple[dict[Address, Object], list[Drift]]:
    """What lives, and what of it was not as applied, by what is remembered of the last look."""
    lives = {
        at: Object(one.kind, one.id, one.live, str(one.live.get("status") or one.status or PAUSED), "")
        for at, one in records.items()
        if one.id and not one.removed and at.kind in LEVELS
    }
    drift = [
        Drift(at, name, gap.declared, gap.live, id=live.id, path=gap.path)
        for at, live in lives.items()
        for name, applied in records[at].applied.items()
        if name in live.fields and applied is not None
        for gap in differing(at.kind, name, applied, live, standing(records[at], live, name, None))
    ]
    return lives, drift


def without(changes: Iterable[Change], held: Collection[Address]) -> list[Change]:
    """What is done of the changes as far as one knows: the launches that are held are tried in vain."""
    return [c for c in changes if not (c.action is Action.ACTIVATE and c.address in held)]


def told_as_held(change: Change, held: Mapping[Address, Drift]) -> Change:
    """A launch with what keeps it PAUSED, in place of what it would do."""
    cause = held.get(change.address) if change.action is Action.ACTIVATE else None
    if cause is None:
        return change
    return replace(change, consequences=(f"{STAYS}: {_of(change.address, cause)} is not as declared, see Drift",))


def _of(address: Address, cause: Drift) -> str:
    return f"{cause.path or cause.field}{'' if cause.address == address else f' of {cause.address}'}"


def waiting_for_drift(stands: Standing, account: str, zone: tzinfo) -> str:
    """The note on launches that it holds; "" where there are none."""
    launches = {at: stands.moment(at) for at in stands.launches()}
    if not launches:
        return ""
    inorder = sorted(launches, key=lambda at: (launches[at] or stands.now, at))
    told = [f"{at} ({_when(launches[at], stands.now, zone)})" for at in inorder[:MOST_TOLD]]
    told += [f"{len(inorder) - MOST_TOLD:,} more"] if len(inorder) > MOST_TOLD else []
    return (
        f"launches of {account} wait while what somebody has changed stands, and do not count in the spend: "
        f"{', '.join(told)}"
    )


def _when(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    return format_time(moment, zone).rpartition(" ")[0] if moment is not None and moment > now else "now"
