"""The schedule of one seed, as data: what is declared, when the tool runs, and what goes wrong between and during its
runs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.alone import Alone
from simulation.network import Fault, random_fault
from simulation.stack import HOUR, MINUTE, START, Campaign, random_edit, random_stack

RANDOM_ACTIONS = ("pause", "activate", "rename", "raise", "copy", "archive", "delete", "unlabel")
WEIGHTS = (5, 4, 3, 5, 3, 1, 1, 0.5)
FAULT_RATES = (0.05, 0.1, 0.15, 0.25)
SKEWS = (26 * HOUR, -26 * HOUR, 90.0, -90.0, HOUR, -HOUR)


@dataclass(frozen=True)
class ManualAction:
    """A person changes one object. `action` is a key of `manual_edits.ACTIONS`.

    The object is that of `address`; without one it is number `pick`, modulo how many there are, of all our
    objects that exist at that moment.
    """

    action: str
    pick: int = 0
    address: str = ""


@dataclass(frozen=True)
class Round:
    """One run of the tool, what happens before it, and what happens during it.

    A call is one request to Meta. Calls are numbered from 0 in each run.
    """

    wait: float
    """Seconds to wait before the run."""
    command: str
    """`apply` or `activate`."""
    stack: Mapping[str, Campaign]
    at: float = 0.0
    """The moment to wait for, in true time; where it is given, `wait` is not used. A moment in the past is now."""
    edited: str = ""
    """How the YAML was changed before this run, for readers only."""
    elsewhere: bool = False
    """Whether the account file names another ad account."""
    before: tuple[ManualAction, ...] = ()
    """What people do before the run."""
    before_launch: ManualAction | None = None
    """What a person does after the plan is made: right before the tool lists the campaigns for the `before_listing`-th
    time, or before its first write, whichever comes first."""
    before_listing: int = 2
    """Counted from 1. The first listing is that of the plan."""
    slow: tuple[int, float] | None = None
    """Call number and seconds: the first read at or after this call takes so much longer."""
    lost_answer_edge: str = ""
    """An edge such as `adsets`: the first create on it is carried out by Meta, but its answer is lost."""
    during: Mapping[int, ManualAction] = field(default_factory=dict)
    """What people do during the run, by the number of the call before which they do it."""
    edit_before_write: ManualAction | None = None
    """What a person does, right before the first write of the run, to an object whose budget the tool is about to
    change."""
    crash_call: int | None = None
    """The tool is killed before this call."""
    crash_disk: int | None = None
    """The tool is killed in this system call of its file writes."""
    power_lost: bool = False
    """At the crash, whatever was written without fsync may be lost."""
    alone: Alone = field(default_factory=Alone)
    """The audience and the lead form that are declared."""
    gone: str = ""
    """Which of them a person deletes or archives before the run, by the sandbox's kind."""
    memory: str = "kept"
    """What has happened to `state/` before the run.

    kept             nothing
    lost             it is deleted
    older            it is as it was before the last run, as when a commit was not pushed
    without intents  records of creates that were sent and have no answer yet are deleted
    """
    skew: float = 0.0
    """How many seconds the clock of the tool's computer is ahead of true time."""
    jump: tuple[int, float] | None = None
    """Call number and seconds: at this call `skew` becomes so much."""
    token_dies: int | None = None
    """From this call on Meta refuses the token."""
    date: str = "true"
    """The Date header of Meta's answers: true, missing or stale (hours old, as from a cache)."""
    fault_rate: float = 0.0
    """Share of the calls that meet a network fault."""


@dataclass(frozen=True)
class Schedule:
    seed: str
    rounds: tuple[Round, ...]
    settings: Mapping[str, Any]
    image_known: bool
    rare_case: str = ""
    """Its name in `rare_cases.RARE_CASES`; empty for a random schedule."""

    def fault(self, number: int, call: int) -> Fault | None:
        """What goes wrong with a call of a round. It depends on the seed and the two numbers only, so that different
        clients meet the same faults."""
        rng = random.Random(f"{self.seed}/{number}/{call}")
        return random_fault(rng) if rng.random() < self.rounds[number].fault_rate else None


def random_schedule(seed: str) -> Schedule:
    """Three to five runs with random declarations, edits, faults, crashes and people."""
    rng = random.Random(f"{seed}/schedule")
    stack, now = random_stack(rng), START
    fault_rate = rng.choice(FAULT_RATES)
    with_people = rng.random() < 0.5
    wrong_clocks = rng.random() < 0.3
    rounds = []
    for at in range(rng.randint(3, 5)):
        wait = rng.choices((MINUTE, 10 * MINUTE, 2 * HOUR, 11 * HOUR, 25 * HOUR), (5, 4, 3, 1, 1))[0] * rng.uniform(
            0.3, 1.7
        )
        now += wait
        edited = ""
        if at and rng.random() < 0.35:
            stack, edited = random_edit(stack, rng, now)
        rounds.append(
            _round(rng, at, wait, stack, edited, fault_rate, with_people=with_people, wrong_clocks=wrong_clocks)
        )
    return Schedule(seed, tuple(rounds), _settings(rng), rng.random() < 0.8)


def _round(
    rng: random.Random,
    at: int,
    wait: float,
    stack: Mapping[str, Campaign],
    edited: str,
    fault_rate: float,
    *,
    with_people: bool,
    wrong_clocks: bool,
) -> Round:
    crash = rng.random() < 0.3
    on_disk = rng.random() < 0.4
    return Round(
        wait=wait,
        command="apply" if at == 0 or rng.random() < 0.6 else "activate",
        stack=stack,
        edited=edited,
        before=tuple(_random_action(rng) for _ in range(rng.choice((0, 0, 1, 2)) if with_people and at else 0)),
        during={rng.randrange(40): _random_action(rng)} if with_people and rng.random() < 0.4 else {},
        edit_before_write=ManualAction("raise", 0) if with_people and rng.random() < 0.3 else None,
        crash_call=rng.randrange(45) if crash and not on_disk else None,
        crash_disk=rng.randrange(60) if crash and on_disk else None,
        power_lost=rng.random() < 0.5,
        memory=rng.choices(("kept", "lost", "older", "without intents"), (12, 2, 1, 1))[0] if at else "kept",
        skew=rng.choice(SKEWS) if wrong_clocks and rng.random() < 0.5 else 0.0,
        jump=(rng.randrange(40), rng.choice(SKEWS)) if wrong_clocks and rng.random() < 0.3 else None,
        token_dies=rng.randrange(40) if rng.random() < 0.04 else None,
        date=rng.choices(("true", "missing", "stale"), (18, 1, 1))[0],
        fault_rate=fault_rate if rng.random() < 0.9 else 0.0,
    )


def _random_action(rng: random.Random) -> ManualAction:
    return ManualAction(rng.choices(RANDOM_ACTIONS, WEIGHTS)[0], rng.randrange(1000))


def _settings(rng: random.Random) -> dict[str, Any]:
    lag = rng.choice((3, 20, 60, 300)) if rng.random() < 0.3 else 0
    throttled = rng.random() < 0.12
    return {
        "list_lag_seconds": lag,
        "label_lag_seconds": lag,
        "read_lag_seconds": lag if rng.random() < 0.3 else 0,
        "throttle": throttled,
        "tier": "limited" if throttled else "full",
        "usage_headers": rng.random() < 0.7,
        "status_steps": rng.choice((False, True, "reviewed")),
    }
