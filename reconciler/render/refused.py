"""What is refused, with the mend, and what that holds back. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Plan, Refusal
from reconciler.render.changes import changed_fields, figures
from reconciler.render.fields import Teller
from reconciler.text.sanitize import brief, plain

MOST_NAMES = 3
"""Of campaigns in the line that counts: each that waits has a line of its own below it."""


def refusal_lines(refusal: Refusal) -> Iterator[str]:
    yield f"Refused ({refusal.policy}): {plain(refusal.address)}: {brief(refusal.message)}"
    if refusal.mend:
        yield f"  mend: {brief(refusal.mend)}"


def held_back(plan: Plan) -> Iterator[str]:
    """A line for each refusal that holds something back, with how much of what; then what else it keeps from
    changing, and which other campaigns, and why they wait."""
    teller = Teller(plan)
    lowers = {(r.policy, r.address) for r in plan.refusals if r.lowers}
    by_refusal: dict[tuple[str, str], list[Change]] = {}
    for held in plan.held:
        by_refusal.setdefault((held.policy, held.refused), []).append(held.change)
    for (policy, refused), changes in by_refusal.items():
        yield f"Held back ({policy}): {plain(refused)}: {'; '.join(_how_much(changes, refused))}"
        for change in changes:
            why = _why_it_waits(change.address, refused, lowers=(policy, refused) in lowers)
            if change.action is Action.UPDATE:
                for row in changed_fields(change, teller):
                    yield f"  {change.address} {row.name} {' '.join(row.lines)}{why}"
            elif str(change.address.root) != refused and KINDS[change.kind].launches:
                yield f"  {change.address}: {change.action}{why}"


def _how_much(changes: Iterable[Change], refused: str) -> Iterator[str]:
    """`1 to change; of acme-sg/other 3 to activate`: of what is refused first, then of what waits for it."""
    at = Address.parse(refused) if "/" in refused else None
    by_root: dict[Address | None, Counter[str]] = {}
    for change in changes:
        root = None if at is None or change.address.root == at.root else change.address.root
        by_root.setdefault(root, Counter())[change.action.value] += 1
    yield from [_counted(by_root.pop(None))] if None in by_root else ()
    named = list(by_root.items())[: MOST_NAMES if len(by_root) > MOST_NAMES + 1 else None]
    yield from (f"of {root} {_counted(found)}" for root, found in named)
    rest = list(by_root.values())[len(named) :]
    yield from [f"of {len(rest):,} others {_counted(sum(rest, Counter()))}"] if rest else ()


def _counted(found: Mapping[str, int]) -> str:
    return ", ".join(text for text in figures(found) if not text.startswith("0 "))


def _why_it_waits(address: Address, refused: str, *, lowers: bool) -> str:
    """ "" for what is refused itself."""
    at = Address.parse(refused) if "/" in refused else None
    if address == at:
        return ""
    if at is not None and at.root == address.root:
        return f": waits with {at if at.within(address) else at.root}"
    if at is not None and KINDS[at.kind].stands_alone:
        return ": uses it"
    if lowers:
        return f": nothing of {address.account} rises while a stop or decrease of {refused} is held back"
    return f": waits with all of {address.account}"
