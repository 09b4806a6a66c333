"""Fields as the parameters of a create or an update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.base import UNSET
from reconciler.model.address import Address
from reconciler.model.errors import Unmade
from reconciler.model.ref import address_in, is_ref
from reconciler.model.resource import Resource


def payload(kind: str, fields: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """None is sent only to clear what was set before."""
    sent: dict[str, Any] = {}
    for name, value in fields.items():
        if name in KINDS[kind].content or name == "status":
            continue
        api = KINDS[kind].marker(name)
        if value is not None:
            sent[name] = api.codec.encode(value)
        elif former is not None and api.clear is not UNSET:
            sent[name] = api.clear
    return sent


def along(
    address: Address, fields: Mapping[str, Any], resources: Mapping[Address, Resource], ids: Mapping[Address, str]
) -> dict[str, Any]:
    """What goes along with these fields of an object that exists, of the declared objects below that exist as well."""
    kind, found = KINDS[address.kind], dict[str, Any]()
    for name, value in fields.items():
        wanted = kind.marker(name).along
        if wanted is None or not wanted.needed(value):
            continue
        below = (at for at, one in resources.items() if at.parent == address and one.fields.get(wanted.field))
        if given := {ids[at]: resources[at].fields[wanted.field] for at in below if at in ids}:
            found[wanted.parameter] = given
    return found


def with_ids(kind: str, fields: Mapping[str, Any], ids: Mapping[Address, str]) -> dict[str, Any]:
    """The fields with the ids of what they refer to. Raises Unmade where something does not exist yet."""

    def id_of(text: str) -> str:
        if not is_ref(text):
            return text
        if (address := address_in(text)) not in ids:
            raise Unmade(f"not tried: {text}, which it refers to, does not exist yet")
        return ids[address]

    return KINDS[kind].with_refs(fields, id_of)
