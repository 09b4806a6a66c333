"""Our label, put on what somebody else has made: the one write by which an object becomes ours.

The labels that it has stay; one of ours that it took along from what it was copied from goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.kinds.identity import label, labels_in, project_prefix
from reconciler.meta.answers import taken
from reconciler.meta.client import BATCH, Writer
from reconciler.meta.request import Part
from reconciler.model.address import Address
from reconciler.model.errors import STOPPING, GraphError, GraphReply, Invalid, NotFound, Unavailable
from reconciler.observe.decode import owner_of

FIELDS = "id,account_id,adlabels"
LOOK_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds between looks for a label that was written: it may take a while to show."""


def put_labels(
    writer: Writer, account_id: str, project: str, wanted: Mapping[Address, str]
) -> Iterator[tuple[Address, GraphError | None]]:
    """`wanted`: the id of each address's object. Yields each address with None once its label is there, or with what
    Meta has refused it for: the others go on. An object that is gone is passed over, and one of another ad account is
    never written to. What it carries is read right before, and read again after: Meta may confirm what it does not do.
    Raises GraphError for what stops the account; doing it again goes on."""
    addresses = sorted(wanted, key=lambda at: (len(at.keys), at))
    for at in range(0, len(addresses), BATCH):
        now = addresses[at : at + BATCH]
        present = _present(writer, account_id, [wanted[address] for address in now])
        there = [one for one in now if wanted[one] in present]
        missing = [one for one in there if not _is_right(project, one, present[wanted[one]])]
        refused = _write(writer, project, missing, wanted, present)
        unseen = _looked_for(writer, account_id, project, [one for one in missing if one not in refused], wanted)
        yield from ((one, refused.get(one) or unseen.get(one)) for one in there)


def _looked_for(
    writer: Writer, account_id: str, project: str, written: Sequence[Address], wanted: Mapping[Address, str]
) -> dict[Address, GraphError]:
    """Those on which no label shows up."""
    left = list(written)
    for pause in LOOK_PAUSES if left else ():
        writer.connection.sleep(pause)
        seen = _present(writer, account_id, [wanted[one] for one in left])
        left = [one for one in left if wanted[one] in seen and not _is_right(project, one, seen[wanted[one]])]
        if not left:
            break
    message = "Meta took the write, and {} does not carry the label of {}"
    replies = {one: GraphReply(200, message=message.format(wanted[one], one)) for one in left}
    return {one: Unavailable(reply, "run it again") for one, reply in replies.items()}


def _present(writer: Writer, account_id: str, ids: Sequence[str]) -> dict[str, Sequence[Mapping[str, str]]]:
    """By id of what is there, the labels that it carries: `{id, name}`. Raises Invalid for what another account has."""
    found: dict[str, Sequence[Mapping[str, str]]] = {}
    for one, answer in zip(ids, writer.get_all(ids, FIELDS), strict=True):
        if isinstance(answer, NotFound):
            continue
        if isinstance(answer, GraphError):
            raise answer
        if (owner := owner_of(answer)) != account_id:
            raise Invalid(GraphReply(0, message=f"{one} is {owner or 'nobody knows whose'}, and not {account_id}'s"))
        found[one] = [
            {name: str(item[name]) for name in ("id", "name") if item.get(name)} for item in labels_in(answer)
        ]
    return found


def _is_right(project: str, address: Address, labels: Sequence[Mapping[str, str]]) -> bool:
    """Ours is there, and no other of ours."""
    names = {each.get("name", "") for each in labels}
    return {name for name in names if name.startswith(project_prefix(project))} == {label(project, address)}


def _write(
    writer: Writer,
    project: str,
    missing: Sequence[Address],
    wanted: Mapping[Address, str],
    present: Mapping[str, Sequence[Mapping[str, str]]],
) -> dict[Address, GraphError]:
    """What Meta has refused. A write replaces all labels, so those of others are sent along, by their ids: two may
    have one name."""
    parts = []
    for address in missing:
        others = [o for o in present[wanted[address]] if not o.get("name", "").startswith(project_prefix(project))]
        kept = [{"id": each["id"]} if "id" in each else {"name": each["name"]} for each in others if each]
        parts.append(Part("POST", wanted[address], {"adlabels": [*kept, {"name": label(project, address)}]}))
    refused = {}
    for address, answer in zip(missing, writer.write_all(parts), strict=True):
        done = taken(answer)
        if isinstance(done, STOPPING):
            raise done
        # What got no answer may have been done: the look after it tells.
        if isinstance(done, GraphError) and not isinstance(done, (Unavailable, NotFound)):
            refused[address] = done
    return refused
