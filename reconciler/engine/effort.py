"""What an apply asks of Meta, by what it changes: calls for its changes, and for the files that they show. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.kinds import KINDS
from reconciler.kinds.base import Upload
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Effort
from reconciler.model.record import Record
from reconciler.model.resource import Resource

CREATIVE_FIELDS = frozenset(name for kind in KINDS.values() for name in kind.content)

CALLS = {
    Action.CREATE: Effort(0, 1),
    Action.REPLACE: Effort(0, 2),
    Action.UPDATE: Effort(1, 1),
    Action.ACTIVATE: Effort(0, 1),
    Action.PAUSE: Effort(0, 1),
    Action.ARCHIVE: Effort(0, 1),
    Action.DELETE: Effort(0, 1),
}
LOOKS = 15
"""Reads of one run besides: the account, its listings before and after, the gate's look."""


def effort(
    changes: Iterable[Change],
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    unsent: Mapping[str, int],
) -> Effort:
    """The calls of an apply. An ad's content is a creative of its own, which may turn out to exist already; so may a
    file. `unsent`: by SHA-256, the bytes of each declared file of which nothing tells that Meta was sent it lately."""
    known = [(change, CALLS[change.action]) for change in changes if change.action in CALLS]
    shown = [change.address for change, _ in known if CREATIVE_FIELDS & set(change.after)]
    reads = sum(cost.reads for _, cost in known) + (LOOKS if known else 0)
    writes = sum(cost.writes for _, cost in known) + len(shown)
    uploads = _uploads([resources[at] for at in shown if at in resources], records, unsent)
    sends = sum(one.writes for one in uploads)
    return Effort(reads + sum(one.reads for one in uploads), writes + sends, uploads=sends)


def _uploads(shown: Iterable[Resource], records: Mapping[Address, Record], unsent: Mapping[str, int]) -> list[Upload]:
    """Of each file that is shown, and that nothing has shown before, once."""
    files = {digest: kind for one in shown for digest, kind in KINDS[one.kind].files(one.fields).items()}
    files = {digest: kind for digest, kind in files.items() if digest in unsent}
    if files:
        before = {digest for one in records.values() for digest in KINDS[one.kind].files(one.applied)}
        files = {digest: kind for digest, kind in files.items() if digest not in before}
    return [KINDS[kind].upload(unsent[digest]) for digest, kind in files.items()]
