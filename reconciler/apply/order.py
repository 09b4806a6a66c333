"""What comes before what. Pure.

Order: pauses (campaign first), removals, budget decreases; then media and creatives are prepared; campaigns, ad sets,
ads, other changes, budget increases, activations (ads, ad sets, campaign last). Activations of campaigns in which
nothing else is to be done come before what is made in others: `waves.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from reconciler.engine.spend.fields import direction
from reconciler.kinds import BUDGETS
from reconciler.kinds.budget_schedules import SCHEDULES
from reconciler.meta.refusals import MOST
from reconciler.model.address import LEVELS, Address
from reconciler.model.plan import Action, Change

T = TypeVar("T")

RECORDS_ONLY, PAUSES, REMOVALS, DECREASES, MAKES, CHANGES, INCREASES, ACTIVATIONS = range(8)

LOWERS, RAISES = frozenset({PAUSES, REMOVALS, DECREASES}), frozenset({INCREASES, ACTIVATIONS})
"""What can be spent must never be more than declared, also midway."""

YIELDING = frozenset({MAKES, CHANGES, INCREASES})
"""What leaves points to the launches and stops of the next minutes, and stops between two batches for them."""

BOTTOM_UP = frozenset({REMOVALS, ACTIVATIONS})
"""Nothing delivers until the campaign is on, and nothing below an archived campaign can be edited any more."""

PHASES = {
    Action.ADOPT: RECORDS_ONLY,
    Action.FORGET: RECORDS_ONLY,
    Action.PAUSE: PAUSES,
    Action.ARCHIVE: REMOVALS,
    Action.DELETE: REMOVALS,
    Action.CREATE: MAKES,
    Action.REPLACE: MAKES,
    Action.ACTIVATE: ACTIVATIONS,
}


def execution_order(change: Change) -> tuple[int, int, tuple[str, ...]]:
    """Sort key: phase, level within the phase, address."""
    level = LEVELS.index(change.kind)
    phase = phase_of(change)
    return phase, -level if phase in BOTTOM_UP else level, change.address.steps


def campaigns_to_launch(activations: Iterable[Change]) -> list[list[Change]]:
    """What is turned on in each campaign, the one that is due first at the beginning."""
    found: dict[Address, list[Change]] = {}
    for change in activations:
        found.setdefault(change.address.root, []).append(change)
    return sorted(found.values(), key=lambda each: (min(_due(change) for change in each), each[0].address.root))


def in_turn(wanted: Sequence[T], root_of: Callable[[T], Address]) -> list[T]:
    """The first of each campaign, then the second of each: what Meta refuses of one, again and again, keeps no other
    waiting. Where none can, the order stays."""
    if len(wanted) <= MOST:
        return list(wanted)
    met: Counter[Address] = Counter()
    turns: list[list[T]] = []
    for one in wanted:
        root = root_of(one)
        if met[root] == len(turns):
            turns.append([])
        turns[met[root]].append(one)
        met[root] += 1
    return [one for turn in turns for one in turn]


def _due(change: Change) -> datetime:
    """What no clock turns on was due all along."""
    return change.due or datetime.min.replace(tzinfo=UTC)


def phase_of(change: Change) -> int:
    if change.unlabels:
        return REMOVALS
    if change.action is not Action.UPDATE:
        return PHASES[change.action]
    steps = {(change.after.get(n) or 0) - (change.before.get(n) or 0) for n in BUDGETS if n in change.after}
    if SCHEDULES in change.after:
        steps.add(direction(SCHEDULES, change.before.get(SCHEDULES), change.after[SCHEDULES]))
    if any(step > 0 for step in steps):
        return INCREASES
    return DECREASES if steps else CHANGES
