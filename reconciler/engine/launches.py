"""What a planner should know of launches to come: they fall on a holiday, or ads may not be reviewed by then. Pure.

Only said, never refused: what is to be refused stands in the policies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.engine.folding import folded
from reconciler.engine.policy_rules import declared_refusals
from reconciler.kinds import KINDS
from reconciler.kinds.public_holidays import holidays_on
from reconciler.kinds.reach import countries_reached
from reconciler.model.address import Address
from reconciler.model.moments import format_time, said_span
from reconciler.model.resource import Desired, Resource

REVIEW = timedelta(hours=24)
"""By Meta's Business Help Center most ads are reviewed within 24 hours, and some later."""


@dataclass(frozen=True)
class Launch:
    """What starts at a time to come."""

    address: Address
    at: datetime
    countries: frozenset[str]
    """Where its ads are shown, as far as whole countries are named."""


def holiday_notes(
    desired: Desired, now: datetime, accounts: Collection[str], targets: Collection[Address] = ()
) -> list[str]:
    """Of launches on a public holiday of a country that they reach, by the project's time zone."""
    found = []
    for launch in _launches(desired, now, accounts):
        if targets and not any(launch.address.within(target) or target.within(launch.address) for target in targets):
            continue
        day = launch.at.astimezone(desired.zone).date()
        for holiday, where in holidays_on(day, launch.countries).items():
            found.append((launch.address, f"starts on {day}, {holiday} in {where}"))
    return folded(found, "launches on public holidays")


def review_notes(desired: Desired, now: datetime, accounts: Collection[str], unmade: Collection[Address]) -> list[str]:
    """Of launches with ads that are not at Meta yet (`unmade`) and that Meta may not have reviewed in time."""
    found: dict[Address, datetime] = {}
    for address in sorted(unmade):
        resource = desired.resources.get(address)
        if resource is None or address.account not in accounts or not KINDS[resource.kind].content:
            continue
        start = _start(resource, now)
        if start is not None and start - now < REVIEW and not resource.schedule.active_before:
            found[address.root] = min(start, found.get(address.root, start))
    told = [(address, _unreviewed(at, now, desired)) for address, at in found.items()]
    return folded(told, "launches that Meta may not have reviewed in time")


def window_notes(desired: Desired, now: datetime, accounts: Collection[str], roots: Collection[Address]) -> list[str]:
    """Of launches outside of `activation_window`, which plan and validate refuse."""
    outside = [one for one in declared_refusals(desired, now) if one.policy == "activation_window"]
    own = [(Address.parse(one.address), f"{one.message}, so it never starts: {one.mend}") for one in outside]
    return folded(
        [each for each in own if each[0].account in accounts and each[0].root in roots],
        "launches outside of activation_window",
    )


def _unreviewed(at: datetime, now: datetime, desired: Desired) -> str:
    span = said_span((at - now).total_seconds())
    return (
        f"starts in {span}, and ads of it are not made yet: Meta's review usually takes up to 24 hours, so it may "
        f"start later than {format_time(at, desired.zone)}; pre_review: true has ads reviewed before a launch"
    )


def _launches(desired: Desired, now: datetime, accounts: Collection[str]) -> Iterator[Launch]:
    reached = _reached(desired)
    for address, resource in sorted(desired.resources.items()):
        if address.account in accounts and KINDS[resource.kind].launches:
            start = _start(resource, now)
            if start is not None:
                yield Launch(address, start, frozenset(reached.get(address, ())))


def _start(resource: Resource, now: datetime) -> datetime | None:
    start = resource.schedule.activate_at
    return start if resource.schedule.timed and start is not None and start > now else None


def _reached(desired: Desired) -> Mapping[Address, set[str]]:
    """By each address, the countries that it and what is in it reach. One pass: there may be thousands of launches."""
    found: defaultdict[Address, set[str]] = defaultdict(set)
    for address, resource in desired.resources.items():
        if codes := countries_reached(resource.fields.get("targeting") or {}):
            for each in (address, *address.ancestors):
                found[each] |= codes
    return found
