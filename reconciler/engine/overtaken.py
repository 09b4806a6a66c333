"""Where what is live has overtaken what is declared: what `pull` writes down. Pure.

Unlike drift, which is told against what was applied last, this is told against the YAML, since that is to be changed:
of a conflict, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.engine.compare import NONE, Standing, Verdict, differing, is_live, judge, standing
from reconciler.engine.difference import Difference
from reconciler.kinds import KINDS
from reconciler.kinds.structure import Gap
from reconciler.model.address import Address
from reconciler.model.plan import Drift
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource

OVERTAKEN = frozenset({Verdict.DRIFT, Verdict.CONFLICT})


@dataclass(frozen=True)
class Overtaken:
    """One place of one field. `live` None: nothing is set there."""

    resource: Resource
    field: str
    path: str
    """Such as `targeting.age_min`; the field itself where it is not compared part by part."""
    live: Any
    object: Object
    """As it was read."""
    may: Standing = NONE
    """What may stand beside the declared in it."""
    said: Any = None
    """What YAML says for it where that is not made of `live` alone: a file, of a video or an image."""

    @property
    def address(self) -> Address:
        return self.resource.address

    @property
    def is_content(self) -> bool:
        return self.field in KINDS[self.resource.kind].content

    def is_settled_in(self, resource: Resource) -> bool:
        """Whether a declaration of the same address says at this place what is live."""
        if self.field == "status":
            return resource.status == str(self.live)
        if self.field not in resource.fields:
            return self.live is None
        left = differing(resource.kind, self.field, resource.fields[self.field], self.object, self.may)
        return not any(gap.path == self.path for gap in left)

    def is_named_in(self, resource: Resource) -> bool:
        """Whether a declaration says that just this is to be overwritten."""
        asked = resource.lifecycle.revert_drift
        if self.field == "status":
            return str(asked.get("status")) == str(self.live)
        paths = [at for at in asked if self.path == at or self.path.startswith((f"{at}.", f"{at}["))]
        return any(is_live(resource.kind, at, asked[at], self.object, self.may) for at in paths)


def overtaken(
    resources: Mapping[Address, Resource], observed: Observed, difference: Difference, drift: tuple[Drift, ...]
) -> Iterator[Overtaken]:
    """By address, each field's places in the order of the field. `drift`: of the whole account."""
    by_address: dict[Address, list[Drift]] = {}
    for one in drift:
        by_address.setdefault(one.address, []).append(one)
    for address, resource in sorted(resources.items()):
        live = observed.objects.get(address)
        own = by_address.get(address, [])
        yield from (_of_status(resource, one, live) for one in own if one.field == "status")
        if KINDS[address.kind].stands_alone:
            yield from (_of_plain(resource, one) for one in own if one.field != "status")
        elif live is not None and not live.gone and not _is_set_aside(address, observed, difference):
            yield from _of_fields(resource, live, observed, difference)


def _is_set_aside(address: Address, observed: Observed, difference: Difference) -> bool:
    return address in observed.disowned or any(address.within(at) for at in difference.set_aside)


def _of_status(resource: Resource, drift: Drift, live: Object | None) -> Overtaken:
    return Overtaken(resource, "status", "status", drift.live, live or _object(resource, drift, {}))


def _of_plain(resource: Resource, drift: Drift) -> Overtaken:
    read = _object(resource, drift, {drift.field: drift.live})
    return Overtaken(resource, drift.field, drift.field, drift.live, read)


def _object(resource: Resource, drift: Drift, fields: Mapping[str, Any]) -> Object:
    return Object(resource.kind, drift.id, fields, "", "")


def _of_fields(resource: Resource, live: Object, observed: Observed, difference: Difference) -> Iterator[Overtaken]:
    settled = difference.settled.get(resource.address)
    known = settled.record if settled else None
    record = difference.applied.get(resource.address, known)
    for name, desired in resource.fields.items():
        may = standing(known, live, name, observed)
        if name in resource.lifecycle.ignore:
            continue
        if judge(resource.kind, name, desired, record, live, may).verdict in OVERTAKEN:
            for gap in differing(resource.kind, name, desired, live, may):
                yield Overtaken(resource, name, gap.path, _as_it_is(gap), live, may)


def _as_it_is(gap: Gap) -> Any:
    """What is to stand at the place: of a list the declared items that are live, as they are declared, and the rest as
    it is live."""
    if gap.alone is not None:
        lost, new = gap.alone
        return [item for at, item in enumerate(gap.declared or []) if at not in lost] + list(new.values())
    return gap.beyond if gap.added else gap.live
