"""What is measured, against what, and how far apart the two may be. Both are measured by turns, in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bench import peers, repository, scripted
from bench.measure import Spread, Timed
from bench.stage import NO_CHANGES, Stage, applied

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Row:
    """`most` is the most that `ours` may be of `against`: a ratio, or bytes where nothing is held against it."""

    name: str
    against: str
    most: float
    ours: Callable[[Stages], Timed]
    floor: Callable[[Stages], float] | None
    size: tuple[int, int]
    """Campaigns and accounts."""
    limit: tuple[str, Callable[[Stages], float]] | None = None
    """What no change of ours could go below, in words, and how many seconds it takes on this machine."""
    most_runs: int = 100
    reason: str = ""
    """Why more was not to be had; told where the row is not reached."""


@dataclass
class Stages:
    """Those that are open, by campaigns and accounts."""

    open: ExitStack
    size: tuple[int, int]
    kept: dict[str, Any] = field(default_factory=dict)
    """What one measurement leaves for another."""

    def __post_init__(self) -> None:
        self._of = cache(lambda campaigns, accounts: self.open.enter_context(applied(campaigns, accounts)))

    @property
    def stage(self) -> Stage:
        return self.of(*self.size)

    def of(self, campaigns: int, accounts: int) -> Stage:
        found: Stage = self._of(campaigns, accounts)
        return found


@dataclass(frozen=True)
class Outcome:
    row: Row
    ours: Spread
    floor: Spread | None
    limit: Spread | None = None

    @property
    def ratio(self) -> float:
        return self.ours.median / self.floor.median if self.floor else float(self.ours.peak)

    @property
    def holds(self) -> bool:
        return self.ratio <= self.row.most


def measured(row: Row, runs: int) -> Outcome:
    """By turns, so that whatever else the machine does meets both."""
    with ExitStack() as opened:
        stages = Stages(opened, row.size)
        if row.most_runs > 1:
            row.ours(stages)  # caches of the disk, bytecode
        runs = min(runs, row.most_runs)
        pairs = [(row.ours(stages), row.floor(stages) if row.floor else 0.0) for _ in range(runs)]
        limit = Spread(tuple(row.limit[1](stages) for _ in range(runs))) if row.limit else None
    ours = Spread(tuple(one.seconds for one, _ in pairs), max(one.peak for one, _ in pairs))
    return Outcome(row, ours, Spread(tuple(floor for _, floor in pairs)) if row.floor else None, limit)


# ---- what the tool does


def plan_without_changes(stages: Stages) -> Timed:
    done = stages.stage.reconciler("plan")
    assert NO_CHANGES in done.out, done.out[-500:]
    return done


def plan_with_one_change(stages: Stages) -> Timed:
    stage = stages.stage
    path = repository.campaign_file(stage.root, 7, stage.accounts)
    path.write_text(repository.campaign(7, budget=99), "utf-8")
    done = stage.reconciler("plan")
    path.write_text(repository.campaign(7), "utf-8")
    assert "1 to change" in done.out, done.out[-500:]
    return done


def validate(stages: Stages) -> Timed:
    return stages.stage.reconciler("validate")


def activate(stages: Stages) -> Timed:
    return _with_nothing_due(stages, "activate")


def look(stages: Stages) -> Timed:
    """What the schedule runs: the step that reconciles is left out where it says so."""
    return _with_nothing_due(stages, "ci", "look")


def reconcile(stages: Stages) -> Timed:
    return _with_nothing_due(stages, "ci", "reconcile")


def _with_nothing_due(stages: Stages, *command: str) -> Timed:
    stage = stages.stage.checkout()
    stage.requests()
    done = stage.apart_from_the_remote(*command)
    assert stage.requests() == 0, "Meta was asked though nothing is due"
    return done


def first_apply(stages: Stages) -> Timed:
    return scripted.first_apply(stages.size[0])


def compare_and_plan(stages: Stages) -> Timed:
    done, stages.kept["json"], loop = scripted.compare_and_plan(stages.size[0] // repository.OBJECTS)
    stages.kept.setdefault("loops", []).append(loop)
    return done


def version(stages: Stages) -> Timed:
    return stages.stage.reconciler("--version")


# ---- what it is held against


def yaml_alone(stages: Stages) -> float:
    return peers.yaml_load(stages.stage.root / "desired")


def as_json(stages: Stages) -> float:
    """Of the same data, in the same process."""
    return float(stages.kept["json"])


def bare_loop(stages: Stages) -> float:
    return scripted.replay()


# ---- what nothing could go below


def one_file(stages: Stages) -> float:
    """Python, click, pydantic, the specs and one campaign."""
    return stages.of(1, 1).reconciler("validate").seconds


def nothing(stages: Stages) -> float:
    return peers.nothing()


def bare_plan(stages: Stages) -> float:
    """Python, the files in PyYAML's loader, and the requests of the plan without a look at what comes back."""
    stage = stages.stage
    return peers.nothing() + peers.yaml_load(stage.root / "desired") + scripted.replay_of_plan(stage.root, stage.url)


def bare_compare(stages: Stages) -> float:
    """Of the same pairs, in the same process."""
    return float(stages.kept["loops"].pop())


def bare_look(stages: Stages) -> float:
    """In the checkout that a look was in last: what it needs of Python and of git, side by side as far as that goes."""
    return scripted.bare_look(stages.stage.root.parent / "checkout")


def bare_apply(stages: Stages) -> float:
    return stages.of(*A_THOUSAND).reconciler("validate").seconds + scripted.replay()


def terraform(stages: Stages) -> float:
    return peers.terraform_plan(stages.stage.campaigns * repository.OBJECTS)


def octodns(stages: Stages) -> float:
    return peers.octodns_plan(stages.stage.campaigns * repository.OBJECTS)


def thousand(stages: Stages) -> float:
    done = stages.of(1000, 1).reconciler("plan")
    assert NO_CHANGES in done.out, done.out[-500:]
    return done.seconds


A_THOUSAND = (1000, 1)
AGENCY = (10_000, 300)
SPECS = "start-up and one file", one_file
BARE_PLAN = "Python's start, PyYAML's C loader and the requests in a bare loop", bare_plan
BARE_COMPARE = "a bare loop that looks at each field once and makes an object for each pair", bare_compare
BARE_LOOK = "python with click beside git status, then git cat-file of the runs", bare_look
BARE_APPLY = "reading and checking the files, and the requests in a bare loop", bare_apply

OF_TERRAFORM = (
    "Terraform compares flat rows in a compiled program, asks nobody; here files are read, layered and checked, Meta "
    "is asked 40 times and its rows become objects, in some hundred functions of Python of which none takes a twentieth"
)
OF_OCTODNS = (
    "octoDNS loads plain records and compares their texts; here files are layered and checked, Meta is asked 40 times "
    "and its rows become objects, in some hundred functions of which none takes a twentieth"
)
OF_VALIDATE = (
    "start-up and one file alone are more than that; each file's values then pass the reader, three merges, the spec, "
    "sixty checks and the composing"
)
OF_VALIDATE_AGAIN = (
    "nothing is kept between runs: parsed documents would spare a tenth, and whole results depend on the moment and on "
    "every other file, so that a stale one could start a campaign"
)
OF_COMPARING = (
    "JSON is done in C; here each pair is compared in Python, by its fields' codecs, with what was recorded and is "
    "live, then put in order and given its costs and consequences"
)
OF_A_FIRST_APPLY = (
    "reading and checking the files, and those requests, are more than that alone; beside them are intents and answers "
    "on disk for each batch, and reading back and comparing all that was made"
)
OF_A_LOOK = "our own modules are loaded, and git is asked for refs, trees and runs one after the other"

ROWS = (
    Row(
        "plan, beside Terraform",
        "Terraform, as many resources",
        0.20,
        plan_without_changes,
        terraform,
        A_THOUSAND,
        BARE_PLAN,
        reason=OF_TERRAFORM,
    ),
    Row(
        "plan, beside octoDNS",
        "octoDNS, as many records",
        0.5,
        plan_without_changes,
        octodns,
        A_THOUSAND,
        BARE_PLAN,
        reason=OF_OCTODNS,
    ),
    Row("plan of 4,000 in one account", "the plan of 1,000", 4.2, plan_without_changes, thousand, (4000, 1)),
    Row("plan of 10,000 in 300 accounts", "the plan of 1,000", 11, plan_without_changes, thousand, AGENCY),
    Row("plan of 10,000, memory", "", 300 * MEGABYTE, plan_without_changes, None, AGENCY),
    Row("plan, one of 1,000 changed", "the plan of 1,000", 1.15, plan_with_one_change, thousand, A_THOUSAND),
    Row("validate", "PyYAML's C loader alone", 3, validate, yaml_alone, A_THOUSAND, SPECS, reason=OF_VALIDATE),
    Row(
        "validate, nothing changed since",
        "PyYAML's C loader alone",
        1.5,
        validate,
        yaml_alone,
        A_THOUSAND,
        SPECS,
        reason=OF_VALIDATE_AGAIN,
    ),
    Row(
        "compare and plan, 10,000 changed",
        "JSON of the same data",
        3,
        compare_and_plan,
        as_json,
        (10_000, 1),
        BARE_COMPARE,
        reason=OF_COMPARING,
    ),
    Row(
        "first apply, uploads left out",
        "the same requests, bare loop",
        1.5,
        first_apply,
        bare_loop,
        A_THOUSAND,
        BARE_APPLY,
        most_runs=1,
        reason=OF_A_FIRST_APPLY,
    ),
    Row("activate, nothing due", "python -c pass", 15, activate, nothing, AGENCY, BARE_LOOK, reason=OF_A_LOOK),
    Row("ci look, nothing due", "python -c pass", 15, look, nothing, AGENCY, BARE_LOOK, reason=OF_A_LOOK),
    Row("ci reconcile, nothing due", "python -c pass", 15, reconcile, nothing, AGENCY, BARE_LOOK, reason=OF_A_LOOK),
    Row("--version", "python -c pass", 5, version, nothing, (10, 1)),
)


def chosen(most_campaigns: int) -> Iterator[Row]:
    return (row for row in ROWS if row.size[0] <= most_campaigns)
