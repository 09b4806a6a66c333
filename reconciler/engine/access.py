"""Pages and pixels that the token may not use: what names one is neither made nor changed, the rest goes on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.engine.plan import MAKING
from reconciler.model.account import NoAccess
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.ref import texts
from reconciler.model.resource import Resource

WRITES = frozenset({*MAKING, Action.UPDATE})


def without_access(
    resources: Mapping[Address, Resource], found: Iterable[NoAccess], changes: Iterable[Change]
) -> Iterator[Refusal]:
    """One of each campaign that needs such a page or pixel, at the first place that names it."""
    written = sorted({change.address for change in changes if change.action in WRITES})
    for asset in found:
        refused: set[Address] = set()
        for resource in (resources[at] for at in written if at in resources):
            name = next((n for n, value in resource.fields.items() if asset.id in texts(value)), "")
            if name and resource.address.root not in refused:
                refused.add(resource.address.root)
                yield Refusal("no_access", str(resource.address), asset.said, resource.origin_of(name), asset.mend)
