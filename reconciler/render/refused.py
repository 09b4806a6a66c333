"""What is refused, with the mend, and what that holds back. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.plan import Action, Plan, Refusal
from reconciler.render.changes import changed_fields, figures
from reconciler.render.fields import Teller
from reconciler.text.sanitize import brief, plain


def refusal_lines(refusal: Refusal) -> Iterator[str]:
    yield f"Refused ({refusal.policy}): {plain(refusal.address)}: {brief(refusal.message)}"
    if refusal.mend:
        yield f"  mend: {brief(refusal.mend)}"


def held_back(plan: Plan) -> Iterator[str]:
    """A line for each refusal that holds something back, with how much of what; then what else it keeps from
    changing, and which other campaigns, and why they wait."""
    teller = Teller(plan)
    lowers = {(r.policy, r.address) for r in plan.refusals if r.lowers}
    by_refusal: dict[tuple[str, str], Counter[str]] = {}
    for held in plan.held:
        by_refusal.setdefault((held.policy, held.refused), Counter())[held.change.action.value] += 1
    for (policy, refused), found in by_refusal.items():
        some = [text for text in figures(found) if not text.startswith("0 ")]
        yield f"Held back ({policy}): {plain(refused)}: {', '.join(some)}"
        for change in (h.change for h in plan.held if (h.policy, h.refused) == (policy, refused)):
            why = _why_it_waits(change.address, refused, lowers=(policy, refused) in lowers)
            if change.action is Action.UPDATE:
                for row in changed_fields(change, teller):
                    yield f"  {change.address} {row.name} {' '.join(row.lines)}{why}"
            elif str(change.address.root) != refused and KINDS[change.kind].launches:
                yield f"  {change.address}: {change.action}{why}"


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
