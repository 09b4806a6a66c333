"""What a schedule declares: a stack is a few small random campaigns, as YAML for the tool and as plain values for the
oracle.

Addresses, labels and the declared status at a moment are computed here a second time on purpose. With the tool's own
code the oracle would repeat the tool's mistakes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from support.sandbox import label_of

ACCOUNT_KEY = "acme-sg"
START = datetime.fromisoformat("2026-11-21T10:00:00+08:00").timestamp()
IMAGE = "always-on/still.png"
MINUTE, HOUR = 60.0, 3600.0
ACTIVE, PAUSED = "ACTIVE", "PAUSED"


@dataclass(frozen=True)
class AdSet:
    """`budget` is in cents, and 0 where the campaign has the budget."""

    key: str
    budget: int
    ads: tuple[str, ...]


@dataclass(frozen=True)
class Campaign:
    key: str
    name: str
    budget: int
    ad_sets: tuple[AdSet, ...]
    status: str = ""
    activate_at: float = 0.0
    deactivate_at: float = 0.0

    def declared_status(self, moment: float) -> str:
        """ACTIVE or PAUSED, as declared for a moment of true time; "" where the YAML says neither status nor times, so
        that people decide."""
        if self.status:
            return self.status
        if self.deactivate_at and moment >= self.deactivate_at:
            return PAUSED
        if not self.activate_at:
            return ""
        return ACTIVE if moment >= self.activate_at else PAUSED

    @property
    def times(self) -> tuple[str, float, float]:
        return self.status, self.activate_at, self.deactivate_at


Stack = Mapping[str, Campaign]


@dataclass(frozen=True)
class DeclaredObject:
    """One campaign, ad set or ad that the YAML declares. `campaign` is the one that it belongs to."""

    address: str
    name: str
    budget: int
    campaign: Campaign


def declared_objects(stack: Stack) -> Iterator[DeclaredObject]:
    for campaign in stack.values():
        root = f"{ACCOUNT_KEY}/{campaign.key}"
        yield DeclaredObject(root, campaign.name, campaign.budget, campaign)
        for ad_set in campaign.ad_sets:
            at = f"{root}/{ad_set.key}"
            yield DeclaredObject(at, f"{campaign.name} {ad_set.key}", ad_set.budget, campaign)
            for ad in ad_set.ads:
                yield DeclaredObject(f"{at}/{ad}", f"{campaign.name} {ad_set.key} {ad}", 0, campaign)


def labels(stack: Stack) -> dict[str, str]:
    """Label to address."""
    return {label_of(want.address): want.address for want in declared_objects(stack)}


def yaml_of(campaign: Campaign) -> str:
    """The campaign's file. It is written as JSON, since all JSON is YAML."""
    body: dict[str, object] = {"name": campaign.name, "objective": "OUTCOME_TRAFFIC"}
    body |= {"daily_budget": _money(campaign.budget)} if campaign.budget else {}
    body |= {"status": campaign.status} if campaign.status else {}
    body |= {
        n: _time(v) for n, v in (("activate_at", campaign.activate_at), ("deactivate_at", campaign.deactivate_at)) if v
    }
    body["ad_sets"] = {one.key: _ad_set(campaign, one) for one in campaign.ad_sets}
    return json.dumps(body, indent=1)


def _ad_set(campaign: Campaign, one: AdSet) -> dict[str, object]:
    body: dict[str, object] = {"name": f"{campaign.name} {one.key}", "optimization_goal": "LINK_CLICKS"}
    body |= {"daily_budget": _money(one.budget)} if one.budget else {}
    body["targeting"] = {"geo_locations": {"countries": ["SG"]}}
    body["ads"] = {key: _ad(f"{campaign.name} {one.key} {key}") for key in one.ads}
    return body


def _ad(name: str) -> dict[str, str]:
    return {
        "name": name,
        "image": IMAGE,
        "primary_text": f"Text of {name}",
        "headline": "Visit Acme",
        "destination_url": "https://acme.example/",
    }


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} SGD"


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


# ---- random campaigns


def random_stack(rng: random.Random) -> dict[str, Campaign]:
    number = rng.choices((1, 2, 3, 4), (4, 4, 2, 1))[0]
    return {one.key: one for one in (random_campaign(rng, f"c{at}") for at in range(number))}


def random_campaign(rng: random.Random, key: str, now: float = START) -> Campaign:
    on_campaign = rng.random() < 0.5
    number = rng.choices((1, 2, 3), (5, 3, 1))[0]
    ad_sets = tuple(
        AdSet(
            f"s{at}",
            0 if on_campaign else random_budget(rng),
            tuple(f"a{n}" for n in range(rng.choices((1, 2), (3, 1))[0])),
        )
        for at in range(number)
    )
    campaign = Campaign(key, f"Campaign {key}", random_budget(rng) if on_campaign else 0, ad_sets)
    return with_random_times(campaign, rng, now)


def random_budget(rng: random.Random) -> int:
    return 100 * rng.randint(10, 90)


TIMINGS = ("timed", "timed with end", "active", "paused", "own")


def with_random_times(campaign: Campaign, rng: random.Random, now: float) -> Campaign:
    chosen = rng.choices(TIMINGS, (4, 3, 4, 1, 1))[0]
    start = float(int(now + rng.choice((20 * MINUTE, 2 * HOUR, 8 * HOUR)) + rng.randint(0, 3000)))
    end = start + rng.choice((30, 45, 70)) * HOUR  # Meta wants more than a day
    return replace(
        campaign,
        status={"active": ACTIVE, "paused": PAUSED}.get(chosen, ""),
        activate_at=start if chosen.startswith("timed") else 0.0,
        deactivate_at=end if chosen == "timed with end" else 0.0,
    )


# ---- random edits of the YAML


def random_edit(stack: Stack, rng: random.Random, now: float) -> tuple[dict[str, Campaign], str]:
    """The stack after a random edit, and the name of the edit."""
    made = dict(stack)
    kind = rng.choices(("budget", "move", "times", "remove", "add", "ad"), (4, 3, 3, 1, 1, 1))[0]
    key = rng.choice(sorted(made))
    one = made[key]
    if kind == "budget":
        made[key] = _with_new_budget(one, rng)
    elif kind == "move":
        made = moved_money(made, rng)
    elif kind == "times":
        made[key] = with_random_times(one, rng, now)
    elif kind == "remove" and len(made) > 1:
        del made[key]
    elif kind == "add":
        new = next(f"c{at}" for at in range(9) if f"c{at}" not in made)
        made[new] = random_campaign(rng, new, now)
    elif kind == "ad":
        made[key] = _with_ad(one)
    return made, kind


def _with_new_budget(one: Campaign, rng: random.Random) -> Campaign:
    if one.budget:
        return replace(one, budget=random_budget(rng))
    at = rng.randrange(len(one.ad_sets))
    sets = list(one.ad_sets)
    sets[at] = replace(sets[at], budget=random_budget(rng))
    return replace(one, ad_sets=tuple(sets))


def moved_money(stack: Mapping[str, Campaign], rng: random.Random) -> dict[str, Campaign]:
    """Half of one budget is moved to another one. The sum stays the same, and must not be higher in between either."""
    made = dict(stack)
    places = [(key, at) for key, one in sorted(made.items()) for at in _places(one)]
    if len(places) < 2:
        return made
    giver, taker = rng.sample(places, 2)
    amount = _budget_at(made, giver) // 2 // 100 * 100
    for place, step in ((giver, -amount), (taker, amount)):
        made[place[0]] = with_budget(made[place[0]], place[1], _budget_at(made, place) + step)
    return made


def _places(one: Campaign) -> list[int]:
    return [-1] if one.budget else list(range(len(one.ad_sets)))


def _budget_at(stack: Mapping[str, Campaign], place: tuple[str, int]) -> int:
    one = stack[place[0]]
    return one.budget if place[1] < 0 else one.ad_sets[place[1]].budget


def with_budget(one: Campaign, at: int, budget: int) -> Campaign:
    if at < 0:
        return replace(one, budget=budget)
    sets = list(one.ad_sets)
    sets[at] = replace(sets[at], budget=budget)
    return replace(one, ad_sets=tuple(sets))


def _with_ad(one: Campaign) -> Campaign:
    first = one.ad_sets[0]
    return replace(one, ad_sets=(replace(first, ads=(*first.ads, f"a{len(first.ads)}")), *one.ad_sets[1:]))
