"""One seed's schedule: what is declared, which runs take place when, and all that happens between and within them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.network import Fault, draw_fault
from simulation.stack import HOUR, MINUTE, START, Campaign, draw_stack, edit

PEOPLE = ("pause", "activate", "rename", "raise", "copy", "archive", "delete", "unlabel")
WEIGHTS = (5, 4, 3, 5, 3, 1, 1, 0.5)
TROUBLE = (0.05, 0.1, 0.15, 0.25)
SKEWS = (26 * HOUR, -26 * HOUR, 90.0, -90.0, HOUR, -HOUR)


@dataclass(frozen=True)
class Hand:
    """What a person does. `pick` chooses the object among those that are there by then, unless `address` names it."""

    what: str
    pick: int = 0
    address: str = ""


@dataclass(frozen=True)
class Round:
    """One run and what leads up to it. Numbers of calls count from 0 within the run."""

    wait: float
    command: str
    stack: Mapping[str, Campaign]
    at: float = 0.0
    """The moment of true time to wait for instead, where it has not passed."""
    edited: str = ""
    elsewhere: bool = False
    """The account file names another ad account."""
    before: tuple[Hand, ...] = ()
    at_launch: Hand | None = None
    """Done after the plan was made, just before the tool looks for the last time: see `at_look`."""
    at_look: int = 2
    """Which listing of the campaigns that is, counted from 1."""
    slow: tuple[int, float] | None = None
    """From which call on, the first read takes so many seconds more."""
    loses: str = ""
    """The first create on this edge is carried out, and its answer is lost."""
    during: Mapping[int, Hand] = field(default_factory=dict)
    meddles: Hand | None = None
    """Done to what is about to be changed, just before the tool compares."""
    crash_call: int | None = None
    crash_disk: int | None = None
    power_lost: bool = False
    memory: str = "kept"
    """kept, lost, older (what the last run wrote down is lost), or without intents."""
    skew: float = 0.0
    jump: tuple[int, float] | None = None
    token_dies: int | None = None
    date: str = "true"
    trouble: float = 0.0


@dataclass(frozen=True)
class Schedule:
    seed: str
    rounds: tuple[Round, ...]
    settings: Mapping[str, Any]
    image_known: bool
    plot: str = ""

    def fault(self, number: int, call: int) -> Fault | None:
        """The same for whoever calls."""
        chance = random.Random(f"{self.seed}/{number}/{call}")
        return draw_fault(chance) if chance.random() < self.rounds[number].trouble else None


def draw(seed: str) -> Schedule:
    chance = random.Random(f"{seed}/schedule")
    stack, now = draw_stack(chance), START
    trouble = chance.choice(TROUBLE)
    crowd = chance.random() < 0.5
    skewed = chance.random() < 0.3
    rounds = []
    for at in range(chance.randint(3, 5)):
        wait = chance.choices((MINUTE, 10 * MINUTE, 2 * HOUR, 11 * HOUR, 25 * HOUR), (5, 4, 3, 1, 1))[
            0
        ] * chance.uniform(0.3, 1.7)
        now += wait
        edited = ""
        if at and chance.random() < 0.35:
            stack, edited = edit(stack, chance, now)
        rounds.append(_round(chance, at, wait, stack, edited, trouble, crowd=crowd, skewed=skewed))
    return Schedule(seed, tuple(rounds), _settings(chance), chance.random() < 0.8)


def _round(
    chance: random.Random,
    at: int,
    wait: float,
    stack: Mapping[str, Campaign],
    edited: str,
    trouble: float,
    *,
    crowd: bool,
    skewed: bool,
) -> Round:
    crash = chance.random() < 0.3
    on_disk = chance.random() < 0.4
    return Round(
        wait=wait,
        command="apply" if at == 0 or chance.random() < 0.6 else "activate",
        stack=stack,
        edited=edited,
        before=tuple(_hand(chance) for _ in range(chance.choice((0, 0, 1, 2)) if crowd and at else 0)),
        during={chance.randrange(40): _hand(chance)} if crowd and chance.random() < 0.4 else {},
        meddles=Hand("raise", 0) if crowd and chance.random() < 0.3 else None,
        crash_call=chance.randrange(45) if crash and not on_disk else None,
        crash_disk=chance.randrange(60) if crash and on_disk else None,
        power_lost=chance.random() < 0.5,
        memory=chance.choices(("kept", "lost", "older", "without intents"), (12, 2, 1, 1))[0] if at else "kept",
        skew=chance.choice(SKEWS) if skewed and chance.random() < 0.5 else 0.0,
        jump=(chance.randrange(40), chance.choice(SKEWS)) if skewed and chance.random() < 0.3 else None,
        token_dies=chance.randrange(40) if chance.random() < 0.04 else None,
        date=chance.choices(("true", "missing", "stale"), (18, 1, 1))[0],
        trouble=trouble if chance.random() < 0.9 else 0.0,
    )


def _hand(chance: random.Random) -> Hand:
    return Hand(chance.choices(PEOPLE, WEIGHTS)[0], chance.randrange(1000))


def _settings(chance: random.Random) -> dict[str, Any]:
    lag = chance.choice((3, 20, 60, 300)) if chance.random() < 0.3 else 0
    throttled = chance.random() < 0.12
    return {
        "list_lag_seconds": lag,
        "label_lag_seconds": lag,
        "read_lag_seconds": lag if chance.random() < 0.3 else 0,
        "throttle": throttled,
        "tier": "limited" if throttled else "full",
        "usage_headers": chance.random() < 0.7,
    }
