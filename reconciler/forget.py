"""Takes our label, and the record, off what somebody else is to look after; the object itself stays as it is.

What is forgotten is not ours any more: it is neither changed nor taken for an orphan, and a copy that took the label
along no longer looks like ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reconciler.decode import decode
from reconciler.errors import GraphError, NotFound, UsageError
from reconciler.identity import label, project_prefix
from reconciler.kinds import KINDS
from reconciler.meta.client import Part, Writer, taken
from reconciler.model import LEVELS, Account, Address, Object
from reconciler.record import Records

FIELDS = "id,name,status,effective_status,adlabels"


@dataclass(frozen=True)
class Forgotten:
    """One object that has lost our label."""

    account: str
    kind: str
    id: str
    name: str
    status: str


class Forgetting:
    """In one account. `declared` are the addresses that desired/ has there."""

    def __init__(
        self, project: str, account: Account, writer: Writer, declared: Iterable[Address], store: Records
    ) -> None:
        self._project, self._account = project, account
        self._writer, self._declared, self._store = writer, frozenset(declared), store

    def address(self, address: Address) -> Iterator[Forgotten]:
        """Everything that carries the label of the address, and what is in it. Raises UsageError where desired/ still
        declares it, or nothing has it."""
        self._refuse_declared(address, str(address))
        recorded = {at: record for at, record in self._store.all().items() if at.within(address)}
        labels, ids = {label(self._project, at) for at in (address, *recorded)}, {r.id for r in recorded.values()}
        found = [live for live in self._every.values() if live.labels & labels or live.id in ids]
        if not found and not recorded:
            raise UsageError(f"nothing carries the label of {address}, and state/ does not know it")
        yield from self._unlabel(found)
        self._drop(recorded)

    def has(self, object_id: str) -> bool:
        return object_id in self._every

    def object(self, object_id: str) -> Iterator[Forgotten]:
        """One object and what is in it. Raises UsageError where it carries no label of ours, or is the very one that
        desired/ declares."""
        live = self._every[object_id]
        if not self._labels_of(live):
            raise UsageError(
                f"{live.kind} {object_id} carries no label of {self._project}: there is nothing to take off"
            )
        recorded = [at for at, record in self._store.all().items() if record.id == object_id]
        for address in recorded:
            self._refuse_declared(address, object_id)
        yield from self._unlabel([live])
        self._drop(at for at in self._store.all() if any(at.within(one) for one in recorded))

    def _refuse_declared(self, address: Address, said: str) -> None:
        declared = min((at for at in self._declared if at.within(address)), default=None)
        if declared is not None:
            raise UsageError(
                f"{said}: {declared} is still declared, so that the next apply would make it again\n"
                "  mend: remove its YAML first"
            )

    def _drop(self, addresses: Iterable[Address]) -> None:
        for address in sorted(addresses, reverse=True):
            self._store.remove(address)

    @cached_property
    def _every(self) -> dict[str, Object]:
        """Every object of the account that is not archived, by id, parents first."""
        found: dict[str, Object] = {}
        for kind in (KINDS[level] for level in LEVELS):
            fields = ",".join(filter(None, (FIELDS, kind.parent_param)))
            rows = self._writer.pages(f"{self._account.id}/{kind.edge}", fields=fields)
            found |= {live.id: live for live in (decode(kind, row) for row in rows)}
        return found

    def _labels_of(self, live: Object) -> set[str]:
        return {text for text in live.labels if text.startswith(project_prefix(self._project))}

    def _unlabel(self, found: Iterable[Object]) -> Iterator[Forgotten]:
        """With what is in it; from below, so that what was cut short can be done again."""
        inside = {live.id for live in found}
        inside |= {live.id for live in self._every.values() if live.parent_id in inside}
        inside |= {live.id for live in self._every.values() if live.parent_id in inside}
        for live in reversed([self._every[one] for one in self._every if one in inside]):
            ours = self._labels_of(live)
            if ours:
                others = [{"name": text} for text in sorted(live.labels - ours)]
                answer = taken(self._writer.write_all([Part("POST", live.id, {"adlabels": others})])[0])
                if isinstance(answer, GraphError) and not isinstance(answer, NotFound):
                    raise answer
                name = str(live.fields.get("name", ""))
                yield Forgotten(self._account.key, live.kind, live.id, name, live.status)
