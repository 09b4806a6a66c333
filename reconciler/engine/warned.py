"""Which warnings of the files a plan tells: those about what stays at Meta as it is would hide the others. Pure.

What was imported runs already, with all that could be said better. A warning is told one by one where the plan makes or
changes what it is about, and as soon as somebody edits that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.kinds import KINDS
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired

NAME = frozenset({"name"})

Place = tuple[str, int]


def warnings_of(desired: Desired, plans: Sequence[Plan]) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Those that are told, and the note of how many are not."""
    if not desired.warnings:
        return (), ()
    steady = _steady(desired, plans)
    told = tuple(one for one in desired.warnings if _place(one.origin) not in steady)
    left = len(desired.warnings) - len(told)
    about = "names and ads that this plan leaves as they are: reconciler validate tells them"
    return told, (f"{counted(left, 'warning')} about {about}",) if left else ()


def _steady(desired: Desired, plans: Sequence[Plan]) -> set[Place]:
    """Lines of names and content that is made already, and that no plan touches."""
    planned = {key for plan in plans for key in plan.accounts}
    wanted = (change for plan in plans for change in (*plan.changes, *(held.change for held in plan.held)))
    touched = {(change.address, name) for change in wanted for name in change.after}
    refused = _refused(plans)
    steady: set[Place] = set()
    news: set[Place] = set()
    for at, resource in desired.resources.items():
        kept = at.account in planned and not any(at.within(one) for one in refused)
        for name in (KINDS[at.kind].content | NAME) & resource.origins.keys():
            is_steady = kept and (at, name) not in touched
            (steady if is_steady else news).add(_place(resource.origins[name]))
    return steady - news


def _refused(plans: Iterable[Plan]) -> set[Address]:
    """Of what is refused nobody knows whether it is there."""
    texts = {refusal.address for plan in plans for refusal in plan.refusals}
    return {Address.parse(text) for text in texts if "/" in text}


def _place(origin: Origin) -> Place:
    return origin.file, origin.line
