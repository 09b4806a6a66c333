"""What a campaign counts as where policies judge it: its readings, the highest of which counts. Pure.

| reading | counts |
|---|---|
| as declared, or as it is there once the plan is carried out | the whole of a lifetime budget, over its days |
| what is left | what is left of it over the days that are left, where the plan lets the campaign spend more by that |

For the account's limit what is left counts of all that runs beside such a campaign, too.

The first alone does not see that a launch is late, that days are taken away from a budget half spent, or that one is
raised near its end; and what has been launched late runs on beside the next launch. The second alone would let a limit
refuse what nobody has touched, as soon as Meta spends less than it may: so it waits for a plan that spends more.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.engine.spend.future import MAKES, Future
from reconciler.engine.spend.parts import Parts
from reconciler.engine.spend.timeline import Campaign, campaigns, most, steps
from reconciler.model.address import Address
from reconciler.model.plan import Action

TOUCHES = MAKES | {Action.UPDATE, Action.ACTIVATE}


def as_it_will_be(future: Future) -> dict[Address, Campaign]:
    """Each campaign with its budgets as they are once the plan is carried out, a person's among them."""
    return dict(campaigns(future.allowed(), future.now, whole=True, ads=False))


def left_to_spend(future: Future) -> dict[Address, list[Campaign]]:
    """What is left, of the campaigns that the plan lets spend more by it: as if nothing were paused, and as it runs."""
    roots = {change.address.root for change in future.changes if change.action in TOUCHES}
    found: dict[Address, list[Campaign]] = {}
    for root, campaign in _raised(future, roots) if roots else ():
        found.setdefault(root, []).append(campaign)
    return found


def together_with_the_rest(future: Future) -> dict[Address, list[Campaign]]:
    """The same, and beside it what is left of all that runs: both are spent on one day. Empty where the plan lets
    nothing spend more."""
    found = left_to_spend(future)
    for root, campaign in campaigns(future.running, future.now, whole=False, ads=True) if found else ():
        found.setdefault(root, []).append(campaign)
    return found


def _raised(future: Future, roots: set[Address]) -> Iterator[tuple[Address, Campaign]]:
    for before, after, ads in (
        (future.present.allowed(), future.allowed(), False),
        (future.present.running, future.running, True),
    ):
        was = dict(_left(before, roots, future, ads=ads))
        for root, campaign in _left(after, roots, future, ads=ads):
            if root not in was or _highest(campaign) > _highest(was[root]):
                yield root, campaign


def _left(parts: Parts, roots: set[Address], future: Future, *, ads: bool) -> Iterator[tuple[Address, Campaign]]:
    theirs = {address: part for address, part in parts.items() if address.root in roots}
    return campaigns(theirs, future.now, whole=False, ads=ads)


def _highest(campaign: Campaign) -> int:
    return most(steps([campaign])).daily
