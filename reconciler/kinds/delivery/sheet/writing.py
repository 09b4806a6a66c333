"""Declared campaigns as rows of a sheet: each ad one, its campaign and its ad set said in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from reconciler.kinds.delivery.sheet.cells import Around, amount, write_moment
from reconciler.kinds.delivery.sheet.columns import (
    AD,
    AD_SET,
    CAMPAIGN,
    COLUMNS,
    IDS,
    LEVELS,
    SPEND_LIMITS,
    STARTS,
    STATUSES,
    STOPS,
    Column,
)
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, media_path
from reconciler.model.address import Address
from reconciler.model.ref import address_in, is_ref
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED, Schedule

Ids = Mapping[Address, str]
Line = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """What is written, and by row the addresses of what stands in it: campaign, ad set, ad."""

    lines: tuple[Line, ...]
    addresses: tuple[tuple[Address, ...], ...]


def rows_of(
    resources: Mapping[Address, Resource], ids: Ids, around: Around, of_sheet: Mapping[str, str] = MappingProxyType({})
) -> Rows:
    """`ids`: those that are known of what is declared, lead forms and audiences too. `of_sheet`: by column, what each
    row says of the sheet."""
    lines: list[Line] = []
    addresses: list[tuple[Address, ...]] = []
    for chain in _chains(resources):
        line: Line = dict(of_sheet)
        for address in chain:
            above = resources[address.parent] if address.parent else None
            line |= _Writing(resources[address], above, ids, around).cells()
        lines.append(line)
        addresses.append(chain)
    return Rows(tuple(lines), tuple(addresses))


def _chains(resources: Mapping[Address, Resource]) -> Iterator[tuple[Address, ...]]:
    """Each ad with what it is in; an ad set without ads and a campaign without ad sets alone."""
    ours = [address for address in resources if address.kind in LEVELS]
    with_children = {address.parent for address in ours}
    for address in ours:
        if address not in with_children:
            yield (*reversed(address.ancestors), address)


@dataclass(frozen=True)
class _Writing:
    resource: Resource
    above: Resource | None
    ids: Ids
    around: Around

    def cells(self) -> Line:
        level = self.resource.kind
        line = {IDS[level]: self.ids.get(self.resource.address, "")}
        line |= self._status(level)
        for column in COLUMNS:
            value = self._value(column) if column.level == level else None
            if value is not None:
                line[column.name] = column.cell.write(value, self.around)
        for of_level, add in ((CAMPAIGN, self._of_campaign), (AD, self._of_ad)):
            if level == of_level:
                line |= add()
        if level not in (CAMPAIGN, AD):
            line |= self._spend_limits()
        return {name: value for name, value in line.items() if value != ""}

    def _value(self, column: Column) -> Any:
        value: Any = self.resource.fields
        for step in column.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None or (value == [] and column.path[-1] != "special_ad_categories"):
            return None
        if column.path[-1] in MEDIA_FIELDS and isinstance(value, str):
            return None if at_meta(value) else media_path(value)
        return self._with_ids(value)

    def _with_ids(self, value: Any) -> Any:
        """What refers to something declared says its id where it has one."""
        if isinstance(value, str) and is_ref(value):
            return self.ids.get(address_in(value)) or str(address_in(value))
        if isinstance(value, Mapping):
            return {name: self._with_ids(inner) for name, inner in value.items()}
        return [self._with_ids(inner) for inner in value] if isinstance(value, list) else value

    def _status(self, level: str) -> Line:
        schedule = self.resource.schedule
        line: Line = {}
        # Of an ad set the end that Meta is sent, which the campaign may say: Ads Manager would let it run on.
        end = schedule.ends_at if level == AD_SET else schedule.deactivate_at
        for name, moment in ((STARTS[level], schedule.activate_at), (STOPS[level], end)):
            if moment is not None:
                line[name] = write_moment(moment, self.around)
        if level == AD and not self._has_own_times():
            line = {}
        status = schedule.status or (ACTIVE if schedule.activate_at else None)
        is_there = self.ids.get(self.resource.address)
        # An empty status makes Ads Manager start what is new, and leaves what is there as it is.
        return {**line, STATUSES[level]: status or ("" if is_there else PAUSED)}

    def _has_own_times(self) -> bool:
        own, above = self.resource.schedule, self.above.schedule if self.above else Schedule()
        return (own.activate_at, own.deactivate_at) != (above.activate_at, above.deactivate_at)

    def _of_campaign(self) -> Line:
        return {"Buying Type": self.resource.fields.get("buying_type", "AUCTION"), "New Objective": "Yes"}

    def _of_ad(self) -> Line:
        fields = self.resource.fields
        kinds = {"video": "Video Page Post Ad", "image": "Link Page Post Ad"}
        line: Line = {"Creative Type": next((said for name, said in kinds.items() if fields.get(name)), "")}
        if fields.get("video") and fields.get("destination_url"):
            line["Call to Action Link"] = fields["destination_url"]
        return line | self._media_at_meta()

    def _media_at_meta(self) -> Line:
        """What has no file here. A still beside a film that is a file has no column: it would stand for both."""
        keys = {name: at_meta(str(self.resource.fields.get(name) or "")) for name in MEDIA_FIELDS}
        if not keys["video"]:
            keys["thumbnail"] = ""
        found = {"Video ID": keys["video"], "Image Hash": keys["image"] or keys["thumbnail"]}
        return {name: key for name, key in found.items() if key}

    def _spend_limits(self) -> Line:
        found: Line = {}
        for name, parameter in SPEND_LIMITS.items():
            for run in ("daily", "lifetime"):
                value = self.resource.fields.get(f"{run}_{parameter}")
                if value is not None:
                    found[name] = amount(value, self.around)
        return found
