"""What a file asks to be overwritten once, and what of that has been done. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.problem import Problem
from reconciler.model.record import Record
from reconciler.model.resource import Resource

REVERTED = "lifecycle.revert_drift has no effect any more, since it has been done"


def reverted(resources: Mapping[Address, Resource], records: Mapping[Address, Record]) -> Iterator[Problem]:
    """Each that the records remember as done, at its place."""
    for address, resource in resources.items():
        done = (records[address].reverted or {}) if address in records else {}
        for path, value in resource.lifecycle.revert_drift.items():
            if path in done and done[path] == value:
                yield Problem(resource.revert_origin(path), REVERTED, "remove it")
