"""Our marker, put behind the description of what somebody else has made and what stands alone: nothing else of it is
changed, and what its other markers say stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.apply.plain import NO_LONGER
from reconciler.kinds import Kind
from reconciler.kinds.identity import label, markers_in, remarked, without_markers
from reconciler.meta.answers import taken
from reconciler.meta.client import BATCH, Writer
from reconciler.meta.request import Part
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import STOPPING, AccountBlocked, GraphError
from reconciler.observe.plain import speaking_for
from reconciler.text.sanitize import in_a_line


def put_markers(
    writer: Writer, account: Account, project: str, kind: Kind, wanted: Mapping[Address, str]
) -> Iterator[tuple[Address, str]]:
    """`wanted`: the id of each address's object, all of one kind. Yields each address and what was in the way, "" where
    its marker is there. The text is read right before, and again after. Raises what stops the account; what Meta bars
    of this kind alone is in the way of each. Doing it again goes on."""
    marking = _Marking(speaking_for(writer, account, kind), project, kind)
    addresses = sorted(wanted)
    for at in range(0, len(addresses), BATCH):
        yield from marking.put({address: wanted[address] for address in addresses[at : at + BATCH]})


class _Marking:
    def __init__(self, writer: Writer, project: str, kind: Kind) -> None:
        self._writer, self._project, self._field = writer, project, kind.marked

    def put(self, wanted: Mapping[Address, str]) -> Iterator[tuple[Address, str]]:
        before = self._texts(wanted)
        there = {at: text for at, text in before.items() if isinstance(text, str)}
        becomes = {at: remarked(text, self._project, label(self._project, at)) for at, text in there.items()}
        missing = {at: wanted[at] for at, text in there.items() if becomes[at] != text}
        errors = self._write({at: becomes[at] for at in missing}, wanted)
        seen = {**before, **self._texts(missing)}
        unmarked = {at: why for at in wanted if (why := self._in_the_way(at, there.get(at, ""), seen[at]))}
        spoilt = [at for at in unmarked if at in missing and seen[at] != there[at] and isinstance(seen[at], str)]
        self._write({at: there[at] or NO_LONGER for at in spoilt}, wanted)
        for at in wanted:
            yield at, errors.get(at, unmarked[at]) if at in unmarked else ""

    def _in_the_way(self, address: Address, before: str, seen: str | GraphError) -> str:
        if isinstance(seen, GraphError):
            return in_a_line(str(seen))
        marker = label(self._project, address)
        kept = without_markers(seen) == without_markers(before)
        return "" if kept and marker in markers_in(seen) else CUT_OFF

    def _texts(self, wanted: Mapping[Address, str]) -> dict[Address, str | GraphError]:
        answers = self._writer.get_all(list(wanted.values()), f"id,{self._field}") if wanted else []
        found: dict[Address, str | GraphError] = {}
        for at, answer in zip(wanted, answers, strict=True):
            _stopped(answer)
            found[at] = answer if isinstance(answer, GraphError) else str(answer.get(self._field) or "")
        return found

    def _write(self, texts: Mapping[Address, str], ids: Mapping[Address, str]) -> dict[Address, str]:
        """By address, why it was not done. What got no answer may have been: the look after it tells."""
        parts = [Part("POST", ids[at], {self._field: text}) for at, text in texts.items()]
        answers: Sequence[object] = [taken(one) for one in self._writer.write_all(parts)] if parts else []
        for answer in answers:
            _stopped(answer)
        return {at: in_a_line(str(one)) for at, one in zip(texts, answers, strict=True) if isinstance(one, GraphError)}


CUT_OFF = (
    "Meta does not keep what tells it as ours behind its description: shorten that in Ads Manager, and import again"
)


def _stopped(answer: object) -> None:
    if isinstance(answer, STOPPING) and not isinstance(answer, AccountBlocked):
        raise answer
